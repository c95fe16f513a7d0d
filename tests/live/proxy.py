# SPDX-License-Identifier: MIT
"""A proxy between collector and daemon that does mischief. One connection, one question, one answer.

What it flips are bytes of the status line and of the names of headers: HTTP has no checksum, so one flipped in a number
or in the slices may make an answer that is another daemon's truth. Those have a test of their own (`damage`).

	with Proxy(("127.0.0.1", port), seed=1) as proxy:
		proxy.mischief = True       # False: it is honest
		proxy.closed = True         # nobody answers
		proxy.counts["repeat"]      # how often it did so
"""
import collections
import random
import re
import socket
import threading
import time

KINDS = ("pass", "pass", "cut", "cut", "delay", "repeat", "flip", "status", "garbage", "hang up")


class Proxy:
	def __init__(self, upstream, seed=1, mischief=False):
		self.upstream = upstream
		self.random = random.Random(seed)
		self.mischief, self.closed = mischief, False
		self.damage = None  # a function of the answer's bytes, used once
		self.counts = collections.Counter()
		self.previous = b""
		self.first = 0.0  # when the first answer was passed on whole, since somebody set this to 0
		self.lock = threading.Lock()
		self.listener = socket.create_server(("127.0.0.1", 0))
		self.address = "127.0.0.1:%d" % self.listener.getsockname()[1]
		self.thread = threading.Thread(target=self.accept, daemon=True)
		self.thread.start()

	def accept(self):
		while True:
			try:
				client, _ = self.listener.accept()
			except OSError:
				return
			threading.Thread(target=self.serve, args=(client,), daemon=True).start()

	def serve(self, client):
		with client:
			try:
				client.settimeout(20)
				if not self.closed:
					self.answer(client)
			except OSError:
				pass

	def ask(self, client):
		"""The daemon's answer to what the client sends, to its end."""
		request = b""
		while b"\r\n\r\n" not in request:
			part = client.recv(65536)
			if not part:
				return b""
			request += part
		answer = b""
		with socket.create_connection(self.upstream, timeout=10) as daemon:
			# the daemon answers to nobody else's name
			daemon.sendall(re.sub(rb"\r\nHost: [^\r]*", b"\r\nHost: %s:%d" % (self.upstream[0].encode(), self.upstream[1]), request))
			while True:
				part = daemon.recv(1 << 20)
				if not part:
					return answer
				answer += part

	def answer(self, client):
		answer = self.ask(client)
		if not answer:
			return
		with self.lock:
			kind = self.random.choice(KINDS) if self.mischief else "pass"
			damage, self.damage = self.damage, None
			place = self.random.random()
			previous, self.previous = self.previous, answer
			self.counts["damage" if damage else kind] += 1
		if damage:
			answer = damage(answer)
		elif kind == "cut":
			answer = answer[:int(place * len(answer))]
		elif kind == "delay":
			time.sleep(4 * place)  # the collector waits for 3 s
		elif kind == "repeat":
			answer = previous or answer
		elif kind == "flip":
			answer = self.flip(answer, place)
		elif kind == "status":
			answer = b"HTTP/1.1 500 Oh\r\nContent-Length: 5\r\nConnection: close\r\n\r\nno.\r\n"
		elif kind == "garbage":
			answer = bytes(self.random.randrange(256) for _ in range(int(place * 2000)))
		elif kind == "hang up":
			answer = b""
		client.sendall(answer)
		if kind == "pass" and not damage:
			self.first = self.first or time.time()

	def flip(self, answer, place):
		"""One bit of the status line or of a header's name is another one."""
		head = answer[:answer.index(b"\r\n\r\n")]
		places, at = [], 0
		for number, line in enumerate(head.split(b"\r\n")):
			places += range(at, at + (len(line) if number == 0 else line.index(b":")))
			at += len(line) + 2
		where = places[int(place * len(places))]
		return answer[:where] + bytes([answer[where] ^ 1 << self.random.randrange(7)]) + answer[where + 1:]

	def __enter__(self):
		return self

	def __exit__(self, *_):
		self.listener.shutdown(socket.SHUT_RDWR)
		self.listener.close()
		self.thread.join()
