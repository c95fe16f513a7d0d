# SPDX-License-Identifier: MIT
"""A target: started, read by its board, ended. See bench/targets/board.py for the board.

A target of a root runs in a mount namespace of its own with /proc mounted there and the root as its root, and tools
that must see its files by the same paths join that namespace."""
import glob
import mmap
import os
import shutil
import struct
import subprocess
import tempfile
import time

from . import place
from .tools import Unusable

BOARD_BYTES = 4096
ROW = struct.Struct("4Q")
ENTER_ROOT = 'mount -t proc proc "$0/proc" && exec chroot "$0" "$@"'


class Gone(Unusable):
	"""The target ended."""


class Speed:
	"""What was done between two readings of the board, all busy threads together."""

	def __init__(self, before, after):
		units = cpu = wall = 0.0
		for row_before, row_after in zip(before, after):
			units += row_after[0] - row_before[0]
			cpu += row_after[1] - row_before[1]
			wall = max(wall, row_after[2] - row_before[2])
		self.per_cpu = units / cpu * 1e9 if cpu else 0.0
		self.per_wall = units / wall * 1e9 if wall else 0.0


class Target:
	def __init__(self, python, program, *arguments, rows=1, board=True):
		"""Starts a program of bench/targets or, without a board, of the truth tests; returns when it is ready."""
		self.python, self.rows = python, rows
		self.folder = place.TARGETS if board else place.TRUTH
		self.shared = None
		descriptor = os.memfd_create("board")
		os.ftruncate(descriptor, BOARD_BYTES)
		words = [str(descriptor)] if board else []
		command = self.command(program) + words + [str(word) for word in arguments]
		self.process = subprocess.Popen(command, pass_fds=[descriptor], stdout=subprocess.PIPE)
		self.pid = self.process.pid
		self.board = mmap.mmap(descriptor, BOARD_BYTES)
		os.close(descriptor)
		try:
			self.wait_ready(board)
		except Gone:
			self.close()
			raise

	def command(self, program):
		if not self.python.root:
			return [self.python.path, os.path.join(self.folder, program)]
		self.shared = tempfile.mkdtemp(prefix="bench-", dir=os.path.join(self.python.root, "tmp"))
		for path in glob.glob(os.path.join(self.folder, "*.py")):
			shutil.copy(path, self.shared)
		return ["unshare", "-m", "sh", "-c", ENTER_ROOT, self.python.root, self.python.path,
			self.inside(os.path.join(self.shared, program))]

	def inside(self, path):
		"""A path below the root as the target sees it."""
		return "/" + os.path.relpath(path, self.python.root) if self.python.root else path

	def wait_ready(self, board):
		deadline = time.monotonic() + 30
		if not board:
			if not self.process.stdout.readline().startswith(b"ready"):
				raise Gone("the target ended before it was ready")
			return
		while struct.unpack_from("Q", self.board, 0)[0] != 1 or not all(row[0] for row in self.read_busy()):
			if self.process.poll() is not None or time.monotonic() > deadline:
				raise Gone("the target did not become ready")
			time.sleep(0.01)

	def read_busy(self):
		return [self.read_row(number) for number in range(self.rows)]

	def read_row(self, number):
		"""(units, CPU ns, monotonic ns) that belong together: the sequence is even and the same after it."""
		for _ in range(1000):
			row = ROW.unpack_from(self.board, (number + 1) * ROW.size)
			if row[0] % 2 == 0 and ROW.unpack_from(self.board, (number + 1) * ROW.size) == row:
				return row[1:]
			time.sleep(0.0001)
		raise Gone("the board of the target never stood still")

	def speed(self, seconds):
		before = self.read_busy()
		time.sleep(seconds)
		if self.process.poll() is not None:
			raise Gone("the target ended while it was measured")
		return Speed(before, self.read_busy())

	def close(self):
		self.process.kill()
		self.process.wait()
		self.process.stdout.close()
		if self.shared:
			shutil.rmtree(self.shared, ignore_errors=True)

	def __enter__(self):
		return self

	def __exit__(self, *_):
		self.close()
