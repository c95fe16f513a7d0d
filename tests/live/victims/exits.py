# SPDX-License-Identifier: MIT
"""exits.py SECONDS CODE: burns CPU in a function called spin, says a line on stdout and stderr, exits with CODE."""
import sys
import time

from ready import ready


def spin(until):
	while time.time() < until:
		pass


def main():
	ready()
	spin(time.time() + float(sys.argv[1]))
	print("last words on stdout", flush=True)
	print("last words on stderr", file=sys.stderr, flush=True)
	sys.exit(int(sys.argv[2]))


if __name__ == "__main__":
	main()
