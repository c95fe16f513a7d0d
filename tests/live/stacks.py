# SPDX-License-Identifier: MIT
"""Live tests of one look (`scrape dump`): each takes an interpreter and raises lib.Failure or lib.Skip."""
import json
import os

from lib import TOP, Skip, check, equal, marks, scrape

NAME_MAX = 4096
DEPTH_MAX = 16384


def victim_path(name):
	return os.path.join(TOP, "tests/live/victims", name)


def dump(victim, *words):
	result = scrape("dump", "-p", victim.pid, "-j", *words)
	check(result.code == 0, repr(result))
	found = json.loads(result.out)
	equal(found["pid"], victim.pid, "pid")
	return found


def main_thread(found):
	"""The kernel gives the main thread the number of its process."""
	threads = [one for one in found["threads"] if one["tid"] == found["pid"]]
	equal(len(threads), 1, "threads with the tid of the process")
	return threads[0]


def chain(thread):
	"""[(function, base name of the file, line), ...], innermost first."""
	return [(frame["function"], os.path.basename(frame["file"]), frame["line"]) for frame in thread["frames"]]


def test_known_chain(interpreter):
	"""Blocked at a known line of a known chain, the call spread over three lines included."""
	line = marks(victim_path("known.py"))
	with interpreter.start("victims/known.py") as victim:
		victim.settle()
		found = dump(victim)
		text = scrape("dump", "-p", victim.pid)
	check(found["runtime"] in interpreter.runtime_texts(), "runtime: %s" % found["runtime"])
	expected = [(name, "known.py", line[name]) for name in ("leaf", "middle", "outer", "main")]
	equal(chain(main_thread(found)), expected + [("<module>", "known.py", line["module"])], "stack")
	equal(len(found["threads"]), 1, "number of threads")
	equal(text.code, 0, "exit code of dump as text")
	at = [text.out.find("%s (known.py:%d)" % (name, line[name])) for name in ("leaf", "middle", "outer", "main")]
	check(-1 not in at, "the text of dump lacks a frame: %s" % text.out)
	check(at == sorted(at), "the text of dump is not innermost first: %s" % text.out)


def test_flags_of_a_sleeper(interpreter):
	with interpreter.start("victims/known.py") as victim:
		victim.settle()
		flags = main_thread(dump(victim))["flags"]
	check("main" in flags, "main thread without its flag: %s" % flags)
	check("cpu" not in flags and "gil" not in flags, "a sleeping thread has the flags %s" % flags)


def test_flags_of_a_busy_thread(interpreter):
	"""In five dumps a thread that only computes must have been met with both flags."""
	with interpreter.start("victims/exits.py", 60, 0) as victim:
		seen = [main_thread(dump(victim))["flags"] for _ in range(5)]
	check(any("cpu" in flags and "gil" in flags for flags in seen), "never on CPU with the GIL: %s" % seen)


def test_locals(interpreter):
	with interpreter.start("victims/known.py") as victim:
		victim.settle()
		frames = main_thread(dump(victim, "-l"))["frames"]
		without = main_thread(dump(victim))["frames"]
	check("locals" not in without[0], "locals without being asked")
	leaf = {one["name"]: one for one in frames[0]["locals"]}
	values = {name: one["value"] for name, one in leaf.items()}
	equal(values.get("number"), "21", "local number")
	equal(values.get("total"), "42", "local total")
	equal(values.get("items"), "[1, 2, 3]", "local items")
	check(values.get("text") in ("'kept'", '"kept"'), "local text: %r" % values.get("text"))
	arguments = {name for name, one in leaf.items() if one["argument"]}
	equal(arguments, {"fd", "number", "text"}, "arguments of leaf")


def same_function(interpreter, found, code_name, qualified):
	"""3.11+ knows qualified names. Before, scrape may recover the class, or print what the code object is called."""
	if interpreter.minor >= 11:
		return found == cut(qualified)
	return found in (cut(code_name), cut(qualified))


def cut(name):
	"""A name of up to 4 KiB is whole, a longer one shows its beginning, "..." and a hash: see same_name."""
	return name if len(name.encode()) <= NAME_MAX else name[:200]


def compare_thread(interpreter, truth, found):
	what = "thread %s" % truth["name"]
	check(found is not None, what + " is missing")
	frames = found["frames"]
	equal(len(frames), len(truth["frames"]), "%s: number of frames, innermost first %s" % (what,
		[(frame["function"][:40], frame["line"]) for frame in frames]))
	for number, (frame, (name, qualified, file, line)) in enumerate(zip(frames, truth["frames"])):
		where = "%s, frame %d" % (what, number)
		function = frame["function"]
		if len(qualified.encode()) > NAME_MAX:
			size = len(function.encode())
			check("..." in function[-80:] and size <= NAME_MAX + 100,
				"%s: a long name is cut as %.40r...%r (%d bytes)" % (where, function, function[-60:], size))
			function = function[:200]
		check(same_function(interpreter, function, name, qualified),
			"%s: function %.300r, expected %.300r" % (where, function, qualified))
		if file.isprintable():
			equal(os.path.basename(frame["file"]), os.path.basename(file), where + ": file")
		else:
			check(frame["file"].isprintable(), "%s: the file name came through raw: %r" % (where, frame["file"]))
		equal(frame["line"], line, "%s (%s): line" % (where, function[:60]))


def compare_truth(interpreter, victim, found):
	by_name = {one["name"]: one for one in found["threads"]}
	for thread in victim.truth:
		compare_thread(interpreter, thread, by_name.get(thread["name"]))
		if thread["tid"]:
			equal(by_name[thread["name"]]["tid"], thread["tid"], "tid of %s" % thread["name"])
	equal(len(found["threads"]), len(victim.truth) + 1, "number of threads")


def test_every_shape(interpreter):
	"""Generators, coroutines, callbacks, classes, closures, long functions, names: as the interpreter says itself."""
	with interpreter.start("victims/shapes.py") as victim:
		victim.settle()
		found = dump(victim)
		full = scrape("dump", "-p", victim.pid)
	compare_truth(interpreter, victim, found)
	control = [char for char in full.out if ord(char) < 32 and char not in "\n\t" or char in "\u202e\x7f"]
	check(not control, "the text of dump has raw control characters: %r" % control)


def test_class_names(interpreter):
	"""Methods carry their class in every version."""
	with interpreter.start("victims/shapes.py") as victim:
		victim.settle()
		found = {one["name"]: one for one in dump(victim)["threads"]}
	for thread, expected in (("shape_method", "Base.inherited"), ("shape_class_method", "Base.of_class"),
			("shape_property", "Base.attribute"), ("shape_equality", "Shop.__eq__"),
			("shape_inner_class", "Shop.Inner.method")):
		check(thread in found, "thread %s is missing" % thread)
		functions = [frame["function"] for frame in found[thread]["frames"]]
		check(expected in functions, "%s: no %s in %s" % (thread, expected, functions))


def check_modules(found, what):
	"""[(function, module), ...] of victims/modules.py, innermost first."""
	expected = [("nameless", ""), ("odd", ""), ("long", None), ("named", "made.up\\x0a\\x1b[2J"),
		("nested", "modpkg.inner"), ("method", "modpkg.inner"), ("outer", "modpkg"), ("main", "__main__"),
		("<module>", "__main__")]
	found = [(function.rpartition(".")[2], module) for function, module in found]
	long = dict(found).get("long", "")
	check(long.startswith("mmm") and "m..." in long and len(long) <= 255, "%s: a long name is %r" % (what, long))
	equal([(function, None if function == "long" else module) for function, module in found], expected, what)


def test_modules(interpreter):
	"""Of the script, of a package and a module in it, of a nested function, and what exec makes of globals."""
	with interpreter.start("victims/modules.py") as victim:
		victim.settle()
		frames = main_thread(dump(victim))["frames"]
	check_modules([(frame["function"], frame["module"]) for frame in frames], "dump")


def test_four_threads(interpreter):
	with interpreter.start("victims/threads.py", 4) as victim:
		victim.settle()
		compare_truth(interpreter, victim, dump(victim))


def test_five_hundred_threads(interpreter):
	with interpreter.start("victims/threads.py", 500) as victim:
		victim.settle()
		compare_truth(interpreter, victim, dump(victim))


def deep(interpreter, depth):
	with interpreter.start("victims/deep.py", depth) as victim:
		victim.settle()
		threads = [one for one in dump(victim)["threads"] if one["name"] == "diver"]
	equal(len(threads), 1, "threads named diver")
	return chain(threads[0])


def test_ten_thousand_frames(interpreter):
	line = marks(victim_path("deep.py"))
	frames = deep(interpreter, 10000)
	down = [frame for frame in frames if frame[0] == "down"]
	equal(len(down), 10000, "frames of the recursion")
	equal(frames[0], ("down", "deep.py", line["bottom"]), "innermost frame")
	equal(set(frames[1:10000]), {("down", "deep.py", line["call"])}, "frames between")
	check("_bootstrap" in frames[-1][0], "outermost frame is %r" % (frames[-1],))


def test_deeper_than_the_limit(interpreter):
	frames = deep(interpreter, DEPTH_MAX + 500)
	equal(frames[-1][0], "[truncated]", "outermost frame of a stack beyond the limit")
	check(DEPTH_MAX - 1 <= len(frames) <= DEPTH_MAX + 1, "%d frames under the limit of %d" % (len(frames), DEPTH_MAX))
	equal(frames[0][0], "down", "innermost frame")


def test_sub_interpreter(interpreter):
	with interpreter.start("victims/subinterpreters.py") as victim:
		if victim.words == ["absent"]:
			raise Skip("this build has no sub-interpreters to make")
		victim.settle()
		found = dump(victim)
	stacks = [[name for name, _, _ in chain(thread)] for thread in found["threads"]]
	check(any(stack[:3] == ["sub_leaf", "sub_middle", "<module>"] for stack in stacks),
		"the thread in the sub-interpreter is not there: %s" % stacks)
	check("main" in [frame["function"] for frame in main_thread(found)["frames"]], "main thread: %s" % stacks)
