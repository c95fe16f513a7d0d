# SPDX-License-Identifier: MIT
"""A recording of a real program in every format, and what is read back of them: each takes an interpreter and raises
lib.Failure or lib.Skip. Whether other programs read the formats is for tests/formats."""
import collections
import csv
import gzip
import json
import os
import pstats
import re
import subprocess
import tempfile
import xml.etree.ElementTree

import pushes
from lib import check, equal, parse_folded, scrape, scrape_command

SECONDS, RATE = 3, 200
SUFFIXES = (".svg", ".html", ".json", ".csv", ".folded", ".pb.gz", ".speedscope.json", ".gecko.json", ".trace.json",
	".cpuprofile", ".perf", ".callgrind", ".pstats")


def record(folder, victim, *words):
	path = os.path.join(folder, "recording.scrape")
	result = scrape("-p", victim.pid, "-d", SECONDS, "-r", RATE, "-o", path, *words)
	equal(result.code, 0, "exit code, " + result.err)
	return path


def lines_of(*words):
	"""{stack: number}"""
	result = scrape("report", "-q", *words)
	equal((result.code, result.err), (0, ""), "report %s" % " ".join(map(str, words)))
	return collections.Counter({tuple(line.rpartition(" ")[0].split(";")): int(line.rpartition(" ")[2])
		for line in result.out.splitlines()})


def test_round_trips(interpreter):
	"""What scrape wrote in another format is read as it was."""
	with tempfile.TemporaryDirectory(prefix="scrape-live.") as folder, interpreter.start("victims/threads.py", 3) as victim:
		path = record(folder, victim)
		truth = lines_of(path, "-t", "--mode", "wall")
		check(sum(truth.values()) > RATE * SECONDS, "%d looks" % sum(truth.values()))
		for suffix in (".folded", ".pb.gz"):
			again = os.path.join(folder, "again" + suffix)
			equal(scrape("report", path, "-t", "--mode", "wall", "-o", again).code, 0, "exit code")
			same = lines_of(again, "-t")
			equal(same, truth, "of " + suffix)
		equal(sum(lines_of(again, path, "--mode", "wall").values()), 2 * sum(truth.values()), "both files")


def test_every_format(interpreter):
	"""Each is written from a recording and says the same as folded where it has the same to say."""
	with tempfile.TemporaryDirectory(prefix="scrape-live.") as folder, interpreter.start("truth.d/leaves.py") as victim:
		path = record(folder, victim)
		for suffix in SUFFIXES:
			result = scrape("report", path, "-o", os.path.join(folder, "out" + suffix))
			equal(result.code, 0, suffix + ": " + result.err)
		folded = lines_of(path, "-F")
		total = sum(folded.values())
		with open(os.path.join(folder, "out.csv"), newline="") as file:
			rows = {row["function"]: row for row in csv.DictReader(file)}
		self_60 = sum(n for stack, n in folded.items() if stack[-1].startswith("leaf_60 "))
		equal(int(rows["leaf_60"]["self"]), self_60, "leaf_60 in csv")
		stats = pstats.Stats(os.path.join(folder, "out.pstats"))
		check(abs(stats.total_tt - total / RATE) < 0.01, "pstats: %r s of %r" % (stats.total_tt, total / RATE))
		check_times(folder)


def check_times(folder):
	"""Formats of time: what was met running, from the first to the last look, and calls that nest."""
	with open(os.path.join(folder, "out.cpuprofile")) as file:
		doc = json.load(file)
	span = (doc["endTime"] - doc["startTime"]) / 1e6
	check(SECONDS - 0.5 < span < SECONDS + 1, "cpuprofile: %r s" % span)
	names = {node["id"]: node["callFrame"]["functionName"] for node in doc["nodes"]}
	busy = collections.Counter()
	for sample, delta in zip(doc["samples"], doc["timeDeltas"][1:] + [0]):
		busy[names[sample]] += delta / 1e6
	check(busy["leaf_60"] > busy["leaf_30"] > busy["leaf_10"] > 0, "cpuprofile: %r" % busy)
	with open(os.path.join(folder, "out.trace.json")) as file:
		events = [event for event in json.load(file)["traceEvents"] if event["ph"] in "BE"]
	stack = []
	for before, event in zip([{"ts": 0}] + events, events):
		check(event["ts"] >= before["ts"], "trace: %r after %r" % (event, before))
		if event["ph"] == "B":
			stack.append(event["name"])
		else:
			equal(event["name"], stack.pop(), "trace: what ends")
	equal(stack, [], "trace: what has not ended")
	with open(os.path.join(folder, "out.gecko.json")) as file:
		thread, = json.load(file)["threads"]
	looks = sum(weight for weight, at in zip(thread["samples"]["weight"], thread["samples"]["stack"]) if at is not None)
	with open(os.path.join(folder, "out.perf")) as file:
		events = file.read().count(" cpu-clock:\n")
	equal(looks, events, "looks in gecko, and events in perf")


def test_filters(interpreter):
	with tempfile.TemporaryDirectory(prefix="scrape-live.") as folder, interpreter.start("truth.d/leaves.py") as victim:
		path = record(folder, victim)
		whole = lines_of(path)
		inside, outside = lines_of(path, "--include", "leaf_60"), lines_of(path, "--exclude", "leaf_60")
		check(all("leaf_60" in ";".join(stack) for stack in inside) and inside, "--include: %r" % inside)
		check(not any("leaf_60" in ";".join(stack) for stack in outside) and outside, "--exclude: %r" % outside)
		check(abs(sum(inside.values()) + sum(outside.values()) - sum(whole.values())) <= 1, "of all")
		equal(lines_of(path, "--pid", victim.pid), whole, "--pid")
		equal(lines_of(path, "--pid", 1), {}, "another --pid")
		equal(lines_of(path, "--until", "1h"), whole, "--until after its end")
		equal(lines_of(path, "--from", "1h"), {}, "--from after its end")
		trace = os.path.join(folder, "cut.trace.json")
		equal(scrape("report", path, "--from", "1s", "--until", "1500ms", "-o", trace).code, 0, "exit code")
		with open(trace) as file:
			times = [event["ts"] for event in json.load(file)["traceEvents"] if event["ph"] in "BE"]
		check(0.9e6 < min(times) and max(times) < 1.8e6, "half a second: %r to %r" % (min(times), max(times)))


def test_refusals(interpreter):
	"""One sentence that names the file and the place; nothing is written over what is there."""
	with tempfile.TemporaryDirectory(prefix="scrape-live.") as folder:
		def put(name, content):
			with open(os.path.join(folder, name), "wb") as file:
				file.write(content)
			return os.path.join(folder, name)

		out = put("out.svg", b"precious")
		good = put("good.folded", b"main;work 3\n")
		for path, words in ((put("bad.folded", b"main;work 3\nmain;work\n"), "line 2: there is no number at its end"),
				(put("cut.pb.gz", gzip.compress(b"x" * 1000)[:20]), "damaged or cut off"),
				(put("empty", b""), "it is empty"), (put("noise", os.urandom(9) + b"\n" * 99), "neither a recording"),
				(os.path.join(folder, "absent"), "No such file")):
			result = scrape("report", good, path, "-o", out)
			equal(result.code, 1, "exit code of %s" % path)
			check(len(result.err.splitlines()) == 1 and path in result.err and words in result.err, repr(result.err))
			with open(out, "rb") as file:
				equal(file.read(), b"precious", "what was there")
		result = scrape("report", good, "-f", "trace")
		check(result.code == 1 and "does not say when" in result.err, repr(result))
		result = scrape("report", good, "--from", "1s")
		check(result.code == 1 and "--from: %s (folded) does not say when" % good in result.err, repr(result))
		for words in (("--include", "("), ("--pid", "x"), ("--from", "noon"), ("--by", "file")):
			equal(scrape("report", good, *words).code, 2, "exit code of %s %s" % words)
		equal(sorted(os.listdir(folder)), ["bad.folded", "cut.pb.gz", "empty", "good.folded", "noise", "out.svg"], "files left")


def test_diff_of_two_tools(interpreter):
	"""A file of another tool beside a recording; and by a pipe."""
	with tempfile.TemporaryDirectory(prefix="scrape-live.") as folder, interpreter.start("truth.d/leaves.py") as victim:
		path = record(folder, victim)
		other = os.path.join(folder, "other.folded")
		equal(scrape("report", path, "-o", other).code, 0, "exit code")
		result = scrape("diff", other, path)
		equal(result.code, 0, result.err)
		check("leaf_60" in result.out, result.out)
		for name in ("other.pb.gz", "other.folded"): # the same looks: the same cores, however long that took
			other = os.path.join(folder, name)
			equal(scrape("report", path, "-o", other).code, 0, "exit code")
			document = json.loads(scrape("diff", other, path, "-f", "json").out)
			for row in document["rows"]:
				check(abs(row["total"]["delta"]) < 0.02, "%s: %r" % (name, row))
		picture = os.path.join(folder, "difference.svg")
		equal(scrape("diff", other, path, "-o", picture).code, 0, "exit code")
		titles = [title.text for title in xml.etree.ElementTree.parse(picture).iter("{http://www.w3.org/2000/svg}title")]
		check(any(title.startswith("leaf_60") and " cores, before " in title for title in titles), "titles: %r" % titles[:5])
		with open(other) as file:
			done = subprocess.run(scrape_command("report", "-q", "-"), stdin=file, stdout=subprocess.PIPE)
		equal(done.returncode, 0, "exit code")
		check(parse_folded(done.stdout.decode()), "by a pipe")


def test_push(interpreter):
	"""record --push: what a server got is what was recorded; without a server the exit code says so."""
	with interpreter.start("truth.d/leaves.py") as victim:
		for scheme in ("pyroscope", "pyroscope-ingest", "parca", "otlp"):
			with pushes.Receiver() as receiver:
				result = scrape("-p", victim.pid, "-d", 2, "-r", RATE, "-f", "folded", "--push",
					"%s+http://127.0.0.1:%d" % (scheme, receiver.port))
				equal(result.code, 0, result.err)
				check(not receiver.wrong and receiver.pushed, "%r of %r" % (receiver.wrong, receiver.requests))
			total = sum(count for _, count in parse_folded(result.out)) / RATE
			pushed = sum(one.total for one in receiver.pushed)
			check(abs(total - pushed) <= 2 / RATE, "%s: %r s were pushed of %r" % (scheme, pushed, total))
			check(re.search(r"[1-9]\d* profiles? pushed", result.err), result.err)
		with pushes.Receiver([400]) as receiver:
			result = scrape("-p", victim.pid, "-d", 1, "-f", "folded", "--push", "http://127.0.0.1:%d" % receiver.port)
		check(result.code == 1 and result.out and "status 400" in result.err, repr(result))
		rejected = b"\x0a\x0b\x08\x01\x12\x07too old" # partial_success { rejected_profiles: 1 error_message: "too old" }
		with pushes.Receiver(answer=rejected) as receiver:
			result = scrape("-p", victim.pid, "-d", 1, "-f", "folded", "--push",
				"otlp+http://127.0.0.1:%d" % receiver.port)
		check(result.code == 1 and "too old" in result.err, repr(result))
	for url in ("127.0.0.1:4040", "ftp://x", "jaeger+http://x", ""):
		equal(scrape("-p", 1, "-d", 1, "--push", url).code, 2, "exit code of --push " + url)
