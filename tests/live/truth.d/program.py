# SPDX-License-Identifier: MIT
"""What the truth programs share: they say "ready PID", work until SIGTERM or the end of their time, then print what
they measured about themselves as one line "truth JSON"."""
import json
import os
import signal
import time

LIFETIME = 900


class Until:
	"""True while the program shall go on. Asked once per round of some milliseconds, never inside the tree."""

	def __init__(self):
		self.ended = False
		signal.signal(signal.SIGTERM, self.end)
		self.deadline = time.time() + LIFETIME

	def end(self, *_):
		self.ended = True

	def __bool__(self):
		return not self.ended and time.time() < self.deadline


def ready():
	signal.alarm(LIFETIME + 60)
	print("ready", os.getpid(), flush=True)


def truth(what):
	print("truth", json.dumps(what), flush=True)
