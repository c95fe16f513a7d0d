# SPDX-License-Identifier: MIT
"""What stands between a collector and the HTTP ports of its servers, and does mischief. One connection, one question, one
answer.

	with Middle([node.http for node in cluster.nodes], seed=1) as middle:
		store = "clickhouse://%s/history" % middle.hosts
		middle.kinds = KINDS               # (): it is honest
		middle.hold("slices", kill)        # once: what becomes rows of this table is passed on; kill() before its answer is
		middle.stop_at("h1", function)     # once: function() before they are passed on
		middle.counts["cut answer"]        # how often it did so to rows
"""
import collections
import gzip
import random
import re
import socket
import threading
import time
import urllib.parse

KINDS = ("pass", "cut request", "cut answer", "drop answer", "repeat", "stale", "delay", "error within")
ERROR = b"Code: 210, e.displayText() = DB::NetException: Connection reset by peer, e.what() = DB::NetException\n"
WHOLE = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"

Request = collections.namedtuple("Request", "head body table") # table: into which it inserts, "" if it does not


def read_request(client):
	"""None: there is none any more."""
	data = b""
	while b"\r\n\r\n" not in data:
		part = client.recv(1 << 16)
		if not part:
			return None
		data += part
	head, _, body = data.partition(b"\r\n\r\n")
	length = re.search(rb"(?i)\r\nContent-Length: *(\d+)", head)
	while len(body) < int(length.group(1) if length else 0):
		part = client.recv(1 << 20)
		if not part:
			return None
		body += part
	line = urllib.parse.unquote(head.split()[1].decode()) # the statement is in it, or before the rows
	sql = gzip.decompress(body) if b"\r\nContent-Encoding: gzip" in head else body
	table = re.search(r"&query=INSERT INTO (\w+)", line) or re.match("INSERT INTO (\\w+)", sql[:100].decode("latin-1"))
	head = re.sub(rb"(?i)\r\nConnection: [^\r]*", b"", head) + b"\r\nConnection: close\r\n\r\n"
	return Request(head, body, table.group(1) if table else "")


def body_of(answer):
	"""What an answer says, without its chunks."""
	head, _, body = answer.partition(b"\r\n\r\n")
	if b"chunked" not in head:
		return body
	whole = b""
	while body:
		size, _, body = body.partition(b"\r\n")
		whole, body = whole + body[:int(size, 16)], body[int(size, 16) + 2:]
	return whole


class Middle:
	def __init__(self, ports, seed=1):
		self.random, self.lock = random.Random(seed), threading.Lock()
		self.kinds, self.held, self.stopped = (), None, None
		self.counts, self.others = collections.Counter(), collections.Counter()
		self.turns = {True: [], False: []} # what is done next to rows, to questions: each kind as often as the others
		self.passed = collections.Counter() # how often rows of a table were taken
		self.stale = {} # the last insert into each table
		self.listeners = []
		for port in ports:
			listener = socket.create_server(("127.0.0.1", 0))
			self.listeners.append(listener)
			threading.Thread(target=self.accept, args=(listener, port), daemon=True).start()
		self.hosts = ",".join("127.0.0.1:%d" % listener.getsockname()[1] for listener in self.listeners)

	def hold(self, table, function):
		with self.lock:
			self.held = table, function

	def stop_at(self, table, function):
		with self.lock:
			self.stopped = table, function

	def accept(self, listener, port):
		while True:
			try:
				client, _ = listener.accept()
			except OSError:
				return
			threading.Thread(target=self.serve, args=(client, port), daemon=True).start()

	def serve(self, client, port):
		with client:
			try:
				client.settimeout(60)
				request = read_request(client)
				if request:
					self.answer(client, port, request)
			except OSError:
				pass

	def next_kind(self, is_insert):
		if not self.kinds:
			return "pass"
		if not self.turns[is_insert]:
			self.turns[is_insert] = self.random.sample(self.kinds, len(self.kinds))
		kind = self.turns[is_insert].pop()
		(self.counts if is_insert else self.others)[kind] += 1
		return kind

	def stop(self, request):
		with self.lock:
			if not self.stopped or request.table != self.stopped[0]:
				return
			(_, function), self.stopped = self.stopped, None
		function()

	def choose(self, request):
		"""(what is done, the function that is called, an insert that comes once more) with this one."""
		with self.lock:
			kind, held, stale = self.next_kind(bool(request.table)), None, None
			if self.held and request.table == self.held[0]:
				(_, held), self.held, kind = self.held, None, "hold"
			if kind == "stale":
				stale = self.stale.get(request.table)
			if request.table:
				self.stale[request.table] = request
			return kind, held, stale

	@staticmethod
	def pass_on(port, request, share=1.0):
		with socket.create_connection(("127.0.0.1", port), timeout=60) as server:
			data = request.head + request.body
			server.sendall(data[:int(len(data) * share)])
			if share < 1:
				return b""
			answer = b""
			while True:
				part = server.recv(1 << 20)
				if not part:
					return answer
				answer += part

	def answer(self, client, port, request):
		self.stop(request)
		kind, held, stale = self.choose(request)
		share = self.random.random()
		if kind == "delay":
			time.sleep(share)
		if kind == "repeat":
			self.pass_on(port, request)
		if stale:
			self.pass_on(port, stale)
		if kind == "error within" and request.table:
			answer = WHOLE % len(ERROR) + ERROR # nothing of it has become a row
		else:
			answer = self.pass_on(port, request, share if kind == "cut request" else 1.0)
		if request.table and answer.startswith(b"HTTP/1.1 200"):
			self.passed[request.table] += 1
		if held:
			held()
		if kind == "error within" and not request.table:
			answer = body_of(answer)
			answer = answer[:int(len(answer) * share)] + ERROR
			answer = WHOLE % len(answer) + answer
		if kind == "cut answer":
			answer = answer[:int(len(answer) * share)]
		if kind != "drop answer":
			client.sendall(answer)

	def __enter__(self):
		return self

	def __exit__(self, *_):
		for listener in self.listeners:
			listener.shutdown(socket.SHUT_RDWR)
			listener.close()
