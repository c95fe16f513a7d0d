/* SPDX-License-Identifier: MIT */
/* stream/record: the meaning of one record, for stream/reader.c, which finds where it begins and ends. */
#ifndef STREAM_RECORD_H
#define STREAM_RECORD_H

#include <stddef.h>
#include <stdint.h>

struct err;
struct stream_reader;

/* Reads a payload of n bytes and gives it to the sink; a type that is not known is skipped. Codes as stream_feed. */
int record_read(struct stream_reader *r, uint8_t type, const uint8_t *payload, size_t n, struct err *err);

/* Forgets strings, frames and nodes. 0 or SCRAPE_ENOMEM. */
int record_forget(struct stream_reader *r, struct err *err);

/* SCRAPE_EFORMAT with a sentence that names the byte where the record in hand begins. */
int record_refuse(const struct stream_reader *r, struct err *err, const char *what);

#endif
