# SPDX-License-Identifier: MIT
"""Who may ask: Host, Origin, token, cookie, sockets, certificates."""
import base64
import os
import socket
import ssl
import stat
import subprocess

from lib import Answer, Server, Skip, check, drain, same, scratch

TOKEN = "s3cret-token"


def basic(password, user="x"):
	return "Authorization: Basic " + base64.b64encode(("%s:%s" % (user, password)).encode()).decode()


def test_host():
	with Server("--host", "profiler.example", "--host", "other.example:8443") as server:
		port = server.port
		good = ["127.0.0.1:%d", "localhost:%d", "LocalHost:%d", "[::1]:%d", "profiler.example", "profiler.example:%d",
			"Profiler.Example", "other.example:8443", "[0:0:0:0:0:0:0:1]:%d"]
		bad = ["evil.example", "evil.example:%d", "localhost.evil.example:%d", "127.0.0.1.evil.example:%d", "localhost",
			"127.0.0.1", "127.0.0.1:1", "127.0.0.1:%d0", "127.0.0.1:0%d", "127.0.0.1:", "127.0.0.1:%dx", "127.1:%d",
			"2130706433:%d", "0.0.0.0:%d", "127.0.0.3:%d", "[::1]", "[::1]x:%d", "::1:%d", "localhost:%d:%d",
			"user@localhost:%d", "localhost.:%d", "profiler.example.evil:%d", "profiler.example:1", "other.example",
			"other.example:%d", "http://127.0.0.1:%d", "127.0.0.1:%d, evil.example", "x" * 300, ":%d", "[]:%d"]
		for name in good:
			name = name.replace("%d", str(port))
			same(server.get("/", host=name).status, 200, name)
		for name in bad:
			name = name.replace("%d", str(port))
			answer = server.get("/", host=name)
			same(answer.status, 421, name)
			check("Host" in answer.json()["error"], answer.body)
		data = b"GET / HTTP/1.1\r\nConnection: close\r\nHost:\r\n\r\n"
		same(Answer(server.raw(data)).status, 421, "an empty Host")


def test_host_is_the_address_connected_to():
	"""Listening on all addresses, each is its own name, and no other."""
	with Server("--token", TOKEN, address="0.0.0.0:0") as server:
		def ask(address, host):
			with socket.create_connection((address, server.port), 10) as s:
				s.sendall(b"GET /always HTTP/1.1\r\nConnection: close\r\nHost: %s:%d\r\n\r\n" % (host, server.port))
				return Answer(drain(s)).status
		same(ask("127.0.0.2", b"127.0.0.2"), 200)
		same(ask("127.0.0.2", b"127.0.0.3"), 421)
		same(ask("127.0.0.3", b"127.0.0.3"), 200)


def test_origin():
	with Server() as server:
		host = server.host
		for origin in ("http://" + host, "https://" + host):
			same(server.get("/", "Origin: " + origin).status, 200, origin)
		for origin in ("http://evil.example", "null", "", "http://127.0.0.1", "http://%s.evil.example" % host,
				"http://localhost:%d" % server.port, "file://", host):
			same(server.get("/", "Origin: " + origin).status, 403, origin)
			same(server.get("/post", "Origin: " + origin, method="POST", body=b"x").status, 403, origin)
		same(server.get("/", "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: no-cors").status, 403)
		same(server.get("/", "Sec-Fetch-Site: cross-site").status, 403)
		same(server.get("/", "Sec-Fetch-Site: same-site", "Sec-Fetch-Mode: no-cors").status, 403)
		same(server.get("/", "Sec-Fetch-Site: none", "Sec-Fetch-Mode: navigate").status, 200)
		same(server.get("/", "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate").status, 200)
		same(server.get("/", "Sec-Fetch-Site: same-origin", "Sec-Fetch-Mode: cors").status, 200)
		for answer in (server.get("/"), server.get("/", "Origin: http://" + host)):
			check(not [n for n, _ in answer.headers if n.lower().startswith("access-control")], "CORS is on")


def test_without_token():
	with Server() as server:
		same(server.get("/").status, 200)
		same(server.get("/always").status, 200)
		answer = server.get("/private")
		same(answer.status, 403)
		check("token" in answer.json()["error"], answer.body)
		same(server.get("/private", basic("")).status, 403)
		same(server.get("/private", "Authorization: Bearer ").status, 403)


def test_token():
	with Server("--token", TOKEN) as server:
		for path in ("/", "/private", "/nothing"):
			right = 404 if path == "/nothing" else 200
			answer = server.get(path)
			same(answer.status, 401)
			check(answer.header("WWW-Authenticate").startswith("Basic "), answer.headers)
			same(server.get(path, "Authorization: Bearer " + TOKEN).status, right)
			same(server.get(path, "authorization: bearer " + TOKEN).status, right)
			same(server.get(path, basic(TOKEN)).status, right)
			same(server.get(path, basic(TOKEN, "")).status, right)
			for wrong in ("Bearer", "Bearer ", "Bearer x", "Bearer " + TOKEN + "x", "Bearer " + TOKEN[:-1], "Basic",
					"Basic !!!", "Basic ====", TOKEN, "Digest " + TOKEN, "Bearer " + "x" * 10000, "Basic " + "QUFB" * 2000,
					basic(TOKEN + "x")[15:], basic("")[15:], "Basic " + base64.b64encode(TOKEN.encode()).decode(),
					"Basic " + base64.b64encode(b"x:" + TOKEN.encode() + b"\0").decode()):
				same(server.get(path, "Authorization: " + wrong).status, 401, wrong[:40])
		same(server.get("/always").status, 200)
		same(server.get("/assets/x").status, 200)
		same(server.get("/", method="DELETE").status, 405)


def test_cookie():
	with Server("--token", TOKEN) as server:
		same(server.get("/").header("Set-Cookie"), None)
		same(server.get("/", "Authorization: Bearer " + TOKEN).header("Set-Cookie"), None)
		cookie = server.get("/", basic(TOKEN)).header("Set-Cookie")
		value, *flags = cookie.split("; ")
		check({"HttpOnly", "SameSite=Strict", "Path=/"} <= set(flags), cookie)
		check("Secure" not in flags, "a cookie that plain HTTP does not carry:", cookie)
		check(TOKEN not in cookie, "the token itself is in", cookie)
		same(server.get("/private", "Cookie: " + value).status, 200)
		same(server.get("/private", "Cookie: a=b; %s; c=d" % value).status, 200)
		for wrong in (value[:-1], value + "0", value[:-1] + ("0" if value[-1] != "0" else "1"), "x" + value,
				value.split("=")[0] + "=", value.split("=")[0] + "=" + TOKEN, "a=" + value.split("=")[1], ";;;"):
			same(server.get("/private", "Cookie: " + wrong).status, 401, wrong)
		same(server.get("/private", "Cookie: " + value, "Authorization: Bearer x").status, 401)


def test_base_path():
	with Server("--base", "/scrape", "--token", TOKEN) as server:
		ok = "Authorization: Bearer " + TOKEN
		same(server.get("/scrape/", ok).body, b"hello\n")
		say = server.get("/scrape/echo?a=1", ok).json()
		same((say["path"], say["a"]), ("/echo", ["1"]))
		answer = server.get("/scrape?x=1")
		same((answer.status, answer.header("Location")), (308, "/scrape/?x=1"))
		for path in ("/", "/echo", "/scrapex", "/scrape2/echo"):
			same(server.get(path, ok).status, 404, path)
		check("Path=/scrape/;" in server.get("/scrape/", basic(TOKEN)).header("Set-Cookie"))


def test_refuses_to_listen_beyond_loopback():
	for address in ("0.0.0.0:0", ":0", "[::]:0", "192.0.2.1:0"):
		with Server(address=address, ok=False) as server:
			check(server.error and "token" in server.error, address, server.error)
	for address in ("127.0.0.1:0", "127.0.0.5:0", "localhost:0"):
		with Server(address=address) as server:
			check(server.addresses[0].startswith("127.0.0."), server.addresses)


def test_bad_addresses():
	for address in ("", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:65536", "127.0.0.1:-1", "nowhere.example:80",
			"[127.0.0.1]:80", "[::1:80", "::1:80", "[]:80", "unix:", "unix:" + "x" * 108, "127.0.0.1:99999999999999999999"):
		with Server(address=address, ok=False) as server:
			check(server.error, "'%s' was taken" % address)


def test_several_addresses():
	with scratch() as path:
		addresses = ["127.0.0.1:0", "127.0.0.2:0", "unix:%s/s" % path]
		with Server(address=addresses) as server:
			same(len(server.addresses), 3)
			same(server.get("/").status, 200)
			port = int(server.addresses[1].rpartition(":")[2])
			with socket.create_connection(("127.0.0.2", port), 10) as s:
				s.sendall(b"GET / HTTP/1.1\r\nConnection: close\r\nHost: 127.0.0.2:%d\r\n\r\n" % port)
				same(Answer(drain(s)).status, 200)


def test_ipv6():
	try:
		socket.create_server(("::1", 0), family=socket.AF_INET6).close()
	except OSError:
		raise Skip("no IPv6 here") from None
	with Server(address="[::1]:0") as server:
		with socket.create_connection(("::1", server.port), 10) as s:
			s.sendall(b"GET /echo HTTP/1.1\r\nConnection: close\r\nHost: [::1]:%d\r\n\r\n" % server.port)
			same(Answer(drain(s)).json()["peer"], "::1")
	# ":PORT" takes both families, and an IPv4 client is one.
	with Server("--token", "t", address=":0") as server:
		same(server.get("/echo", "Authorization: Bearer t", source="127.0.0.2").json()["peer"], "127.0.0.2")


def test_peers():
	with Server() as server:
		for source in ("127.0.0.1", "127.0.0.2", "127.0.0.3"):
			same(server.get("/echo", source=source).json()["peer"], source)


def ask_unix(path, request=b"GET /private HTTP/1.1\r\nConnection: close\r\nHost: localhost\r\n\r\n"):
	with socket.socket(socket.AF_UNIX) as s:
		s.settimeout(10)
		s.connect(path)
		s.sendall(request)
		return Answer(drain(s))


def test_unix_socket():
	with scratch() as path:
		name = path + "/sock"
		for token in ((), ("--token", TOKEN)):
			with Server(*token, address="unix:" + name) as server:
				same(server.addresses, ["unix:" + name])
				same(stat.S_IMODE(os.stat(name).st_mode), 0o660)
				same(ask_unix(name).status, 200)
				for host in (b"localhost:16384", b"127.0.0.1"):
					same(ask_unix(name, b"GET /echo HTTP/1.1\r\nConnection: close\r\nHost: %s\r\n\r\n" % host).json()["peer"],
						"unix")
				same(ask_unix(name, b"GET / HTTP/1.1\r\nConnection: close\r\nHost: evil.example\r\n\r\n").status, 421)
				# Somebody is there: not replaced.
				with Server(address="unix:" + name, ok=False) as second:
					check("already" in second.error, second.error)
				same(ask_unix(name).status, 200)
			check(not os.path.exists(name), "the socket is left over")


def test_stale_unix_socket():
	with scratch() as path:
		name = path + "/sock"
		with socket.socket(socket.AF_UNIX) as s:
			s.bind(name)
		with Server(address="unix:" + name):
			same(ask_unix(name).status, 200)
		with open(name, "w") as f:
			f.write("precious")
		with Server(address="unix:" + name, ok=False) as server:
			check("not a socket" in server.error, server.error)
		with open(name) as f:
			same(f.read(), "precious")
		with Server(address="unix:%s/no/such" % path, ok=False) as server:
			check(server.error)


def test_a_socket_of_others_stays():
	with scratch() as path:
		name = path + "/sock"
		with Server(address="unix:" + name):
			os.unlink(name)
			other = socket.socket(socket.AF_UNIX)
			other.bind(name)
		check(os.path.exists(name), "somebody else's socket was taken away")
		other.close()


def test_adopted():
	with scratch() as path, socket.create_server(("127.0.0.1", 0)) as inet, socket.socket(socket.AF_UNIX) as unix:
		unix.bind(path + "/sock")
		unix.listen()
		fds = (inet.fileno(), unix.fileno())
		with Server("--adopt", fds[0], "--adopt", fds[1], address=(), pass_fds=fds) as server:
			same(server.addresses, ["127.0.0.1:%d" % inet.getsockname()[1], "unix:%s/sock" % path])
			same(server.get("/").status, 200)
			same(ask_unix(path + "/sock").status, 200)
			same(ask_unix(path + "/sock").status, 200)
		check(os.path.exists(path + "/sock"), "a socket of the parent's was taken away")


def test_adopted_that_must_not_be():
	with socket.create_server(("0.0.0.0", 0)) as s:
		with Server("--adopt", s.fileno(), address=(), pass_fds=(s.fileno(),), ok=False) as server:
			check("token" in server.error, server.error)
		with Server("--token", "t", "--adopt", s.fileno(), address=(), pass_fds=(s.fileno(),)) as server:
			same(server.get("/").status, 401)
	with socket.socket() as s:
		with Server("--adopt", s.fileno(), address=(), pass_fds=(s.fileno(),), ok=False) as server:
			check("listens" in server.error, server.error)
	with Server("--adopt", 0, address=(), ok=False) as server:
		check("not a socket" in server.error, server.error)


def certificate(path):
	made = subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
		"-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", path + "/key.pem", "-out", path + "/cert.pem"],
		capture_output=True, text=True, check=False)
	check(made.returncode == 0, made.stderr)
	return path + "/cert.pem", path + "/key.pem"


def ask_tls(server, context, data):
	with server.connect() as plain, context.wrap_socket(plain, server_hostname="localhost") as s:
		version = s.version()
		s.sendall(data)
		out = b""
		try:
			while some := s.recv(65536):
				out += some
		except (ssl.SSLEOFError, ConnectionResetError):
			pass
		return version, out


def test_tls():
	with scratch() as path:
		cert, key = certificate(path)
		name = path + "/sock"
		with Server("--cert", cert, "--key", key, "--token", TOKEN, address=["127.0.0.1:0", "unix:" + name]) as server:
			def head(path, *headers):
				return "\r\n".join(["GET %s HTTP/1.1" % path, "Host: localhost:%d" % server.port, "Connection: close", *headers,
					"", ""]).encode()
			for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
				context = ssl.create_default_context(cafile=cert)
				context.minimum_version = context.maximum_version = version
				spoken, out = ask_tls(server, context, head("/", basic(TOKEN)))
				same(spoken, "TLSv1." + version.name[-1])
				answer = Answer(out)
				same((answer.status, answer.body), (200, b"hello\n"))
				check("Secure" in answer.header("Set-Cookie").split("; "), answer.headers)
				same(len(Answer(ask_tls(server, context, head("/big?n=5000000", basic(TOKEN)))[1]).body), 5000000)
				two = head("/slow?ms=50", basic(TOKEN)).replace(b"Connection: close\r\n", b"") + head("/", basic(TOKEN))
				check(ask_tls(server, context, two)[1].endswith(b"hello\n"), "pipelined")
			same(Answer(ask_tls(server, context, head("/private"))[1]).status, 401)
			same(Answer(ask_tls(server, context, b"BAD\r\n\r\n")[1]).status, 400)
			# Old versions, and clients without TLS, are closed.
			old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
			old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
			old.set_ciphers("ALL:@SECLEVEL=0")
			old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1
			try:
				ask_tls(server, old, head("/"))
				check(False, "TLS 1.1 was spoken")
			except (ssl.SSLError, ConnectionResetError):
				pass
			check(b"HTTP" not in (server.raw(head("/")) or b""), "plain HTTP was answered")
			same(ask_unix(name).status, 200)
			same(Answer(ask_tls(server, context, head("/", basic(TOKEN)))[1]).status, 200)


def test_bad_certificates():
	with scratch() as path:
		cert, key = certificate(path)
		for arguments, word in ((("--cert", cert), "both"), (("--cert", path + "/none", "--key", key), "none"),
				(("--cert", cert, "--key", cert), "cert.pem"), (("--cert", key, "--key", key), "key.pem")):
			with Server(*arguments, ok=False) as server:
				check(server.error and word in server.error, arguments, server.error)
