# SPDX-License-Identifier: MIT
"""subinterpreters.py [busy]: a thread that is blocked inside a sub-interpreter, perhaps beside one that computes there.
Prints "absent" where this version has no way to make one."""
import os
import sys
import threading
import time

from ready import ready

SCRIPT = """
import os
def sub_leaf(fd):
	os.write({said}, b"!")
	os.read(fd, 1)
def sub_middle(fd):
	sub_leaf(fd)
sub_middle({fd})
"""

BUSY = """
import threading
def sub_spin():
	while True:
		pass
threading.Thread(target=sub_spin).start()
"""


def runner():
	"""A function that runs a text in a new interpreter. The module's name changed twice."""
	try:
		from concurrent import interpreters
		return lambda text: interpreters.create().exec(text)
	except ImportError:
		pass
	try:
		import _interpreters as module
	except ImportError:
		try:
			import _xxsubinterpreters as module
		except ImportError:
			return None
	if hasattr(module, "run_string"):
		return lambda text: module.run_string(module.create(), text)
	return lambda text: module.exec(module.create(), text)


def main():
	run = runner()
	if run is None:
		ready("absent")
		return
	fd, _ = os.pipe()
	heard, said = os.pipe()
	text = (BUSY if "busy" in sys.argv else "") + SCRIPT.format(fd=fd, said=said)
	threading.Thread(target=run, args=(text,), name="sub", daemon=True).start()
	os.read(heard, 1)
	ready()
	time.sleep(600)


if __name__ == "__main__":
	main()
