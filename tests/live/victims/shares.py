# SPDX-License-Identifier: MIT
"""Two functions on one busy thread, 60 % and 40 % of its CPU time, and a thread that sleeps. For `scrape top`."""
import sys
import threading
import time

from ready import ready

SLICE = 0.02


def heavy_sixty():
	until = time.thread_time() + SLICE * 0.6
	while time.thread_time() < until:
		pass


def light_forty():
	until = time.thread_time() + SLICE * 0.4
	while time.thread_time() < until:
		pass


def again(depth):
	"""Is on the stack five times, and counts once."""
	if depth > 0:
		return again(depth - 1)
	heavy_sixty()
	return light_forty()


def nap():
	time.sleep(600)


def main():
	threading.Thread(target=nap, name="napper", daemon=True).start()
	ready()
	until = time.time() + float(sys.argv[1])
	while time.time() < until:
		again(4)


if __name__ == "__main__":
	main()
