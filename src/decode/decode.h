/* SPDX-License-Identifier: MIT */
/*
 * decode: profiles that other tools wrote, or scrape itself in other formats, become sample streams, so that whoever
 * reads a recording reads them all.
 *
 *	stream_reader_init(&reader, &profile_sink, profile);
 *	r = decode_file("work.pb.gz", &reader, &kind, &err);
 *
 * What a file is is told by its bytes, not by its name; it may be gzipped. Each kind is one file and one line of the
 * table in decode.c. The bytes are hostile: what makes no sense is refused with the line or the byte where.
 */
#ifndef DECODE_DECODE_H
#define DECODE_DECODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;
struct stream_reader;

#define DECODE_MAX ((size_t)1 << 30) /* bytes of a file that is no recording, unpacked */

/* What a decoder is given. */
struct decode_input {
	const char *bytes; /* with a NUL behind them */
	size_t n;
	uint64_t start_us; /* wall clock: for what does not say when it was taken */
	const char *name;  /* of the file: for what does not say of which process it is */
	struct stream_reader *reader;
};

/* What a file turned out to be. */
struct decode_kind {
	const char *name;
	bool times;         /* it says when looks were taken; if not, all are in one slice, from from_us on */
	uint64_t from_us;   /* wall clock */
	uint64_t lasted_us; /* what it says itself; 0: nothing */
};

struct decoder {
	const char *name;
	bool times;                                   /* as in decode_kind */
	bool (*matches)(const char *bytes, size_t n); /* quickly: of the beginning, as far as it takes */
	/* Gives all to the reader. *kind is filled, but for what only the bytes tell. 0, or a code with a sentence. */
	int (*decode)(const struct decode_input *input, struct decode_kind *kind, struct err *err);
};

/* path "-" is standard input. ret may be NULL. A recording that ends in the middle of a record is one up to there.
 * SCRAPE_EIO, SCRAPE_EFORMAT, SCRAPE_ELIMIT, SCRAPE_ENOMEM, or what the sink said, with a sentence that begins with
 * the path. */
int decode_file(const char *path, struct stream_reader *reader, struct decode_kind *ret, struct err *err);
/* Bytes that are all there, packed or not; no NUL is needed behind them. */
int decode_bytes(const struct decode_input *input, struct decode_kind *ret, struct err *err);

#endif
