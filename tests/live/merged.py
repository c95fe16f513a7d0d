# SPDX-License-Identifier: MIT
"""Stacks of Python and of C in turns (-n), for each CPython: one order is right, and it is known."""
import os

import lib
from lib import check, equal, parse_folded, scrape

WHOLE = 0.99


def look(interpreter, mode, *words, seconds=2):
	"""[(frames, count)] of the running looks at that victim: frames are ("py" | "c", function, module)."""
	with interpreter.start("victims/native.py", mode) as victim:
		result = scrape("-n", "-p", victim.pid, "-d", seconds, "-r", 250, "-f", "folded", *words)
		equal(result.code, 0, repr(result))
		check(victim.process.poll() is None, "the victim died: %s" % victim.last_words())
	stacks = []
	for stack, count in parse_folded(result.out):
		frames = [("py" if file.endswith(".py") else "c", function, os.path.basename(file)) for function, file, _ in stack
			if function not in ("[gc]",)]
		stacks.append((frames, count))
	check(sum(count for _, count in stacks) > 50 or lib.SLOW, "too few looks: %r" % result)
	return stacks


def python_of(frames):
	return [function.rpartition(".")[2] for kind, function, _ in frames if kind == "py"]


def demand(stacks, chains, between=None):
	"""Python's frames must be a chain or its outer part; between two of them, C frames with these names must stand, in
	at least 99 % of the looks that are so deep."""
	deep = whole = torn = total = 0
	wrong = None
	for frames, count in stacks:
		total += count
		if frames and frames[0][1] == "[truncated]":
			torn += count
			continue
		found = python_of(frames)
		check(any(found == chain[:len(found)] for chain in chains), "impossible: %s" % [frame[1] for frame in frames])
		for outer, name, inner in between or ():
			if inner not in found:
				continue
			deep += count
			order = [frame[1].rpartition(".")[2] for frame in frames]
			at = [i for i, function in enumerate(order) if function.lstrip("_").startswith(name)]
			good = any(order.index(outer) < i < len(order) - 1 - order[::-1].index(inner) for i in at)
			whole += count * good
			if not good:
				wrong = order
	if lib.SLOW:
		return
	check(torn <= (1 - WHOLE) * total, "%d of %d stacks are cut" % (torn, total))
	if between:
		check(deep > 30 and whole >= WHOLE * deep, "in order: %d of %d, not %s" % (whole, deep, wrong))


def base(step):
	return ["<module>", "main", step]


def test_merged_callback(interpreter):
	demand(look(interpreter, "by_qsort"), [base("by_qsort") + ["compare", "work"]], [("by_qsort", "qsort", "compare")])


def test_merged_twice(interpreter):
	chain = base("by_two_qsorts") + ["compare_deep", "compare", "work"]
	demand(look(interpreter, "by_two_qsorts"), [chain],
		[("by_two_qsorts", "qsort", "compare_deep"), ("compare_deep", "qsort", "compare")])


def test_merged_json(interpreter):
	chain = base("by_json") + ["loads", "decode", "raw_decode", "hook", "work"]
	demand(look(interpreter, "by_json"), [chain, chain[:4] + ["__init__"]], [("raw_decode", "scan", "hook")] if has_names(interpreter) else None)


def has_names(interpreter):
	"""Static functions of C extensions have names only where the files were not stripped."""
	return ".pyenv" in interpreter.path


def test_merged_zlib(interpreter):
	stacks = look(interpreter, "by_zlib")
	demand(stacks, [base("by_zlib")])
	total = sum(count for _, count in stacks)
	inside = sum(count for frames, count in stacks if python_of(frames) == base("by_zlib") and
		any(module.startswith(("libz.", "zlib.")) or "libz" in module or function in ("deflate",)
			for kind, function, module in frames[-6:]))
	check(inside >= 0.9 * total or lib.SLOW, "in zlib: %d of %d" % (inside, total))


def test_merged_sorted(interpreter):
	demand(look(interpreter, "by_sorted"), [base("by_sorted") + ["key", "work"]])


def test_merged_reduce(interpreter):
	demand(look(interpreter, "by_reduce"), [base("by_reduce") + ["fold", "work"]])


def test_merged_generator(interpreter):
	demand(look(interpreter, "by_generator"), [base("by_generator") + ["generator", "work"]])


def test_merged_gc(interpreter):
	chain = base("by_gc")
	demand(look(interpreter, "by_gc"), [chain + ["__del__", "work"], chain + ["__init__"]])


def test_merged_c_thread(interpreter):
	stacks = look(interpreter, "by_c_thread", seconds=1)
	demand(stacks, [["thread_main", "work"], base("by_c_thread")])
	check(any("work" in python_of(frames) for frames, _ in stacks) or lib.SLOW, "the thread was not met: %s" % stacks[:3])


def test_merged_everything(interpreter):
	"""--native=all leaves nothing out: what runs Python is between the Python frames."""
	stacks = look(interpreter, "by_sorted", "--native=all", seconds=1)
	total = sum(count for _, count in stacks)
	both = sum(count for frames, count in stacks if any(kind == "py" for kind, _, _ in frames) and
		any(kind == "c" and function.startswith(("_PyEval_Eval", "[", "_Py", "Py")) for kind, function, _ in frames))
	check(both >= WHOLE * total or lib.SLOW, "both halves: %d of %d" % (both, total))
