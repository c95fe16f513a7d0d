# SPDX-License-Identifier: MIT
"""A function that becomes three times slower at a known second: the worker that has it, and what a collector has to say.

	with Worker(second) as worker, Daemon("-p", worker.pid) as daemon, Collector(("shop", daemon)) as collector:
		...
		judge_regressions(collector, began, second, until)
"""
import os
import subprocess
import sys

import lib
from lib import check, equal

WORKER = os.path.join(lib.HERE, "victims", "worker.py")


class Worker:
	"""victims/worker.py, perhaps in a namespace."""

	def __init__(self, second=0, rate=20, prefix=()):
		self.process = subprocess.Popen(list(prefix) + [sys.executable, WORKER, str(second), str(rate)],
			stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, preexec_fn=lib.die_with_runner)
		line = self.process.stdout.readline().split()
		check(line and line[0] == b"ready", "the worker did not start")
		self.pid = int(line[1])

	def __enter__(self):
		return self

	def __exit__(self, *_):
		self.process.kill()
		self.process.wait()
		self.process.stdout.close()


def cores_of(collector, function, begin, end):
	"""Its self CPU, second by second."""
	doc = collector.json("/api/v1/timeline?function=%s&value=self&step=1&from=%d&until=%d" % (function, begin, end))
	return [value and round(value, 2) for one in doc["series"] for value in one["v"]]


def judge_regressions(collector, began, second, end):
	"""score, it alone, and when; of the time before nothing. The finding. `scrape regressions` says the same."""
	doc = collector.json("/api/v1/regressions?from=%d&until=%d" % (began, end))
	items = doc["items"]
	circumstances = {key: doc[key] for key in ("tested", "services", "step", "coverage")}
	circumstances["load"] = os.getloadavg()
	equal(sorted({one["function"] for one in items}), ["score"], "what is named (%r; score in cores: %r) in %r" % (circumstances,
		cores_of(collector, "score", began, end), items))
	equal(len(items), 1, "findings")
	one = items[0]
	equal((one["service"], one["file"][-9:]), ("worker.py", "worker.py"), "service, file")
	check(one["moment_lo"] - 1 <= second <= one["moment_hi"] + 1, "%d is not in the moment %r" % (second, one))
	check(one["moment_lo"] <= one["moment"] <= one["moment_hi"], "moment: %r" % one)
	check(2 < one["after"] / one["before"] < 4 and one["lo"] <= one["delta"] <= one["hi"] and one["lo"] > 0,
		"before and after: %r" % one)
	check(doc["tested"] >= 3, "tested: %r" % doc)
	equal(doc["coverage"], 1, "coverage")
	still = collector.json("/api/v1/regressions?from=%d&until=%d" % (began, second - 2))["items"]
	equal(still, [], "what is named of the time before")
	url = "unix:" + collector.unix if collector.unix else "http://" + collector.address
	known = ("--token-file", os.path.join(collector.folder, "collector-token")) if collector.token else ()
	result = lib.scrape("regressions", "--url", url, *known, "--from", began, "--until", end)
	check(result.code == 0 and "score" in result.out and "render" not in result.out, "%r" % result)
	return one


def judge_diff(collector, began, second, end):
	"""The row of score in a comparison of after with before."""
	diff = collector.json("/api/v1/diff?merge=function&from=%d&until=%d&base_from=%d&base_until=%d" %
		(second + 1, end, began, second - 1))
	rows = {row["function"]: row["self"] for row in diff["rows"]}
	row = rows["score"]
	for key in ("depth", "delta", "lo", "hi"):
		equal(len(diff[key]), len(diff["name"]), "the nodes' " + key)
	slower = [i for i, name in enumerate(diff["name"]) if diff["function"][name] == "score"]
	check(slower and all(diff["lo"][i] > 0 and diff["lo"][i] <= diff["delta"][i] <= diff["hi"][i] for i in slower),
		"the intervals of its stacks: %r" % [(diff["lo"][i], diff["delta"][i], diff["hi"][i]) for i in slower])
	check(row["delta"] > 0 and (row["lo"] is None or row["lo"] > 0), "the comparison of before and after: %r" % rows)
	return row
