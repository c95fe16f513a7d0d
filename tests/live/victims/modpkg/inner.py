# SPDX-License-Identifier: MIT
"""A module of a package, with a nested function, and functions whose globals are whatever exec was given."""
import functools
import os


def made(own, name, then):
	"""A function that calls `then`, with globals of its own."""
	own = dict(own, then=then)
	exec("def %s():\n\treturn then()" % name, own)
	return own[name]


class Inner:
	def method(self, fd):
		def nested():
			call = made({}, "nameless", functools.partial(os.read, fd, 1))
			call = made({"__name__": 42}, "odd", call)
			call = made({"__name__": "m" * 300}, "long", call)
			call = made({"__name__": "made.up\n\x1b[2J"}, "named", call)
			return call()
		return nested()
