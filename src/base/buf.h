/* SPDX-License-Identifier: MIT */
/*
 * buf: a growing run of bytes. A failed allocation sets `failed` and makes every later call do nothing, so a writer
 * checks once at its end. A zeroed struct is an empty buf.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf {
	char *data;
	size_t len, cap;
	bool failed;
};

#define BUF_INIT {0}

void buf_deinit(struct buf *buf);
void buf_reset(struct buf *buf); /* empty again, storage kept */

/* Makes room for n more bytes; false (and failed) without memory. */
bool buf_reserve(struct buf *buf, size_t n);
void buf_add(struct buf *buf, const void *bytes, size_t n);
void buf_str(struct buf *buf, const char *text);
void buf_chr(struct buf *buf, char c);
void buf_fmt(struct buf *buf, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* The number in decimal: ten times faster than buf_fmt, for what is written by the million. */
void buf_number(struct buf *buf, uint64_t value);
/* The same with its last digits behind a point, at most 19: (12345, 3) is 12.345. */
void buf_decimal(struct buf *buf, uint64_t value, unsigned places);

/* Unsigned LEB128; signed ones go through buf_zigzag. */
void buf_varint(struct buf *buf, uint64_t value);
static inline uint64_t buf_zigzag(int64_t value)
{
	return ((uint64_t)value << 1) ^ (uint64_t)(value >> 63);
}
static inline int64_t buf_unzigzag(uint64_t value)
{
	return (int64_t)(value >> 1) ^ -(int64_t)(value & 1);
}

/* Removes the first n bytes. */
void buf_consume(struct buf *buf, size_t n);

/* The bytes with a NUL behind them (not counted); NULL if failed. Valid until the next change. */
const char *buf_cstr(struct buf *buf);

#endif
