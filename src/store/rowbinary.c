/* SPDX-License-Identifier: MIT */
/* rowbinary: values as bytes. */
#include "store/rowbinary.h"

#include <endian.h>
#include <string.h>

#include "base/buf.h"

void rowbinary_put_u8(struct buf *out, uint8_t value)
{
	buf_chr(out, (char)value);
}

void rowbinary_put_u16(struct buf *out, uint16_t value)
{
	value = htole16(value);
	buf_add(out, &value, sizeof(value));
}

void rowbinary_put_u32(struct buf *out, uint32_t value)
{
	value = htole32(value);
	buf_add(out, &value, sizeof(value));
}

void rowbinary_put_u64(struct buf *out, uint64_t value)
{
	value = htole64(value);
	buf_add(out, &value, sizeof(value));
}

void rowbinary_put_array(struct buf *out, size_t n)
{
	buf_varint(out, n);
}

void rowbinary_put_text(struct buf *out, const char *text, size_t n)
{
	buf_varint(out, n);
	buf_add(out, text, n);
}

struct rowbinary rowbinary_of(const struct buf *answer)
{
	const uint8_t *bytes = (const uint8_t *)answer->data;

	return answer->len > 0 ? (struct rowbinary){.p = bytes, .end = bytes + answer->len} : (struct rowbinary){0};
}

bool rowbinary_more(const struct rowbinary *rows)
{
	return !rows->bad && rows->p < rows->end;
}

static bool take(struct rowbinary *rows, void *ret, size_t n)
{
	if (rows->bad || (size_t)(rows->end - rows->p) < n) {
		rows->bad = true;
		memset(ret, 0, n);
		return false;
	}
	memcpy(ret, rows->p, n);
	rows->p += n;
	return true;
}

uint8_t rowbinary_u8(struct rowbinary *rows)
{
	uint8_t value;

	(void)take(rows, &value, sizeof(value));
	return value;
}

uint16_t rowbinary_u16(struct rowbinary *rows)
{
	uint16_t value;

	(void)take(rows, &value, sizeof(value));
	return le16toh(value);
}

uint32_t rowbinary_u32(struct rowbinary *rows)
{
	uint32_t value;

	(void)take(rows, &value, sizeof(value));
	return le32toh(value);
}

uint64_t rowbinary_u64(struct rowbinary *rows)
{
	uint64_t value;

	(void)take(rows, &value, sizeof(value));
	return le64toh(value);
}

static uint64_t varint(struct rowbinary *rows)
{
	uint64_t value = 0;

	for (unsigned shift = 0; shift < 64; shift += 7) {
		uint8_t byte;

		if (!take(rows, &byte, 1))
			return 0;
		value |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80)
			return value;
	}
	rows->bad = true;
	return 0;
}

size_t rowbinary_array(struct rowbinary *rows, size_t size)
{
	uint64_t n = varint(rows);

	if (!rows->bad && n > (size_t)(rows->end - rows->p) / size)
		rows->bad = true;
	return rows->bad ? 0 : (size_t)n;
}

const char *rowbinary_text(struct rowbinary *rows, size_t *ret_n)
{
	const char *text;

	*ret_n = rowbinary_array(rows, 1);
	if (*ret_n == 0)
		return "";
	text = (const char *)rows->p;
	rows->p += *ret_n;
	return text;
}
