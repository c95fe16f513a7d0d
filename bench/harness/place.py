# SPDX-License-Identifier: MIT
"""Where things are: interpreters, peers, the machine. Nothing here measures."""
import datetime
import os
import platform
import re
import subprocess
import sys
from typing import NamedTuple, Optional

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
VENV = os.path.join(TOP, "build", "venv")
TARGETS = os.path.join(TOP, "bench", "targets")
TRUTH = os.path.join(TOP, "tests", "live", "truth.d")
PEERS = ["py-spy", "austin-dist"]


class Interpreter(NamedTuple):
	version: str
	path: str
	root: Optional[str]

	@property
	def minor(self):
		return int(self.version.split(".")[1])


def say(text):
	print("bench: " + text, file=sys.stderr, flush=True)


def read(path):
	"""The whole file; nothing when it has gone, as files of processes do."""
	try:
		with open(path, encoding="utf-8", errors="replace") as file:
			return file.read()
	except OSError:
		return ""


def output(*argv):
	try:
		done = subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60)
	except (OSError, subprocess.TimeoutExpired):
		return ""
	return done.stdout.decode("utf-8", "replace").strip() if done.returncode == 0 else ""


def parse_interpreters(text):
	"""Lines as tests/support/pythons prints them: "3.14 /usr/bin/python3.14 root=/there"."""
	found = {}
	for line in text.splitlines():
		match = re.fullmatch(r"(3\.\d+) (/.*?)(?: root=(/.*))?", line)
		if match and (match.group(1) not in found or (found[match.group(1)].root and not match.group(3))):
			found[match.group(1)] = Interpreter(*match.groups())
	return found


def interpreters():
	"""One interpreter for each version, {"3.12": Interpreter}; one that needs no chroot is preferred."""
	script = os.path.join(TOP, "tests", "support", "pythons")
	return parse_interpreters(subprocess.run([script], stdout=subprocess.PIPE, check=False).stdout.decode())


def peer(name):
	"""The path of a peer's program in build/venv, which is made at the first call; None when it cannot be had."""
	path = os.path.join(VENV, "bin", name)
	if not os.path.exists(VENV):
		say("fetching %s with pip into build/venv" % " ".join(PEERS))
		subprocess.run([sys.executable, "-m", "venv", VENV], stdout=sys.stderr)
		subprocess.run([os.path.join(VENV, "bin", "pip"), "-q", "install"] + PEERS, stdout=sys.stderr)
	return path if os.path.exists(path) else None


def loader(root):
	"""The argv in front of a program that needs a newer glibc than ours: the loader and the libraries of a root."""
	for where in "lib64", "usr/lib64":
		path = os.path.join(root, where, "ld-linux-x86-64.so.2")
		if os.path.exists(path):
			return [path, "--library-path", os.path.join(root, "usr/lib/x86_64-linux-gnu")]
	return None


def cpu_model():
	fields = dict(re.findall(r"^([\w ]+?)\s*: (.*)$", read("/proc/cpuinfo").split("\n\n")[0], re.M))
	name = fields.get("model name", platform.machine())
	return "%s (family %s, model %s)" % (name, fields.get("cpu family", "?"), fields.get("model", "?"))


def machine(scrape, pythons):
	"""What a reader needs to judge the figures; no name of the machine, no path."""
	flags = read("/proc/cpuinfo")
	memory = int(re.search(r"MemTotal:\s+(\d+)", read("/proc/meminfo")).group(1))
	pip = output(os.path.join(VENV, "bin", "pip"), "list", "--format=freeze")
	exact = ["%s (%s)" % (one.version, "chroot" if one.root else "local") for one in pythons.values()]
	commit = output("git", "-C", TOP, "describe", "--always", "--dirty")
	return [
		("taken", datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC")),
		("scrape", "%s, commit %s" % (output(scrape, "-V") if scrape else "not built", commit or "unknown")),
		("kernel", "%s %s" % (platform.release().split("-")[0], platform.machine())),
		("CPU", "%s, %d in use%s, %d MiB" % (cpu_model(), len(os.sched_getaffinity(0)),
			", a virtual machine" if " hypervisor" in flags else "", memory >> 10)),
		("load before", "%.2f %.2f %.2f" % os.getloadavg()),
		("CPython", ", ".join(exact)),
		("peers", ", ".join(line for line in pip.splitlines() if line.split("==")[0] in PEERS) or "none"),
	]
