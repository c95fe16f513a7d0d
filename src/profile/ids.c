/* SPDX-License-Identifier: MIT */
/* ids: what the numbers of the stream in hand mean. */
#include "profile/ids.h"

#include <stdlib.h>
#include <string.h>

#include "profile/trie.h"
#include "scrape.h"

void ids_deinit(struct ids *ids)
{
	VEC_DEINIT(&ids->strings);
	VEC_DEINIT(&ids->frames);
	VEC_DEINIT(&ids->targets);
	VEC_DEINIT(&ids->threads);
	VEC_DEINIT(&ids->nodes);
	VEC_DEINIT(&ids->path);
}

size_t ids_bytes(const struct ids *ids)
{
	return (ids->strings.cap + ids->frames.cap + ids->targets.cap + ids->threads.cap + ids->path.cap) *
		       sizeof(uint32_t) +
	       ids->nodes.cap * sizeof(struct ids_node);
}

int ids_begin(struct ids *ids)
{
	ids->targets.n = ids->threads.n = 0;
	return ids_reset(ids);
}

int ids_reset(struct ids *ids)
{
	struct ids_node *root;

	ids->strings.n = ids->frames.n = ids->nodes.n = 0;
	root = VEC_PUSH(&ids->nodes);
	if (!root)
		return SCRAPE_ENOMEM;
	root->node = TRIE_ROOT + 1;
	return 0;
}

void ids_unmeet(struct ids *ids)
{
	VEC_EACH (node, &ids->nodes)
		node->node = 0;
	if (ids->nodes.n > 0)
		ids->nodes.items[0].node = TRIE_ROOT + 1;
}

int id_add(struct id_list *list, uint32_t number)
{
	uint32_t *item = VEC_PUSH(list);

	if (!item)
		return SCRAPE_ENOMEM;
	*item = number;
	return 0;
}

int ids_add_node(struct ids *ids, uint32_t parent, uint32_t frame)
{
	struct ids_node *node = VEC_PUSH(&ids->nodes);

	if (!node)
		return SCRAPE_ENOMEM;
	node->parent = parent;
	node->frame = frame;
	return 0;
}

int ids_meet(struct ids *ids, struct trie *trie, uint64_t id, uint32_t *ret)
{
	uint32_t at = (uint32_t)id, node;

	ids->path.n = 0;
	for (; !ids->nodes.items[at].node; at = ids->nodes.items[at].parent)
		if (id_add(&ids->path, at) < 0)
			return SCRAPE_ENOMEM;
	node = ids->nodes.items[at].node - 1;
	while (ids->path.n > 0) {
		struct ids_node *next = &ids->nodes.items[ids->path.items[--ids->path.n]];
		int code = trie_child(trie, node, ids->frames.items[next->frame], &node);

		if (code < 0)
			return code;
		next->node = node + 1;
	}
	*ret = node;
	return 0;
}
