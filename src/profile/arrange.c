/* SPDX-License-Identifier: MIT */
/* arrange: from sums to a tree that can be printed. Nothing recurses: children have larger numbers than parents. */
#include "profile/arrange.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "profile/merge.h"
#include "profile/state.h"
#include "profile/tree.h"

#define NS_MHZ_PER_UNIT ARRANGE_UNITS /* ns x looks per 1000 s that make one unit */

/* What is known of a node of the trie on its way into the tree. */
struct spot {
	uint64_t self_ns, total_ns;
	uint64_t self, total;             /* units */
	uint32_t first_child, n_children; /* in `children` */
	uint32_t size;                    /* nodes in the tree, with itself */
	uint32_t place, depth;            /* in the tree */
};

struct remainder {
	uint64_t remainder;
	uint64_t *units; /* that it would add to */
	uint32_t order;
};

struct arrangement {
	const struct trie *trie;
	struct spot *spots;           /* by node */
	uint32_t *children;           /* all nodes but the root, by parent, then by name */
	uint32_t *rank;               /* by name: its place in the order of texts */
	struct remainder *remainders; /* scratch */
	uint64_t rate_mhz;
};

static int compare_texts(const void *a, const void *b, void *ctx)
{
	const struct tree_name *names = ctx;

	return strcmp(names[*(const uint32_t *)a].text, names[*(const uint32_t *)b].text);
}

static int compare_children(const void *a, const void *b, void *ctx)
{
	const struct arrangement *g = ctx;
	const struct trie_node *x = &g->trie->nodes.items[*(const uint32_t *)a];
	const struct trie_node *y = &g->trie->nodes.items[*(const uint32_t *)b];

	if (x->parent != y->parent)
		return x->parent < y->parent ? -1 : 1;
	return g->rank[x->label] < g->rank[y->label] ? -1 : g->rank[x->label] > g->rank[y->label];
}

static int compare_remainders(const void *a, const void *b)
{
	const struct remainder *x = a, *y = b;

	if (x->remainder != y->remainder)
		return x->remainder > y->remainder ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

static int rank_names(struct arrangement *g, const struct labels *labels)
{
	size_t n = labels->names.n;
	_cleanup_free_ uint32_t *order = calloc(n + 1, sizeof(*order));

	if (!order)
		return SCRAPE_ENOMEM;
	for (size_t i = 0; i < n; i++)
		order[i] = (uint32_t)i;
	qsort_r(order, n, sizeof(*order), compare_texts, labels->names.items);
	for (size_t i = 0; i < n; i++)
		g->rank[order[i]] = (uint32_t)i;
	return 0;
}

static void sum_up(struct arrangement *g, const struct merge *merge)
{
	for (size_t i = g->trie->nodes.n; i-- > 0;) {
		struct spot *spot = &g->spots[i];

		spot->self_ns = i < merge->self_ns.n ? merge->self_ns.items[i] : 0;
		spot->total_ns += spot->self_ns;
		if (i > 0)
			g->spots[g->trie->nodes.items[i].parent].total_ns += spot->total_ns;
	}
}

static void sort_children(struct arrangement *g)
{
	size_t n = g->trie->nodes.n - 1;

	for (size_t i = 0; i < n; i++)
		g->children[i] = (uint32_t)i + 1;
	qsort_r(g->children, n, sizeof(*g->children), compare_children, g);
	for (size_t i = 0; i < n; i++) {
		struct spot *parent = &g->spots[g->trie->nodes.items[g->children[i]].parent];

		if (parent->n_children++ == 0)
			parent->first_child = (uint32_t)i;
	}
}

/* Gives *units its whole units of ns and returns them; what is left is noted as the next remainder. */
static uint64_t take_whole(struct arrangement *g, uint64_t ns, uint64_t *units, uint32_t *n)
{
	unsigned __int128 exact = (unsigned __int128)ns * g->rate_mhz;

	*units = (uint64_t)(exact / NS_MHZ_PER_UNIT);
	g->remainders[*n] = (struct remainder){(uint64_t)(exact % NS_MHZ_PER_UNIT), units, *n};
	if (g->remainders[*n].remainder)
		++*n;
	return *units;
}

/* Shares the units of a node, which are its exact value rounded up or down, among itself and its children: each gets
 * its own rounded up or down. */
static void share_out(struct arrangement *g, struct spot *spot)
{
	uint32_t n = 0;
	uint64_t whole = take_whole(g, spot->self_ns, &spot->self, &n);

	for (uint32_t i = 0; i < spot->n_children; i++) {
		struct spot *child = &g->spots[g->children[spot->first_child + i]];

		whole += take_whole(g, child->total_ns, &child->total, &n);
	}
	if (whole == spot->total)
		return;
	qsort(g->remainders, n, sizeof(*g->remainders), compare_remainders);
	for (uint32_t i = 0; i < n && whole < spot->total; i++, whole++)
		++*g->remainders[i].units;
}

static void share_all(struct arrangement *g)
{
	unsigned __int128 exact = (unsigned __int128)g->spots[TRIE_ROOT].total_ns * g->rate_mhz;

	g->spots[TRIE_ROOT].total = (uint64_t)((exact + NS_MHZ_PER_UNIT / 2) / NS_MHZ_PER_UNIT);
	for (size_t i = 0; i < g->trie->nodes.n; i++)
		share_out(g, &g->spots[i]);
}

static void find_places(struct arrangement *g)
{
	for (size_t i = g->trie->nodes.n; i-- > 0;) {
		struct spot *spot = &g->spots[i];

		if (i > 0 && spot->total == 0)
			continue;
		spot->size++;
		if (i > 0)
			g->spots[g->trie->nodes.items[i].parent].size += spot->size;
	}
	for (size_t i = 0; i < g->trie->nodes.n; i++) {
		const struct spot *spot = &g->spots[i];
		uint32_t place = spot->place + 1;

		for (uint32_t k = 0; k < spot->n_children; k++) {
			struct spot *child = &g->spots[g->children[spot->first_child + k]];

			child->place = place;
			child->depth = spot->depth + 1;
			place += child->size;
		}
	}
}

static int emit(const struct arrangement *g, uint32_t root_name, struct tree *ret)
{
	size_t n = g->spots[TRIE_ROOT].size;
	struct tree_node *nodes = arena_alloc(&ret->arena, n * sizeof(*nodes));

	if (!nodes)
		return SCRAPE_ENOMEM;
	for (size_t i = 0; i < g->trie->nodes.n; i++) {
		const struct spot *spot = &g->spots[i];

		if (spot->size == 0)
			continue;
		nodes[spot->place] = (struct tree_node){
			.name = i == TRIE_ROOT ? root_name : g->trie->nodes.items[i].label,
			.depth = spot->depth,
			.self = spot->self,
			.total = spot->total,
		};
	}
	ret->nodes = nodes;
	ret->n_nodes = n;
	return 0;
}

/* Names that only nodes without a unit had. `rank` is done with and serves as table "old number -> new". */
static void drop_unused_names(const struct arrangement *g, struct tree *tree)
{
	uint32_t n = 0;

	memset(g->rank, 0, tree->n_names * sizeof(*g->rank));
	for (size_t i = 0; i < tree->n_nodes; i++)
		g->rank[tree->nodes[i].name] = 1;
	for (size_t i = 0; i < tree->n_names; i++) {
		if (!g->rank[i])
			continue;
		tree->names[n] = tree->names[i];
		g->rank[i] = n++;
	}
	tree->n_names = n;
	for (size_t i = 0; i < tree->n_nodes; i++)
		tree->nodes[i].name = g->rank[tree->nodes[i].name];
}

int arrange(const struct merge *merge, uint32_t root_name, uint64_t rate_mhz, uint32_t *places, struct tree *ret)
{
	size_t n = merge->trie.nodes.n;
	_cleanup_free_ struct spot *spots = calloc(n, sizeof(*spots));
	_cleanup_free_ uint32_t *children = calloc(n, sizeof(*children));
	_cleanup_free_ uint32_t *rank = calloc(merge->labels.names.n + 1, sizeof(*rank));
	_cleanup_free_ struct remainder *remainders = calloc(n + 1, sizeof(*remainders));
	struct arrangement g = {.trie = &merge->trie,
				.spots = spots,
				.children = children,
				.rank = rank,
				.remainders = remainders,
				.rate_mhz = rate_mhz};

	if (!spots || !children || !rank || !remainders || rank_names(&g, &merge->labels) < 0)
		return SCRAPE_ENOMEM;
	sum_up(&g, merge);
	sort_children(&g);
	share_all(&g);
	find_places(&g);
	if (emit(&g, root_name, ret) < 0)
		return SCRAPE_ENOMEM;
	drop_unused_names(&g, ret);
	for (size_t i = 0; places && i < n; i++)
		places[i] = spots[i].place;
	return 0;
}
