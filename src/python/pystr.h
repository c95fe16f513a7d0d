/* SPDX-License-Identifier: MIT */
/*
 * pystr: str objects of a target as clean UTF-8. A real one, the name "run" in 3.12:
 *
 *	+0  ob_refcnt ob_type   +16 length 3   +24 hash   +32 state 0xe6   +40 "run\0"
 *
 * The state's bits: 2-4 kind (bytes a character: 1, 2, 4), 5 compact (the characters follow the header), 6 ascii (a
 * short header). There is no text for failures: this is on the sampling path.
 */
#ifndef PYTHON_PYSTR_H
#define PYTHON_PYSTR_H

#include <stddef.h>
#include <stdint.h>

struct buf;
struct mem;
struct offsets;

/* Appends the str at addr, at most SCRAPE_NAME_MAX bytes. One call to mem for a short str (two if it lies at the very
 * end of what is mapped), one more for a longer one. What is longer than may be read (SCRAPE_NAME_MAX bytes of the
 * target) ends in "..." and 8 hex digits of a hash over its length, its beginning and its end. 0, SCRAPE_EFAULT,
 * SCRAPE_EGONE, SCRAPE_EPERM, SCRAPE_EFORMAT (not a str, or one that is being made), SCRAPE_ENOMEM. */
int pystr_read(struct mem *mem, const struct offsets *offsets, uint64_t addr, struct buf *out);

/* The first `max` (at most PYSTR_HEAD_MAX) characters as UTF-8 that was not cleaned, for a caller that quotes them;
 * *ret_length is the whole str's length in characters. Codes as above. */
#define PYSTR_HEAD_MAX 256
int pystr_read_head(struct mem *mem, const struct offsets *offsets, uint64_t addr, size_t max, struct buf *out,
		    uint64_t *ret_length);

#endif
