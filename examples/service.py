#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A small service that does the same work for each request, twenty times a second, until one day it does more.

    python3 examples/service.py                       until Ctrl-C
    python3 examples/service.py --slower-after 90     from its 90th second on price() does three times its work
    OTEL_SERVICE_NAME=billing python3 examples/service.py    under this name

It prints "ready PID" once it works and "slower at SECOND" (since 1970) when it has become slower. Only the standard
library is used; any Python from 3.8 on will do. `./bootstrap demo` starts three of them.
"""
import argparse
import os
import time

REQUESTS_PER_SECOND = 20


def parse(units):
    total = 0
    for number in range(units):
        total += number * number % 7
    return total


def price(units):
    total = 0
    for number in range(units):
        total += number * number % 11
    return total


def render(units):
    total = 0
    for number in range(units):
        total += number * number % 13
    return total


def answer(unit, factor):
    """One request."""
    return parse(unit) + price(unit * factor) + render(unit)


def calibrate(milliseconds):
    """How many units of work take so long here."""
    units, best = 10000, 1.0
    for _ in range(5):
        began = time.thread_time()
        parse(units)
        best = min(best, time.thread_time() - began)
    return max(1, int(units * milliseconds / 1000 / best))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--slower-after", type=float, default=float("inf"), metavar="SECONDS")
    args = parser.parse_args()
    unit, began, slower = calibrate(2), time.monotonic(), False
    print("ready", os.getpid(), flush=True)
    due = began
    while True:
        now = time.monotonic()
        if not slower and now >= began + args.slower_after:
            slower = True
            print("slower at %.0f" % time.time(), flush=True)
        answer(unit, 3 if slower else 1)
        due = max(due + 1 / REQUESTS_PER_SECOND, now)
        time.sleep(max(0, due - time.monotonic()))


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        pass
