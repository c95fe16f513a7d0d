/* SPDX-License-Identifier: MIT */
/*
 * history_fold: a slice that is too large while it is open. Its least stacks become [pruned] of their parent; where it
 * is threads rather than stacks that fill the table, the least threads become one of their process (tid 0). Looks and
 * times stay as they are, so totals do.
 */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "profile/history_state.h"

#define KEEP_OF_NODES 3  /* one of so many nodes that have looks is kept */
#define ROWS_PER_STACK 4 /* with more, it is threads that fill the table */

static int descending(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x > y ? -1 : x < y;
}

/* The weight that the n-th heaviest has; 0 if there are not so many. */
static int weight_of_nth(const uint64_t *weights, size_t n_weights, size_t keep_of, uint64_t *ret)
{
	_cleanup_free_ uint64_t *sorted = calloc(n_weights + 1, sizeof(*sorted));
	size_t n = 0;

	if (!sorted)
		return SCRAPE_ENOMEM;
	for (size_t i = 0; i < n_weights; i++)
		if (weights[i] > 0)
			sorted[n++] = weights[i];
	qsort(sorted, n, sizeof(*sorted), descending);
	*ret = n > 0 ? sorted[n / keep_of] : 0;
	return 0;
}

/* Where each node of the trie goes: to itself, or into [pruned] of the nearest that is heavy enough. */
static int fold_nodes(struct history_feed *feed, uint32_t *to)
{
	struct trie *trie = &feed->history->names.trie;
	size_t n = trie->nodes.n;
	_cleanup_free_ uint64_t *weights = calloc(n, sizeof(*weights));
	uint64_t least;

	if (!weights)
		return SCRAPE_ENOMEM;
	VEC_EACH (row, &feed->rows.list)
		weights[row->node] += row->open;
	for (size_t i = n - 1; i > 0; i--)
		weights[trie->nodes.items[i].parent] += weights[i];
	if (weight_of_nth(weights, n, KEEP_OF_NODES, &least) < 0)
		return SCRAPE_ENOMEM;
	for (uint32_t i = 1; i < n; i++) {
		uint32_t parent = to[trie->nodes.items[i].parent];

		to[i] = i;
		if (weights[i] > least || weights[i] == 0)
			continue;
		if (parent != TRIE_ROOT && trie->nodes.items[parent].label == STATE_FRAME_PRUNED)
			to[i] = parent;
		else if (trie_child(trie, parent, STATE_FRAME_PRUNED, &to[i]) < 0)
			return SCRAPE_ENOMEM;
	}
	return 0;
}

static void join(struct feed_tally *into, const struct feed_tally *from)
{
	into->sums.measured |= from->sums.measured;
	into->sums.looks += from->sums.looks;
	into->sums.running += from->sums.running;
	into->sums.cpu_ns = slice_sum(into->sums.cpu_ns, from->sums.cpu_ns);
	into->sums.wall_ns = slice_sum(into->sums.wall_ns, from->sums.wall_ns);
}

/* The tally that stands for the pruned threads of a process; made if need be. */
static int find_pruned(struct history_feed *feed, struct map *of_process, const struct feed_tally *tally, uint32_t *ret)
{
	const struct feed_tally pruned = {.process = tally->process, .tid = ACTORS_TID_PRUNED};
	struct feed_tally *place;

	if (map_get(of_process, tally->process, ret))
		return 0;
	*ret = (uint32_t)feed->tallies.n;
	if (!VEC_RESERVE(&feed->tallies, feed->tallies.n + 1) || map_put(of_process, tally->process, *ret) < 0)
		return SCRAPE_ENOMEM;
	place = VEC_PUSH(&feed->tallies);
	*place = pruned;
	return 0;
}

/* Where each tally goes: the lesser half of the threads into one of their process. Their places stay, without looks. */
static int fold_threads(struct history_feed *feed, uint32_t *to, size_t n)
{
	_cleanup_free_ uint64_t *weights = calloc(n + 1, sizeof(*weights));
	struct map of_process = {0};
	uint64_t least;
	int code;

	if (!weights)
		return SCRAPE_ENOMEM;
	for (size_t i = 0; i < n; i++)
		weights[i] = feed->tallies.items[i].sums.looks;
	code = weight_of_nth(weights, n, 2, &least);
	for (uint32_t i = 0; i < n && code == 0; i++) {
		const struct feed_tally tally = feed->tallies.items[i];

		if (weights[i] > least || weights[i] == 0 || tally.tid == ACTORS_TID_PRUNED)
			continue;
		code = find_pruned(feed, &of_process, &tally, &to[i]);
		if (code == 0) {
			join(&feed->tallies.items[to[i]], &tally);
			feed->tallies.items[i].sums = (struct tally){0};
		}
	}
	map_deinit(&of_process);
	return code;
}

/* NULL: each stays where it is. */
static int move_rows(struct history_feed *feed, const uint32_t *node_to, const uint32_t *tally_to)
{
	struct rows rows = {0};

	VEC_EACH (row, &feed->rows.list) {
		uint32_t at;

		if (rows_find(&rows, tally_to ? tally_to[row->thread] : row->thread,
			      node_to ? node_to[row->node] : row->node, row->flags, &at) < 0) {
			rows_deinit(&rows);
			return SCRAPE_ENOMEM;
		}
		rows.list.items[at].open += row->open;
	}
	rows_deinit(&feed->rows);
	feed->rows = rows;
	return 0;
}

static int fold_stacks(struct history_feed *feed)
{
	_cleanup_free_ uint32_t *to = calloc(feed->history->names.trie.nodes.n, sizeof(*to));
	int code = to ? fold_nodes(feed, to) : SCRAPE_ENOMEM;

	return code < 0 ? code : move_rows(feed, to, NULL);
}

static int fold_tallies(struct history_feed *feed)
{
	size_t n = feed->tallies.n;
	_cleanup_free_ uint32_t *to = calloc(n + 1, sizeof(*to));
	int code;

	if (!to)
		return SCRAPE_ENOMEM;
	for (size_t i = 0; i < n; i++)
		to[i] = (uint32_t)i;
	code = fold_threads(feed, to, n);
	if (code < 0)
		return code;
	VEC_EACH (def, &feed->defs) /* the times that are still to come go where the looks are */
		if (def->tally)
			def->tally = to[def->tally - 1] + 1;
	return move_rows(feed, NULL, to);
}

static int count_stacks(const struct history_feed *feed, size_t *ret)
{
	_cleanup_free_ bool *met = calloc(feed->history->names.trie.nodes.n, sizeof(*met));

	if (!met)
		return SCRAPE_ENOMEM;
	*ret = 0;
	VEC_EACH (row, &feed->rows.list) {
		*ret += !met[row->node];
		met[row->node] = true;
	}
	return 0;
}

/* One round, and the other kind only if that was not enough. */
static int fold_once(struct history_feed *feed)
{
	size_t n_rows = feed->rows.list.n, n_stacks = 0;
	int code = count_stacks(feed, &n_stacks);
	bool threads_first = n_rows > ROWS_PER_STACK * n_stacks;

	if (code == 0)
		code = threads_first ? fold_tallies(feed) : fold_stacks(feed);
	if (code < 0 || feed->rows.list.n <= n_rows - n_rows / 4)
		return code;
	return threads_first ? fold_stacks(feed) : fold_tallies(feed);
}

int history_fold(struct history_feed *feed, size_t max_bytes)
{
	while (rows_bytes(&feed->rows) > max_bytes) {
		size_t n_rows = feed->rows.list.n;
		int code = fold_once(feed);

		if (code < 0)
			return code;
		if (feed->rows.list.n > n_rows - n_rows / 4)
			return SCRAPE_ELIMIT;
	}
	return 0;
}
