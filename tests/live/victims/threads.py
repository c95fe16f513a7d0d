# SPDX-License-Identifier: MIT
"""threads.py N: N named threads, parked in one of four functions by their number; the main thread sleeps."""
import os
import sys
import threading
import time

from ready import ready, tell_truth, wait_until_parked


def park_0(fd):
	os.read(fd, 1)


def park_1(fd):
	os.read(fd, 1)


def park_2(fd):
	os.read(fd, 1)


def park_3(fd):
	os.read(fd, 1)


def main():
	count = int(sys.argv[1])
	fd, _ = os.pipe()
	threading.stack_size(256 * 1024)
	for number in range(count):
		name = "arbeiter-%d-\u00fc\u4e2d" % number if number % 10 == 9 else "worker-%d" % number
		target = (park_0, park_1, park_2, park_3)[number % 4]
		threading.Thread(target=target, args=(fd,), name=name, daemon=True).start()
	wait_until_parked(count, "park_")
	tell_truth()
	ready(count)
	time.sleep(600)


if __name__ == "__main__":
	main()
