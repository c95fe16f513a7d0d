/* SPDX-License-Identifier: MIT */
/* mem_record: remembers every byte that is read through it, page by page with a bit for each byte. */
#include "target/mem_record.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/cleanup.h"
#include "base/map.h"
#include "base/vec.h"
#include "scrape.h"
#include "target/mem.h"
#include "target/snapshot.h"

#define PAGE 4096u

struct page {
	uint64_t addr;
	uint8_t bytes[PAGE];
	bool known[PAGE];
};

struct mem_record {
	struct mem mem;
	struct mem *inner;
	struct arena arena;
	struct map index; /* page number -> place in pages */
	VEC(struct page *) pages;
};

static struct page *page_at(struct mem_record *record, uint64_t addr)
{
	struct page **slot, *page;
	uint32_t i;

	if (map_get(&record->index, addr / PAGE, &i))
		return record->pages.items[i];
	page = arena_alloc(&record->arena, sizeof(*page));
	slot = page ? VEC_PUSH(&record->pages) : NULL;
	if (!slot)
		return NULL;
	*slot = page;
	page->addr = addr / PAGE * PAGE;
	return map_put(&record->index, addr / PAGE, (uint32_t)record->pages.n - 1) < 0 ? NULL : page;
}

static int keep(struct mem_record *record, const struct mem_range *range)
{
	struct page *page = NULL;

	for (size_t i = 0; i < range->len; i++) {
		uint64_t addr = range->addr + i;

		if (!page || addr % PAGE == 0)
			page = page_at(record, addr);
		if (!page)
			return SCRAPE_ENOMEM;
		if (page->known[addr % PAGE])
			continue;
		page->known[addr % PAGE] = true;
		page->bytes[addr % PAGE] = ((const uint8_t *)range->dst)[i];
	}
	return 0;
}

static int record_readv(struct mem *mem, const struct mem_range *ranges, size_t n)
{
	struct mem_record *record = (struct mem_record *)(void *)mem;
	int got = mem_readv(record->inner, ranges, n);

	for (int i = 0; i < got; i++) {
		int r = keep(record, &ranges[i]);

		if (r < 0)
			return r;
	}
	return got;
}

static const struct mem_ops record_ops = {.readv = record_readv};

int mem_record_new(struct mem *inner, struct mem_record **ret)
{
	struct mem_record *record = calloc(1, sizeof(*record));

	if (!record)
		return SCRAPE_ENOMEM;
	record->mem.ops = &record_ops;
	record->inner = inner;
	*ret = record;
	return 0;
}

void mem_record_free(struct mem_record *record)
{
	if (!record)
		return;
	arena_deinit(&record->arena);
	map_deinit(&record->index);
	VEC_DEINIT(&record->pages);
	free(record);
}

struct mem *mem_record_mem(struct mem_record *record)
{
	return &record->mem;
}

static int by_addr(const void *a, const void *b)
{
	uint64_t x = (*(struct page *const *)a)->addr, y = (*(struct page *const *)b)->addr;

	return (x > y) - (x < y);
}

int mem_record_write(const struct mem_record *record, FILE *file)
{
	size_t n = record->pages.n;
	_cleanup_free_ struct page **pages = malloc((n + 1) * sizeof(*pages));
	struct buf run = BUF_INIT;
	uint64_t run_addr = 0;
	bool failed;

	if (!pages)
		return SCRAPE_ENOMEM;
	if (n > 0)
		memcpy(pages, record->pages.items, n * sizeof(*pages));
	qsort(pages, n, sizeof(*pages), by_addr);
	for (size_t i = 0; i < n * PAGE; i++) {
		const struct page *page = pages[i / PAGE];
		uint64_t addr = page->addr + i % PAGE;

		if (run.len > 0 && (!page->known[i % PAGE] || addr != run_addr + run.len)) {
			snapshot_write_region(file, run_addr, run.data, run.len);
			buf_reset(&run);
		}
		if (!page->known[i % PAGE])
			continue;
		if (run.len == 0)
			run_addr = addr;
		buf_chr(&run, (char)page->bytes[i % PAGE]);
	}
	if (run.len > 0)
		snapshot_write_region(file, run_addr, run.data, run.len);
	failed = run.failed;
	buf_deinit(&run);
	return failed ? SCRAPE_ENOMEM : 0;
}
