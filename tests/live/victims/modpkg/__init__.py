# SPDX-License-Identifier: MIT
"""A package, for modules.py."""
from modpkg.inner import Inner


def outer(fd):
	return Inner().method(fd)
