# SPDX-License-Identifier: MIT
"""The page of a real collector in a headless Chromium: tests/web/real.mjs."""
import os
import re
import shutil
import subprocess

import lib
from lib import check

UNREACHED = "ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|ECONNRESET"


def need():
	"""Skips where there is no browser; makes what drives it."""
	for tool in ("node", "npm", "chromium"):
		if not shutil.which(tool):
			raise lib.Skip("there is no %s (apt-get install %s)" % (tool, tool))
	built = subprocess.run([os.path.join(lib.TOP, "src/web/build"), "-"], capture_output=True, text=True)
	if built.returncode and re.search(UNREACHED, built.stdout + built.stderr):
		raise lib.Skip("npm cannot reach its registry")
	check(built.returncode == 0, built.stderr)


def look(collector, second, name="real"):
	"""A person in an incident at the page, whose worker became slower at that second: build/web/NAME-*.png."""
	done = subprocess.run(["node", os.path.join(lib.TOP, "tests/web/real.mjs"), lib.TOP, shutil.which("chromium"),
		os.path.join(lib.TOP, "build/web/page/node_modules"), "http://%s/" % collector.address, collector.token, str(second), name],
		capture_output=True, text=True, timeout=150)
	check(done.returncode == 0, (done.stdout + done.stderr)[-3000:])
