# SPDX-License-Identifier: MIT
"""Native stacks: what a look costs by depth, beside others; how long --exact stops threads; what a frame costs; how soon
the first look at a process with very large files comes; what a target loses."""
import contextlib
import mmap
import os
import re
import shutil
import struct
import subprocess
import tempfile
import time

from . import place
from .table import Figure, Table, median_interval

DEPTHS = [20, 100]
DEEP = 1000
STOP_US, FRAME_US, ATTACH_S, LOST_PERCENT = 50, 0.3, 1.0, 1.0
LARGE_MIB, LARGE_FILES, FUNCTION_BYTES = 300, 6, 512

COST_NOTE = """CPU time per look at one busy thread of a C program (-O2, with call frame information, no frame pointers)
and of CPython 3.12 (-n: as many Python frames, and the native ones below), in us. scrape: its sampler, by its own account,
without the child that reads files. perf: `perf record --call-graph dwarf` and the `perf script` that unwinds, per sample.
eu-stack: one process for each look. Median (minimum-maximum), tools in turn."""
STOP_NOTE = """--exact: from the last moment at which a thread was seen not to stand until it was let go, in us, as the
summary tells (buckets of 19 %)."""
FRAME_NOTE = """The difference of sampler CPU per look between stacks of 1000 and of 20 C frames, divided by 980: reading the
stack, unwinding, and recording a stack that was seen before, all in."""
ATTACH_NOTE = """A C program that maps %d MiB of shared libraries (%d files, functions of %d bytes with call frame
information): wall time of `scrape -p PID -d 1` less its second of looking, the names at the end included. RSS: of the
largest of its processes.""" % (
	LARGE_MIB, LARGE_FILES, FUNCTION_BYTES)
LOST_NOTE = """Rounds of work of a busy C program in windows of 1 s with scrape, less those in the windows without before and
after, in %. Interval of 95 % for the median."""


class Program:
	"""A started target: native.c with its counter of work, or a Python of that depth."""

	def __init__(self, folder, depth, python=None):
		self.folder, self.depth, self.python = folder, depth, python

	def __enter__(self):
		if self.python:
			command = [self.python, "-c", "def work():\n s = 0\n for i in range(1000): s += i * i\n return s\n"
				"def descend(n):\n if n: return descend(n - 1)\n print('ready', flush=True)\n"
				"\n while True: work()\ndescend(%d)" % (self.depth - 2)]
		else:
			path = os.path.join(self.folder, "rounds")
			with open(path, "wb") as file:
				file.write(bytes(8))
			self.file = open(path, "rb")
			self.memory = mmap.mmap(self.file.fileno(), 8, access=mmap.ACCESS_READ)
			command = [os.path.join(self.folder, "native"), str(self.depth), path]
		self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
		self.process.stdout.readline()
		self.pid = self.process.pid
		time.sleep(0.2)
		return self

	def rounds(self):
		return struct.unpack("=Q", self.memory[:8])[0]

	def __exit__(self, *_):
		self.process.kill()
		self.process.wait()
		self.process.stdout.close()
		if not self.python:
			self.memory.close()
			self.file.close()


def run(*command):
	"""(what it said, CPU seconds of it and its children)."""
	with tempfile.TemporaryFile() as said:
		process = subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=said, stderr=said)
		_, status, usage = os.wait4(process.pid, 0)
		process.returncode = os.waitstatus_to_exitcode(status)
		said.seek(0)
		text = said.read().decode("utf-8", "replace")
	if process.returncode not in (0, 254):
		raise RuntimeError("%s: %s" % (command[0], text[-300:]))
	return text, usage.ru_utime + usage.ru_stime


def number(pattern, text):
	match = re.search(pattern, text)
	return float(match.group(1)) if match else None


def scrape_cost(bench, pid, rate, seconds, *words):
	"""(us per look, p50, p99 of stops or None). A look a tick: there is one thread."""
	text, _ = run(bench.scrape, *words, "-p", pid, "-r", rate, "-d", seconds, "-f", "folded", "-o", os.devnull)
	cost = number(r"([\d.]+) us a tick", text)
	return cost, number(r"p50 ([\d.]+) us", text), number(r"p99 ([\d.]+) us", text)


def perf_cost(folder, pid, rate, seconds):
	data = os.path.join(folder, "perf.data")
	_, record = run("perf", "record", "-q", "-F", rate, "--call-graph", "dwarf,32768", "-p", pid, "-o", data, "--", "sleep", seconds)
	text, script = run("perf", "script", "-i", data, "-F", "comm,tid,time,ip,sym")
	os.remove(data)
	samples = len(re.findall(r"^\S.*:\s*$", text, re.M))
	return (record + script) * 1e6 / max(samples, 1)


def eu_stack_cost(pid, times=20):
	return sum(run("eu-stack", "-p", pid)[1] for _ in range(times)) * 1e6 / times


def py_spy_cost(folder, pid, rate, seconds):
	text, cpu = run(place.peer("py-spy"), "record", "--native", "-p", pid, "-r", rate, "-d", seconds, "-f", "raw", "-o",
		os.path.join(folder, "py-spy"))
	return cpu * 1e6 / max(number(r"Samples: (\d+)", text) or 1, 1)


def measurers(bench, folder, program, rate, seconds):
	"""[(tool, function)] that can be had for this target."""
	mode = ["-n"] if program.python else []
	found = [("scrape " + " ".join(mode), lambda: scrape_cost(bench, program.pid, rate, seconds, *mode)[0]),
		("scrape " + " ".join(mode + ["--exact"]), lambda: scrape_cost(bench, program.pid, rate, seconds, *mode, "--exact")[0])]
	if shutil.which("perf"):
		found.append(("perf record -g dwarf", lambda: perf_cost(folder, program.pid, rate, seconds)))
	if shutil.which("eu-stack") and rate == 100:
		found.append(("eu-stack", lambda: eu_stack_cost(program.pid)))
	if program.python and bench.peers and place.peer("py-spy"):
		found.append(("py-spy --native", lambda: py_spy_cost(folder, program.pid, rate, seconds)))
	return [(name.strip(), function) for name, function in found]


def costs(bench, folder):
	table = Table("native: CPU per look", COST_NOTE, ["target", "depth", "rate", "tool", "us per look"])
	repeats = 1 if bench.quick else 2
	for python in (None, bench.pythons[bench.main].path):
		for depth in DEPTHS:
			with Program(folder, depth, python) as program:
				for rate, seconds in ((100, 6), (1000, 3)):
					tools, values = measurers(bench, folder, program, rate, seconds), {}
					for _ in range(repeats):
						for name, function in tools:
							bench.progress("native", depth, rate, name)
							values.setdefault(name, []).append(function())
					for name, of_tool in values.items():
						table.add("CPython " + bench.main if python else "C", str(depth), "%d Hz" % rate, name, Figure(of_tool))
	return table


def stops(bench, folder):
	table = Table("native: stops of --exact", STOP_NOTE, ["target", "rate", "p50 us", "p99 us"])
	for python in (None, bench.pythons[bench.main].path):
		with Program(folder, 20, python) as program:
			for rate in (100, 1000):
				found = [scrape_cost(bench, program.pid, rate, 3, "-n", "--exact") for _ in range(1 if bench.quick else 5)]
				table.add("CPython " + bench.main if python else "C", "%d Hz" % rate, Figure([one[1] for one in found], STOP_US),
					Figure([one[2] for one in found]))
	return table


def frames(bench, folder):
	table = Table("native: a frame", FRAME_NOTE, ["what", "us"])
	values = []
	for _ in range(1 if bench.quick else 5):
		by_depth = {}
		for depth in (20, DEEP):
			with Program(folder, depth) as program:
				by_depth[depth] = scrape_cost(bench, program.pid, 1000, 2)[0]
		values.append((by_depth[DEEP] - by_depth[20]) / (DEEP - 20))
	table.add("unwinding a frame", Figure(values, FRAME_US, digits=3))
	return table


def make_large(folder):
	"""The libraries, of functions that push and pop like others do."""
	count = (LARGE_MIB << 20) // LARGE_FILES // FUNCTION_BYTES
	for i in range(LARGE_FILES):
		source = os.path.join(folder, "large.s")
		with open(source, "w", encoding="utf-8") as file:
			file.write(".text\n.globl large_%d\nlarge_%d:\n.rept %d\n.cfi_startproc\npush %%rbp\n.cfi_def_cfa_offset 16\n"
				".cfi_offset 6, -16\nmov %%rsp, %%rbp\n.cfi_def_cfa_register 6\n.skip %d, 0x90\npop %%rbp\n.cfi_def_cfa 7, 8\nret\n"
				".cfi_endproc\n.endr\n" % (i, i, count, FUNCTION_BYTES - 6))
		run("gcc", "-shared", "-nostdlib", "-Wl,-soname,large%d.so" % i, source, "-o", os.path.join(folder, "large%d.so" % i))
		os.remove(source)
	run("gcc", "-O2", os.path.join(place.TARGETS, "native.c"), "-o", os.path.join(folder, "large"), "-L" + folder,
		"-Wl,--no-as-needed", "-Wl,-rpath," + folder, *["-l:large%d.so" % i for i in range(LARGE_FILES)])


def peak_of(front, ended):
	"""The largest VmHWM of its children and theirs, in MiB, while it runs."""
	peaks = {}
	while not ended():
		for pid in [front] + place.read("/proc/%d/task/%d/children" % (front, front)).split():
			for child in place.read("/proc/%s/task/%s/children" % (pid, pid)).split():
				kib = number(r"VmHWM:\s+(\d+)", place.read("/proc/%s/status" % child))
				peaks[child] = max(peaks.get(child, 0), (kib or 0) / 1024)
		time.sleep(0.02)
	return peaks


def attach(bench, folder):
	table = Table("native: the first look at a large process", ATTACH_NOTE, ["what", "s", "stacks cut of 100", "RSS MiB"])
	bench.progress("native: making %d MiB of ELF" % LARGE_MIB)
	make_large(folder)
	path = os.path.join(folder, "rounds")
	with open(path, "wb") as file:
		file.write(bytes(8))
	seconds, cut, memory = [], [], []
	with contextlib.ExitStack() as stack:
		target = subprocess.Popen([os.path.join(folder, "large"), "20", path], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
		stack.callback(target.stdout.close)
		stack.callback(target.wait)
		stack.callback(target.kill)
		target.stdout.readline()
		for _ in range(1 if bench.quick else 3):
			began = time.monotonic()
			scrape = subprocess.Popen([bench.scrape, "-p", str(target.pid), "-d", "1", "-f", "folded"], stdin=subprocess.DEVNULL,
				stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
			peaks = peak_of(scrape.pid, lambda: scrape.poll() is not None)
			seconds.append(time.monotonic() - began - 1)
			stacks = scrape.communicate()[0].decode("utf-8", "replace").splitlines()
			cut.append(sum(int(line.rsplit(" ", 1)[1]) for line in stacks if "[truncated]" in line))
			memory.append(max(peaks.values(), default=0))
	table.add("%d MiB in %d files" % (LARGE_MIB, LARGE_FILES), Figure(seconds, ATTACH_S, digits=2), Figure(cut, digits=0),
		Figure(memory, digits=0))
	return table


def lost(bench, folder):
	table = Table("native: what a target loses", LOST_NOTE, ["rate", "tool", "pairs", "lost %"])
	for rate, goal in ((100, LOST_PERCENT), (1000, None)):
		for words in ([], ["--exact"]):
			values = []
			with Program(folder, 20) as program:
				command = [bench.scrape, *words, "-p", str(program.pid), "-r", str(rate), "-f", "folded", "-o", os.devnull]
				for _ in range(3 if bench.quick else 15):
					values.append(loss(program, command))
			table.add("%d Hz" % rate, " ".join(["scrape"] + words), str(len(values)),
				Figure(values, goal, digits=2, interval=median_interval(values)))
	return table


def speed(program):
	began, before = time.monotonic(), program.rounds()
	time.sleep(1)
	return (program.rounds() - before) / (time.monotonic() - began)


def loss(program, command):
	before = speed(program)
	scrape = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
	try:
		time.sleep(0.7) # until it has attached
		during = speed(program)
	finally:
		scrape.terminate()
		scrape.wait()
	after = speed(program)
	return 100 * (1 - during * 2 / (before + after))


def native(bench):
	if not bench.scrape or not shutil.which("gcc"):
		place.say("native: skipped, no scrape or no gcc")
		return []
	with tempfile.TemporaryDirectory(prefix="scrape-bench.") as folder:
		run("gcc", "-O2", os.path.join(place.TARGETS, "native.c"), "-o", os.path.join(folder, "native"))
		return [part(bench, folder) for part in (costs, stops, frames, lost, attach)]
