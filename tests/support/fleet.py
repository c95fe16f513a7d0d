# SPDX-License-Identifier: MIT
"""Daemons that are not there: many of them on one port, a path each, with a slice a second that says what chance makes of
name and number. So nothing is kept, and everything can be told again: what a store should have is known exactly.

	with Fleet(20, seed=1) as fleet:
		Collector(*fleet.words, ...)
		fleet.stacks(["d07"], begin, end, "cpu") == folded(collector, begin, end, host="d07", mode="cpu")[1]
"""
import collections
import functools
import os
import random
import sys
import time

sys.path.append(os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "live"))
import liar  # noqa: E402

LOOKS = 100 # a thread and second, of 10 ms each
LOOK_NS = 10000000
STACKS = 60 # that a service has at a time; another one each second
RUNNING, IDLE = 1, 0
SERVICES = ("shop", "search", "mail")

Thread = collections.namedtuple("Thread", "service pid start tid name sections") # sections: [(path, flags, looks)]


@functools.lru_cache(None)
def path_of(service, number):
	"""The stack of a number: a few roots, many leaves."""
	chance = random.Random("%s/%d" % (service, number))
	return ("main", service) + tuple("%s_%d" % (service, chance.randrange(12)) for _ in range(chance.randrange(6))) + (
		"leaf_%d" % number,)


def sections_of(chance, service, number):
	"""What 100 looks at a thread found."""
	found, left = [], LOOKS
	for _ in range(chance.randint(1, 4)):
		looks = chance.randint(1, left - 1) if left > 1 else 0
		if looks:
			found.append((path_of(service, number + chance.randrange(STACKS)), RUNNING, looks))
		left -= looks
	return found + [(("main", service, "wait"), IDLE, left)]


class Host:
	"""A daemon: its slice of a number covers the second `begin` + number."""

	def __init__(self, fleet, name):
		chance = random.Random("%s/%s" % (fleet.seed, name))
		self.fleet, self.name, self.begin = fleet, name, fleet.begin
		self.instance = "%032x" % chance.getrandbits(128)
		self.services = SERVICES[:chance.randint(1, len(SERVICES))]
		self.phase = chance.randrange(20) # processes are not replaced everywhere at once
		self.threads = functools.lru_cache(None)(self.make_threads)

	def make_threads(self, number):
		chance = random.Random("%s/%s/%d" % (self.fleet.seed, self.name, number))
		found = []
		for place, service in enumerate(self.services):
			age = (number + self.phase + 7 * place) // 20
			pid = 1000 + 100 * place + age % 90
			for tid in range(pid, pid + chance.randint(1, 3)):
				found.append(Thread(service, pid, 1 + age, tid, b"worker-%d" % (tid - pid), sections_of(chance, service, number)))
		return found

	def put_slice(self, session, number):
		for one in self.threads(number):
			process = session.process(one.pid, one.service.encode(), one.start)
			thread = session.thread(process, one.tid, one.name)
			for path, flags, looks in one.sections:
				session.sample(thread, path, looks, flags)
			session.times(thread, LOOK_NS * sum(looks for _, flags, looks in one.sections if flags & RUNNING), LOOK_NS * LOOKS)
		session.end_slice(number, self.begin + number)

	def closed(self):
		"""The number of the slice that is not over yet."""
		return int(time.time()) - self.begin

	def answer(self, ask):
		"""/api/v1/stream as src/daemon/agent_stream.c has it."""
		_, _, since = ask.path.partition("since=")
		instance, _, number = since.partition(":")
		following = self.closed()
		oldest = max(0, following - self.fleet.keep, self.fleet.forgotten - self.begin)
		first = int(number) if instance == self.instance else 0
		if first > following:
			return 400, {}, b"since"
		gap = bool(since) and (first < oldest or instance != self.instance)
		first = max(first, oldest)
		self.fleet.polls[self.name] += 1
		headers = {"X-Scrape-Gap": "%s:%d" % (self.instance, first)} if gap else {}
		headers.update({"X-Scrape-Since": "%s:%d" % (self.instance, first), "X-Scrape-Next": "%s:%d" % (self.instance, following)})
		return 200, headers, self.stream(first, following)

	def stream(self, first, following):
		if first >= following:
			return b""
		session = liar.Session((self.begin + first) * 1000000)
		for number in range(first, following):
			self.put_slice(session, number)
		return bytes(session.out)


class Fleet:
	def __init__(self, n=20, seed=1, past=0, keep=600, prefix="d"):
		"""past: seconds that are there at the beginning. keep: seconds that are kept. What is before `forgotten`, a time that
		may be changed, is not."""
		self.forgotten = 0
		self.seed, self.keep, self.begin = seed, keep, int(time.time()) - past
		self.polls = collections.Counter()
		self.hosts = {name: Host(self, name) for name in ("%s%02d" % (prefix, i) for i in range(n))}
		self.server = liar.Liar(**{name: host.answer for name, host in self.hosts.items()})

	@property
	def words(self):
		"""The hosts, as a Collector has them."""
		return ["%s=http://%s/%s" % (name, self.server.address, name) for name in self.hosts]

	def sections(self, name, begin, end):
		host = self.hosts[name]
		for number in range(int(begin) - self.begin, int(end) - self.begin):
			for thread in host.threads(number):
				for path, flags, looks in thread.sections:
					yield number, path, flags, looks

	def stacks(self, names, begin, end, mode):
		"""{stack: hundredths of a second} of some hosts in an interval."""
		found = collections.Counter()
		for name in names:
			for _, path, flags, looks in self.sections(name, begin, end):
				if mode == "wall" or flags & RUNNING:
					found[path] += looks
		return {";".join("%s (fake.py:1)" % function for function in path): looks for path, looks in found.items()}

	def seconds(self, name, begin, end):
		"""Hundredths of a second of CPU time in each second."""
		found = [0] * (int(end) - int(begin))
		for number, _, flags, looks in self.sections(name, begin, end):
			found[self.begin + number - int(begin)] += looks if flags & RUNNING else 0
		return found

	def __enter__(self):
		return self

	def __exit__(self, *_):
		self.server.__exit__()
