/* SPDX-License-Identifier: MIT */
/* gzip: by libdeflate, which is twice as fast as zlib where all bytes are there at once. */
#include "base/gzip.h"

#include <libdeflate.h>
#include <string.h>

#include "base/buf.h"
#include "scrape.h"

#define LEVEL 4 /* of 1 to 12 */
#define MEMBER_LEAST 18 /* bytes: head and foot */

int gzip_add(struct buf *out, const void *bytes, size_t n)
{
	struct libdeflate_compressor *compressor = libdeflate_alloc_compressor(LEVEL);
	size_t bound, len;

	if (!compressor)
		return SCRAPE_ENOMEM;
	bound = libdeflate_gzip_compress_bound(compressor, n);
	len = buf_reserve(out, bound) ? libdeflate_gzip_compress(compressor, n > 0 ? bytes : "", n,
								  out->data + out->len, bound)
				      : 0;
	libdeflate_free_compressor(compressor);
	if (len == 0)
		return SCRAPE_ENOMEM; /* with the room it asked for it cannot fail */
	out->len += len;
	return 0;
}

bool gzip_is(const void *bytes, size_t n)
{
	return n >= MEMBER_LEAST && memcmp(bytes, "\x1f\x8b\x08", 3) == 0;
}

/* One member; its length is not known before, so the room is doubled until it fits. */
static int read_member(struct libdeflate_decompressor *d, struct buf *out, const char *bytes, size_t n, size_t max,
		       size_t *ret_used)
{
	size_t room = n < max / 4 ? 4 * n : max, len = 0;
	enum libdeflate_result result;

	for (;; room = room < max / 2 ? 2 * room : max) {
		if (!buf_reserve(out, room + 1))
			return SCRAPE_ENOMEM;
		result = libdeflate_gzip_decompress_ex(d, bytes, n, out->data + out->len, room, ret_used, &len);
		if (result != LIBDEFLATE_INSUFFICIENT_SPACE || room == max)
			break;
	}
	if (result == LIBDEFLATE_INSUFFICIENT_SPACE)
		return SCRAPE_ELIMIT;
	out->len += result == LIBDEFLATE_SUCCESS ? len : 0;
	return result == LIBDEFLATE_SUCCESS ? 0 : SCRAPE_EFORMAT;
}

int gzip_read(struct buf *out, const void *bytes, size_t n, size_t max)
{
	struct libdeflate_decompressor *d = libdeflate_alloc_decompressor();
	const char *at = bytes;
	size_t start = out->len, used;
	int r = d ? 0 : SCRAPE_ENOMEM;

	while (r == 0 && n > 0) {
		r = gzip_is(at, n) ? read_member(d, out, at, n, max - (out->len - start), &used) : SCRAPE_EFORMAT;
		at += r == 0 ? used : 0;
		n -= r == 0 ? used : 0;
	}
	libdeflate_free_decompressor(d);
	return r;
}
