# SPDX-License-Identifier: MIT
"""Figures with their spread, their goals, and the two ways of showing them: on a terminal and as markdown."""
import math


def median(values):
	values = sorted(values)
	middle = len(values) // 2
	return values[middle] if len(values) % 2 else (values[middle - 1] + values[middle]) / 2


def median_interval(values):
	"""An interval that covers the median with about 95 %, by order statistics; all values when there are few."""
	values = sorted(values)
	reach = int(math.floor(len(values) / 2 - 0.98 * math.sqrt(len(values))))
	reach = max(reach, 0)
	return values[reach], values[len(values) - 1 - reach]


class Figure:
	"""A repeated measurement of one thing, with the goal it has to reach, if it has one."""

	def __init__(self, values, goal=None, at_least=False, digits=1, interval=None):
		self.values, self.goal, self.at_least, self.digits = list(values), goal, at_least, digits
		self.value = median(self.values)
		self.low, self.high = interval or (min(self.values), max(self.values))
		self.open = goal is not None and interval is not None and self.low <= goal <= self.high

	@property
	def reached(self):
		"""None without a goal, and when the interval given reaches to both sides of it."""
		if self.goal is None or self.open:
			return None
		return self.value >= self.goal if self.at_least else self.value <= self.goal

	def number(self, value):
		return "{:,.{}f}".format(value, self.digits).replace(",", " ")

	def __str__(self):
		text = self.number(self.value)
		if len(self.values) > 1:
			text += " (%s-%s)" % (self.number(self.low), self.number(self.high))
		if self.goal is not None:
			text += " %s %s %s" % ("OPEN" if self.open else "reached" if self.reached else "MISSED", ">=" if self.at_least else "<=",
				"{:g}".format(self.goal))
		return text


class Table:
	def __init__(self, name, note, header):
		self.name, self.note, self.header, self.rows = name, note, header, []

	def add(self, *cells):
		self.rows.append(list(cells))

	def text(self):
		rows = [self.header] + [[str(cell) for cell in row] for row in self.rows]
		widths = [max(len(row[column]) for row in rows) for column in range(len(self.header))]
		lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows]
		lines.insert(1, "  ".join("-" * width for width in widths))
		return "\n== %s\n%s\n\n%s\n" % (self.name, self.note, "\n".join(lines))

	def markdown(self):
		rows = [[str(cell).replace("|", "\\|") for cell in row] for row in [self.header] + self.rows]
		lines = ["| " + " | ".join(row) + " |" for row in rows]
		lines.insert(1, "|" + "---|" * len(self.header))
		return "\n#### %s\n\n%s\n\n%s\n" % (self.name, self.note, "\n".join(lines))

	def raw(self):
		"""Every single value, one line for each figure."""
		for row in self.rows:
			words = [str(cell) for cell in row if not isinstance(cell, Figure) and str(cell)]
			for title, cell in zip(self.header, row):
				if isinstance(cell, Figure):
					yield "%s\t%s\t%s\t%s" % (self.name, " ".join(words), title,
						" ".join("%.*f" % (cell.digits + 1, value) for value in cell.values))

	def goals(self):
		"""(reached, missed, open) as texts "row: figure"."""
		reached, missed, undecided = [], [], []
		for row in self.rows:
			words = " ".join(str(cell) for cell in row if not isinstance(cell, Figure))
			for title, cell in zip(self.header, row):
				if isinstance(cell, Figure) and cell.goal is not None:
					line = "%s: %s: %s: %s" % (self.name, words, title, cell)
					(undecided if cell.open else reached if cell.reached else missed).append(line)
		return reached, missed, undecided
