/* SPDX-License-Identifier: MIT */
/*
 * gather: many small reads in few calls. mem_readv stops at the first range that cannot be read; here such a range is
 * filled with zeros and the rest is read all the same, at the price of one more call for each, up to
 * GATHER_FAILED_MAX: after that all is zeros.
 */
#ifndef PYTHON_GATHER_H
#define PYTHON_GATHER_H

#include <stddef.h>
#include <stdint.h>

struct mem;
struct mem_range;

#define GATHER_FAILED_MAX 16

/* A range of no length is passed over (its dst may be NULL). 0, SCRAPE_EGONE or SCRAPE_EPERM. */
int gather(struct mem *mem, const struct mem_range *ranges, size_t n);

/* The word at each address + offset; 0 for what cannot be read and for an address of 0. n is at most GATHER_MAX. */
#define GATHER_MAX 64
int gather_words(struct mem *mem, const uint64_t *addrs, uint32_t offset, uint64_t *ret, size_t n);

#endif
