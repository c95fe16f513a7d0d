#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Reads a sample stream (a recording of scrape, or what a daemon tells a collector) and prints folded stacks.

    python3 examples/read_stream.py [--mode wall] [--processes] shop.scrape
    curl -s http://127.0.0.1:16384/api/v1/stream | python3 examples/read_stream.py -
"""
import argparse
from collections import Counter

MAGIC = b"scrape1\n"
STRING, FRAME, NODE, TARGET, THREAD, SAMPLE, SLICE_THREAD, SLICE_END, RESET, SESSION = *range(1, 9), 11, 13
MARKER, INLINED, ON_CPU, HAS_GIL = 2, 3, 1, 2


def varint(data, at):
    """A number, and where the next field begins."""
    if data[at] < 0x80:
        return data[at], at + 1
    rest, end = varint(data, at + 1)
    return data[at] & 0x7f | rest << 7, end


def numbers(payload, n):
    """The first n fields; those that an older version does not write are 0."""
    fields, at, payload = [0] * n, 0, payload + bytes(n)
    for i in range(n):
        fields[i], at = varint(payload, at)
    return fields


def records(data):
    """Type and payload of each whole record; MAGIC as a type where a session begins."""
    at = 0
    while at < len(data):
        if data[at:at + 8] == MAGIC:
            yield MAGIC, b""
            at += 8
            continue
        length, begin = varint(data[at + 1:at + 4] + b"\0", 0)  # ends, even where the file does
        begin += at + 1
        if length > 65536 or at == 0:
            raise SystemExit("byte %d: neither a record nor a new stream begins here" % at)
        if begin + length <= len(data):
            yield data[at], data[begin:begin + length]
        at = begin + length


class Reader:
    def __init__(self, data):
        self.seconds = {"cpu": Counter(), "wall": Counter(), "gil": Counter()}  # by process and stack
        self.samples, self.times = Counter(), {}
        self.asked, self.ticks, self.covered = 100.0, 0, 0.0  # looks in a second; how often, and how long, there were any
        for kind, payload in records(data):
            self.take(kind, payload)
        self.close_slice()

    @property
    def rate(self):
        """What a second counts: the rate asked for or, where that is as many as can be had, what was reached."""
        return self.asked or (self.ticks / self.covered if self.covered else 100.0)

    def take(self, kind, payload):
        if kind in (MAGIC, SLICE_END):
            self.close_slice()
        if kind == MAGIC:
            self.targets, self.threads = [], []
        if kind in (MAGIC, RESET):
            self.strings, self.frames, self.nodes = [], [], [()]
        elif kind == SESSION:
            self.asked = numbers(payload, 2)[1] / 1000
        elif kind == SLICE_END:
            _, begin, end, ticks = numbers(payload, 4)
            self.ticks, self.covered = self.ticks + ticks, self.covered + (end - begin) / 1e6
        elif kind == STRING:
            length, at = varint(payload, varint(payload, 0)[1])
            self.strings.append(payload[at:at + length].decode("utf-8", "backslashreplace"))
        elif kind == FRAME:
            _, function, file, short, line, _, what, _ = numbers(payload, 8)
            place = self.strings[file].encode()[short:].decode()
            place += (":%d" % line if line else "") + (", inlined" if what == INLINED else "")
            self.frames.append((self.strings[function] + ("" if what == MARKER else " (%s)" % place)).replace(";", ":"))
        elif kind == NODE:
            _, parent, frame = numbers(payload, 3)
            self.nodes.append(self.nodes[parent] + (self.frames[frame],))
        elif kind == TARGET:
            _, pid, start, command, service = numbers(payload, 5)
            self.targets.append(("%s (pid %d)" % (self.strings[service] or self.strings[command], pid), start))
        elif kind == THREAD:
            number, target, tid, _ = numbers(payload, 4)
            self.threads[number:number + 1] = [(self.targets[target], tid)]
        elif kind == SAMPLE:
            thread, node, flags, looks = numbers(payload, 4)
            stack = ("[truncated]",) * (flags >> 5 & 1) + self.nodes[node] + ("[gc]",) * (flags >> 3 & 1)
            self.samples[self.threads[thread], stack or ("[unknown]",), flags] += looks
        elif kind == SLICE_THREAD:
            thread, cpu, wall = numbers(payload, 3)
            before = self.times.get(self.threads[thread], (0, 0))
            self.times[self.threads[thread]] = before[0] + cpu / 1e9, before[1] + wall / 1e9

    def close_slice(self):  # looks become time
        looks, running, (cpu_of, wall_of, gil_of) = Counter(), Counter(), self.seconds.values()
        for (thread, _, flags), n in self.samples.items():
            looks[thread] += n
            running[thread] += n if flags & ON_CPU else 0
        for thread in looks:
            self.times.setdefault(thread, (running[thread] / self.rate, looks[thread] / self.rate))
        for thread, (cpu, wall) in self.times.items():
            cpu_of[thread[0], ("[unseen]",)] += 0 if running[thread] else cpu
            wall_of[thread[0], ("[unseen]",)] += 0 if looks[thread] else wall
        for (thread, stack, flags), n in self.samples.items():
            cpu, wall = (t * n for t in self.times[thread])
            cpu_of[thread[0], stack] += cpu / running[thread] if flags & ON_CPU else 0
            wall_of[thread[0], stack] += wall / looks[thread]
            gil_of[thread[0], stack] += wall / looks[thread] if flags & HAS_GIL else 0
        self.samples, self.times = Counter(), {}


def rounded(values):
    """Integers whose sum is right: what is left by rounding down goes to those that lost most."""
    whole = {key: int(value) for key, value in values.items()}
    left = round(sum(values.values())) - sum(whole.values())
    for key in sorted(values, key=lambda key: whole[key] - values[key])[:left]:
        whole[key] += 1
    return whole


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--mode", choices=("cpu", "wall", "gil"), default="cpu")
    parser.add_argument("--processes", action="store_true", help="the first frame is the process")
    parser.add_argument("file", help="- is standard input")
    args = parser.parse_args()
    try:
        with open(0 if args.file == "-" else args.file, "rb") as file:
            reader, lines = Reader(file.read()), Counter()
    except OSError as error:
        raise SystemExit("%s: %s" % (args.file, error.strerror)) from None
    except (IndexError, UnicodeDecodeError, RecursionError, AttributeError):
        raise SystemExit("%s: a record makes no sense, such as one that names what was not defined" % args.file) from None
    for (target, stack), seconds in reader.seconds[args.mode].items():
        lines[target[:1] + stack if args.processes else stack] += seconds * reader.rate
    for stack, value in sorted(item for item in rounded(lines).items() if item[1] > 0):
        print(";".join(stack), value)
