# SPDX-License-Identifier: MIT
"""Forks a child again and again, which works for 0.3 s in a function of its own; the parent waits."""
import os
import time

from ready import ready


def child_spin(until):
	while time.time() < until:
		pass


def parent_wait(pid):
	os.waitpid(pid, 0)


def main():
	ready()
	until = time.time() + 120
	while time.time() < until:
		pid = os.fork()
		if pid == 0:
			child_spin(time.time() + 0.3)
			os._exit(0)
		parent_wait(pid)


if __name__ == "__main__":
	main()
