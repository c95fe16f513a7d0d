# SPDX-License-Identifier: MIT
"""What looking does to a target: nothing that it could notice, not even when the sampler dies or stops in the middle."""
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time

import lib
from lib import check, equal, scrape, scrape_command
from natives import Built, SOURCES, build, need, run, start

ROUNDS = int(os.environ.get("EFFECTS_ROUNDS", 60)) # of each kind; 500 and 500 before a release


alone = threading.Lock() # these measure how long something takes


def started(name):
	path = Built.path(name)
	with Built.lock:
		if not os.path.exists(path):
			run(need("gcc"), "-O2", os.path.join(SOURCES, name + ".c"), "-o", path, "-lpthread")
	return start(path)


def blocking():
	return started("blocking")


def demand_quiet(truth):
	check(truth, "the victim did not live to tell")
	equal(truth["calls"], 27, "blocking calls")
	equal(truth["early"], 0, "calls that came back")
	equal(truth["arrived"], truth["sent"], "signals that arrived")
	check(truth["sent"] > 100, "only %d signals" % truth["sent"])


def test_blocking_calls(_interpreter):
	with blocking() as victim:
		result = scrape("-p", victim.pid, "-d", 4, "-r", 1000, "--mode", "wall", "-f", "folded", "-o", os.devnull)
		equal(result.code, 0, repr(result))
		demand_quiet(victim.finish())


def test_blocking_calls_exact(_interpreter):
	"""Those that sleep are not stopped; those that run are, and lose no signal by it."""
	with blocking() as victim:
		result = scrape("--exact", "-p", victim.pid, "-d", 4, "-r", 500, "--mode", "wall", "-f", "folded", "-o", os.devnull)
		equal(result.code, 0, repr(result))
		demand_quiet(victim.finish())


def test_filter_put_on_later(_interpreter):
	"""A thread that gets a seccomp filter while it is looked at is not stopped any more, and says so as lost looks."""
	for words in ((), ("-n",)):
		with started("filtered") as victim:
			result = scrape("--exact", *words, "-p", victim.pid, "-d", 4, "-r", 1000, "-f", "folded")
			equal(result.code, 0, repr(result))
			check(victim.process.poll() is None, "the victim died: %s" % victim.last_words())
			looks = [(stack[-1][0], count) for stack, count in lib.parse_folded(result.out)
				if "sandboxed" in [one[0] for one in stack]]
			check(looks in ([], [("sandboxed", 1)]), # one that had begun just before
				"looks at the filtered thread as it ran: %r" % looks)
			lost = re.search(r"stop (\d+)", result.err)
			check(lost and int(lost.group(1)) > 200, "lost looks: %s" % result.err)
			check(victim.finish()["rounds"] > 100, "it did not work on")


def stopped(pid):
	"""The letter of a thread that is stopped, "" if none is."""
	for tid in os.listdir("/proc/%d/task" % pid):
		try:
			with open("/proc/%d/task/%s/stat" % (pid, tid)) as file:
				state = file.read().rpartition(")")[2].split()[0]
		except (FileNotFoundError, ProcessLookupError):
			continue
		if state in "tT":
			return state
	return ""


def is_held(pid, tracer):
	"""Is its main thread, the one that runs, stopped by this process? scrape begins anew with another sampler."""
	with open("/proc/%d/status" % pid) as file:
		facts = dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)
	return facts["State"][0] in "tT" and facts["TracerPid"] == str(tracer)


def sampler_of(front):
	"""The one of its children that has the children that read files."""
	def children(pid):
		try:
			with open("/proc/%d/task/%d/children" % (pid, pid)) as file:
				return [int(word) for word in file.read().split()]
		except (FileNotFoundError, ProcessLookupError):
			return []
	for child in children(front):
		if children(child):
			return child
	return None


def hurt(victim, sig, pause):
	"""One round: a sampler is killed or stopped at a random moment. For how long the victim then stood, in seconds."""
	process = subprocess.Popen(scrape_command("--exact", "-p", victim.pid, "-r", 5000, "-f", "folded", "-o", os.devnull),
		stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
	try:
		sampler, until = None, time.monotonic() + 5
		while not sampler and time.monotonic() < until:
			time.sleep(0.002)
			sampler = sampler_of(process.pid)
		check(sampler, "no sampler")
		time.sleep(pause)
		os.kill(sampler, sig)
		hit = time.monotonic()
		since, longest = None, 0
		while time.monotonic() < hit + 0.15 or since:
			now = time.monotonic()
			since = (since or now) if is_held(victim.pid, sampler) else None
			longest = max(longest, now - since if since else 0)
			check(longest < 2, "the victim is not let go")
			time.sleep(0.001)
		return longest
	finally:
		os.killpg(process.pid, signal.SIGKILL)
		process.wait()


def hurt_often(sig):
	dice = random.Random(20261127)
	with alone, blocking() as victim:
		held = sorted(hurt(victim, sig, 0.02 + dice.random() * 0.05) for _ in range(ROUNDS))
		print("  %s: %d times, the victim stood still in %d, for %.0f ms at most" % (sig.name, ROUNDS,
			sum(one > 0 for one in held), held[-1] * 1000), flush=True)
		# a busy machine may let the watchdog wait for a CPU, but rarely
		check(held[-1 - ROUNDS // 50] < 0.1, "held for more than 100 ms: %s" % held[-5:])
		time.sleep(0.1) # what was killed lets go when it gets a CPU to end on
		equal(stopped(victim.pid), "", "state at the end")
		demand_quiet(victim.finish())


def test_sampler_is_killed(_interpreter):
	hurt_often(signal.SIGKILL)


def test_sampler_is_stopped(_interpreter):
	"""Its watchdog ends it."""
	hurt_often(signal.SIGSTOP)


def test_stopped_target_stays_stopped(_interpreter):
	with start(build("O2"), "halves") as victim:
		os.kill(victim.pid, signal.SIGSTOP)
		time.sleep(0.1)
		for words in (("-p", victim.pid, "-d", 1), ("--exact", "-p", victim.pid, "-d", 1)):
			scrape(*words) # whatever it says
			equal(stopped(victim.pid), "T", "state of a stopped process")
		os.kill(victim.pid, signal.SIGCONT)
		time.sleep(0.1)
		equal(stopped(victim.pid), "", "state after SIGCONT")


def test_traced_target_keeps_its_tracer(_interpreter):
	with start(build("O2"), "halves") as victim:
		code = ("import ctypes,sys,time\nlibc=ctypes.CDLL(None)\n"
			"print(libc.ptrace(0x4206, %d, None, None), flush=True)\ntime.sleep(60)" % victim.pid)
		tracer = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, start_new_session=True)
		try:
			equal(tracer.stdout.readline(), b"0\n", "PTRACE_SEIZE of the test")
			result = scrape("--exact", "-p", victim.pid, "-d", 1)
			check(result.code != 0 and "traced" in result.err, repr(result))
			result = scrape("-p", victim.pid, "-d", 1)
			equal(result.code, 0, repr(result))
			with open("/proc/%d/status" % victim.pid) as file:
				equal([line.split()[1] for line in file if line.startswith("TracerPid")], [str(tracer.pid)], "tracer")
		finally:
			os.killpg(tracer.pid, signal.SIGKILL)
			tracer.wait()
			tracer.stdout.close()
