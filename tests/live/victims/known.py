# SPDX-License-Identifier: MIT
"""Blocked at a known line of a known chain, with locals that are known too. "# @name" marks the lines."""
import os

from ready import ready


def leaf(fd, number, text="kept"):
	total = number * 2
	items = [1, 2, 3]
	os.read(fd, 1)  # @leaf
	return total, items, text


def middle(fd):
	return leaf(fd, 21)  # @middle


def outer(fd):
	for _ in range(3):
		if fd >= 0:
			middle(  # @outer
				fd
			)


def main():
	fd, _ = os.pipe()
	ready()
	outer(fd)  # @main


if __name__ == "__main__":
	main()  # @module
