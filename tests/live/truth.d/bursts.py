# SPDX-License-Identifier: MIT
"""Bursts of 1, 3 and 30 ms of CPU, each followed by a sleep in a function of its own. What each function really used,
CPU by the thread's clock and wall by the monotonic one, is printed at the end."""
import time

from program import Until, ready, truth

cpu = time.thread_time
wall = time.monotonic


def burst_1ms(until):
	while cpu() < until:
		pass


def burst_3ms(until):
	while cpu() < until:
		pass


def burst_30ms(until):
	while cpu() < until:
		pass


def rest_after_1ms(seconds):
	time.sleep(seconds)


def rest_after_3ms(seconds):
	time.sleep(seconds)


def rest_after_30ms(seconds):
	time.sleep(seconds)


PLAN = [
	(burst_1ms, 0.001, rest_after_1ms, 0.009),
	(burst_3ms, 0.003, rest_after_3ms, 0.017),
	(burst_30ms, 0.030, rest_after_30ms, 0.060),
]
# As often as makes each kind of burst about equally visible.
ORDER = [PLAN[0]] * 10 + [PLAN[1]] * 4 + [PLAN[2]]


def timed(function, argument, spent):
	cpu_before, wall_before = cpu(), wall()
	function(argument)
	row = spent.setdefault(function.__name__, [0.0, 0.0, 0])
	row[0] += cpu() - cpu_before
	row[1] += wall() - wall_before
	row[2] += 1


def main():
	until = Until()
	spent = {}
	ready()
	while until:
		for burst, seconds, rest, pause in ORDER:
			timed(burst, cpu() + seconds, spent)
			timed(rest, pause, spent)
	truth({name: {"cpu": row[0], "wall": row[1], "times": row[2]} for name, row in spent.items()})


if __name__ == "__main__":
	main()
