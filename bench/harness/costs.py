# SPDX-License-Identifier: MIT
"""What a look costs the profiler: CPU by part, memory, highest rate; idle targets; system calls."""
import contextlib
import os
import re
import tempfile
import time

from . import meter, place, tools
from .table import Figure, Table, median
from .target import Target

RATES = [100, 1000, 10000, tools.MAX]
DEPTHS = [5, 30, 200, 1000]
SHAPES = [(30, 4, 0), (30, 1, 100), (30, 1, 150)]
SAMPLER_KIB, FRONT_KIB, FRONT_US = 8 << 10, 16 << 10, 2.0
SUSTAINED = 20000
# Counted by name, where a tool makes them for each look.
CALLS = ["process_vm_readv", "process_vm_writev", "clock_nanosleep", "getrusage", "pread64", "read", "write", "poll",
	"openat", "getdents64", "sched_setaffinity", "ptrace", "wait4", "futex", "clock_gettime", "sendmsg", "recvfrom"]

COST_NOTE = """CPU time (user + system) of each process of the tool per look that was verified (scrape) or gave a result
(others), in us, in a window of steady work. Median (minimum-maximum) of 2 or 3 runs, tools in turn. max: as fast as the
tool can. py-spy does not tell its visits when there are several threads: taken as asked."""
IDLE_NOTE = """Sleeping targets, 100 looks a second asked: CPU us of all processes of the tool per tick, its wake-ups
included: on a CPU that sleeps too, a wake-up costs what micro's "wake-up only, idle CPU" says, however little is done
then. Each further: what one process more costs. Long idle: after the targets have slept for a while."""
CALLS_NOTE = """Counted by perf at 1 kHz, depth 30, one busy thread: a run of 4 s minus one of 2 s, so that start and
end cancel. (strace would take the sampler off its CPU at each call.)"""


def rate_name(rate):
	return "max" if rate == tools.MAX else "%d Hz" % rate if rate < 1000 else "%d kHz" % (rate // 1000)


def sampler_goal(version, depth, busy, parked, rate):
	"""The issue's: one busy thread, 3.11+, depth 30; 10 us more at 200; twice that up to 3.10."""
	goal = {100: 40, 1000: 18, 10000: 15}.get(rate)
	if goal is None or busy != 1 or parked or depth not in (30, 200):
		return None
	goal += 10 if depth == 200 else 0
	return goal * 2 if int(version[2:]) <= 10 else goal


class Cell:
	"""All repetitions of one tool on one shape of target at one rate."""

	def __init__(self, tool, version, shape, rate):
		self.tool, self.version, self.shape, self.rate = tool, version, shape, rate
		self.costs, self.lost, self.problem = [], [], ""

	def measure(self, target, window):
		depth, busy, parked = self.shape
		# Austin counts the stacks of all threads, scrape those of the threads that it looked at.
		threads = busy + parked
		try:
			cost, report = meter.cost(self.tool, target, self.rate, window, threads)
		except tools.Unusable as problem:
			self.problem = problem.short
			return
		self.costs.append(cost)
		self.lost.append(report.lost_percent)

	def order(self):
		return (self.shape[1:], int(self.version[2:]), self.shape[0], RATES.index(self.rate))

	def figures(self):
		if not self.costs:
			return ["-"] * 5 + [self.problem]
		depth, busy, parked = self.shape
		main = "sampler" if self.tool.splits else "all"
		scrape = self.tool.splits
		goal = sampler_goal(self.version, *self.shape, self.rate) if scrape else None
		cells = [Figure([cost.us_per_look.get(main, 0) for cost in self.costs], goal)]
		front = [cost.us_per_look.get("front", 0) for cost in self.costs]
		cells.append(Figure(front, FRONT_US) if scrape else "-")
		sustained = SUSTAINED if scrape and self.rate == tools.MAX and self.shape == (30, 1, 0) else None
		cells.append(Figure([cost.rate for cost in self.costs], sustained, True, 0))
		cells.append(Figure(self.lost, 0.5 if scrape else None, digits=2))
		peaks = [cost.peak_kib.get(main, 0) for cost in self.costs]
		cells.append(Figure(peaks, SAMPLER_KIB if scrape else None, digits=0))
		peaks = [cost.peak_kib.get("front", 0) for cost in self.costs]
		cells.append(Figure(peaks, FRONT_KIB, digits=0) if scrape else "-")
		return cells


def plan(bench):
	"""(version, shape, rate, tools, repeats): every version at one depth, some at all depths, one with many
	threads, peers where they are compared with. --quick takes a few of them."""
	main, own = bench.main, bench.own[:1]
	plain, quick = (30, 1, 0), bench.quick
	if quick:
		for rate in (100, 1000, tools.MAX):
			yield main, plain, rate, own + {100: [], 1000: bench.peers}.get(rate, bench.named("Austin 4")), 2
		yield main, (200, 1, 0), 1000, own, 2
		yield main, (30, 1, 100), 100, own, 2
		return
	peers = {rate: bench.peers if rate != 10000 else bench.named("Austin 4") for rate in RATES}
	for rate in RATES:
		yield main, plain, rate, own + peers[rate], 3
		for depth in DEPTHS:
			if depth != 30:
				compare = bench.named("Austin 4", "py-spy" if rate == 1000 else "")
				yield main, (depth, 1, 0), rate, own + compare, 2
		for shape in SHAPES:
			yield main, shape, rate, own + (bench.peers if rate == 100 else []), 2
		for version in bench.pythons:
			if version == main:
				continue
			compare = int(version[2:]) >= 14 and rate in (1000, tools.MAX)
			yield version, plain, rate, own + (peers[rate] if compare else []), 2
			for depth in (5, 200, 1000) if version in ("3.10", "3.14") else ():
				yield version, (depth, 1, 0), rate, own, 2


def cost(bench):
	table = Table("cost of a look", COST_NOTE, ["CPython", "depth", "busy", "parked", "rate", "tool", "sampler us",
		"front us", "looks/s", "lost %", "peak KiB", "front KiB"])
	groups = []
	for version, shape, rate, used, repeats in plan(bench):
		used = [tool for tool in used if version in bench.pythons and not tool.refuses(bench.pythons[version])]
		if used:
			groups.append((repeats, [Cell(tool, version, shape, rate) for tool in used]))
	for number in range(max(repeats for repeats, _ in groups) if groups else 0):
		for repeats, cells in groups:
			if number < repeats:
				measure_group(bench, cells)
	for cell in sorted((cell for _, cells in groups for cell in cells), key=Cell.order):
		shape = [str(one) for one in cell.shape]
		table.add(cell.version, *shape, rate_name(cell.rate), cell.tool.name, *cell.figures())
	return [table]


def measure_group(bench, cells):
	first = cells[0]
	bench.progress("cost", first.version, first.shape, rate_name(first.rate))
	with Target(bench.pythons[first.version], "stack.py", *first.shape, rows=first.shape[1]) as target:
		for cell in cells:
			cell.measure(target, bench.window(first.rate))


def idle_cpu(tool, command_of, targets, settle, window):
	"""{process: CPU us per second} of a tool that looks at sleeping targets 100 times a second."""
	with meter.Running(tool, targets[0], 100, settle + window + 2, command=command_of) as running:
		time.sleep(settle)
		before, start = running.meter(), time.monotonic()
		time.sleep(window)
		after, wall = running.meter(), time.monotonic() - start
		if running.process.poll() is not None:
			raise tools.Unusable("it ended too early and said: " + running.text()[-300:])
		return {role: (cpu - before.get(role, (0, 0))[0]) / 1e3 / wall for role, (cpu, _) in after.items()}


def idle_runs(bench, tool, targets, settle):
	"""(CPU us per tick of all processes, of the front), each one value for each run."""
	window = 2 if bench.quick else 5
	out = os.path.join(tempfile.gettempdir(), "bench-idle-%d.json" % os.getpid())
	sums, fronts = [], []
	for _ in range(bench.repeats):
		try:
			command = tool.command_many(targets, 100, settle + window + 2, out) if tool.splits else None
			used = idle_cpu(tool, command, targets, settle, window)
		finally:
			if os.path.exists(out):
				os.unlink(out)
		sums.append(sum(used.values()) / 100)
		fronts.append(used.get("front", 0) / 100)
	return sums, fronts


def idle_row(bench, table, tool, what, targets, settle, goal=None):
	bench.progress("idle", what, tool.name)
	try:
		sums, fronts = idle_runs(bench, tool, targets, settle)
	except tools.Unusable as problem:
		table.add(what, tool.name, "-", problem.short)
		return None
	table.add(what, tool.name, Figure(sums, goal, digits=2), Figure(fronts, digits=2) if tool.splits else "-")
	return median(sums)


def idle(bench):
	table = Table("idle targets", IDLE_NOTE, ["targets", "tool", "us per tick", "of it front"])
	python, own = bench.pythons[bench.main], bench.own[0]
	peers = [] if bench.quick else [tool for tool in bench.peers if not tool.refuses(python)]
	long = 8 if bench.quick else 30
	with Target(python, "stack.py", 5, 0, 0, rows=0) as target:
		one = idle_row(bench, table, own, "1 process", [target], 1, 2.0)
		one_long = idle_row(bench, table, own, "1 process, long idle", [target], long, 0.3)
		for tool in peers:
			idle_row(bench, table, tool, "1 process", [target], 1)
	with Target(python, "stack.py", 5, 0, 9, rows=0) as target:
		for tool in [own] + peers:
			goal = 2.0 if tool is own else None
			idle_row(bench, table, tool, "1 process of 10 threads", [target], 1, goal)
	if one is None or one_long is None:
		return [table]
	with contextlib.ExitStack() as stack:
		targets = [stack.enter_context(Target(python, "stack.py", 5, 0, 0, rows=0)) for _ in range(100)]
		for what, settle, alone, goal in ("", 1, one, 2.0), (", long idle", long, one_long, 0.3):
			many = idle_row(bench, table, own, "100 processes" + what, targets, settle)
			if many is not None:
				each = Figure([(many - alone) / 99], goal, digits=2)
				table.add("each further process" + what, own.name, each, "-")
	return [table]


def perf(out):
	events = ["raw_syscalls:sys_enter"] + ["syscalls:sys_enter_" + name for name in CALLS]
	return ["perf", "stat", "-x", ",", "-e", ",".join(events), "-o", out]


def parse_perf(text):
	"""{"all": 10, "getrusage": 4, ...} from lines "4,,syscalls:sys_enter_getrusage,..."."""
	found = {}
	for match in re.finditer(r"^(\d+),[^,]*,(?:raw_syscalls:sys_enter|syscalls:sys_enter_(\w+)),", text, re.M):
		found[match.group(2) or "all"] = int(match.group(1))
	return found


def count_calls(tool, target, seconds):
	"""(system calls by name, looks) of a whole run."""
	with meter.Running(tool, target, 1000, seconds, wrapper=perf) as running:
		report = running.report()
		return parse_perf(meter.read(running.calls)), report.looks


def syscalls_row(table, tool, target):
	try:
		(short, few), (long, many) = count_calls(tool, target, 2), count_calls(tool, target, 4)
	except tools.Unusable as problem:
		table.add(target.python.version, tool.name, "-", problem.short)
		return
	if many <= few or "all" not in long:
		table.add(target.python.version, tool.name, "-", "no more looks in the longer run")
		return
	each = {name: (long[name] - short.get(name, 0)) / (many - few) for name in long}
	most = sorted((item for item in each.items() if item[0] != "all"), key=lambda item: -item[1])
	table.add(target.python.version, tool.name, Figure([each["all"]], digits=2),
		", ".join("%s %.2f" % item for item in most[:6] if item[1] >= 0.02))


def syscalls(bench):
	table = Table("system calls per look", CALLS_NOTE, ["CPython", "tool", "calls per look", "which"])
	if not place.output("perf", "stat", "-e", "raw_syscalls:sys_enter", "true"):
		place.say("syscalls: skipped, perf cannot count them here")
		return [table]
	for version in [bench.main] if bench.quick else ["3.10", bench.main, "3.15"]:
		if version not in bench.pythons:
			continue
		with Target(bench.pythons[version], "stack.py", 30, 1, 0) as target:
			for tool in bench.own + ([] if bench.quick else bench.peers):
				if not tool.refuses(target.python):
					bench.progress("syscalls", version, tool.name)
					syscalls_row(table, tool, target)
	return [table]
