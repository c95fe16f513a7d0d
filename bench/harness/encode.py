# SPDX-License-Identifier: MIT
"""What each format costs: bench/bench_encode.c, a few times, since others use this machine too."""
import collections
import os
import subprocess

from . import place
from .table import Figure, Table

GOALS = {"pprof": 60, "svg": 150, "html": 100}  # ms


def encode(bench):
	program = os.environ.get("ENCODE", os.path.join(place.TOP, "build", "obj", "bench", "bench_encode"))
	table = Table("formats", "ms and MiB by bench/bench_encode.c: 1 000 000 samples in 100 000 nodes; +times: as 250 000 runs of "
		"looks. Peak is beyond the tree.", ["format", "ms", "MiB", "peak MiB"])
	if not os.access(program, os.X_OK):
		place.say("encode: skipped, %s is not built" % os.path.basename(program))
		return [table]
	times, sizes = collections.defaultdict(list), {}
	for _ in range(2 if bench.quick else 5):
		bench.progress("encode")
		for line in subprocess.run([program], stdout=subprocess.PIPE, check=True).stdout.decode().splitlines():
			name, ms, *rest = line.split()
			if ms == "refused":
				sizes[name] = None
			else:
				times[name].append(float(ms))
				sizes[name] = [int(number) / 2 ** 20 for number in rest]
	for name, size in sizes.items():
		if size:
			table.add(name, Figure(times[name], GOALS.get(name)), "%.1f" % size[0], "%.1f" % size[1])
		else:
			table.add(name, "refused: too large", "", "")
	return [table]
