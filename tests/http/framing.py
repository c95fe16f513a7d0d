# SPDX-License-Identifier: MIT
"""Requests and answers as bytes: what is malformed, what belongs together, what is compressed."""
import gzip
import json
import random
import socket

from lib import Answer, Server, check, drain, same, split, until
from malformed import REQUESTS


def exchange(server, data):
	"""Sends, closes the sending side, reads to the end: the answers that came."""
	with server.connect() as s:
		try:
			s.sendall(data)
			s.shutdown(socket.SHUT_WR)
		except OSError:
			pass
		came = drain(s)
	answers = []
	while came:
		status, headers, body, came = split(came)
		answers.append((status, dict(headers), body))
	return answers


def test_malformed():
	check(len(REQUESTS) >= 60, "only", len(REQUESTS))
	wrong = []
	with Server() as server:
		server.get("/")
		before = server.rss_kb()
		files = server.descriptors()
		for _ in range(3):
			for name, data, want in REQUESTS:
				answers = exchange(server, data.replace(b"HOST", server.host.encode()))
				statuses = [status for status, _, _ in answers]
				if len(statuses) != 1 or statuses[0] not in want:
					wrong.append("%s: %s, not %s" % (name, statuses, want))
					continue
				_, headers, body = answers[0]
				same(headers["Content-Type"], "application/json", name)
				check(list(json.loads(body)) == ["error"], name, "answered with", body)
				check("X-Injected" not in headers, name, "has set a header")
			check(not wrong, "\n".join(wrong))
			same(server.get("/").status, 200, "the server afterwards")
		until(lambda: server.descriptors() <= files, "descriptors are left over")
		check(server.rss_kb() - before < 20000, "it grew by", server.rss_kb() - before, "KiB")


def test_mutations():
	"""Requests with bytes changed, cut and doubled: each is answered rightly or refused, and nothing leaks."""
	dice = random.Random(4)
	parts = [b"\r\n", b"\n", b"\0", b" ", b":", b"%2e", b"/", b"?", b"\xff", b"Host: HOST\r\n", b"Content-Length: 3\r\n", b"\r\n\r\n",
		b"Transfer-Encoding: chunked\r\n", b"GET / HTTP/1.1\r\n", b"\t", b"\r"]
	seen = set()
	with Server() as server:
		host = server.host.encode()
		for _ in range(800):
			data = bytearray(b"POST /post?a=1&b=%%20 HTTP/1.1\r\nHost: HOST\r\nAccept: text/html;q=0.5\r\nConnection: keep-alive\r\n"
				b"Content-Length: 4\r\n\r\nabcdGET /echo HTTP/1.1\r\nHost: HOST\r\n\r\n".replace(b"%%", b"%"))
			for _ in range(dice.randint(1, 4)):
				at = dice.randrange(len(data))
				data[at:at + dice.randint(0, 3)] = dice.choice(parts)
			for status, headers, body in exchange(server, bytes(data).replace(b"HOST", host)):
				seen.add(status)
				check(status in (200, 400, 404, 405, 411, 413, 417, 421, 431, 501, 505), status, bytes(data))
				json.loads(body) if headers["Content-Type"] == "application/json" else same(body, b"hello\n")
		same(server.get("/").status, 200)
	check({200, 400, 404, 421} <= seen, "only", seen)


def test_405_names_what_is_taken():
	with Server() as server:
		answer = server.get("/", method="DELETE")
		same((answer.status, answer.header("Allow")), (405, "GET, HEAD"))
		answer = server.get("/post", method="PUT")
		same((answer.status, answer.header("Allow")), (405, "GET, HEAD, POST"))


def test_at_the_limits():
	with Server() as server:
		path = "/assets/" + "a" * (8192 - 8)
		same(server.get(path).json()["rest"], "a" * (8192 - 8))
		same(server.get(path + "a").status, 414)
		same(server.get("/", *["X: y"] * 62).status, 200)
		same(server.get("/", *["X: y"] * 63).status, 431)
		same(server.get("/echo?" + "a=1&" * 127 + "a=2").json()["a"], ["1"] * 127 + ["2"])
		same(server.get("/echo?" + "a=1&" * 128 + "a=2").status, 400)
		room = 16384 - len("GET / HTTP/1.1\r\nHost: %s\r\nConnection: close\r\nX: \r\n\r\n" % server.host)
		same(server.get("/", "X: " + "a" * room).status, 200)
		same(server.get("/", "X: " + "a" * (room + 1)).status, 431)
		answer = server.get("/post", method="POST", body=b"x" * 65536)
		same(answer.json()["length"], 65536)
		same(server.get("/post", method="POST", body=b"x" * 65537).status, 413)


def test_limit_of_the_body():
	with Server("--max-body", 10) as server:
		same(server.get("/post", method="POST", body=b"0123456789").json()["body"], "0123456789")
		same(server.get("/post", method="POST", body=b"0123456789a").status, 413)


def test_oversized_body_hears_why():
	"""The 413 arrives although the client still sends: no reset overtakes it."""
	with Server() as server:
		for _ in range(10):
			with server.connect() as s:
				s.sendall(b"POST /post HTTP/1.1\r\nHost: %s\r\nContent-Length: 900000\r\n\r\n" % server.host.encode())
				s.sendall(b"x" * 900000)
				same(Answer(drain(s)).status, 413)


def test_parameters():
	with Server() as server:
		say = server.get("/echo?a=1&b=x&a=%41+b%2B&&a&zz=2", "User-Agent: me").json()
		same(say["a"], ["1", "A b+", ""])
		same(say["unknown"], "zz")
		same(say["agent"], "me")
		same(say["path"], "/echo")
		same(say["rest"], "")
		same(say["post"], False)
		same(server.get("/echo?a=%e2%82%ac%20%26%3D").json()["a"], ["\u20ac &="])
		same(server.get("/echo?%61=1").json()["a"], ["1"])
		same(server.get("/echo?a=1").json()["unknown"], None)
		same(server.get("/%65cho").json()["path"], "/echo")
		same(server.get("/echo+").status, 404)


def test_routes():
	with Server() as server:
		same(server.get("/p/42/x").json()["rest"], "42")
		same(server.get("/p//x").status, 404)
		same(server.get("/p/42/y").status, 404)
		same(server.get("/p/42").status, 404)
		same(server.get("/p/42/x/").status, 404)
		same(server.get("/assets/a/b.js").json()["rest"], "a/b.js")
		same(server.get("/assets/").json()["rest"], "")
		same(server.get("/assets").status, 404)
		same(server.get("/labels/k8s.io%2Fname/values").json()["rest"], "k8s.io/name")
		same(server.get("/echo/").status, 404)
		same(server.get("/ech").status, 404)


def test_post():
	with Server() as server:
		say = server.get("/post?a=1", method="POST", body=b'{"\xc3\xa9": 1}').json()
		same((say["post"], say["body"], say["a"]), (True, '{"\u00e9": 1}', ["1"]))
		same(server.get("/post").json()["post"], False)


def test_head():
	with Server() as server:
		get = server.get("/big?n=5000")
		head = server.get("/big?n=5000", method="HEAD")
		same(head.body, b"")
		same(head.header("Content-Length"), "5000")
		same([n for n, _ in head.headers], [n for n, _ in get.headers])
		same(server.get("/nothing", method="HEAD").status, 404)
		same(server.get("/big?n=5000", "Accept-Encoding: gzip", method="HEAD").header("Content-Encoding"), "gzip")
		# An error in a HEAD request has no body either.
		same(Answer(server.raw(b"HEAD /x y HTTP/1.1\r\nHost: a\r\n\r\n"), "HEAD").status, 400)


def test_statuses():
	with Server() as server:
		answer = server.get("/status?code=304")
		same((answer.status, answer.body, answer.header("ETag")), (304, b"", '"x"'))
		same(server.get("/status?code=204").body, b"")
		same(server.get("/status?code=200").body, b"")
		answer = server.get("/status?code=503")
		same((answer.status, answer.json()["error"]), (503, 'asked for "503" </script>'))
		check(b"</" not in answer.body, "markup in an error:", answer.body)


def test_headers_of_every_answer():
	with Server() as server:
		for path in ("/", "/nothing", "/status?code=503"):
			answer = server.get(path)
			same(answer.header("X-Content-Type-Options"), "nosniff")
			same(answer.header("Referrer-Policy"), "no-referrer")
			same(answer.header("Cache-Control"), "no-store")
			same(answer.header("Server"), "scrape/test")
			check(answer.header("Date"), "no Date")
		answer = server.get("/echo")
		same((answer.header("X-Good"), answer.header("X-Evil"), answer.header("X-Injected")), ("yes", None, None))
		same(server.get("/gzipped").header("Cache-Control"), "max-age=1")


def test_gzip():
	with Server() as server:
		plain = server.get("/big?n=5000")
		same((plain.header("Content-Encoding"), plain.header("Vary")), (None, "Accept-Encoding"))
		for value in ("gzip", "deflate, gzip;q=0.5", "br;q=1, *", "x;y, GZIP"):
			zipped = server.get("/big?n=5000", "Accept-Encoding: " + value)
			same(zipped.header("Content-Encoding"), "gzip", value)
			same(gzip.decompress(zipped.body), plain.body)
			check(len(zipped.body) < 1000, "not small:", len(zipped.body))
		for value in ("gzip;q=0", "identity", "deflate", "*;q=0", "gzipx", ""):
			same(server.get("/big?n=5000", "Accept-Encoding: " + value).body, plain.body, value)
		zipped = server.get("/big?n=3000000", "Accept-Encoding: gzip")
		same(len(gzip.decompress(zipped.body)), 3000000)
		for path in ("/big?n=1024", "/big?n=5000&binary=1"):
			same(server.get(path, "Accept-Encoding: gzip").header("Content-Encoding"), None, path)
		same(server.get("/big?n=1025", "Accept-Encoding: gzip").header("Content-Encoding"), "gzip")
		# What the handler has compressed is not compressed again.
		same(server.get("/gzipped", "Accept-Encoding: gzip").body, b"z" * 4000)


def test_accept():
	with Server() as server:
		def best(value):
			return server.get("/echo", *(["Accept: " + value] if value else [])).json()["accepts"]
		same(best(None), "application/json")
		same(best("*/*"), "application/json")
		same(best("text/html,application/xhtml+xml,*/*;q=0.8"), "text/html")
		same(best("image/*"), "image/svg+xml")
		same(best("text/*;q=0.3, application/json;q=0.2"), "text/html")
		same(best("text/html;q=0, */*"), "application/json")
		same(best("application/pdf"), None)


def test_keep_alive():
	with Server() as server:
		one = b"GET /echo?a=%%d HTTP/1.1\r\nHost: %s\r\n\r\n" % server.host.encode()
		with server.connect() as s:
			for i in range(20):
				s.sendall(one % i)
				came = b""
				while not came.endswith(b"}"):
					came += s.recv(65536)
				same(json.loads(split(came)[2])["a"], [str(i)])
			same(server.stats()["connections"], 2)


def test_pipelined():
	"""Many requests in one packet: answered one by one, in order; a bad one ends it."""
	with Server() as server:
		one = b"GET /echo?a=%%d HTTP/1.1\r\nHost: %s\r\n\r\n" % server.host.encode()
		post = b"POST /post?a=%%d HTTP/1.1\r\nHost: %s\r\nContent-Length: 3\r\n\r\nabc\r\n" % server.host.encode()
		slow = b"GET /slow?ms=100 HTTP/1.1\r\nHost: %s\r\n\r\n" % server.host.encode()
		data = b"".join(one % i + post % i for i in range(50)) + slow + one % 99
		data += b"BAD\r\n\r\n" + one % 7
		with server.connect() as s:
			s.sendall(data)
			came = drain(s)
		bodies, statuses = [], []
		while came:
			status, _, body, came = split(came)
			statuses.append(status)
			bodies.append(body)
		same(statuses, [200] * 102 + [400])
		same([json.loads(b)["a"] for b in bodies[:100]], [[str(i)] for i in range(50) for _ in "12"])
		same(bodies[100], b"late\n")
		same(json.loads(bodies[101])["a"], ["99"])


def test_byte_by_byte():
	with Server() as server:
		data = b"POST /post?a=1 HTTP/1.1\r\nHost: %s\r\nConnection: close\r\nContent-Length: 4\r\n\r\nabcd"
		with server.connect() as s:
			s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
			for byte in data % server.host.encode():
				s.sendall(bytes([byte]))
			same(Answer(drain(s)).json()["body"], "abcd")


def test_http_1_0():
	with Server() as server:
		answer = Answer(server.raw(b"GET / HTTP/1.0\r\nHost: %s\r\n\r\n" % server.host.encode()))
		same((answer.status, answer.body), (200, b"hello\n"))


def test_half_closed_client():
	"""A client that is done with sending still gets what is answered at once."""
	with Server() as server:
		data = b"GET /big?n=3000000 HTTP/1.1\r\nHost: %s\r\n\r\n" % server.host.encode()
		answers = exchange(server, data)
		same([len(body) for _, _, body in answers], [3000000])


def test_endless_line_costs_nothing():
	with Server() as server:
		before = server.cpu_seconds()
		for _ in range(20):
			server.raw(b"GET / HTTP/1.1\r\nX: " + b"a" * 1000000)
		check(server.cpu_seconds() - before < 3, "20 MB of header took", server.cpu_seconds() - before, "s")
		check(server.rss_kb() < 300000, "it holds", server.rss_kb(), "KiB")
