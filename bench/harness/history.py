# SPDX-License-Identifier: MIT
"""What history costs: a store that takes slices in and answers about a year (bench_store.c), a file and ClickHouse beside
each other with the same data, and a collector with 500 daemons, which one server here plays."""
import asyncio
import multiprocessing
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

from . import meter, place
from .stream import Machine
from .table import Figure, Table

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "tests", "support"))
import clickhouse  # noqa: E402

DAEMONS, SERVICES, STACKS = 500, 10, 100
SLICE, WARM, WINDOW = 10, 45, 60
PUT_GOAL, BYTES_GOAL, ASK_GOAL_MS = 5000, 6, 300
COUNTS_GOAL, SIX_HOURS_GOAL_MS, RSS_GOAL_MIB = 500000, 200, 128

STORE_NOTE = """bench_store: 100 hosts with 50 services each (5 000 series), 100 stacks of 25 frames in every slice, put
into an SQLite store by one process, a transaction for all hosts of a slot; then a year of 50 services on 10 hosts, of
which two hours were taken in and rolled up and the rest is copied along time. A question is opening the store, loading
and the tree, in one process, files in the page cache."""
PLACES_NOTE = """bench_store --place: one service on 50 hosts for 6 hours, slices of 100 stacks of 400, 10.8 million stack
counts, taken in by one process and rolled up; its hours are copied along time to 30 days. Medians of 7. ClickHouse is one server on the
same machine (max_threads 2), asked over HTTP; bytes are what it has on disk after merging so far."""
COLLECT_NOTE = """`scrape collect` with slices of 10 s and %d daemons, each with %d services of %d stacks a slice: %d
series, over HTTP on loopback. CPU of all its processes in %% of one CPU, the memory of each added up, slices in the store of
those that were due.""" % (DAEMONS, SERVICES, STACKS, DAEMONS * SERVICES)


def store(bench):
	program = os.path.join(os.path.dirname(bench.history), "bench_store")
	table = Table("store: taking in, size, questions", STORE_NOTE, ["what", "figure", "unit"])
	if not os.access(program, os.X_OK):
		place.say("store: skipped, bench_store is not built")
		return [table]
	bench.progress("store")
	with tempfile.TemporaryDirectory(prefix="scrape-bench.") as folder:
		text = subprocess.run([program, folder] + (["--days", "30"] if bench.quick else []), stdout=subprocess.PIPE, check=True).stdout.decode()
	put = [float(one) for one in re.findall(r"^put: slices of 100 stacks a second: (\d+)", text, re.M)]
	table.add("slices of 100 stacks taken in", Figure(put, PUT_GOAL, at_least=True, digits=0), "a second")
	for what, value in re.findall(r"^tier 0: ([\d.]+) bytes (a \(stack, looks, CPU\)) in rows", text, re.M):
		table.add("bytes %s on disk" % value, Figure([float(what)], BYTES_GOAL, digits=2), "bytes")
	for megabytes in re.findall(r"^a year: ([\d.]+) MB", text, re.M):
		table.add("the file of a year", Figure([float(megabytes)], digits=0), "MB")
	who = ""
	for line in text.splitlines():
		asked = re.match(r"ask (.*\S) +([\d.]+) ms \(([\d.]+) to ([\d.]+)\), (\d+) nodes", line)
		if line.endswith(" on 10 hosts:"):
			who = line[:-1]
		elif asked:
			table.add("%s, %s" % (asked[1], who), Figure([float(one) for one in asked.groups()[2:3] + asked.groups()[1:2] + asked.groups()[3:4]],
				ASK_GOAL_MS), "ms")
	return [table]


def places(bench):
	"""The same data in a file and in ClickHouse."""
	program = os.path.join(os.path.dirname(bench.history), "bench_store")
	table = Table("stores beside each other", PLACES_NOTE, ["what", "file", "ClickHouse", "unit"])
	if not os.access(program, os.X_OK) or clickhouse.missing():
		place.say("stores beside each other: skipped, there is no %s" % (clickhouse.missing() or program))
		return [table]
	bench.progress("stores beside each other")
	texts = []
	with tempfile.TemporaryDirectory(prefix="scrape-bench.") as folder, clickhouse.Cluster(shards=0) as cluster:
		for where in (os.path.join(folder, "history.db"), "clickhouse://%s/bench" % cluster.hosts):
			texts.append(subprocess.run([program, "--place", where], stdout=subprocess.PIPE, check=True).stdout.decode())
	put, *asked = r"put: stack counts a second: (\d+)", "5 min, 50 hosts", "6 h, 50 hosts", "30 d, 50 hosts"

	def row(what, pattern, unit, goal=None, **more):
		figures = [Figure([float(one) for one in re.findall(pattern, text)[-1:]], goal, **more) for text in texts]
		table.add(what, *figures, unit)
	row("stack counts taken in", put, "a second", COUNTS_GOAL, at_least=True, digits=0)
	for what in asked:
		row(what, r"ask %s +([\d.]+) ms" % what, "ms", SIX_HOURS_GOAL_MS if what.startswith("6 h") else None)
	row("bytes a stack count, slices", r"tier 0: ([\d.]+) bytes a stack count", "bytes", digits=2)
	for tier, what in enumerate(("a thread in a slice", "a process in a minute", "a service on a host in an hour", "a service in a day")):
		row("bytes of " + what, r"tier %d: \d+ rows, (\d+) bytes each" % tier, "bytes", digits=0)
	return [table]


def serve(ready):
	"""500 daemons: /N/api/v1/stream of each has the slices that have closed since the server began."""
	machine = Machine(SERVICES, STACKS)
	began = int(time.time()) // SLICE - 2
	instance = "%032x" % began
	bodies = {}

	def body(number):
		if number not in bodies:
			bodies.clear()  # all ask for the newest
			bodies[number] = machine.slice(number, (began + number) * SLICE, SLICE)
		return bodies[number]

	async def answer(reader, writer):
		try:
			head = (await reader.readuntil(b"\r\n\r\n")).decode()
			found = re.search(r"since=[0-9a-f]+:(\d+)", head)
			closed = int(time.time()) // SLICE - began
			since = int(found[1]) if found else closed - 1
			data = b"".join(body(number) for number in range(since, closed))
			writer.write(("HTTP/1.1 200 OK\r\nX-Scrape-Since: %s:%d\r\nX-Scrape-Next: %s:%d\r\nContent-Type: application/octet-stream\r\n"
				"Content-Length: %d\r\nConnection: close\r\n\r\n" % (instance, since, instance, max(closed, since), len(data))).encode() + data)
			await writer.drain()
			writer.close()
		except (ConnectionError, asyncio.IncompleteReadError):
			pass

	async def run():
		server = await asyncio.start_server(answer, "127.0.0.1", 0, backlog=1024)
		ready.send(server.sockets[0].getsockname()[1])
		await server.serve_forever()
	asyncio.run(run())


def cpu_and_rss(pid):
	"""Seconds and MiB of the process and all below it."""
	pids = meter.descendants(pid)
	rss = sum(int(kib) for one in pids for kib in re.findall(r"VmRSS:\s+(\d+) kB", place.read("/proc/%d/status" % one)))
	return sum(meter.cpu_ns(one) for one in pids) / 1e9, rss / 1024


def cpu_s(pid):
	"""Also of threads that have ended, of which a server has many."""
	fields = place.read("/proc/%d/stat" % pid).rpartition(")")[2].split()
	return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK") if fields else 0


def metric(port, name):
	with urllib.request.urlopen("http://127.0.0.1:%d/metrics" % port, timeout=30) as answer:
		text = answer.read().decode()
	return sum(map(float, re.findall(r"^%s(?:\{.*\})? (\S+)$" % name, text, re.M)))


def run_collector(bench, port, folder, words, database=None):
	"""A row of figures. database: its process."""
	with socket.create_server(("127.0.0.1", 0)) as free:
		own = free.getsockname()[1]
	hosts = os.path.join(folder, "hosts")
	with open(hosts, "w", encoding="utf-8") as file:
		file.writelines("h%d=http://127.0.0.1:%d/%d\n" % (n, port, n) for n in range(DAEMONS))
	with subprocess.Popen([bench.scrape, "collect", "-q", "--config", "/dev/null", "--listen", "127.0.0.1:%d" % own, "--hosts-file", hosts] +
			words, stdin=subprocess.DEVNULL) as process:
		try:
			time.sleep(WARM if not bench.quick else 25)
			begin, before, at = cpu_and_rss(process.pid)[0], metric(own, "scrape_collect_slices_total"), time.monotonic()
			rss, queued, theirs = [], [], cpu_s(database) if database else 0
			while time.monotonic() < at + (WINDOW if not bench.quick else 20):
				time.sleep(2)
				rss.append(cpu_and_rss(process.pid)[1])
				queued.append((metric(own, "scrape_store_queued_bytes") + metric(own, "scrape_outbox_bytes")) / (1 << 20))
			seconds = time.monotonic() - at
			used, stored = cpu_and_rss(process.pid)[0] - begin, metric(own, "scrape_collect_slices_total") - before
			size = metric(own, "scrape_store_bytes") / (1 << 20)
			load = Figure([100 * (cpu_s(database) - theirs) / seconds]) if database else "-"
		finally:
			process.terminate()
	return (Figure([100 * used / seconds]), load, Figure(rss, RSS_GOAL_MIB, digits=0), Figure(queued),
		Figure([100 * stored * SLICE / (DAEMONS * seconds)], digits=0), Figure([size], digits=0))


def collect(bench):
	table = Table("collect: 500 daemons", COLLECT_NOTE, ["store", "CPU %", "CPU % of the server", "memory MiB", "MiB waiting", "slices stored %", "store MiB"])
	if not bench.scrape:
		return [table]
	bench.progress("collect")
	ours, theirs = multiprocessing.Pipe()
	server = multiprocessing.Process(target=serve, args=(theirs,), daemon=True)
	server.start()
	port = ours.recv()
	with tempfile.TemporaryDirectory(prefix="scrape-bench.") as folder:
		table.add("file", *run_collector(bench, port, folder, ["--store", os.path.join(folder, "history.db")]))
	if clickhouse.missing():
		place.say("collect: no ClickHouse: there is no %s" % clickhouse.missing())
	else:
		with tempfile.TemporaryDirectory(prefix="scrape-bench.") as folder, clickhouse.Cluster(shards=0) as cluster:
			database = "clickhouse://%s/bench" % cluster.hosts
			subprocess.run([bench.scrape, "store", "init", "--store", database], stdout=subprocess.DEVNULL, check=True)
			table.add("ClickHouse", *run_collector(bench, port, folder, ["--store", database, "--outbox", os.path.join(folder, "outbox")],
				cluster.nodes[0].child.pid))
	server.terminate()
	return [table]
