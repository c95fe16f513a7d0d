#!/bin/sh
# A room includes rooms of a strictly lower rank in src/LAYERS, and itself, as "room/file.h"; siblings never meet.
find src -type f -name '*.[ch]' | sort | xargs -r awk '
	BEGIN {
		while ((getline line < "src/LAYERS") > 0) {
			if (line ~ /^#/ || split(line, part, " ") < 2)
				continue
			rank[part[2]] = part[1] + 0
		}
	}
	FNR == 1 {
		split(FILENAME, path, "/")
		room = path[2]
		if (!(room in rank))
			printf "%s:1: the room \"%s\" has no rank in src/LAYERS\n", FILENAME, room
	}
	/^[ \t]*#[ \t]*include[ \t]*"/ {
		split($0, quoted, "\"")
		name = quoted[2]
		if (name == "scrape.h")
			next
		if (split(name, part, "/") < 2 || part[1] == "." || part[1] == "..")
			printf "%s:%d: \"%s\" is to be included as \"room/file.h\"\n", FILENAME, FNR, name
		else if (!(part[1] in rank))
			printf "%s:%d: \"%s\" is of a room without a rank in src/LAYERS\n", FILENAME, FNR, name
		else if (part[1] != room && (room in rank) && rank[part[1]] >= rank[room])
			printf "%s:%d: %s (rank %d) may not include %s (rank %d)\n", FILENAME, FNR, room, rank[room], \
				part[1], rank[part[1]]
	}'
