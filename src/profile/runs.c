/* SPDX-License-Identifier: MIT */
/* runs: when looks were taken, and how that becomes part of a tree. */
#include "profile/runs.h"

#include <stdlib.h>
#include <string.h>

#include "profile/merge.h"
#include "profile/state.h"
#include "profile/tree.h"
#include "profile/wanted.h"

void runs_deinit(struct runs *runs)
{
	VEC_DEINIT(&runs->list);
}

void runs_give_up(struct runs *runs)
{
	runs->too_many = runs->kept;
	VEC_DEINIT(&runs->list);
}

int runs_add(struct runs *runs, const struct run *run)
{
	struct run *place;

	if (runs->list.n == RUNS_MAX)
		runs_give_up(runs);
	if (!runs->kept || runs->too_many)
		return 0;
	place = VEC_PUSH(&runs->list);
	if (!place)
		return SCRAPE_ENOMEM;
	*place = *run;
	return 0;
}

static bool counts(const struct run *run, enum profile_mode mode)
{
	return mode == PROFILE_WALL || run->flags & (mode == PROFILE_CPU ? SCRAPE_ON_CPU : SCRAPE_HAS_GIL);
}

/* By thread, then by time. */
static int compare(const void *a, const void *b)
{
	const struct run *x = ((const struct run_spot *)a)->run, *y = ((const struct run_spot *)b)->run;

	if (x->thread != y->thread)
		return x->thread < y->thread ? -1 : 1;
	if (x->from_us != y->from_us)
		return x->from_us < y->from_us ? -1 : 1;
	return x->last_us < y->last_us ? -1 : x->last_us > y->last_us;
}

/* Is some of it in the interval of the question? */
static bool is_within(const struct profile_filter *filter, const struct run *run)
{
	return !filter || ((!filter->until_us || run->from_us < filter->until_us) &&
			   (!filter->from_us || run->last_us >= filter->from_us));
}

static int merge_run(struct merge *merge, const struct run *run, struct run_spots *spots)
{
	const struct row row = {.thread = run->thread, .node = run->node, .flags = run->flags};
	const struct row group = {.thread = run->thread};
	struct run_spot *spot;
	bool is_wanted;
	int code = wanted_row(merge, &row, &is_wanted);

	if (code < 0 || !is_wanted)
		return code;
	spot = VEC_PUSH(&spots->list);
	if (!spot)
		return SCRAPE_ENOMEM;
	spot->run = run;
	code = merge_prefix(merge, &group, &spot->group);
	if (code == 0)
		code = merge_find(merge, &row, &spot->node);
	return code < 0 ? code : merge_add(merge, spot->node, run->looks);
}

int runs_merge(const struct profile *p, struct merge *merge, struct run_spots *ret)
{
	int code = 0;

	VEC_EACH (run, &p->runs.list)
		if (code == 0 && counts(run, merge->labels.query->mode) && is_within(merge->labels.query->filter, run))
			code = merge_run(merge, run, ret);
	if (ret->list.n > 1)
		qsort(ret->list.items, ret->list.n, sizeof(*ret->list.items), compare);
	return code;
}

/* What is found stays true until the next look; if none follows soon, for one period. */
static uint64_t until_us(const struct run *run, const struct run *next, uint64_t period_us)
{
	uint64_t until = run->last_us + period_us;

	if (next && next->thread == run->thread && next->from_us < until + period_us)
		until = next->from_us;
	return until > run->from_us ? until : run->from_us;
}

static const char *text_of(const struct profile *p, uint32_t string, struct tree *ret)
{
	return arena_strndup(&ret->arena, p->strings.list.items[string].text, p->strings.list.items[string].len);
}

static int begin_thread(const struct profile *p, const struct run_spot *spot, const uint32_t *places, struct tree *ret)
{
	const struct actor_thread *thread = &p->actors.threads.items[spot->run->thread];
	const struct actor_process *process = &p->actors.processes.items[thread->process];
	struct tree_thread *place = &ret->threads[ret->n_threads++];

	*place = (struct tree_thread){
		.node = places[spot->group],
		.pid = process->pid,
		.tid = thread->tid,
		.service = text_of(p, process->service, ret),
		.name = text_of(p, thread->name, ret),
		.runs = &ret->runs[ret->n_runs],
	};
	return place->service && place->name ? 0 : SCRAPE_ENOMEM;
}

static void add_run(const struct profile *p, const struct run_spot *spot, const struct run *next,
		    const uint32_t *places, struct tree *ret)
{
	const struct run *run = spot->run;
	uint64_t start_us = p->stats.start_wall_us, period_us = profile_period_ns(p) / 1000;
	uint64_t until = until_us(run, next, period_us ? period_us : 1);

	ret->runs[ret->n_runs++] = (struct tree_run){
		.node = places[spot->node],
		.flags = run->flags,
		.looks = run->looks,
		.from_us = run->from_us > start_us ? run->from_us - start_us : 0,
		.until_us = until > start_us ? until - start_us : 0,
	};
	ret->threads[ret->n_threads - 1].n_runs++;
}

int runs_arrange(const struct profile *p, const struct run_spots *spots, const uint32_t *places, struct tree *ret)
{
	size_t n = spots->list.n;
	const struct run *before = NULL;
	int code = 0;

	ret->threads = arena_alloc(&ret->arena, (p->actors.threads.n + 1) * sizeof(*ret->threads));
	ret->runs = arena_alloc(&ret->arena, (n + 1) * sizeof(*ret->runs));
	if (!ret->threads || !ret->runs)
		return SCRAPE_ENOMEM;
	for (size_t i = 0; i < n && code == 0; i++) {
		const struct run_spot *spot = &spots->list.items[i];

		if (!before || before->thread != spot->run->thread)
			code = begin_thread(p, spot, places, ret);
		if (code == 0)
			add_run(p, spot, i + 1 < n ? spot[1].run : NULL, places, ret);
		before = spot->run;
	}
	return code;
}
