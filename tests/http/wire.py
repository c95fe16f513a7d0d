# SPDX-License-Identifier: MIT
"""The client: src/http/client.h through tests/support/http_get.c."""
import contextlib
import socket
import subprocess
import threading
import time

from lib import GET, Server, check, same, scratch


def get(*arguments):
	done = subprocess.run([GET, *map(str, arguments)], capture_output=True, timeout=30, check=False)
	check(done.returncode == 0 and not done.stderr, done.returncode, done.stderr[-2000:])
	first, _, rest = done.stdout.partition(b"\n")
	return first.decode(), rest


@contextlib.contextmanager
def liar(answer, pause=0):
	"""A server that says the same to everybody, a byte at a time if there is a pause. Its base."""
	with socket.create_server(("127.0.0.1", 0)) as listening:
		def serve():
			with contextlib.suppress(OSError):
				while True:
					s, _ = listening.accept()
					with s, contextlib.suppress(OSError):
						s.recv(65536)
						for i in range(0, len(answer), 1 if pause else max(len(answer), 1)):
							s.sendall(answer[i:i + 1] if pause else answer)
							time.sleep(pause)
		thread = threading.Thread(target=serve, daemon=True)
		thread.start()
		try:
			yield "http://127.0.0.1:%d" % listening.getsockname()[1]
		finally: # or the thread could accept from whoever gets the descriptor next
			listening.shutdown(socket.SHUT_RDWR)
			thread.join()


def test_client():
	with Server("--token", "t0k", "--base", "/b") as server:
		base = "http://127.0.0.1:%d/b" % server.port
		same(get(base, "/", 5000, 1000, "t0k"), ("200 text/plain; charset=utf-8", b"hello\n"))
		same(get(base + "/", "/", 5000, 1000, "t0k")[0][:3], "200")
		same(get(base, "/")[0], "401 application/json")
		same(get(base, "/nothing", 5000, 1000, "t0k")[0], "404 application/json")
		same(get("http://localhost:%d/b" % server.port, "/", 5000, 1000, "t0k")[0][:3], "200")
		same(len(get(base, "/big?n=1000000", 5000, 1000000, "t0k")[1]), 1000000)
		first, _ = get(base, "/big?n=1000001", 5000, 1000000, "t0k")
		check(first.startswith("error -10 ") and "larger" in first, first)
		began = time.monotonic()
		first, _ = get(base, "/slow?ms=5000", 300, 1000, "t0k")
		check(first.startswith("error -10 ") and "in time" in first and time.monotonic() - began < 3, first)


def test_client_unix():
	with scratch() as path, Server(address="unix:%s/s" % path):
		same(get("unix:%s/s" % path, "/private"), ("200 text/plain; charset=utf-8", b"hello\n"))
		check(get("unix:%s/none" % path, "/")[0].startswith("error -1 "), "nobody there")


def test_client_arguments():
	for base in ("", "127.0.0.1:80", "https://127.0.0.1", "http://", "http:///x", "http://:80", "http://[::1", "http://a:x",
			"http://a:123456", "http://a b", "http://a\n", "http://u@h", "http://h?x", "http://[]:1", "http://[::1]x", "unix:",
			"unix:" + "x" * 108, "http://" + "x" * 300):
		check(get(base, "/")[0].startswith("error -9 "), base, get(base, "/"))
	with socket.socket() as s:
		s.bind(("127.0.0.1", 0))
		base = "http://127.0.0.1:%d" % s.getsockname()[1]
		for path in ("", "x", "/ HTTP/1.1", "/\r\nX: y", "/\x7f"):
			check(get(base, path)[0].startswith("error -9 "), path)
		check(get(base, "/", 1000, 10, "a\r\nX: y")[0].startswith("error -9 "), "a token with a line end")
		check(get(base, "/")[0].startswith("error -1 "), get(base, "/"))


def test_client_and_liars():
	for answer, want in (
		(b"HTTP/1.0 200 OK\r\n\r\nbody", "200 "),
		(b"HTTP/1.1 200 OK\r\nContent-Type: a/b\r\nContent-Length: 2\r\n\r\nbody", "200 a/b"),
		(b"", "error -11 "), (b"HTTP/1.1 200 OK\r\n", "error -11 "), (b"HTTP/2.0 200 OK\r\n\r\n", "error -11 "),
		(b"HTTP/1.1 20 OK\r\n\r\n", "error -11 "), (b"HTTP/1.1  200 OK\r\n\r\n", "error -11 "), (b"SSH-2.0-x\r\n\r\n", "error -11 "),
		(b"HTTP/1.1 200 OK\r\nX: \0\r\n\r\n", "error -11 "), (b"\r\n\r\n" * 10, "error -11 "),
		(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nbody", "error -11 "),
		(b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nbody", "error -11 "),
		(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\nbody", "error -11 "),
		(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n", "error -11 "),
		(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nbody", "error -11 "),
		(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 2000, "error -10 "),
		(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200000, "error -10 "),
	):
		with liar(answer) as base:
			first, _ = get(base, "/", 5000, 1000)
			check(first.startswith(want), answer[:60], "gave", first)
	with liar(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 1000, pause=0.05) as base:
		began = time.monotonic()
		first, _ = get(base, "/", 500, 2000)
		check(first.startswith("error -10 ") and time.monotonic() - began < 5, first)
