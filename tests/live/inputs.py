# SPDX-License-Identifier: MIT
"""Live tests of bad input: one sentence on stderr, the right exit code, never a hang. One interpreter is enough."""
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import lib
from lib import Skip, check, equal, parse_folded, process_state, scrape, scrape_command

PTRACE_SEIZE = 0x4206
USAGE, FAILURE = 2, 1
NOBODY = {"user": 65534, "group": 65534, "extra_groups": [], "cwd": "/"}


def refused(result, code, *words):
	"""The code, nothing on stdout, and on stderr one line in which one of the words stands."""
	equal(result.code, code, "exit code (%r)" % result)
	equal(result.out, "", "stdout of a refusal")
	lines = [line for line in result.err.splitlines() if line.strip() and "waiting for it" not in line]
	equal(len(lines), 1, "lines on stderr: %r" % result.err)
	check(15 <= len(lines[0]) <= 300, "not a sentence of sensible length: %r" % lines[0])
	check(any(word.lower() in lines[0].lower() for word in words), "%r says none of %s" % (lines[0], words))
	return lines[0]


@contextlib.contextmanager
def started(*command, **more):
	process = subprocess.Popen(command, stdin=subprocess.DEVNULL, preexec_fn=lib.die_with_runner, **more)
	try:
		yield process
	finally:
		process.kill()
		process.wait()


def both(pid, code, *words):
	"""The same sentence from a recording and from a dump."""
	refused(scrape("-p", pid, "-d", 1), code, *words)
	refused(scrape("dump", "-p", pid), code, *words)


def test_no_such_process(interpreter):
	with started("sleep", "60") as process:
		pass
	sentence = refused(scrape("-p", process.pid, "-d", 1), FAILURE, "no such process", "no process", "not exist")
	check(str(process.pid) in sentence, "the sentence does not name the pid: %s" % sentence)
	both(process.pid, FAILURE, "process")


def test_not_a_pid(interpreter):
	for text in ("abc", "-5", "0", "12x", "", "99999999999999999999"):
		refused(scrape("-p", text, "-d", 1), USAGE, "pid", "process")
	refused(scrape("-p", "4194305", "-d", 1), FAILURE, "pid", "process")


def test_not_python(interpreter):
	with started("sleep", "60") as process:
		time.sleep(0.2)
		for words in (("-d", 1, "--mode", "wall"), ("dump",)):
			result = scrape(*words, "-p", process.pid)
			check(result.code == 0 and "nanosleep" in result.out, "its native stack: %r" % result)


def test_own_pid(interpreter):
	"""A shell that becomes scrape knows the pid beforehand."""
	result = lib.run_to_end(["sh", "-c", 'exec "$0" -p $$ -d 1', lib.SCRAPE])
	refused(result, FAILURE, "itself", "own", "scrape")


def test_kernel_thread(interpreter):
	try:
		with open("/proc/2/status") as file:
			is_kernel = "Kthread:\t1" in file.read() or not os.path.exists("/proc/2/exe")
	except FileNotFoundError:
		is_kernel = False
	if not is_kernel:
		raise Skip("pid 2 is no kernel thread in this pid namespace")
	both(2, FAILURE, "kernel")


def test_zombie(interpreter):
	process = subprocess.Popen(["true"])
	try:
		for _ in range(100):
			if process_state(process.pid) == "Z":
				break
			time.sleep(0.02)
		both(process.pid, FAILURE, "zombie", "ended", "exited")
	finally:
		process.wait()


def test_stopped(interpreter):
	"""A stopped process can be read; it is said that it is stopped, and it stays so."""
	with interpreter.start("victims/exits.py", 60, 0) as victim:
		time.sleep(0.3)
		os.kill(victim.pid, signal.SIGSTOP)
		time.sleep(0.2)
		dump = scrape("dump", "-p", victim.pid)
		check(dump.code == 0 and "spin" in dump.out, repr(dump))
		result = scrape("-p", victim.pid, "-d", 1, "--mode", "wall", "-f", "folded")
		check("stopped" in result.err, "nothing is said about the stop: %r" % result)
		check(result.code == 0 and "spin" in result.out, repr(result))
		equal(process_state(victim.pid), "T", "state of the stopped victim afterwards")


@contextlib.contextmanager
def traced(pid):
	"""A process of ours holds the target by ptrace, from its only thread, until the end of the block."""
	script = ("import ctypes, sys, time; l = ctypes.CDLL(None, use_errno=True);"
		"l.ptrace.argtypes = [ctypes.c_long] * 4; r = l.ptrace(%d, %d, 0, 0);"
		"print('held' if r == 0 else ctypes.get_errno(), flush=True); time.sleep(60)" % (PTRACE_SEIZE, pid))
	with started(sys.executable, "-c", script, stdout=subprocess.PIPE) as process:
		said = process.stdout.readline().decode().strip()
		process.stdout.close()
		if said != "held":
			raise Skip("ptrace is not permitted here: errno %s" % said)
		yield process.pid


def test_traced_by_another(interpreter):
	"""Who does not stop the target does not mind; --exact cannot, and names the tracer."""
	with interpreter.start("victims/exits.py", 60, 0) as victim, traced(victim.pid) as tracer:
		result = scrape("-p", victim.pid, "-d", 1, "-f", "folded")
		check(result.code == 0 and "spin" in result.out, repr(result))
		sentence = refused(scrape("-p", victim.pid, "-d", 1, "--exact"), FAILURE, "traced")
		check(str(tracer) in sentence, "the tracer %d is not named: %s" % (tracer, sentence))


def test_exact_under_seccomp(interpreter):
	with interpreter.start("victims/filtered.py") as victim:
		plainly = scrape("-p", victim.pid, "-d", 1, "--exact")
		check(plainly.code == FAILURE and plainly.out == "" and "seccomp" in plainly.err, repr(plainly))
		forced = scrape("-p", victim.pid, "-d", 1, "--exact=force", "-f", "folded")
		check(forced.code == 0 and "spin" in forced.out and "restart_syscall" in forced.err, repr(forced))
		plain = scrape("-p", victim.pid, "-d", 1, "-f", "folded")
		check(plain.code == 0 and "spin" in plain.out, repr(plain))
		check(victim.process.poll() is None, "the victim died of it")


def test_no_permission(interpreter):
	"""As nobody: the sentence names the capability or the setting that would help."""
	if os.geteuid() != 0:
		raise Skip("only root can become somebody else")
	with tempfile.TemporaryDirectory(prefix="scrape-live.") as folder, interpreter.start("victims/known.py") as victim:
		os.chmod(folder, 0o755)
		copy = shutil.copy(lib.SCRAPE, folder)
		for words in (["-p", str(victim.pid), "-d", "1"], ["dump", "-p", str(victim.pid)]):
			refused(lib.run_to_end([copy] + words, **NOBODY), FAILURE, "CAP_SYS_PTRACE", "ptrace_scope")


def test_own_user_needs_no_rights(interpreter):
	"""An ordinary user and his own process: the case that must simply work (where Yama does not forbid it)."""
	if os.geteuid() != 0:
		raise Skip("the tests run as an ordinary user already")
	with contextlib.suppress(FileNotFoundError), open("/proc/sys/kernel/yama/ptrace_scope") as file:
		if file.read().strip() != "0":
			raise Skip("kernel.yama.ptrace_scope is not 0")
	with tempfile.TemporaryDirectory(prefix="scrape-live.") as folder:
		os.chmod(folder, 0o755)
		copy = shutil.copy(lib.SCRAPE, folder)
		python = shutil.which("python3", path="/usr/bin:/usr/local/bin")
		if not python:
			raise Skip("there is no python3 that everybody can run")
		script = shutil.copytree(os.path.join(lib.HERE, "victims"), os.path.join(folder, "victims")) + "/exits.py"
		with started(python, script, "60", "0", stdout=subprocess.PIPE, **NOBODY) as process:
			process.stdout.readline()
			result = lib.run_to_end([copy, "-p", str(process.pid), "-d", "1", "-f", "folded"], **NOBODY)
			process.stdout.close()
	check(result.code == 0 and "spin" in result.out, "as nobody: %r" % result)


def test_bad_rates(interpreter):
	with interpreter.start("victims/known.py") as victim:
		for text in ("0", "2mhz", "1000001", "-1", "abc", "", "10x", "nan", "1e99"):
			refused(scrape("-p", victim.pid, "-d", 1, "-r", text), USAGE, "rate")
		for text in ("1khz", "0.5", "max"):
			result = scrape("-p", victim.pid, "-d", "300ms", "-r", text, "--mode", "wall", "-f", "folded")
			check(result.code in (0, FAILURE if text == "0.5" else 0), "-r %s: %r" % (text, result))


def test_bad_durations(interpreter):
	with interpreter.start("victims/known.py") as victim:
		for text in ("0", "-1", "abc", "", "10parsecs", "nan"):
			refused(scrape("-p", victim.pid, "-d", text), USAGE, "duration")


def test_bad_usage(interpreter):
	refused(scrape("--no-such-option"), USAGE, "option")
	refused(scrape("no-such-command"), USAGE, "command", "no-such-command")
	with interpreter.start("victims/known.py") as victim:
		refused(scrape("-p", victim.pid, "--mode", "banana"), USAGE, "mode")
		refused(scrape("-p", victim.pid, "-f", "banana"), USAGE, "format")
		refused(scrape("-p", victim.pid, "-o", "/tmp/scrape-live.banana"), USAGE, "banana", "suffix", "format")
		check(not os.path.exists("/tmp/scrape-live.banana"), "a file was written all the same")
	result = scrape()
	check(result.code == USAGE and result.out == "" and "scrape" in result.err, "no words at all: %r" % result)


def test_help_and_version(interpreter):
	for words in (("-h",), ("--help",), ("-V",), ("--version",)):
		result = scrape(*words)
		check(result.code == 0 and result.err == "" and "scrape" in result.out, repr(result))


def test_unwritable_output(interpreter):
	"""Said at once, not after the twenty seconds."""
	with tempfile.TemporaryDirectory(prefix="scrape-live.") as folder, interpreter.start("victims/known.py") as victim:
		os.mkdir(os.path.join(folder, "folder.svg"))
		for path in (folder + "/missing/out.svg", "/proc/self/out.svg", folder + "/folder.svg"):
			result = scrape("-p", victim.pid, "-d", 20, "-o", path)
			refused(result, FAILURE, os.path.basename(path), "missing", "/proc/self")
			check(result.seconds < 5, "%s: said after %.1f s" % (path, result.seconds))
		equal(os.listdir(folder), ["folder.svg"], "files left")


@contextlib.contextmanager
def small_disk():
	folder = tempfile.mkdtemp(prefix="scrape-live.")
	try:
		mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder]
		if subprocess.run(mount, stderr=subprocess.DEVNULL).returncode:
			raise Skip("mounting a small disk is not permitted here")
		try:
			yield folder
		finally:
			subprocess.run(["umount", folder], check=True)
	finally:
		os.rmdir(folder)


def test_full_disk(interpreter):
	"""The recording so far is kept and can be read; another format leaves no half file."""
	with small_disk() as folder, interpreter.start("truth.d/mix.py") as victim:
		path = folder + "/out.scrape"
		result = scrape("-p", victim.pid, "-d", 5, "-r", "10khz", "-q", "-o", path, timeout=40)
		refused(result, FAILURE, "no space", "full")
		check(os.path.exists(path) and os.path.getsize(path) > 16384, "the recording is gone: %s" % os.listdir(folder))
		replay = scrape("report", path, "-f", "folded")
		check(replay.code == 0 and parse_folded(replay.out), repr(replay))
		os.unlink(path)
		with open(folder + "/ballast", "wb") as file, contextlib.suppress(OSError):
			file.write(b"x" * 65536)
		refused(scrape("-p", victim.pid, "-d", 1, "-r", 500, "-o", folder + "/out.svg"), FAILURE, "no space", "full")
		equal(os.listdir(folder), ["ballast"], "files left on the full disk")
		with open(os.path.join(folder, "ballast"), "rb") as file:
			check(file.read(1) == b"x", "the other file was touched")


def test_full_stdout(interpreter):
	with interpreter.start("victims/exits.py", 60, 0) as victim, open("/dev/full", "wb") as full:
		result = scrape("-p", victim.pid, "-d", 1, "-f", "folded", stdout=full)
		refused(result, FAILURE, "no space", "stdout")


def test_closed_pipe(interpreter):
	"""A reader that has gone is nobody's fault: no sentence, no hang."""
	with interpreter.start("victims/exits.py", 60, 0) as victim:
		process = subprocess.Popen(scrape_command("-p", victim.pid, "-d", 1, "-f", "folded"), stdout=subprocess.PIPE,
			stderr=subprocess.PIPE)
		process.stdout.close()
		try:
			process.wait(timeout=lib.TIMEOUT)
			err = process.stderr.read()
		finally:
			process.kill()
			process.wait()
			process.stderr.close()
	check(process.returncode in (0, 1, 141, -signal.SIGPIPE), "exit code %d: %r" % (process.returncode, err))


def test_same_pid_twice(interpreter):
	"""Counted once."""
	with interpreter.start("victims/known.py") as victim:
		victim.settle()
		result = scrape("-p", victim.pid, "-p", victim.pid, "-d", 1, "-r", 200, "--mode", "wall", "-f", "folded")
	check(result.code == 0, repr(result))
	check(sum(count for _, count in parse_folded(result.out)) <= 220, "counted twice: %s" % result.out)


def test_two_targets(interpreter):
	with interpreter.start("victims/known.py") as one, interpreter.start("victims/known.py") as two:
		result = scrape("-p", one.pid, "-p", two.pid, "-d", 1, "-r", 100, "--mode", "wall", "-f", "folded")
		check(result.code == 0, repr(result))
		firsts = {stack[0][0] + stack[0][1] for stack, _ in parse_folded(result.out)}
		check(len(firsts) == 2 and all(any(str(pid) in first for first in firsts) for pid in (one.pid, two.pid)),
			"first frames: %s" % firsts)


def test_pattern(interpreter):
	"""-P searches whole command lines, and never finds scrape itself, whose command line has the pattern too."""
	with interpreter.start("victims/known.py", "unlikely-word-7261") as victim:
		result = scrape("-P", "unlikely-word-[0-9]+", "-d", 1, "--mode", "wall", "-f", "folded")
		check(result.code == 0 and "leaf" in result.out, repr(result))
		check(str(victim.pid) not in result.out, "one target needs no first frame: %s" % result.out)
	refused(scrape("-P", "unlikely-word-[0-9]+", "-d", 1), FAILURE, "unlikely-word", "no process", "match")
	refused(scrape("-P", "unlikely-(", "-d", 1), USAGE, "regular expression", "pattern", "unlikely-(")
	refused(scrape("-P", "((un{900}){900}){900}likely", "-d", 1), USAGE, "too large")


def test_second_interrupt(interpreter):
	"""The first one ends the recording and writes; the second one does not wait for that."""
	with interpreter.start("victims/known.py") as victim:
		process = subprocess.Popen(scrape_command("-p", victim.pid, "-d", 60, "-f", "folded"), stdout=subprocess.PIPE,
			stderr=subprocess.PIPE)
		try:
			time.sleep(1)
			process.send_signal(signal.SIGINT)
			process.send_signal(signal.SIGINT)
			process.communicate(timeout=3)
		finally:
			process.kill()
			process.wait()


def test_launch_failures(interpreter):
	refused(scrape("-o", "/tmp/scrape-live.svg", "--", "/no/such/program"), FAILURE, "/no/such/program")
	check(not os.path.exists("/tmp/scrape-live.svg"), "a graph of nothing was written")
	refused(scrape("--"), USAGE, "command")


def test_launched_command_dies(interpreter):
	"""The shell's way: 128 and the number of the signal."""
	if interpreter.root:
		raise Skip("needs an interpreter outside of a chroot")
	text = "import os, time\nuntil = time.time() + 1.5\nwhile time.time() < until: pass\nos.kill(os.getpid(), 9)"
	with tempfile.TemporaryDirectory(prefix="scrape-live.") as folder:
		result = scrape("-o", folder + "/out.folded", "--", interpreter.path, "-c", text)
		equal(result.code, 128 + 9, "exit code (%r)" % result)
		with open(folder + "/out.folded") as file:
			check("<module>" in file.read(), "no result of a command that was killed")


def test_late_python(interpreter):
	"""A process that becomes Python only after a while is waited for."""
	if interpreter.root:
		raise Skip("needs an interpreter outside of a chroot")
	script = interpreter.stage() + "/victims/exits.py"
	command = ["sh", "-c", 'sleep 1; exec "$0" "$1" 60 0', interpreter.path, script]
	with started(*command, stdout=subprocess.DEVNULL) as process:
		result = scrape("-p", process.pid, "-d", 4, "-r", 200, "-f", "folded")
	said = refused(result, FAILURE, "python") if result.code else ""
	check(said or "spin" in result.out, repr(result))


def test_damaged_recordings(interpreter):
	"""report: cut anywhere, or with bytes turned over, it tells or says one sentence."""
	with tempfile.TemporaryDirectory(prefix="scrape-live.") as folder, interpreter.start("truth.d/leaves.py") as victim:
		path = folder + "/out.scrape"
		result = scrape("-p", victim.pid, "-d", 1, "-r", 200, "-o", path)
		check(result.code == 0, repr(result))
		with open(path, "rb") as file:
			whole = file.read()
		for number in range(12):
			cut = bytearray(whole[:len(whole) * (number + 1) // 13])
			if number % 2:
				cut[len(cut) // 2] ^= 0xff
			with open(path, "wb") as file:
				file.write(cut)
			result = scrape("report", path, "-f", "folded")
			said = result.err.splitlines()
			check(result.code in (0, FAILURE) and all(line.startswith("scrape: ") for line in said) and len(said) <= 10,
				"cut %d: %r" % (number, result))
		with open(path, "wb") as file:
			file.write(b"not a recording\n" * 10)
		refused(scrape("report", path), FAILURE, "recording", "out.scrape")
	refused(scrape("report", folder + "/gone.scrape"), FAILURE, "gone.scrape")


def test_doctor(interpreter):
	result = scrape("doctor")
	check(result.code == 0 and len(result.out.splitlines()) >= 4, repr(result))
