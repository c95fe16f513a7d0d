# SPDX-License-Identifier: MIT
"""Live tests of recordings (`scrape -p PID -d ...`): each takes an interpreter and raises lib.Failure or lib.Skip."""
import gzip
import json
import os
import re
import signal
import subprocess
import tempfile
import time

from lib import Skip, check, equal, marks, parse_folded, scrape, scrape_command, HERE
from judge import TreeRules, impossible
from stacks import check_modules

TICKS = os.sysconf("SC_CLK_TCK")


def folded(victim, seconds, *words):
	"""Stacks of a recording to stdout. What scrape has to say goes to stderr, never between the stacks."""
	result = scrape("-p", victim.pid, "-d", seconds, "-f", "folded", *words)
	check(result.code == 0, repr(result))
	return parse_folded(result.out)


def functions(stack):
	return [name.rpartition(".")[2] for name, _, _ in stack]


def weight(stacks, *names):
	"""Sum of the stacks in which the names follow each other directly."""
	total = 0
	for stack, count in stacks:
		have = functions(stack)
		total += count * any(tuple(have[at:at + len(names)]) == names for at in range(len(have)))
	return total


def total(stacks):
	return sum(count for _, count in stacks)


def cpu_seconds(pid):
	with open("/proc/%d/stat" % pid) as file:
		fields = file.read().rpartition(")")[2].split()
	return (int(fields[11]) + int(fields[12])) / TICKS


def test_killed_sampler(interpreter):
	"""A sampler that is killed is replaced: nothing that it had sent is lost, and the recording goes on."""
	with interpreter.start("victims/known.py") as victim:
		victim.settle()
		recording = subprocess.Popen(scrape_command("-p", victim.pid, "-d", 3, "-r", 100, "--mode", "wall", "-f", "folded"),
			stdout=subprocess.PIPE, stderr=subprocess.PIPE)
		time.sleep(1.5)
		with open("/proc/%d/task/%d/children" % (recording.pid, recording.pid)) as file:
			sampler = int(file.read().split()[0])
		os.kill(sampler, signal.SIGKILL)
		out, err = recording.communicate(timeout=30)
	equal(recording.returncode, 0, "exit code, " + err.decode())
	check("another one looks on" in err.decode(), err.decode())
	found = total(parse_folded(out.decode()))
	check(180 <= found <= 310, "3 s at 100 Hz without at most one that was not sent are %d" % found)


def test_wall_of_a_sleeper(interpreter):
	"""Two seconds asleep at 200 Hz are 400, all of them at the known lines; and no CPU at all."""
	line = marks(os.path.join(HERE, "victims/known.py"))
	with interpreter.start("victims/known.py") as victim:
		victim.settle()
		stacks = folded(victim, 2, "-r", 200, "--mode", "wall")
		cpu = folded(victim, 1, "-r", 200)
	expected = [("<module>", "known.py", line["module"])]
	expected += [(name, "known.py", line[name]) for name in ("main", "outer", "middle", "leaf")]
	found = [[(name, os.path.basename(file), at) for name, file, at in stack] for stack, _ in stacks]
	equal(found, [expected], "stacks")
	check(380 <= stacks[0][1] <= 420, "2 s at 200 Hz are %d" % stacks[0][1])
	check(total(cpu) <= 1, "a sleeper used CPU: %s" % cpu)


def test_cpu_of_a_busy_thread(interpreter):
	"""The numbers are CPU seconds: those that the kernel counted, whatever share of a CPU the victim got."""
	with interpreter.start("victims/exits.py", 60, 0) as victim:
		time.sleep(0.3)
		before = cpu_seconds(victim.pid), time.monotonic()
		stacks = folded(victim, 3, "-r", 500)
		used = (cpu_seconds(victim.pid) - before[0]) / (time.monotonic() - before[1])
	found = total(stacks) / 500 / 3
	check(abs(found - used) <= 0.05, "%.3f CPU seconds per second, the kernel counted %.3f" % (found, used))
	check(weight(stacks, "main", "spin") >= 0.98 * total(stacks), "not in spin: %s" % stacks[:5])


def test_ends_with_the_target(interpreter):
	"""Without -d, and with a -d that is too long, the exit of the target ends the recording with its result and 0."""
	for words in ((), ("-d", 60)):
		with interpreter.start("victims/exits.py", 2, 7) as victim:
			result = scrape("-p", victim.pid, "-r", 200, "-f", "folded", "--mode", "wall", *words)
		check(result.code == 0, repr(result))
		stacks = parse_folded(result.out)
		found = weight(stacks, "main", "spin")
		check(found >= 0.9 * total(stacks) > 300, "%d of %d in spin" % (found, total(stacks)))


def test_exec_in_a_loop(interpreter):
	"""After each exec scrape attaches again, and no stack is of two programs."""
	with interpreter.start("victims/execs.py", 0.5, interpreter.path) as victim:
		result = scrape("-p", victim.pid, "-d", 6, "-r", 200, "--mode", "wall", "-f", "folded")
		check(victim.process.poll() is None, "the victim died")
	stacks = parse_folded(result.out)
	a, b = weight(stacks, "phase_a", "work_a"), weight(stacks, "phase_b", "work_b")
	check(a > 10 and b > 10, "only %d looks in work_a, %d in work_b: %r" % (a, b, result))
	for stack, count in stacks:
		letters = {name[-1] for name in functions(stack) if name.startswith(("phase_", "work_"))}
		check(len(letters) <= 1, "a stack of two programs: %s" % functions(stack))


def test_brief_threads(interpreter):
	"""A thread that ends is no look lost, and does not keep the others from theirs."""
	with interpreter.start("victims/brief.py") as victim:
		result = scrape("-p", victim.pid, "-d", 3, "-r", 1000, "--mode", "wall", "-f", "json")
	check(result.code == 0, repr(result))
	meta = json.loads(result.out)["meta"]
	lost = {reason: count for reason, count in meta["lost"].items() if reason != "behind"}
	check(meta["looks"] > 500, "only %d looks: %s" % (meta["looks"], meta["lost"]))
	check(sum(lost.values()) <= 0.01 * meta["looks"], "lost of %d looks: %s" % (meta["looks"], lost))


def test_two_in_a_sub_interpreter(interpreter):
	"""Whoever holds a GIL stands for all that have no other: one that sleeps in two interpreters is looked at by itself."""
	if interpreter.minor < 12:
		return # all interpreters have one GIL, and no threads of their own
	with interpreter.start("victims/subinterpreters.py", "busy") as victim:
		if victim.words == ["absent"]:
			raise Skip("this build has no sub-interpreters to make")
		stacks = folded(victim, 2, "-r", 200, "--mode", "wall")
	check(weight(stacks, "sub_spin") > 300, "sub_spin: %s" % stacks[:8])
	check(weight(stacks, "sub_middle", "sub_leaf") > 300, "sub_leaf: %s" % stacks[:8])


def test_names_of_dead_code(interpreter):
	"""exec and compile in a loop: code objects stand where others stood, and no name may be kept from the dead."""
	with interpreter.start("victims/codes.py") as victim:
		stacks = folded(victim, 3, "-r", 2000, "--mode", "wall")
	pairs = keepers = truncated = 0
	for stack, count in stacks:
		truncated += count * any(name == "[truncated]" for name, _, _ in stack)
		for (caller, _, _), (callee, file, line) in zip(stack, stack[1:]):
			if not callee.startswith("check_") or caller == "[truncated]":
				continue
			number = callee[6:]
			check(caller in ("f_" + number, "keeper_" + number), "%s called %s" % (caller, callee))
			equal(os.path.basename(file), "<made %s>" % number, "file of " + callee)
			first = int(number) % 50 + 1
			check(first <= line <= first + 2, "%s is at line %d, not %d to %d" % (callee, line, first, first + 2))
			pairs += count * caller.startswith("f_")
			keepers += count * caller.startswith("keeper_")
	check(pairs > 200 and keepers > 200, "too little seen: %d and %d" % (pairs, keepers))
	check(truncated <= 0.005 * total(stacks), "%d of %d looks are truncated" % (truncated, total(stacks)))


def test_garbage_collection(interpreter):
	with interpreter.start("victims/collect.py") as victim:
		stacks = folded(victim, 2, "-r", 200)
	found = weight(stacks, "collecting", "[gc]")
	check(found >= 0.8 * total(stacks) > 50, "%d of %d in [gc]" % (found, total(stacks)))


def test_children(interpreter):
	with interpreter.start("victims/forks.py") as victim:
		alone = folded(victim, 2, "-r", 200)
		stacks = folded(victim, 3, "-r", 200, "-s")
	equal(weight(alone, "child_spin"), 0, "looks at children without -s")
	found = weight(stacks, "main", "child_spin")
	check(found > 100, "children: %d of %d" % (found, total(stacks)))


def service(interpreter, kind, *chain):
	with interpreter.start("victims/service.py", kind) as victim:
		time.sleep(0.5)
		stacks = folded(victim, 3, "-r", 200)
	check(weight(stacks, *chain) >= 0.1 * total(stacks) > 10, "%d of %d in %s" % (
		weight(stacks, *chain), total(stacks), ";".join(chain)))


def test_http_server(interpreter):
	service(interpreter, "http", "do_GET", "render", "<listcomp>" if interpreter.minor < 12 else "price")


def test_asyncio_server(interpreter):
	service(interpreter, "asyncio", "handle", "render", "<listcomp>" if interpreter.minor < 12 else "price")


def test_threads_split(interpreter):
	"""-t puts the name of the thread in front, and 500 sleeping ones are all counted."""
	with interpreter.start("victims/threads.py", 500) as victim:
		victim.settle()
		stacks = folded(victim, 2, "-r", 100, "--mode", "wall", "-t")
	firsts = {stack[0][0] if not stack[0][1] else "%s (%s)" % stack[0][:2] for stack, _ in stacks}
	names = {re.sub(r"^thread (.*) \(tid \d+\)$", r"\1", first) for first in firsts}
	missing = {thread["name"] for thread in victim.truth} - names
	check(not missing, "%d threads are missing, as %s" % (len(missing), sorted(missing)[:3]))
	check(abs(total(stacks) - 501 * 200) <= 0.03 * 501 * 200, "501 threads, 2 s, 100 Hz: %d" % total(stacks))


def test_ten_thousand_frames_recorded(interpreter):
	with interpreter.start("victims/deep.py", 10000) as victim:
		victim.settle()
		stacks = folded(victim, 1, "-r", 100, "--mode", "wall")
	depths = {functions(stack).count("down") for stack, _ in stacks}
	check(10000 in depths and depths <= {0, 10000}, "depths %s" % sorted(depths)[:5])


def test_exact_agrees(interpreter):
	"""The witness: stopping the target gives possible stacks too, and the target goes on."""
	source = subprocess.run(interpreter.command(interpreter.inside(interpreter.stage() + "/truth.d/tree.py"), "plain",
		"--source"), stdout=subprocess.PIPE, check=True).stdout.decode()
	with interpreter.start("truth.d/tree.py") as victim:
		stacks = folded(victim, 2, "-r", 100, "--exact", "--mode", "wall")
		before = cpu_seconds(victim.pid)
		time.sleep(0.5)
		check(cpu_seconds(victim.pid) > before, "the victim does not go on after --exact")
	verdict = impossible(stacks, TreeRules(source))
	equal((verdict.impossible, verdict.truncated), (0, 0), "impossible and cut stacks: %s" % verdict.examples)
	check(verdict.total > 50, "only %d looks" % verdict.total)


def test_gil_mode(interpreter):
	"""Four threads for one GIL: together they hold it nearly all the time, and never two at once."""
	with interpreter.start("truth.d/tree.py", "threads") as victim:
		time.sleep(0.3)
		stacks = folded(victim, 2, "-r", 500, "--mode", "gil")
	check(700 <= total(stacks) <= 1010, "2 s at 500 Hz: the GIL was held in %d" % total(stacks))


def test_merging(interpreter):
	"""-F gives one line per function, --nolineno none, --full-filenames whole paths."""
	with interpreter.start("truth.d/leaves.py") as victim:
		by_function = folded(victim, 1, "-r", 500, "-F")
		without = folded(victim, 1, "-r", 500, "--nolineno")
		full = folded(victim, 1, "-r", 500, "--full-filenames")
	lines = {}
	for stack, _ in by_function:
		for name, file, line in stack:
			lines.setdefault((name, file), set()).add(line)
	check(all(len(found) == 1 for found in lines.values()), "-F: more than one line for a function: %s" % lines)
	check(all(line == 0 for stack, _ in without for _, _, line in stack), "--nolineno shows lines: %s" % without[:2])
	script = interpreter.inside(interpreter.stage()) + "/truth.d/leaves.py"
	check(weight(full, "leaf_60") > 0 and all(stack[-1][1] == script for stack, _ in full if "leaf" in stack[-1][0]),
		"--full-filenames: %s" % full[:2])


def test_files_and_report(interpreter):
	"""The suffix chooses the format; a recording can be replayed and says the same."""
	with tempfile.TemporaryDirectory(prefix="scrape-live.") as folder, interpreter.start("truth.d/leaves.py") as victim:
		for suffix, beginning in ((".svg", "<?xml"), (".json", '{"names"'), (".speedscope.json", '{"$schema"'),
				(".pb.gz", "\ufffd\x08"), (".pprof", "\ufffd\x08"), (".folded", "<module>"), (".scrape", "scrape1")):
			path = os.path.join(folder, "out" + suffix)
			result = scrape("-p", victim.pid, "-d", 3 if suffix == ".scrape" else 1, "-r", 200, "-o", path)
			check(result.code == 0 and result.out == "", repr(result))
			with open(path, encoding="utf-8", errors="replace") as file:
				text = file.read()
			check(text.lstrip().startswith(beginning) or suffix == ".svg" and "<svg" in text[:500],
				"%s begins with %.60r" % (suffix, text))
			equal(sorted(os.listdir(folder)), ["out" + suffix], "files left")
			if suffix != ".scrape":
				os.unlink(path)
		replays = [scrape("report", path, "-f", "folded", "--mode", mode) for mode in ("cpu", "wall")]
	one, two = (parse_folded(replay.out) for replay in replays)
	check(weight(one, "leaf_60") > weight(one, "leaf_30") > weight(one, "leaf_10") > 0, "report: %s" % one[:3])
	check(570 <= total(two) <= 630, "3 s at 200 Hz are %d" % total(two))


def modules_of(doc):
	"""[(function, module), ...] of the only stack in a json profile, innermost first."""
	equal([own > 0 for own in doc["self"]], [False] * (len(doc["self"]) - 1) + [True], "nodes with a value")
	return [(doc["function"][name], doc["module"][name]) for name in reversed(doc["name"][1:])]


def test_modules_of_a_recording(interpreter):
	"""What is recorded, and what is read again from a recording."""
	with tempfile.TemporaryDirectory(prefix="scrape-live.") as folder, interpreter.start("victims/modules.py") as victim:
		victim.settle()
		paths = [os.path.join(folder, name) for name in ("out.json", "out.scrape", "again.json", "out.pb.gz")]
		results = [scrape("-p", victim.pid, "-d", 1, "--mode", "wall", "-o", path) for path in paths[:2]]
		results += [scrape("report", paths[1], "--mode", "wall", "-o", path) for path in paths[2:]]
		check(all(result.code == 0 for result in results), repr(results))
		for path in (paths[0], paths[2]):
			with open(path, encoding="utf-8") as file:
				check_modules(modules_of(json.load(file)), os.path.basename(path))
		with gzip.open(paths[3]) as file:
			pprof = file.read()
	for text in (b"modpkg.inner.nested" if interpreter.minor < 11 else b"modpkg.inner.Inner.method.<locals>.nested",
			b"modpkg.outer", b"__main__.main", b"wall", b"nanoseconds", b"service", b"modules.py", b"pid"):
		check(text in pprof, "%r is not in the profile of pprof" % text)


def test_launched_command(interpreter):
	"""-- CMD: its output is its own, its exit code is passed on, the result goes to a file."""
	if interpreter.root:
		script = interpreter.inside(interpreter.stage()) + "/victims/exits.py"
	else:
		script = interpreter.stage() + "/victims/exits.py"
	with tempfile.TemporaryDirectory(prefix="scrape-live.") as folder:
		path = os.path.join(folder, "out.folded")
		result = scrape("-r", 200, "-o", path, "--", *interpreter.command(script, 2, 7))
		equal(result.code, 7, "exit code passed on (%r)" % result)
		lines = result.out.splitlines()
		check(len(lines) == 2 and lines[0].startswith("ready ") and lines[1] == "last words on stdout",
			"its stdout: %r" % result.out)
		check("last words on stderr" in result.err.splitlines(), "its stderr: %r" % result.err)
		with open(path) as file:
			stacks = parse_folded(file.read())
	check(weight(stacks, "main", "spin") >= 100, "%d in spin: %s" % (weight(stacks, "main", "spin"), stacks[:3]))


def test_interrupt_writes_the_result(interpreter):
	for number in (signal.SIGINT, signal.SIGTERM):
		with interpreter.start("victims/exits.py", 60, 0) as victim:
			process = subprocess.Popen(scrape_command("-p", victim.pid, "-r", 200, "-f", "folded"),
				stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
			time.sleep(1.5)
			process.send_signal(number)
			try:
				out, err = process.communicate(timeout=15)
			finally:
				process.kill()
				process.wait()
		equal(process.returncode, 0, "exit code after signal %d (%r)" % (number, err))
		stacks = parse_folded(out.decode())
		found = weight(stacks, "main", "spin")
		check(found > 50, "%d looks after signal %d" % (found, number))


def test_ps_lists_it(interpreter):
	with interpreter.start("victims/known.py") as victim:
		result = scrape("ps")
	check(result.code == 0, repr(result))
	lines = [line for line in result.out.splitlines() if re.search(r"\b%d\b" % victim.pid, line)]
	known = [text for text in interpreter.runtime_texts() if lines and text in lines[0]]
	check(len(lines) == 1 and known, "ps says %s" % lines)
	check("known.py" in lines[0], "ps does not name the service: %s" % lines)
