# SPDX-License-Identifier: MIT
"""A realistic mix of the standard library: deep recursion, generators, callbacks, classes, one thread.

	mix.py                 works
	mix.py --record FILE   works for some rounds under sys.setprofile and writes what was seen, as JSON:
	                       {"calls": [[caller file, caller, line, callee file, callee], ...],
	                        "generators": [[file, function, first line], ...]}
"""
import ast
import copy
import difflib
import html.parser
import inspect
import io
import json
import sys
import tokenize

from program import Until, ready, truth

SOURCE = '''
class Basket:
	"""Items and their prices."""
	def __init__(self, items=(), *, limit=10):
		self.items = [item for item in items if item is not None]
		self.limit = limit

	def total(self, rate: float = 0.19) -> float:
		with self as one, open("x") as two:
			return sum(item.price * (1 + rate) for item in self.items if item.price > 0) + len(f"{one!r:>{two}} {rate}")

	async def wait(self, *names, **more):
		try:
			async for name in names:
				yield (await more[name]) or (lambda x, y=1: x ** -y)
		except (KeyError, ValueError) as error:
			raise RuntimeError("no") from error
		finally:
			del names, more["a"][1:2, ...]
'''

PAGE = "<html><head><title>a &amp; b</title></head><body>" + "".join(
	"<div class='row' id=n%d><p>text %d &lt; <b>bold</b><br/></p><!-- note --></div>" % (n, n) for n in range(12)
) + "</body></html>"

DATA = {"orders": [{"id": n, "items": [{"sku": "s%d" % k, "price": k * 1.5, "tags": ["a", None, True]}
	for k in range(3)], "note": "caf\u00e9 %d" % n} for n in range(6)]}


class Node:
	def __init__(self, value, children):
		self.value = value
		self.children = children


def grow(depth):
	return Node(depth, [grow(depth - 1) for _ in range(2)] if depth else [])


TREE = grow(4)
LEFT = [line + "\n" for line in SOURCE.splitlines()]
RIGHT = [line.replace("item", "thing") if number % 3 else line for number, line in enumerate(LEFT)]


class Text(html.parser.HTMLParser):
	def __init__(self):
		super().__init__()
		self.parts = []

	def handle_starttag(self, tag, attrs):
		self.parts.append((tag, dict(attrs)))

	def handle_data(self, data):
		self.parts.append(data.strip())


def do_json():
	text = json.dumps(DATA, indent=2, sort_keys=True)
	return json.loads(text, object_hook=lambda pairs: pairs)


def do_difflib():
	return list(difflib.unified_diff(LEFT, RIGHT)) + list(difflib.ndiff(LEFT[:8], RIGHT[:8]))


def unparse(tree):
	"""ast.unparse came with 3.9; before, the walk of the tree is the same and the text is ast.dump's."""
	return ast.unparse(tree) if hasattr(ast, "unparse") else ast.dump(tree)


def do_ast():
	tree = ast.parse(SOURCE)
	names = [node.id for node in ast.walk(tree) if isinstance(node, ast.Name)]
	return unparse(tree), names


def do_tokenize():
	return sum(1 for token in tokenize.generate_tokens(io.StringIO(SOURCE).readline) if token.string)


def do_html():
	parser = Text()
	parser.feed(PAGE)
	parser.close()
	return parser.parts


def do_copy():
	return copy.deepcopy(TREE), copy.deepcopy(DATA)


def walk(node):
	yield node.value
	for child in node.children:
		yield from walk(child)


def do_generators():
	return sorted(walk(TREE), key=lambda value: -value), list(map(lambda value: value + 1, walk(TREE)))


def round_of_work():
	do_json()
	do_difflib()
	do_ast()
	do_tokenize()
	do_html()
	do_copy()
	do_generators()


def record(rounds):
	edges, generators = set(), set()

	def seen(frame, event, _):
		if event == "call":
			caller = frame.f_back
			code = frame.f_code
			if caller is not None:
				edges.add((caller.f_code.co_filename, caller.f_code.co_name, caller.f_lineno,
					code.co_filename, code.co_name))
			if code.co_flags & (inspect.CO_GENERATOR | inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR):
				generators.add((code.co_filename, code.co_name, code.co_firstlineno))

	sys.setprofile(seen)
	work(range(rounds))
	sys.setprofile(None)
	return {"calls": sorted(edges), "generators": sorted(generators)}


def work(rounds):
	for _ in rounds:
		round_of_work()


def main():
	if sys.argv[1:2] == ["--record"]:
		recorded = record(30)
		with open(sys.argv[2], "w") as file:
			json.dump(recorded, file)
		return
	until = Until()
	ready()
	while until:
		work(range(3))
	truth({})


if __name__ == "__main__":
	main()
