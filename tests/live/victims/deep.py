# SPDX-License-Identifier: MIT
"""deep.py N: blocked under N frames of one recursive function."""
import os
import sys
import threading

from ready import ready


def down(left, fd):
	if left <= 1:
		ready()
		os.read(fd, 1)  # @bottom
	else:
		down(left - 1, fd)  # @call


def main():
	depth = int(sys.argv[1])
	fd, _ = os.pipe()
	sys.setrecursionlimit(depth + 1000)
	threading.stack_size(1 << 29)
	thread = threading.Thread(target=down, args=(depth, fd), name="diver", daemon=True)
	thread.start()
	thread.join()


if __name__ == "__main__":
	main()
