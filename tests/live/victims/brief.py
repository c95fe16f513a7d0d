# SPDX-License-Identifier: MIT
"""brief.py: threads that live for some milliseconds, four at a time."""
import threading
import time

from ready import ready


def spin(until):
	while time.time() < until:
		pass


def main():
	ready()
	while True:
		threads = [threading.Thread(target=spin, args=(time.time() + 0.02,)) for _ in range(4)]
		for thread in threads:
			thread.start()
		for thread in threads:
			thread.join()


if __name__ == "__main__":
	main()
