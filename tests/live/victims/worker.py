# SPDX-License-Identifier: MIT
"""worker.py SECOND [RATE]: a small service that answers RATE requests a second (20), each in three functions of a fixed
amount of work. From that second on (seconds since 1970, 0: never) score() does three times its work."""
import os
import sys
import time


def parse(units):
	total = 0
	for number in range(units):
		total += number * number % 7
	return total


def score(units):
	total = 0
	for number in range(units):
		total += number * number % 11
	return total


def render(units):
	total = 0
	for number in range(units):
		total += number * number % 13
	return total


def answer(unit, factor):
	return parse(unit) + score(unit * factor) + render(unit)


def calibrate():
	"""How much work is 1.5 ms of CPU time here."""
	best = 1.0
	for _ in range(5):
		began = time.thread_time()
		parse(20000)
		best = min(best, time.thread_time() - began)
	return max(1, int(20000 * 0.0015 / best))


def main():
	second, rate = float(sys.argv[1]), float(sys.argv[2]) if len(sys.argv) > 2 else 20
	unit = calibrate()
	print("ready", os.getpid(), flush=True)
	due = time.time()
	while True:
		now = time.time()
		answer(unit, 3 if second and now >= second else 1)
		due = max(due + 1 / rate, now)
		time.sleep(max(0, due - time.time()))


if __name__ == "__main__":
	main()
