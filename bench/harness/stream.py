# SPDX-License-Identifier: MIT
"""Slices of a made-up machine in the bytes of scrape-stream(5): what is said once a slice stays the same, but for its
times."""
import os
import sys

from . import place

sys.path.append(os.path.join(place.TOP, "tests", "live"))
from liar import record  # noqa: E402

DEPTH, TRUNK, FUNCTIONS = 25, 10, 400


class Machine:
	"""Services with one process and one thread each, in `stacks` stacks that share their outer frames."""

	def __init__(self, services, stacks):
		self.out, self.strings, self.frames, self.nodes = [], {}, {}, {}
		self.threads, self.looks = services, 5 * stacks
		for number in range(services):
			self.add(number, stacks)
		self.middle = b"".join(self.out)

	def string(self, text):
		if text not in self.strings:
			self.strings[text] = len(self.strings)
			self.out.append(record(1, self.strings[text], text.encode()))
		return self.strings[text]

	def frame(self, service, name):
		if (service, name) not in self.frames:
			function, file = self.string(name), self.string("/srv/service-%d/module_%d.py" % (service, len(self.frames) % 20))
			self.frames[service, name] = len(self.frames)
			self.out.append(record(2, self.frames[service, name], function, file, 0, 1, 1, 0, 0))
		return self.frames[service, name]

	def node(self, service, path):
		if not path:
			return 0
		if (service, path) not in self.nodes:
			parent, frame = self.node(service, path[:-1]), self.frame(service, path[-1])
			self.nodes[service, path] = len(self.nodes) + 1
			self.out.append(record(3, self.nodes[service, path], parent, frame))
		return self.nodes[service, path]

	def add(self, service, stacks):
		name = self.string("service-%d" % service)
		self.out.append(record(4, service, 1000 + service, 1, name, name, self.string("CPython 3.12.3"), 0, 0))
		self.out.append(record(5, service, service, 1000 + service, self.string("MainThread")))
		trunk = tuple("outer_%d" % depth for depth in range(TRUNK))
		for stack in range(stacks):
			path = trunk + tuple("function_%d" % ((stack * 7 + depth * depth * 3) % FUNCTIONS) for depth in range(DEPTH - TRUNK))
			self.out.append(record(6, service, self.node(service, path), 1, self.looks // stacks, 0, 0))

	def slice(self, seq, second, length):
		times = [record(7, thread, self.looks * 10000000, length * 1000000000) for thread in range(self.threads)]
		return b"".join([b"scrape1\n", record(13, second * 1000000, 100000, length * 1000000, 0), self.middle] + times +
			[record(8, seq, second * 1000000, (second + length) * 1000000, 100 * length, 0, 0, 0)])
