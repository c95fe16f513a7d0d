/* SPDX-License-Identifier: MIT */
/* fake_memory: one region of memory that a test or a fuzzer fills, as a struct mem. */
#ifndef SUPPORT_FAKE_MEMORY_H
#define SUPPORT_FAKE_MEMORY_H

#include <stdint.h>
#include <string.h>

#include "target/mem.h"

#define FAKE_BASE 0x10000u

struct fake_memory {
	struct mem mem;
	const uint8_t *bytes; /* at FAKE_BASE */
	size_t len;
};

static inline int fake_memory_readv(struct mem *mem, const struct mem_range *ranges, size_t n)
{
	struct fake_memory *fake = (struct fake_memory *)(void *)mem;

	for (size_t i = 0; i < n; i++) {
		uint64_t at = ranges[i].addr - FAKE_BASE;

		if (ranges[i].addr < FAKE_BASE || at > fake->len || ranges[i].len > fake->len - at)
			return (int)i;
		if (ranges[i].len > 0)
			memcpy(ranges[i].dst, fake->bytes + at, ranges[i].len);
	}
	return (int)n;
}

static const struct mem_ops fake_memory_ops = {.readv = fake_memory_readv};

static inline void fake_memory_init(struct fake_memory *fake, const void *bytes, size_t len)
{
	*fake = (struct fake_memory){{.ops = &fake_memory_ops}, bytes, len};
}

#endif
