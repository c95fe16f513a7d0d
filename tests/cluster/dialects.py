# SPDX-License-Identifier: MIT
"""The same SQL on two engines, statement by statement: what a suite sends to a server is recorded on its way, with what
that answers, and then told again to another engine, from empty databases on, in the same order. That has to answer the
same, in values and in types; and in the end the same rows have to be in the tables of both."""
import collections
import gzip
import http.client
import http.server
import re
import threading
import time
import urllib.parse

# Answers that may differ, and why; types may not.
OWN = {
	r"SELECT version\(\)": "they are two versions",
	r"SELECT .* FROM system\.parts ": "how large parts are, and when they are merged, is each engine's own",
	r"SELECT .* FROM system\.mutations ": "so is how long it deletes",
	r"SELECT assumeNotNull\(\(SELECT count\(\) FROM slices\)": "rows of one key count until they are merged",
}
# Answers of which only so many columns, the first, have an order that is asked for; the others make a set, in any
# order: who asks either looks rows up by their hash or adds them up.
UNORDERED = {
	r"SELECT stack, frames FROM stacks ": 0,
	r"SELECT frame, .* FROM frames ": 0,
	r"SELECT DISTINCT arrayJoin\(gone\)": 0,
	r"SELECT DISTINCT \w+ FROM series WHERE 1": 0,
	r"SELECT DISTINCT .* FROM series .* ORDER BY host, service_name, pid, start": 0, # not by hash or labels
	r"SELECT (\* FROM \(SELECT )?intDiv.* AS slot, \w+, stack, flag, ": 2,
	r"SELECT slot, \w+, reason, ": 2,
	r"SELECT intDiv.* AS slot, process, thread, ": 1, # threads of one slice
}
WIDTHS = {"UInt8": 1, "UInt16": 2, "UInt32": 4, "UInt64": 8, "Int64": 8, "Date": 2, "DateTime": 4}
FORMATS = "default_format=RowBinary", "default_format=TabSeparatedWithNamesAndTypes"
SHOWN_MAX = 20
DELETE_MAX_S = 30

Statement = collections.namedtuple("Statement", "path body status answer")


class Door(http.server.BaseHTTPRequestHandler):
	"""Hands a request on as it is."""
	protocol_version = "HTTP/1.1"
	disable_nagle_algorithm = True

	def log_message(self, *_):
		pass

	def do_POST(self):
		body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
		encoding = self.headers.get("Content-Encoding")
		status, answer = post(self.server.port, self.path, body, encoding)
		plain = gzip.decompress(body) if encoding == "gzip" else body
		path, _, query = self.path.partition("&query=") # scrape has it last
		if query:
			plain = urllib.parse.unquote(query).encode() + b"\n" + plain
		self.server.statements.append(Statement(path, plain, status, answer))
		self.send_response(status)
		self.send_header("Content-Length", str(len(answer)))
		self.end_headers()
		self.wfile.write(answer)


class Recorder(http.server.ThreadingHTTPServer):
	"""In front of a server: .hosts is to be asked instead of it."""

	def __init__(self, server):
		super().__init__(("127.0.0.1", 0), Door)
		self.port, self.statements = server.http, []
		self.hosts = "127.0.0.1:%d" % self.server_address[1]

	def __enter__(self):
		threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()
		return self

	def __exit__(self, *_):
		self.shutdown()
		self.server_close()


def post(port, path, body, encoding=None):
	connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
	try:
		connection.request("POST", path, body, {"Content-Encoding": encoding} if encoding else {})
		answer = connection.getresponse()
		return answer.status, answer.read()
	finally:
		connection.close()


def listed(table, sql):
	"""What a table above says of a statement, or None."""
	return next((said for pattern, said in table.items() if re.match(pattern, sql)), None)


def kind_of(sql):
	"""The statement without its values."""
	sql = re.sub(r"'(\\.|[^'\\])*'", "''", re.sub(r"\bt_\w{6}\b", "DB", sql))
	return re.sub(r"\(N(, ?N)+\)", "(N)", re.sub(r"\b\d+\b", "N", sql))


def code_of(status, answer):
	"""Of what was refused the number: each engine has its own words for it."""
	found = re.search(rb"Code: (\d+)", answer) if status != 200 else None
	return int(found.group(1)) if found else status


def read_varint(data, at):
	n = shift = 0
	while True:
		n, shift, at = n | (data[at] & 127) << shift, shift + 7, at + 1
		if data[at - 1] < 128:
			return n, at


def end_of(data, at, kind):
	"""Where a value of RowBinary ends."""
	if kind in WIDTHS:
		return at + WIDTHS[kind]
	n, at = read_varint(data, at)
	if kind == "String":
		return at + n
	if not kind.startswith("Array("):
		raise RuntimeError("there is a column of type %s" % kind)
	inner = kind[len("Array("):-1]
	if inner in WIDTHS:
		return at + n * WIDTHS[inner]
	for _ in range(n):
		at = end_of(data, at, inner)
	return at


def rows_of(data, types, ordered):
	"""[(the first columns of a row, the row)]"""
	rows, at = [], 0
	while at < len(data):
		begin = split = at
		for i, kind in enumerate(types):
			at = end_of(data, at, kind)
			split = at if i < ordered else split
		rows.append((data[begin:split], data[begin:at]))
	return rows


def same_rows(old, new):
	return [key for key, _ in old] == [key for key, _ in new] and sorted(old) == sorted(new)


class Engine:
	"""One of the two."""

	def __init__(self, server, more=""):
		self.server, self.more, self.types = server, more, {}

	def ask(self, path, body):
		status, answer = post(self.server.http, path + self.more, body)
		if body.startswith(b"ALTER") and b" DELETE " in body:
			self.wait()
		return status, answer

	def wait(self):
		"""As the suite did."""
		end = time.monotonic() + DELETE_MAX_S
		while self.server.query("SELECT count() FROM system.mutations WHERE NOT is_done") != "0\n":
			if time.monotonic() > end:
				raise RuntimeError("what is to be deleted stays")
			time.sleep(0.02)

	def types_of(self, kind, path, body):
		"""Of the columns of a kind of question. Times are all of one zone, in whatever words."""
		if kind not in self.types:
			_, answer = post(self.server.http, path.replace(*FORMATS) + self.more, body)
			_, types, *_ = answer.decode(errors="replace").split("\n", 2) + [""]
			self.types[kind] = [re.sub(r"\(\\?'UTC\\?'\)", "", one) for one in types.split("\t")]
		return self.types[kind]


class Comparison:
	"""What became of each kind of statement."""

	def __init__(self, old, new):
		self.old, self.new = Engine(old), Engine(new, "&async_insert=0") # as scrape asks the one and the other
		self.counts, self.kinds, self.bad = collections.Counter(), set(), {}

	def note(self, kind, how):
		self.kinds.add(kind)
		self.counts[how] += 1

	def fail(self, kind, what, body):
		self.note(kind, "different")
		self.bad.setdefault(kind, "%s: %s" % (what, body[:2000].decode(errors="replace")))

	def take(self, was):
		path, body = was.path, was.body
		end = body.find(b"FORMAT RowBinary\n") if body.startswith(b"INSERT") else -1
		sql = (body[:end] if end >= 0 else body).decode(errors="replace")
		kind = kind_of(sql)
		status, answer = self.new.ask(path, body)
		codes = code_of(was.status, was.answer), code_of(status, answer)
		if codes[0] != codes[1]:
			self.fail(kind, "status or code %d, then %d" % codes, body)
		elif not sql.startswith("SELECT") or status != 200:
			self.note(kind, "done")
		else:
			self.compare(kind, was, sql, answer)

	def compare(self, kind, was, sql, answer):
		old, new = (engine.types_of(kind, was.path, was.body) for engine in (self.old, self.new))
		ordered = listed(UNORDERED, sql)
		if old != new:
			self.fail(kind, "types %s, then %s" % (", ".join(old), ", ".join(new)), was.body)
		elif answer == was.answer:
			self.note(kind, "equal")
		elif listed(OWN, sql):
			self.note(kind, "of their own")
		elif ordered is not None and same_rows(*(rows_of(one, old, ordered) for one in (was.answer, answer))):
			self.note(kind, "equal as sets")
		else:
			self.fail(kind, "answers %r, then %r" % (was.answer[:300], answer[:300]), was.body)

	def compare_tables(self, database, path):
		"""What is left of all that was inserted: of a key one row each."""
		sql = "SELECT name, sorting_key FROM system.tables WHERE database = '%s'" % database
		for table, key in (line.split("\t") for line in self.old.server.query(sql).splitlines()):
			if key: # else it is meta, which has no rows
				body = ("SELECT * FROM %s.%s FINAL ORDER BY %s" % (database, table, key)).encode()
				self.take(Statement(path, body, *self.old.ask(path, body)))


def databases_of(statements):
	"""In the order in which they were made."""
	queries = (urllib.parse.parse_qs(urllib.parse.urlsplit(one.path).query) for one in statements)
	return [name for name in dict.fromkeys(query["database"][0] for query in queries) if name != "default"]


def replay(statements, old, new):
	"""(passed, failed), kinds of statements."""
	began = time.monotonic()
	comparison = Comparison(old, new)
	for statement in statements:
		comparison.take(statement)
	for database in databases_of(statements):
		comparison.compare_tables(database, statements[0].path)
	for text in list(comparison.bad.values())[:SHOWN_MAX]:
		print("FAIL " + text)
	failed = len(comparison.bad)
	passed = len(comparison.kinds) - failed
	counts = ", ".join("%d %s" % (n, how) for how, n in sorted(comparison.counts.items()))
	print("query by query, that server and a current engine: %d passed, %d failed (%d statements: %s; %.0f s)" % (
		passed, failed, sum(comparison.counts.values()), counts, time.monotonic() - began), flush=True)
	return passed, failed
