# SPDX-License-Identifier: MIT
"""A binary tree of functions whose names encode the path of calls: "ra" is called by "r" and by nobody else, and the
line in "r" says that it was "ra". Calls are some 50 ns apart, so a stack that mixes two moments has a name or a line
that cannot be.

	tree.py                one thread
	tree.py threads        four threads with a tree each ("a...", "b...", ...) that fight for the GIL
	tree.py callbacks      every call goes through C (sorted, reduce, map, min, str.join) or is a generator
	tree.py MODE --source  only prints the source of the tree: the judge derives from it what can be
"""
import sys
import threading

FILE = "tree-made.py"
DEPTH = 7

PLAIN = ["\t{0}(n)\n"]
CALLBACKS = [
	"\tsorted(TWO, key={0})\n",
	"\treduce({0}, TWO)\n",
	"\tfor _ in map({0}, TWO): pass\n",
	"\tmin(TWO, key={0})\n",
	"\tfor _ in {0}(n): pass\n",
	"\tyield from {0}(n)\n",
	"\tsum({0}(n))\n",
]
# Which of the above call a generator, and which one can only stand in a generator.
OF_GENERATOR = (4, 5, 6)
IN_GENERATOR = (5,)


def write(name, depth, ways, is_generator, seed, out):
	"""One function and, below it, the functions that it calls. The way of each call follows from the seed."""
	out.append("def %s(n, m=0):\n" % name)
	calls = []
	for letter in "ab" if depth else "":
		seed = seed * 1103515245 + 12345 & 0x7fffffff
		way = (seed >> 16) % len(ways)
		if way in IN_GENERATOR and not is_generator:
			way = 4
		callee = name + letter
		out.append(ways[way].format(callee))
		calls.append((callee, len(ways) > 1 and way in OF_GENERATOR, seed))
	out.append("\tyield 1\n" if is_generator else "\treturn 1\n")
	for callee, generator, seed in calls:
		write(callee, depth - 1, ways, generator, seed ^ len(callee), out)


def source(mode):
	out = ["from functools import reduce\nTWO = (1, 2)\n"]
	for root in "abcd" if mode == "threads" else "r":
		if mode == "callbacks":
			write(root, 5, CALLBACKS, False, 1, out)
		else:
			write(root, DEPTH, PLAIN, False, 1, out)
		out.append("def run_{0}(rounds):\n\tfor _ in rounds:\n\t\t{0}(1)\n".format(root))
	return "".join(out)


def work(run, until):
	rounds = range(200)
	while until:
		run(rounds)


def main():
	mode = ([one for one in sys.argv[1:] if not one.startswith("-")] or ["plain"])[0]
	if "--source" in sys.argv:
		print(source(mode), end="")
		return
	from program import Until, ready, truth
	space = {}
	exec(compile(source(mode), FILE, "exec"), space)
	until = Until()
	ready()
	if mode == "threads":
		threads = [threading.Thread(target=work, args=(space["run_" + root], until)) for root in "abcd"]
		for thread in threads:
			thread.start()
		for thread in threads:
			thread.join()
	else:
		work(space["run_r"], until)
	truth({})


if __name__ == "__main__":
	main()
