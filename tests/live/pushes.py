# SPDX-License-Identifier: MIT
"""Servers of profiles as Pyroscope, Parca and OpenTelemetry have them, as far as those who push can see: what arrives is
decoded by protoc, by the published numbers of its fields (tests/formats/*.proto)."""
import base64
import gzip
import http.server
import json
import os
import subprocess
import sys
import threading
import urllib.parse

from lib import Skip, check, equal

HERE = os.path.dirname(os.path.abspath(__file__))
FORMATS = os.path.join(os.path.dirname(HERE), "formats")
sys.path.append(os.path.join(os.path.dirname(HERE), "support"))
import prototext  # noqa: E402


class Pushed:
	"""One profile: labels, [from, until) in seconds, {frames root first: nanoseconds}."""

	def __init__(self, labels, begin, end, stacks):
		self.labels, self.begin, self.end, self.stacks = labels, begin, end, stacks

	@property
	def total(self):
		return sum(self.stacks.values()) / 1e9


class Receiver:
	"""Takes what is pushed; answers with the statuses of a list first (0: closes without a word), then with 200, always
	with this body."""

	def __init__(self, statuses=(), port=0, token=None, tenant=None, answer=b"{}\n"):
		self.statuses, self.pushed, self.requests, self.wrong = list(statuses), [], [], []
		receiver = self

		class Handler(http.server.BaseHTTPRequestHandler):
			def do_POST(self):
				body = self.rfile.read(int(self.headers["Content-Length"]))
				status = receiver.take(self, body)
				if status:
					self.send_response(status)
					self.send_header("Content-Length", str(len(answer)))
					self.end_headers()
					self.wfile.write(answer)

			def log_message(self, *_):
				pass

		self.token, self.tenant = token, tenant
		self.server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
		self.port = self.server.server_address[1]
		self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
		self.thread.start()

	def take(self, handler, body):
		self.requests.append(handler.path)
		status = self.statuses.pop(0) if self.statuses else 200
		if status == 200:
			try:
				if self.token:
					equal(handler.headers["Authorization"], "Bearer " + self.token, "token")
				if self.tenant:
					equal(handler.headers["X-Scope-OrgID"], self.tenant, "tenant")
				self.pushed.append(decode(handler.path, handler.headers["Content-Type"], body))
			except Exception as error:  # told by the test
				self.wrong.append("%s: %r" % (handler.path, error))
		return status

	def of(self, service):
		check(not self.wrong, "cannot be decoded: %s" % self.wrong[:1])
		return [one for one in list(self.pushed) if one.labels["service_name"] == service]

	def __enter__(self):
		return self

	def __exit__(self, *_):
		self.server.shutdown()
		self.server.server_close()


def protoc(message, file, data):
	try:
		done = subprocess.run(["protoc", "--proto_path=" + FORMATS, "--decode=" + message, file], input=data,
			stdout=subprocess.PIPE, stderr=subprocess.PIPE)
	except FileNotFoundError:
		raise Skip("no protoc here (apt-get install protobuf-compiler)")
	equal((done.returncode, done.stderr.decode()), (0, ""), "protoc")
	return prototext.parse(iter(done.stdout.decode().splitlines()))


def decode(path, mime, body):
	where = urllib.parse.urlsplit(path)
	if where.path == "/push.v1.PusherService/Push":
		equal(mime, "application/json", "type")
		series, = json.loads(body)["series"]
		return pprof(series["labels"], series["samples"][0]["rawProfile"])
	if where.path == "/api/profiles/writeraw":
		document = json.loads(body)
		equal(document["normalized"], True, "normalized")
		series, = document["series"]
		return pprof(series["labels"]["labels"], series["samples"][0]["rawProfile"])
	if where.path == "/ingest":
		return ingest(dict(urllib.parse.parse_qsl(where.query, strict_parsing=True)), body)
	equal((where.path, mime), ("/v1development/profiles", "application/x-protobuf"), "address and type")
	return otlp(body)


def one(message, field, other=0):
	return message[field][0] if message[field] else other


def pprof(labels, raw):
	doc = protoc("scrape.formats.Profile", "profile.proto", gzip.decompress(base64.b64decode(raw, validate=True)))
	strings = doc["string_table"]
	equal([(strings[one(kind, "type")], strings[one(kind, "unit")]) for kind in doc["sample_type"]],
		[("samples", "count"), ("cpu", "nanoseconds")], "types")
	names = {one(function, "id"): strings[one(function, "name")] for function in doc["function"]}
	frames = {one(at, "id"): names[one(at["line"][0], "function_id")] for at in doc["location"]}
	stacks = {}
	for sample in doc["sample"]:
		stack = tuple(frames[at] for at in reversed(sample["location_id"]))
		stacks[stack] = stacks.get(stack, 0) + sample["value"][1]
	labels = {label["name"]: label["value"] for label in labels}
	equal(labels.pop("__name__"), "process_cpu", "__name__")
	begin = one(doc, "time_nanos") / 1e9
	return Pushed(labels, begin, begin + one(doc, "duration_nanos") / 1e9, stacks)


def ingest(query, body):
	service, _, tags = query["name"].partition("{")
	equal((query["format"], query["units"], query["spyName"], tags[-1]), ("folded", "samples", "scrape", "}"), "query")
	labels = dict(tag.split("=") for tag in tags[:-1].split(","))
	stacks = {}
	for line in body.decode().splitlines():
		stack, _, count = line.rpartition(" ")
		stack = tuple(frame.rpartition(" (")[0] for frame in stack.split(";"))
		stacks[stack] = stacks.get(stack, 0) + int(count) * 10**9 // int(query["sampleRate"])
	return Pushed(dict(labels, service_name=service), float(query["from"]), float(query["until"]), stacks)


def otlp(body):
	doc = protoc("scrape.formats.otlp.Request", "otlp.proto", body)
	resource, = doc["resource_profiles"]
	tables = doc["dictionary"][0]
	strings = tables["string_table"]
	for table in ("mapping_table", "location_table", "function_table", "link_table", "attribute_table", "stack_table"):
		equal(dict(tables[table][0]), {}, "the first entry of " + table)
	equal(strings[0], "", "the first string")
	scope, = resource["scope_profiles"]
	equal(one(scope["scope"][0], "name"), "scrape", "scope")
	profile, = scope["profiles"]
	kind = profile["sample_type"][0]
	equal((strings[one(kind, "type_strindex")], strings[one(kind, "unit_strindex")]), ("cpu", "nanoseconds"), "type")
	stacks = {}
	for sample in profile["samples"]:
		at = tables["stack_table"][one(sample, "stack_index")]["location_indices"]
		lines = [tables["location_table"][number]["lines"][0] for number in reversed(at)]
		stack = tuple(strings[one(tables["function_table"][one(line, "function_index")], "name_strindex")] for line in lines)
		stacks[stack] = stacks.get(stack, 0) + sample["values"][0]
	labels = {one(pair, "key"): one(pair["value"][0], "string_value") for pair in resource["resource"][0]["attributes"]}
	labels = {"service_name": labels.pop("service.name"), "host": labels.pop("host.name"), **labels}
	begin = one(profile, "time_unix_nano") / 1e9
	return Pushed(labels, begin, begin + one(profile, "duration_nano") / 1e9, stacks)
