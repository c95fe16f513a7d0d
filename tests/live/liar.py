# SPDX-License-Identifier: MIT
"""Daemons that lie: one HTTP server, a way to answer for each path. Also a writer of the sample stream, from the
description in scrape-stream(5) and src/stream/stream.h, for slices of any time.

	with Liar(future=lambda ask: answer(slice_bytes(0, t, {("f",): 7}), 0, 1)) as liar:
		Collector("x=http://%s/future" % liar.address)
"""
import http.server
import threading
import time

INSTANCE = "0123456789abcdef" * 2


def varint(value):
	out = bytearray()
	while value >= 128:
		out.append(value & 127 | 128)
		value >>= 7
	out.append(value)
	return bytes(out)


def record(kind, *fields):
	"""A record of numbers and texts (bytes)."""
	payload = b"".join(varint(len(one)) + one if isinstance(one, bytes) else varint(one) for one in fields)
	return bytes([kind]) + varint(len(payload)) + payload


class Session:
	"""A session of the stream, in `out`: what slices name is told once, before it is used."""

	def __init__(self, start_us, slice_s=1):
		self.out = bytearray(b"scrape1\n" + record(13, start_us, 100000, slice_s * 1000000, 0))
		self.ids = {} # of each kind of record: what it defines -> its number

	def define(self, kind, key, *fields, first=0):
		"""The number of what is known by the key; it is told if it is new."""
		known = self.ids.setdefault(kind, {})
		if key not in known:
			known[key] = len(known) + first
			self.out += record(kind, known[key], *fields)
		return known[key]

	def string(self, text):
		return self.define(1, text, text)

	def frame(self, function, file=b"fake.py"):
		return self.define(2, function, self.string(function.encode()), self.string(file), 0, 1, 1, 0, 0)

	def node(self, path):
		"""Of a stack: the names of its functions, root first."""
		known = self.ids.get(3, {})
		if not path or path in known:
			return known.get(path, 0)
		return self.define(3, path, self.node(path[:-1]), self.frame(path[-1]), first=1)

	def process(self, pid, service, start=1):
		name = self.string(service)
		return self.define(4, (pid, start), pid, start, name, name, name, 0, 0)

	def thread(self, process, tid, name=b"MainThread"):
		return self.define(5, (process, tid), process, tid, self.string(name))

	def sample(self, thread, path, looks, flags=1):
		node = self.node(path)
		self.out += record(6, thread, node, flags, looks, 0, 0)

	def times(self, thread, cpu_ns, wall_ns):
		self.out += record(7, thread, cpu_ns, wall_ns)

	def end_slice(self, seq, second, length=1):
		self.out += record(8, seq, second * 1000000, (second + length) * 1000000, 100 * length, 0, 0, 0)


def slice_bytes(seq, second, stacks, length=1, service=b"fake", pid=7):
	"""A slice as a stream of its own. stacks: {(function, ...) root first: looks of 10 ms}."""
	session = Session(second * 1000000, length)
	thread = session.thread(session.process(pid, service), pid)
	for path, looks in stacks.items():
		session.sample(thread, path, looks)
	session.times(thread, sum(stacks.values()) * 10000000, length * 1000000000)
	session.end_slice(seq, second, length)
	return bytes(session.out)


def answer(body, since, following, **more):
	"""(status, headers, body) of a daemon's stream."""
	headers = {"X-Scrape-Since": "%s:%s" % (INSTANCE, since), "X-Scrape-Next": "%s:%s" % (INSTANCE, following)}
	headers.update({name.replace("_", "-"): value for name, value in more.items()})
	return 200, headers, body


class Handler(http.server.BaseHTTPRequestHandler):
	protocol_version = "HTTP/1.1"

	def do_GET(self):
		way = self.server.ways.get(self.path.split("/")[1].partition("?")[0])
		self.close_connection = True
		with self.server.lock:
			self.server.asked.append(self.path)
		try:
			found = way(self) if way else (404, {}, b"no")
			if not found:
				return  # it has answered
			status, headers, body = found
			self.send_response_only(status)
			headers.setdefault("Date", self.date_time_string())
			for name, value in headers.items():
				self.send_header(name, value)
			self.send_header("Content-Length", str(len(body)))
			self.send_header("Connection", "close")
			self.end_headers()
			self.wfile.write(body)
		except OSError:
			pass

	def log_message(self, *_):
		pass

	def head(self, *lines):
		self.wfile.write("".join(line + "\r\n" for line in ("HTTP/1.1 200 OK",) + lines + ("",)).encode())

	def positions(self, since=0, following=1):
		return "X-Scrape-Since: %s:%s" % (INSTANCE, since), "X-Scrape-Next: %s:%s" % (INSTANCE, following)

	def since(self):
		"""The number that was asked for, 0 without one."""
		_, _, position = self.path.partition("since=")
		return int(position.rpartition(":")[2]) if position.startswith(INSTANCE) else 0


class Liar:
	def __init__(self, **ways):
		self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
		self.server.daemon_threads = True
		self.server.ways, self.server.asked, self.server.lock = ways, [], threading.Lock()
		self.ending = threading.Event()
		self.server.ending = self.ending
		self.address = "127.0.0.1:%d" % self.server.server_address[1]
		self.thread = threading.Thread(target=self.server.serve_forever, args=(0.1,), daemon=True)
		self.thread.start()

	def asked(self, way):
		with self.server.lock:
			return sum(path.split("/")[1].partition("?")[0] == way for path in self.server.asked)

	def __enter__(self):
		return self

	def __exit__(self, *_):
		self.ending.set()
		self.server.shutdown()
		self.server.server_close()


def too_large(handler):
	"""It promises 100 GB and sends them."""
	handler.head(*handler.positions(), "Content-Length: 100000000000")
	while not handler.server.ending.is_set():
		handler.wfile.write(bytes(1 << 20))


def endless(handler):
	"""It promises nothing and never ends."""
	handler.head(*handler.positions(), "Transfer-Encoding: chunked")
	while not handler.server.ending.is_set():
		handler.wfile.write(b"100000\r\n" + bytes(1 << 20) + b"\r\n")


def endless_head(handler):
	handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
	while not handler.server.ending.is_set():
		handler.wfile.write(b"X-Again: " + b"a" * 1000 + b"\r\n")


def dribble(handler):
	"""A byte a second of an answer that would be right."""
	body = slice_bytes(0, int(time.time()) - 5, {("f",): 5})
	handler.head(*handler.positions(), "Content-Length: %d" % len(body))
	for byte in body:
		if handler.server.ending.wait(1):
			return
		handler.wfile.write(bytes([byte]))


def hoard(handler):
	"""It sends nearly as much as is allowed, and then nothing any more."""
	handler.head(*handler.positions(), "Content-Length: 64000000")
	for _ in range(60):
		handler.wfile.write(bytes(1 << 20))
	handler.server.ending.wait(30)
