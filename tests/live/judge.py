# SPDX-License-Identifier: MIT
"""Says whether stacks can be, and whether shares are right. Pure functions over parsed folded stacks
(lib.parse_folded), so that the judge itself can be judged: see self_test at the end.

A stack is *impossible* when one frame cannot have called the next one from the line it stands on. For the programs
made of names (tree.py) the text of the program tells what can be; for the realistic mix it is a list of calls that
sys.setprofile saw before, whose own gaps are measured by a run that stops the target.
"""
import collections
import math
import os
import random
import re

MADE = "tree-made.py"
STEADY_SEED = 20150811


def short(function):
	"""The last part of a qualified name: what the code object calls itself."""
	return function.rpartition(".")[2]


class TreeRules:
	"""What truth.d/tree.py can do, from the text that it prints with --source."""

	OUTSIDE = {("<module>", "main"), ("main", "work"), ("run", "work"), ("_bootstrap", "_bootstrap_inner"),
		("_bootstrap_inner", "run"), ("work", "__bool__")}

	def __init__(self, source):
		self.callees = {}
		self.functions = {}
		name = "<module>"
		for number, line in enumerate(source.splitlines(), 1):
			match = re.match(r"def (\w+)\(", line)
			name = match.group(1) if match else name
			self.functions[number] = name
			self.callees[number] = set() if match else set(re.findall(r"\b([a-d][ab]*|r[ab]*)\b", line))
		self.names = set(self.functions.values())

	def call(self, caller, callee):
		"""Both as (name, base name of the file, line); possible() makes them so."""
		if caller[1] == MADE:
			return (self.functions.get(caller[2]) == caller[0] and callee[1] == MADE
				and callee[0] in self.callees[caller[2]] and callee[0] in self.names)
		if callee[1] == MADE:
			return caller[0] == "work" and callee[0].startswith("run_")
		if callee[1] in ("threading.py", "selectors.py") and callee[0] not in ("run", "work"):
			return True
		return (caller[0], callee[0]) in self.OUTSIDE

	def possible(self, stack, whole=True):
		frames = [(short(function), os.path.basename(file), line) for function, file, line in stack]
		last = frames[-1]
		if last[1] == MADE and self.functions.get(last[2]) != last[0]:
			return False
		if whole and frames[0][0] not in ("<module>", "_bootstrap"):
			return False
		return all(map(self.call, frames, frames[1:]))


class RecordedRules:
	"""What truth.d/mix.py was seen to do, as it wrote it.

	From 3.11 on a call of a generator function runs its first instruction, in a frame of its own, and sys.setprofile
	is not told: a generator met as innermost frame at the line of its "def" may have been called from anywhere."""

	START = {("<module>", "main"), ("main", "work"), ("main", "__bool__"), ("main", "ready"), ("main", "truth")}

	def __init__(self, recorded):
		self.edges = {(self.file(caller_file), caller, line, self.file(file), self.name(callee, file))
			for caller_file, caller, line, file, callee in recorded["calls"]}
		self.made = {(function, self.file(file), line) for file, function, line in recorded["generators"]}

	@staticmethod
	def file(path):
		"""The program itself may have been recorded and run from two places; the library has one."""
		return "mix.py" if os.path.basename(path) == "mix.py" else path

	@staticmethod
	def name(function, file):
		"""The __new__ of a namedtuple is a lambda to sys.setprofile, which knows only the code (3.9 and 3.10)."""
		return "<lambda>" if (function, file) == ("__new__", "<string>") else function

	def call(self, caller, callee):
		if (caller[1], caller[0], caller[2], callee[1], callee[0]) in self.edges:
			return True
		return caller[1] == "mix.py" and (caller[0], callee[0]) in self.START

	def possible(self, stack, whole=True):
		frames = [(self.name(short(function), file), self.file(file), line) for function, file, line in stack]
		if whole and frames[0][0] != "<module>":
			return False
		if len(frames) > 1 and frames[-1] in self.made:
			frames.pop()
		return all(map(self.call, frames, frames[1:]))


Verdict = collections.namedtuple("Verdict", "total impossible truncated examples")


def spelled(stack):
	return ";".join("%s (%s:%d)" % (name, os.path.basename(file), line) for name, file, line in stack)


def impossible(stacks, rules):
	"""Counts stacks by weight. A stack cut at the root ([truncated]) is judged from its second frame on."""
	total = wrong = cut = 0
	examples = []
	for stack, count in stacks:
		frames = [frame for frame in stack if not frame[0].startswith("[")]
		total += count
		whole = stack[0][0] != "[truncated]"
		cut += 0 if whole else count
		ok = not frames or rules.possible(frames, whole)
		if not ok:
			wrong += count
			if len(examples) < 3:
				examples.append(spelled(stack))
	return Verdict(total, wrong, cut, examples)


def percent(part, whole):
	return 100.0 * part / whole if whole else 0.0


def self_time(stacks):
	"""Counter of (function, file): weight of the stacks in which it is innermost."""
	counts = collections.Counter()
	for stack, count in stacks:
		counts[stack[-1][:2]] += count
	return counts


def distance(one, other):
	"""Total variation distance of two counters, 0 to 1."""
	first, second = sum(one.values()), sum(other.values())
	if not first or not second:
		return 1.0
	return sum(abs(one[key] / first - other[key] / second) for key in set(one) | set(other)) / 2


def thinned(counts, size, source):
	"""`size` of the looks, drawn without replacement: distances are comparable at equal counts only."""
	keys = sorted(counts)
	if sum(counts.values()) <= size:
		return counts
	return collections.Counter(source.sample(keys, size, counts=[counts[key] for key in keys]))


def usable_witness(counts):
	"""A run that says where the time went: enough of it, and nearly all with a name."""
	total = sum(counts.values())
	return total >= 100 and sum(count for key, count in counts.items() if key[0].startswith("[")) <= total / 50


def excess(default, first, second, size):
	"""How much further a run is from two witnesses than these are from each other, all at `size` looks."""
	source = random.Random(STEADY_SEED)
	far = floor = 0.0
	tries = 10
	for _ in range(tries):
		one, two, run = (thinned(counts, size, source) for counts in (first, second, default))
		far += (distance(run, one) + distance(run, two)) / 2 / tries
		floor += distance(one, two) / tries
	return far, floor


def excess_noise(default, first, second, size, tries=60):
	"""Standard deviation of (far - floor) if all three runs were draws from one and the same distribution."""
	source = random.Random(STEADY_SEED)
	pool = default + first + second
	keys = sorted(pool)
	weights = [sum(counts[key] / sum(counts.values()) for counts in (default, first, second)) for key in keys]
	values = []
	for _ in range(tries):
		one, two, run = (collections.Counter(source.choices(keys, weights, k=size)) for _ in range(3))
		values.append((distance(run, one) + distance(run, two)) / 2 - distance(one, two))
	mean = sum(values) / tries
	return math.sqrt(sum((value - mean) ** 2 for value in values) / (tries - 1))


def share_errors(counts, expected, looks):
	"""[(name, share found, share expected, sigma), ...] of the named functions; shares are of all of `counts`.
	An expectation may be an interval (least, most): then its point that is nearest to what was found counts."""
	total = sum(counts.values())
	by_name = collections.Counter()
	for (function, _), count in counts.items():
		by_name[short(function)] += count
	rows = []
	for name, share in expected.items():
		found = by_name[name] / total if total else 0.0
		if isinstance(share, tuple):
			share = min(max(found, share[0]), share[1])
		rows.append((name, found, share, math.sqrt(share * (1 - share) / max(looks, 1))))
	return rows


def beyond(rows, points=1.0):
	"""The rows that are further off than `points` and three sigma."""
	return [row for row in rows if 100 * abs(row[1] - row[2]) > points + 300 * row[3]]


def paths(rules, root):
	"""Some true stacks of a tree: from the root always down the first line that calls, or the last one."""
	for pick in (min, max):
		frames = [("<module>", "tree.py", 1), ("main", "tree.py", 2), ("work", "tree.py", 3)]
		name = "run_" + root
		while True:
			lines = [line for line, owner in rules.functions.items()
				if owner == name and rules.callees[line] & rules.names]
			if not lines:
				last = max(line for line, owner in rules.functions.items() if owner == name)
				yield frames + [(name, MADE, last)]
				break
			line = pick(lines)
			frames.append((name, MADE, line))
			name = min(rules.callees[line] & rules.names)


def self_test(sources):
	"""The judge must see every kind of lie. Raises AssertionError; called before each run of the truth test."""
	for mode, source in sources.items():
		rules = TreeRules(source)
		roots = "abcd" if mode == "threads" else "r"
		true = [path for root in roots for path in paths(rules, root)]
		assert all(map(rules.possible, true)), mode
		one, two = true[0], true[1]
		middle = len(one) // 2
		lies = [
			one[:middle] + two[middle:],                             # top of one moment, bottom of another
			one[:-2] + one[-1:],                                     # a frame is missing
			one[1:], one[3:],                                        # the root is missing
			one + one[-1:],                                          # a frame twice
			one[:-1] + [(one[-1][0], MADE, one[-2][2])],             # a line of another function
			one[:-2] + [(one[-2][0], MADE, one[-2][2] + 1), one[-1]],# a line that calls something else
		]
		assert not any(map(rules.possible, lies)), (mode, list(map(rules.possible, lies)))
		assert impossible([(one, 3), (lies[0], 1)], rules)[:3] == (4, 1, 0)
		assert impossible([([("[truncated]", "", 0)] + one[4:], 2)], rules)[:3] == (2, 0, 2)
	recorded = RecordedRules({"generators": [["/a/json.py", "made", 3]], "calls": [
		["/mix.py", "work", 5, "/mix.py", "f"], ["/mix.py", "f", 9, "/a/json.py", "dumps"],
		["/mix.py", "f", 9, "<string>", "<lambda>"]]})
	base = [("<module>", "/mix.py", 1), ("main", "/mix.py", 2), ("work", "/mix.py", 5), ("f", "/mix.py", 9)]
	assert recorded.possible(base + [("C.dumps", "/a/json.py", 1)])
	assert not recorded.possible(base + [("dumps", "/b/json.py", 1)])
	assert recorded.possible(base + [("Pair.__new__", "<string>", 1)])
	assert not recorded.possible(base + [("Pair.__new__", "/a/json.py", 1)])
	assert recorded.possible(base + [("made", "/a/json.py", 3)])
	assert not recorded.possible(base + [("made", "/a/json.py", 4)])
	assert not recorded.possible(base[:2] + [("work", "/mix.py", 6)] + base[3:])
	source = random.Random(STEADY_SEED)
	keys = [("f%d" % number, "a.py") for number in range(100)]
	weights = [1 + number % 7 for number in range(100)]
	draws = [collections.Counter(source.choices(keys, weights, k=2000)) for _ in range(3)]
	bent = collections.Counter({key: count * (2 if key[0] < "f5" else 1) for key, count in draws[0].items()})
	noise = excess_noise(*draws, 2000)
	far, floor = excess(*draws, 2000)
	assert far - floor <= 0.01 + 3 * noise, (far, floor, noise)
	far, floor = excess(bent, draws[1], draws[2], 2000)
	assert far - floor > 0.01 + 3 * noise, (far, floor, noise)
	rows = share_errors(collections.Counter({("leaf_60", ""): 6300, ("leaf_30", ""): 3000, ("leaf_10", ""): 700}),
		{"leaf_60": 0.6, "leaf_30": 0.3, "leaf_10": 0.1}, 10000)
	assert [row[0] for row in beyond(rows)] == ["leaf_60", "leaf_10"]
	rows = share_errors(collections.Counter({("a", ""): 5000, ("b", ""): 5000}), {"a": (0.4, 0.6), "b": (0.6, 0.7)}, 10000)
	assert [row[0] for row in beyond(rows)] == ["b"]
	assert not usable_witness(collections.Counter({("[unseen]", ""): 500, ("f", "a.py"): 100}))
	assert not usable_witness(collections.Counter({("f", "a.py"): 99})) and usable_witness(draws[0])
