#!/bin/sh
# Names that other houses own (libelf, libdw, libevent, SQLite, CPython) are not begun here, and what is called
# scrape_* or SCRAPE_* is public: declared in include/scrape.h and nowhere else.
here=$(dirname "$0")
find src include -type f \( -name '*.[ch]' -o -name '*.def' \) 2>/dev/null | sort | xargs -r awk -v strings=no -f "$here/strip.awk" | awk '
	# A name that this line, at file level, declares or defines.
	function declared(text) {
		if (text ~ /^[ \t]*#[ \t]*define[ \t]/) {
			sub(/^[ \t]*#[ \t]*define[ \t]+/, "", text)
			sub(/[^A-Za-z0-9_].*/, "", text)
			return text
		}
		if (text !~ /^[A-Za-z_]/)
			return ""
		gsub(/__attribute__ *\(\([^)]*(\([^)]*\))?[^)]*\)\)/, "", text)
		if (text ~ /^(typedef |static |const |extern )*(struct|enum|union) [A-Za-z0-9_]+ *\{/)
			sub(/ *\{.*/, "", text)
		else if (text ~ /^[^(]*\(\*[A-Za-z0-9_]+\)/) {
			sub(/^[^(]*\(\*/, "", text)
			sub(/\).*/, "", text)
			return text
		} else if (text ~ /\(/)
			sub(/[ \t]*\(.*/, "", text)
		else if (text ~ /^(struct|enum|union) [A-Za-z0-9_]+;/)
			return "" # a forward declaration names the other house
		else if (!sub(/ *(\[[^]]*\] *)*(=.*|;.*)$/, "", text))
			return ""
		sub(/.*[ \t*]/, "", text)
		return text
	}
	{
		split($0, part, ":")
		name = declared(substr($0, length(part[1]) + length(part[2]) + 3))
		if (name == "")
			next
		if (name ~ /^(elf_|dwarf_|dwfl_|ev|sqlite3_|Py)/)
			printf "%s:%d: %s begins like the names of another house\n", part[1], part[2], name
		else if (name ~ /^(scrape_|SCRAPE_)/ && part[1] != "include/scrape.h")
			printf "%s:%d: %s is a public name: it belongs into include/scrape.h\n", part[1], part[2], name
	}'
