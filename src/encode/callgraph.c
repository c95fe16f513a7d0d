/* SPDX-License-Identifier: MIT */
/* callgraph: one walk over the nodes, with a count of how often each function and call is on the path. */
#include "encode/callgraph.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "profile/tree.h"
#include "scrape.h"

#define NO_CALL UINT32_MAX

void callgraph_deinit(struct callgraph *g)
{
	VEC_DEINIT(&g->functions);
	VEC_DEINIT(&g->calls);
	free(g->function_of);
	free(g->self_of);
	map_deinit(&g->by_ends);
}

static int compare_names(const struct tree_name *a, const struct tree_name *b)
{
	int r = strcmp(tree_shown(a), tree_shown(b));

	if (r == 0)
		r = strcmp(a->file, b->file);
	return r ? r : a->first_line < b->first_line ? -1 : a->first_line > b->first_line;
}

static int compare(const void *a, const void *b, void *ctx)
{
	const struct tree_name *names = ctx;
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	int r = compare_names(&names[x], &names[y]);

	return r == 0 ? (x > y) - (x < y) : r;
}

/* Sorted, the lines of a function are neighbours. */
static int find_functions(const struct tree *tree, struct callgraph *g)
{
	_cleanup_free_ uint32_t *order = calloc(tree->n_names + 1, sizeof(*order));

	if (!order)
		return SCRAPE_ENOMEM;
	for (size_t i = 0; i < tree->n_names; i++)
		order[i] = (uint32_t)i;
	qsort_r(order, tree->n_names, sizeof(*order), compare, tree->names);
	for (size_t i = 0; i < tree->n_names; i++) {
		if (i == 0 || compare_names(&tree->names[order[i]], &tree->names[order[i - 1]]) != 0) {
			struct callgraph_function *function = VEC_PUSH(&g->functions);

			if (!function)
				return SCRAPE_ENOMEM;
			function->name = order[i];
		}
		g->function_of[order[i]] = (uint32_t)g->functions.n - 1;
	}
	return 0;
}

static int find_call(struct callgraph *g, uint32_t caller, uint32_t callee, uint32_t *ret)
{
	uint64_t key = (uint64_t)caller << 32 | callee;
	struct callgraph_call *call;

	if (map_get(&g->by_ends, key, ret))
		return 0;
	call = VEC_PUSH(&g->calls);
	if (!call || map_put(&g->by_ends, key, (uint32_t)g->calls.n - 1) < 0)
		return SCRAPE_ENOMEM;
	*call = (struct callgraph_call){.caller = caller, .callee = callee};
	*ret = (uint32_t)g->calls.n - 1;
	return 0;
}

/* The calls of all nodes, numbered. calls: by node. */
static int find_calls(const struct tree *tree, const uint32_t *parents, struct callgraph *g, uint32_t *calls)
{
	for (size_t i = 0; i < tree->n_nodes; i++) {
		const struct tree_node *node = &tree->nodes[i];

		calls[i] = NO_CALL;
		if (node->depth > 1 && find_call(g, tree->nodes[parents[i]].name, g->function_of[node->name],
						 &calls[i]) < 0)
			return SCRAPE_ENOMEM;
	}
	return 0;
}

static void enter(const struct tree *tree, struct callgraph *g, uint32_t i, uint32_t call, uint32_t *in, uint32_t *by)
{
	const struct tree_node *node = &tree->nodes[i];
	struct callgraph_function *function = &g->functions.items[g->function_of[node->name]];

	g->self_of[node->name] += node->self;
	function->self += node->self;
	if (in[g->function_of[node->name]]++ == 0)
		function->total += node->total;
	if (call == NO_CALL)
		return;
	g->calls.items[call].self += node->self;
	if (by[call]++ == 0)
		g->calls.items[call].total += node->total;
}

static void leave(const struct tree *tree, const struct callgraph *g, uint32_t i, uint32_t call, uint32_t *in,
		  uint32_t *by)
{
	in[g->function_of[tree->nodes[i].name]]--;
	if (call != NO_CALL)
		by[call]--;
}

static int walk(const struct tree *tree, const uint32_t *parents, const uint32_t *calls, struct callgraph *g)
{
	_cleanup_free_ uint32_t *in = calloc(g->functions.n + 1, sizeof(*in));
	_cleanup_free_ uint32_t *by = calloc(g->calls.n + 1, sizeof(*by));
	uint32_t at = 0;

	if (!in || !by)
		return SCRAPE_ENOMEM;
	for (uint32_t i = 1; i < tree->n_nodes; i++) {
		for (; at != parents[i]; at = parents[at])
			leave(tree, g, at, calls[at], in, by);
		enter(tree, g, i, calls[i], in, by);
		at = i;
	}
	return 0;
}

int callgraph_make(const struct tree *tree, struct callgraph *ret)
{
	_cleanup_free_ uint32_t *parents = calloc(tree->n_nodes + 1, sizeof(*parents));
	_cleanup_free_ uint32_t *calls = calloc(tree->n_nodes + 1, sizeof(*calls));
	int r = parents && calls ? 0 : SCRAPE_ENOMEM;

	*ret = (struct callgraph){
		.function_of = calloc(tree->n_names + 1, sizeof(*ret->function_of)),
		.self_of = calloc(tree->n_names + 1, sizeof(*ret->self_of)),
	};
	if (!ret->function_of || !ret->self_of)
		r = SCRAPE_ENOMEM;
	if (r == 0)
		r = find_functions(tree, ret);
	if (r == 0) {
		tree_parents(tree, parents);
		r = find_calls(tree, parents, ret, calls);
	}
	return r < 0 ? r : walk(tree, parents, calls, ret);
}
