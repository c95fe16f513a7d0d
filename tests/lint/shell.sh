#!/bin/sh
# Shell scripts parse, and shellcheck has nothing to warn of where it is installed.
find . \( -path ./.git -o -path ./build -o -path ./tests/lint/bad \) -prune -o -type f \( -perm -100 -o -name '*.sh' \) \
	-exec awk 'FNR == 1 && /^#!.*[\/ ](ba|da)?sh( |$)/ { print FILENAME } { nextfile }' {} + | sed 's|^\./||' | sort |
	while read -r script; do
		shell="sh"
		! head -n 1 "$script" | grep -q bash || shell="bash"
		if message=$($shell -n "$script" 2>&1); then
			! command -v shellcheck >/dev/null ||
				shellcheck -S warning -f gcc "$script" | sed -E 's/^([^:]*:[0-9]+):[0-9]+: /\1: /'
		else
			line=$(printf '%s\n' "$message" | sed -nE '1s/^[^:]*: (line )?([0-9]+): .*/\2/p')
			echo "$script:${line:-1}: does not parse ($shell -n)"
		fi
	done
