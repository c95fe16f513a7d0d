# SPDX-License-Identifier: MIT
"""What the tests of Pyroscope's interface share: protoc speaks for a reader that is not ours, and bars become stacks.

	bars = stacks(call(daemon, "SelectMergeStacktraces", {"type": CPU, "selector": "{}", "start": ms, "end": ms}))
"""
import json
import os
import shutil
import subprocess
import sys

import lib
from lib import check, equal

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.append(os.path.join(os.path.dirname(HERE), "support"))
import prototext  # noqa: E402

CPU, WALL, GIL = ("%s:nanoseconds:%s:nanoseconds" % pair for pair in (("process_cpu:cpu", "cpu"), ("wall:wall", "wall"), ("gil:gil", "gil")))
PROTO = "application/proto"
MESSAGES = {"ProfileTypes": ("Interval", "Types"), "LabelNames": ("NamesAsk", "Names"), "LabelValues": ("ValuesAsk", "Names"),
	"SelectMergeStacktraces": ("StacksAsk", "Stacks"), "SelectSeries": ("SeriesAsk", "SeriesList")}


def protoc(way, message, data):
	if not shutil.which("protoc"):
		raise lib.Skip("protoc is not here (apt-get install protobuf-compiler)")
	done = subprocess.run(["protoc", "--proto_path=" + HERE, "--%s=scrape.live.%s" % (way, message), "querier.proto"],
		input=data, capture_output=True, check=False)
	check(done.returncode == 0, "protoc: %r" % done.stderr)
	return done.stdout


def encode(method, fields):
	text = "".join("%s: %s\n" % (key, json.dumps(one)) for key, value in fields.items() for one in (value if isinstance(value, list) else [value]))
	return protoc("encode", MESSAGES[method][0], text.encode())


def post(server, method, body, headers=None):
	return server.get("/querier.v1.QuerierService/" + method, method="POST", body=body, headers={"Content-Type": PROTO,
		"Connect-Protocol-Version": "1", **(headers or {})})


def call(server, method, fields):
	answer = post(server, method, encode(method, fields))
	equal((answer.status, answer.headers["Content-Type"]), (200, PROTO), "%s %r: %r" % (method, fields, answer.body[:300]))
	return prototext.parse(iter(protoc("decode", MESSAGES[method][1], answer.body).decode().splitlines()))


def refused(server, method, fields, code="invalid_argument"):
	"""The sentence with which it is."""
	answer = post(server, method, fields if isinstance(fields, bytes) else encode(method, fields))
	doc = json.loads(answer.body)
	equal((answer.status >= 400, doc["code"]), (True, code), "%s %r: %r" % (method, fields, answer.body))
	return doc["message"]


def stacks(names, levels):
	"""{stack: [self, total]} as Grafana makes it: a bar hangs below the one of the level above that it lies under."""
	found, above = {}, [((), 0, levels[0][1])]
	equal((levels[0][0], levels[0][3], names[0]), (0, 0, "total"), "the root")
	for level in levels[1:]:
		at, here, parents = 0, [], iter(above)
		parent = next(parents)
		for offset, total, own, name in zip(*[iter(level)] * 4):
			begin = at + offset
			while not parent[1] <= begin <= begin + total <= parent[2]:
				parent = next(parents)
			stack = parent[0] + (names[int(name)],)
			check(stack not in found and 0 <= own <= total, "%r is there twice, or has %r of %r" % (stack, own, total))
			found[stack] = [own, total]
			at = begin + total
			here.append((stack, begin, at))
		above = here
	return found
