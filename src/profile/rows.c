/* SPDX-License-Identifier: MIT */
/* rows: the counts of a profile. */
#include "profile/rows.h"

#include <stdlib.h>
#include <string.h>

#include "profile/trie.h"
#include "scrape.h"

#define FLAG_BITS 6
_Static_assert(SCRAPE_FLAGS_ALL < 1 << FLAG_BITS, "flags fit into their part of the key");
_Static_assert(TRIE_NODES_MAX <= 1ull << (32 - FLAG_BITS), "nodes fit into their part of the key");

void rows_deinit(struct rows *rows)
{
	VEC_DEINIT(&rows->list);
	map_deinit(&rows->by_key);
}

size_t rows_bytes(const struct rows *rows)
{
	return rows->list.cap * sizeof(struct row) + map_bytes(&rows->by_key);
}

int rows_find(struct rows *rows, uint32_t thread, uint32_t node, uint32_t flags, uint32_t *ret)
{
	uint64_t key = (uint64_t)thread << 32 | node << FLAG_BITS | flags;
	uint32_t number = (uint32_t)rows->list.n;
	struct row *row;

	if (map_get(&rows->by_key, key, ret))
		return 0;
	if (!VEC_RESERVE(&rows->list, rows->list.n + 1) || map_put(&rows->by_key, key, number) < 0)
		return SCRAPE_ENOMEM;
	row = VEC_PUSH(&rows->list);
	row->thread = thread;
	row->node = node;
	row->flags = flags;
	*ret = number;
	return 0;
}
