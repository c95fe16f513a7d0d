/* SPDX-License-Identifier: MIT */
/* proto: fields of protocol buffers. A tag is the field's number and how its value is laid out. */
#include "encode/proto.h"

#include <assert.h>

#include "base/buf.h"

#define WIRE_VARINT 0u
#define WIRE_BYTES 2u

static void add_tag(struct buf *out, unsigned field, unsigned wire)
{
	assert(field >= 1 && field <= PROTO_FIELD_MAX);
	buf_chr(out, (char)(field << 3 | wire));
}

void proto_uint(struct buf *out, unsigned field, uint64_t value)
{
	if (value == 0)
		return;
	add_tag(out, field, WIRE_VARINT);
	buf_varint(out, value);
}

static size_t varint_size(uint64_t value)
{
	return (size_t)(70 - __builtin_clzll(value | 1)) / 7;
}

void proto_packed(struct buf *out, unsigned field, const uint64_t *values, size_t n)
{
	size_t size = 0;
	char *p;

	for (size_t i = 0; i < n; i++)
		size += varint_size(values[i]);
	add_tag(out, field, WIRE_BYTES);
	buf_varint(out, size);
	if (!buf_reserve(out, size))
		return;
	p = out->data + out->len;
	for (size_t i = 0; i < n; i++) {
		uint64_t value = values[i];

		for (; value >= 0x80; value >>= 7)
			*p++ = (char)(value | 0x80);
		*p++ = (char)value;
	}
	out->len += size;
}

void proto_bytes(struct buf *out, unsigned field, const void *bytes, size_t n)
{
	add_tag(out, field, WIRE_BYTES);
	buf_varint(out, n);
	buf_add(out, bytes, n);
}
