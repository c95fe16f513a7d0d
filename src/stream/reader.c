/* SPDX-License-Identifier: MIT */
/*
 * stream/reader: cuts bytes into records and checks what they say.
 *
 * Records are read where they lie; only one that is not whole yet is copied (into `pending`), and never more of it
 * than its own length.
 */
#include "stream/reader.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "scrape.h"
#include "stream/record.h"

#define LENGTH_BYTES_MAX 3 /* of the varint of a length up to STREAM_RECORD_MAX */

static bool at_magic(const struct stream_reader *r, const uint8_t *p)
{
	return !r->begun || p[0] == (uint8_t)STREAM_MAGIC[0];
}

/* The bytes of the record (or magic) that begins at p, of which n > 0 are here, and where its payload begins; a size of
 * 0 if that cannot be told yet. */
static int measure(const struct stream_reader *r, const uint8_t *p, size_t n, size_t *ret, size_t *ret_head,
		   struct err *err)
{
	size_t len = 0;

	*ret = *ret_head = 0;
	if (at_magic(r, p)) {
		*ret = *ret_head = STREAM_MAGIC_LEN;
		return 0;
	}
	for (size_t i = 0; i < LENGTH_BYTES_MAX; i++) {
		if (1 + i == n)
			return 0;
		len |= (size_t)(p[1 + i] & 0x7f) << (7 * i);
		if (p[1 + i] >= 0x80)
			continue;
		if (len > STREAM_RECORD_MAX)
			break;
		*ret_head = 2 + i;
		*ret = *ret_head + len;
		return 0;
	}
	return record_refuse(r, err, "a record is longer than any may be");
}

static int take_magic(struct stream_reader *r, const uint8_t *p, struct err *err)
{
	if (memcmp(p, STREAM_MAGIC, STREAM_MAGIC_LEN) != 0)
		return r->begun ? record_refuse(r, err, "damaged: neither a record nor a new stream begins here")
				: err_set(err, SCRAPE_EFORMAT, "this is not a recording of scrape");
	r->begun = true;
	r->in_session = false;
	r->n_targets = r->n_threads = 0;
	r->time_us = 0;
	return record_forget(r, err);
}

/* Reads the record (or magic) at p if all its bytes are here; *ret is its size, 0 if they are not. */
static int take(struct stream_reader *r, const uint8_t *p, size_t n, size_t *ret, struct err *err)
{
	size_t size, head;
	int code = measure(r, p, n, &size, &head, err);

	*ret = 0;
	if (code < 0 || size == 0 || size > n)
		return code;
	if (at_magic(r, p))
		code = take_magic(r, p, err);
	else
		code = record_read(r, p[0], p + head, size - head, err);
	r->offset += size;
	*ret = size;
	return code;
}

/* How many bytes `pending` must get before it is worth looking at again. */
static size_t missing(const struct stream_reader *r)
{
	size_t size = 0, head;

	if (r->pending.len > 0) /* measured without complaint before it was kept */
		(void)measure(r, (const uint8_t *)r->pending.data, r->pending.len, &size, &head, NULL);
	return size > r->pending.len ? size - r->pending.len : 1;
}

/* Moves bytes from p to `pending` until its record is whole and read. *ret is how many. */
static int take_pending(struct stream_reader *r, const uint8_t *p, size_t n, size_t *ret, struct err *err)
{
	size_t used = 0, size = 0;

	while (used < n && size == 0) {
		size_t more = missing(r);
		int code;

		if (more > n - used)
			more = n - used;
		buf_add(&r->pending, p + used, more);
		if (r->pending.failed)
			return err_set(err, SCRAPE_ENOMEM, "out of memory");
		used += more;
		code = take(r, (const uint8_t *)r->pending.data, r->pending.len, &size, err);
		if (code < 0)
			return code;
	}
	if (size > 0)
		buf_reset(&r->pending);
	*ret = used;
	return 0;
}

void stream_reader_init(struct stream_reader *r, const struct stream_sink *sink, void *ctx)
{
	*r = (struct stream_reader){.sink = sink, .ctx = ctx};
}

void stream_reader_deinit(struct stream_reader *r)
{
	buf_deinit(&r->pending);
	buf_deinit(&r->text);
	VEC_DEINIT(&r->depths);
}

int stream_feed(struct stream_reader *r, const void *bytes, size_t n, struct err *err)
{
	const uint8_t *p = bytes;
	int code = 0;

	if (r->failed)
		return err_set(err, r->failed, "the stream was given up before");
	while (n > 0 && code == 0) {
		size_t used = 0;

		if (r->pending.len == 0)
			code = take(r, p, n, &used, err);
		if (code == 0 && used == 0)
			code = take_pending(r, p, n, &used, err);
		p += used;
		n -= used;
	}
	r->failed = code;
	return code;
}

bool stream_is_whole(const struct stream_reader *r)
{
	return r->in_session && r->pending.len == 0 && !r->failed;
}
