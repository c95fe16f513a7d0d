# SPDX-License-Identifier: MIT
"""service.py http|asyncio: a server on loopback and, in a child process, a client that keeps it busy."""
import asyncio
import http.server
import json
import os
import socket
import sys

from ready import ready


def price(item):
	total = 0
	for number in range(1000):
		total += item * number % 7
	return total


def render(count):
	return json.dumps([{"item": item, "price": price(item)} for item in range(count)], indent=1).encode()


class Handler(http.server.BaseHTTPRequestHandler):
	protocol_version = "HTTP/1.1"
	wbufsize = 65536

	def do_GET(self):
		body = render(40)
		self.send_response(200)
		self.send_header("Content-Length", str(len(body)))
		self.end_headers()
		self.wfile.write(body)

	def log_message(self, *args):
		pass


async def handle(reader, writer):
	try:
		while await reader.readline():
			while (await reader.readline()).strip():
				pass
			body = render(40)
			writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
			await writer.drain()
	finally:
		writer.close()


async def serve_asyncio(listener):
	server = await asyncio.start_server(handle, sock=listener)
	ready()
	async with server:
		await server.serve_forever()


def serve_http(listener):
	server = http.server.HTTPServer(listener.getsockname(), Handler, bind_and_activate=False)
	server.socket.close()
	server.socket = listener
	ready()
	server.serve_forever()


def load(address, parent):
	"""Asks in a loop on one connection, until the server is gone."""
	with socket.create_connection(address) as connection:
		while os.getppid() == parent:
			connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
			answer = b""
			while b"\r\n\r\n" not in answer:
				answer += connection.recv(65536) or sys.exit(0)
			head, _, body = answer.partition(b"\r\n\r\n")
			length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
			while len(body) < length:
				body += connection.recv(65536) or sys.exit(0)


def main():
	listener = socket.socket()
	listener.bind(("127.0.0.1", 0))
	listener.listen(5)
	parent = os.getpid()
	if os.fork() == 0:
		try:
			load(listener.getsockname(), parent)
		finally:
			os._exit(0)
	if sys.argv[1] == "asyncio":
		asyncio.run(serve_asyncio(listener))
	else:
		serve_http(listener)


if __name__ == "__main__":
	main()
