# SPDX-License-Identifier: MIT
"""Reads what Austin 4 writes (its MOJO format, version 4.0 of the program): enough to count and judge its stacks."""

METADATA, STACK, FRAME, FRAME_INVALID, FRAME_REF, FRAME_KERNEL = range(1, 7)
GC, IDLE, TIME, MEMORY, STRING, STRING_REF = range(7, 13)
INVALID = ":INVALID:"


class Reader:
	def __init__(self, data):
		self.data, self.at = data, 0

	def byte(self):
		self.at += 1
		return self.data[self.at - 1]

	def varint(self):
		"""The first byte holds a sign and 6 bits, each further one 7 bits; the high bit: more follow."""
		byte = self.byte()
		value, shift, negative = byte & 0x3f, 6, byte & 0x40
		while byte & 0x80:
			byte = self.byte()
			value |= (byte & 0x7f) << shift
			shift += 7
		return -value if negative else value

	def string(self):
		end = self.data.index(b"\0", self.at)
		text = self.data[self.at:end].decode("utf-8", "replace")
		self.at = end + 1
		return text


def stacks(data):
	"""Yields each stack as (thread, functions from the root on). One that is cut off is left out."""
	reader = Reader(data)
	if data[:3] != b"MOJ":
		raise ValueError("not a MOJO file")
	reader.at = 3
	reader.varint()
	strings, frames = {}, {}
	thread, stack = None, []
	try:
		while reader.at < len(data):
			event = reader.byte()
			if event == STACK:
				if thread is not None:
					yield thread, stack
				reader.varint(), reader.varint()
				thread, stack = reader.string(), []
			elif event == METADATA:
				reader.string(), reader.string()
			elif event == STRING:
				key = reader.varint()
				strings[key] = reader.string()
			elif event == FRAME:
				key, _, scope = reader.varint(), reader.varint(), reader.varint()
				for _ in range(4):
					reader.varint()
				frames[key] = strings.get(scope, "?")
			elif event == FRAME_REF:
				stack.append(frames.get(reader.varint(), "?"))
			elif event == FRAME_KERNEL:
				stack.append(reader.string())
			elif event == FRAME_INVALID:
				stack.append(INVALID)
			elif event in (TIME, MEMORY, STRING_REF):
				reader.varint()
			elif event not in (GC, IDLE):
				raise ValueError("event %d at %d" % (event, reader.at - 1))
	except IndexError:
		return
	if thread is not None:
		yield thread, stack
