# SPDX-License-Identifier: MIT
"""A target of known shape: busy threads at a given depth, and threads that are parked in a wait.

	stack.py BOARD_FD DEPTH BUSY PARKED

Each busy thread goes down a chain of DEPTH distinct functions f0, f1, ... of a generated module; the last one works
until its parent is gone, in turns of about a millisecond, calling a short function, and notes each turn on the board.
With BUSY 0 the main thread sleeps: an idle process."""
import os
import sys
import threading
import time

from board import Board

FILE = "chain-made.py"
CALLS = 10000
LIFETIME = 3600


def short(number):
	return number * 3 + 1 & 0xffff


def leaf(row):
	calls = range(CALLS)
	number, parent = 1, os.getppid()
	while os.getppid() == parent:
		for _ in calls:
			number = short(number)
		row.add(CALLS)


def chain(depth):
	"""The first of a chain of functions, such that leaf is the frame number DEPTH below it."""
	lines = []
	for level in range(depth - 1):
		callee = "f%d" % (level + 1) if level < depth - 2 else "leaf"
		lines.append("def f%d(row):\n\treturn %s(row)\n" % (level, callee))
	names = {"leaf": leaf}
	exec(compile("".join(lines), FILE, "exec"), names)
	return names["f0" if depth > 1 else "leaf"]


def wait_for_work(event):
	event.wait()


def parked(event):
	wait_for_work(event)


def main():
	descriptor, depth, busy, idle = (int(word) for word in sys.argv[1:5])
	board = Board(descriptor)
	sys.setrecursionlimit(depth + 1000)
	threading.stack_size(max(1 << 18, depth * 1024))
	first, event = chain(depth), threading.Event()
	for number in range(idle):
		threading.Thread(target=parked, args=(event,), daemon=True, name="parked-%d" % number).start()
	for number in range(1, busy):
		threading.Thread(target=first, args=(board.row(number),), daemon=True, name="busy-%d" % number).start()
	board.ready()
	if busy:
		first(board.row(0))
	else:
		time.sleep(LIFETIME)


if __name__ == "__main__":
	main()
