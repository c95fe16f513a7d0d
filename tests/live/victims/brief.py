# SPDX-License-Identifier: MIT
"""brief.py: a thread that computes, beside a dozen that live for some milliseconds, now and then: more stacks than
glibc keeps for those to come."""
import threading
import time

from ready import ready


def spin(until):
	while time.time() < until:
		pass


def main():
	ready()
	threading.Thread(target=spin, args=(time.time() + 600,), daemon=True).start()
	while True:
		threads = [threading.Thread(target=spin, args=(time.time() + 0.05,)) for _ in range(12)]
		for thread in threads:
			thread.start()
		for thread in threads:
			thread.join()
		time.sleep(0.2)


if __name__ == "__main__":
	main()
