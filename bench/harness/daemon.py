# SPDX-License-Identifier: MIT
"""What `scrape serve` costs: CPU and memory by the number of its targets, an hour of many services as an answer, and
the page with a large one."""
import contextlib
import json
import os
import re
import shutil
import subprocess
import tempfile
import time
import urllib.request

from . import meter, place, tools
from .table import Figure, Table
from .target import Target

RATE = 100
IDLE_MANY = 1000
IDLE_MANY_PERCENT = 5.0
SLICE_LIMIT_MIB, SPARE_MIB = 64, 32
PROFILE_MS, PAINT_MS = 50, 300
QUESTIONS = 15
ASKED = [
	("json of everything", "profile?format=json&from=-1h", PROFILE_MS),
	("json of one service", "profile?format=json&from=-1h&service=service-7", PROFILE_MS),
	("folded", "profile?format=folded&from=-1h", None),
	("pprof", "profile?format=pprof&from=-1h", None),
	("timeline by service", "timeline?by=service&from=-1h", None),
]
START_SECONDS = 60

COST_NOTE = """`scrape serve` at 100 looks a second, targets found by their command line, slices limited to 64 MiB:
CPU of all its processes together in % of one CPU, and of the sampler and the front alone; the largest memory of each
process added up, pages that they share counted for each. Finding and attaching are over when the window begins. Looks at
threads per second and target, and the share that gave nothing, are the daemon's own count."""
ANSWER_NOTE = """A daemon that has read an hour of 50 services back from its spool (bench_history --spool: 200 processes,
400 threads, 20 000 stacks, 31 MiB) is asked for all of it, from the request to the last byte of the answer. history: the
CPU time of the tree alone, in one process, without fork, encoding and HTTP."""
PAGE_NOTE = """tests/web/page_test.mjs in headless Chromium: the first picture of a profile of 100 000 nodes, counted from
the moment its bytes were there, and from the navigation; drawing it once more; the frames of a zoom."""

SAID = (r"first picture ([\d.]+) ms after the start, ([\d.]+) ms after the profile came; drawing it ([\d.]+) ms; "
	r"\d+ frames of a zoom, median ([\d.]+) ms, worst ([\d.]+) ms")


def total(metrics, name):
	"""The sum of a counter over its labels."""
	return sum(map(float, re.findall(r"^%s_total(?:\{.*\})? (\S+)$" % name, metrics, re.M)))


class Daemon:
	"""A daemon on a free port. Its answers are its own; what it costs is read from outside."""

	def __init__(self, scrape, *words):
		self.said = tempfile.TemporaryFile()
		command = [scrape, "serve", "--config", "/dev/null", "--listen", "127.0.0.1:0"]
		self.process = subprocess.Popen(command + list(words), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
			stderr=self.said)
		try:
			self.url = "http://" + self.wait(lambda: re.search(r"listening on (\S+)", self.text()), "listen").group(1)
		except tools.Unusable:
			self.close()
			raise

	def text(self):
		self.said.seek(0)
		return self.said.read().decode("utf-8", "replace")

	def wait(self, condition, what, seconds=START_SECONDS):
		deadline = time.monotonic() + seconds
		while True:
			found = condition()
			if found:
				return found
			if self.process.poll() is not None or time.monotonic() > deadline:
				raise tools.Unusable("it did not %s and said: %s" % (what, self.text()[-300:]))
			time.sleep(0.1)

	def get(self, path):
		with urllib.request.urlopen(self.url + path, timeout=30) as answer:
			return answer.read()

	def looked_at(self):
		return sum(not one["gone"] for one in json.loads(self.get("/api/v1/targets"))["targets"])

	def counters(self):
		"""(looks, looks without result) since the start, in closed slices."""
		text = self.get("/metrics").decode()
		return total(text, "scrape_samples"), total(text, "scrape_sample_errors")

	def meter(self):
		"""({role: CPU ns}, KiB of all at their largest)."""
		pids = meter.descendants(self.process.pid)
		names = [place.read("/proc/%d/comm" % pid) for pid in pids]
		roles = ["keeper", "front"] + ["symbols" if "symbols" in name else "sampler" for name in names[2:]]
		used = {}
		for pid, role in zip(pids, roles):
			used[role] = used.get(role, 0) + meter.cpu_ns(pid)
		return used, sum(meter.peak_kib(pid) for pid in pids)

	def close(self):
		self.process.terminate()
		try:
			self.process.wait(10)
		except subprocess.TimeoutExpired:
			self.process.kill()
			self.process.wait()
		self.said.close()

	def __enter__(self):
		return self

	def __exit__(self, *_):
		self.close()


def measure(bench, n, settle, window):
	"""(% of a CPU of all, of sampler, of front; MiB; looks/s; lost %) of one daemon with n targets."""
	with Daemon(bench.scrape, "-P", "bench/targets/stack[.]py", "-r", str(RATE)) as daemon:
		daemon.wait(lambda: daemon.looked_at() >= n, "find its %d targets" % n)
		time.sleep(settle)
		(before, _), looks, start = daemon.meter(), daemon.counters(), time.monotonic()
		time.sleep(window)
		(after, kib), more, wall = daemon.meter(), daemon.counters(), time.monotonic() - start
	used = {role: (cpu - before.get(role, 0)) / 1e7 / wall for role, cpu in after.items()}
	found, lost = more[0] - looks[0], more[1] - looks[1]
	return sum(used.values()), used["sampler"], used["front"], kib / 1024, found / wall / n, \
		100 * lost / (found + lost) if found + lost else 0


def cost_row(bench, table, idle, busy, settle):
	bench.progress("daemon", idle, "idle", busy, "busy")
	runs = []
	try:
		for _ in range(bench.repeats):
			runs.append(measure(bench, idle + busy, settle, 11 if bench.quick else 21))
	except (tools.Unusable, OSError) as problem:
		table.add(idle, busy, "-", str(problem)[:200])
		return
	all_cpu, sampler, front, mib, looks, lost = zip(*runs)
	goal = IDLE_MANY_PERCENT if idle == IDLE_MANY and not busy else None
	table.add(idle, busy, Figure(all_cpu, goal, digits=2), Figure(sampler, digits=2), Figure(front, digits=2),
		Figure(mib, SLICE_LIMIT_MIB + SPARE_MIB), Figure(looks), Figure(lost, digits=2))


def costs(bench):
	table = Table("the daemon", COST_NOTE, ["idle", "busy", "CPU %", "of it sampler", "front", "MiB", "looks/s", "lost %"])
	python = bench.pythons[bench.main]
	with contextlib.ExitStack() as stack:
		started = 0
		for idle in (1, 100) if bench.quick else (1, 100, IDLE_MANY):
			for _ in range(idle - started):
				stack.enter_context(Target(python, "stack.py", 5, 0, 0, rows=0))
			started = idle
			cost_row(bench, table, idle, 0, 5 if bench.quick else 20)
		with contextlib.ExitStack() as busy:
			for _ in range(8):
				busy.enter_context(Target(python, "stack.py", 30, 1, 0))
			cost_row(bench, table, started, 8, 5)
	with contextlib.ExitStack() as busy:
		for _ in range(8):
			busy.enter_context(Target(python, "stack.py", 30, 1, 0))
		cost_row(bench, table, 0, 8, 5)
	return table


def ask(daemon, path, goal):
	ms, size = [], 0
	for _ in range(QUESTIONS):
		start = time.monotonic()
		size = len(daemon.get(path))
		ms.append(1000 * (time.monotonic() - start))
	return Figure(ms, goal), size


def answers(bench):
	table = Table("an hour of 50 services", ANSWER_NOTE, ["what", "ms", "bytes"])
	if not os.access(bench.history, os.X_OK):
		place.say("answers: skipped, bench_history is not built")
		return table
	folder = tempfile.mkdtemp(prefix="scrape-bench.")
	os.chmod(folder, 0o777)  # the daemon's front is nobody in particular
	try:
		text = subprocess.run([bench.history, "--spool", folder], stdout=subprocess.PIPE, check=True).stdout.decode()
		for path in os.listdir(folder):
			os.chmod(os.path.join(folder, path), 0o666)
		for name, ms in re.findall(r"^ *(\S.*?) +([\d.]+) ms", text, re.M):
			if name.startswith("tree") or name == "timeline by service":
				table.add("history: " + name, Figure([float(ms)]), "")
		words = ["-P", "^nobody at all$", "--state-dir", folder, "--spool", "1G", "--keep", "2h"]
		with Daemon(bench.scrape, *words) as daemon:
			for name, path, goal in ASKED:
				table.add(name, *ask(daemon, "/api/v1/" + path, goal))
	except (subprocess.CalledProcessError, tools.Unusable, OSError) as problem:
		table.add("-", "-", str(problem)[:200])
	finally:
		shutil.rmtree(folder, ignore_errors=True)
	return table


def times_of_page(text):
	match = re.search(SAID, text)
	return [float(word) for word in match.groups()] if match else None


def page(bench):
	table = Table("the page with 100 000 nodes", PAGE_NOTE, ["first picture after the profile, ms", "after navigation, ms",
		"drawing, ms", "frame of a zoom, median ms", "worst ms"])
	chromium = shutil.which("chromium")
	modules = os.path.join(place.TOP, "build", "web", "page", "node_modules")
	build = [os.path.join(place.TOP, "src", "web", "build"), "-"]
	if not chromium or not shutil.which("npm") or subprocess.run(build, stdout=subprocess.DEVNULL).returncode != 0:
		place.say("page: skipped, it needs chromium and npm")
		return table
	runs = []
	for _ in range(1 if bench.quick else 5):
		bench.progress("page")
		test = [os.path.join(place.TOP, "tests", "web", "page_test.mjs"), place.TOP, chromium, modules]
		done = subprocess.run(["node"] + test, stdout=subprocess.PIPE, env=dict(os.environ, ONLY="testLarge"))
		times = times_of_page(done.stdout.decode())
		if times:
			runs.append(times)
	if runs:
		start, after, draw, median, worst = zip(*runs)
		table.add(Figure(after, PAINT_MS), Figure(start), Figure(draw), Figure(median, 1000 / 60), Figure(worst))
	return table


def daemon(bench):
	return [costs(bench), answers(bench), page(bench)]
