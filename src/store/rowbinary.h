/* SPDX-License-Identifier: MIT */
/*
 * rowbinary: rows as ClickHouse's format RowBinary has them: the values of the columns one after the other, numbers
 * little endian, texts and arrays behind their length as a varint. A row has no end of its own: who reads knows the
 * columns.
 *
 *	struct rowbinary rows = rowbinary_of(&answer);
 *	while (rowbinary_more(&rows)) {
 *		slot = rowbinary_u64(&rows);
 *		...
 *	}
 *	if (rows.bad) ...
 */
#ifndef STORE_ROWBINARY_H
#define STORE_ROWBINARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;

void rowbinary_put_u8(struct buf *out, uint8_t value);
void rowbinary_put_u16(struct buf *out, uint16_t value);
void rowbinary_put_u32(struct buf *out, uint32_t value); /* also a DateTime, seconds since 1970 */
void rowbinary_put_u64(struct buf *out, uint64_t value);
void rowbinary_put_text(struct buf *out, const char *text, size_t n);
/* Then come its n values. */
void rowbinary_put_array(struct buf *out, size_t n);

struct rowbinary {
	const uint8_t *p, *end;
	bool bad; /* it ended in the middle: what was read since is 0 */
};

/* The rows of an answer, which may be empty. */
struct rowbinary rowbinary_of(const struct buf *answer);
bool rowbinary_more(const struct rowbinary *rows);
uint8_t rowbinary_u8(struct rowbinary *rows);
uint16_t rowbinary_u16(struct rowbinary *rows);
uint32_t rowbinary_u32(struct rowbinary *rows);
uint64_t rowbinary_u64(struct rowbinary *rows);
/* Bytes of the answer, without a NUL. */
const char *rowbinary_text(struct rowbinary *rows, size_t *ret_n);
/* How many values follow, each of at least `size` bytes. */
size_t rowbinary_array(struct rowbinary *rows, size_t size);

#endif
