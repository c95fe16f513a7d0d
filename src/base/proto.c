/* SPDX-License-Identifier: MIT */
/* proto: fields of protocol buffers. A tag is the field's number and how its value is laid out
 * (protobuf.dev/programming-guides/encoding). */
#include "base/proto.h"

#include <assert.h>
#include <endian.h>
#include <string.h>

#include "base/buf.h"
#include "scrape.h"

#define WIRE_VARINT 0u
#define WIRE_64 1u
#define WIRE_BYTES 2u
#define WIRE_32 5u

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

size_t proto_varint(char ret[PROTO_VARINT_MAX], uint64_t value)
{
	size_t n = 0;

	for (; value >= 0x80; value >>= 7)
		ret[n++] = (char)(value | 0x80);
	ret[n++] = (char)value;
	return n;
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
	for (size_t i = 0; i < n; i++)
		p += proto_varint(p, values[i]);
	out->len += size;
}

void proto_bytes(struct buf *out, unsigned field, const void *bytes, size_t n)
{
	add_tag(out, field, WIRE_BYTES);
	buf_varint(out, n);
	buf_add(out, bytes, n);
}

void proto_fixed64(struct buf *out, unsigned field, uint64_t value)
{
	uint64_t little = htole64(value);

	if (value == 0)
		return;
	add_tag(out, field, WIRE_64);
	buf_add(out, &little, sizeof(little));
}

void proto_double(struct buf *out, unsigned field, double value)
{
	uint64_t bits;

	memcpy(&bits, &value, sizeof(bits));
	proto_fixed64(out, field, value == 0 ? 0 : bits);
}

static bool take_varint(struct proto_reader *r, uint64_t *ret)
{
	*ret = 0;
	for (unsigned shift = 0; r->at < r->end && shift < 64; shift += 7) {
		unsigned char byte = (unsigned char)*r->at++;

		*ret |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80)
			return true;
	}
	return false;
}

static bool take_fixed(struct proto_reader *r, size_t n, uint64_t *ret)
{
	*ret = 0;
	if ((size_t)(r->end - r->at) < n)
		return false;
	memcpy(ret, r->at, n);
	*ret = le64toh(*ret);
	r->at += n;
	return true;
}

int proto_next(struct proto_reader *r, struct proto_field *ret)
{
	uint64_t tag, n;
	bool good = false;

	if (r->at == r->end)
		return 0;
	*ret = (struct proto_field){0};
	if (!take_varint(r, &tag) || tag >> 3 == 0)
		return SCRAPE_EFORMAT;
	ret->number = tag >> 3;
	switch (tag & 7) {
	case WIRE_VARINT:
		good = take_varint(r, &ret->value);
		break;
	case WIRE_64:
		good = take_fixed(r, 8, &ret->value);
		break;
	case WIRE_32:
		good = take_fixed(r, 4, &ret->value);
		break;
	case WIRE_BYTES:
		good = take_varint(r, &n) && n <= (size_t)(r->end - r->at);
		if (good) {
			ret->is_bytes = true;
			ret->bytes = r->at;
			ret->n = (size_t)n;
			r->at += n;
		}
		break;
	}
	return good ? 1 : SCRAPE_EFORMAT;
}

double proto_get_double(const struct proto_field *field)
{
	double value;

	memcpy(&value, &field->value, sizeof(value));
	return value;
}
