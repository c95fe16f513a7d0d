# SPDX-License-Identifier: MIT
"""Prints line tables of real functions with the truth about them, for tests/unit/test_linetable.c.

Run by the CPython whose tables are wanted (3.7 or later); see tests/support/linetable-fixtures. One function a line:

    minor firstlineno code_bytes hex_of_table change,change,...       a change is bytes_since_last:lines_since_last

The truth is what the interpreter itself answers (PyCode_Addr2Line) at every second byte. Where it answers that there
is no line, the line before it in the table is expected, that is: of the last code unit that has one.
"""
import ctypes
import sys
import types

addr2line = ctypes.pythonapi.PyCode_Addr2Line
addr2line.argtypes = [ctypes.py_object, ctypes.c_int]
addr2line.restype = ctypes.c_int

# What no library function shows: far jumps forward and back, cleanup code without a line, long lines and stretches.
ODD = """
def far(a):
    b = (a +
""" + "\n" * 300 + """
         1)
    return b
def back(a, b):
    return call(
        a,
""" + "\n" * 140 + """
        b(1),
        key=(lambda: a))(
            a)
def clean(a):
    try:
        with a as b, open(a) as c:
            for i in b:
                if i: continue
                yield i
    except ValueError as e:
        raise KeyError from e
    finally:
        print([x for x in a if x for y in x])
class K:
    x: int = 1
    async def m(self, *a, **k):
        async with a as b:
            async for c in b:
                await c
        assert a, b
        return {i: j for i, j in k.items()}
def long(a):
    return [""" + ",".join("a + %d" % i for i in range(150)) + """]
""" + "\n" * 70000 + """
def late(x):
    while x:
        x -= 1
    else:
        return x
"""


def codes(root):
    yield root
    for const in root.co_consts:
        if isinstance(const, types.CodeType):
            yield from codes(const)


def row(code, minor):
    table = code.co_lnotab if minor < 10 else code.co_linetable
    changes, last_offset, last_line = [], 0, code.co_firstlineno
    line = code.co_firstlineno
    for offset in range(0, len(code.co_code), 2):
        known = addr2line(code, offset)
        line = known if known > 0 else line
        if line != last_line:
            changes.append("%d:%d" % (offset - last_offset, line - last_line))
            last_offset, last_line = offset, line
    return "%d %d %d %s %s" % (minor, code.co_firstlineno, len(code.co_code), table.hex() or "-",
                               ",".join(changes) or "-")


def main():
    minor = sys.version_info[1]
    rows = [row(c, minor) for c in codes(compile(ODD, "odd", "exec"))]
    for name in ("json.decoder", "textwrap", "heapq", "shlex", "bisect", "contextlib", "difflib"):
        module = __import__(name, fromlist=["x"])
        with open(module.__file__, encoding="utf-8") as f:
            found = [row(c, minor) for c in codes(compile(f.read(), name, "exec"))]
        rows += [r for r in found if len(r) < 1200][:11]
    print("\n".join(dict.fromkeys(rows)))


main()
