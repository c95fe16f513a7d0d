/* SPDX-License-Identifier: MIT */
/*
 * proto: protocol buffers as bytes: each call appends one field, whose meaning is the caller's, or takes one. A message
 * within a message is made in a buf of its own and then added as bytes:
 *
 *	buf_reset(&line);
 *	proto_uint(&line, 1, function_id);
 *	proto_bytes(&location, 4, line.data, line.len);
 *
 * Field numbers are 1 to PROTO_FIELD_MAX, so that a tag is one byte.
 */
#ifndef BASE_PROTO_H
#define BASE_PROTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;

#define PROTO_FIELD_MAX 15

/* A number. 0 is what a reader takes a field for that is not there: nothing is written. */
void proto_uint(struct buf *out, unsigned field, uint64_t value);

/* A string, bytes or a message; also if it is empty. */
void proto_bytes(struct buf *out, unsigned field, const void *bytes, size_t n);

/* A packed list of numbers. */
void proto_packed(struct buf *out, unsigned field, const uint64_t *values, size_t n);

/* A number alone, as in such a list. Returns its length. */
#define PROTO_VARINT_MAX 10
size_t proto_varint(char ret[PROTO_VARINT_MAX], uint64_t value);

/* A number of eight bytes; 0 is not written. */
void proto_fixed64(struct buf *out, unsigned field, uint64_t value);

/* A number with a fraction; 0 is not written. */
void proto_double(struct buf *out, unsigned field, double value);

/* Reading, of bytes from strangers:
 *
 *	struct proto_reader reader = {.at = bytes, .end = bytes + n};
 *	while ((r = proto_next(&reader, &field)) > 0) ...
 */
struct proto_reader {
	const char *at, *end;
};
struct proto_field {
	uint64_t number;
	bool is_bytes;
	uint64_t value;    /* of a number; a double's is its bits */
	const char *bytes; /* of a string, bytes or message: within what is read, without a NUL */
	size_t n;
};
/* 1: a field; 0: the end; SCRAPE_EFORMAT. */
int proto_next(struct proto_reader *reader, struct proto_field *ret);
double proto_get_double(const struct proto_field *field);

#endif
