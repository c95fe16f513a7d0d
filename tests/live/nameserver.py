# SPDX-License-Identifier: MIT
"""A name server for tests of `scrape collect --srv`, by UDP and TCP on a port of loopback.

	with NameServer() as server:
		server.say(NAME, [("localhost", 16384)], ttl=5)
		... "--dns", server.address, "--srv", NAME
"""
import socket
import struct
import threading
import time

SRV, NXDOMAIN, SERVFAIL = 33, 3, 2


def name_bytes(name):
	return b"".join(bytes([len(label)]) + label.encode("latin-1") for label in name.split(".") if label) + b"\0"


def records(targets, ttl):
	"""targets: (name or bytes, port)"""
	found = b""
	for target, port in targets:
		data = struct.pack(">HHH", 10, 5, port) + (target if isinstance(target, bytes) else name_bytes(target))
		found += b"\xc0\x0c" + struct.pack(">HHIH", SRV, 1, ttl, len(data)) + data
	return found


class NameServer:
	"""What it does with a question: "answer" (what does not fit in 512 bytes is cut, and whole by TCP), "cut" (always cut,
	and nothing by TCP), "wrong id", "garbage", "silent", or the number of an error."""

	def __init__(self):
		while True:  # the same port for both, which somebody else may have of one
			self.udp, self.tcp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM), socket.socket()
			try:
				self.udp.bind(("127.0.0.1", 0))
				self.port = self.udp.getsockname()[1]
				self.tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
				self.tcp.bind(("127.0.0.1", self.port))
				break
			except OSError:
				self.udp.close()
				self.tcp.close()
		self.tcp.listen(8)
		self.address = "127.0.0.1:%d" % self.port
		self.names, self.asked, self.by_tcp, self.ending = {}, [], 0, False
		self.threads = [threading.Thread(target=one, daemon=True) for one in (self.serve_udp, self.serve_tcp)]

	def __enter__(self):
		for thread in self.threads:
			thread.start()
		return self

	def __exit__(self, *_):
		self.ending = True
		for one in (self.udp, self.tcp):
			try:
				one.shutdown(socket.SHUT_RDWR)
			except OSError:
				pass
			one.close()

	def say(self, name, targets=(), ttl=5, how="answer"):
		self.names[name] = list(targets), ttl, how

	def times(self, name):
		"""When it was asked for, in seconds of the monotonic clock."""
		return [at for at, one in self.asked if one == name]

	def reply(self, question, tcp):
		"""None: silence."""
		labels, at = [], 12
		while question[at]:
			labels.append(question[at + 1:at + 1 + question[at]].decode("latin-1"))
			at += 1 + question[at]
		name, echo = ".".join(labels), question[12:at + 5]
		self.asked.append((time.monotonic(), name))
		targets, ttl, how = self.names.get(name, ([], 0, NXDOMAIN))
		number = struct.unpack(">H", question[:2])[0]
		if how == "silent" or (how == "cut" and tcp):
			return None
		if how == "garbage":
			return struct.pack(">6H", number, 0x8180, 1, 7, 0, 0) + echo + b"\xc0\x0c\x00\x21\xff\xff" * 5
		if isinstance(how, int):
			return struct.pack(">6H", number, 0x8180 | how, 1, 0, 0, 0) + echo
		if how == "wrong id":
			number ^= 0x5555
		body = records(targets, ttl)
		if not tcp and (how == "cut" or 12 + len(echo) + len(body) > 512):
			return struct.pack(">6H", number, 0x8380, 1, 0, 0, 0) + echo
		return struct.pack(">6H", number, 0x8180, 1, len(targets), 0, 0) + echo + body

	def serve_udp(self):
		while not self.ending:
			try:
				question, peer = self.udp.recvfrom(4096)
				answer = self.reply(question, False) if len(question) > 12 else None  # or it is the end
				if answer is not None:
					self.udp.sendto(answer, peer)
			except OSError:
				if self.ending:
					return

	def serve_tcp(self):
		while not self.ending:
			try:
				one, _ = self.tcp.accept()
			except OSError:
				return
			with one:
				one.settimeout(5)
				try:
					head = one.recv(2, socket.MSG_WAITALL)
					answer = self.reply(one.recv(struct.unpack(">H", head)[0], socket.MSG_WAITALL), True)
					self.by_tcp += 1
					if answer is not None:
						one.sendall(struct.pack(">H", len(answer)) + answer)
				except (OSError, struct.error):
					pass
