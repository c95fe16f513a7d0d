/* SPDX-License-Identifier: MIT */
/*
 * Line tables against a slow decoder that spreads each table over an array, one line a code unit, before it looks.
 * Input: minor, first line (2 bytes), offset (2 bytes), then the table.
 */
#include <stdint.h>
#include <stdlib.h>

#include "python/linetable.h"

#define UNITS 4096

static int64_t line_of[UNITS]; /* by byte offset; 0 = not covered */

static void fill(int64_t from, int64_t to, int64_t line)
{
	for (int64_t i = from; i < to && i < UNITS; i++)
		line_of[i] = line;
}

static void spread_lnotab(const uint8_t *table, size_t len, int64_t line)
{
	int64_t addr = 0;

	for (size_t i = 0; i + 2 <= len; i += 2) {
		fill(addr, addr + table[i], line);
		addr += table[i];
		line += table[i + 1] < 128 ? table[i + 1] : table[i + 1] - 256;
	}
	fill(addr, UNITS, line);
}

static void spread_pairs(const uint8_t *table, size_t len, int64_t line)
{
	int64_t addr = 0;

	for (size_t i = 0; i + 2 <= len; i += 2) {
		if (table[i + 1] != 128)
			line += table[i + 1] < 128 ? table[i + 1] : table[i + 1] - 256;
		fill(addr, addr + table[i], line);
		addr += table[i];
	}
}

/* -1 if the table ends inside the number or it has more than six groups. */
static int64_t number(const uint8_t *table, size_t len, size_t *at)
{
	int64_t value = 0;

	for (int group = 0; group < 6; group++) {
		if (*at >= len)
			return -1;
		value += (int64_t)(table[*at] % 64) << (6 * group);
		if ((table[(*at)++] & 64) == 0)
			return value;
	}
	return -1;
}

static void spread_locations(const uint8_t *table, size_t len, int64_t first_line)
{
	int64_t addr = 0, line = first_line;
	size_t at = 0;

	while (at < len) {
		unsigned int code = table[at] / 8 % 16, bytes = (table[at] % 8 + 1) * 2;
		int64_t value = 0;

		if (table[at++] < 128)
			return;
		switch (code) {
		case 13:
		case 14:
			value = number(table, len, &at);
			for (int i = 0; value >= 0 && code == 14 && i < 3; i++)
				if (number(table, len, &at) < 0)
					return;
			if (value < 0)
				return;
			line += value % 2 ? -(value / 2) : value / 2;
			break;
		case 15:
			break;
		default:
			line += code >= 10 ? code - 10 : 0;
			at += code >= 10 ? 2 : 1;
			if (at > len)
				return;
		}
		fill(addr, addr + bytes, line == 0 ? first_line : line);
		addr += bytes;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned int minor;
	int32_t first;
	int64_t offset, want;

	if (size < 5 || size > 4096)
		return 0;
	minor = 7 + data[0] % 9;
	first = data[1] | data[2] << 8;
	offset = (data[3] | data[4] << 8) % UNITS;
	fill(0, UNITS, 0);
	if (minor <= 9)
		spread_lnotab(data + 5, size - 5, first);
	else if (minor == 10)
		spread_pairs(data + 5, size - 5, first);
	else
		spread_locations(data + 5, size - 5, first);
	want = line_of[offset];
	want = want > 0 && want <= INT32_MAX ? want : 0;
	if (linetable_line(data + 5, size - 5, first, offset, minor) != want)
		abort();
	return 0;
}
