# SPDX-License-Identifier: MIT
"""Makes and frees code objects all the time, so that new ones stand where old ones stood.

Two ways, so that a name kept from a dead code object is seen either by its caller or by its callee:
	keeper_<n>, which lives on, calls a check_<n> that was compiled a moment ago and is freed right after;
	f_<n> and check_<n> are both new, in a file "<made n>", at lines that follow from n.
"""
import time

from ready import ready

KEEPERS = 64

KEEPER = """
def keeper_{n:04d}(make, burn):
	check = make({n})
	check(burn)
"""

CHECK = "{pad}def check_{n:04d}(burn):\n\tfor _ in burn:\n\t\tpass\n"
PAIR = CHECK + "def f_{n:04d}(burn):\n\tcheck_{n:04d}(burn)\n"


def made(text, n):
	space = {}
	exec(compile(text.format(pad="\n" * (n % 50), n=n), "<made %04d>" % n, "exec"), space)
	return space


def make_check(n):
	return made(CHECK, n)["check_%04d" % n]


def run_pair(n, burn):
	made(PAIR, n)["f_%04d" % n](burn)


def run_keepers(keepers, burn):
	for keeper in keepers:
		keeper(make_check, burn)


def main():
	space = {}
	exec(compile("".join(KEEPER.format(n=n) for n in range(KEEPERS)), "keepers.py", "exec"), space)
	keepers = [space["keeper_%04d" % n] for n in range(KEEPERS)]
	burn = range(4000)
	ready()
	until = time.time() + 300
	n = 0
	while time.time() < until:
		run_keepers(keepers, burn)
		for _ in range(KEEPERS):
			n = (n + 1) % 10000
			run_pair(n, burn)


if __name__ == "__main__":
	main()
