# SPDX-License-Identifier: MIT
"""Programs whose files lie about themselves, under a daemon that looks at others too: it goes on, the others lose
nothing, and what hurts is not asked again and again."""
import contextlib
import functools
import os
import random
import re
import shutil
import struct
import tempfile
import time
import zlib

import lib
from daemon import Daemon, children, until
from lib import check, equal
from natives import Built, build, need, run, start

MUTANTS = 4000
RATE = 400       # looks per second, and files too
RUNNING = 24     # of these, that run
BOMB = 1 << 30   # bytes, twice what the child that reads files may have
LEAST = 0.99     # of its looks that the other one keeps
QUIET_S = 120    # until all files are through
SHT_SYMTAB, SHT_NOBITS, SHF_ALLOC, SHF_COMPRESSED = 2, 8, 2, 0x800


class Elf:
	"""The 64-bit little-endian sections of a file, to be changed in place."""

	def __init__(self, path):
		self.path = path
		with open(path, "rb") as file:
			self.bytes = bytearray(file.read())
		self.at, = struct.unpack_from("<Q", self.bytes, 0x28)
		self.n, strings = struct.unpack_from("<HH", self.bytes, 0x3c)
		names = self.section(strings)
		self.by_name = {}
		for i in range(self.n):
			name, = struct.unpack_from("<I", self.bytes, self.at + 64 * i)
			begin = names["offset"] + name
			self.by_name[bytes(self.bytes[begin:self.bytes.index(0, begin)]).decode()] = i

	def section(self, i):
		fields = struct.unpack_from("<IIQQQQ", self.bytes, self.at + 64 * i)
		return dict(zip(("name", "type", "flags", "addr", "offset", "size"), fields))

	def change(self, name, offset, size, flags=0):
		i = self.by_name[name]
		at = self.at + 64 * i
		struct.pack_into("<Q", self.bytes, at + 8, self.section(i)["flags"] | flags)
		struct.pack_into("<QQ", self.bytes, at + 24, offset, size)

	def write(self):
		with open(self.path, "wb") as file:
			file.write(self.bytes)


def debug_of(path):
	return os.path.join(os.path.dirname(path), ".debug", os.path.basename(path) + ".debug")


def with_debug(folder, name):
	"""A program whose names and lines lie in a file of their own, which is to be replaced."""
	os.makedirs(os.path.join(folder, ".debug"), exist_ok=True)
	path = os.path.join(folder, name)
	run(need("gcc"), "-O2", "-g", "-gz=none", os.path.join(os.path.dirname(__file__), "native.d", "victim.c"), "-o", path,
		"-lpthread", "-Wl,--build-id=none")
	run(need("objcopy"), "--only-keep-debug", path, debug_of(path))
	run(need("strip"), path)
	run("objcopy", "--add-gnu-debuglink=" + debug_of(path), path)
	return path


def fifo(path):
	os.remove(debug_of(path))
	os.mkfifo(debug_of(path))


def device(path):
	os.remove(debug_of(path))
	os.symlink("/dev/zero", debug_of(path))


def truncated(path):
	os.truncate(debug_of(path), os.path.getsize(debug_of(path)) * 2 // 3)


def huge(path):
	"""2 GiB, nearly all of it the hole that a section claims as its own."""
	elf = Elf(debug_of(path))
	elf.change(".debug_info", len(elf.bytes), (2 << 30) - len(elf.bytes))
	elf.write()
	os.truncate(debug_of(path), 2 << 30)


@functools.lru_cache
def packed_zeros():
	packer = zlib.compressobj(1)
	return b"".join([packer.compress(bytes(1 << 24)) for _ in range(BOMB >> 24)] + [packer.flush()])


def bomb(path, claim=BOMB):
	"""A section of 1 GiB of zeros, or of so much as it says, packed into 1 MiB."""
	data = struct.pack("<IIQQ", 1, 0, claim, 1) + packed_zeros()
	elf = Elf(debug_of(path))
	elf.change(".debug_info", len(elf.bytes), len(data), SHF_COMPRESSED)
	elf.bytes += data
	elf.write()


def liar(path):
	"""Says that it unpacks to nearly nothing."""
	bomb(path, 64)


def circle(path):
	"""A debug file that is the program itself, and so has a link to itself."""
	os.remove(debug_of(path))
	shutil.copy(path, debug_of(path))


HURTS = (fifo, device, truncated, huge, bomb, liar, circle)


def mutant(dice, original, first):
	"""The file with up to 16 bytes changed, from `first` on or in its first KiB of headers."""
	copy = bytearray(original)
	for _ in range(dice.randint(1, 16)):
		copy[dice.randrange(first, len(copy))] = dice.choice((0, 1, 0x7f, 0x80, 0xff, dice.randrange(256)))
	return copy


def loaded_end(path):
	"""Where what the loader reads of a file ends: behind it a program may be broken and run."""
	elf = Elf(path)
	return max(one["offset"] + one["size"] for one in map(elf.section, range(elf.n))
		if one["flags"] & SHF_ALLOC and one["type"] != SHT_NOBITS)


def make_mutants(folder):
	"""Programs that run in spite of it, and a directory of others that are only mapped."""
	dice = random.Random(20261127)
	source = os.path.join(folder, "small.c")
	with open(source, "w", encoding="utf-8") as file:
		file.write("int twice(int x) { return x + x; }\nint main(int n, char **v) { (void)v; return twice(n); }\n")
	small = os.path.join(folder, "small")
	run(need("gcc"), "-O1", "-g", source, "-o", small)
	with open(small, "rb") as file:
		original = file.read()
	only_mapped = os.path.join(folder, "mutants")
	os.mkdir(only_mapped)
	for i in range(MUTANTS):
		with open(os.path.join(only_mapped, "mutant-%d" % i), "wb") as file:
			file.write(mutant(dice, original, dice.choice((0, 0, 64, 1024, loaded_end(small)))))
	running = []
	with open(build("O2"), "rb") as file:
		original = file.read()
	for i in range(RUNNING):
		path = os.path.join(folder, "running-%d" % i)
		with open(path, "wb") as file:
			file.write(mutant(dice, original, loaded_end(build("O2"))))
		os.chmod(path, 0o755)
		running.append(path)
	return running, only_mapped


def cpu_of_family(pid):
	"""Ticks of CPU time of a process and its children, those that ended too."""
	total = 0
	for one in [pid] + children(pid):
		try:
			with open("/proc/%d/stat" % one) as file:
				total += sum(int(word) for word in file.read().rpartition(")")[2].split()[11:15])
		except (FileNotFoundError, ProcessLookupError):
			continue
	return total


def wait_calm(pid):
	"""Until a process's children that read files have nothing to do: less than 2 % of a CPU for three seconds."""
	deadline, before, since = time.monotonic() + QUIET_S, None, time.monotonic()
	while time.monotonic() < deadline:
		time.sleep(0.5)
		now = sum(cpu_of_family(child) for child in children(pid))
		if before is None or now - before > 1:
			since = time.monotonic()
		if time.monotonic() - since > 3:
			return
		before = now
	raise lib.Failure("files are still being read after %d s" % QUIET_S)


def test_sleeper_with_new_files(_interpreter):
	"""It sleeps since before its files have been read, and never wakes: its stack is whole once they have been."""
	folder = tempfile.mkdtemp(dir=os.path.dirname(Built.path("sleeper")))
	path = os.path.join(folder, "sleeper")
	with start(build("O2"), "halves") as good, Daemon("--native", "-p", good.pid, "-P", "^" + re.escape(path)) as daemon:
		daemon.wait_target(good.pid)
		daemon.wait_slices(1)
		shutil.copy(build("O2"), path)
		with open(path, "ab") as file:
			file.write(b"another file")
		with start(path, "parked", 5) as victim:
			daemon.wait_target(victim.pid)
			begin = daemon.wait_slices(3)
			end = daemon.wait_slices(2)
			where = "/api/v1/profile?mode=wall&format=folded&pid=%d&from=%d&until=%d" % (victim.pid, begin, end)
			stacks = lib.parse_folded(daemon.ok(where).body.decode())
			check(stacks and all(stack[0][0] == "_start" for stack, _ in stacks), "stacks: %s" % stacks)


def test_hostile_files(_interpreter):
	folder = tempfile.mkdtemp(dir=os.path.dirname(Built.path("hostile")))
	paths = []
	for hurt in HURTS:
		paths.append(with_debug(folder, hurt.__name__))
		hurt(paths[-1])
	running, only_mapped = make_mutants(folder)
	with contextlib.ExitStack() as stack:
		good = stack.enter_context(start(build("O2"), "halves"))
		hostile = [stack.enter_context(start(path, "parked", 5)) for path in paths + running]
		hostile.append(stack.enter_context(start(build("no_debug"), "mapped", only_mapped)))
		daemon = stack.enter_context(Daemon("--native", "-r", RATE, "-p", good.pid,
			*[word for victim in hostile for word in ("-p", victim.pid)]))
		for victim in [good] + hostile:
			daemon.wait_target(victim.pid, 20)
		begin = daemon.wait_slices(1)
		sampler = daemon.processes()[1][0]
		until(lambda: len(os.listdir("/proc/%d/fd" % sampler)) > MUTANTS // 2, QUIET_S, "most files are known")
		wait_calm(sampler)
		end = daemon.wait_slices(1)
		equal(daemon.processes()[1][0], sampler, "the sampler")
		equal(daemon.metrics()["scrape_samplers_replaced_total"], 0, "samplers replaced")
		meta = daemon.json("/api/v1/profile?mode=wall&pid=%d&from=%d&until=%d" % (good.pid, begin, end))["meta"]
		lost = sum(meta["lost"].values())
		due = (end - begin) * meta["rate_asked"]
		print("  hostile files: %d in %d s; the other one kept %d of %d looks" % (len(paths) + len(running) + MUTANTS,
			end - begin, meta["looks"], meta["looks"] + lost), flush=True)
		check(meta["looks"] >= LEAST * due and lost <= (1 - LEAST) * due, "looks %d, lost %s, due %d" % (meta["looks"],
			meta["lost"], due))
		for victim in hostile:
			check(victim.process.poll() is None, "a victim died: %s" % victim.last_words())
			found = daemon.json("/api/v1/profile?mode=wall&merge=function&pid=%d&from=%d&until=%d" % (victim.pid, begin, end))
			check(found["total"][0] > 0, "nothing of %s" % victim.pid)
		with open("/proc/%d/status" % sampler) as file:
			resident = int(next(line.split()[1] for line in file if line.startswith("VmRSS")))
		check(resident < 128 * 1024, "the sampler takes %d KiB" % resident)
		until(lambda: daemon.get("/healthz").status == 200, 2, "the daemon answers")
