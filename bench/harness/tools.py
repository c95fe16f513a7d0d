# SPDX-License-Identifier: MIT
"""The profilers: how each is started on a target, and how what it says becomes the same few numbers.

rate is in looks per second, MAX means as fast as the tool can. A look is one visit to the target, whatever the number
of its threads."""
import json
import os
import re
import shutil

from . import mojo, place

MAX = 0
# py-spy ends after rate x duration looks, however long they take, so this must be little more than it can.
PYSPY_MAX = 5000


class Report:
	"""What a tool found: looks with a result, looks without, and, on demand, the stacks as (functions, count)."""

	def __init__(self, looks, lost, stacks):
		self.looks, self.lost, self.stacks = looks, lost, stacks

	@property
	def lost_percent(self):
		return 100.0 * self.lost / (self.looks + self.lost) if self.looks + self.lost else 100.0


class Unusable(Exception):
	"""The tool cannot do this here; the text says why."""

	@property
	def short(self):
		return " ".join(str(self).split())[:90]


def folded(text, separator, name):
	for line in text.splitlines():
		stack, _, count = line.rpartition(" ")
		if stack and count.isdigit():
			yield [name(frame) for frame in stack.split(separator)], int(count)


def need(pattern, text, what):
	match = re.search(pattern, text)
	if not match:
		raise Unusable("%s not found in: %s" % (what, text[-300:] or "(nothing said)"))
	return match


class Tool:
	name = ""
	splits = False         # its processes are told apart: front, sampler, symbols
	pausable = True        # never stops the target, so that it can itself be stopped for a moment
	whole_seconds = True   # durations
	overruns = False       # may take longer than asked
	good_ends = (0,)       # exit codes of a run that is complete
	every_look = ()        # options with which each look counts as one, unscaled

	def refuses(self, python):
		"""Why it cannot be used on this interpreter, or None."""
		return None


class Scrape(Tool):
	name, splits, whole_seconds = "scrape", True, False
	every_look = ("--mode", "wall")

	def __init__(self, path, *options):
		self.path, self.options = path, list(options)
		if options:
			self.name = "scrape " + " ".join(options)
			self.pausable = "--exact" not in options

	def refuses(self, python):
		return None if self.path else "scrape is not built"

	def command(self, target, rate, seconds, out):
		return self.command_many([target], rate, seconds, out)

	def command_many(self, targets, rate, seconds, out):
		pids = [word for target in targets for word in ("-p", str(target.pid))]
		return [self.path, "record"] + pids + ["-r", str(rate) if rate != MAX else "max", "-d", str(seconds),
			"-f", "json", "-o", out] + self.options

	def report(self, out, text, threads):
		try:
			with open(out, encoding="utf-8") as file:
				tree = json.load(file)
		except (OSError, ValueError) as error:
			raise Unusable("%s; it said: %s" % (error, text[-300:])) from None
		meta = tree["meta"]
		lost = sum(count for reason, count in meta["lost"].items() if reason != "behind")
		looks = meta["looks"]
		if threads > 1 and meta["rate_reached"]:
			# It counts the looks of each thread; the ticks of its timer are the visits.
			looks = meta["rate_reached"] * meta["duration"] - lost
		return Report(looks, lost, lambda: self.stacks(tree))

	@staticmethod
	def stacks(tree):
		"""The flat pre-order arrays: a node's parent is the last one before it that is one less deep."""
		path = []
		for name, depth, count in zip(tree["name"], tree["depth"], tree["self"]):
			del path[depth:]
			path.append(tree["function"][name])
			if count:
				yield path[1:], count


class PySpy(Tool):
	overruns = True

	def __init__(self, nonblocking=False):
		self.name = "py-spy --nonblocking" if nonblocking else "py-spy"
		self.pausable = nonblocking
		self.options = ["--nonblocking"] if nonblocking else []

	def refuses(self, python):
		return None if place.peer("py-spy") else "py-spy could not be installed"

	def command(self, target, rate, seconds, out):
		rate = PYSPY_MAX if rate == MAX else rate
		return [place.peer("py-spy"), "record", "-p", str(target.pid), "-r", str(rate), "-d",
			str(seconds), "-f", "raw", "-o", out, "--nolineno"] + self.options

	def report(self, out, text, threads):
		match = need(r"Samples: (\d+) Errors: (\d+)", text, "the closing line")
		looks = int(match.group(1))
		if threads > 1:
			# It counts the threads that it took for busy, not its visits: taken to be as many as asked.
			asked = need(r"Sampling process (\d+) times a second for (\d+)", text, "the rate")
			looks = int(asked.group(1)) * int(asked.group(2))
		stacks = lambda: folded(place.read(out), ";", lambda frame: frame.split(" (")[0])
		return Report(looks, int(match.group(2)), stacks)


class Austin(Tool):
	name = "Austin 4"
	good_ends = (0, 254)  # 254: the time given by -x is over

	def __init__(self, root):
		self.root = root
		self.works_here = bool(place.peer("austin")) and bool(place.output(place.peer("austin"), "-V"))

	def refuses(self, python):
		if not place.peer("austin"):
			return "Austin could not be installed"
		if not python.root and not self.works_here and not self.root:
			return "Austin's wheel needs a newer glibc, and there is no root that has one"
		if not 9 <= python.minor <= 14:
			return "Austin 4.0 knows CPython 3.9 to 3.14"
		return None

	def command(self, target, rate, seconds, out):
		interval = "%dus" % (1000000 // rate) if rate != MAX else "1us"
		if target.python.root:
			inside = os.path.join(target.shared, "austin")
			if not os.path.exists(inside):
				shutil.copy(place.peer("austin"), inside)
			start = ["nsenter", "-t", str(target.pid), "-m", "-r", "-w", target.inside(inside)]
		else:
			start = ([] if self.works_here else place.loader(self.root)) + [place.peer("austin")]
		return start + ["-p", str(target.pid), "-i", interval, "-x", str(seconds), "-o", target.inside(out)]

	def report(self, out, text, threads):
		plain = re.sub(r"\x1b\[[0-9;]*m", "", text)
		match = need(r"Error rate[ .]*(\d+)/(\d+)", plain, "the error rate")
		lost, made = int(match.group(1)), int(match.group(2))
		stacks = lambda: ((stack, 1) for _, stack in mojo.stacks(open(out, "rb").read()))
		return Report((made - lost) / max(threads, 1), lost / max(threads, 1), stacks)


class Tachyon(Tool):
	"""CPython's own profiling.sampling. It reads only processes of its own version, so the target's is run."""

	def __init__(self, blocking=False):
		self.name = "profiling.sampling" + (" --blocking" if blocking else "")
		self.options = ["--blocking"] if blocking else []
		self.pausable = not blocking

	def refuses(self, python):
		return None if python.minor >= 15 else "profiling.sampling came with 3.15"

	def command(self, target, rate, seconds, out):
		start = ["nsenter", "-t", str(target.pid), "-m", "-r", "-w"] if target.python.root else []
		return start + [target.python.path, "-m", "profiling.sampling", "attach", "-r",
			str(rate if rate != MAX else 1000000), "-d", str(seconds), "-a", "--collapsed", "-o",
			target.inside(out)] + self.options + [str(target.pid)]

	def report(self, out, text, threads):
		made = int(need(r"Captured (\d+) samples", text, "the number of samples").group(1))
		match = re.search(r"Error rate: ([\d.]+)", text)
		lost = round(made * float(match.group(1)) / 100) if match else 0
		name = lambda frame: frame.split(":")[1] if frame.count(":") >= 2 else frame
		stacks = lambda: ((stack[1:], count) for stack, count in folded(place.read(out), ";", name))
		return Report(made - lost, lost, stacks)
