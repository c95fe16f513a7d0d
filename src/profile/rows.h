/* SPDX-License-Identifier: MIT */
/*
 * rows: the counts of a profile, one row per (thread, node, flags). `open` is what the slice that has not ended yet
 * adds to the looks; its times come when it is scaled (profile/slice.h). Rows are never removed one by one.
 */
#ifndef PROFILE_ROWS_H
#define PROFILE_ROWS_H

#include <stddef.h>
#include <stdint.h>

#include "base/map.h"
#include "base/vec.h"

struct row {
	uint32_t thread, node;
	uint32_t flags; /* enum scrape_flag */
	uint64_t open, looks, cpu_ns, wall_ns;
};

struct rows {
	VEC(struct row) list;
	struct map by_key;
};

void rows_deinit(struct rows *rows);
size_t rows_bytes(const struct rows *rows);

/* The number of the row, new (and zero) or not. node < TRIE_NODES_MAX, flags <= SCRAPE_FLAGS_ALL.
 * 0 or SCRAPE_ENOMEM. */
int rows_find(struct rows *rows, uint32_t thread, uint32_t node, uint32_t flags, uint32_t *ret);

#endif
