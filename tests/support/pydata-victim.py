# SPDX-License-Identifier: MIT
"""Sleeps in a known stack with known locals and threads, for tests/support/pydata.

Prints `local NAME REPR` for the locals whose text is repr() itself, then `ready`. Runs on CPython 3.7 and later.
"""
import sys
import threading
import time


class Plain:
    def __init__(self, name):
        self.name = name


def sleeper(event):
    event.set()
    time.sleep(10000)


def leaf(seconds):
    print("ready", flush=True)
    time.sleep(seconds)


class Base:
    def target(self, a, b=2, *args, key=None, **extra):
        zero, negative, two, three = 0, -5, 2 ** 31 + 7, 2 ** 62 + 3
        huge, most, vast = -(2 ** 100), 2 ** 420 - 1, 1 << 3000
        yes, no, none = True, False, None
        half, tenth, large, tiny, whole, minus = 0.5, 0.1, 1.5e300, 2.5e-05, 1e15, -0.0
        infinite, e16 = float("inf"), 1e16
        text, latin, wide, snake = "plain 'text'", "na\xefve", "\u20ac5", "\U0001f40d"
        control = "a\tb\n\x1b[2J\x7f"
        raw = b"\x00bytes'\xff"
        pair, one, empty = (1, "two"), (1,), ()
        numbers, nothing = [1, 2.5, None, [True]], []
        mapping = {"a": 1, 2: "b", "deleted": 0}
        del mapping["deleted"]
        mapping["c"] = {"deep": [[[1]]]}
        members = {3}
        frozen, no_members = frozenset(["f"]), set()
        many, long_text = list(range(1000)), "x" * 1000
        plain, klass, function = Plain("p"), Plain, sleeper
        shared = "in a cell"
        gone = 1
        if sys.version_info < (3, 6):
            never = 1
        for name, value in sorted(locals().items()):
            if name not in ("self", "most", "vast", "many", "long_text", "plain", "klass", "function", "control",
                            "mapping", "name", "value", "gone"):
                print("local", name, repr(value))
        del gone
        return self.of_property, lambda: (shared, self, never)

    @property
    def of_property(self):
        return self.of_class(1)

    @classmethod
    def of_class(cls, n):
        return cls.of_static(cls, n)

    @staticmethod
    def of_static(owner, n):
        return owner()._renamed()

    def original_name(self):
        def inner():
            return self
        return inner().slotted()

    _renamed = original_name
    del original_name

    def slotted(self):
        return leaf(10000)


class Child(Base):
    pass


def main():
    for name in ("worker-1", "na\xefve \u20ac", "evil\x1b;name"):
        event = threading.Event()
        threading.Thread(target=sleeper, args=(event,), name=name, daemon=True).start()
        event.wait()
    Child().target("first", 3, "rest", key={"k": 1}, more=2)


main()
