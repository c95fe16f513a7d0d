#!/bin/sh
# The documents tell the truth about the tree: each room is in src/LAYERS and on the map in ARCHITECTURE.md, and each
# path that README.md or ARCHITECTURE.md puts in backquotes exists.
for room in $(find src -mindepth 1 -maxdepth 1 -type d | sort | sed 's|src/||'); do
	grep -qE "^[0-9]+ $room\$" src/LAYERS || echo "src/LAYERS:1: the room $room has no rank"
	grep -qE "(^|[^A-Za-z0-9_])$room/" ARCHITECTURE.md || echo "ARCHITECTURE.md:1: the room $room is not on the map"
done
for doc in README.md ARCHITECTURE.md; do
	# Words in backquotes that look like a path of this tree; globs, options and what the build makes are none.
	grep -noE '`[A-Za-z0-9_./-]+`' "$doc" | tr -d '`' | while IFS=: read -r line path; do
		case $path in
		build/* | /* | -*) continue ;;
		src/* | tests/* | include/* | bench/* | man/* | examples/* | .ci/*) ;;
		*.[ch] | *.def | *.md) ;;
		*) continue ;;
		esac
		[ -e "$path" ] || [ -e "src/$path" ] || echo "$doc:$line: $path does not exist"
	done
done
