/* SPDX-License-Identifier: MIT */
/* buf: a growing run of bytes. */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DIGITS_MAX 20 /* of a uint64_t */

void buf_deinit(struct buf *buf)
{
	free(buf->data);
	*buf = (struct buf)BUF_INIT;
}

void buf_reset(struct buf *buf)
{
	buf->len = 0;
	buf->failed = false;
}

bool buf_reserve(struct buf *buf, size_t n)
{
	size_t cap = buf->cap ? buf->cap : 256;
	char *data;

	if (buf->failed || n > SIZE_MAX / 4 - buf->len)
		goto fail;
	if (buf->len + n <= buf->cap)
		return true;
	while (cap < buf->len + n)
		cap *= 2;
	data = realloc(buf->data, cap);
	if (!data)
		goto fail;
	buf->data = data;
	buf->cap = cap;
	return true;
fail:
	buf->failed = true;
	return false;
}

void buf_add(struct buf *buf, const void *bytes, size_t n)
{
	if (n == 0 || !buf_reserve(buf, n))
		return;
	memcpy(buf->data + buf->len, bytes, n);
	buf->len += n;
}

void buf_str(struct buf *buf, const char *text)
{
	buf_add(buf, text, strlen(text));
}

void buf_chr(struct buf *buf, char c)
{
	buf_add(buf, &c, 1);
}

void buf_fmt(struct buf *buf, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0 || !buf_reserve(buf, (size_t)n + 1))
		return;
	va_start(ap, fmt);
	(void)vsnprintf(buf->data + buf->len, (size_t)n + 1, fmt, ap); /* measured above */
	va_end(ap);
	buf->len += (size_t)n;
}

void buf_decimal(struct buf *buf, uint64_t value, unsigned places)
{
	char digits[DIGITS_MAX + 1];
	unsigned n = sizeof(digits), done = 0;

	do {
		if (places > 0 && done == places)
			digits[--n] = '.';
		digits[--n] = (char)('0' + value % 10);
		value /= 10;
		done++;
	} while (value > 0 || done <= places);
	buf_add(buf, digits + n, sizeof(digits) - n);
}

void buf_number(struct buf *buf, uint64_t value)
{
	buf_decimal(buf, value, 0);
}

void buf_varint(struct buf *buf, uint64_t value)
{
	char bytes[10];
	size_t n = 0;

	while (value >= 0x80) {
		bytes[n++] = (char)(value | 0x80);
		value >>= 7;
	}
	bytes[n++] = (char)value;
	buf_add(buf, bytes, n);
}

void buf_consume(struct buf *buf, size_t n)
{
	if (n >= buf->len) {
		buf->len = 0;
		return;
	}
	memmove(buf->data, buf->data + n, buf->len - n);
	buf->len -= n;
}

const char *buf_cstr(struct buf *buf)
{
	if (!buf_reserve(buf, 1))
		return NULL;
	buf->data[buf->len] = '\0';
	return buf->data;
}
