/* SPDX-License-Identifier: MIT */
/* minidebug: .gnu_debugdata, unpacked by liblzma. */
#include "elf/minidebug.h"

#include <lzma.h>
#include <stdint.h>
#include <stdlib.h>

#include "elf/elffile.h"
#include "scrape.h"

#define STEP (1u << 20)

static int code_of(lzma_ret r)
{
	switch (r) {
	case LZMA_MEM_ERROR:
		return SCRAPE_ENOMEM;
	case LZMA_MEMLIMIT_ERROR:
		return SCRAPE_ELIMIT;
	default:
		return SCRAPE_EFORMAT;
	}
}

/* Runs the decoder until the end, with more room each time it has none. */
static int decode(lzma_stream *stream, char **bytes, size_t *size)
{
	lzma_ret r = LZMA_OK;

	while (r == LZMA_OK) {
		if (stream->avail_out == 0) {
			char *more = *size < MINIDEBUG_MAX ? realloc(*bytes, *size + STEP) : NULL;

			if (!more)
				return *size < MINIDEBUG_MAX ? SCRAPE_ENOMEM : SCRAPE_ELIMIT;
			*bytes = more;
			stream->next_out = (uint8_t *)more + *size;
			stream->avail_out = STEP;
			*size += STEP;
		}
		r = lzma_code(stream, LZMA_FINISH);
		if (r == LZMA_OK && stream->avail_out > 0)
			return SCRAPE_EFORMAT; /* it ends in the middle */
	}
	*size -= stream->avail_out;
	return r == LZMA_STREAM_END ? 0 : code_of(r);
}

int minidebug_unpack(struct elffile *file, char **ret, size_t *size_ret)
{
	lzma_stream stream = LZMA_STREAM_INIT;
	const void *packed;
	uint64_t addr;
	char *bytes = NULL;
	size_t len, size = 0;
	int r = elffile_section_bytes(file, ".gnu_debugdata", &addr, &packed, &len);

	if (r < 0)
		return r;
	if (lzma_stream_decoder(&stream, MINIDEBUG_MEMORY, 0) != LZMA_OK)
		return SCRAPE_ENOMEM;
	stream.next_in = packed;
	stream.avail_in = len;
	r = decode(&stream, &bytes, &size);
	lzma_end(&stream);
	if (r < 0) {
		free(bytes);
		return r;
	}
	*ret = bytes;
	*size_ret = size;
	return 0;
}
