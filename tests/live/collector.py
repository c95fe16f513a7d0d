# SPDX-License-Identifier: MIT
"""What the tests of `scrape collect` share: a collector as a process, and how its store is compared with daemons.

	with Target("busy") as target, Daemon("-p", target.pid) as daemon, Collector(("shop", daemon)) as collector:
		collector.wait_host("shop", slices=3)
		same(daemon, collector, "shop", begin, end)
"""
import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
import urllib.parse

import lib
import wire
from daemon import Daemon, children, until
from lib import check, equal


class Collector(Daemon):
	"""`scrape collect` with slices of a second on a free port of loopback; its store is history.db in the folder."""

	def __init__(self, *hosts, words=(), listen=("127.0.0.1:0",), config="", folder=None, store=None, token=None, prefix=(),
			wait=True, **popen):
		"""hosts: texts of --host, or (name, Daemon or address). wait: until its store is open."""
		self.wait = wait
		self.folder = folder or tempfile.mkdtemp(prefix="scrape-collect.")
		self.own_folder = folder is None
		os.chmod(self.folder, 0o777)
		self.config = os.path.join(self.folder, "collect.conf")
		self.store = store or os.path.join(self.folder, "history.db")
		self.token, self.context, self.unix = token, None, None
		with open(self.config, "w", encoding="utf-8") as file:
			file.write(config)
		command = lib.scrape_command("collect", "--config", self.config, "--slice", "1s", "--store", self.store,
			"--timeout", "3s", *words)
		for host in hosts:
			command += ["--host", host if isinstance(host, str) else "%s=%s" % (host[0], getattr(host[1], "address", host[1]))]
		for address in listen:
			command += ["--listen", address]
			if address.startswith("unix:"):
				self.unix = address[5:]
		if token:
			path = os.path.join(self.folder, "collector-token")
			with open(path, "w", encoding="utf-8") as file:
				file.write(token + "\n")
			command += ["--token-file", path]
		self.command, self.popen = list(prefix) + command, popen
		self.logs = ""
		self.errors = tempfile.TemporaryFile()
		self.begin()

	def begin(self):
		self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stderr=self.errors,
			preexec_fn=lib.die_with_runner, **self.popen)
		self.pid = self.process.pid
		try:
			self.address = until(self.find_address, 10, "it listens")
			if self.wait:
				until(lambda: "the store is open" in self.log() or self.process.poll() is not None, 10, "its store is open")
			check(self.process.poll() is None, "the collector ended: " + self.log())
		except BaseException:
			print(self.log(), file=sys.stderr)
			self.end()
			raise

	def again(self):
		"""Another process with the same words and folder, after one that ended; the log begins anew."""
		self.logs += self.log()
		self.errors.close()
		self.errors = tempfile.TemporaryFile()
		self.begin()

	def log(self):
		return self.logs if self.errors.closed else Daemon.log(self)

	def get(self, path, **more):
		if self.unix:
			more.setdefault("unix", self.unix)
		return Daemon.get(self, path, **more)

	def hosts(self):
		return {one["host"]: one for one in self.json("/api/v1/hosts")["items"]}

	def host(self, name):
		return self.hosts()[name]

	def watermark_of(self, name):
		return self.host(name)["watermark"]

	def wait_host(self, name, slices=None, mark=None, state=None, seconds=20):
		"""Until it has so many slices of this run, is written up to a time, or is in a state: what is said of it."""
		def find():
			one = self.hosts().get(name)
			return one and (slices is None or one["slices"] >= slices) and (mark is None or one["watermark"] >= mark) and (
				state is None or one["state"] == state) and one
		try:
			return until(find, seconds, "%s: slices %s, watermark %s, state %s" % (name, slices, mark, state))
		except lib.Failure as failure:
			raise lib.Failure("%s\n%r\n%s" % (failure, self.hosts().get(name), self.log()[-1500:])) from None

	def writer(self):
		"""The process that has the store's lock open, 0 if there is none now."""
		for pid in children(self.pid):
			try:
				for name in os.listdir("/proc/%d/fd" % pid):
					if os.readlink("/proc/%d/fd/%s" % (pid, name)) == self.store + ".lock":
						return pid
			except (FileNotFoundError, ProcessLookupError):
				pass
		return 0

	def wait_mark(self, mark, seconds=15):
		"""Until all that are alive have told so much, and answers go so far."""
		until(lambda: self.json("/api/v1/hosts")["watermark"] >= mark, seconds, "the watermark is at %d" % mark)

	def gaps(self, begin, end):
		"""{host: [(from, until), ...]}"""
		self.wait_mark(end)
		doc = self.json("/api/v1/gaps?from=%d&until=%d" % (begin, end))
		found = {}
		for one in doc["gaps"]:
			found.setdefault(one["host"], []).append((one["from"], one["until"]))
		return found

	def check_store(self):
		return check_store(self.store)


def check_store(path):
	result = lib.scrape("store", "check", "--store", path)
	check(result.code == 0 and result.out == "ok\n", "store check: %r" % result)


def folded(server, begin, end, **filters):
	"""(coverage, {stack: count}) of an interval, with all there is."""
	words = {"format": "folded", "max_nodes": 0, "from": int(begin), "until": int(end)}
	words.update(filters)
	answer = server.ok("/api/v1/profile?" + urllib.parse.urlencode(words))
	return float(answer.headers["X-Scrape-Coverage"]), wire.read_folded(answer.body.decode())


def by_second(server, begin, end, **filters):
	"""{second: {stack: count}} of the seconds that are there; what is not there is no slice."""
	found = {}
	for second in range(int(begin), int(end)):
		coverage, stacks = folded(server, second, second + 1, **filters)
		if coverage > 0 or stacks:
			found[second] = stacks
	return found


def is_same(one, other):
	"""Counts of stacks are rounded so that their sum is kept: of two with the same rest either may get it."""
	return sum(one.values()) == sum(other.values()) and all(abs(one.get(stack, 0) - other.get(stack, 0)) <= 1
		for stack in set(one) | set(other))


def differences(expected, found):
	"""Sentences: the seconds of `expected` that are missing in `found` or have other counts."""
	said = []
	for second in sorted(expected):
		if second not in found:
			said.append("%d is not there" % second)
		elif not is_same(expected[second], found[second]):
			said.append("%d: %d for %d, of %s" % (second, sum(found[second].values()), sum(expected[second].values()),
				sorted(set(expected[second].items()) ^ set(found[second].items()))[:4]))
	return said


def same(daemon, collector, name, begin, end):
	"""Every second of a daemon is in the store, with the same counts, in the modes cpu and wall."""
	collector.wait_mark(end)
	for mode in ("cpu", "wall"):
		truth = by_second(daemon, begin, end, mode=mode)
		check(truth, "the daemon tells nothing of %d to %d" % (begin, end))
		said = differences(truth, by_second(collector, begin, end, mode=mode, host=name))
		check(not said, "%s, %s: %d of %d seconds differ: %s" % (name, mode, len(said), len(truth), "; ".join(said[:8])))


def post(server, path, doc, **more):
	"""A POST of JSON (or of text as it is)."""
	host, _, port = server.address.rpartition(":")
	connection = http.client.HTTPConnection(host, int(port), timeout=20)
	headers = {"Content-Type": "application/json"}
	headers.update(more)
	try:
		connection.request("POST", path, doc if isinstance(doc, (str, bytes)) else json.dumps(doc), headers)
		answer = connection.getresponse()
		return answer.status, answer.read().decode()
	finally:
		connection.close()


def free_port():
	with socket.socket() as one:
		one.bind(("127.0.0.1", 0))
		return one.getsockname()[1]


def rss_mib(pid):
	try:
		with open("/proc/%d/status" % pid) as file:
			for line in file:
				if line.startswith("VmRSS"):
					return int(line.split()[1]) / 1024
	except (FileNotFoundError, ProcessLookupError):
		pass
	return 0


def sentence(result, code, *words):
	"""It ended with this code and one line that has the words."""
	equal(result.code, code, "exit code of %r" % result)
	lines = [line for line in result.err.splitlines() if line]
	equal(len(lines), 1, "sentences of %r" % result)
	for word in words:
		check(word in lines[0], "%r is not in %r" % (word, lines[0]))
