#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""History in a minute: three services, a daemon that looks at them, a collector that keeps what it says. One service
becomes slower on purpose, and the collector is asked until it has found which, in which function, and when.

    python3 examples/demo.py [--sudo]             after `make`; `./bootstrap demo` runs it too

--sudo starts the daemon through sudo. It stays until Ctrl-C; where it does not talk to a terminal, or DEMO_SECONDS is
set, it ends by itself so many seconds after the finding (0, if DEMO_SECONDS is not set). All it writes is in build/demo.
"""
import fcntl
import http.client
import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
FOLDER = "build/demo"
SERVICES = ("billing", "catalog", "checkout")
SLOWER, SLOWER_AFTER = "billing", 45  # seconds: what was before is known well enough then
SEEN_FOR = 15  # seconds of the time after it, which is enough to tell how much slower
POINT = 10  # seconds of a point of the page's timeline: there the history shown begins and ends
BOUND = 240  # seconds for all of it, on a machine that has much else to do
COLLECTOR_PORT = 16385


def say(text):
    print("demo: " + text, flush=True)


class Trouble(Exception):
    """A sentence for who started this."""


class Part:
    """A process that is ended with the demo; its words are in build/demo/NAME.log."""

    def __init__(self, name, command, **environment):
        self.name, self.path = name, os.path.join(FOLDER, name + ".log")
        with open(self.path, "wb") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            env=dict(os.environ, **environment))

    def log(self):
        with open(self.path, encoding="utf-8", errors="replace") as file:
            return file.read()

    def wait_for(self, pattern, seconds=20):
        """What it says in its log, or None if it ended before."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            ended = self.process.poll() is not None
            found = re.search(pattern, self.log())
            if found or ended:
                return found
            time.sleep(0.1)
        return None

    def end(self):
        if self.process.poll() is not None:
            return
        try:
            self.process.terminate()
        except PermissionError:  # it is sudo's
            subprocess.call(["sudo", "kill", str(self.process.pid)])
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()


def clear(store):
    """No history of an earlier demo, unless somebody keeps that right now."""
    with open(store + ".lock", "ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Trouble("another collector has %s: end it first" % store) from None
        for suffix in ("", "-wal", "-shm"):
            if os.path.exists(store + suffix):
                os.unlink(store + suffix)


class Demo:
    def __init__(self, sudo):
        self.sudo, self.parts, self.deadline = sudo, [], time.monotonic() + BOUND

    def start(self, name, command, **environment):
        part = Part(name, command, **environment)
        self.parts.append(part)
        return part

    def end(self):
        for part in self.parts:
            part.end()

    def start_services(self):
        pids = []
        for name in SERVICES:
            words = ["--slower-after", str(SLOWER_AFTER)] if name == SLOWER else []
            part = self.start(name, [sys.executable, "examples/service.py"] + words, OTEL_SERVICE_NAME=name)
            if not part.wait_for("(?m)^ready "):
                raise Trouble("the service %s did not start: %s" % (name, part.log()[-300:]))
            pids.append(part.process.pid)
        say("%s run: three services with the same code, examples/service.py" % ", ".join(SERVICES))
        return pids

    def listening(self, name, command, shown):
        """Starts a server and says where it listens."""
        say(shlex.join(shown))
        part = self.start(name, command)
        found = part.wait_for(r"listening on ([0-9.]+:\d+)")
        if not found:
            part.end()
            self.parts.remove(part)
            self.words = part.log()[-300:]
        return found and found.group(1)

    def start_daemon(self, pids):
        command = ["./scrape", "serve", "--config", "/dev/null", "--name", "here", "--slice", "1s", "--listen", "127.0.0.1:0"]
        for pid in pids:
            command += ["-p", str(pid)]
        if self.sudo:
            command = ["sudo"] + command
        address = self.listening("daemon", command, command)
        if not address:
            raise Trouble("the daemon did not start: " + self.words)
        return address

    def start_collector(self, daemon):
        store = os.path.join(FOLDER, "history.db")
        clear(store)
        command = ["./scrape", "collect", "--config", "/dev/null", "--slice", "1s", "--store", store]
        self.again = command
        command = command + ["--host", "here=" + daemon]
        # Its usual port, unless somebody has that already.
        for port in (COLLECTOR_PORT, 0):
            words = command + ["--listen", "127.0.0.1:%d" % port]
            self.address = self.listening("collector", words, words)
            if self.address:
                return
        raise Trouble("the collector did not start: " + self.words)

    def ask(self, path):
        """The answer of the collector; None while it has none yet."""
        connection = http.client.HTTPConnection(self.address, timeout=15)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            body = answer.read()
        except OSError as error:
            raise Trouble("the collector does not answer: %s" % error) from None
        finally:
            connection.close()
        return json.loads(body) if answer.status == 200 else None

    def wait(self, what, find):
        while True:
            for part in self.parts:
                if part.process.poll() is not None:
                    raise Trouble("the %s ended: %s" % (part.name, part.log()[-300:]))
            found = find()
            if found:
                return found
            if time.monotonic() > self.deadline:
                raise Trouble("%s within %d seconds; the machine may be too busy. Logs are in %s" % (what, BOUND, FOLDER))
            time.sleep(1)

    def begin_of_history(self):
        """From when on all services are known."""
        targets = self.ask("/api/v1/targets")
        known = {one["service"]: one["first"] for one in targets["targets"]} if targets else {}
        return set(known) == set(SERVICES) and (max(known.values()) + POINT - 1) // POINT * POINT

    def find(self, begin, second):
        """Until the collector names the function: the findings, with the interval in which they are."""
        hosts = self.ask("/api/v1/hosts")
        until = int(hosts["watermark"] if hosts else 0) // POINT * POINT
        if until < second + SEEN_FOR:
            return None
        answer = self.ask("/api/v1/regressions?from=%d&until=%d" % (begin, until))
        for item in answer["items"] if answer else []:
            if (item["service"], item["function"]) == (SLOWER, "price"):
                return until, item
        return None

    def address_of(self, begin, until, item):
        """The page's own link to a finding that is opened, with absolute times: it shows the same tomorrow. The words
        are those of src/web/state.ts; what to compare are the links of the finding itself."""
        state = {"span": until - begin, "end": until, "view": "regressions",
                 "finding": "%s %s %d" % (item["service"], item["function"], item["moment"])}
        for prefix, link in (("", item["url"]), ("base_", item["base_url"])):
            words = dict(urllib.parse.parse_qsl(link.partition("#")[2]))
            state.update({prefix + key: words[key] for key in ("from", "until")})
        return "http://%s/#%s" % (self.address, urllib.parse.urlencode(state))

    def run(self):
        say("history: this takes about a minute, at most %d" % (BOUND // 60))
        pids = self.start_services()
        self.start_collector(self.start_daemon(pids))
        begin = self.wait("no slice came", self.begin_of_history)
        say("in %d seconds %s becomes slower on purpose" % (SLOWER_AFTER, SLOWER))
        slower = self.parts[0]
        second = int(self.wait("it did not become slower", lambda: re.search(r"slower at (\d+)", slower.log())).group(1))
        say("%s: from now on price() does three times its work; the collector is not told" %
            time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(second)))
        until, item = self.wait("the collector did not find it", lambda: self.find(begin, second))
        say("found, from the history alone:")
        command = ["./scrape", "regressions", "--url", "http://" + self.address, "--from", str(begin), "--until", str(until)]
        print("\n$ %s" % shlex.join(command), flush=True)
        if subprocess.call(command) != 0:
            raise Trouble("it cannot be asked on the command line")
        print("\nThe same as a page, with what was before beside what came after:\n\n\t%s\n" %
              self.address_of(begin, until, item), flush=True)
        self.stay()

    def stay(self):
        seconds = os.environ.get("DEMO_SECONDS")
        forever = seconds is None and sys.stdin.isatty() and sys.stdout.isatty()
        try:
            if forever:
                say("all goes on until Ctrl-C")
            while forever:
                time.sleep(60)
            time.sleep(float(seconds or 0))
        except KeyboardInterrupt:
            print(flush=True)
        self.end()
        say("ended. What was collected is kept, and this answers at the same address again:\n\n\t%s" %
            shlex.join(self.again + ["--listen", self.address]))


def seconds_are_right():
    text = os.environ.get("DEMO_SECONDS", "0")
    return re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,6})?", text or "0") is not None


def main():
    if sys.argv[1:] not in ([], ["--sudo"]):
        raise Trouble("the only word it knows is --sudo")
    if not seconds_are_right():
        raise Trouble("DEMO_SECONDS is not a number of seconds: %s" % os.environ["DEMO_SECONDS"])
    os.chdir(os.path.dirname(HERE))
    os.makedirs(FOLDER, exist_ok=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    demo = Demo("--sudo" in sys.argv)
    try:
        demo.run()
    finally:
        demo.end()


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
    except Trouble as trouble:
        print("demo: %s" % trouble, file=sys.stderr)
        sys.exit(1)
