# SPDX-License-Identifier: MIT
"""Busy under a seccomp filter that allows everything: who looks at it cannot know that."""
import ctypes
import struct
import time

from ready import ready

PR_SET_NO_NEW_PRIVS = 38
PR_SET_SECCOMP = 22
SECCOMP_MODE_FILTER = 2
BPF_RET_ALLOW = struct.pack("HBBI", 0x06, 0, 0, 0x7fff0000)


def filter_all():
	libc = ctypes.CDLL(None, use_errno=True)
	code = ctypes.create_string_buffer(BPF_RET_ALLOW, len(BPF_RET_ALLOW))
	program = ctypes.create_string_buffer(struct.pack("HxxxxxxP", 1, ctypes.addressof(code)))
	if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, program, 0, 0):
		raise OSError(ctypes.get_errno(), "prctl")


def spin(until):
	while time.time() < until:
		pass


if __name__ == "__main__":
	filter_all()
	ready()
	spin(time.time() + 120)
