# SPDX-License-Identifier: MIT
"""execs.py SECONDS INTERPRETER...: burns CPU for SECONDS in work_a or work_b, then execs itself, in turn with the
other letter and with the next interpreter. A stack with both letters belongs to no moment of this process."""
import os
import sys
import time

from ready import ready


def work_a(until):
	while time.time() < until:
		pass


def work_b(until):
	while time.time() < until:
		pass


def phase_a(until):
	work_a(until)


def phase_b(until):
	work_b(until)


def main():
	letter = os.environ.get("VICTIM_LETTER", "")
	if not letter:
		ready()
	until = time.time() + float(sys.argv[1])
	(phase_b if letter == "b" else phase_a)(until)
	os.environ["VICTIM_LETTER"] = "a" if letter == "b" else "b"
	interpreters = sys.argv[2:]
	following = interpreters[1:] + interpreters[:1]
	os.execv(following[0], [following[0], os.path.abspath(__file__), sys.argv[1]] + following)


if __name__ == "__main__":
	main()
