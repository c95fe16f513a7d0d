# SPDX-License-Identifier: MIT
"""shop.py busy|idle|brief N|execs N [TAG]: a small service. busy burns half a core in two functions, 2 to 1, and has a
worker thread that sleeps; execs replaces itself N times by exec. The tag tells its command line from others."""
import os
import sys
import threading
import time


def hot(units):
	total = 0
	for number in range(units * 20000):
		total += number * number % 7
	return total


def warm(units):
	return hot_inner(units)


def hot_inner(units):
	total = 0
	for number in range(units * 20000):
		total += number % 11
	return total


def serve():
	while True:
		began = time.perf_counter()
		hot(2)
		warm(1)
		time.sleep(time.perf_counter() - began)


def main():
	kind = sys.argv[1]
	if kind == "execs" and int(sys.argv[2]) > 0:
		time.sleep(0.1)
		os.execv(sys.executable, [sys.executable, __file__, "execs", str(int(sys.argv[2]) - 1)] + sys.argv[3:])
	if kind == "brief":
		hot(int(sys.argv[2]))
		return
	worker = threading.Thread(target=time.sleep, args=(3600,), name="worker", daemon=True)
	worker.start()
	print("ready", os.getpid(), flush=True)
	if kind == "idle":
		time.sleep(3600)
	serve()


if __name__ == "__main__":
	main()
