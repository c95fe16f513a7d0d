#!/bin/sh
# The ceilings of size. Aims are lower (ARCHITECTURE.md): files of 350 lines, functions of a screen. A pure switch or
# table may be longer if a comment above or in it says why, beginning with "long:".
FILE_MAX=600
HEADER_MAX=300
FUNCTION_MAX=80
FUNCTION_LONG=60        # lines from which a function counts as long ...
FUNCTION_LONG_SHARE=5   # ... and how many per hundred may be that long
INCLUDES_MAX=10         # local includes of one .c file; in daemon/ and cli/, which put the rooms together,
INCLUDES_MAX_TOP=16     # this many
LINE_MAX=120            # columns, a tab being 8; the rows of a table (.def) are as wide as they are

find src include -type f \( -name '*.[ch]' -o -name '*.def' \) 2>/dev/null | sort | xargs -r awk \
	-v file_max=$FILE_MAX -v header_max=$HEADER_MAX -v function_max=$FUNCTION_MAX -v long=$FUNCTION_LONG \
	-v long_share=$FUNCTION_LONG_SHARE -v includes_max=$INCLUDES_MAX -v includes_max_top=$INCLUDES_MAX_TOP -v line_max=$LINE_MAX '
	function end_file() {
		max = name ~ /\.h$/ ? header_max : file_max
		if (lines > max)
			printf "%s:%d: %d lines, the ceiling is %d\n", name, max + 1, lines, max
		max = name ~ /^src\/(daemon|cli)\// ? includes_max_top : includes_max
		if (includes > max)
			printf "%s:1: %d local includes, the ceiling is %d\n", name, includes, max
	}
	FNR == 1 {
		if (name)
			end_file()
		name = FILENAME
		includes = start = signature = excused = 0
	}
	{
		lines = FNR
		columns = 0
		n = split($0, piece, "\t")
		for (i = 1; i < n; i++)
			columns = int((columns + length(piece[i])) / 8) * 8 + 8
		columns += length(piece[n])
		if (columns > line_max && name !~ /\.def$/ && $0 !~ /[\200-\377]/)
			printf "%s:%d: %d columns, the ceiling is %d\n", name, FNR, columns, line_max
		if ($0 ~ /[ \t]$/)
			printf "%s:%d: blanks at the end of the line\n", name, FNR
	}
	/^#[ \t]*include[ \t]*"/ { includes++ }
	/\/\*[ \t]*long: / { excused = 1 }
	!start && /^[A-Za-z_].*\(/ {
		signature = FNR
		function_name = $0
		sub(/[ \t]*\(.*/, "", function_name)
		sub(/.*[ \t*]/, "", function_name)
	}
	/^\{/ && signature { start = signature }
	/^\}/ && start {
		size = FNR - start + 1
		functions++
		if (size > function_max && !excused)
			printf "%s:%d: %s has %d lines, the ceiling is %d\n", name, start, function_name, size, function_max
		if (size > long && !excused)
			longs++
		start = signature = excused = 0
	}
	END {
		if (name)
			end_file()
		if (longs * 100 > functions * long_share)
			printf "src:0: %d of %d functions are longer than %d lines, at most %d %% may be\n", longs, functions, \
				long, long_share
	}'
