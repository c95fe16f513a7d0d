#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Targets by rule, without HTTP: $PROBE (tests/support/serve_probe.c) is a keeper, its samplers, and a front that tells
what they send. Needs the right to read other processes; without it all is skipped aloud.

	discover.py [--only NAME]
"""
import argparse
import os
import queue
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback

import lib

PROBE = os.environ.get("PROBE") or os.path.join(lib.TOP, "build/obj/support/serve_probe")
FOUND = 1.0  # seconds in which a new process is to be found
TRIES = 3    # on a busy machine the victim itself may have to wait: one of so many must do
PATIENCE = 20

BURN = """
import os, sys, threading, time
def burn(until):
	while time.monotonic() < until:
		pass
print("ready", os.getpid(), flush=True)
"""
BUSY = BURN + "burn(time.monotonic() + 60)\n"
IDLE = BURN + "time.sleep(60)\n"
FORKS = BURN + """
sys.stdin.readline()
if os.fork() == 0:
	print("ready", os.getpid(), flush=True)
time.sleep(60)
"""
EXECS = BURN + """
sys.stdin.readline()
os.execv("/bin/sleep", ["sleep", "60"])
"""

# Its memory's lock is held for writing most of the time: protecting four million pages takes tens of milliseconds.
HOLDS = BURN + """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
libc.madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
libc.mprotect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
size = 16 << 30
at = libc.mmap(None, size, 1, 0x4022, -1, 0)  # PROT_READ; private, anonymous, no reserve: all the zero page
assert at != ctypes.c_void_p(-1).value
libc.madvise(at, size, 15)                    # no huge pages
assert libc.madvise(at, size, 22) == 0        # mapped now
def hold():
	while True:
		libc.mprotect(at, size, 0)
		libc.mprotect(at, size, 1)
threading.Thread(target=hold, daemon=True).start()
print("ready", os.getpid(), flush=True)
burn(time.monotonic() + 60)
"""


class Victim:
	"""A Python with a tag on its command line, by which rules know it."""

	def __init__(self, tag, script=IDLE, command=None, wait=True):
		words = [os.path.realpath(sys.executable), "-c", script, tag]
		self.process = subprocess.Popen(command or words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
			preexec_fn=lib.die_with_runner)
		self.pid = self.process.pid
		self.ready_at = None
		if wait:
			self.wait()

	def wait(self):
		line = self.process.stdout.readline()
		lib.check(line.startswith("ready "), "the victim said %r" % line)
		self.ready_at = time.monotonic()
		return int(line.split()[1])

	def go(self):
		self.process.stdin.write("\n")
		self.process.stdin.flush()

	def end(self):
		self.process.kill()
		self.process.wait()

	def __enter__(self):
		return self

	def __exit__(self, *_):
		self.end()


class Probe:
	"""Lines come with the time at which they were read; each is kept."""

	def __init__(self, rules, daemon="", pids=()):
		self.folder = tempfile.mkdtemp(prefix="scrape-discover.")
		os.chmod(self.folder, 0o755)
		self.conf = os.path.join(self.folder, "scrape.conf")
		self.daemon = "[daemon]\nslice = 1s\n" + daemon
		self.write(rules)
		self.process = subprocess.Popen([PROBE, self.conf, *map(str, pids)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
			preexec_fn=lib.die_with_runner)
		self.lines = queue.Queue()
		self.seen = []
		self.reader = threading.Thread(target=self.read, daemon=True)
		self.reader.start()
		self.sampler = int(self.until(r"sampler 0 (\d+)")[1])
		self.until(r"session 0")

	def write(self, rules):
		with open(self.conf, "w") as f:
			f.write(self.daemon + rules)

	def read(self):
		for line in self.process.stdout:
			self.lines.put((time.monotonic(), line.rstrip("\n")))
		self.lines.put((time.monotonic(), None))

	def say(self, line):
		self.process.stdin.write(line + "\n")
		self.process.stdin.flush()

	def rules(self, text):
		self.write(text)
		self.say("rules " + self.conf)

	def until(self, pattern, seconds=PATIENCE):
		"""The match of the next line that fits; .at is when it came."""
		deadline = time.monotonic() + seconds
		while True:
			try:
				at, line = self.lines.get(timeout=max(0.001, deadline - time.monotonic()))
			except queue.Empty:
				raise lib.Failure("no line %r came; the last were %r" % (pattern, self.seen[-12:]))
			if line is None:
				raise lib.Failure("the probe has ended; its last lines were %r" % self.seen[-12:])
			self.seen.append(line)
			match = re.match(pattern, line)
			if match:
				self.at = at
				return match

	def drain(self, seconds):
		"""The lines of the next seconds."""
		first = len(self.seen)
		deadline = time.monotonic() + seconds
		while time.monotonic() < deadline:
			try:
				at, line = self.lines.get(timeout=max(0.001, deadline - time.monotonic()))
			except queue.Empty:
				break
			if line is None:
				break
			self.seen.append(line)
		return self.seen[first:]

	def end(self):
		self.process.stdin.close()
		try:
			self.process.wait(10)
		except subprocess.TimeoutExpired:
			self.process.kill()
			self.process.wait()
		os.unlink(self.conf)
		os.rmdir(self.folder)

	def __enter__(self):
		return self

	def __exit__(self, *_):
		self.end()


def rule(tag, *lines):
	return "[rule %s]\ncommand = %s$\n%s\n" % (tag, tag, "\n".join(lines))


def in_time(one_try, what):
	"""The best of some tries is found within a second."""
	took = []
	for _ in range(TRIES):
		took.append(one_try())
		if took[-1] < FOUND:
			return
	raise lib.Failure("%s: found after %s s" % (what, ", ".join("%.2f" % t for t in took)))


def test_new_process():
	with Probe(rule("tag-new", "service = Shop", "label.zone = eu")) as probe:
		def one_try():
			with Victim("tag-new") as victim:
				probe.until(r"target 0 %d Shop zone=eu" % victim.pid)
				found = probe.at
				victim.end()
				probe.until(r"gone 0 %d 0" % victim.pid)
				return found - victim.ready_at
		in_time(one_try, "a new process")


def test_fork():
	with Probe(rule("tag-fork")) as probe:
		def one_try():
			with Victim("tag-fork", FORKS) as victim:
				probe.until(r"target 0 %d " % victim.pid)
				victim.go()
				child = victim.wait()
				try:
					probe.until(r"target 0 %d " % child)
					return probe.at - victim.ready_at
				finally:
					os.kill(child, signal.SIGKILL)
		in_time(one_try, "a forked process")


def test_exec_of_a_python():
	python = os.path.realpath(sys.executable)
	with Probe(rule("tag-exec")) as probe:
		def one_try():
			# what runs first has the tag too: it is met, is no Python, and is another program a second later
			with Victim("tag-exec", command=["/bin/sh", "-c", 'sleep 1; exec "$0" -c "$1" tag-exec', python, IDLE,
					"tag-exec"]) as victim:
				probe.until(r"target 0 %d " % victim.pid)
				return probe.at - victim.ready_at
		in_time(one_try, "a Python after exec")


def test_exec_away():
	with Probe(rule("tag-away")) as probe, Victim("tag-away", EXECS) as victim:
		probe.until(r"target 0 %d " % victim.pid)
		victim.go()
		probe.until(r"gone 0 %d 1" % victim.pid)


def test_who_is_left_alone():
	with Probe("[rule no]\nexclude = yes\ncommand = tag-no$\n" + rule("tag-old", "min-age = 4s") + rule("tag-no")) as probe:
		with Victim("tag-no") as no, Victim("tag-old") as old, Victim("tag-other") as other:
			probe.until(r"target 0 %d " % old.pid)
			lib.check(probe.at - old.ready_at > 3, "found %.1f s old" % (probe.at - old.ready_at))
			for line in probe.seen + probe.drain(1):
				lib.check(not re.match(r"target 0 (%d|%d) " % (no.pid, other.pid), line), line)


def slices(lines, pid):
	"""[(ticks, looks, lost)] of whole slices: those after the first in which the pid was looked at."""
	found, looks = [], None
	for line in lines:
		words = line.split()
		if words[0] == "looks" and int(words[2]) == pid:
			before = looks or (0, 0)
			looks = before[0] + int(words[3]), before[1] + int(words[4])
		if words[0] == "slice":
			if looks:
				found.append((int(words[2]),) + looks)
			looks = None
	return found[1:]


def test_rules_under_load():
	first = rule("tag-kept", "service = One") + rule("tag-dropped")
	second = rule("tag-kept", "service = One", "rate = 50") + rule("tag-fast", "rate = 100")
	with Victim("tag-kept", BUSY) as kept, Victim("tag-dropped", BUSY) as dropped, Probe(first) as probe:
		probe.until(r"target 0 %d One" % kept.pid)
		probe.until(r"target 0 %d " % dropped.pid)
		lines = probe.drain(2.5)
		for turn in range(6):
			probe.rules(second if turn % 2 == 0 else first.replace("[rule tag-dropped]", "[rule x]\nexclude = yes"))
			lines += probe.drain(0.5)
		lines += probe.drain(2.5)
		lib.check(any(line == "gone 0 %d 3" % dropped.pid for line in lines), "the dropped target is not gone")
		lib.check(not any(line.startswith("gone 0 %d" % kept.pid) for line in lines), "the kept target was let go")
		whole = slices(lines, kept.pid)
		lib.check(len(whole) >= 4, "slices: %r" % whole)
		for ticks, looks, lost in whole:
			# a target that is looked at at every second tick counts each look twice, chosen at random in pairs
			lib.check(abs(looks + lost - ticks) <= 4, "ticks, looks, lost: %r" % whole)
		probe.rules(rule("tag-kept", "service = Two", "label.a = b"))
		probe.until(r"gone 0 %d 3" % kept.pid)
		probe.until(r"target 0 %d Two a=b" % kept.pid)
		lib.check(sum(looks for _, looks, _ in slices(probe.drain(2.5), kept.pid)) > 20, "no looks after the new name")


def test_another_timer():
	with Victim("tag-timer", BUSY) as victim, Probe(rule("tag-timer", "rate = 20")) as probe:
		probe.until(r"target 0 %d " % victim.pid)
		slow = slices(probe.drain(3.5), victim.pid)
		probe.rules(rule("tag-timer", "rate = 200"))
		fast = slices(probe.drain(4.5), victim.pid)
		lib.check(slow and all(15 <= ticks <= 25 for ticks, _, _ in slow), "ticks at 20 Hz: %r" % slow)
		lib.check(sum(ticks > 100 for ticks, _, _ in fast) >= 2, "ticks at 200 Hz: %r" % fast)
		# A look of the slice in which the timer changed stands for a turn of ten ticks, of which one at least has passed.
		for i, (ticks, looks, lost) in enumerate(slow + fast):
			most = 4 + 9 if i == len(slow) else 4
			lib.check(abs(looks + lost - ticks) <= most, "ticks, looks, lost: %r" % (slow + fast))
		lib.check(not any(line.startswith("gone") for line in probe.seen), "the target was let go")


def test_bad_rules_change_nothing():
	with Victim("tag-still", BUSY) as victim, Probe(rule("tag-still")) as probe:
		probe.until(r"target 0 %d " % victim.pid)
		probe.rules("[rule x]\ncommand = (\n")
		probe.until(r"failed .*scrape.conf:4: command: ")
		lib.check(not any(line.startswith("gone") for line in probe.drain(1.5)), "a target is gone")


def test_short_lived():
	python = os.path.realpath(sys.executable)
	with Victim("tag-short", BUSY) as kept, Probe(rule("tag-short")) as probe:
		probe.until(r"target 0 %d " % kept.pid)
		running, started = [], 0
		while started < 200 or running:
			while started < 200 and len(running) < 4:
				running.append(subprocess.Popen([python, "-S", "-c", "import time; time.sleep(%g)" % (started % 7 / 50),
					"tag-short"]))
				started += 1
			running = [one for one in running if one.poll() is None]
			time.sleep(0.005)
		lines = probe.seen + probe.drain(3)
		met = {line.split()[2] for line in lines if line.startswith("target")} - {str(kept.pid)}
		gone = {line.split()[2] for line in lines if line.startswith("gone")}
		lib.check(met <= gone, "not let go: %r" % (met - gone))
		lib.check(str(kept.pid) not in gone, "the kept target is gone")
		lib.check(not any(line.startswith(("ended", "failed")) for line in lines), "the sampler has ended")


def test_killed_sampler():
	with Victim("tag-killed", BUSY) as victim, Probe(rule("tag-killed")) as probe:
		probe.until(r"target 0 %d " % victim.pid)
		os.kill(probe.sampler, signal.SIGKILL)
		probe.until(r"ended 0")
		began = probe.at
		probe.say("sampler")
		probe.until(r"sampler 1 \d+")
		probe.until(r"target 1 %d " % victim.pid)
		lib.check(probe.at - began < 2, "looked at again after %.2f s" % (probe.at - began))
		probe.say("kill 1")  # by request, as of one that does not answer
		probe.until(r"ended 1")
		time.sleep(0.5)  # its stream ends before it is waited for
		probe.say("kill 1")
		probe.until(r"failed .*no such sampler")
		lib.check(victim.process.poll() is None, "the target did not survive")


def test_named_pids():
	with Victim("tag-named") as victim, Probe("", pids=(victim.pid, 4194304)) as probe:
		probe.until(r"note 0 4194304 -1 no process has PID 4194304")
		probe.until(r"target 0 %d " % victim.pid)


def test_exact():
	with Victim("tag-exact", BUSY) as victim, Probe(rule("tag-exact", "exact = yes"), "target-budget = 50%\n") as probe:
		probe.until(r"target 0 %d " % victim.pid)
		whole = slices(probe.drain(3.5), victim.pid)
		lib.check(sum(looks for _, looks, _ in whole) > 20, "looks by ptrace: %r" % whole)


def test_only():
	with Victim("tag-only") as one, Victim("tag-only") as two, Probe(rule("tag-only")) as probe:
		probe.until(r"target 0 (%d|%d) " % (one.pid, two.pid))
		probe.until(r"target 0 (%d|%d) " % (one.pid, two.pid))
		probe.say("sampler")
		probe.until(r"sampler 1 ")
		probe.say("only 1 %d" % two.pid)
		lines = probe.drain(2)
		last = {}
		for line in lines:
			words = line.split()
			if words[0] in ("target", "gone") and words[1] == "1":
				last[int(words[2])] = words[0]
		lib.equal({pid for pid, word in last.items() if word == "target"}, {two.pid}, "targets of the second sampler")
		probe.say("only 1")
		probe.until(r"target 1 %d " % one.pid)


def test_blocked():
	with Victim("tag-other", BUSY) as other, Probe(rule("tag-holds") + rule("tag-other")) as probe:
		probe.until(r"target 0 %d " % other.pid)
		with Victim("tag-holds", HOLDS) as victim:
			victim.wait()
			probe.until(r"note 0 %d -15 PID %d: a look waited" % (victim.pid, victim.pid))
			probe.until(r"gone 0 %d 2" % victim.pid)
			probe.say("sampler")
			probe.until(r"sampler 1 ")
			probe.say("only 1 %d" % victim.pid)
			probe.until(r"target 1 %d " % victim.pid)
			lines = probe.drain(3)
			lib.check(not any(line.startswith("target 0") for line in lines), "the first sampler took it back")
			lib.check(slices([line for line in lines if line.split()[1] == "0"], other.pid), "the other one is lost")


def test_budget():
	with Victim("tag-dear", BUSY) as victim, Probe(rule("tag-dear", "rate = 1000"), "target-budget = 0.3%\n") as probe:
		probe.until(r"target 0 %d " % victim.pid)
		probe.until(r"note 0 %d 0 PID %d: looking at it takes .* 500 times a second from now on" % (victim.pid, victim.pid))
		looks = 0
		for line in probe.drain(3.5):
			words = line.split()
			looks += int(words[3]) + int(words[4]) + int(words[5]) if words[0] == "looks" else 0
		lib.check(looks > 2000, "%d looks: each must stand for as many ticks as it did not look" % looks)


def test_dump():
	with Victim("tag-dump", BUSY) as victim, Probe(rule("tag-nobody")) as probe:
		probe.say("dump %d" % victim.pid)
		probe.until(r"sampler 1 ")
		probe.until(r"target 1 %d " % victim.pid)
		probe.until(r"ended 1")
		probe.say("dump 4194305")
		probe.until(r"note 2 4194305 -1 ")
		probe.until(r"ended 2")


def test_too_many_samplers():
	with Probe(rule("tag-nobody")) as probe:
		for _ in range(7):
			probe.say("sampler")
		probe.until(r"sampler 7 ")
		for number in range(8):
			probe.say("kill %d" % number)
			probe.until(r"ended %d" % number)


def parent_of(pid):
	with open("/proc/%d/stat" % pid) as f:
		return int(f.read().rpartition(")")[2].split()[1])


def alive(pid):
	try:
		with open("/proc/%d/stat" % pid) as f:
			return f.read().rpartition(")")[2].split()[0] != "Z"
	except OSError:
		return False


def wait_dead(pids):
	deadline = time.monotonic() + 5
	while any(alive(pid) for pid in pids):
		lib.check(time.monotonic() < deadline, "still there: %r" % [pid for pid in pids if alive(pid)])
		time.sleep(0.02)


def test_ends_together():
	with Probe(rule("tag-nobody")) as probe:
		front = int(probe.seen[0].split()[1])
		lib.equal(parent_of(probe.sampler), probe.process.pid, "the sampler's parent")
		if os.geteuid() == 0:
			lib.check(probe.seen[0].split()[2] != "0", "the front is still root")
			with open("/proc/%d/status" % front) as f:
				status = f.read()
			lib.check("CapPrm:\t0000000000000000" in status and "NoNewPrivs:\t1" in status, "the front's rights")
		probe.process.send_signal(signal.SIGTERM)
		lib.equal(probe.process.wait(10), 128 + signal.SIGTERM, "exit code of a front that TERM killed")
		wait_dead([front, probe.sampler])
	with Probe(rule("tag-nobody")) as probe:
		front = int(probe.seen[0].split()[1])
		probe.process.kill()
		wait_dead([front, probe.sampler])
	with Probe(rule("tag-nobody")) as probe:
		probe.say("quit")
		lib.equal(probe.process.wait(10), 7, "the front's own exit code")
		wait_dead([probe.sampler])


def main():
	parser = argparse.ArgumentParser()
	parser.add_argument("--only", action="append")
	options = parser.parse_args()
	tests = [(name[5:], test) for name, test in globals().items() if name.startswith("test_") and
		(not options.only or any(word in name for word in options.only))]
	if os.geteuid() != 0:
		print("skip: reading other processes needs root here")
		print("discover: 0 passed, 0 failed, %d skipped" % len(tests))
		return 77
	passed = failed = 0
	for name, test in tests:
		began = time.monotonic()
		try:
			test()
			passed += 1
			print("pass %s (%.1f s)" % (name, time.monotonic() - began), flush=True)
		except lib.Failure as failure:
			failed += 1
			print("FAIL %s: %s" % (name, failure), flush=True)
		except Exception:  # a bug of the test is a failure with its place
			failed += 1
			print("FAIL %s: %s" % (name, traceback.format_exc()), flush=True)
	print("discover: %d passed, %d failed, 0 skipped" % (passed, failed))
	return 1 if failed or not passed else 0


if __name__ == "__main__":
	sys.exit(main())
