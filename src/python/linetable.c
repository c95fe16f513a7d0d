/* SPDX-License-Identifier: MIT */
/* linetable: the three encodings of instruction -> line. */
#include "python/linetable.h"

#define NO_LINE_3_10 (-128)
#define VARINT_SHIFT_MAX 30 /* a line number has 31 bits */

enum location { SHORT_LAST = 9, ONE_LINE_0 = 10, ONE_LINE_2 = 12, NO_COLUMNS = 13, LONG = 14 };

struct cursor {
	const uint8_t *p, *end;
};

static uint32_t checked(int64_t line)
{
	return line > 0 && line <= INT32_MAX ? (uint32_t)line : 0;
}

/* The last line also holds for what lies behind the table, as in PyCode_Addr2Line. */
static uint32_t lnotab_line(struct cursor in, int64_t line, int64_t offset)
{
	int64_t addr = 0;

	for (; in.end - in.p >= 2; in.p += 2) {
		addr += in.p[0];
		if (addr > offset)
			break;
		line += (int8_t)in.p[1];
	}
	return checked(line);
}

static uint32_t pairs_line(struct cursor in, int64_t line, int64_t offset)
{
	int64_t end = 0;

	for (; in.end - in.p >= 2; in.p += 2) {
		int8_t delta = (int8_t)in.p[1];

		end += in.p[0];
		if (delta != NO_LINE_3_10)
			line += delta;
		if (offset < end)
			return checked(line);
	}
	return 0;
}

/* Groups of 6 bits, lowest first; 0x40 says that one more follows. */
static int varint(struct cursor *in, uint64_t *ret)
{
	uint64_t value = 0;

	for (unsigned int shift = 0; shift <= VARINT_SHIFT_MAX; shift += 6) {
		uint8_t byte;

		if (in->p == in->end)
			return -1;
		byte = *in->p++;
		value |= (uint64_t)(byte & 0x3f) << shift;
		if (!(byte & 0x40)) {
			*ret = value;
			return 0;
		}
	}
	return -1;
}

/* Takes the operands of one entry; *delta is how far its line is from the one before. */
static int operands(struct cursor *in, unsigned int code, int64_t *delta)
{
	ptrdiff_t columns = code <= SHORT_LAST ? 1 : code <= ONE_LINE_2 ? 2 : 0;
	uint64_t value;

	*delta = code >= ONE_LINE_0 && code <= ONE_LINE_2 ? (int64_t)code - ONE_LINE_0 : 0;
	if (code == NO_COLUMNS || code == LONG) {
		if (varint(in, &value) < 0)
			return -1;
		*delta = value & 1 ? -(int64_t)(value >> 1) : (int64_t)(value >> 1);
	}
	for (int i = 0; code == LONG && i < 3; i++)
		if (varint(in, &value) < 0)
			return -1;
	if (in->end - in->p < columns)
		return -1;
	in->p += columns;
	return 0;
}

static uint32_t locations_line(struct cursor in, int64_t first_line, int64_t offset)
{
	int64_t line = first_line, end = 0;

	while (in.p < in.end) {
		uint8_t first = *in.p++;
		int64_t delta;

		if (!(first & 0x80) || operands(&in, first >> 3 & 15, &delta) < 0)
			return 0;
		line += delta;
		end += 2 * ((first & 7) + 1);
		if (offset < end) /* a module's first instruction (RESUME) is on line 0 */
			return checked(line == 0 ? first_line : line);
	}
	return 0;
}

uint32_t linetable_line(const void *table, size_t len, int32_t first_line, int64_t offset, unsigned int minor)
{
	struct cursor in = {table, (const uint8_t *)table + len};

	if (offset < 0)
		return checked(first_line);
	if (minor <= 9)
		return lnotab_line(in, first_line, offset);
	return minor == 10 ? pairs_line(in, first_line, offset) : locations_line(in, first_line, offset);
}
