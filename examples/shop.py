#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A small web shop to profile: an HTTP service with a search, a cache, prices, pages and background workers.

    python3 examples/shop.py                 serves on a free port of 127.0.0.1, with customers, until Ctrl-C
    python3 examples/shop.py --seconds 20    ends by itself
    python3 examples/shop.py --clients 0     no customers of its own: bring your own load

It prints "ready PID PORT" once it serves. Only the standard library is used; any Python from 3.8 on will do. The
customers are a process of their own, so that a profile of the shop shows the shop.
"""
import argparse
import collections
import decimal
import hashlib
import heapq
import html
import http.client
import http.server
import json
import math
import os
import queue
import random
import re
import signal
import string
import subprocess
import sys
import threading
import time
import urllib.parse
import zlib

ADJECTIVES = "small large red blue green quiet fast light heavy warm soft bright plain wooden woollen".split()
NOUNS = "lamp chair table kettle scarf bicycle radio clock mirror basket blanket bottle ladder drum kite".split()
WORDS = ADJECTIVES + NOUNS + "for the home garden office kitchen with long lasting finish made by hand".split()
COUNTRIES = {"AT": "0.20", "CH": "0.081", "DE": "0.19", "FR": "0.20", "NL": "0.21"}


class Catalogue:
    """The products, made up but always the same."""

    def __init__(self, size, seed=7):
        rng = random.Random(seed)
        self.products = [self.invent(rng, number) for number in range(size)]

    @staticmethod
    def invent(rng, number):
        return {
            "id": number,
            "name": "%s %s" % (rng.choice(ADJECTIVES), rng.choice(NOUNS)),
            "text": " ".join(rng.choice(WORDS) for _ in range(40)),
            "price": decimal.Decimal(rng.randrange(199, 49999)) / 100,
            "reviews": [{"stars": rng.randrange(1, 6), "text": " ".join(rng.choices(WORDS, k=12))}
                        for _ in range(rng.randrange(2, 14))],
        }


class SearchIndex:
    """An inverted index with scores by term frequency."""

    TOKEN = re.compile(r"[a-z]+")

    def __init__(self, products):
        self.postings = {}
        self.size = len(products)
        self.rebuild(products)

    def tokenize(self, text):
        return self.TOKEN.findall(text.lower())

    def rebuild(self, products):
        postings = collections.defaultdict(dict)
        for product in products:
            terms = collections.Counter(self.tokenize(product["name"] + " " + product["text"]))
            for term, count in terms.items():
                postings[term][product["id"]] = count
        self.postings = postings # one assignment: readers see the old index or the new one

    def score(self, terms):
        scores = collections.defaultdict(float)
        for term in terms:
            found = self.postings.get(term, {})
            weight = math.log(1 + self.size / (1 + len(found)))
            for number, count in found.items():
                scores[number] += weight * count / (count + 1.2)
        return scores

    def query(self, text, limit):
        scores = self.score(self.tokenize(text))
        return sorted(scores, key=lambda number: (-scores[number], number))[:limit]

    def snippet(self, text, terms):
        """The words around the first hit, hits marked."""
        words = text.split()
        hits = [position for position, word in enumerate(words) if self.TOKEN.match(word) and word in terms]
        begin = max(0, (hits[0] if hits else 0) - 5)
        return " ".join("<b>%s</b>" % word if word in terms else word for word in words[begin:begin + 15])


class Recommender:
    """Products described alike: cosine similarity of their words against a sample of the others."""

    def __init__(self, products):
        self.vectors = [self.vector(product) for product in products]

    @staticmethod
    def vector(product):
        counts = collections.Counter(product["text"].split())
        length = math.sqrt(sum(count * count for count in counts.values()))
        return {word: count / length for word, count in counts.items()}

    @staticmethod
    def similarity(one, other):
        return sum(weight * other[word] for word, weight in one.items() if word in other)

    def like(self, number, limit, step=13):
        mine = self.vectors[number]
        others = range(number % step, len(self.vectors), step)
        rated = ((self.similarity(mine, self.vectors[other]), other) for other in others if other != number)
        return [other for _, other in heapq.nlargest(limit, rated)]


class Cache:
    """The pages used last, with an age limit."""

    def __init__(self, size, seconds):
        self.size = size
        self.seconds = seconds
        self.entries = collections.OrderedDict()
        self.lock = threading.Lock()
        self.hits = self.misses = 0

    def get(self, key, make):
        with self.lock:
            entry = self.entries.get(key)
            if entry and entry[0] > time.monotonic():
                self.entries.move_to_end(key)
                self.hits += 1
                return entry[1]
            self.misses += 1
        value = make()
        with self.lock:
            self.entries[key] = (time.monotonic() + self.seconds, value)
            while len(self.entries) > self.size:
                self.entries.popitem(last=False)
        return value


class Journal(threading.Thread):
    """Writes what was ordered, in blocks: compressed, each with the checksum of all before it."""

    def __init__(self):
        super().__init__(name="journal", daemon=True)
        self.orders = queue.Queue()
        self.digest = hashlib.sha256()
        self.bytes = 0

    def run(self):
        while True:
            block = [self.orders.get()]
            while len(block) < 20:
                block.append(self.orders.get())
            self.write(block)

    def write(self, block):
        text = "\n".join(json.dumps(order, indent=1, sort_keys=True) for order in block)
        packed = zlib.compress(text.encode(), 6)
        self.digest.update(packed)
        self.bytes += len(packed)


class Reindexer(threading.Thread):
    """Changes a few products now and then and builds the index anew."""

    def __init__(self, shop, pause):
        super().__init__(name="reindexer", daemon=True)
        self.shop = shop
        self.pause = pause

    def run(self):
        rng = random.Random(11)
        while True:
            time.sleep(self.pause)
            for product in rng.sample(self.shop.catalogue.products, 50):
                product["text"] = " ".join(rng.choices(WORDS, k=40))
            self.shop.index.rebuild(self.shop.catalogue.products)


class Shop:
    PAGE = string.Template("<!doctype html><title>$title</title><h1>$title</h1><p>$price</p><p>$text</p>"
                           "$reviews$similar")

    def __init__(self, size):
        self.catalogue = Catalogue(size)
        self.index = SearchIndex(self.catalogue.products)
        self.recommender = Recommender(self.catalogue.products)
        self.cache = Cache(size=size // 4, seconds=2.0)
        self.journal = Journal()

    def summary(self, product, country):
        return {"id": product["id"], "name": product["name"], "price": str(self.gross(product["price"], country)),
                "stars": self.stars(product)}

    @staticmethod
    def stars(product):
        return round(sum(review["stars"] for review in product["reviews"]) / len(product["reviews"]), 1)

    @staticmethod
    def gross(net, country):
        rate = decimal.Decimal(COUNTRIES.get(country, "0"))
        return (net * (1 + rate)).quantize(decimal.Decimal("0.01"))

    def search(self, text, country):
        terms = set(self.index.tokenize(text))
        found = []
        for number in self.index.query(text, limit=40):
            product = self.catalogue.products[number]
            found.append(dict(self.summary(product, country), snippet=self.index.snippet(product["text"], terms)))
        return found

    def render_product(self, number, country):
        product = self.catalogue.products[number]
        return self.PAGE.substitute(title=html.escape(product["name"]), text=html.escape(product["text"]),
                                    price=self.gross(product["price"], country), reviews=self.render_reviews(product),
                                    similar=self.render_similar(number, country))

    def render_similar(self, number, country):
        similar = [self.summary(self.catalogue.products[other], country) for other in self.recommender.like(number, 5)]
        return "".join("<a href=/product/%(id)d>%(name)s %(price)s</a>" % product for product in similar)

    @staticmethod
    def render_reviews(product):
        rows = ("<li>%s %s</li>" % ("*" * review["stars"], html.escape(review["text"]))
                for review in sorted(product["reviews"], key=lambda review: -review["stars"]))
        return "<ul>%s</ul>" % "".join(rows)

    def order(self, items, country):
        lines = []
        total = decimal.Decimal(0)
        for item in items:
            product = self.catalogue.products[int(item["id"]) % len(self.catalogue.products)]
            price = self.gross(product["price"], country) * int(item["count"])
            total += price
            lines.append({"product": self.summary(product, country), "count": item["count"], "price": str(price)})
        order = {"lines": lines, "total": str(total), "country": country}
        self.journal.orders.put(order)
        return order


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 65536 # an answer is sent at once
    shop = None

    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(url.query))
        country = query.get("country", "DE")
        if url.path == "/search":
            self.reply_json(self.shop.search(query.get("q", ""), country))
        elif url.path.startswith("/product/"):
            self.reply_product(url.path, country)
        elif url.path == "/stats":
            self.reply_json({"hits": self.shop.cache.hits, "misses": self.shop.cache.misses})
        else:
            self.send_error(404)

    def do_POST(self):
        length = min(int(self.headers.get("Content-Length", 0)), 65536)
        try:
            order = json.loads(self.rfile.read(length))
            self.reply_json(self.shop.order(order["items"], order.get("country", "DE")))
        except (ValueError, KeyError, TypeError):
            self.send_error(400)

    def reply_product(self, path, country):
        try:
            number = int(path.rsplit("/", 1)[1]) % len(self.shop.catalogue.products)
        except ValueError:
            self.send_error(404)
            return
        page = self.shop.cache.get((number, country), lambda: self.shop.render_product(number, country))
        self.reply(page.encode(), "text/html; charset=utf-8")

    def reply_json(self, value):
        self.reply(json.dumps(value, indent=1).encode(), "application/json")

    def reply(self, body, kind):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format, *args):
        pass # the terminal belongs to whoever profiles


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], ConnectionError): # a customer who left is no error
            super().handle_error(request, client_address)


def customer(port, seed, orders):
    """One customer: searches, looks at products, orders, thinks; until the shop is gone."""
    rng = random.Random(seed)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)

    def ask(method, path, body=None):
        connection.request(method, path, body)
        return connection.getresponse().read()

    try:
        while True:
            country = rng.choice(sorted(COUNTRIES))
            words = "+".join(rng.choices(WORDS, k=rng.randrange(1, 4)))
            found = json.loads(ask("GET", "/search?q=%s&country=%s" % (words, country)))
            picked = [product["id"] for product in found[:rng.randrange(2, 9)]]
            for number in picked:
                ask("GET", "/product/%d?country=%s" % (number, country))
            if picked and rng.random() < orders:
                items = [{"id": number, "count": rng.randrange(1, 4)} for number in picked]
                ask("POST", "/order", json.dumps({"items": items, "country": country}))
            time.sleep(rng.expovariate(50))
    except (OSError, http.client.HTTPException, ValueError):
        connection.close()


def run_customers(port, clients):
    threads = [threading.Thread(target=customer, args=(port, seed, 0.6), daemon=True) for seed in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def serve(options):
    shop = Handler.shop = Shop(options.products)
    server = Server(("127.0.0.1", options.port), Handler)
    port = server.server_address[1]
    shop.journal.start()
    Reindexer(shop, pause=1.5).start()
    threading.Thread(target=server.serve_forever, name="acceptor", daemon=True).start()
    print("ready %d %d" % (os.getpid(), port), flush=True)
    customers = None
    if options.clients:
        customers = subprocess.Popen([sys.executable, os.path.abspath(__file__), "--customers-of", str(port),
                                      "--clients", str(options.clients)], stdin=subprocess.DEVNULL)
    try:
        time.sleep(options.seconds if options.seconds else 10 ** 8)
    except KeyboardInterrupt:
        pass
    finally:
        if customers:
            customers.terminate()
            customers.wait()
        server.shutdown()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=0, help="of 127.0.0.1; 0: any free one")
    parser.add_argument("--clients", type=int, default=4, help="customers at a time")
    parser.add_argument("--products", type=int, default=2000)
    parser.add_argument("--seconds", type=float, default=0, help="end after so long; 0: at Ctrl-C")
    parser.add_argument("--customers-of", type=int, metavar="PORT", help="only be the customers of that shop")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(0))
    if options.customers_of:
        run_customers(options.customers_of, options.clients)
    else:
        serve(options)


if __name__ == "__main__":
    main()
