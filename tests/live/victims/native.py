"""Python and C in turns, known by construction: the first argument says which. Ends by SIGTERM."""
import ctypes
import functools
import gc
import json
import os
import sys
import threading
import time
import zlib

libc = ctypes.CDLL(None)
MIXED = [(i * 7919) % 64 for i in range(64)]
COMPARE = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_int), ctypes.POINTER(ctypes.c_int))


def work(n=300):
	total = 0
	for i in range(n):
		total += i * i
	return total


def compare(a, b):
	work()
	return (a[0] > b[0]) - (a[0] < b[0])


def by_qsort():
	"""C that calls back into Python."""
	libc.qsort((ctypes.c_int * 64)(*MIXED), 64, ctypes.sizeof(ctypes.c_int), COMPARE(compare))


def compare_deep(a, b):
	libc.qsort((ctypes.c_int * 8)(*MIXED[:8]), 8, ctypes.sizeof(ctypes.c_int), COMPARE(compare))
	return (a[0] > b[0]) - (a[0] < b[0])


def by_two_qsorts():
	"""Python, C, Python, C, Python."""
	libc.qsort((ctypes.c_int * 16)(*MIXED[:16]), 16, ctypes.sizeof(ctypes.c_int), COMPARE(compare_deep))


def hook(found):
	work()
	return found


def by_json():
	"""json's scanner, in C, calls the hook."""
	json.loads(TEXT, object_hook=hook)


TEXT = json.dumps([{"a": i, "b": str(i)} for i in range(200)])
BYTES = os.urandom(1 << 16) * 4


def by_zlib():
	zlib.compress(BYTES, 9)


def key(value):
	work()
	return -value


def by_sorted():
	sorted(range(100), key=key)


def fold(a, b):
	work()
	return a + b


def by_reduce():
	functools.reduce(fold, range(100))


class Cycle:
	def __init__(self):
		self.me = self

	def __del__(self):
		work()


def by_gc():
	"""A collection, with finalizers."""
	for _ in range(50):
		Cycle()
	gc.collect()


def generator():
	for i in range(100):
		work()
		yield i


def by_generator():
	sum(generator())


THREAD = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p)


def thread_main(_):
	end = time.monotonic() + 600
	while time.monotonic() < end:
		work(3000)
	return 0


thread_callback = THREAD(thread_main)


def by_c_thread():
	"""A thread that C starts and that then calls Python."""
	thread = ctypes.c_ulong()
	libc.pthread_create(ctypes.byref(thread), None, thread_callback, None)
	time.sleep(600)


def by_numpy():
	import numpy
	numbers = numpy.arange(1 << 20, dtype=numpy.float64)
	while True:
		numbers[::-1].copy().sort()


def main():
	step = globals()[sys.argv[1]]
	print("ready", os.getpid(), flush=True)
	while True:
		step()


main()
