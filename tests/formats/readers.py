# SPDX-License-Identifier: MIT
"""What programs that are not ours say of what the encoders wrote: speedscope (seven formats), the Firefox Profiler's own
command line, pstats, callgrind_annotate, csv and marshal of Python, the types of Chrome's DevTools protocol.

The profile "timed" of flame_make is written down here once more, by hand: who did what from when to when, in ms.
"""
import collections
import csv
import io
import json
import os
import pstats
import re
import shutil
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
PARSE = 'parse; <b> "x"'
TIMED = {
    "main": [(0, 30, ("main", "work")), (30, 50, ("main", "work", PARSE)), (80, 90, ("main", "work", "[gc]")),
             (90, 200, ("main",))],
    "</script>": [(20, 60, ("work",))],
}
GIL = [(0, 20, "main (tid 11)"), (20, 60, "</script> (tid 12)"), (80, 200, "main (tid 11)")]


def stacks_of(timeline):
    stacks = collections.Counter()
    for begin, end, stack in timeline:
        stacks[stack] += end - begin
    return stacks


def install(root):
    """The packages of package-lock.json, in build/; None and why not."""
    if not shutil.which("npm"):
        return None, "no npm here"
    folder = os.path.join(root, "build", "formats", "node")
    os.makedirs(folder, exist_ok=True)
    lock = os.path.join(folder, "package-lock.json")
    mine = os.path.join(HERE, "package-lock.json")
    installed = os.path.join(folder, ".installed")
    if not os.path.exists(installed) or open(installed).read() != open(mine).read():
        for name in ("package.json", "package-lock.json"):
            shutil.copy(os.path.join(HERE, name), folder)
        done = subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
                              cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode:
            return None, "npm: " + done.stdout.decode(errors="replace")[-300:]
        shutil.copy(lock, installed)
    return os.path.join(folder, "node_modules"), ""


class Speedscope:
    """Files opened in speedscope itself; what it saved of them again."""

    def __init__(self, modules, folder, make):
        self.folder, self.make, self.modules, self.saved = folder, make, modules, {}

    def open(self, files):
        """files: {name: (format, profile)}"""
        paths = []
        for name, (kind, profile) in files.items():
            paths.append(os.path.join(self.folder, name))
            with open(paths[-1], "wb") as file:
                file.write(self.make(kind, profile))
        command = ["node", os.path.join(HERE, "speedscope.mjs"), shutil.which("chromium"), self.modules]
        done = subprocess.run(command + paths, stdout=subprocess.PIPE, check=True)
        self.saved = {os.path.basename(path): doc for path, doc in json.loads(done.stdout).items()}

    def timelines(self, name, unit):
        """{profile: [(begin, end, stack)]}, times as ms if a unit is so many of what speedscope has."""
        doc = self.saved[name]
        if "failed" in doc:
            return {"failed": doc["failed"]}
        frames = [re.sub(r' \{"at":.*\}$', "", frame["name"]) for frame in doc["shared"]["frames"]]
        return {one["name"]: timeline_of(one["events"], frames, unit) for one in doc["profiles"]}


def timeline_of(events, frames, unit):
    stack, timeline, last = [], [], 0
    for event in events:
        at = round(event["at"] / unit)
        if stack and at > last:
            timeline.append((last, at, tuple(stack)))
        last = at
        if event["type"] == "O":
            stack.append(frames[event["frame"]])
        else:
            stack.pop()
    return timeline


def check_speedscope(same, opened):
    """Times are where they should be; of formats without times the stacks are."""
    found = opened.timelines("timed.speedscope.json", 0.001)
    names = {"web (pid 11), thread main (tid 11)": "main", "web (pid 11), thread </script> (tid 12)": "</script>"}
    same("speedscope opens speedscope", found, {name: TIMED[thread] for name, thread in names.items()})
    found = opened.timelines("timed.cpuprofile", 1000)
    same("speedscope opens cpuprofile", found, {"timed.cpuprofile": TIMED["main"]})
    found = opened.timelines("timed.trace.json", 1000)
    same("speedscope opens trace", found.get("web (pid 11), main (tid 11)"), TIMED["main"])
    same("trace: who holds the GIL", found.get("web (pid 11), GIL (tid 4194305)"),
         [(begin, end, (who,)) for begin, end, who in GIL])
    found = opened.timelines("timed.linux-perf.txt", 0.001)
    same("speedscope opens perf", {name: set(stacks_of(found.get(name, []))) for name in found},
         {"web pid: 11 tid: 11": set(stacks_of(TIMED["main"])), "web pid: 11 tid: 12": set(stacks_of(TIMED["</script>"]))})


def check_speedscope_stacks(same, opened, truth):
    """pprof and folded against the flat json: {stack: samples}."""
    folded, named = collections.Counter(), collections.Counter()
    for (groups, frames), value in truth.items():
        folded[groups + tuple(text for text, _ in frames)] += value
        named[tuple(name for _, name in frames)] += value
    found = opened.timelines("small.collapsedstack.txt", 1)
    same("speedscope opens folded", [stacks_of(one) for one in found.values()], [folded])
    found = opened.timelines("small.pb.gz", 1e7)
    same("speedscope opens pprof", [stacks_of(one) for one in found.values()], [named])
    found = opened.timelines("small.callgrind.out", 1)
    sums = {name: sum(stacks_of(one).values()) for name, one in found.items()}
    # it begins with those whom nobody calls: [gc] in no process is left out
    called = sum(value for (groups, _), value in truth.items() if groups)
    same("speedscope opens callgrind", sums.get("small.callgrind.out -- Samples"), called)


def check_trace(same, make):
    """Begin and end are balanced and in order on each track, and no track is where Linux could put a thread."""
    events = json.loads(make("trace", "timed"))["traceEvents"]
    stacks, last, wrong = collections.defaultdict(list), collections.Counter(), []
    for event in events:
        track = event["pid"], event["tid"]
        if event["ph"] in "BE":
            wrong += [event] * (event["ts"] < last[track])
            last[track] = event["ts"]
        if event["ph"] == "B":
            stacks[track].append(event["name"])
        elif event["ph"] == "E" and stacks[track].pop() != event["name"]:
            wrong.append(event)
    same("trace: order and balance", (wrong, [stack for stack in stacks.values() if stack]), ([], []))
    names = {event["tid"]: event["args"]["name"] for event in events if event["name"] == "thread_name"}
    same("trace: tracks", names, {11: "main", 12: "</script>", 4194305: "GIL", 4194306: "GC"})


def check_cpuprofile(same, make, modules):
    """By the types of the DevTools protocol, and played as DevTools does: a sample holds until the next."""
    doc = json.loads(make("cpuprofile", "timed"))
    with open(os.path.join(modules, "devtools-protocol", "json", "js_protocol.json")) as file:
        domains = {domain["domain"]: {kind["id"]: kind for kind in domain["types"]} for domain in json.load(file)["domains"]
                   if "types" in domain}
    same("cpuprofile: types of the protocol", protocol_violations(domains, "Profiler", "Profile", doc), [])
    names, parents = {}, {}
    for node in doc["nodes"]:
        names[node["id"]] = node["callFrame"]["functionName"]
        parents.update((child, node["id"]) for child in node.get("children", ()))
    timeline, at = [], 0
    ends = [sum(doc["timeDeltas"][:i + 1]) for i in range(1, len(doc["timeDeltas"]))] + [doc["endTime"] - doc["startTime"]]
    for sample, delta, end in zip(doc["samples"], doc["timeDeltas"], ends):
        at += delta
        stack, node = [], sample
        while node in parents:
            stack.insert(0, names[node])
            node = parents[node]
        if end > at and stack != ["(idle)"]:
            timeline.append((at // 1000, end // 1000, tuple(stack)))
    same("cpuprofile: played", timeline, TIMED["main"])


def protocol_violations(domains, domain, kind, value, where="document"):
    about = domains[domain][kind]
    known = {item["name"]: item for item in about.get("properties", ())}
    found = ["%s has no %s" % (where, name) for name, item in known.items() if name not in value and not item.get("optional")]
    for name, inner in value.items():
        item, at = known.get(name), where + "." + name
        if not item:
            found.append("%s is not known" % at)
        elif "$ref" in item:
            found += reference_violations(domains, domain, item["$ref"], inner, at)
        elif item["type"] == "array" and "$ref" in item["items"]:
            for one in inner:
                found += reference_violations(domains, domain, item["items"]["$ref"], one, at)
        elif not fits(item, inner):
            found.append("%s is %.40r" % (at, inner))
    return found


def reference_violations(domains, domain, reference, value, where):
    domain, kind = reference.split(".") if "." in reference else (domain, reference)
    if domains[domain][kind]["type"] == "object":
        return protocol_violations(domains, domain, kind, value, where)
    return [] if fits(domains[domain][kind], value) else ["%s is %.40r" % (where, value)]


def fits(item, value):
    if item["type"] == "array":
        return isinstance(value, list) and all(fits(item["items"], one) for one in value)
    return isinstance(value, {"string": str, "integer": int, "number": (int, float)}[item["type"]])


def check_gecko(same, make, modules, folder):
    """In the Firefox Profiler's own code: threads, and the call tree of each."""
    path = os.path.join(folder, "timed.gecko.json")
    with open(path, "wb") as file:
        file.write(make("gecko", "timed"))
    tool = os.path.join(modules, "@firefox-devtools", "profiler-cli", "dist", "profiler-cli.js")

    def run(*words):
        done = subprocess.run(["node", tool] + list(words), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              env=dict(os.environ, HOME=folder))
        same("profiler-cli %s: exit code (%s)" % (words[0], done.stderr.decode()[-300:]), done.returncode, 0)
        return done.stdout.decode()

    try:
        run("load", path)
        threads = json.loads(run("thread", "list", "--json"))["threads"]
        same("gecko: threads", [(one["name"], one["processName"], one["pid"], one["tid"], one["cpuMs"]) for one in threads],
             [("main", "web", "11", 11, 170), ("</script>", "web", "11", 12, 40)])
        for one in threads:
            run("thread", "select", one["threadHandle"])
            tree = json.loads(run("thread", "samples-top-down", "--json"))["regularCallTree"]
            same("gecko: stacks of " + one["name"], call_tree(tree), stacks_of(TIMED[one["name"]]))
    finally:
        run("stop", "--all")


def call_tree(root):
    stacks, todo = collections.Counter(), [(root, ())]
    while todo:
        node, path = todo.pop()
        for child in node.get("children", ()):
            stack = path + (child["name"],)
            if child["selfSamples"]:
                stacks[stack] += 10 * child["selfSamples"]
            todo.append((child, stack))
    return stacks


class Functions:
    """Self and total of each function from the flat json: a function that recurs counts once."""

    def __init__(self, doc):
        self.self_of, self.total_of, path = collections.Counter(), collections.Counter(), []
        self.calls = collections.Counter()
        for name, own, total, depth in zip(doc["name"], doc["self"], doc["total"], doc["depth"]):
            del path[depth:]
            key = doc["function"][name], doc["file"][name]
            self.self_of[key] += own if depth else 0
            if depth and key not in path:
                self.total_of[key] += total
            path.append(key)


def check_csv(same, make, functions, profile):
    rows = list(csv.DictReader(io.StringIO(make("csv", profile).decode(), newline="")))
    found = {(row["function"].lstrip("'"), row["file"].lstrip("'")): (int(row["self"]), int(row["total"])) for row in rows}
    same("csv, %s: rows" % profile, found, {key: (functions.self_of[key], total)
                                             for key, total in functions.total_of.items()})
    order = [int(row["self"]) for row in rows]
    same("csv, %s: most first" % profile, order, sorted(order, reverse=True))
    formulas = [cell for row in rows for cell in row.values() if cell[:1] in tuple("=+-@")]
    same("csv, %s: nothing that a spreadsheet calculates" % profile, formulas, [])


def check_pstats(same, make, functions, profile, folder):
    path = os.path.join(folder, profile + ".pstats")
    with open(path, "wb") as file:
        file.write(make("pstats", profile))
    stats = pstats.Stats(path, stream=io.StringIO())
    found = {(name, "" if where == "~" else where): (round(own * 100), round(total * 100))
             for (where, _, name), (_, _, own, total, _) in stats.stats.items()}
    same("pstats, %s: functions" % profile, found, {key: (functions.self_of[key], total)
                                                     for key, total in functions.total_of.items()})
    missing = [caller for value in stats.stats.values() for caller in value[4] if caller not in stats.stats]
    same("pstats, %s: callers are there" % profile, missing, [])
    done = subprocess.run(["python3", "-m", "pstats", path], input=b"sort cumulative\nstats 5\ncallers\n",
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    same("python3 -m pstats, %s (%s)" % (profile, done.stderr.decode()[-200:]),
         (done.returncode, b"Ordered by: cumulative time" in done.stdout), (0, True))


def check_callgrind(same, make, functions, profile, folder):
    path = os.path.join(folder, "callgrind.out." + profile)
    with open(path, "wb") as file:
        file.write(make("callgrind", profile))
    done = subprocess.run(["callgrind_annotate", "--auto=no", "--threshold=100", "--show=Samples", "--sort=Samples", path],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=folder)
    same("callgrind_annotate, %s (%s)" % (profile, done.stderr.decode()[-200:]), done.returncode, 0)
    found = collections.Counter()
    for number, where in re.findall(r"^ *([\d,]+) \([ \d.]+%\)  (.*)$", done.stdout.decode(), re.M):
        if where != "PROGRAM TOTALS":
            found[where] += int(number.replace(",", ""))
    expected = collections.Counter()
    for (name, file), own in functions.self_of.items():
        if own:
            expected["%s:%s" % (file or "???", name)] += own
    same("callgrind, %s: self" % profile, found, expected)


def check_perf(same, make):
    """As stackcollapse-perf.pl reads it: a header with a number behind the command, frames of address, name, module."""
    stacks, stack, comm, last = collections.Counter(), None, None, 0.0
    in_order = True
    for line in make("perf", "timed").decode().splitlines():
        header = re.match(r"^(\S.*?)\s+(\d+)/(\d+)\s+\[\d+\]\s+(\d+\.\d+):\s+(\d+)\s+(\S+):\s*$", line)
        frame = re.match(r"^\s*(\w+)\s*(.+) \((.*)\)$", line)
        if header:
            comm, stack = header.group(1, 3, 5, 6), []
            in_order = in_order and float(header.group(4)) >= last
            last = float(header.group(4))
        elif frame and stack is not None:
            stack.insert(0, frame.group(2))
        elif not line:
            stacks[comm, tuple(stack)] += 10
            stack = None
        else:
            stacks["not understood", line] += 1
    expected = collections.Counter()
    for tid, thread in (("11", "main"), ("12", "</script>")):
        for stack, ms in stacks_of(TIMED[thread]).items():
            expected[("web", tid, "10000000", "cpu-clock"), stack] = ms
    same("perf: events", stacks, expected)
    same("perf: in the order of time", in_order, True)


def check_html(same, make, modules, folder, pictures):
    """In a browser without a network: the page draws, finds, lists, and nothing in a name becomes part of it."""
    paths = {}
    for profile in ("small", "evil", "3000"):
        paths[profile] = os.path.join(folder, profile + ".html")
        with open(paths[profile], "wb") as file:
            file.write(make("html", profile))
    command = ["node", os.path.join(HERE, "html.mjs"), shutil.which("chromium"), modules, pictures]
    done = subprocess.run(command + list(paths.values()), stdout=subprocess.PIPE, check=True)
    seen = json.loads(done.stdout)
    for profile, path in paths.items():
        one = seen[path]
        same("html, %s: nothing ran, nothing was asked for, nothing went wrong" % profile,
             (one["evil"], one["asked"], one["said"]), (None, [], []))
    small = seen[paths["small"]]
    same("html: title", (small["title"], small["host"]), ("app.py (pid 4711)", "app.py (pid 4711)"))
    same("html: facts", "10.0 s of CPU" in small["facts"] and "3 lost" in small["facts"], True)
    same("html: table", any("JSONEncoder.encode" in row and "60.0" in row for row in small["rows"]), True)
    same("html: search", small["found"], "90.1 %")
    same("html: hostile title", seen[paths["evil"]]["title"], "</script><script>window.evil = 1</script>")
