# SPDX-License-Identifier: MIT
"""What a profiler does to its target and to the truth: lost work, impossible stacks."""
import os
import re
import time

from . import meter, mojo, tools
from .costs import rate_name
from .table import Figure, Table, median_interval
from .target import Target

LOSS_GOAL = {100: 0.5, 1000: 2.5}
PLACE = re.compile(r"r[ab]*")
SLOWDOWN_NOTE = """1 - work under the tool / work without it, in %, by work per second of wall time and per second of
the target's own CPU time. Paired and alternating; of up to twice as many pairs those in which the rest of the machine
was quietest; median (95 % interval of the median). Strangers: CPUs that others used meanwhile."""
TRUTH_NOTE = """One thread runs through a tree of functions whose names say who called them, calls some 50 ns apart: a
stack that mixes two moments shows. Median of 2 runs."""


def idle_ns():
	"""Time in which the CPUs we may use had nothing to do. In steps of 10 ms: /proc/stat has nothing finer."""
	usable = {"cpu%d" % cpu for cpu in os.sched_getaffinity(0)}
	idle = 0
	for line in meter.read("/proc/stat").splitlines():
		words = line.split()
		if words and words[0] in usable:
			idle += int(words[4]) + int(words[5])
	return idle * 10000000


class Window:
	"""The target's speed over some time, and how much CPU strangers used meanwhile, in CPUs."""

	def __init__(self, target, running, seconds):
		idle, own, start = idle_ns(), self.own_ns(target, running), time.monotonic_ns()
		self.speed = target.speed(seconds)
		wall = time.monotonic_ns() - start
		idle, own = idle_ns() - idle, self.own_ns(target, running) - own
		self.strangers = len(os.sched_getaffinity(0)) - (idle + own) / wall

	@staticmethod
	def own_ns(target, running):
		pids = [target.pid] + (meter.descendants(running.process.pid) if running else [])
		return sum(meter.cpu_ns(pid) for pid in pids)


class Pairs:
	"""Windows with and without the tool, side by side. A pair in which strangers were busy says little of the tool,
	so up to PATIENCE times as many are taken and the quietest kept: by what strangers did, never by the result."""

	PATIENCE = 2
	QUIET = 0.1  # CPUs

	def __init__(self, count):
		self.count, self.all = count, []

	def add(self, on, off):
		self.all.append((on.strangers + off.strangers, on.speed, off.speed))

	def enough(self):
		quiet = sum(1 for strangers, _, _ in self.all if strangers / 2 < self.QUIET)
		return quiet >= self.count or len(self.all) >= self.count * self.PATIENCE

	def loss(self, what, goal):
		best = sorted(self.all, key=lambda pair: pair[0])[:self.count]
		values = [100 * (1 - getattr(on, what) / getattr(off, what)) for _, on, off in best]
		return Figure(values, goal, digits=2, interval=median_interval(values))

	def strangers(self):
		best = sorted(pair[0] / 2 for pair in self.all)[:self.count]
		return Figure(best, digits=2)


def still_there(running):
	if running.process.poll() is not None:
		raise tools.Unusable("it ended while it was measured and said: " + running.text()[-300:])


def pairs_paused(pairs, target, running, seconds):
	"""The tool is stopped and let go on in turn, in the order on off off on: so slow drifts of the machine cancel.
	Only for tools that never stop the target."""
	while not pairs.enough():
		windows = {}
		for on in (True, False) if len(pairs.all) % 2 == 0 else (False, True):
			if on:
				running.go_on()
			else:
				running.pause()
			time.sleep(0.02)
			windows[on] = Window(target, running, seconds)
		running.go_on()
		still_there(running)
		pairs.add(windows[True], windows[False])


def pairs_started(pairs, tool, target, rate, seconds):
	"""The same by starting the tool anew for each pair."""
	while not pairs.enough():
		off_first = len(pairs.all) % 2 == 0
		off = Window(target, None, seconds) if off_first else None
		with meter.Running(tool, target, rate, 60) as running:
			time.sleep(1.0)
			on = Window(target, running, seconds)
			still_there(running)
		time.sleep(0.1)
		pairs.add(on, off or Window(target, None, seconds))


class Nothing(tools.Tool):
	"""A profiler that does nothing: what it seems to cost is the noise of the measurement."""

	name = "(nothing: the noise)"

	def command(self, target, rate, seconds, out):
		return ["sleep", str(seconds)]


def measure_pairs(bench, tool, target, rate):
	if not tool.pausable:
		pairs = Pairs(3 if bench.quick else 10)
		pairs_started(pairs, tool, target, rate, 0.5)
		return pairs
	pairs = Pairs(15 if bench.quick else 40)
	with meter.Running(tool, target, rate, pairs.count * pairs.PATIENCE + 10) as running:
		time.sleep(1.0)
		pairs_paused(pairs, target, running, 0.2)
	return pairs


def slowdown(bench):
	table = Table("work lost by the target", SLOWDOWN_NOTE,
		["CPython", "busy", "parked", "rate", "tool", "lost of wall %", "lost of CPU %", "strangers", "pairs"])
	for version, shape, rate, used in slowdown_plan(bench):
		if version not in bench.pythons:
			continue
		used = [tool for tool in used if not tool.refuses(bench.pythons[version])]
		if used:
			with Target(bench.pythons[version], "stack.py", *shape, rows=shape[1]) as target:
				for tool in used:
					slowdown_row(bench, table, tool, target, shape, rate)
	return [table]


def slowdown_plan(bench):
	main, own = bench.main, bench.own
	if bench.quick:
		yield main, (30, 1, 0), 100, [Nothing()] + own[:1]
		yield main, (30, 1, 0), 1000, own[:1]
		return
	for rate in LOSS_GOAL:
		yield main, (30, 1, 0), rate, [Nothing()] + own + bench.named("py-spy", "Austin 4")
		yield main, (30, 4, 0), rate, own[:1] + bench.named("Austin 4")
		slow = ["py-spy", "py-spy --nonblocking"] if rate == 100 else []
		yield main, (30, 1, 150), rate, own + bench.named("Austin 4", *slow)
		yield "3.10", (30, 1, 0), rate, own[:1]
		tachyon = bench.named("profiling.sampling", "profiling.sampling --blocking")
		yield "3.15", (30, 1, 0), rate, own[:1] + tachyon


def slowdown_row(bench, table, tool, target, shape, rate):
	version = target.python.version
	bench.progress("slowdown", version, shape, rate_name(rate), tool.name)
	name = [version, str(shape[1]), str(shape[2]), rate_name(rate), tool.name]
	try:
		pairs = measure_pairs(bench, tool, target, rate)
	except tools.Unusable as problem:
		table.add(*name, "-", "-", "-", problem.short)
		return
	# The goals are for the default; --exact stops on purpose.
	goal = LOSS_GOAL[rate] if tool.name == "scrape" else None
	table.add(*name, pairs.loss("per_wall", goal), pairs.loss("per_cpu", None), pairs.strangers(),
		"%d of %d" % (pairs.count, len(pairs.all)))


def judge(stacks):
	"""(all, impossible) of a program in which each function's name is its only caller's and one more letter."""
	total = wrong = 0
	for stack, count in stacks:
		names = [name.rpartition(".")[2] for name in stack]
		places = [name for name in names if PLACE.fullmatch(name)]
		total += count
		if mojo.INVALID in names or (places and not possible(names, places)):
			wrong += count
	return total, wrong


def possible(names, places):
	"""From the root of the tree down, each called by its only caller, nothing between them."""
	whole = all(callee[:-1] == caller for caller, callee in zip(places, places[1:]))
	return places[0] == "r" and whole and names.index(places[-1]) - names.index("r") == len(places) - 1


def truth(bench):
	table = Table("impossible and lost", TRUTH_NOTE,
		["CPython", "rate", "tool", "impossible %", "lost %", "stacks"])
	for version in [bench.main] if bench.quick else list(bench.pythons):
		for rate in [1000] if bench.quick else [100, 1000, 10000]:
			used = bench.own if version == bench.main else bench.own[:1]
			if rate == 1000 and version in (bench.main, "3.14", "3.15"):
				used = used + bench.peers
			with Target(bench.pythons[version], "tree.py", board=False, rows=0) as target:
				for tool in used:
					if not tool.refuses(target.python):
						bench.progress("truth", version, rate_name(rate), tool.name)
						truth_row(bench, table, tool, target, rate)
	return [table]


def truth_row(bench, table, tool, target, rate):
	impossible, lost, count = [], [], 0
	for _ in range(2):
		try:
			seconds = 2 if bench.quick else 4
			with meter.Running(tool, target, rate, seconds, more=tool.every_look) as running:
				report = running.report()
				total, wrong = judge(report.stacks())
		except tools.Unusable as problem:
			table.add(target.python.version, rate_name(rate), tool.name, "-", "-", problem.short)
			return
		count += total
		impossible.append(100 * wrong / total if total else 100.0)
		lost.append(report.lost_percent)
	own = tool.name == "scrape"
	table.add(target.python.version, rate_name(rate), tool.name, Figure(impossible, 0 if own else None, digits=2),
		Figure(lost, 0.5 if own else None, digits=2), str(count))
