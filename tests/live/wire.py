# SPDX-License-Identifier: MIT
"""Readers of what the daemon answers, written from the formats' own descriptions and sharing nothing with scrape."""
import gzip
import json
import re
import xml.etree.ElementTree

from lib import check, equal


def read_folded(text):
	"""{stack: count}: as flamegraph.pl reads it."""
	stacks = {}
	for line in text.splitlines():
		match = re.fullmatch(r"(.+) (\d+)", line)
		check(match, "not a folded line: %.200r" % line)
		stacks[match.group(1)] = stacks.get(match.group(1), 0) + int(match.group(2))
	return stacks


def read_article(text):
	"""(elapsed, granularity, {stack: count}): two lines off, each other split at its last blank."""
	lines = text.splitlines()
	elapsed, granularity = lines[0].split(), lines[1].split()
	equal((elapsed[0], granularity[0]), ("elapsed", "granularity"), "first words")
	stacks, before = {}, None
	for line in lines[2:]:
		stack, _, count = line.rpartition(" ")
		check(stack and " " not in stack and stack not in stacks, "not a line of its own: %.200r" % line)
		check(before is None or int(count) <= before, "not sorted: %.200r" % line)
		before = stacks[stack] = int(count)
		for frame in stack.split(";"):
			check(re.fullmatch(r"\[\w+\]|.+\(.*\)", frame), "not a frame: %.200r" % frame)
	return float(elapsed[1]), float(granularity[1]), stacks


def read_tree(text):
	"""The flat JSON: (document, {function: (self, total)}). Checks that sums hold."""
	doc = json.loads(text)
	for key in ("self", "total", "depth"):
		equal(len(doc[key]), len(doc["name"]), "entries of " + key)
	for key in ("function", "file", "line", "kind"):
		equal(len(doc[key]), len(doc["names"]), "entries of " + key)
	equal(sum(doc["self"]), doc["total"][0], "the sum of all selfs")
	found, open_names = {}, []
	for name, own, total, depth in zip(doc["name"], doc["self"], doc["total"], doc["depth"]):
		del open_names[depth:]
		function = doc["function"][name]
		old = found.get(function, (0, 0))
		found[function] = old[0] + own, old[1] + (0 if function in open_names else total)
		open_names.append(function)
	return doc, found


def varint(data, at):
	value = shift = 0
	while True:
		byte = data[at]
		at += 1
		value |= (byte & 127) << shift
		shift += 7
		if byte < 128:
			return value, at


def fields(data):
	"""(number, value) of each field of a protobuf message: ints and bytes."""
	at = 0
	while at < len(data):
		key, at = varint(data, at)
		if key & 7 == 0:
			value, at = varint(data, at)
		elif key & 7 == 2:
			n, at = varint(data, at)
			check(at + n <= len(data), "a field longer than its message")
			value, at = data[at:at + n], at + n
		else:
			raise AssertionError("wire type %d" % (key & 7))
		yield key >> 3, value


def packed(value):
	if isinstance(value, int):
		return [value]
	numbers, at = [], 0
	while at < len(value):
		number, at = varint(value, at)
		numbers.append(number)
	return numbers


def read_pprof(body):
	"""({type: sum}, {function, ...}, {number: value} of the profile's own fields)."""
	data = gzip.decompress(body)
	strings, functions, locations, samples, types, own = [], {}, {}, [], [], {}
	for number, value in fields(data):
		if number == 6:
			strings.append(value.decode())
		elif number == 1:
			types.append(dict(fields(value)))
		elif number == 2:
			sample = {1: [], 2: []}
			for key, part in fields(value):
				if key in sample:
					sample[key] += packed(part)
			samples.append(sample)
		elif number == 4:
			parts = list(fields(value))
			locations[dict(parts)[1]] = [dict(fields(part)).get(1, 0) for key, part in parts if key == 4]
		elif number == 5:
			functions[dict(fields(value))[1]] = dict(fields(value))
		elif isinstance(value, int):
			own[number] = value
	equal(strings[0], "", "the first string")
	check(0 not in functions and 0 not in locations, "an id of zero")
	names = set()
	for sample in samples:
		equal(len(sample[2]), len(types), "values of a sample")
		for location in sample[1]:
			names.update(strings[functions[function][2]] for function in locations[location])
	kinds = [strings[one[1]] + "/" + strings[one[2]] for one in types]
	return {kind: sum(sample[2][i] for sample in samples) for i, kind in enumerate(kinds)}, names, own


def read_mappings(body):
	"""{file: build id} of a pprof."""
	parts = list(fields(gzip.decompress(body)))
	strings = [value.decode() for number, value in parts if number == 6]
	mappings = [dict(fields(value)) for number, value in parts if number == 3]
	found = {strings[one[5]]: strings[one.get(6, 0)] for one in mappings}
	equal(len(found), len(mappings), "files of the mappings %r" % mappings)
	return found


def read_speedscope(text):
	"""(sum of weights, {frame name, ...}) as its schema asks."""
	doc = json.loads(text)
	equal(doc["$schema"], "https://www.speedscope.app/file-format-schema.json", "schema")
	frames = doc["shared"]["frames"]
	check(all(isinstance(frame["name"], str) for frame in frames), "a frame without name")
	total = 0
	for profile in doc["profiles"]:
		equal(profile["type"], "sampled", "type")
		check(profile["unit"] in ("none", "nanoseconds", "microseconds", "milliseconds", "seconds", "bytes"), "unit")
		equal(len(profile["samples"]), len(profile["weights"]), "weights")
		check(all(0 <= frame < len(frames) for sample in profile["samples"] for frame in sample), "a frame that is none")
		total += sum(profile["weights"])
	return total, {frame["name"] for frame in frames}


def read_svg(text):
	root = xml.etree.ElementTree.fromstring(text)
	equal(root.tag, "{http://www.w3.org/2000/svg}svg", "root element")


def read_metrics(text, openmetrics):
	"""{sample: value}. Each stands below the TYPE of its family."""
	found, family, kind = {}, None, None
	lines = text.split("\n")
	equal(lines.pop(), "", "behind the last line")
	if openmetrics:
		equal(lines.pop(), "# EOF", "last line")
	for line in lines:
		if line.startswith("# TYPE "):
			family, kind = line.split()[2:]
			check(kind in ("counter", "gauge", "histogram"), line)
		elif not line.startswith("# "):
			match = re.fullmatch(r'([a-z_:]+)((?:\{[a-z_]+="[^"\\\n]*"\})?) (\S+)', line)
			check(match, "not a sample: " + line)
			expected = family + ("_total" if openmetrics and kind == "counter" else "")
			check(match.group(1) == expected or kind == "histogram" and match.group(1) in (expected + "_bucket",
				expected + "_sum", expected + "_count"), "name of a sample: " + line)
			found[match.group(1) + match.group(2)] = float(match.group(3))
	return found
