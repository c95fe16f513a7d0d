# SPDX-License-Identifier: MIT
"""A daemon's double for tests of who asks: answers each GET with what a function makes of (path, parameters, headers).

	with Double(lambda path, parameters, headers: (200, b"{}")) as double:
		scrape("top", "--url", double.url)
		print(double.asked)
"""
import http.server
import threading
import urllib.parse


class Double:
	def __init__(self, answer):
		self.asked = []
		double = self

		class Handler(http.server.BaseHTTPRequestHandler):
			def do_GET(self):
				path, _, query = self.path.partition("?")
				parameters = dict(urllib.parse.parse_qsl(query, keep_blank_values=True))
				double.asked.append((path, parameters, dict(self.headers)))
				status, body = answer(path, parameters, self.headers)
				self.send_response(status)
				self.send_header("Content-Type", "application/json")
				self.send_header("Content-Length", str(len(body)))
				self.end_headers()
				self.wfile.write(body)

			def log_message(self, *words):
				pass

		self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
		self.server.handle_error = lambda *words: None # who asked has gone: as it may
		self.url = "http://127.0.0.1:%d" % self.server.server_port
		self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)
		self.thread.start()

	def __enter__(self):
		return self

	def __exit__(self, *_):
		self.server.shutdown()
		self.server.server_close()
		self.thread.join()
