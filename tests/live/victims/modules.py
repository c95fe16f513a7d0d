# SPDX-License-Identifier: MIT
"""Blocked in a chain of functions that belong to several modules, and to none."""
import os

from modpkg import outer
from ready import ready


def main():
	fd, _ = os.pipe()
	ready()
	outer(fd)


if __name__ == "__main__":
	main()
