#!/bin/sh
# Python scripts parse. (Only the syntax of this machine's python3: programs for older versions are run by make live.)
find . \( -path ./.git -o -path ./build -o -path ./tests/lint/bad \) -prune -o -type f \( -perm -100 -o -name '*.py' \) \
	-exec awk 'FNR == 1 && (/^#!.*python/ || FILENAME ~ /\.py$/) { print FILENAME } { nextfile }' {} + |
	sed 's|^\./||' | sort | xargs -r python3 -c '
import ast, sys
for name in sys.argv[1:]:
    try:
        with open(name, encoding="utf-8") as f:
            ast.parse(f.read())
    except (SyntaxError, ValueError) as e:
        print("%s:%d: does not parse: %s" % (name, getattr(e, "lineno", None) or 1, getattr(e, "msg", e)))'
