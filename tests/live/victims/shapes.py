# SPDX-License-Identifier: MIT
"""One thread for each shape a stack can have, all blocked in gate(). What is right is told by the interpreter itself
(ready.tell_truth), so this file may grow new shapes without a word anywhere else. A shape is a function shape_*."""
import contextlib
import functools
import os
import threading
import time

from ready import ready, tell_truth, wait_until_parked

FD = os.pipe()[0]


def gate(*_):
	os.read(FD, 1)


# Calls and lines.

def shape_plain():
	def inner(one, two):
		return gate(
			one,
			two,
		)
	inner(
		1,
		2,
	)


def shape_recursion(left=100):
	if left == 0:
		gate()
	shape_recursion(left - 1)


def shape_loop_backwards():
	count = 0
	while True:
		if count == 1:
			gate()
		for _ in range(3):
			pass
		count += 1


def shape_keywords(*args, **kwargs):
	if kwargs:
		gate()
	shape_keywords(*range(30), **{"key%d" % number: number for number in range(30)})


def shape_try():
	try:
		try:
			raise ValueError("once")
		except ValueError:
			raise KeyError("twice")
	except KeyError:
		with contextlib.suppress(OSError):
			gate()
	finally:
		pass


def shape_finally():
	try:
		return 1
	finally:
		gate()


def shape_condition():
	return 1 if not gate else [
		gate(),
		2][
		0]


# Long functions, as generated code has them: line tables with long jumps forwards and backwards.

def long_function(lines, blank):
	body = "".join("\tx += %d\n%s" % (number, blank) for number in range(lines))
	return "def long_function(gate):\n\tx = 0\n" + body + "\tgate()\n" + body


def shape_long_function():
	space = {}
	exec(compile(long_function(3000, ""), "<three thousand lines>", "exec"), space)
	space["long_function"](gate)


def shape_sparse_function():
	space = {}
	exec(compile(long_function(20, "\n" * 700), "<far between>", "exec"), space)
	space["long_function"](gate)


def shape_wide_line():
	space = {}
	text = "def wide(gate):\n\treturn [" + "0, " * 2000 + "gate()]\n"
	exec(compile(text, "<wide>", "exec"), space)
	space["wide"](gate)


def shape_exec_eval():
	exec("eval('gate()', {'gate': gate})", {"gate": gate})


# Generators and coroutines, driven by hand: no event loop is needed to wait in one.

def generator_leaf():
	yield 1
	gate()
	yield 2


def generator_middle():
	yield 0
	yield from generator_leaf()


def shape_generator():
	for _ in generator_middle():
		pass


def shape_generator_expression():
	return sum(value for value in (gate() for _ in range(1)))


def shape_comprehensions():
	return [{one: two for two in [gate()]} for one in range(2)]


async def coroutine_leaf():
	gate()


async def numbers():
	yield 1
	await coroutine_leaf()


class Lock:
	async def __aenter__(self):
		async for _ in numbers():
			pass

	async def __aexit__(self, *_):
		pass


async def coroutine():
	async with Lock():
		pass


def shape_coroutine():
	coroutine().send(None)


def shape_thrown_into_generator():
	def catcher():
		try:
			yield
		except ValueError:
			gate()
	one = catcher()
	next(one)
	one.throw(ValueError("in"))


# Python called by C.

def shape_sorted():
	sorted([3, 1, 2], key=lambda value: gate())


def shape_reduce():
	functools.reduce(lambda left, right: gate(), [1, 2, 3])


def shape_map_filter():
	list(map(gate, filter(lambda value: value, [1])))


def shape_partial():
	functools.partial(max, [1, 2], key=gate)()


@functools.lru_cache(maxsize=None)
def cached(number):
	return gate() if number == 0 else cached(number - 1)


def shape_cached():
	cached(5)


# Classes: what a class makes Python call by itself.

class Meta(type):
	def __call__(cls, *args):
		return super().__call__(*args)


class Base:
	def inherited(self):
		gate()

	@classmethod
	def of_class(cls):
		gate()

	@staticmethod
	def static():
		gate()

	@property
	def attribute(self):
		return gate()


class Shop(Base, metaclass=Meta):
	def __init__(self, block=False):
		if block:
			gate()

	def __call__(self):
		self.inherited()

	def __eq__(self, other):
		return gate()

	__hash__ = None

	def __getattr__(self, name):
		return gate()

	def __iter__(self):
		return self

	def __next__(self):
		return gate()

	def __enter__(self):
		return gate()

	def __exit__(self, *_):
		pass

	def __len__(self):
		return gate()

	class Inner:
		def method(self):
			gate()

	def cell(self):
		def reads_self():
			gate()
			return self
		return reads_self()


def shape_method():
	Shop()()


def shape_class_method():
	Shop.of_class()


def shape_static_method():
	Shop().static()


def shape_property():
	return Shop().attribute


def shape_constructor():
	Shop(True)


def shape_equality():
	return Shop() == 1


def shape_missing_attribute():
	return Shop().missing


def shape_iterator():
	return list(zip(Shop(), Shop()))


def shape_length():
	return bool(Shop())


def shape_enter():
	with Shop():
		pass


def shape_inner_class():
	Shop.Inner().method()


def shape_cell():
	Shop().cell()


def shape_class_body():
	class Body:
		value = gate()
	return Body


def shape_destructor():
	class Dying:
		def __del__(self):
			gate()
	Dying()


@contextlib.contextmanager
def managed():
	gate()
	yield


def shape_context_manager():
	with managed():
		pass


def decorated(function):
	@functools.wraps(function)
	def wrapper(*args):
		return function(*args)
	return wrapper


@decorated
@decorated
def shape_decorated():
	gate()


# Names.

def größe_函数():
	gate()


def 𐐨𐐩():
	größe_函数()


def shape_not_ascii():
	𐐨𐐩()


def named(name):
	space = {}
	exec(compile("def %s(gate):\n\tgate()\n" % name, "<named>", "exec"), space)
	return space[name]


def shape_name_at_limit():
	named("n" * 4096)(gate)


def shape_name_too_long():
	named("m" * 4097)(lambda: named("o" * 60000)(gate))


def shape_not_ascii_too_long():
	named("\u00fc" * 5000)(gate)


def shape_file_name():
	exec(compile("gate()", "a;b (c):\n\x1b[31m\u202e.py", "exec"), {"gate": gate})


def main():
	shapes = sorted(name for name in globals() if name.startswith("shape_"))
	for name in shapes:
		threading.Thread(target=globals()[name], name=name, daemon=True).start()
	wait_until_parked(len(shapes), "gate")
	tell_truth()
	ready(len(shapes))
	time.sleep(600)


if __name__ == "__main__":
	main()
