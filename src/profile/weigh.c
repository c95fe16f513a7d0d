/* SPDX-License-Identifier: MIT */
/* weigh: what is large in a profile. */
#include "profile/weigh.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "profile/state.h"

struct weight {
	double weight;
	uint32_t number;
};

/* A row's share of the CPU time, of the wall time and of the looks that are not scaled yet. */
static double weigh_row(const struct row *row, const struct profile *p, uint64_t open)
{
	double weight = 0;

	if (p->stats.cpu_ns)
		weight += (double)row->cpu_ns / (double)p->stats.cpu_ns;
	if (p->stats.wall_ns)
		weight += (double)row->wall_ns / (double)p->stats.wall_ns;
	if (open)
		weight += (double)row->open / (double)open;
	return weight;
}

static uint64_t open_looks(const struct profile *p)
{
	uint64_t sum = 0;

	VEC_EACH (tally, &p->slice.tallies)
		sum = slice_sum(sum, tally->looks);
	return sum;
}

/* Heaviest first; of equals the older, so that a parent comes before its children. */
static int compare(const void *a, const void *b)
{
	const struct weight *x = a, *y = b;

	if (x->weight != y->weight)
		return x->weight > y->weight ? -1 : 1;
	return x->number < y->number ? -1 : x->number > y->number;
}

static struct weight *weights_new(size_t n)
{
	struct weight *weights = calloc(n + 1, sizeof(*weights));

	for (size_t i = 0; weights && i < n; i++)
		weights[i].number = (uint32_t)i;
	return weights;
}

int weigh_nodes(const struct profile *p, size_t n, bool *ret)
{
	size_t n_nodes = p->trie.nodes.n;
	_cleanup_free_ struct weight *weights = weights_new(n_nodes);
	uint64_t open = open_looks(p);

	if (!weights)
		return SCRAPE_ENOMEM;
	VEC_EACH (row, &p->rows.list)
		weights[row->node].weight += weigh_row(row, p, open);
	for (size_t i = n_nodes - 1; i > 0; i--)
		weights[p->trie.nodes.items[i].parent].weight += weights[i].weight;
	qsort(weights, n_nodes, sizeof(*weights), compare);
	for (size_t i = 0; i < n_nodes; i++)
		ret[weights[i].number] = i < n;
	return 0;
}

int weigh_threads(const struct profile *p, bool *ret, size_t *ret_n)
{
	size_t n_threads = p->actors.threads.n, n = 0;
	_cleanup_free_ struct weight *weights = weights_new(n_threads);

	if (!weights)
		return SCRAPE_ENOMEM;
	for (size_t i = 0; i < n_threads; i++)
		ret[i] = false;
	VEC_EACH (row, &p->rows.list) {
		weights[row->thread].weight += weigh_row(row, p, 0);
		ret[row->thread] = true;
	}
	for (size_t i = 0; i < n_threads; i++) {
		const struct actor_thread *thread = &p->actors.threads.items[i];

		if (ret[i] && !thread->tally && thread->tid != ACTORS_TID_PRUNED)
			weights[n++] = weights[i];
		ret[i] = false;
	}
	qsort(weights, n, sizeof(*weights), compare);
	for (size_t i = n / 2; i < n; i++)
		ret[weights[i].number] = true;
	*ret_n = n - n / 2;
	return 0;
}
