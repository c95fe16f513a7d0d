# SPDX-License-Identifier: MIT
"""Time and numbers: clients that trickle, that do not read, that go away, that come in crowds."""
import contextlib
import socket
import time

from lib import Answer, Server, check, drain, same, split, until


def trickle(server, data, every, most):
	"""Sends a byte now and then until the server has enough: what came, and after how long."""
	began = time.monotonic()
	with server.connect(timeout=every) as s:
		for byte in data:
			try:
				s.sendall(bytes([byte]))
			except OSError:
				break
			try:
				came = s.recv(65536)
				break
			except socket.timeout:
				came = b""
			if time.monotonic() - began > most:
				break
		took = time.monotonic() - began
		with contextlib.suppress(OSError):
			s.settimeout(5)
			came += drain(s) or b""
	return came, took


def test_trickling_clients_are_cut():
	with Server("--request-ms", 800) as server:
		host = server.host.encode()
		for data in (b"GET / HTTP/1.1\r\nHost: " + b"a" * 100, b"POST /post HTTP/1.1\r\nHost: %s\r\nContent-Length: 100\r\n\r\n"
				% host + b"x" * 99, b"\r\n" * 100):
			came, took = trickle(server, data[:1] + data[1:], 0.05, 20)
			check(0.6 < took < 12, "cut after", took)
			same(Answer(came).status, 408)
		same(server.stats()["timeouts"], 3)
		# The rest of a head in one go, then a byte of the body every 100 ms: the clock is that of the whole request.
		with server.connect() as s:
			began = time.monotonic()
			s.sendall(b"POST /post HTTP/1.1\r\nHost: %s\r\nContent-Length: 100\r\n\r\n" % host)
			s.settimeout(0.1)
			came = b""
			while not came and time.monotonic() - began < 20:
				with contextlib.suppress(socket.timeout):
					s.sendall(b"x")
					came = s.recv(65536)
			check(0.6 < time.monotonic() - began < 12, "cut after", time.monotonic() - began)
			same(split(came)[0], 408)


def test_idle_ones_are_closed():
	with Server("--idle-ms", 500) as server:
		for first in (b"", b"GET / HTTP/1.1\r\nHost: %s\r\n\r\n" % server.host.encode()):
			began = time.monotonic()
			with server.connect() as s:
				s.sendall(first)
				came = drain(s)
			check(0.4 < time.monotonic() - began < 12, "closed after", time.monotonic() - began)
			check(bool(came) == bool(first) and b"408" not in came, came)
		same(server.stats()["timeouts"], 0)


def test_one_byte_each_two_seconds():
	"""The default deadline, as the issue says it: such a client is gone after 10 s."""
	with Server() as server:
		came, took = trickle(server, b"GET / HTTP/1.1\r\nHost: " + b"a" * 100, 2, 30)
		check(9 < took < 19, "cut after", took)
		same(Answer(came).status, 408)


def test_slow_readers_are_cut():
	with Server("--answer-ms", 1500) as server:
		# Takes nothing: cut after a third. Takes a little now and then: cut at the end all the same.
		for pause, least, most in ((0, 0.3, 10), (0.1, 1.2, 12)):
			with socket.socket() as s:
				s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
				s.connect(("127.0.0.1", server.port))
				before = server.stats()
				s.sendall(b"GET /big?n=60000000&binary=1 HTTP/1.1\r\nHost: %s\r\n\r\n" % server.host.encode())
				began = time.monotonic()
				while server.stats()["timeouts"] == before["timeouts"] and time.monotonic() - began < 20:
					if pause:
						s.recv(4096)
						time.sleep(pause)
				took = time.monotonic() - began
				check(least < took < most, "cut after", took)
				after = server.stats()
				same((after["gone"], after["sent"]), (before["gone"], before["sent"]), "answered is not gone, nor sent")


def test_answers_that_wait():
	"""Clients that ask for much and take nothing hold no more memory than is allowed; others are served."""
	with Server("--max-queued", 30000000) as server, contextlib.ExitStack() as stack:
		ask = b"GET /big?n=20000000&binary=1 HTTP/1.1\r\nHost: %s\r\n\r\n" % server.host.encode()
		first = stack.enter_context(server.connect())
		first.sendall(ask)
		same(first.recv(12), b"HTTP/1.1 200")
		for _ in range(10):
			s = stack.enter_context(server.connect())
			s.sendall(ask)
			check(s.recv(65536).startswith(b"HTTP/1.1 503"), "an answer beyond the limit")
		answer = server.get("/big?n=20000000&binary=1")
		same((answer.status, answer.header("Retry-After"), answer.header("Cache-Control")), (503, "5", "no-store"))
		same(server.get("/big?n=60000").status, 200)
		same(server.get("/big?n=20000000&binary=1", method="HEAD").status, 200)
		first.close()
		until(lambda: server.get("/big?n=20000000&binary=1").status == 200, "there is room again")
	# Alone an answer may be larger than the limit.
	with Server("--max-queued", 1000000) as server:
		same(len(server.get("/big?n=2000000&binary=1").body), 2000000)


def test_steady_reader_is_served():
	with Server("--answer-ms", 20000) as server:
		with server.connect() as s:
			s.sendall(b"GET /big?n=30000000&binary=1 HTTP/1.1\r\nConnection: close\r\nHost: %s\r\n\r\n" % server.host.encode())
			came = b"".join(iter(lambda: s.recv(1 << 20), b""))
		same(len(Answer(came).body), 30000000)
		until(lambda: server.stats()["sent"] == 1, "on_sent")
		same(server.stats()["gone"], 0)


def test_delayed_answer():
	with Server("--request-ms", 200, "--answer-ms", 300) as server:
		# A handler may take longer than either deadline: they are the client's.
		same(server.get("/slow?ms=1000").body, b"late\n")
		until(lambda: server.stats()["sent"] == 1, "on_sent")
		same(server.stats()["gone"], 0)


def test_gone():
	with Server() as server:
		for path in ("/slow?ms=60000", "/never"):
			before = server.stats()
			for end in ("close", "reset"):
				s = server.connect()
				s.sendall(b"GET %s HTTP/1.1\r\nHost: %s\r\n\r\n" % (path.encode(), server.host.encode()))
				until(lambda: server.stats()["waiting"] == 1, "the request")
				if end == "reset":
					s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
				s.close()
				until(lambda: server.stats()["waiting"] == 0, "the answer to nobody")
			after = server.stats()
			same((after["gone"] - before["gone"], after["sent"] - before["sent"]), (2, 0), path)
		same(server.stats()["connections"], 1)


def test_gone_at_the_end():
	"""The server is freed while requests are out: each is told, once, and ends without it."""
	with contextlib.ExitStack() as stack:
		server = stack.enter_context(Server())
		for path in (b"/slow?ms=60000", b"/never", b"/never", b"/slow?ms=100"):
			s = stack.enter_context(server.connect())
			s.sendall(b"GET %s HTTP/1.1\r\nHost: %s\r\n\r\n" % (path, server.host.encode()))
		stack.enter_context(server.connect())
		stack.enter_context(server.connect()).sendall(b"GET / HT")
		until(lambda: server.stats()["waiting"] >= 3, "the requests")
		server.process.stdin.close()
		server.process.wait(30)
		server.process.stdin = None


def test_idle_connections():
	with Server() as server, contextlib.ExitStack() as stack:
		began = time.monotonic()
		idle = [stack.enter_context(server.connect()) for _ in range(200)]
		until(lambda: server.stats()["connections"] == 201, "200 connections")
		for _ in range(50):
			same(server.get("/").status, 200)
		check(time.monotonic() - began < 40, "it took", time.monotonic() - began)
		same(server.stats()["connections"], 201)
		# Each of them still works.
		for s in idle:
			s.sendall(b"GET / HTTP/1.1\r\nConnection: close\r\nHost: %s\r\n\r\n" % server.host.encode())
		for s in idle:
			same(Answer(drain(s)).status, 200)
		until(lambda: server.stats()["connections"] == 1, "they have gone")


def test_cap_makes_room():
	with Server("--max-connections", 10) as server, contextlib.ExitStack() as stack:
		idle = []
		for i in range(30):
			idle.append(stack.enter_context(server.connect()))
			until(lambda: server.stats()["connections"] == min(len(idle) + 1, 10), "connection %d" % i)
		# The oldest have been closed, the newest live.
		same(drain(idle[0]), b"")
		idle[-1].sendall(b"GET / HTTP/1.1\r\nConnection: close\r\nHost: %s\r\n\r\n" % server.host.encode())
		same(Answer(drain(idle[-1])).status, 200)


def test_cap_without_room():
	"""When all are at work a new one is closed, and none of those at work."""
	with Server("--max-connections", 5) as server, contextlib.ExitStack() as stack:
		busy = [stack.enter_context(server.connect()) for _ in range(5)]
		for s in busy:
			s.sendall(b"GET /slow?ms=3000 HTTP/1.1\r\nConnection: close\r\nHost: %s\r\n\r\n" % server.host.encode())
		time.sleep(1)
		check(not server.raw(b"GET / HTTP/1.1\r\nHost: %s\r\n\r\n" % server.host.encode()), "a sixth was served")
		for s in busy:
			same(Answer(drain(s)).body, b"late\n")
		same(server.get("/").status, 200)


def test_without_descriptors():
	"""At its limit of descriptors the server waits for one, and does not spin."""
	import resource
	with Server("--max-connections", 1000) as server, contextlib.ExitStack() as stack:
		used = server.descriptors()
		resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, (used + 10, used + 10))
		before = server.cpu_seconds()
		crowd = [stack.enter_context(server.connect()) for _ in range(30)]
		time.sleep(1.5)
		check(server.cpu_seconds() - before < 0.7, "it took", server.cpu_seconds() - before, "s of CPU")
		for s in crowd:
			s.close()
		same(server.get("/").status, 200)
		# What libevent says of it is all that it may say.
		server.process.stdin.close()
		err = server.process.stderr.read()
		server.process.stdin = None
		check("Sanitizer" not in err, err[-2000:])


def test_crowd():
	"""Good requests stay fast beside bad ones, and nothing is left of either."""
	with Server("--request-ms", 3000) as server, contextlib.ExitStack() as stack:
		files = server.descriptors()
		for i in range(60):
			s = stack.enter_context(server.connect())
			s.sendall((b"GET / HTTP/1.1\r\nX: ", b"POST /post HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n", b"\0",
				b"GET /never HTTP/1.1\r\nHost: %s\r\n\r\n" % server.host.encode())[i % 4])
		times = []
		for _ in range(100):
			began = time.monotonic()
			same(server.get("/echo?a=1").status, 200)
			times.append(time.monotonic() - began)
		check(sorted(times)[90] < 1.5, "a good request took", sorted(times)[90], "s")
		stack.close()
		until(lambda: server.descriptors() <= files, "descriptors are left over")
		same(server.stats()["waiting"], 0)
