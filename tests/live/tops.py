# SPDX-License-Identifier: MIT
"""Live tests of `scrape top`: in a pty with real keys, on paper, and of a daemon's double. One interpreter is enough."""
import os
import re
import signal
import socket
import subprocess
import tempfile
import time

import lib
from lib import check, equal, process_state, scrape, scrape_command
from double import Double
from inputs import FAILURE, USAGE, refused
from terminal import Terminal

ROW = re.compile(r"\s*([\d.]+)\s+([\d.]+)\s+([\d.]+)\s+([\d.]+)  (\S+)\s+(\S+)")


def table(lines):
	"""{function: (self %, total %, self s, total s, place)} of a page or of paper."""
	found = {}
	for line in lines:
		match = ROW.match(line)
		if match:
			found[match.group(5).rpartition(".")[2]] = tuple(map(float, match.group(1, 2, 3, 4))) + (match.group(6),)
	return found


def check_shares(found, what):
	"""The victim's own clock shares its CPU time out, 60 to 40."""
	for name, share in (("heavy_sixty", 60), ("light_forty", 40)):
		check(name in found, "%s: %s is not there: %s" % (what, name, found))
		check(abs(found[name][0] - share) <= 8, "%s: %s has %.1f %%, not about %d" % (what, name, found[name][0], share))
	check(97 <= found["again"][1] <= 100, "%s: again is on every stack, and counts once: %s" % (what, found["again"]))
	check(found["again"][0] < 5, "%s: again does nothing itself: %s" % (what, found["again"]))
	check(sum(row[0] for row in found.values()) <= 100.6, "%s: more than all: %s" % (what, found))


def top(victim, *words, rows=24, columns=100, **more):
	return Terminal(scrape_command("top", "-p", victim.pid, *words), rows, columns, **more)


def test_shares_on_the_screen(interpreter):
	"""The window of three seconds is full, then the numbers are right; functions begin at their def."""
	with interpreter.start("victims/shares.py", 60) as victim, top(victim, "-d", 3, "-r", 200) as terminal:
		terminal.wait_for("the last 3 s")
		found = table(terminal.lines())
		check_shares(found, "screen")
		with open(os.path.join(lib.HERE, "victims/shares.py")) as file:
			begins = [number for number, line in enumerate(file, 1) if line.startswith("def heavy_sixty")]
		equal(found["heavy_sixty"][4], "shares.py:%d" % begins[0], "place of the function")
		head = terminal.lines()[0]
		check("shares.py (pid %d)" % victim.pid in head and "live 0:00:0" in head, "title: %r" % head)
		check(any(text in head for text in interpreter.runtime_texts()), "title without runtime: %r" % head)
		numbers = re.match(r"CPU ([\d.]+) s/s  GIL (\d+) %  2 threads, 1 running  ([\d.]+) of 200 looks/s",
			terminal.lines()[1])
		check(numbers, "header: %r" % terminal.lines()[1])
		check(0.05 <= float(numbers.group(1)) <= 1.05 and float(numbers.group(3)) > 100, "header: %r" % numbers.group(0))
		check(re.match(r"\d+ looks, \d+ lost \([\d.]+ %\)", terminal.lines()[2]), "losses: %r" % terminal.lines()[2])
		terminal.press("q")
		equal(terminal.end(), 0, "exit code")
		terminal.check_restored()


def test_keys(interpreter):
	with interpreter.start("victims/shares.py", 60) as victim, top(victim, "-d", 2) as terminal:
		terminal.wait_for("the last 2 s")
		terminal.press("m", "wall time by function")
		terminal.wait_for("nap")
		check(45 <= table(terminal.lines())["nap"][1] <= 55, "one of two threads naps: %s" % terminal.page())
		terminal.press("m", "time holding the GIL")
		terminal.press("m", "CPU time by function")
		terminal.press("l", "CPU time by line")
		terminal.wait_for(lambda lines: len(re.findall(" again ", "\n".join(lines))) >= 2)
		terminal.press("l", "by function")
		terminal.press("i", "since the start")
		terminal.press("i", "the last 2 s")
		terminal.press("t", "Threads and what they do")
		nap = terminal.wait_for(lambda lines: [line for line in lines if "napper" in line or " nap (" in line])
		check(re.match(r"\s*0\.0\s+0\.0\s+sleep\s+\d+  \S+\s+nap \(shares\.py:\d+\)", nap[0]), "the sleeper: %r" % nap[0])
		busy = [line for line in terminal.lines() if str(victim.pid) in line][-1]
		check(re.match(r"\s*\d\d\.\d\s+\d+\.\d\s+(run|gil|sleep)\s+%d  " % victim.pid, busy), "the busy one: %r" % busy)
		terminal.press("t", "by function")
		terminal.press("/LIGHT", "/LIGHT: 1 of ")
		check("heavy_sixty" not in terminal.page(), "the filter lets through: %s" % terminal.page())
		terminal.press("\r\x1b", "heavy_sixty")
		terminal.press("?", "any key goes back")
		terminal.press("x", "heavy_sixty")
		terminal.press("\x1bOC", "vTotal %")
		terminal.press("\x1bOD", "vSelf %")
		terminal.press("s", "^Self %")
		terminal.press("s", "vSelf %")
		terminal.press("r")
		terminal.wait_for(lambda lines: re.search("the last [01] s", lines[3]))
		terminal.press("q")
		equal(terminal.end(), 0, "exit code")
		terminal.check_restored()
		check(process_state(victim.pid) in "RS", "the victim is gone")


def test_pause(interpreter):
	with interpreter.start("victims/shares.py", 60) as victim, top(victim, "-d", 1) as terminal:
		terminal.wait_for("heavy_sixty")
		terminal.press(" ", "paused 0:")
		still = terminal.lines()[1:]
		for _ in range(25):
			terminal.read(0.1)
		equal(terminal.lines()[1:], still, "the page while it is paused")
		terminal.press(" ", "live 0:")
		terminal.wait_for(lambda lines: lines[1:] != still)


def test_sizes(interpreter):
	"""Every size is drawn, down to 20 columns and 5 rows, and nobody falls over a smaller one."""
	with interpreter.start("victims/shares.py", 60) as victim, top(victim, "-d", 1) as terminal:
		terminal.wait_for("heavy_sixty")
		terminal.resize(5, 20)
		terminal.wait_for(lambda lines: len(lines) == 5 and "Self %" in lines[1] and "heavy_sixty" in lines[2])
		check(lambda: max(map(len, terminal.lines())) <= 20, terminal.page())
		for rows, columns in ((1, 1), (2, 3), (60, 300), (24, 80)):
			terminal.resize(rows, columns)
			for _ in range(5):
				terminal.read(0.1)
		terminal.wait_for("heavy_sixty")
		terminal.press("q")
		equal(terminal.end(), 0, "exit code")


def test_signals(interpreter):
	"""Ctrl-C and signals give the terminal back."""
	with interpreter.start("victims/shares.py", 60) as victim:
		for ending in ("\x03", signal.SIGTERM, signal.SIGHUP):
			with top(victim, "-d", 1) as terminal:
				terminal.wait_for("heavy_sixty")
				if ending == "\x03":
					terminal.press(ending)
				else:
					terminal.process.send_signal(ending)
				equal(terminal.end(), 0, "exit code after %r" % ending)
				terminal.check_restored()


def test_target_ends(interpreter):
	"""Its end is shown, and the last numbers stay until q."""
	with interpreter.start("victims/shares.py", 3) as victim, top(victim) as terminal:
		terminal.wait_for("heavy_sixty")
		terminal.wait_for("ended 0:00:0")
		for _ in range(15):
			terminal.read(0.1)
		check_shares(table(terminal.lines()), "after the end")
		terminal.press("t", "gone")
		terminal.press("q")
		equal(terminal.end(), 0, "exit code")
		terminal.check_restored()


def test_launched_command_apart(interpreter):
	"""Its output does not spoil the screen, is shown afterwards, and its exit code is ours."""
	script = interpreter.stage() + "/victims/exits.py"
	with Terminal(scrape_command("top", "--", *interpreter.command(interpreter.inside(script), 3, 7))) as terminal:
		terminal.wait_for("spin")
		terminal.wait_for("ended 0:00:0")
		check(not re.search(r"last words|ready \d", terminal.text), "its output is on the screen")
		terminal.press("q")
		equal(terminal.end(), 7, "exit code passed on")
		terminal.check_restored()
		after = terminal.text[terminal.text.rindex("\x1b[?1049l"):]
		check("last words on stdout" in after and "last words on stderr" in after, "its output afterwards: %r" % after)


def test_quit_before_the_command_ends(interpreter):
	"""It goes on, with the terminal as its own, and its exit code is still ours."""
	script = interpreter.stage() + "/victims/exits.py"
	with Terminal(scrape_command("top", "--", *interpreter.command(interpreter.inside(script), 4, 3))) as terminal:
		terminal.wait_for("spin")
		terminal.press("q")
		equal(terminal.end(15), 3, "exit code passed on")
		check("last words on stdout" in terminal.text, "its output: %r" % terminal.text[-300:])


def tables(text):
	return [part.splitlines() for part in text.split("\n\n")]


def test_batch(interpreter):
	"""Two tables of two seconds each, on paper."""
	with interpreter.start("victims/shares.py", 60) as victim:
		result = scrape("top", "-p", victim.pid, "-d", 2, "-n", 2, "-r", 200)
		equal((result.code, result.err), (0, ""), "exit code and stderr")
		check("\x1b" not in result.out, "paper has no colours: %r" % result.out[:300])
		found = tables(result.out)
		equal(len(found), 2, "tables in %s" % result.out)
		for lines in found:
			check_shares(table(lines), "paper")
			check(re.match(r"CPU time by function, the last 2 s", lines[3]), "what it shows: %r" % lines[3])
		threads = scrape("top", "-p", victim.pid, "-d", 1, "-n", 1, "-t")
		check("nap (shares.py:" in threads.out and "sleep" in threads.out, repr(threads))
		lines = scrape("top", "-p", victim.pid, "-d", 1, "-n", 1, "-l", "--mode", "wall")
		check("wall time by line" in lines.out, repr(lines))


def test_no_terminal(interpreter):
	"""Without a terminal, or on one that cannot be drawn on, one table."""
	with interpreter.start("victims/shares.py", 60) as victim:
		result = scrape("top", "-p", victim.pid, "-d", 1)
		check(result.code == 0 and len(tables(result.out)) == 1 and "heavy_sixty" in result.out, repr(result))
		with top(victim, "-d", 1, term="dumb") as terminal:
			equal(terminal.end(), 0, "exit code on a dumb terminal")
			check("heavy_sixty" in terminal.text and "\x1b" not in terminal.text, repr(terminal.text))
	with interpreter.start("victims/exits.py", 2, 0) as victim: # it ends before the window does
		result = scrape("top", "-b", "-p", victim.pid)
		check(result.code == 0 and "spin" in result.out and "ended 0:" in result.out, repr(result))


def test_batch_interrupted(interpreter):
	with interpreter.start("victims/shares.py", 60) as victim:
		process = subprocess.Popen(scrape_command("top", "-b", "-p", victim.pid), stdout=subprocess.PIPE,
			stderr=subprocess.PIPE, start_new_session=True)
		time.sleep(2.5)
		process.send_signal(signal.SIGINT)
		try:
			out, err = process.communicate(timeout=15)
		finally:
			process.kill()
			process.wait()
		check(process.returncode == 0 and b"heavy_sixty" in out and not err, "%r %r" % (out, err))


EVIL = r"""
import time, types
names = ["\x1b]0;owned\x07\x1b[2J", "\u6f22\u5b57" * 60, "a\nb\rc", "\u202eleft", "e" + "\u0301" * 50]
def f(seconds):
	until = time.time() + seconds
	while time.time() < until: pass
made = [types.FunctionType(f.__code__.replace(co_name=name, co_filename=name,
	**({"co_qualname": name} if hasattr(f.__code__, "co_qualname") else {})), globals()) for name in names]
until = time.time() + 60
while time.time() < until:
	for one in made: one(0.05)
"""


def test_hostile_names(interpreter):
	"""Names are text: the terminal gets nothing that it does not know (tests/live/terminal.py refuses it), and no row
	grows out of its line."""
	with lib.Victim(interpreter.command("-c", EVIL), interpreter.full_environment(), wait=False) as victim:
		time.sleep(0.5)
		with top(victim, "-d", 1) as terminal:
			terminal.wait_for("\\x1b]0;owned")
			terminal.wait_for("\u6f22\u5b57\u6f22")
			check("\\u202eleft" in terminal.page(), terminal.page())
			check("a\\x0ab\\x0dc" in terminal.page(), terminal.page())
			rows = [line for line in terminal.lines() if re.match(r"\s+\d+\.\d\s+\d+\.\d\s", line)]
			check(len(rows) >= 5, "rows: %s" % terminal.page())
			for keys in "tl":
				terminal.press(keys)
				for _ in range(3):
					terminal.read(0.1)
			terminal.press("q")
			equal(terminal.end(), 0, "exit code")
			check("\x1b]" not in terminal.text, "a name has set the title")


def test_colours(interpreter):
	with interpreter.start("victims/shares.py", 60) as victim:
		for environment, wanted in (({"NO_COLOR": ""}, True), ({"NO_COLOR": "1"}, False)):
			with top(victim, "-d", 1, **environment) as terminal:
				terminal.wait_for("heavy_sixty")
				found = bool(re.search(r"\x1b\[[0-9;]*3[0-7]m", terminal.text))
				equal(found, wanted, "colours with %s" % environment)


def test_usage(interpreter):
	for words in (("-n", "0"), ("-n", "x"), ("-d", "0.5"), ("-d", "61"), ("-d", "0"), ("--mode", "x")):
		refused(scrape("top", "-p", os.getpid(), *words), USAGE, words[0])
	refused(scrape("top"), USAGE, "no process")
	refused(scrape("top", "-p", 4194304), FAILURE, "process")
	with Terminal(scrape_command("top", "-p", 4194304)) as terminal:
		equal(terminal.end(), FAILURE, "exit code without a process")
		check("\x1b" not in terminal.text and "process" in terminal.text, "no screen for that: %r" % terminal.text)


PROFILE = "/api/v1/profile"


def recorded(victim, folder):
	"""What a daemon would answer, made by our own encoder: {(mode, merge, threads): bytes}."""
	path = os.path.join(folder, "out.scrape")
	check(scrape("-p", victim.pid, "-d", 2, "-r", 200, "-o", path).code == 0, "no recording")
	answers = {}
	for mode in ("cpu", "wall", "gil"):
		for merge in ("line", "function"):
			for threads in ("0", "1"):
				words = ["--mode", mode] + ["-F"] * (merge == "function") + ["-t"] * int(threads)
				answers[mode, merge, threads] = scrape("report", path, "-f", "json", *words).out.encode()
	return answers


def test_url(interpreter):
	"""A daemon is asked for what is shown, again each second, with the token; its rows are those of a sampler."""
	with tempfile.TemporaryDirectory(prefix="scrape-live.") as folder, interpreter.start("victims/shares.py", 60) as victim:
		answers = recorded(victim, folder)
		token = os.path.join(folder, "token")
		with open(token, "w") as file:
			file.write("s3cret\n")

		def answer(path, parameters, headers):
			if path != PROFILE or headers["Authorization"] != "Bearer s3cret":
				return 404, b'{"error": "not \x1b[2J here"}'
			return 200, answers[parameters["mode"], parameters["merge"], parameters["threads"]]

		with Double(answer) as double:
			words = ("top", "--url", double.url, "--token-file", token, "--service", "a b&c=\u00fc")
			paper = scrape(*words)
			check(paper.code == 0 and paper.err == "", repr(paper))
			check_shares(table(paper.out.splitlines()), "paper of a daemon")
			equal(double.asked[0][:2], (PROFILE, {"format": "json", "mode": "cpu", "merge": "function", "threads": "0",
				"from": "-12s", "service": "a b&c=\u00fc"}), "the question")
			with Terminal(scrape_command(*words), columns=100) as terminal:
				terminal.wait_for("heavy_sixty")
				check_shares(table(terminal.lines()), "screen of a daemon")
				check(double.url in terminal.lines()[0] and "looks/s" in terminal.lines()[1], terminal.page())
				terminal.press("m", lambda lines: "wall time by function" in lines[3] and "nap" in table(lines))
				terminal.press("t", lambda lines: any(re.match(
					r"\s+\d+\.\d\s+\d\d\.\d\s+%d  \S+\s+(heavy_sixty|light_forty) " % victim.pid, line) for line in lines))
				terminal.press("tl", lambda lines: len(re.findall(" again ", "\n".join(lines))) >= 2)
				terminal.press("i", "since the start")
				before = len(double.asked)
				terminal.wait_for(lambda lines: len(double.asked) > before + 1)
				equal(double.asked[-1][1]["from"], "-1h", "since the start")
				terminal.press("q")
				equal(terminal.end(), 0, "exit code")
				terminal.check_restored()
			refused(scrape("top", "--url", double.url), FAILURE, "404: {\"error\": \"not \\x1b[2J here")


def test_url_fails(interpreter):
	"""Answers that are none are refused with a sentence; on the screen the last numbers stay."""
	good = ('{"names":["all","f (a.py:1)"],"function":["all","f"],"file":["","/a.py"],"line":[0,1],'
		'"kind":["group","python"],"name":[0,1,1],"self":[0,30,70],"total":[100,100,70],"depth":[0,1,2],'
		'"meta":{"title":"t","duration":10,"rate_asked":100,"rate_reached":100,"looks":100,"lost":{}}}')
	check(" 100.0   100.0     1.00     1.00  f " in url_answer(good).out, repr(url_answer(good)))
	bad = {
		"": "JSON", "[]": "profile", "{": "JSON", '{"names":[]}': "profile", "[" * 5000: "JSON",
		good.replace('"depth":[0,1,2]', '"depth":[0,1,3]'): "place",
		good.replace('"depth":[0,1,2]', '"depth":[0,1,0]'): "place",
		good.replace('"depth":[0,1,2]', '"depth":[0,1]'): "profile",
		good.replace('"name":[0,1,1]', '"name":[0,1,2]'): "place",
		good.replace('"name":[0,1,1]', '"name":[0,1,-1]'): "place",
		good.replace('"self":[0,30,70]', '"self":[0,30,1e300]'): "place",
		good.replace('"self":[0,30,70]', '"self":[0,30,"x"]'): "place",
		good.replace('"/a.py"', "7"): "none",
		good.replace('"line":[0,1]', '"line":[0,4294967296]'): "none",
		good.replace('"duration":10', '"duration":-1'): "how long",
	}
	for body, word in bad.items():
		refused(url_answer(body), FAILURE, word)
	with socket.socket() as nobody:
		nobody.bind(("127.0.0.1", 0))
		refused(scrape("top", "--url", "http://127.0.0.1:%d" % nobody.getsockname()[1]), FAILURE, "127.0.0.1")
	for words in (("--url", "ftp://x"), ("--service", "x", "-p", "1"), ("--url", "http://x", "-p", "1"),
			("--url", "http://x", "--token-file", "/dev/null")):
		result = scrape("top", *words)
		check(result.code in (USAGE, FAILURE) and result.out == "" and len(result.err.splitlines()) == 1, repr(result))
	state = {"body": good}
	with Double(lambda *words: (200 if state["body"] else 503, state["body"].encode())) as double:
		with Terminal(scrape_command("top", "--url", double.url)) as terminal:
			terminal.wait_for("a.py:1")
			state["body"] = ""
			terminal.wait_for("the daemon answers 503")
			check("a.py:1" in terminal.page(), terminal.page())
			state["body"] = good
			terminal.wait_for("q quit")
			terminal.press("\x03")
			equal(terminal.end(), 0, "exit code")


def url_answer(body):
	with Double(lambda *words: (200, body.encode())) as double:
		return scrape("top", "--url", double.url)
