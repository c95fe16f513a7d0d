#!/bin/sh
# The manual pages are clean by mandoc's own judgement. Whether the pages they refer to are installed is a property of
# the machine, not of the page.
command -v mandoc >/dev/null || { echo "mandoc is missing" >&2; exit 77; }
[ ! -d man ] || find man -type f -name '*.[1-8]' | sort | while read -r page; do
	mandoc -Tlint -Wstyle "$page" 2>/dev/null | grep -v 'referenced manual not found' |
		sed -E 's/^mandoc: ([^:]*:[0-9]+):[0-9]+: (.*)/\1: \2/'
done
