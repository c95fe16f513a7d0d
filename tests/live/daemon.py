# SPDX-License-Identifier: MIT
"""What the tests of `scrape serve` share: targets, daemons and a client. Everything that is started here is ended here,
by its own pid. Needs Python 3.9 and nothing else.

	with Target("busy") as target, Daemon("-p", target.pid) as daemon:
		daemon.wait_slices(2)
		answer = daemon.get("/api/v1/profile?format=folded")
"""
import collections
import gzip
import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

import lib
from lib import check

HERE = os.path.dirname(os.path.abspath(__file__))
Answer = collections.namedtuple("Answer", "status headers body")


class Target:
	"""A Python program of victims/shop.py: busy, idle or brief."""

	def __init__(self, kind, *words, python=sys.executable, env=None):
		self.process = subprocess.Popen([python, os.path.join(HERE, "victims", "shop.py"), kind] + list(map(str, words)),
			stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, preexec_fn=lib.die_with_runner, env=dict(os.environ, **(env or {})))
		self.pid = self.process.pid
		check(self.process.stdout.readline().startswith(b"ready"), "the target did not start")

	def cpu(self):
		"""Seconds of CPU time it has used."""
		with open("/proc/%d/stat" % self.pid) as file:
			fields = file.read().rpartition(")")[2].split()
		return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

	def alive(self):
		return self.process.poll() is None

	def __enter__(self):
		return self

	def __exit__(self, *_):
		self.process.kill()
		self.process.wait()
		self.process.stdout.close()


def children(pid):
	try:
		with open("/proc/%d/task/%d/children" % (pid, pid)) as file:
			return [int(word) for word in file.read().split()]
	except (FileNotFoundError, ProcessLookupError):
		return []


def until(condition, seconds, what):
	"""Waits until condition() is true and returns what it gave."""
	deadline = time.monotonic() + seconds
	while True:
		value = condition()
		if value:
			return value
		check(time.monotonic() < deadline, "not within %g s: %s" % (seconds, what))
		time.sleep(0.05)


class UnixConnection(http.client.HTTPConnection):
	def __init__(self, path, timeout):
		super().__init__("localhost", timeout=timeout)
		self.path = path

	def connect(self):
		self.sock = socket.socket(socket.AF_UNIX)
		self.sock.settimeout(self.timeout)
		self.sock.connect(self.path)


class Daemon:
	"""`scrape serve` with slices of a second on a free port of loopback, without the machine's own configuration."""

	def __init__(self, *words, listen=("127.0.0.1:0",), config="", folder=None, token=None, tls=None, prefix=(), **popen):
		"""tls: (certificate, key, context to trust it). prefix: words before the command. popen: for the process."""
		self.folder = folder or tempfile.mkdtemp(prefix="scrape-serve.")
		self.own_folder = folder is None
		os.chmod(self.folder, 0o777)  # the front is nobody in particular
		self.config = os.path.join(self.folder, "scrape.conf")
		self.token, self.context = token, None
		with open(self.config, "w", encoding="utf-8") as file:
			file.write(config)
		command = lib.scrape_command("serve", "--config", self.config, "--slice", "1s", *words)
		for address in listen:
			command += ["--listen", address]
		if token:
			path = os.path.join(self.folder, "token")
			with open(path, "w", encoding="utf-8") as file:
				file.write(token + "\n")
			command += ["--token-file", path]
		if tls:
			command += ["--tls-cert", tls[0], "--tls-key", tls[1]]
			self.context = tls[2]
		self.errors = tempfile.TemporaryFile()
		self.process = subprocess.Popen(list(prefix) + command, stdin=subprocess.DEVNULL, stderr=self.errors,
			preexec_fn=lib.die_with_runner, **popen)
		self.pid = self.process.pid
		try:
			self.address = until(self.find_address, 10, "it listens")
		except BaseException:
			print(self.log(), file=sys.stderr)
			self.end()
			raise

	def log(self):
		self.errors.seek(0)
		return self.errors.read(1 << 20).decode("utf-8", "replace")

	def find_address(self):
		check(self.process.poll() is None, "the daemon ended: " + self.log())
		match = re.search(r"listening on (\S+)", self.log())
		return match and match.group(1)

	def get(self, path, source=None, method="GET", unix=None, headers=None, timeout=20, token=None, body=None):
		if unix:
			connection = UnixConnection(unix, timeout)
		else:
			host, _, port = self.address.rpartition(":")
			kind, more = http.client.HTTPConnection, {}
			if self.context:
				kind, more = http.client.HTTPSConnection, {"context": self.context}
			connection = kind(host, int(port), timeout=timeout, source_address=(source, 0) if source else None, **more)
		token = token if token is not None else self.token
		sent = {"Authorization": "Bearer " + token} if token else {}
		sent.update(headers or {})
		try:
			connection.request(method, path, body=body, headers=sent)
			answer = connection.getresponse()
			data = answer.read()
		finally:
			connection.close()
		if answer.headers.get("Content-Encoding") == "gzip":
			data = gzip.decompress(data)
		return Answer(answer.status, answer.headers, data)

	def ok(self, path, **more):
		answer = self.get(path, **more)
		check(answer.status == 200, "%s: %d %.300r" % (path, answer.status, answer.body))
		return answer

	def json(self, path, **more):
		return json.loads(self.ok(path, **more).body)

	def watermark(self):
		return self.json("/api/v1/targets")["watermark"]

	def wait_slices(self, n=1, seconds=15):
		"""Until n more slices have closed."""
		begin = self.watermark() or time.time()
		return until(lambda: self.watermark() >= begin + n and self.watermark(), seconds, "%d slices closed" % n)

	def wait_target(self, pid, seconds=5):
		"""What is said of it; of its newest program, if it has replaced itself."""
		def find():
			found = [one for one in self.json("/api/v1/targets")["targets"] if one["pid"] == pid]
			return max(found, key=lambda one: (not one["gone"], one["first"])) if found else None
		return until(find, seconds, "process %d is looked at" % pid)

	def metrics(self):
		lines = self.ok("/metrics").body.decode().splitlines()
		return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in lines if line[0] != "#"}

	def processes(self):
		"""(front, [samplers]): the front was forked first; a sampler has the symbols child."""
		mine = children(self.pid)
		return mine[0], mine[1:]

	def signal(self, number):
		os.kill(self.pid, number)

	def stop(self, seconds=10):
		"""Asks it to end; its exit code."""
		self.process.terminate()
		return self.process.wait(seconds)

	def end(self):
		family = [self.pid] + [pid for child in children(self.pid) for pid in [child] + children(child)]
		if self.process.poll() is None:
			self.process.terminate()
			try:
				self.process.wait(5)
			except subprocess.TimeoutExpired:
				for pid in family:
					try:
						os.kill(pid, signal.SIGKILL)
					except ProcessLookupError:
						pass
				self.process.wait()
		self.errors.close()
		if self.own_folder:
			shutil.rmtree(self.folder, ignore_errors=True)

	def __enter__(self):
		return self

	def __exit__(self, kind, *_):
		if kind:
			print(self.log()[-3000:], file=sys.stderr)
		self.end()
