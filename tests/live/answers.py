# SPDX-License-Identifier: MIT
"""What collectors answer to the questions of the page, compared, and how long it takes them."""
import time

from lib import check

# Rounded so that their sum is kept: of two with the same rest either may get it.
COUNTS = ("self", "total", "base_self", "base_total")


def questions(began, second, end):
	"""{name: path} of the questions about a worker (slower.py) that became slower at that second."""
	whole, of = "from=%d&until=%d" % (began, end), "&service=worker.py"
	after, before = "from=%d&until=%d" % (second + 1, end), "base_from=%d&base_until=%d" % (began, second - 1)
	return {
		"services": "targets?" + whole, "labels": "labels?" + whole, "hosts": "labels/host/values?" + whole,
		"profile": "profile?" + whole + of, "lines": "profile?merge=line&threads=1&processes=1&" + whole,
		"timeline": "timeline?step=1&" + whole + of, "function": "timeline?function=score&value=self&step=1&" + whole,
		"by host": "timeline?by=host&step=5&" + whole, "heatmap": "heatmap?" + whole + of,
		"diff": "diff?merge=function&" + after + "&" + before + of, "regressions": "regressions?" + whole,
		"gaps": "gaps?" + whole, "notes": "annotations?" + whole}


def ask(collector, path):
	"""Without the watermark, which goes on meanwhile, and without what the collector is called."""
	doc = collector.json("/api/v1/" + path)
	doc.pop("watermark", None)
	for key in ("watermark", "title"):
		doc.get("meta", {}).pop(key, None)
	if "targets" in doc:
		del doc["host"]
	return doc


def by_name(doc):
	"""Nodes by the names of their frames: how these are numbered is each store's own business."""
	if "names" not in doc:
		return doc
	names = [doc.pop(key) for key in ("names", "function", "file", "module", "line", "kind")]
	return dict(doc, name=[[column[number] for column in names] for number in doc["name"]])


def alike(one, other, key=None):
	"""The same but for the last digits."""
	if isinstance(one, dict) and isinstance(other, dict):
		return one.keys() == other.keys() and all(alike(one[name], other[name], name) for name in one)
	if isinstance(one, list) and isinstance(other, list):
		return len(one) == len(other) and all(alike(a, b, key) for a, b in zip(one, other))
	if isinstance(one, float) and isinstance(other, float):
		return abs(one - other) <= 1e-6 * max(abs(one), abs(other), 1e-3)
	return one == other or (key in COUNTS and abs(one - other) <= 1)


def check_same(one, other, asked):
	"""Of two collectors on one store: the same to the byte."""
	found = {name: (ask(one, path), ask(other, path)) for name, path in asked.items()}
	wrong = ["%s: %.900r for %.900r" % (name, *pair) for name, pair in found.items() if pair[0] != pair[1]]
	check(not wrong, "\n".join(wrong))


def check_alike(one, other, asked):
	"""Of two that polled the same daemons into stores of their own."""
	found = {name: (by_name(ask(one, path)), by_name(ask(other, path))) for name, path in asked.items()}
	wrong = ["%s: %.900r for %.900r" % (name, *pair) for name, pair in found.items() if not alike(*pair)]
	check(not wrong, "\n".join(wrong))


def seconds_of(collector, path):
	"""The median of five."""
	def once():
		began = time.monotonic()
		collector.json("/api/v1/" + path)
		return time.monotonic() - began
	return sorted(once() for _ in range(5))[2]
