# SPDX-License-Identifier: MIT
"""A current engine of ClickHouse behind as much of its HTTP interface as scrape uses. The engine is libchdb.so, from a
package of npm (an engine alone: no ports, no cluster, no users), and is a process of its own here:

	python3 chdb.py LIBRARY FOLDER PORT

What differs from a server is this file's, not the engine's: one statement at a time, in one session; who asks is not
looked at; whatever fails is status 500; statements behind a ";" run as well."""
import ctypes
import gzip
import http.server
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import urllib.parse

import clickhouse

PACKAGE = "@chdb/lib-linux-x64-gnu"
UNREACHED = r"ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|ECONNRESET|EBADPLATFORM"
# Of the door, not of the engine: the answer is always there as a whole before it is sent.
OF_THE_DOOR = ("database", "default_format", "wait_end_of_query", "buffer_size", "query")
ROWS_IN_IT = re.compile(rb"(INSERT INTO [^\n]*?) FORMAT (\w+)\n")


def install(lock, folder):
	"""The library, of the package that a package-lock.json names, in a folder of build/, where it stays; or
	None and why not. RuntimeError where it should be had and is not."""
	library = os.path.abspath(os.path.join(folder, "node_modules", PACKAGE, "libchdb.so"))
	mine, installed = os.path.join(lock, "package-lock.json"), os.path.join(folder, ".installed")
	with open(mine, encoding="utf-8") as file:
		wanted = file.read()
	if os.path.exists(installed) and os.path.exists(library):
		with open(installed, encoding="utf-8") as file:
			if file.read() == wanted:
				return library, ""
	if not shutil.which("npm"):
		return None, "no npm here (apt-get install npm)"
	os.makedirs(folder, exist_ok=True)
	for name in ("package.json", "package-lock.json"):
		shutil.copy(os.path.join(lock, name), folder)
	done = subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
		cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
	said = done.stdout.decode(errors="replace")
	if done.returncode == 0:
		shutil.copy(mine, installed)
		return library, ""
	found = re.search(UNREACHED, said)
	if not found:
		raise RuntimeError("npm: " + said[-300:])
	return None, "npm cannot get %s (%s)" % (PACKAGE, found.group())


class Engine(clickhouse.Server):
	"""That process, in a folder of its own."""

	def __init__(self, library, zone="UTC"):
		folder = tempfile.mkdtemp(prefix="scrape-engine.")
		port, = clickhouse.free_ports(1)
		command = ["env", "TZ=" + zone, sys.executable, os.path.abspath(__file__), library, folder, str(port)]
		super().__init__(command, folder, port)

	def __enter__(self):
		try:
			self.start()
			self.wait()
		except BaseException:
			self.__exit__()
			raise
		return self

	def __exit__(self, *_):
		self.stop()
		shutil.rmtree(self.folder, ignore_errors=True)

	@property
	def hosts(self):
		return "127.0.0.1:%d" % self.http


class Refused(Exception):
	pass


class Library:
	"""The functions of libchdb.so that are used here; a connection is a pointer to what they want."""

	SIGNATURES = {
		"chdb_connect": (ctypes.c_void_p, ctypes.c_int, ctypes.POINTER(ctypes.c_char_p)),
		"chdb_close_conn": (None, ctypes.c_void_p),
		"chdb_query_n": (ctypes.c_void_p, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_char_p,
			ctypes.c_size_t),
		"chdb_result_buffer": (ctypes.c_void_p, ctypes.c_void_p),
		"chdb_result_length": (ctypes.c_size_t, ctypes.c_void_p),
		"chdb_result_error": (ctypes.c_char_p, ctypes.c_void_p),
		"chdb_destroy_query_result": (None, ctypes.c_void_p),
		"chdb_set_signal_handlers_enabled": (None, ctypes.c_int),
	}

	def __init__(self, path, folder):
		self.so = ctypes.CDLL(path)
		for name, (returned, *taken) in self.SIGNATURES.items():
			function = getattr(self.so, name)
			function.restype, function.argtypes = returned, taken
		self.so.chdb_set_signal_handlers_enabled(0) # Python's stay, and a crash ends at once
		words = [b"clickhouse", b"--path", os.path.join(folder, "data").encode()]
		self.connection = self.so.chdb_connect(len(words), (ctypes.c_char_p * len(words))(*words))
		if not self.connection:
			raise RuntimeError("the library does not connect")

	def ask(self, statement, form="RowBinary"):
		inner = ctypes.cast(self.connection, ctypes.POINTER(ctypes.c_void_p))[0]
		result = self.so.chdb_query_n(inner, statement, len(statement), form.encode(), len(form))
		try:
			error = self.so.chdb_result_error(result)
			if error:
				raise Refused(error.decode(errors="replace"))
			n = self.so.chdb_result_length(result)
			return ctypes.string_at(self.so.chdb_result_buffer(result), n) if n else b""
		finally:
			self.so.chdb_destroy_query_result(result)

	def close(self):
		self.so.chdb_close_conn(self.connection)


class Session:
	"""What a request of its own is at a server: its database and its settings."""

	def __init__(self, library, folder):
		self.library, self.rows = library, os.path.join(folder, "rows")
		self.lock, self.database, self.settings = threading.Lock(), "default", {}

	def prepare(self, parameters):
		"""A setting that the engine does not know is refused by it, as a server does."""
		database = parameters.get("database", "default")
		if database != self.database:
			self.library.ask(b"USE `%s`" % database.encode())
			self.database = database
		wanted = {name: value for name, value in parameters.items() if name not in OF_THE_DOOR}
		for name in self.settings.keys() - wanted.keys():
			self.library.ask(b"SET %s = DEFAULT" % name.encode())
			del self.settings[name]
		for name, value in wanted.items() - self.settings.items():
			self.library.ask(b"SET %s = '%s'" % (name.encode(), value.encode()))
			self.settings[name] = value

	def ask(self, parameters, statement):
		with self.lock:
			self.prepare(parameters)
			rows = ROWS_IN_IT.match(statement)
			if rows:
				return self.insert(rows.group(1), rows.group(2), statement[rows.end():])
			return self.library.ask(statement, parameters.get("default_format", "TabSeparated"))

	def insert(self, what, form, rows):
		"""By way of a file: the library takes an empty line for the end of what stands behind a statement."""
		with open(self.rows, "wb") as file:
			file.write(rows)
		return self.library.ask(b"%s FROM INFILE '%s' FORMAT %s" % (what, self.rows.encode(), form))


class Door(http.server.BaseHTTPRequestHandler):
	protocol_version = "HTTP/1.1"
	disable_nagle_algorithm = True
	session = None

	def log_message(self, *_):
		pass

	def reply(self, status, body):
		self.send_response(status)
		self.send_header("Content-Length", str(len(body)))
		self.end_headers()
		self.wfile.write(body)

	def do_GET(self):
		self.reply(200, b"Ok.\n") if self.path == "/ping" else self.reply(404, b"There is no handle.\n")

	def do_POST(self):
		body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
		query = urllib.parse.urlsplit(self.path).query
		parameters = dict(urllib.parse.parse_qsl(query, keep_blank_values=True))
		try:
			if self.headers.get("Content-Encoding") == "gzip":
				body = gzip.decompress(body)
			if "query" in parameters: # as a server puts them together
				body = parameters["query"].encode() + b"\n" + body
			self.reply(200, self.session.ask(parameters, body))
		except Refused as error:
			self.reply(500, str(error).encode() + b"\n")


def main(path, folder, port):
	library = Library(path, folder)
	Door.session = Session(library, folder)
	server = http.server.ThreadingHTTPServer(("127.0.0.1", int(port)), Door)
	signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
	server.serve_forever(0.05)
	with Door.session.lock:
		library.close()
	sys.stdout.flush()
	os._exit(0) # threads of the engine and of kept connections have nothing left to say


if __name__ == "__main__":
	main(*sys.argv[1:])
