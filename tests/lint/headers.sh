#!/bin/sh
# A header compiles alone: it includes or forward-declares what it uses.
headers=$(find src include -type f -name '*.h' 2>/dev/null | sort)
# shellcheck disable=SC2086 # the list is made of our own file names, without blanks
LC_ALL=C ${CC:-cc} -std=gnu11 -Wall -Wextra -Wno-unused-function -Wno-missing-field-initializers -Iinclude -Isrc \
	-D_GNU_SOURCE -fsyntax-only -fdiagnostics-color=never -x c $headers 2>&1 |
	sed -nE 's/^([^: ]+:[0-9]+):([0-9]+:)? (fatal )?(error|warning): (.*)/\1: does not compile alone: \5/p'
