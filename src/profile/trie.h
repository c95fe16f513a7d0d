/* SPDX-License-Identifier: MIT */
/*
 * trie: stacks as nodes. A node is its parent and a label (here the number of a frame; in a query that of a name);
 * node 0 is the root. Parents are made before their children, so a child's number is always larger: whoever sums up
 * walks the numbers downwards, whoever hands down walks them upwards, and nobody recurses.
 */
#ifndef PROFILE_TRIE_H
#define PROFILE_TRIE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/map.h"
#include "base/vec.h"

#define TRIE_ROOT 0
#define TRIE_NODES_MAX (1u << 26)

struct trie_node {
	uint32_t parent, label;
};

struct trie {
	VEC(struct trie_node) nodes;
	struct map by_edge; /* parent << 32 | label -> node */
};

/* With its root. 0 or SCRAPE_ENOMEM. */
int trie_init(struct trie *trie);
void trie_deinit(struct trie *trie);
size_t trie_bytes(const struct trie *trie);

/* The child of parent with this label, new or not. 0, SCRAPE_ENOMEM, or SCRAPE_ELIMIT at TRIE_NODES_MAX. */
int trie_child(struct trie *trie, uint32_t parent, uint32_t label, uint32_t *ret);

/* Only if it is there. */
static inline bool trie_find(const struct trie *trie, uint32_t parent, uint32_t label, uint32_t *ret)
{
	return map_get(&trie->by_edge, (uint64_t)parent << 32 | label, ret);
}

#endif
