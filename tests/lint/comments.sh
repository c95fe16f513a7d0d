#!/bin/sh
# Comments are /* */, and nothing is left for later: what is to be done stands in an issue, not in the source.
here=$(dirname "$0")
find src include tests bench -type f \( -name '*.[ch]' -o -name '*.def' \) ! -path 'tests/lint/bad/*' 2>/dev/null | sort |
	xargs -r awk -v strings=no -v slashes=yes -f "$here/strip.awk" |
	awk -F: '{ text = substr($0, length($1) + length($2) + 3) }
		text ~ /\/\// { printf "%s:%d: a // comment; they are /* */ here\n", $1, $2 }'
find . -type f \( -path './.git/*' -o -path './build/*' -o -path './tests/lint/*' -o -path './tests/fixtures/*' \) -prune -o \
	-type f -exec grep -InHE '(^|[^A-Za-z_])(TODO|FIXME|XXX)([^A-Za-z_]|$)' {} + |
	sed -E 's|^\./([^:]*:[0-9]*):.*|\1: something is left for later; do it or open an issue|' | sort
