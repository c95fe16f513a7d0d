# SPDX-License-Identifier: MIT
"""Programs without a Python: their stacks are known by construction, whatever compiler, options and files made them."""
import glob
import http.server
import json
import os
import re
import shutil
import subprocess
import tempfile
import threading
import time

import lib
import merged
import wire
from lib import Skip, Victim, check, equal, parse_folded, scrape

SOURCES = os.path.join(lib.HERE, "native.d")
CHAIN = ["main", "level_1", "level_2", "level_3"]
LEAVES = ("hot_a", "hot_b")
WHOLE = 0.99 # of the looks

# name: compiler flags, and what is done to the file afterwards
BUILDS = {
	"O0": (["-O0", "-g"], None),
	"O2": (["-O2", "-g"], None),
	"O3": (["-O3", "-g"], None),
	"no_debug": (["-O2"], None),
	"frame_pointer": (["-O2", "-fno-omit-frame-pointer"], None),
	"no_frame_pointer": (["-O2", "-fomit-frame-pointer"], None),
	"no_cfi": (["-O2", "-fno-omit-frame-pointer", "-fno-asynchronous-unwind-tables", "-fno-exceptions"], None),
	"debug_frame": (["-O2", "-g", "-fomit-frame-pointer", "-fno-asynchronous-unwind-tables"], None),
	"static": (["-O2", "-static"], None),
	"static_pie": (["-O2", "-static-pie"], None),
	"no_pie": (["-O2", "-no-pie"], None),
	"split": (["-O2", "-g"], "split"),
	"mini": (["-O2", "-g"], "mini"),
	"compressed": (["-O2", "-g", "-gz=zlib"], None),
	"clang": (["-O2", "-g"], None),
	"lto": (["-O2", "-g", "-flto"], None),
}


class Built:
	"""Programs, each built once, in a directory that ends with the run."""
	folder = None
	lock = threading.RLock() # tests run side by side

	@classmethod
	def path(cls, name):
		with cls.lock:
			if cls.folder is None:
				cls.folder = tempfile.mkdtemp(prefix="scrape-native.")
			return os.path.join(cls.folder, name)

	@classmethod
	def end(cls):
		if cls.folder:
			shutil.rmtree(cls.folder, ignore_errors=True)
			cls.folder = None


def run(*words):
	done = subprocess.run([str(word) for word in words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
	check(done.returncode == 0, "%s: %s" % (" ".join(map(str, words)), done.stdout.decode(errors="replace")[:2000]))


def need(program):
	if not shutil.which(program):
		raise Skip("no %s here" % program)
	return program


def split(path):
	"""Names and lines in DIR/.debug/NAME.debug, to which the file has a link."""
	folder = os.path.join(os.path.dirname(path), ".debug")
	os.makedirs(folder, exist_ok=True)
	debug = os.path.join(folder, os.path.basename(path) + ".debug")
	run("objcopy", "--only-keep-debug", path, debug)
	run("strip", path)
	run("objcopy", "--add-gnu-debuglink=" + debug, path)


def mini(path):
	"""Only a packed symbol table, as Fedora has it."""
	names = path + ".names"
	run("objcopy", "--strip-debug", path, names)
	run(need("xz"), "-f", names)
	run("strip", path)
	run("objcopy", "--add-section", ".gnu_debugdata=" + names + ".xz", path)


def build(name):
	flags, after = BUILDS[name]
	path = Built.path(name)
	with Built.lock:
		if not os.path.exists(path):
			compiler = need("clang" if name == "clang" else "gcc")
			run(compiler, *flags, os.path.join(SOURCES, "victim.c"), "-o", path, "-lpthread", "-ldl")
			if after:
				{"split": split, "mini": mini}[after](path)
	return path


def start(path, *words):
	return Victim([path] + [str(word) for word in words], dict(os.environ))


def look(victim, seconds, *words):
	result = scrape("-p", victim.pid, "-d", seconds, "-f", "folded", *words)
	equal(result.code, 0, repr(result))
	return parse_folded(result.out)


def names(stack, inlined=False):
	"""Functions from main on (in a thread from its beginning), without those that were inlined."""
	found = [function for function, file, _ in stack if inlined or not file.endswith(", inlined")]
	return found[found.index("main"):] if "main" in found else found


def total(stacks):
	return sum(count for _, count in stacks)


def fraction(part, whole, least, what):
	check(whole > 0 and part >= least * whole, "%s: %d of %d" % (what, part, whole))


def is_chain(found):
	"""What level_3 does besides its halves is to ask what time it is, by a stub that may have no name."""
	if found[:4] != CHAIN:
		return False
	return len(found) == 4 or found[4] in LEAVES and found[5:] in ([], ["burn"]) or found[4] in ("cpu_now",) or \
		"clock_gettime" in found[4] or found[4].startswith("[")


def halves_of(name):
	def test(_interpreter):
		with start(build(name), "halves") as victim:
			stacks = look(victim, 2, "-r", 500)
			truth = victim.finish()
		good = a = b = 0
		worst = 0, None
		for stack, count in stacks:
			found = [name for name in names(stack) if name != "halves"]
			check(found[0] != "main" or is_chain(found) or found == CHAIN[:len(found)], "impossible: %s" % found)
			good += count * is_chain(found)
			a += count * ("hot_a" in found)
			b += count * ("hot_b" in found)
			if not is_chain(found):
				worst = max(worst, (count, names(stack)), key=lambda one: one[0])
		whole = total(stacks)
		check(a + b > 100, "only %d looks" % whole)
		fraction(good, whole, WHOLE, "whole stacks, the rest %r" % (worst,))
		expected = truth["a"] / (truth["a"] + truth["b"])
		# the looks of one after another prefer nothing: three sigma of their number and one point
		check(abs(a / (a + b) - expected) < 0.01 + 3 * (expected * (1 - expected) / (a + b)) ** 0.5,
			"hot_a %.3f of the looks, %.3f of the time" % (a / (a + b), expected))
	test.__name__ = "test_halves_" + name
	return test


for build_name in BUILDS:
	vars()["test_halves_" + build_name] = halves_of(build_name)


class Servers:
	"""A debuginfod server on loopback, or what says it is one."""

	def __init__(self, files):
		servers, self.asked = self, []

		class Handler(http.server.BaseHTTPRequestHandler):
			def do_GET(self):
				servers.asked.append(self.path)
				path = files.get(self.path.split("/")[2] if self.path.startswith("/buildid/") else "")
				if not path or not self.path.endswith("/debuginfo"):
					return self.send_error(404)
				with open(path, "rb") as file:
					body = file.read()
				self.send_response(200)
				self.send_header("Content-Length", str(len(body)))
				self.end_headers()
				self.wfile.write(body)

			def log_message(self, *_):
				pass

		self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
		threading.Thread(target=self.http.serve_forever, daemon=True).start()
		self.environment = dict(os.environ, DEBUGINFOD_URLS="http://127.0.0.1:%d/" % self.http.server_port)

	def __enter__(self):
		return self

	def __exit__(self, *_):
		self.http.shutdown()
		self.http.server_close()


def build_id(path):
	notes = subprocess.run([need("readelf"), "-n", path], stdout=subprocess.PIPE).stdout.decode()
	return re.search(r"Build ID: ([0-9a-f]+)", notes).group(1)


def test_debuginfod(_interpreter):
	"""Names and lines of a stripped program come from a server when one is asked; what does not belong is not believed."""
	path, other = Built.path("distant"), Built.path("other")
	for one, flags in ((path, "-O2"), (other, "-O1")):
		run(need("gcc"), flags, "-g", "-Wl,--build-id", os.path.join(SOURCES, "victim.c"), "-o", one, "-lpthread", "-ldl")
		run("objcopy", "--only-keep-debug", one, one + ".names")
		run("strip", one)
	before = set(glob.glob("/tmp/scrape-debuginfod-*"))
	for served, known in ((path, True), (other, False)):
		with Servers({build_id(path): served + ".names"}) as servers, start(path, "halves") as victim:
			def ask(*words):
				result = scrape("-p", victim.pid, "-d", 1, "-r", 250, "-f", "folded", *words, env=servers.environment)
				equal(result.code, 0, repr(result))
				return parse_folded(result.out)
			check(not any("hot_a" in names(stack) for stack, _ in ask()), "names without asking")
			equal(servers.asked, [], "servers that were asked without a wish")
			stacks = ask("--debuginfod")
			check("/buildid/%s/debuginfo" % build_id(path) in servers.asked, "asked: %s" % servers.asked)
			found = [stack for stack, _ in stacks if "hot_a" in names(stack)]
			equal(bool(found), known, "names from a server, %s" % stacks[:1])
			if known:
				file, line = next(frame[1:] for frame in found[0] if frame[0] == "hot_a")
				check(file.endswith("victim.c") and line > 0, "hot_a at %s:%s" % (file, line))
	equal(set(glob.glob("/tmp/scrape-debuginfod-*")) - before, set(), "what was fetched")
	result = scrape("--debuginfod", "-p", os.getpid(), "-d", 1, env={**os.environ, "DEBUGINFOD_URLS": ""})
	check(result.code == 1 and "DEBUGINFOD_URLS" in result.err, repr(result))


def test_build_ids(_interpreter):
	"""A pprof names the build of each file it has code of, also after it was read and written again."""
	for name, flag in (("identified", "-Wl,--build-id"), ("nameless", "-Wl,--build-id=none")):
		path = Built.path(name)
		run(need("gcc"), "-O2", flag, os.path.join(SOURCES, "victim.c"), "-o", path, "-lpthread", "-ldl")
		first, second = path + ".pb.gz", path + ".again.pb.gz"
		with start(path, "halves") as victim:
			equal(scrape("-p", victim.pid, "-d", 1, "-r", 250, "-o", first).code, 0, "exit code")
			with open("/proc/%d/maps" % victim.pid) as maps:
				files = {os.path.basename(line.split()[-1]): line.split()[-1] for line in maps if " /" in line}
		equal(scrape("report", first, "-o", second).code, 0, "exit code")
		for file in (first, second):
			with open(file, "rb") as body:
				found = wire.read_mappings(body.read())
			equal(found[name], build_id(path) if name == "identified" else "", "build id of the program")
			for file in set(found) & set(files) - {name}:
				equal(found[file], build_id(files[file]), "build id of " + file)


def test_stripped(_interpreter):
	"""Without names a function is called by its beginning, so that looks at it come together."""
	path = Built.path("stripped")
	shutil.copy(build("no_debug"), path)
	run("strip", path)
	with start(path, "halves") as victim:
		stacks = look(victim, 1, "-r", 500)
	# on a busy machine it loses its CPU mostly where it asks for the time
	stacks = [(stack, count) for stack, count in stacks if not any("clock_gettime" in frame[0] for frame in stack)]
	whole = total(stacks)
	named = {}
	for stack, count in stacks:
		own = tuple(function for function, file, _ in stack if re.match(r"\[stripped(@[0-9a-f]{8})?\]\+0x", function))
		named[own] = named.get(own, 0) + count
	usual = sorted(named.items(), key=lambda item: -item[1])[:2]
	fraction(sum(count for _, count in usual), whole, 0.95, "two stacks without names")
	# _start, main, level_1, level_2, level_3, hot_a or hot_b, burn; halves may stand between
	check(all(len(own) in (7, 8) for own, _ in usual), "frames: %r" % usual)
	equal([i for i in range(7) if usual[0][0][i] != usual[1][0][i]], [len(usual[0][0]) - 2], "where the two differ")


def test_deep(_interpreter):
	with start(build("O2"), "deep", 3000) as victim:
		stacks = look(victim, 1)
	whole = total(stacks)
	good = sum(count for stack, count in stacks if names(stack)[:3001] == ["main"] + ["deep"] * 3000)
	fraction(good, whole, WHOLE, "3 000 frames")


def test_too_deep(_interpreter):
	"""Deeper than is read: the inner frames are shown, and that the outer ones are missing."""
	with start(build("O2"), "deep", 20000) as victim:
		stacks = look(victim, 1)
	for stack, _ in stacks:
		equal(stack[0][0], "[truncated]", "the outermost")
		check(sum(frame[0] == "deep" for frame in stack) > 3000, "%d frames" % len(stack))


def test_alternate_stack(_interpreter):
	with start(build("O2"), "altstack") as victim:
		stacks = look(victim, 2, "-r", 500)
	whole = handled = 0
	for stack, count in stacks:
		found = names(stack)
		whole += count
		if "handler_work" not in found:
			continue
		check(found[0] == "main" and "interrupted" in found and found.index("interrupted") <
			found.index("on_alarm") < found.index("handler_work"), "not the way of a signal: %s" % found)
		handled += count
	check(handled > 30 and whole > handled, "in the handler: %d of %d" % (handled, whole))


def test_vfork(_interpreter):
	"""The parent stands still until its child execs or ends; the child is another process in the same memory."""
	with start(build("O2"), "vfork") as victim:
		stacks = look(victim, 2, "--mode", "wall")
	fraction(sum(count for stack, count in stacks if names(stack)[:2] == ["main", "forker"]), total(stacks), 0.95,
		"in forker")


def test_hundred_threads(_interpreter):
	with start(build("O2"), "threads") as victim:
		time.sleep(0.5) # until they have told their names
		stacks = look(victim, 3, "-r", 200, "-t", "--mode", "wall")
	seen, whole, good = set(), 0, 0
	for stack, count in stacks:
		match = re.match(r"thread (worker_\d\d)", stack[0][0])
		if not match:
			continue
		found = [frame[0] for frame in stack]
		others = [name for name in found[1:] if name.startswith("worker_") and name != match.group(1)]
		check(not others, "%s is in %s" % (match.group(1), others))
		seen.add(match.group(1))
		whole += count
		good += count * ("run_worker" in found and match.group(1) in found)
	equal(len(seen), 100, "threads")
	fraction(good, whole, WHOLE, "whole stacks")


def test_made_code(_interpreter):
	with start(build("O2"), "made") as victim:
		stacks = look(victim, 1, "-r", 500)
	expected = ["main", "made_code", "hot_a", "burn"]
	fraction(sum(count for stack, count in stacks if names(stack) in (expected, ["main", "made"] + expected[1:])),
		total(stacks), 0.95, "through code that was made")


def test_libraries_that_come_and_go(_interpreter):
	"""No name is kept of a library that was at the same place before."""
	paths = []
	for name, pad in (("library_a", 0), ("library_b", 1)):
		paths.append(Built.path(name + ".so"))
		run(need("gcc"), "-O2", "-shared", "-fPIC", "-DNAME=%s_work" % name, "-DPAD=%d" % pad,
			os.path.join(SOURCES, "library.c"), "-o", paths[-1])
	with start(build("O2"), "loaded", *paths) as victim:
		stacks = look(victim, 4, "-r", 500)
	whole, good = 0, {"library_a": 0, "library_b": 0}
	for stack, count in stacks:
		found = names(stack)
		if "burn" not in found:
			continue
		whole += count
		inside = [(function, os.path.basename(file)) for function, file, _ in stack if "library_" in file]
		files = {file for _, file in inside}
		check(len(files) <= 1, "two libraries in one stack: %s" % inside)
		for function, file in inside:
			check(function in (file[:-3] + "_work", "library_work"), "%s is not in %s" % (function, file))
		if files and [function for function, _ in inside] == ["library_work", inside[0][1][:-3] + "_work"]:
			good[inside[0][1][:-3]] += count
	check(min(good.values()) > 0.2 * whole, "whole stacks through each: %s of %d" % (good, whole))


def test_cplusplus(_interpreter):
	path = Built.path("cc")
	run(need("g++"), "-O2", "-g", os.path.join(SOURCES, "victim.cc"), "-o", path)
	with start(path) as victim:
		stacks = look(victim, 3, "-r", 500)
	whole = total(stacks)
	seen = {"shapes::Box<double>::draw": 0, "shapes::Box<char>::draw": 0, "call<": 0, "inlined_twice": 0, "catcher": 0}
	thrown = good = 0
	for stack, count in stacks:
		found = names(stack, inlined=True)
		for name in seen:
			seen[name] += count * any(function.startswith(name) for function in found)
		if "__cxa_throw" in found:
			thrown += count
			good += count * (found[:8] == ["main", "catcher"] + ["thrower"] * 6)
	check(all(count > 0.005 * whole for count in seen.values()), "%s of %d" % (seen, whole))
	check(thrown > 0, "no exception was met in flight")
	fraction(good, thrown, 0.95, "stacks of exceptions in flight")


def test_rust(_interpreter):
	path = Built.path("rs")
	run(need("rustc"), "-C", "opt-level=2", "-g", os.path.join(SOURCES, "victim.rs"), "-o", path)
	with start(path) as victim:
		stacks = look(victim, 2, "-r", 500)
	whole = total(stacks)
	counts = {}
	for stack, count in stacks:
		found = [frame[0] for frame in stack]
		for name in ("<victim::Square as victim::Shape>::draw", "victim::call", "victim::burn"):
			counts[name] = counts.get(name, 0) + count * (any(one.startswith(name) for one in found) and
				"victim::main" in found)
	check(len(counts) == 3 and all(count > 0.2 * whole for count in counts.values()), "%s of %d" % (counts, whole))


def test_inlined_lines(_interpreter):
	"""Lines of the function, of what was inlined and of where it was called, against the source."""
	with open(os.path.join(SOURCES, "victim.cc"), encoding="utf-8") as file:
		lines = file.read().split("\n")
	path = Built.path("cc_lines")
	run(need("g++"), "-O2", "-g", os.path.join(SOURCES, "victim.cc"), "-o", path)
	with start(path) as victim:
		stacks = look(victim, 2, "-r", 500)
	met = 0
	for stack, count in stacks:
		for (caller, _, line), (callee, file, _) in zip(stack, stack[1:]):
			if callee == "inlined_twice":
				check(file.endswith(", inlined") and caller == "operator()", "%s called %s in %s" % (caller, callee, file))
				check("inlined_twice(30000)" in lines[line - 1], "line %d of the caller is %r" % (line, lines[line - 1]))
				met += count
			elif callee == "burn" and caller == "inlined_twice":
				check("burn(n)" in lines[line - 1], "line %d: %r" % (line, lines[line - 1]))
	check(met > 5, "inlined_twice was met %d times" % met)


def test_numpy(_interpreter):
	"""The system's, as people have it: a C extension without debug information, in the midst of Python."""
	system = [one for one in lib.interpreters()[0] if one.path.startswith("/usr/bin/") and not one.root]
	if not system or subprocess.run([system[0].path, "-c", "import numpy"], stderr=subprocess.DEVNULL).returncode != 0:
		raise Skip("no numpy in a system's CPython")
	try:
		stacks = merged.look(system[0], "by_numpy", seconds=1)
	finally:
		system[0].unstage()
	merged.demand(stacks, [merged.base("by_numpy")])
	fraction(sum(count for frames, count in stacks if "umath" in frames[-1][2] or "multiarray" in frames[-1][2]),
		total(stacks), 0.9, "in numpy")


# independent witnesses, of processes that stand still by themselves

def frames_of_dump(pid):
	"""{tid: functions, innermost first} without those that were inlined; unnamed ones are None."""
	result = scrape("dump", "-j", "--native=all", "-p", pid)
	equal(result.code, 0, repr(result))
	return {thread["tid"]: [None if frame["function"].startswith("[") else frame["function"]
		for frame in thread["frames"] if frame["kind"] == "native"] for thread in json.loads(result.out)["threads"]}


def frames_of_eu_stack(pid):
	done = subprocess.run([need("eu-stack"), "-p", str(pid)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
	threads, current = {}, None
	for line in done.stdout.decode().splitlines():
		match = re.match(r"TID (\d+):", line)
		if match:
			current = threads.setdefault(int(match.group(1)), [])
		match = re.match(r"#\d+ +0x[0-9a-f]+ ?(?:- 1)? *(\S.*)?$", line)
		if match:
			current.append((match.group(1) or "").split("@")[0].strip() or None)
	return threads


def frames_of_gdb(pid):
	"""As above; of programs without debug information, whose inlined calls gdb cannot see."""
	done = subprocess.run([need("gdb"), "-batch", "-nx", "-iex", "set debuginfod enabled off", "-iex", "set backtrace past-main on",
		"-iex", "set backtrace past-entry on", "-p", str(pid),
		"-ex", "thread apply all backtrace"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
	threads, current = {}, None
	for line in done.stdout.decode("utf-8", "replace").splitlines():
		match = re.match(r"Thread \d+ .*\(?(?:LWP|process) (\d+)\b", line)
		if match:
			current = threads.setdefault(int(match.group(1)), [])
		match = re.match(r"#\d+ +(?:0x[0-9a-f]+ in )?(\S+) \(", line)
		if match and current is not None:
			current.append(None if match.group(1) == "??" else match.group(1).split("@")[0])
	return threads


def plain(name):
	"""Demanglers differ in parameters and in what they call local copies."""
	name = re.sub(r"\(.*\)( const)?$", "", name)
	return re.sub(r"\.(cold|part|isra|constprop|llvm)(\.\d+)*$", "", name)


def alias(name):
	"""A C library has several names for one function: pause, __pause, __libc_pause, __GI___pause."""
	return re.sub(r"^_*(GI_+)?(libc_(?!start))?_*|_impl$", "", plain(name))


def agree(ours, theirs):
	"""(frames that agree, frames, the first that differ). A name that only one knows is no disagreement."""
	good = 0
	for i, (a, b) in enumerate(zip(ours, theirs)):
		if a is None or b is None or plain(a) == plain(b) or alias(a) == alias(b):
			good += 1
		else:
			return good, max(len(ours), len(theirs)), "#%d %s, the witness says %s" % (i, a, b)
	longest = max(len(ours), len(theirs))
	return good, longest, None if len(ours) == len(theirs) else "%d frames, the witness finds %d" % (len(ours), len(theirs))


def compare(pid, what, sums, witness=frames_of_eu_stack):
	ours, theirs = frames_of_dump(pid), witness(pid)
	for tid, frames in theirs.items():
		good, longest, where = agree(ours.get(tid, []), frames)
		sums["good"] += good
		sums["all"] += longest
		if where:
			sums["differ"].append("%s: %s" % (what, where))


def test_second_witness(_interpreter):
	sums = {"good": 0, "all": 0, "differ": []}
	for name in ("no_debug", "frame_pointer", "static", "no_pie"):
		with start(build(name), "parked", 20) as victim:
			victim.settle()
			compare(victim.pid, "parked " + name, sums, frames_of_gdb)
	process = subprocess.Popen(["sleep", "60"], stdin=subprocess.DEVNULL, start_new_session=True)
	try:
		time.sleep(0.3)
		compare(process.pid, "sleep", sums, frames_of_gdb)
	finally:
		os.killpg(process.pid, 9)
		process.wait()
	print("  second witness: %d of %d frames as gdb%s" % (sums["good"], sums["all"],
		"".join("\n    " + text for text in sums["differ"])), flush=True)
	fraction(sums["good"], sums["all"], 0.99, "frames that agree: %s" % sums["differ"])


def test_witness(interpreter):
	sums = {"good": 0, "all": 0, "differ": []}
	for name in ("O0", "O2", "no_frame_pointer", "static_pie", "split", "clang"):
		with start(build(name), "parked", 20) as victim:
			victim.settle()
			compare(victim.pid, "parked " + name, sums)
	with interpreter.start("victims/known.py") as victim:
		victim.settle()
		compare(victim.pid, "python", sums)
	for command in (["sleep", "60"], ["sh", "-c", "sleep 60; true"], ["cat", "/dev/zero"]):
		process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, start_new_session=True)
		try:
			time.sleep(0.3)
			compare(process.pid, " ".join(command), sums)
		finally:
			os.killpg(process.pid, 9)
			process.wait()
			process.stdout.close()
	print("  witness: %d of %d frames as eu-stack%s" % (sums["good"], sums["all"],
		"".join("\n    " + text for text in sums["differ"])), flush=True)
	fraction(sums["good"], sums["all"], 0.99, "frames that agree: %s" % sums["differ"])
