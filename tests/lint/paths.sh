#!/bin/sh
# No file names somebody's machine: no absolute path into a home directory.
find . \( -path ./.git -o -path ./build -o -path ./tests/lint -o -path ./tests/fixtures \) -prune -o -type f -exec \
	grep -InHE '(^|[^]A-Za-z0-9_.}%/*)>])/(home|root|work)/[A-Za-z0-9._]' {} + |
	sed -E 's|^\./([^:]*:[0-9]*):.*|\1: an absolute path into a home directory|' | sort
