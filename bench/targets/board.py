# SPDX-License-Identifier: MIT
"""The board on which a target writes how much work it has done, so that its speed can be read without asking it.

The board is a file that the target inherits as a descriptor (a target in a chroot has no other file in common with
the bench). Word 0 is 1 when the target is ready; each busy thread has a row of four words:

	sequence, units of work, CPU ns of the thread, monotonic ns

The sequence is odd while the row is being written. Runs on CPython 3.6 and later, standard library only."""
import mmap
import time

ROW_WORDS = 4
BYTES = 4096


class Board:
	def __init__(self, descriptor):
		self.words = memoryview(mmap.mmap(descriptor, BYTES)).cast("Q")

	def ready(self):
		self.words[0] = 1

	def row(self, number):
		return Row(self.words, (number + 1) * ROW_WORDS)


class Row:
	def __init__(self, words, start):
		self.words = words
		self.start = start
		self.units = 0
		self.cpu_clock = getattr(time, "CLOCK_THREAD_CPUTIME_ID")

	def add(self, units):
		"""One system call, so it belongs into a loop that works for about a millisecond."""
		words, at = self.words, self.start
		self.units += units
		cpu = int(time.clock_gettime(self.cpu_clock) * 1e9)
		words[at] += 1
		words[at + 1] = self.units
		words[at + 2] = cpu
		words[at + 3] = int(time.monotonic() * 1e9)
		words[at] += 1
