# SPDX-License-Identifier: MIT
"""What the HTTP tests share: the test server, raw sockets, an answer read strictly."""
import contextlib
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time

SERVER = os.environ.get("HTTP_SERVER", "")
GET = os.environ.get("HTTP_GET", "")
PATIENCE = 30  # seconds in which everything that happens at once has happened, on a busy machine too


class Failure(Exception):
	pass


class Skip(Exception):
	pass


def check(condition, *what):
	if not condition:
		raise Failure(" ".join(str(w) for w in what))


def same(have, want, what=""):
	check(have == want, what, "is %r, not %r" % (have, want))


def until(condition, what, seconds=PATIENCE):
	end = time.monotonic() + seconds
	while not condition():
		check(time.monotonic() < end, "waited in vain:", what)
		time.sleep(0.02)


class Server:
	"""The test server as a process; its end must be clean (no leak, with a sanitizer)."""

	def __init__(self, *arguments, address="127.0.0.1:0", pass_fds=(), ok=True):
		addresses = [address] if isinstance(address, str) else list(address)
		self.process = subprocess.Popen([SERVER, *map(str, arguments), *addresses], stdin=subprocess.PIPE,
			stdout=subprocess.PIPE, stderr=subprocess.PIPE, pass_fds=pass_fds, text=True)
		self.addresses = []
		self.error = None
		for line in self.process.stdout:
			word, _, rest = line.strip().partition(" ")
			if word == "listening":
				self.addresses.append(rest)
			elif word == "error":
				self.error = rest
			if word in ("ready", "error"):
				break
		if ok:
			check(self.addresses and not self.error, "the server did not start:", self.error)

	def __enter__(self):
		return self

	def __exit__(self, *_):
		try:
			_, err = self.process.communicate(timeout=PATIENCE)
		except subprocess.TimeoutExpired:
			self.process.kill()
			self.process.communicate()
			raise Failure("the server did not end") from None
		want = 1 if self.error else 0
		check(self.process.returncode == want, "the server ended with", self.process.returncode, err[-3000:])
		check(not err, "the server said:", err[-3000:])

	@property
	def port(self):
		return int(self.addresses[0].rpartition(":")[2])

	@property
	def host(self):
		return "127.0.0.1:%d" % self.port

	def connect(self, source=None, timeout=PATIENCE):
		return socket.create_connection(("127.0.0.1", self.port), timeout, (source, 0) if source else None)

	def raw(self, data, **more):
		"""Sends the bytes, reads until the server closes; the bytes that came, None if it was reset."""
		with self.connect(**more) as s:
			try:
				s.sendall(data)
			except OSError:
				pass
			return drain(s)

	def get(self, path, *headers, method="GET", host=None, body=b"", source=None):
		lines = ["%s %s HTTP/1.1" % (method, path), "Host: " + (host or self.host), "Connection: close", *headers]
		if body:
			lines.append("Content-Length: %d" % len(body))
		data = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + body
		return Answer(self.raw(data, source=source), method)

	def stats(self):
		return self.get("/stats").json()

	def descriptors(self):
		return len(os.listdir("/proc/%d/fd" % self.process.pid))

	def rss_kb(self):
		with open("/proc/%d/status" % self.process.pid) as f:
			return int(next(line for line in f if line.startswith("VmRSS:")).split()[1])

	def cpu_seconds(self):
		with open("/proc/%d/stat" % self.process.pid) as f:
			fields = f.read().rpartition(")")[2].split()
		return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def drain(s):
	out = b""
	try:
		while True:
			some = s.recv(65536)
			if not some:
				return out
			out += some
	except (ConnectionResetError, BrokenPipeError):
		return out or None


class Answer:
	"""One answer and nothing else, read more strictly than a client would."""

	def __init__(self, data, method="GET"):
		check(data, "no answer:", repr(data))
		self.status, self.headers, self.body, self.rest = split(data, method)
		same(self.rest, b"", "what follows the answer")

	def header(self, name):
		values = [v for n, v in self.headers if n.lower() == name.lower()]
		check(len(values) < 2, name, "stands twice")
		return values[0] if values else None

	def json(self):
		same(self.header("Content-Type"), "application/json", "Content-Type")
		return json.loads(self.body)


def split(data, method="GET"):
	"""status, headers, body, what follows"""
	head, blank, rest = data.partition(b"\r\n\r\n")
	check(blank, "no whole head:", data[:200])
	first, *lines = head.decode("latin-1").split("\r\n")
	version, status, _ = first.split(" ", 2)
	same(version, "HTTP/1.1", "the version")
	check(all(" " < c or c in " \t" for line in lines for c in line), "a control character in", lines)
	headers = [tuple(line.split(": ", 1)) for line in lines]
	length = [v for n, v in headers if n.lower() == "content-length"]
	none = method == "HEAD" or status in ("204", "304")
	check(len(length) == (0 if status in ("204", "304") else 1), "Content-Length:", length)
	n = 0 if none else int(length[0])
	check(len(rest) >= n, "the body is short:", len(rest), "of", n)
	return int(status), headers, rest[:n], rest[n:]


@contextlib.contextmanager
def scratch():
	path = tempfile.mkdtemp(prefix="http-")
	try:
		yield path
	finally:
		shutil.rmtree(path)
