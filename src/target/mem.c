/* SPDX-License-Identifier: MIT */
/* mem: the calls that every backend shares. */
#include "target/mem.h"

#include <string.h>

#include "scrape.h"

#define PAGE 4096u

int mem_read(struct mem *mem, uint64_t addr, void *dst, size_t len)
{
	struct mem_range range = {addr, dst, len};
	int r = mem_readv(mem, &range, 1);

	if (r < 0)
		return r;
	return r == 1 ? 0 : SCRAPE_EFAULT;
}

int mem_read_u64(struct mem *mem, uint64_t addr, uint64_t *ret)
{
	uint64_t value;
	int r = mem_read(mem, addr, &value, sizeof(value));

	if (r == 0)
		*ret = value;
	return r;
}

int mem_read_u32(struct mem *mem, uint64_t addr, uint32_t *ret)
{
	uint32_t value;
	int r = mem_read(mem, addr, &value, sizeof(value));

	if (r == 0)
		*ret = value;
	return r;
}

int mem_read_cstr(struct mem *mem, uint64_t addr, char *ret, size_t size)
{
	size_t got = 0;

	while (got + 1 < size) {
		size_t n = PAGE - (size_t)((addr + got) % PAGE);
		int r;

		n = n < size - 1 - got ? n : size - 1 - got;
		n = n < 256 ? n : 256;
		r = mem_read(mem, addr + got, ret + got, n);
		if (r < 0)
			return r;
		if (memchr(ret + got, '\0', n))
			return 0;
		got += n;
	}
	ret[size - 1] = '\0';
	return SCRAPE_ELIMIT;
}
