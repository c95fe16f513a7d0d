#!/bin/sh
# Every source file names its licence in its first line.
find src include tests bench -type f \( -name '*.[ch]' -o -name '*.def' -o -path 'src/*.js' -o -path 'src/*.css' \
	-o -path 'src/*.ts' -o -path 'src/*.tsx' -o -path '*.mjs' \) \
	! -path 'tests/lint/bad/*' 2>/dev/null | sort | xargs -r awk '
	FNR == 1 && $0 != "/* SPDX-License-Identifier: MIT */" {
		printf "%s:1: the first line is not \"/* SPDX-License-Identifier: MIT */\"\n", FILENAME
	}'
