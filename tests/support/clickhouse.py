# SPDX-License-Identifier: MIT
"""ClickHouse servers on loopback, as a test wants them: one, or shards of replicas with a ZooKeeper. Nothing is left
behind: files are in a folder of their own, processes are ended."""
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

SERVER = "/usr/sbin/clickhouse-server"
SESSION_MS = 3000 # before it is over, the replica of a server that was killed fetches nothing, though it is there again
ZOOKEEPER = "/usr/share/java/zookeeper.jar"

USERS = """<yandex>
 <profiles><default><max_memory_usage>2000000000</max_memory_usage><max_threads>2</max_threads></default></profiles>
 <users><default><password>%s</password><networks><ip>127.0.0.1</ip></networks><profile>default</profile>
 <quota>default</quota></default></users><quotas><default/></quotas></yandex>
"""
CONFIG = """<yandex>
 <logger><level>warning</level><log>{folder}/server.log</log><errorlog>{folder}/error.log</errorlog></logger>
 <http_port>{http}</http_port><tcp_port>{tcp}</tcp_port><listen_host>127.0.0.1</listen_host><timezone>{zone}</timezone>
 <interserver_http_port>{between}</interserver_http_port><interserver_http_host>127.0.0.1</interserver_http_host>
 <uncompressed_cache_size>67108864</uncompressed_cache_size><mark_cache_size>67108864</mark_cache_size>
 <path>{folder}/data/</path><tmp_path>{folder}/tmp/</tmp_path><user_files_path>{folder}/user_files/</user_files_path>
 <format_schema_path>{folder}/schemas/</format_schema_path><users_config>users.xml</users_config>
 <default_profile>default</default_profile><default_database>default</default_database>
 <merge_tree><old_parts_lifetime>5</old_parts_lifetime>
  <zookeeper_session_expiration_check_period>1</zookeeper_session_expiration_check_period>
  <replicated_max_ratio_of_wrong_parts>1</replicated_max_ratio_of_wrong_parts></merge_tree>
 {cluster}
</yandex>
"""


def missing():
	"""What is not here, or None."""
	for path in (SERVER, ZOOKEEPER):
		if not os.path.exists(path):
			return path
	return None if shutil.which("java") else "java"


def free_ports(n):
	sockets = [socket.socket() for _ in range(n)]
	for one in sockets:
		one.bind(("127.0.0.1", 0))
	ports = [one.getsockname()[1] for one in sockets]
	for one in sockets:
		one.close()
	return ports


class Process:
	def __init__(self, command, folder):
		self.command, self.folder, self.child = command, folder, None

	def start(self):
		with open(os.path.join(self.folder, "out.log"), "ab") as log:
			self.child = subprocess.Popen(self.command, cwd=self.folder, stdout=log, stderr=log, stdin=subprocess.DEVNULL)

	def stop(self, how=signal.SIGTERM):
		if self.child is None:
			return
		self.child.send_signal(how)
		try:
			self.child.wait(20)
		except subprocess.TimeoutExpired:
			self.child.kill()
			self.child.wait()
		self.child = None


class Server(Process):
	"""What answers as ClickHouse does, at a port of HTTP."""

	def __init__(self, command, folder, port):
		super().__init__(command, folder)
		self.http = port

	def answers(self):
		try:
			with urllib.request.urlopen("http://127.0.0.1:%d/ping" % self.http, timeout=2) as answer:
				return answer.read() == b"Ok.\n"
		except (OSError, urllib.error.URLError):
			return False

	def wait(self, seconds=60):
		end = time.monotonic() + seconds
		while not self.answers():
			if time.monotonic() > end or self.child.poll() is not None:
				raise RuntimeError("%s does not start: %s" % (self.folder, self.said()))
			time.sleep(0.1)

	def said(self):
		for name in ("error.log", "out.log"):
			path = os.path.join(self.folder, name)
			if os.path.exists(path) and os.path.getsize(path):
				with open(path, errors="replace") as file:
					lines = file.read().splitlines()
				return "\n".join([line for line in lines if "Exception" in line] or lines)[-2000:]
		return "nothing"

	def query(self, sql, settings=""):
		"""settings: "name=value", joined by &. RuntimeError with what the server says."""
		request = urllib.request.Request("http://127.0.0.1:%d/?%s" % (self.http, settings), data=sql.encode())
		try:
			with urllib.request.urlopen(request, timeout=60) as answer:
				return answer.read().decode()
		except urllib.error.HTTPError as error:
			raise RuntimeError("%s: %s" % (sql, error.read(2000).decode(errors="replace"))) from error


class Node(Server):
	"""One server."""

	def __init__(self, folder, ports, cluster="", password="", zone="UTC"):
		os.makedirs(folder)
		port, self.tcp, self.between = ports
		for name in ("data", "tmp", "user_files", "schemas"):
			os.mkdir(os.path.join(folder, name))
		with open(os.path.join(folder, "users.xml"), "w") as file:
			file.write(USERS % password)
		with open(os.path.join(folder, "config.xml"), "w") as file:
			file.write(CONFIG.format(folder=folder, http=port, tcp=self.tcp, between=self.between, cluster=cluster,
				zone=zone))
		super().__init__([SERVER, "--config-file=%s/config.xml" % folder], folder, port)


class Keeper(Process):
	"""A ZooKeeper."""

	def __init__(self, folder, port):
		os.makedirs(os.path.join(folder, "data"))
		self.port = port
		with open(os.path.join(folder, "zoo.cfg"), "w") as file:
			file.write("tickTime=500\ndataDir=%s/data\nclientPort=%d\nclientPortAddress=127.0.0.1\n"
				"admin.enableServer=false\n" % (folder, port))
		super().__init__(["java", "-Xmx128m", "-cp", folder + ":" + ZOOKEEPER,
			"org.apache.zookeeper.server.quorum.QuorumPeerMain", folder + "/zoo.cfg"], folder)

	def is_well(self):
		try:
			with socket.create_connection(("127.0.0.1", self.port), 1) as connection:
				connection.sendall(b"srvr")
				return b"Mode:" in connection.makefile("rb").read()
		except OSError:
			return False

	def wait(self, seconds=60):
		"""Until it serves: a server that is turned away at its door dies of it (ClickHouse 18.16)."""
		end = time.monotonic() + seconds
		while not self.is_well():
			if time.monotonic() > end or self.child.poll() is not None:
				raise RuntimeError("ZooKeeper does not start")
			time.sleep(0.1)


class Cluster:
	"""Shards of replicas, called "scrape"; or without shards one server."""

	def __init__(self, shards=2, replicas=2, password="", zone="UTC"):
		self.folder = tempfile.mkdtemp(prefix="scrape-cluster.")
		*ports, last = free_ports(3 * max(shards * replicas, 1) + 1)
		self.keeper = Keeper(os.path.join(self.folder, "keeper"), last) if shards else None
		three = [ports[i:i + 3] for i in range(0, len(ports), 3)]
		self.nodes = []
		for i, own in enumerate(three):
			cluster = self.describe(three, replicas, i) if shards else ""
			self.nodes.append(Node(os.path.join(self.folder, "n%d" % i), own, cluster, password, zone))

	def describe(self, ports, replicas, own):
		text = "<remote_servers><scrape>"
		for i in range(0, len(ports), replicas):
			text += "<shard><internal_replication>true</internal_replication>"
			for _, tcp, _ in ports[i:i + replicas]:
				text += "<replica><host>127.0.0.1</host><port>%d</port></replica>" % tcp
			text += "</shard>"
		return (text + "</scrape></remote_servers><zookeeper><node><host>127.0.0.1</host><port>%d</port></node>"
			"<session_timeout_ms>%d</session_timeout_ms></zookeeper>"
			"<macros><shard>%02d</shard><replica>%d</replica></macros><distributed_ddl><path>/clickhouse/ddl</path>"
			"</distributed_ddl>" % (self.keeper.port, SESSION_MS, own // replicas, own % replicas))

	def __enter__(self):
		try:
			if self.keeper:
				self.keeper.start()
				self.keeper.wait()
			for node in self.nodes:
				node.start()
			for node in self.nodes:
				node.wait()
		except BaseException:
			self.__exit__()
			raise
		return self

	def __exit__(self, *_):
		for one in self.nodes + ([self.keeper] if self.keeper else []):
			one.stop(signal.SIGKILL) # what they would still write is not wanted
		shutil.rmtree(self.folder, ignore_errors=True)

	@property
	def hosts(self):
		return ",".join("127.0.0.1:%d" % node.http for node in self.nodes)
