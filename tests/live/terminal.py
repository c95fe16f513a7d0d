# SPDX-License-Identifier: MIT
"""A terminal for tests: a program in a pty, and what stands on the screen after what it wrote.

	with Terminal(scrape_command("top", "-p", pid), rows=24, columns=80) as terminal:
		terminal.wait_for("Self %")
		terminal.press("t")
		print(terminal.lines())

Knows the sequences of xterm that curses uses, and no more: any other one is a failure, so that nothing that a target
was named can pass for one.
"""
import codecs
import fcntl
import os
import re
import select
import signal
import struct
import subprocess
import termios
import time
import unicodedata

import lib
from lib import Failure, check

SEQUENCE = re.compile(r"\x1b(?:\[([?>]?[0-9;]*)([A-Za-z@`])|([()][0AB])|([=>78MDE]))")
MODES = {"?1", "?7", "?12", "?25", "?1049", "?1034", "4", "?1006;1000", "22;0;0", "23;0;0"}


class Screen:
	def __init__(self, rows, columns):
		self.resize(rows, columns)
		self.alternate = False
		self.rest = ""

	def resize(self, rows, columns):
		self.rows, self.columns = rows, columns
		self.cells = [[" "] * columns for _ in range(rows)]
		self.row = self.column = self.top = 0
		self.bottom = rows - 1
		self.last = " "

	def lines(self):
		return ["".join(row).rstrip() for row in self.cells]

	def put(self, character):
		width = 0 if unicodedata.combining(character) else \
			2 if unicodedata.east_asian_width(character) in "WF" else 1
		if width == 0:
			self.cells[self.row][max(0, self.column - 1)] += character
			return
		if self.column + width > self.columns: # the margin wraps, as xterm's does
			self.column = 0
			self.line_feed()
		self.cells[self.row][self.column] = character
		if width == 2:
			self.cells[self.row][self.column + 1] = ""
		self.column += width
		self.last = character

	def line_feed(self):
		if self.row == self.bottom:
			self.scroll(1, self.top)
		elif self.row < self.rows - 1:
			self.row += 1

	def scroll(self, n, top):
		for _ in range(abs(n)):
			blank = [" "] * self.columns
			if n > 0:
				self.cells.pop(top)
				self.cells.insert(self.bottom, blank)
			else:
				self.cells.pop(self.bottom)
				self.cells.insert(top, blank)

	def blank(self, row, begin, end):
		for column in range(max(0, begin), min(end, self.columns)):
			self.cells[row][column] = " "

	def erase(self, what):
		if what == 0:
			self.blank(self.row, self.column, self.columns)
		elif what == 1:
			self.blank(self.row, 0, self.column + 1)
		for row in range(self.rows):
			if what == 2 or (what == 0 and row > self.row) or (what == 1 and row < self.row):
				self.blank(row, 0, self.columns)

	def move(self, row, column):
		self.row = min(max(row, 0), self.rows - 1)
		self.column = min(max(column, 0), self.columns - 1)

	def control(self, arguments, letter):
		numbers = [int(word) for word in re.findall("[0-9]+", arguments)]
		n = numbers[0] if numbers and numbers[0] else 1
		if letter == "H":
			self.move(n - 1, (numbers[1] if len(numbers) > 1 else 1) - 1)
		elif letter in "ABCD":
			self.move(self.row + {"A": -n, "B": n}.get(letter, 0), self.column + {"C": n, "D": -n}.get(letter, 0))
		elif letter in "G`":
			self.move(self.row, n - 1)
		elif letter == "d":
			self.move(n - 1, self.column)
		elif letter == "J":
			self.erase(numbers[0] if numbers else 0)
		elif letter == "K":
			what = numbers[0] if numbers else 0
			self.blank(self.row, 0 if what else self.column, self.column + 1 if what == 1 else self.columns)
		elif letter == "X":
			self.blank(self.row, self.column, self.column + n)
		elif letter == "b":
			for _ in range(n):
				self.put(self.last)
		elif letter == "@":
			self.cells[self.row] = (self.cells[self.row][:self.column] + [" "] * n +
				self.cells[self.row][self.column:])[:self.columns]
		elif letter == "P":
			self.cells[self.row] = (self.cells[self.row][:self.column] + self.cells[self.row][self.column + n:] +
				[" "] * n)[:self.columns]
		elif letter in "LM":
			self.scroll(n if letter == "M" else -n, self.row)
		elif letter in "ST":
			self.scroll(n if letter == "S" else -n, self.top)
		elif letter == "r":
			self.top, self.bottom = n - 1, (numbers[1] if len(numbers) > 1 else self.rows) - 1
			self.row = self.column = 0
		elif letter in "hl" and all(word in MODES or "?" + word in MODES for word in arguments.strip("?").split(";")):
			if "1049" in arguments:
				self.alternate = letter == "h"
		elif letter not in "mt" or "?" in arguments:
			raise Failure("the terminal got a sequence that nobody should send: ESC [ %s %s" % (arguments, letter))

	def feed(self, text):
		text = self.rest + text
		self.rest = ""
		at = 0
		while at < len(text):
			character = text[at]
			if character == "\x1b":
				match = SEQUENCE.match(text, at)
				if not match:
					if len(text) - at < 16: # the rest comes with the next bytes
						self.rest = text[at:]
						return
					raise Failure("the terminal got %r" % text[at:at + 16])
				if match.group(2):
					self.control(match.group(1), match.group(2))
				elif match.group(4) == "M":
					self.move(self.row - 1, self.column)
				at = match.end()
				continue
			if character == "\r":
				self.column = 0
			elif character == "\n":
				self.line_feed()
			elif character == "\b":
				self.move(self.row, self.column - 1)
			elif character in "\x0f\x0e\t":
				pass
			elif character < " " or character == "\x7f" or "\x80" <= character <= "\x9f":
				raise Failure("the terminal got the control character %r" % character)
			else:
				self.put(character)
			at += 1


class Terminal:
	def __init__(self, command, rows=24, columns=80, term="xterm-256color", **environment):
		self.screen = Screen(rows, columns)
		self.decoder = codecs.getincrementaldecoder("utf-8")("strict")
		self.text = ""
		self.master, slave = os.openpty()
		self.set_size(slave, rows, columns)
		self.before = termios.tcgetattr(slave)
		self.slave = slave
		full = dict(os.environ, TERM=term, LC_ALL="C.UTF-8", **environment)
		full.pop("COLUMNS", None)
		full.pop("LINES", None)
		self.process = subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave, env=full,
			start_new_session=True, preexec_fn=self.become_terminal)

	@staticmethod
	def become_terminal():
		lib.die_with_runner()
		fcntl.ioctl(0, termios.TIOCSCTTY, 0)

	@staticmethod
	def set_size(descriptor, rows, columns):
		fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

	def resize(self, rows, columns):
		self.screen.resize(rows, columns)
		self.set_size(self.master, rows, columns)

	def read(self, seconds):
		"""What comes within this time; False at the end."""
		ready, _, _ = select.select([self.master], [], [], seconds)
		if not ready:
			return True
		try:
			got = os.read(self.master, 1 << 16)
		except OSError:
			return False
		got = self.decoder.decode(got)
		self.text += got
		self.screen.feed(got)
		return bool(got)

	def lines(self):
		return self.screen.lines()

	def page(self):
		return "\n".join(self.lines())

	def settle(self):
		"""A page is written at once and read in pieces: reads on until nothing comes for a moment."""
		while select.select([self.master], [], [], 0.05)[0] and self.read(0):
			pass

	def wait_for(self, wanted, seconds=15):
		"""Until a whole page has the text, or a function of its lines says true; what that said."""
		deadline = time.monotonic() + seconds
		settled = False
		while True:
			found = wanted(self.lines()) if callable(wanted) else wanted in self.page()
			if found and settled:
				return found
			settled = bool(found)
			if found:
				self.settle()
				continue
			left = deadline - time.monotonic()
			check(left > 0 and self.process.poll() is None,
				"%s does not come; the screen is:\n%s\n%r" % (wanted, self.page(), self.text[-500:]))
			self.read(min(left, 0.1))

	def press(self, keys, wanted=None):
		os.write(self.master, keys.encode())
		return self.wait_for(wanted) if wanted else None

	def end(self, seconds=10):
		"""The exit code, once the program has ended and all it wrote is read."""
		deadline = time.monotonic() + seconds
		while self.process.poll() is None:
			check(time.monotonic() < deadline, "it does not end; the screen is:\n%s" % self.page())
			self.read(0.05)
		self.settle()
		return self.process.returncode

	def check_restored(self):
		check(not self.screen.alternate, "the terminal was not given back: %r" % self.text[-200:])
		check(termios.tcgetattr(self.slave) == self.before, "the terminal's settings are not as they were")
		check(self.text.rindex("\x1b[?25") == self.text.rindex("\x1b[?25h") or "\x1b[?12l\x1b[?25h" in self.text,
			"the cursor is still hidden")

	def __enter__(self):
		return self

	def __exit__(self, *_):
		if self.process.poll() is None:
			os.killpg(self.process.pid, signal.SIGKILL)
			self.process.wait()
		os.close(self.master)
		os.close(self.slave)
