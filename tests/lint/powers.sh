#!/bin/sh
# Each outside power has one home, and what writes into another process has none. A row of the table: a pattern of
# code, its home (a pattern of paths below src/, "-" for nowhere), its name in the finding.
here=$(dirname "$0")
POWERS=$(cat <<'ROWS'
process_vm_readv[ \t]*\( :: target/mem_live\.c :: process_vm_readv
"[^"]*/mem" :: target/mem_live\.c :: /proc/PID/mem
(^|[^A-Za-z0-9_])ptrace[ \t]*\( :: target/stop\.c :: ptrace
[<"](libelf|gelf|dwarf|elfutils/[a-z]*)\.h[>"] :: elf/ :: libelf and libdw
[<"]libiberty/[a-z-]*\.h[>"] :: elf/ :: libiberty
[<"]lzma\.h[>"] :: elf/ :: liblzma
[<"]seccomp\.h[>"] :: (daemon/|elf/jail\.c|elf/symbols) :: libseccomp
[<"](n?curses|ncursesw/[a-z]*|term)\.h[>"] :: cli/screen\.c :: curses
[<"]sqlite3\.h[>"] :: store/db.c :: SQLite
[<"](evhttp|event|event2/(http|buffer|listener|dns|rpc|ws|keyval|tag)[a-z_]*)\.h[>"] :: http/ :: libevent's HTTP and buffers
[<"]event2/event\.h[>"] :: (http|daemon)/ :: libevent's loop
[<"]ares[a-z_]*\.h[>"] :: daemon/srv(_answer)?\.c :: c-ares
((^|[^A-Za-z0-9_])perf_event_open[ \t]*[(]|(SYS|__NR)_perf_event_open) :: target/ring\.c :: perf_event_open
process_vm_writev[ \t]*\( :: - :: process_vm_writev
PTRACE_(POKE[A-Z]*|SETREGS|SETREGSET|SETFPREGS|SETSIGINFO)[ \t]*, :: - :: a ptrace request that writes
(^|[^A-Za-z0-9_])setns[ \t]*\( :: - :: setns
ROWS
)
export POWERS
find src -type f -name '*.[ch]' | sort | xargs -r awk -f "$here/strip.awk" | awk '
	BEGIN {
		n = split(ENVIRON["POWERS"], row, "\n")
		for (i = 1; i <= n; i++) {
			split(row[i], field, " :: ")
			pattern[i] = field[1]
			home[i] = field[2]
			name[i] = field[3]
		}
	}
	{
		split($0, part, ":")
		text = substr($0, length(part[1]) + length(part[2]) + 3)
		file = substr(part[1], length("src/") + 1)
		for (i = 1; i <= n; i++) {
			if (text !~ pattern[i] || (home[i] != "-" && file ~ "^" home[i]))
				continue
			where = home[i]
			gsub(/[\\()]/, "", where)
			gsub(/\|/, " or src/", where)
			printf "%s:%d: %s %s\n", part[1], part[2], name[i], \
				where == "-" ? "has no place in scrape, which only reads" : "belongs to src/" where
		}
	}'
