/* SPDX-License-Identifier: MIT */
/* history_cut: an answer of at most so many nodes. */
#include "profile/history_cut.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "profile/merge.h"

#define NODES_MIN 2 /* the root and its [pruned] */

struct cut {
	struct merge *m;
	const uint64_t *totals; /* by node */
	uint32_t *heaviest;     /* nodes, heaviest first; of equals the older, so that a parent precedes its children */
	uint32_t *rank;         /* by node: its place there */
	bool *has_pruned;       /* scratch */
	struct trie trie;
	uint64_t *self_ns; /* of the new trie */
};

static int compare(const void *a, const void *b, void *ctx)
{
	const uint64_t *totals = ctx;
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	if (totals[x] != totals[y])
		return totals[x] > totals[y] ? -1 : 1;
	return x < y ? -1 : x > y;
}

static uint64_t self_of(const struct merge *m, size_t node)
{
	return node < m->self_ns.n ? m->self_ns.items[node] : 0;
}

static void sum_up(const struct merge *m, uint64_t *totals)
{
	for (size_t i = m->trie.nodes.n; i-- > 0;) {
		totals[i] += self_of(m, i);
		if (i > 0)
			totals[m->trie.nodes.items[i].parent] += totals[i];
	}
}

/* How many nodes there are if the n heaviest are kept. */
static size_t size_with(struct cut *c, size_t n)
{
	size_t n_nodes = c->m->trie.nodes.n, size = n;

	memset(c->has_pruned, 0, n_nodes);
	for (size_t i = 1; i < n_nodes; i++) {
		uint32_t parent = c->m->trie.nodes.items[i].parent;

		if (c->rank[i] >= n && c->rank[parent] < n && !c->has_pruned[parent]) {
			c->has_pruned[parent] = true;
			size++;
		}
	}
	return size;
}

/* The most nodes that can be kept. With half of them it always fits: each has at most one [pruned]. */
static size_t n_to_keep(struct cut *c, size_t max_nodes)
{
	size_t low = max_nodes / 2, high = max_nodes;

	while (low < high) {
		size_t middle = low + (high - low + 1) / 2;

		if (size_with(c, middle) <= max_nodes)
			low = middle;
		else
			high = middle - 1;
	}
	return low;
}

/* Makes the new trie: `to` is where each node goes. */
static int move_nodes(struct cut *c, size_t n_keep, uint32_t pruned, uint32_t *to)
{
	const struct trie *old = &c->m->trie;

	to[TRIE_ROOT] = TRIE_ROOT;
	c->self_ns[TRIE_ROOT] = self_of(c->m, TRIE_ROOT);
	for (uint32_t i = 1; i < old->nodes.n; i++) {
		uint32_t above = old->nodes.items[i].parent, parent = to[above], label = pruned;
		int code;

		if (c->rank[i] < n_keep) {
			label = old->nodes.items[i].label;
		} else if (c->rank[above] >= n_keep) {
			to[i] = parent; /* below what was pruned */
			c->self_ns[parent] += self_of(c->m, i);
			continue;
		}
		code = trie_child(&c->trie, parent, label, &to[i]);
		if (code < 0)
			return code;
		c->self_ns[to[i]] += self_of(c->m, i);
	}
	return 0;
}

static int cut(struct cut *c, size_t max_nodes)
{
	size_t n = c->m->trie.nodes.n;
	_cleanup_free_ uint32_t *to = calloc(n, sizeof(*to));
	uint32_t pruned;
	int code = to ? trie_init(&c->trie) : SCRAPE_ENOMEM;

	for (uint32_t i = 0; i < n; i++)
		c->heaviest[i] = i;
	qsort_r(c->heaviest, n, sizeof(*c->heaviest), compare, (void *)(uintptr_t)c->totals);
	for (uint32_t i = 0; i < n; i++)
		c->rank[c->heaviest[i]] = i;
	if (code == 0)
		code = labels_fixed(&c->m->labels, SCRAPE_MARK_PRUNED, TREE_MARKER, &pruned);
	if (code == 0)
		code = move_nodes(c, n_to_keep(c, max_nodes), pruned, to);
	if (code < 0)
		return code;
	c->m->self_ns.n = 0;
	if (!VEC_RESERVE(&c->m->self_ns, c->trie.nodes.n))
		return SCRAPE_ENOMEM;
	memcpy(c->m->self_ns.items, c->self_ns, c->trie.nodes.n * sizeof(*c->self_ns));
	c->m->self_ns.n = c->trie.nodes.n;
	trie_deinit(&c->m->trie);
	c->m->trie = c->trie;
	c->trie = (struct trie){0};
	return 0;
}

int history_cut(struct merge *m, size_t max_nodes)
{
	size_t n = m->trie.nodes.n;
	_cleanup_free_ uint64_t *totals = calloc(n, sizeof(*totals));
	_cleanup_free_ uint64_t *self_ns =
		calloc(n + 1, sizeof(*self_ns)); /* never more: each [pruned] stands for one */
	_cleanup_free_ uint32_t *heaviest = calloc(n, sizeof(*heaviest));
	_cleanup_free_ uint32_t *rank = calloc(n, sizeof(*rank));
	_cleanup_free_ bool *has_pruned = calloc(n, sizeof(*has_pruned));
	struct cut c = {.m = m, .totals = totals, .heaviest = heaviest, .rank = rank, .has_pruned = has_pruned};
	int code;

	if (!totals || !self_ns || !heaviest || !rank || !has_pruned)
		return SCRAPE_ENOMEM;
	if (max_nodes < NODES_MIN)
		max_nodes = NODES_MIN;
	if (n <= max_nodes)
		return 0;
	c.self_ns = self_ns;
	sum_up(m, totals);
	code = cut(&c, max_nodes);
	trie_deinit(&c.trie);
	return code;
}
