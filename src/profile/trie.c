/* SPDX-License-Identifier: MIT */
/* trie: stacks as nodes. */
#include "profile/trie.h"

#include <stdlib.h>
#include <string.h>

#include "scrape.h"

int trie_init(struct trie *trie)
{
	*trie = (struct trie){0};
	return VEC_PUSH(&trie->nodes) ? 0 : SCRAPE_ENOMEM;
}

void trie_deinit(struct trie *trie)
{
	VEC_DEINIT(&trie->nodes);
	map_deinit(&trie->by_edge);
}

size_t trie_bytes(const struct trie *trie)
{
	return trie->nodes.cap * sizeof(struct trie_node) + map_bytes(&trie->by_edge);
}

int trie_child(struct trie *trie, uint32_t parent, uint32_t label, uint32_t *ret)
{
	uint64_t edge = (uint64_t)parent << 32 | label;
	uint32_t number = (uint32_t)trie->nodes.n;
	struct trie_node *node;

	if (map_get(&trie->by_edge, edge, ret))
		return 0;
	if (number >= TRIE_NODES_MAX)
		return SCRAPE_ELIMIT;
	if (!VEC_RESERVE(&trie->nodes, trie->nodes.n + 1) || map_put(&trie->by_edge, edge, number) < 0)
		return SCRAPE_ENOMEM;
	node = VEC_PUSH(&trie->nodes);
	*node = (struct trie_node){.parent = parent, .label = label};
	*ret = number;
	return 0;
}
