/* SPDX-License-Identifier: MIT */
/* gather: many small reads in few calls. */
#include "python/gather.h"

#include <string.h>

#include "scrape.h"
#include "target/mem.h"

int gather(struct mem *mem, const struct mem_range *ranges, size_t n)
{
	size_t done = 0, failed = 0;

	while (done < n) {
		size_t want = n - done < MEM_RANGES_MAX ? n - done : MEM_RANGES_MAX;
		int r;

		if (ranges[done].len == 0 || failed == GATHER_FAILED_MAX) {
			if (ranges[done].len > 0)
				memset(ranges[done].dst, 0, ranges[done].len);
			done++;
			continue;
		}
		r = mem_readv(mem, ranges + done, want);
		if (r < 0)
			return r;
		done += (size_t)r;
		if ((size_t)r < want) {
			memset(ranges[done].dst, 0, ranges[done].len);
			done++;
			failed++;
		}
	}
	return 0;
}

int gather_words(struct mem *mem, const uint64_t *addrs, uint32_t offset, uint64_t *ret, size_t n)
{
	struct mem_range ranges[GATHER_MAX];
	size_t used = 0;

	if (n > GATHER_MAX)
		return SCRAPE_EINVAL;
	for (size_t i = 0; i < n; i++) {
		ret[i] = 0;
		if (addrs[i])
			ranges[used++] = (struct mem_range){addrs[i] + offset, &ret[i], sizeof(ret[i])};
	}
	return gather(mem, ranges, used);
}
