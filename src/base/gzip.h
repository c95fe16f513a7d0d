/* SPDX-License-Identifier: MIT */
/* gzip: bytes become smaller ones (RFC 1952), as a whole. The same bytes always give the same: no time, no name. */
#ifndef BASE_GZIP_H
#define BASE_GZIP_H

#include <stdbool.h>
#include <stddef.h>

struct buf;

/* Appends the n bytes as one member. 0 or SCRAPE_ENOMEM. */
int gzip_add(struct buf *out, const void *bytes, size_t n);

/* Do they begin like it? */
bool gzip_is(const void *bytes, size_t n);

/* Appends what is in all members, at most max bytes. 0, SCRAPE_EFORMAT, SCRAPE_ELIMIT or SCRAPE_ENOMEM. */
int gzip_read(struct buf *out, const void *bytes, size_t n, size_t max);

#endif
