/* SPDX-License-Identifier: MIT */
/*
 * mem_record: a struct mem in front of another one that remembers every byte that was read through it. Run the real
 * walk once on a live process, save what it touched: that is a small snapshot on which the same walk works again.
 *
 *	struct mem_record *record;
 *	r = mem_record_new(live, &record);
 *	... walk mem_record_mem(record) ...
 *	mem_record_write(record, file);         the regions, behind a header of the caller's
 *	mem_record_free(record);
 *
 * A byte that was read twice is kept as it was first: what the walk began with.
 */
#ifndef TARGET_MEM_RECORD_H
#define TARGET_MEM_RECORD_H

#include <stdio.h>

struct mem;
struct mem_record;

/* 0 or SCRAPE_ENOMEM. inner is borrowed until mem_record_free. */
int mem_record_new(struct mem *inner, struct mem_record **ret);
void mem_record_free(struct mem_record *record);

/* Reading through it gives SCRAPE_ENOMEM if what was read cannot be kept. */
struct mem *mem_record_mem(struct mem_record *record);

/* Writes one region for each run of bytes (snapshot_write_region), by address. 0 or SCRAPE_ENOMEM; the file's own
 * errors show in ferror. */
int mem_record_write(const struct mem_record *record, FILE *file);

#endif
