# SPDX-License-Identifier: MIT
"""Three leaves that take about 60, 30 and 10 % of the time, by doing 60, 30 and 10 parts of one and the same work in turns
of some tenths of a millisecond. A part is a loop over one short tuple that all share: with ranges, numbers beyond the small
ones that an interpreter keeps (256, 1024 in 3.15) cost more than the first, and long tuples have a cache to miss.

Where its bytecode happens to lie makes the same loop up to half as slow again (leaf_30 took 38 % on 3.13, and another
profiler that stops the process said so too), so what each leaf really took is measured by the program's own CPU clock."""
import time

from program import Until, ready, truth

PART = (None,) * 250
LEAVES = ("leaf_60", "leaf_30", "leaf_10")
clock = time.thread_time_ns


def leaf_60(parts):
	for _ in parts:
		for _ in PART:
			pass


def leaf_30(parts):
	for _ in parts:
		for _ in PART:
			pass


def leaf_10(parts):
	for _ in parts:
		for _ in PART:
			pass


def turns(count, six, three, one, took):
	for _ in count:
		begin = clock()
		leaf_60(six)
		after_six = clock()
		leaf_30(three)
		after_three = clock()
		leaf_10(one)
		took[0] += after_six - begin
		took[1] += after_three - after_six
		took[2] += clock() - after_three


def main():
	until, took = Until(), [0, 0, 0]
	ready()
	count, six, three, one = range(10), (None,) * 240, (None,) * 120, (None,) * 40
	while until:
		turns(count, six, three, one, took)
	truth({name: ns / sum(took) for name, ns in zip(LEAVES, took)})


if __name__ == "__main__":
	main()
