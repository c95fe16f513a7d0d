# SPDX-License-Identifier: MIT
"""Runs a tool on a target and meters its processes while it works: CPU time from schedstat (nanoseconds, unlike the
ticks of stat), peak memory, looks."""
import math
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time

from . import tools
from .place import read


START_SECONDS = 0.5  # of py-spy, about
END_SECONDS = 30  # for a tool to write its result and end


def descendants(pid):
	"""The process and all that it started, parents first."""
	found = [pid]
	for one in found:
		for task in os.listdir("/proc/%d/task" % one) if os.path.exists("/proc/%d/task" % one) else []:
			found += [int(child) for child in read("/proc/%d/task/%s/children" % (one, task)).split()]
	return found


def cpu_ns(pid):
	try:
		tasks = os.listdir("/proc/%d/task" % pid)
	except OSError:
		return 0
	return sum(int((read("/proc/%d/task/%s/schedstat" % (pid, task)).split() or [0])[0]) for task in tasks)


def peak_kib(pid):
	match = re.search(r"VmHWM:\s+(\d+) kB", read("/proc/%d/status" % pid))
	return int(match.group(1)) if match else 0


def roles_of(pids):
	"""The parts of scrape: what was started is the front, its first child without a name of its own the sampler."""
	roles = []
	for number, pid in enumerate(pids):
		name = read("/proc/%d/comm" % pid).strip()
		if number == 0:
			roles.append("front")
		elif name == "scrape-symbols":
			roles.append("symbols")
		else:
			roles.append("sampler" if "sampler" not in roles else "watchdog")
	return roles


class Running:
	"""A tool at work. Its output is kept in a folder of its own, which the target's root can see."""

	def __init__(self, tool, target, rate, seconds, command=None, wrapper=None, more=()):
		self.tool, self.target, self.seconds = tool, target, seconds
		refused = tool.refuses(target.python)
		if refused:
			raise tools.Unusable(refused)
		self.folder = tempfile.mkdtemp(prefix="run-", dir=target.shared)
		self.out = os.path.join(self.folder, "out")
		self.said = open(os.path.join(self.folder, "said"), "wb+")
		self.calls = os.path.join(self.folder, "calls")
		command = command or tool.command(target, rate, seconds, self.out)
		self.started = time.monotonic()
		if wrapper:
			command = wrapper(self.calls) + command
		self.process = subprocess.Popen(command + list(more), stdin=subprocess.DEVNULL, stdout=self.said,
			stderr=subprocess.STDOUT)
		self.stopped = []

	def meter(self):
		"""{role: (CPU ns, peak KiB)} at this moment."""
		found = {}
		pids = descendants(self.process.pid)
		for pid, role in zip(pids, roles_of(pids) if self.tool.splits else ["all"] * len(pids)):
			cpu, peak = found.get(role, (0, 0))
			found[role] = (cpu + cpu_ns(pid), peak + peak_kib(pid))
		return found

	def pause(self):
		self.stopped = descendants(self.process.pid)
		for pid in self.stopped:
			self.signal(pid, signal.SIGSTOP)

	def go_on(self):
		for pid in reversed(self.stopped):
			self.signal(pid, signal.SIGCONT)
		self.stopped = []

	@staticmethod
	def signal(pid, number):
		try:
			os.kill(pid, number)
		except ProcessLookupError:
			pass

	def text(self):
		self.said.seek(0)
		return self.said.read().decode("utf-8", "replace")

	def report(self, threads=1):
		"""Waits for the end of the tool."""
		try:
			self.process.wait(self.seconds + END_SECONDS)
		except subprocess.TimeoutExpired:
			raise tools.Unusable("it did not end") from None
		if self.process.returncode not in self.tool.good_ends:
			said = self.text()[-300:]
			raise tools.Unusable("it ended with %d and said: %s" % (self.process.returncode, said))
		return self.tool.report(self.out, self.text(), threads)

	def close(self):
		self.go_on()
		if self.process.poll() is None:
			self.process.send_signal(signal.SIGINT)
			try:
				self.process.wait(10)
			except subprocess.TimeoutExpired:
				for pid in descendants(self.process.pid):
					self.signal(pid, signal.SIGKILL)
				self.process.wait()
		self.said.close()
		shutil.rmtree(self.folder, ignore_errors=True)

	def __enter__(self):
		return self

	def __exit__(self, *_):
		self.close()


class Cost:
	"""What a tool used in a window of steady work, start and end not counted."""

	def __init__(self, before, after, wall, looks_per_second):
		self.rate = looks_per_second
		self.looks = looks_per_second * wall
		self.peak_kib = {role: peak for role, (_, peak) in after.items()}
		self.us_per_look = {}
		for role, (cpu, _) in after.items():
			spent = cpu - before.get(role, (0, 0))[0]
			self.us_per_look[role] = spent / 1e3 / self.looks if self.looks else float("inf")


def cost(tool, target, rate, window, threads=1, settle=0.8):
	"""(Cost, Report) of one run."""
	seconds = settle + window + 0.3
	if tool.whole_seconds:
		seconds = math.ceil(seconds)
	with Running(tool, target, rate, seconds) as running:
		time.sleep(settle)
		before, start = running.meter(), time.monotonic()
		time.sleep(window)
		after, end = running.meter(), time.monotonic()
		if running.process.poll() is not None:
			raise tools.Unusable("it ended too early and said: " + running.text()[-300:])
		report = running.report(threads)
		took = time.monotonic() - running.started
	# py-spy makes as many looks as it was asked for, however long they take.
	sampled = max(seconds, took - START_SECONDS) if tool.overruns else seconds
	return Cost(before, after, end - start, report.looks / sampled), report
