/* SPDX-License-Identifier: MIT */
/*
 * mem: the memory of a target, as an interface. Walkers never know whether they read a live process
 * (target/mem_live.h), a saved snapshot (target/snapshot.h) or a fuzzer's bytes.
 *
 * Addresses are the target's (uint64_t *_addr) and are never cast to pointers. Every byte read is hostile: bound it
 * before use. There is no caching here.
 */
#ifndef TARGET_MEM_H
#define TARGET_MEM_H

#include <stddef.h>
#include <stdint.h>

struct mem;

struct mem_range {
	uint64_t addr;
	void *dst;
	size_t len;
};

struct mem_ops {
	/* Reads the ranges in order into their dst; returns how many were read whole (a range that fails ends it), or
	 * SCRAPE_EGONE, SCRAPE_EPERM. n is at most MEM_RANGES_MAX. */
	int (*readv)(struct mem *mem, const struct mem_range *ranges, size_t n);
};

#define MEM_RANGES_MAX 1024 /* IOV_MAX */

/* The first member of each backend. */
struct mem {
	const struct mem_ops *ops;
	uint64_t calls; /* readv calls so far, for bench and budgets */
};

static inline int mem_readv(struct mem *mem, const struct mem_range *ranges, size_t n)
{
	mem->calls++;
	return mem->ops->readv(mem, ranges, n);
}

/* One range: 0, or SCRAPE_EFAULT, SCRAPE_EGONE, SCRAPE_EPERM. dst is undefined on failure. */
int mem_read(struct mem *mem, uint64_t addr, void *dst, size_t len);
int mem_read_u64(struct mem *mem, uint64_t addr, uint64_t *ret);
int mem_read_u32(struct mem *mem, uint64_t addr, uint32_t *ret);

/* A NUL-terminated string of at most size - 1 bytes, read without crossing into a page that the string does not
 * touch. 0, SCRAPE_EFAULT, or SCRAPE_ELIMIT if no NUL came (ret is then cut and terminated). */
int mem_read_cstr(struct mem *mem, uint64_t addr, char *ret, size_t size);

/* Words of bytes that were already read. */
static inline uint64_t mem_u64(const void *p)
{
	uint64_t v;

	__builtin_memcpy(&v, p, sizeof(v));
	return v;
}

static inline uint32_t mem_u32(const void *p)
{
	uint32_t v;

	__builtin_memcpy(&v, p, sizeof(v));
	return v;
}

#endif
