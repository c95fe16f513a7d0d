# SPDX-License-Identifier: MIT
"""The cyclic garbage collector at work nearly all the time, over a heap that is large enough to be met at it."""
import gc
import time

from ready import ready


def heap(count):
	nodes = [[] for _ in range(count)]
	for at, node in enumerate(nodes):
		node.append(nodes[at - 1])
	return nodes


def collecting(until):
	while time.time() < until:
		gc.collect()


def main():
	nodes = heap(400000)
	ready(len(nodes))
	collecting(time.time() + 300)


if __name__ == "__main__":
	main()
