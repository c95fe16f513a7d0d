/* SPDX-License-Identifier: MIT */
/*
 * history_query: slices and a question become a tree.
 *
 * Rows are summed up by stack (history_sum.h); if processes or threads are told apart, for one after the other.
 * What is left, a value per stack, is merged by its names as the rows of a profile are (profile/merge.h). With a limit
 * of nodes, stacks that are far too light for it go before they are merged: names are what costs time.
 */
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "profile/arrange.h"
#include "profile/history_cut.h"
#include "profile/history_range.h"
#include "profile/history_sum.h"
#include "profile/merge.h"
#include "profile/tree.h"

#define KEEP_BEFORE_MERGE 2 /* so many times max_nodes ... */
#define KEEP_MANY 8         /* ... and where many stacks become one */

/* One thread of one slice. */
struct part {
	const uint8_t *head;
	uint32_t group;
};

struct answering {
	struct history_scope *scope;
	const struct profile_query *show;
	struct history_sum sum;
	struct merge merge;
	struct {
		struct part *items;
		size_t n, cap;
	} parts; /* by group */
	struct {
		uint64_t *items;
		size_t n, cap;
	} totals;       /* of all stacks, of all groups */
	size_t n_heavy;  /* how many stacks are merged; 0: all */
	uint64_t least;  /* what the lightest of them has */
	uint32_t thread; /* one of those summed up last */
};

/* Threads of one group are merged together. */
static uint32_t group_of(const struct answering *a, uint32_t thread)
{
	return a->show->split_threads ? thread : a->scope->history->names.actors.threads.items[thread].process;
}

static int compare_parts(const void *x, const void *y)
{
	const struct part *a = x, *b = y;

	if (a->group != b->group)
		return a->group < b->group ? -1 : 1;
	return a->head < b->head ? -1 : a->head > b->head;
}

/* Every thread of every slice that is asked for. */
static int each_thread(struct answering *a, int (*fn)(struct answering *a, const struct pack_thread *thread))
{
	int code = 0;

	VEC_EACH (slice, &a->scope->history->slices) {
		const uint8_t *at = slice->bytes;
		struct pack_thread thread;

		if (!history_scope_has(a->scope, slice))
			continue;
		while (code == 0 && history_scope_thread(a->scope, slice, &at, &thread))
			code = fn(a, &thread);
	}
	return code;
}

static int add_part(struct answering *a, const struct pack_thread *thread)
{
	struct part *part = VEC_PUSH(&a->parts);

	if (!part)
		return SCRAPE_ENOMEM;
	*part = (struct part){.head = thread->head, .group = group_of(a, thread->thread)};
	return 0;
}

static int add_rows(struct answering *a, const struct pack_thread *thread)
{
	a->thread = thread->thread;
	return history_sum_thread(&a->sum, thread, a->show->mode);
}

/* Sums up the group that begins with part i. *ret: where the next begins. */
static int sum_group(struct answering *a, size_t i, size_t *ret)
{
	uint32_t group = a->parts.items[i].group;

	for (; i < a->parts.n && a->parts.items[i].group == group; i++) {
		const uint8_t *at = a->parts.items[i].head;
		struct pack_thread thread;

		(void)pack_next_thread(&at, at + 1, &thread); /* there is one */
		if (add_rows(a, &thread) < 0)
			return SCRAPE_ENOMEM;
	}
	*ret = i;
	return history_sum_up(&a->sum);
}

static int note_totals(struct answering *a)
{
	if (!VEC_RESERVE(&a->totals, a->totals.n + a->sum.places.n))
		return SCRAPE_ENOMEM;
	VEC_EACH (place, &a->sum.places)
		a->totals.items[a->totals.n++] = a->sum.total[*place];
	return 0;
}

/* The n-th largest, by partitioning; the order of the rest is lost. */
static uint64_t nth_largest(uint64_t *v, size_t n_values, size_t nth)
{
	size_t low = 0, high = n_values - 1;

	while (low < high) {
		uint64_t pivot = v[low + (high - low) / 2];
		size_t i = low, k = high;

		while (i <= k) {
			while (v[i] > pivot)
				i++;
			while (v[k] < pivot)
				k--;
			if (i <= k) {
				uint64_t swapped = v[i];

				v[i++] = v[k];
				v[k] = swapped;
				if (k == 0)
					break;
				k--;
			}
		}
		if (nth <= k)
			high = k;
		else if (nth >= i)
			low = i;
		else
			break;
	}
	return v[nth];
}

static void choose_least(struct answering *a)
{
	a->least = a->totals.n > a->n_heavy ? nth_largest(a->totals.items, a->totals.n, a->n_heavy) : 0;
}

/* Nothing is told apart: rows are summed up as they come. */
static int merge_all(struct answering *a)
{
	int code = each_thread(a, add_rows);

	if (code == 0)
		code = history_sum_up(&a->sum);
	if (code == 0 && a->n_heavy) {
		code = note_totals(a);
		choose_least(a);
	}
	return code < 0 ? code : history_sum_merge(&a->sum, &a->merge, a->thread, a->least);
}

/* One group after the other; with a limit they are gone through twice. */
static int merge_groups(struct answering *a)
{
	int code = each_thread(a, add_part);
	size_t next = 0;

	if (a->parts.n > 1)
		qsort(a->parts.items, a->parts.n, sizeof(*a->parts.items), compare_parts);
	for (size_t i = 0; a->n_heavy && i < a->parts.n && code == 0; i = next) {
		code = sum_group(a, i, &next);
		if (code == 0)
			code = note_totals(a);
		history_sum_clear(&a->sum);
	}
	choose_least(a);
	for (size_t i = 0; i < a->parts.n && code == 0; i = next) {
		code = sum_group(a, i, &next);
		if (code == 0)
			code = history_sum_merge(&a->sum, &a->merge, a->thread, a->least);
		history_sum_clear(&a->sum);
	}
	return code;
}

static void fill_meta(const struct history_scope *scope, enum profile_mode mode, struct tree_meta *meta)
{
	static const char *const modes[] = {[PROFILE_CPU] = "cpu", [PROFILE_WALL] = "wall", [PROFILE_GIL] = "gil"};
	const struct history_span *span = &scope->span;

	meta->mode = modes[mode];
	meta->unit = "samples";
	meta->start_wall_ns = span->from_us * 1000;
	meta->duration_ns = scope->present_us * 1000;
	meta->period_ns = scope->rate_mhz ? 1000000000000ull / scope->rate_mhz : 0;
	meta->rate_asked = span->rate_asked;
	meta->rate_reached = span->rate_reached;
	meta->looks = span->looks;
	memcpy(meta->lost, span->lost, sizeof(meta->lost));
}

static int make_tree(struct answering *a, size_t max_nodes, struct tree *ret)
{
	size_t keep = a->show->by_module ? KEEP_MANY : KEEP_BEFORE_MERGE;
	uint32_t root_name;
	int code;

	a->n_heavy = max_nodes <= SIZE_MAX / KEEP_MANY ? max_nodes * keep : 0;
	code = a->show->split_threads || a->show->split_targets ? merge_groups(a) : merge_all(a);
	if (code == 0 && max_nodes > 0)
		code = history_cut(&a->merge, max_nodes);
	if (code == 0)
		code = labels_fixed(&a->merge.labels, "all", TREE_GROUP, &root_name);
	if (code == 0)
		code = labels_hand_over(&a->merge.labels, ret);
	if (code == 0)
		code = arrange(&a->merge, root_name, a->scope->rate_mhz, NULL, ret);
	return code;
}

static void answering_deinit(struct answering *a)
{
	history_sum_deinit(&a->sum);
	merge_deinit(&a->merge);
	VEC_DEINIT(&a->parts);
	VEC_DEINIT(&a->totals);
}

int history_tree(const struct history *h, const struct history_query *query, struct tree *ret,
		 struct history_span *span_ret, struct err *err)
{
	struct profile_query show = query->show;
	struct history_scope scope;
	struct answering a = {.scope = &scope, .show = &show};
	struct tree tree = {0};
	int code = history_scope_init(&scope, h, query, err);

	show.by_function = query->merge == HISTORY_BY_FUNCTION;
	show.by_module = query->merge == HISTORY_BY_MODULE;
	if (code == 0) {
		code = history_sum_init(&a.sum, h);
		if (code == 0)
			code = merge_init(&a.merge, &h->names, &show);
		if (code == 0)
			code = make_tree(&a, query->max_nodes, &tree);
		if (code < 0)
			(void)err_set(err, code, code == SCRAPE_ENOMEM ? "out of memory" : "the answer is too large");
	}
	if (code == 0) {
		fill_meta(&scope, show.mode, &tree.meta);
		*ret = tree;
		*span_ret = scope.span;
	} else {
		tree_deinit(&tree);
	}
	answering_deinit(&a);
	history_scope_deinit(&scope);
	return code;
}
