# SPDX-License-Identifier: MIT
"""Live tests of targets that lie: their memory is overwritten with garbage and circles while they sleep in the kernel,
never to wake. scrape must neither crash nor hang nor print without end."""
import os
import subprocess
import sys
import time

import lib
from inputs import FAILURE, refused
from lib import Skip, check, scrape, scrape_command


def writable(pid, want):
	"""[(start, end), ...] of the private writable mappings: of files and bss ("runtime") or the anonymous rest."""
	found, last_file = [], False
	with open("/proc/%d/maps" % pid) as file:
		for line in file:
			fields = line.split(None, 5)
			name = fields[5].strip() if len(fields) > 5 else ""
			of_file = name.startswith("/") or not name and last_file
			last_file = name.startswith("/")
			runtime = of_file and ("python" in name or not name)
			wanted = runtime == (want == "runtime") and not name.startswith("[stack") and "libc" not in name
			if fields[1] == "rw-p" and wanted:
				found.append(tuple(int(part, 16) for part in fields[0].split("-")))
	return found


def fill(pid, want, pattern):
	"""Overwrites memory of a victim that sleeps in the kernel and never wakes: a target that lies."""
	with open("/proc/%d/mem" % pid, "r+b", buffering=0) as memory:
		for start, end in writable(pid, want):
			for at in range(start, min(end, start + (64 << 20)), 1 << 20):
				size = min(1 << 20, end - at)
				memory.seek(at)
				memory.write(pattern(at, size))


def to_itself(at, size):
	"""Every word points to its own page's beginning: whatever list is followed, it is a circle."""
	return b"".join((at + page).to_bytes(8, sys.byteorder) * 512 for page in range(0, size, 4096))[:size]


PATTERNS = {
	"ones": lambda at, size: b"\xff" * size,
	"zeros": lambda at, size: bytes(size),
	"noise": lambda at, size: os.urandom(size),
	"circles": to_itself,
	"high": lambda at, size: (0x7fffffffffff000).to_bytes(8, sys.byteorder) * (size // 8),
}


def lying(interpreter, want, names):
	if os.geteuid() != 0:
		raise Skip("needs root to write into the victim's memory")
	for name in names:
		with interpreter.start("victims/known.py") as victim:
			victim.settle()
			fill(victim.pid, want, PATTERNS[name])
			recording = ("-p", victim.pid, "-d", "500ms", "--mode", "wall", "-f", "folded")
			for words in (("dump", "-p", victim.pid, "-l"), recording):
				result = scrape(*words)
				check(result.code in (0, FAILURE), "%s of the %s: %r" % (name, want, result))
				check(len(result.out) < 16 << 20, "%s of the %s: %d bytes" % (name, want, len(result.out)))
				if result.code:
					refused(result, FAILURE, "python", "memory", "runtime", "thread", "no look")


def test_runtime_of_zeros(interpreter):
	"""It looks like one that is not initialised yet, and is waited for."""
	lying(interpreter, "runtime", ["zeros"])


def test_lying_runtime(interpreter):
	"""Garbage and circles in the runtime's own data. No crash, no hang, and never more than the limits allow."""
	lying(interpreter, "runtime", [name for name in PATTERNS if name != "zeros"])


def test_lying_heap(interpreter):
	"""The same in the heap under a sound runtime."""
	lying(interpreter, "heap", PATTERNS)


def test_memory_that_begins_to_lie(interpreter):
	"""The same, but in the middle of a recording."""
	if os.geteuid() != 0:
		raise Skip("needs root to write into the victim's memory")
	for want in ("runtime", "heap"):
		for name in ("circles", "noise"):
			with interpreter.start("victims/known.py") as victim:
				victim.settle()
				command = scrape_command("-p", victim.pid, "-d", 3, "-r", 200, "--mode", "wall", "-f", "folded")
				process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
					start_new_session=True)
				try:
					time.sleep(1.2)
					fill(victim.pid, want, PATTERNS[name])
					out, err = process.communicate(timeout=lib.TIMEOUT)
				finally:
					process.kill()
					process.wait()
			code = process.returncode
			check(code in (0, FAILURE), "%s of the %s: exit %d, %r" % (name, want, code, err[:500]))
			if code == 0:
				check(b"leaf" in out, "what was seen before is lost: %r" % out[:300])
			lib.leftover(process.pid)
