/* SPDX-License-Identifier: MIT */
/* Functions one after the other, the clearest first. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "compare/autocorr.h"
#include "compare/ceiling.h"
#include "compare/change.h"
#include "compare/hunt.h"
#include "compare/permute.h"
#include "compare/random.h"
#include "compare/step.h"
#include "compare/uniform.h"
#include "scrape.h"

#define PART 0.96   /* of the shuffles stay below the limit: the rest of 5 % is for uniform steps, and for what ... */
#define MARGIN 1.08 /* ... this does not make up for: series of which the blocks show too little */
#define MEMORY_PART 0.9   /* of the functions remember no longer than the blocks regard ... */
#define BLOCK_TIMES 2     /* ... so many times over */
#define WANDERERS 1.35    /* the same among others that remember too long: one of these may not look as if it did */
#define FEWEST_MISSED 0.5 /* of the exposure that an edge has on average, where hosts are missing */

struct search {
	const struct compare_panel *panel;
	struct grid grid;
	struct random random;
	struct hunt hunt;
	struct step_frame *frames; /* [span] */
	struct permute_row *rows;  /* [span * n_functions + function] */
	double *statistics;        /* [function]: of its best span; 0 if it is done with */
	double *series;            /* rest, then load, of each function */
	double *times;             /* [function]: how long it remembers, in bins; 0: it is not judged */
	double *sorted;            /* scratch for these */
	size_t *blocks;            /* [span]: bins that are shuffled together; 0: it is not judged */
	double longest;            /* who remembers for longer, in bins, is left out; INFINITY: nobody */
	double limit;              /* above which a statistic names; INFINITY: nothing can be judged */
	bool *done;                /* named, or left aside as a drift */
};

static void search_deinit(struct search *s)
{
	for (size_t i = 0; s->frames && i < s->grid.n_spans; i++)
		step_frame_deinit(&s->frames[i]);
	free(s->frames);
	free(s->rows);
	free(s->statistics);
	free(s->series);
	free(s->times);
	free(s->sorted);
	free(s->blocks);
	free(s->done);
	hunt_deinit(&s->hunt);
	grid_deinit(&s->grid);
}

static struct permute_row *row(const struct search *s, size_t span, size_t function)
{
	return &s->rows[span * s->panel->n_functions + function];
}

static int search_init(struct search *s, const struct compare_panel *panel, const struct compare_options *options,
		       struct compare_changes *ret)
{
	size_t n = panel->n_functions;
	int r = ceiling_is_met(panel, options->limit_cores, &ret->saturated);

	s->panel = panel;
	s->random.state = options->seed;
	if (r < 0 || grid_init(&s->grid, panel) < 0 || hunt_init(&s->hunt, &s->grid, ret->saturated, ret) < 0)
		return SCRAPE_ENOMEM;
	s->frames = calloc(s->grid.n_spans + 1, sizeof(*s->frames));
	s->rows = calloc(s->grid.n_spans * n + 1, sizeof(*s->rows));
	s->statistics = calloc(n, sizeof(*s->statistics));
	s->series = calloc(2 * n * s->grid.n + 1, sizeof(*s->series));
	s->times = calloc(n, sizeof(*s->times));
	s->sorted = calloc(n, sizeof(*s->sorted));
	s->longest = INFINITY;
	s->blocks = calloc(s->grid.n_spans + 1, sizeof(*s->blocks));
	s->done = calloc(n, sizeof(*s->done));
	if (!s->frames || !s->rows || !s->statistics || !s->series || !s->times || !s->sorted || !s->blocks || !s->done)
		return SCRAPE_ENOMEM;
	for (size_t i = 0; i < s->grid.n_spans; i++) {
		struct grid_span span = s->grid.spans[i];

		if (step_frame_init(&s->frames[i], &s->grid, span.from, span.until, ret->saturated) < 0)
			return SCRAPE_ENOMEM;
		for (size_t f = 0; f < n; f++) {
			row(s, i, f)->series.rest = s->series + 2 * f * s->grid.n + span.from;
			row(s, i, f)->series.load = s->series + (2 * f + 1) * s->grid.n + span.from;
		}
	}
	return 0;
}

/* Even all of its CPU within the shortest level would be too small a change. */
static bool is_negligible(const struct search *s, const struct step_frame *frame, size_t function)
{
	double sum = 0, seconds = 0;

	for (size_t i = s->panel->starts[function]; i < s->panel->starts[function + 1]; i++)
		sum += s->panel->cells[i].cpu_s;
	for (size_t i = 0; i < frame->n; i++)
		seconds += frame->exposure[i];
	seconds *= FEWEST_MISSED * (double)frame->edge / (double)frame->n;
	return sum < frame->least * seconds;
}

static void judge_span(struct search *s, size_t span, size_t function)
{
	const struct step_frame *frame = &s->frames[span];
	struct permute_row *own = row(s, span, function);
	struct step step;

	own->df = 0;
	if (is_negligible(s, frame, function))
		return;
	step_series_fill(frame, s->hunt.cpu, &own->series);
	step = step_fit(frame, &own->series, true, s->hunt.left);
	if (step.k > 0)
		s->statistics[function] = fmax(s->statistics[function], step.statistic);
	else /* its variance is still a part of the null */
		step = step_fit_at(frame, &own->series, frame->n / 2, frame->n, s->hunt.left);
	own->df = step.df;
	own->time = step.time;
	s->times[function] = fmax(s->times[function], step.time);
}

/* Who remembers for so long that too few blocks could be shuffled cannot be judged here, nor be a part of the null. */
static void leave_out(struct search *s)
{
	for (size_t f = 0; f < s->panel->n_functions; f++) {
		if (s->times[f] <= s->longest)
			continue;
		s->statistics[f] = s->times[f] = 0;
		for (size_t i = 0; i < s->grid.n_spans; i++)
			row(s, i, f)->df = 0;
	}
}

static void judge_all(struct search *s)
{
	for (size_t i = 0; i < s->grid.n_spans; i++)
		step_frame_refresh(&s->frames[i]);
	for (size_t f = 0; f < s->panel->n_functions; f++) {
		s->statistics[f] = s->times[f] = 0;
		if (!s->done[f])
			grid_spread(&s->grid, f, s->hunt.cpu);
		for (size_t i = 0; i < s->grid.n_spans; i++)
			if (s->done[f])
				row(s, i, f)->df = 0;
			else
				judge_span(s, i, f);
	}
	leave_out(s);
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* What most functions remember, in bins; 0 if there are none to be judged. */
static double common_time(const struct search *s, size_t *tested_ret)
{
	size_t n = 0;
	double *times = s->sorted;

	for (size_t f = 0; f < s->panel->n_functions; f++)
		if (s->times[f] > 0)
			times[n++] = s->times[f];
	qsort(times, n, sizeof(*times), compare);
	*tested_ret = n;
	return n > 0 ? times[(size_t)(MEMORY_PART * (double)(n - 1) + 0.5)] : 0;
}

/* 0 if there is no room for enough of them. */
static size_t choose_block(double time, size_t n)
{
	size_t block = (size_t)ceil(time > 1 ? BLOCK_TIMES * time : 1);

	return n / block < PERMUTE_BLOCKS_MIN ? 0 : block;
}

/* Blocks for all spans. If most remember for too long, of those that do not. False if nothing can be judged. */
static bool choose_blocks(struct search *s, size_t *tested_ret)
{
	double time = common_time(s, tested_ret);
	size_t longest = 0;

	for (size_t i = 0; i < s->grid.n_spans; i++)
		longest = s->frames[i].n > longest ? s->frames[i].n : longest;
	if (time > 0 && choose_block(time, longest) == 0) {
		s->longest = floor((double)longest / PERMUTE_BLOCKS_MIN) / BLOCK_TIMES;
		leave_out(s);
		time = common_time(s, tested_ret);
	}
	for (size_t i = 0; i < s->grid.n_spans; i++)
		s->blocks[i] = time > 0 ? choose_block(time, s->frames[i].n) : 0;
	return time > 0 && choose_block(time, longest) > 0;
}

static int set_limit(struct search *s, size_t *tested_ret)
{
	double largest[PERMUTE_TIMES] = {0};

	s->limit = INFINITY;
	if (!choose_blocks(s, tested_ret)) {
		*tested_ret = 0;
		return 0;
	}
	for (size_t i = 0; i < s->grid.n_spans; i++)
		if (s->blocks[i] > 0 && permute_span(&s->frames[i], row(s, i, 0), s->panel->n_functions, s->blocks[i],
						     &s->random, largest) < 0)
			return SCRAPE_ENOMEM;
	s->limit = MARGIN * (isinf(s->longest) ? 1 : WANDERERS) * permute_quantile(largest, PART);
	return 0;
}

/* The limit of one function: blocks that are not much longer than its memory show less than there is of it. */
static double limit_of(const struct search *s, size_t function)
{
	double seen = 1;

	for (size_t i = 0; i < s->grid.n_spans; i++)
		if (s->blocks[i] > 0 && row(s, i, function)->df > 0)
			seen = fmin(seen, autocorr_seen(row(s, i, function)->time, (double)s->blocks[i]));
	return s->limit / sqrt(seen);
}

/* The function with the largest statistic of those above their limit, or n_functions. */
static size_t clearest(const struct search *s)
{
	size_t best = s->panel->n_functions;

	for (size_t f = 0; f < s->panel->n_functions; f++)
		if (s->statistics[f] > limit_of(s, f) &&
		    (best == s->panel->n_functions || s->statistics[f] > s->statistics[best]))
			best = f;
	return best;
}

/* All changes of a function, which then is no part of the load any more. */
static int settle(struct search *s, size_t function)
{
	s->hunt.limit = limit_of(s, function);
	for (size_t i = 0; i < s->grid.n_spans; i++)
		if (s->blocks[i] > 0 && hunt_function(&s->hunt, function, s->grid.spans[i]) < 0)
			return SCRAPE_ENOMEM;
	s->done[function] = true;
	grid_take_out(&s->grid, function);
	judge_all(s);
	return 0;
}

/* Those that changed hide others from the null, so it is made again when they are done with. */
static int name_all(struct search *s, struct compare_changes *ret)
{
	size_t settled = 0, before = 1, tested;

	judge_all(s);
	if (set_limit(s, &ret->tested) < 0)
		return SCRAPE_ENOMEM;
	ret->limit = s->limit;
	while (before > 0) {
		before = 0;
		for (size_t f; (f = clearest(s)) < s->panel->n_functions; before++) {
			if (settled++ == COMPARE_NAMED_MAX) {
				ret->truncated = true;
				return 0;
			}
			if (settle(s, f) < 0)
				return SCRAPE_ENOMEM;
		}
		if (before > 0 && set_limit(s, &tested) < 0)
			return SCRAPE_ENOMEM;
	}
	return 0;
}

static int by_moment(const void *a, const void *b)
{
	const struct compare_change *x = a, *y = b;

	if (x->moment != y->moment)
		return x->moment < y->moment ? -1 : 1;
	return (x->function > y->function) - (x->function < y->function);
}

int compare_changes(const struct compare_panel *panel, const struct compare_options *options,
		    struct compare_changes *ret, struct err *err)
{
	__attribute__((cleanup(search_deinit))) struct search search = {0};
	struct compare_changes found = {0};
	int r = compare_panel_check(panel, err);

	if (r < 0)
		return r;
	if (search_init(&search, panel, options, &found) < 0 || name_all(&search, &found) < 0 ||
	    (found.tested > 0 && !found.saturated && uniform_find(&search.hunt, &search.random) < 0)) {
		compare_changes_deinit(&found);
		return err_set(err, SCRAPE_ENOMEM, "no memory");
	}
	if (found.n > 0)
		qsort(found.items, found.n, sizeof(*found.items), by_moment);
	*ret = found;
	return 0;
}

void compare_changes_deinit(struct compare_changes *changes)
{
	free(changes->items);
	free(changes->hosts);
	*changes = (struct compare_changes){0};
}

static bool recurs(const struct compare_change *change, const struct compare_changes *earlier)
{
	for (size_t i = 0; i < earlier->n; i++) {
		const struct compare_change *old = &earlier->items[i];

		if (old->function == change->function && (old->delta > 0) == (change->delta > 0) &&
		    old->moment_lo <= change->moment_hi && change->moment_lo <= old->moment_hi)
			return true;
	}
	return false;
}

void compare_changes_recurring(struct compare_changes *changes, const struct compare_changes *earlier)
{
	for (size_t i = 0; i < changes->n; i++)
		if (recurs(&changes->items[i], earlier))
			changes->items[i].flags |= COMPARE_RECURRING;
}
