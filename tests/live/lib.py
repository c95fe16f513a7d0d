# SPDX-License-Identifier: MIT
"""What the live tests and the truth test share: interpreters, victims, and runs of scrape with a deadline.

	for one in interpreters():
		with one.start("victims/known.py") as victim:
			result = scrape("dump", "-p", victim.pid, "-j")

Everything that is started here is ended here, by its own pid. Needs Python 3.9 and nothing else.
"""
import concurrent.futures
import ctypes
import json
import os
import re
import selectors
import shutil
import signal
import subprocess
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
SCRAPE = os.environ.get("SCRAPE") or os.path.join(TOP, "scrape")
# With sanitizers files are read ten times more slowly: how many native stacks are whole is not judged then.
SLOW = os.path.basename(SCRAPE).endswith("-san")
TIMEOUT = 30

NO_RSEQ = {"GLIBC_TUNABLES": "glibc.pthread.rseq=0"}


class Failure(Exception):
	"""What a test found is not what is true. The text says both."""


class Skip(Exception):
	"""A test that cannot be done here. The text says why; it is printed."""


def check(condition, text):
	if not condition:
		raise Failure(text)


def equal(found, expected, what):
	check(found == expected, "%s: found %.600r, expected %.600r" % (what, found, expected))


PR_SET_PDEATHSIG = 1
libc = ctypes.CDLL(None)


def die_with_runner():
	"""Between fork and exec: whatever ends the runner ends what it started, in a chroot and after an exec too."""
	libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


class Interpreter:
	"""One CPython, perhaps in a directory of its own (root), perhaps with an environment that takes another path."""

	def __init__(self, version, path, root=None, environment=None, tag=""):
		self.version = version
		self.path = path
		self.root = root
		self.environment = environment or {}
		self.tag = tag
		self.staged = None
		self.full_version = None

	@property
	def minor(self):
		return int(self.version.split(".")[1])

	@property
	def label(self):
		where = os.path.basename(self.root) if self.root else "pyenv" if ".pyenv" in self.path else "system"
		return "%s %s%s" % (self.version, where, " " + self.tag if self.tag else "")

	def variant(self, environment, tag):
		return Interpreter(self.version, self.path, self.root, environment, tag)

	def command(self, *words):
		return (["chroot", self.root] if self.root else []) + [self.path] + list(words)

	def stage(self):
		"""The folder with the victims as the interpreter sees it: a copy, since a chroot cannot see ours."""
		if self.staged is None:
			base = os.path.join(self.root, "tmp") if self.root else None
			self.staged = tempfile.mkdtemp(prefix="scrape-live.", dir=base)
			os.chmod(self.staged, 0o755)
			for folder in ("victims", "truth.d"):
				shutil.copytree(os.path.join(HERE, folder), os.path.join(self.staged, folder),
					ignore=shutil.ignore_patterns("__pycache__"))
		return self.staged

	def inside(self, path):
		"""A path of the staged folder as the interpreter would write it."""
		return path[len(self.root):] if self.root else path

	def unstage(self):
		if self.staged:
			shutil.rmtree(self.staged, ignore_errors=True)
			self.staged = None

	def output(self, *words):
		done = subprocess.run(self.command(*words), stdout=subprocess.PIPE, env=self.full_environment(), timeout=120,
			check=True)
		return done.stdout.decode()

	def full_environment(self):
		environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
		environment.update(self.environment, PYTHONDONTWRITEBYTECODE="1")
		return environment

	def version_text(self):
		if self.full_version is None:
			self.full_version = self.output("-c", "import sys; print('%d.%d.%d' % sys.version_info[:3])").strip()
		return self.full_version

	def runtime_texts(self):
		"""What scrape may call it. Up to 3.10 the patch level is not to be read from the target's memory."""
		full = "CPython " + self.version_text()
		return (full,) if self.minor >= 11 else (full, "CPython " + self.version)

	def start(self, script, *words, timeout=60):
		path = self.inside(os.path.join(self.stage(), script))
		return Victim(self.command(path, *map(str, words)), self.full_environment(), timeout)


class Victim:
	"""A started program that has said "ready PID". Ends with the with-block."""

	def __init__(self, command, environment, timeout=60, wait=True):
		self.truth = None
		self.words = []
		self.errors = tempfile.TemporaryFile()
		self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self.errors,
			env=environment, start_new_session=True, preexec_fn=die_with_runner)
		self.pid = self.process.pid
		try:
			if wait:
				self.wait_ready(time.monotonic() + timeout)
		except BaseException:
			self.end()
			raise

	def wait_ready(self, deadline):
		while True:
			line = self.read_line(deadline)
			check(line, "the victim ended or said nothing before it was ready: %s" % self.last_words())
			word, _, rest = line.partition(" ")
			if word == "truth":
				self.truth = json.loads(rest)
			elif word == "ready":
				self.words = rest.split()[1:]
				equal(int(rest.split()[0]), self.pid, "pid that the victim says")
				return

	def last_words(self):
		self.errors.seek(0)
		return self.errors.read(1 << 20).decode("utf-8", "replace")[-2000:]

	def read_line(self, deadline):
		"""One line of the victim's output; "" at its end or at the deadline."""
		line = bytearray()
		descriptor = self.process.stdout.fileno()
		with selectors.DefaultSelector() as selector:
			selector.register(descriptor, selectors.EVENT_READ)
			while not line.endswith(b"\n"):
				if not selector.select(max(0, deadline - time.monotonic())):
					return ""
				byte = os.read(descriptor, 1) if len(line) < 1 << 24 else b""
				if not byte:
					return ""
				line += byte
		return line.decode("utf-8", "surrogateescape").rstrip("\n")

	def settle(self, seconds=10):
		"""Waits until the main thread sleeps, in three glances with a pause between."""
		calm = 0
		for _ in range(seconds * 20):
			calm = calm + 1 if process_state(self.pid) == "S" else 0
			if calm == 3:
				return
			time.sleep(0.05)
		raise Failure("the victim does not come to rest")

	def finish(self, seconds=30):
		"""Asks by SIGTERM for the line "truth JSON" and waits for the end."""
		self.process.send_signal(signal.SIGTERM)
		deadline = time.monotonic() + seconds
		while True:
			line = self.read_line(deadline)
			if not line or line.startswith("truth "):
				break
		self.end()
		return json.loads(line[6:]) if line else None

	def end(self):
		"""The victim is the leader of a session of its own: its children end with it."""
		if self.process.poll() is None:
			try:
				os.killpg(self.pid, signal.SIGKILL)
			except ProcessLookupError:
				pass
		self.process.wait()
		self.process.stdout.close()
		self.errors.close()

	def __enter__(self):
		return self

	def __exit__(self, *_):
		self.end()


def process_state(pid):
	"""The letter of /proc/PID/stat, "" if there is no such process."""
	try:
		with open("/proc/%d/stat" % pid) as file:
			return file.read().rpartition(")")[2].split()[0]
	except (FileNotFoundError, ProcessLookupError):
		return ""


def interpreters(require=False):
	"""(list of Interpreter, exit code of tests/support/pythons). Its remarks go to our stderr."""
	command = [os.path.join(TOP, "tests/support/pythons")] + (["--require"] if require else [])
	done = subprocess.run(command, stdout=subprocess.PIPE)
	found = []
	for line in done.stdout.decode().splitlines():
		match = re.fullmatch(r"(3\.\d+) (\S+)(?: root=(\S+))?", line)
		if match and int(match.group(1)[2:]) >= 8:
			found.append(Interpreter(*match.groups()))
	return found, done.returncode


class Result:
	def __init__(self, command, code, out, err, seconds):
		self.command = command
		self.code = code
		self.out = out
		self.err = err
		self.seconds = seconds

	def __repr__(self):
		return "%s: exit %s\nstdout: %.1500s\nstderr: %.1500s" % (" ".join(self.command), self.code, self.out, self.err)


def scrape_command(*words):
	return [SCRAPE] + [str(word) for word in words]


def run_to_end(command, timeout=TIMEOUT, stdout=subprocess.PIPE, **more):
	"""Result of a command. One that does not end in time is killed, and that is a failure."""
	began = time.monotonic()
	process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=stdout, stderr=subprocess.PIPE,
		start_new_session=True, **more)
	try:
		out, err = process.communicate(timeout=timeout)
	except subprocess.TimeoutExpired:
		os.killpg(process.pid, signal.SIGKILL)
		process.communicate()
		raise Failure("%s hangs: not done after %d s" % (" ".join(command), timeout)) from None
	finally:
		leftover(process.pid)
	return Result(command, process.returncode, (out or b"").decode("utf-8", "surrogateescape"),
		err.decode("utf-8", "surrogateescape"), time.monotonic() - began)


def scrape(*words, **more):
	return run_to_end(scrape_command(*words), **more)


def run_side_by_side(tests, run_one, jobs, label=""):
	"""{test: (outcome, text, seconds)}, of run_one(test). The tests share the CPUs with each other, and some judge how much
	or how soon: one that fails in company runs once more, alone, and what it said before is shown all the same."""
	with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
		pending = {pool.submit(run_one, test): test for test in tests}
		found = {pending[done]: done.result() for done in concurrent.futures.as_completed(pending)}
	for test, (outcome, text, seconds) in list(found.items()):
		if outcome == "fail" and jobs > 1:
			print("  AGAIN %s%s (%.1f s): %s" % (label, test.__name__[5:], seconds, text.replace("\n", "\n      ")), flush=True)
			found[test] = run_one(test)
	return found


def report(found, verbose, label=""):
	"""Prints failures and skips; the counts."""
	counts = {"pass": 0, "fail": 0, "skip": 0}
	for test, (outcome, text, seconds) in found.items():
		counts[outcome] += 1
		if outcome != "pass" or verbose:
			print("  %s %s%s (%.1f s)%s" % (outcome.upper(), label, test.__name__[5:], seconds,
				": " + text.replace("\n", "\n      ") if text else ""), flush=True)
	return counts


def leftover(group):
	"""scrape's children end with it: the whole session is killed, so that a lost child cannot hurt the next test."""
	try:
		os.killpg(group, signal.SIGKILL)
	except (ProcessLookupError, PermissionError):
		pass


def marks(path):
	"""{"leaf": 12, ...}: the lines that end in "# @leaf"."""
	with open(path, encoding="utf-8") as file:
		lines = enumerate(file, 1)
		return {match.group(1): number for number, match in
			((number, re.search(r"# @(\w+)$", line.rstrip())) for number, line in lines) if match}


FRAME = re.compile(r"(.*) \((.*?)(?::(\d+))?(, inlined)?\)", re.S)


def parse_frame(text):
	"""(function, file, line) of "function (file.py:12)"; a marker is (text, "", 0); what was inlined keeps that behind the
	file."""
	match = FRAME.fullmatch(text)
	if not match or text.startswith("[") and not match.group(2):
		return text, "", 0
	return match.group(1), match.group(2) + (match.group(4) or ""), int(match.group(3) or 0)


def parse_folded(text):
	"""[(list of (function, file, line), root first, count), ...]. A line that is not folded is a failure."""
	stacks = []
	for line in text.split("\n"):
		if not line:
			continue
		stack, _, count = line.rpartition(" ")
		check(stack and count.isdigit(), "not a folded line: %.200r" % line)
		stacks.append(([parse_frame(frame) for frame in stack.split(";")], int(count)))
	return stacks
