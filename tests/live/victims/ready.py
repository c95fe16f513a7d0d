# SPDX-License-Identifier: MIT
"""What every victim does first: say who it is, tell the truth about itself, and not outlive a runner that died.

The lines printed are the protocol with tests/live/lib.py:
	truth JSON           what this interpreter itself says about its threads, from sys._current_frames()
	ready PID [WORDS]    from now on the victim does what its name says
"""
import gc
import json
import os
import signal
import sys
import threading
import time
import types

LIFETIME = 600


def ready(*words):
	signal.alarm(LIFETIME)
	print("ready", os.getpid(), *words, flush=True)


def qualified(code):
	"""co_qualname is new in 3.11. Before, a function object that has this code knows its own name."""
	if hasattr(code, "co_qualname"):
		return code.co_qualname
	names = [one.__qualname__ for one in gc.get_referrers(code) if isinstance(one, types.FunctionType)]
	return names[0] if names else code.co_name


def frames_of(frame):
	"""Innermost first: [co_name, qualified name, file, line]."""
	found = []
	while frame is not None:
		code = frame.f_code
		found.append([code.co_name, qualified(code), code.co_filename, frame.f_lineno])
		frame = frame.f_back
	return found


def tell_truth():
	"""Prints the stacks of all threads but the calling one. They must have come to rest."""
	own = threading.get_ident()
	names = {thread.ident: thread for thread in threading.enumerate()}
	told = []
	for ident, frame in sys._current_frames().items():
		if ident != own and ident in names:
			thread = names[ident]
			told.append({"name": thread.name, "tid": getattr(thread, "native_id", 0), "frames": frames_of(frame)})
	print("truth", json.dumps(told), flush=True)


def wait_until_parked(count, name, seconds=30):
	"""Waits until `count` threads stand in a function whose name begins with `name`, in three glances with pauses.
	Asked of the interpreter and not of /proc, which a chroot may not have."""
	calm, seen = 0, None
	for _ in range(seconds * 20):
		frames = [frame for frame in sys._current_frames().values() if frame.f_code.co_name.startswith(name)]
		places = sorted((id(frame), frame.f_lasti) for frame in frames)
		calm = calm + 1 if len(frames) >= count and places == seen else 0
		seen = places
		if calm == 3:
			return
		time.sleep(0.05)
	raise SystemExit("victim: %d threads did not come to rest" % count)
