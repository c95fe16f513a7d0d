/* SPDX-License-Identifier: MIT */
/* The likelihood of every boundary of slots. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "compare/autocorr.h"
#include "compare/change.h"
#include "compare/grid.h"
#include "compare/moment.h"
#include "compare/panel.h"
#include "compare/step.h"
#include "scrape.h"

#define SLOTS_MIN 3       /* seen on either side */
#define SIDE_MIN 8        /* slots that tell a variance of their own */
#define RULE_OF_THREE 3.0 /* looks that may have been missed where there were none */

/* Running over boundaries: what lies before k, of the hosts in question. */
struct walk {
	size_t n;
	double *sums, *weight; /* [n] */
	double *all;           /* [host] */
	double *before;        /* [host], at the last boundary */
	double *left;          /* [n]: what the best step leaves, by the root of exposure */
};

static void walk_deinit(struct walk *walk)
{
	free(walk->sums);
	free(walk->weight);
	free(walk->all);
	free(walk->before);
	free(walk->left);
}

static int walk_init(struct walk *walk, size_t n, size_t n_hosts)
{
	walk->n = n;
	walk->sums = calloc(n, sizeof(double));
	walk->weight = calloc(n, sizeof(double));
	walk->left = calloc(n, sizeof(double));
	walk->all = calloc(n_hosts, sizeof(double));
	walk->before = calloc(n_hosts, sizeof(double));
	return walk->sums && walk->weight && walk->left && walk->all && walk->before ? 0 : SCRAPE_ENOMEM;
}

static void centre(double *rest, const double *exposure, size_t n)
{
	double sum = 0, all = 0;

	for (size_t i = 0; i < n; i++) {
		sum += rest[i];
		all += exposure[i];
	}
	for (size_t i = 0; i < n && all > 0; i++)
		rest[i] -= sum / all * exposure[i];
}

static void take_load(struct moment_slots *slots, const struct step_frame *frame, const struct step_series *series,
		      double slope)
{
	for (size_t i = 0; i < slots->n; i++) {
		uint32_t bin = frame->grid->bin_of[slots->first + i];
		double rate;

		if (bin == GRID_NONE || frame->exposure[bin - frame->from] == 0)
			continue;
		rate = slope * series->load[bin - frame->from] / frame->exposure[bin - frame->from];
		for (size_t h = 0; h < slots->n_hosts; h++)
			slots->rest[h * slots->n + i] -= rate * slots->exposure[h * slots->n + i];
	}
}

static void copy_slots(const struct moment_slots *slots, const struct compare_panel *panel, const double *from,
		       double *to)
{
	for (size_t h = 0; h < slots->n_hosts; h++)
		memcpy(to + h * slots->n, from + compare_panel_at(panel, h, slots->first), slots->n * sizeof(*to));
}

static void spread(struct moment_slots *slots, const struct compare_panel *panel, size_t function)
{
	for (size_t i = panel->starts[function]; i < panel->starts[function + 1]; i++) {
		const struct compare_cell *cell = &panel->cells[i];

		if (cell->slot >= slots->first && cell->slot < slots->first + slots->n)
			slots->rest[cell->cluster * slots->n + cell->slot - slots->first] += cell->cpu_s;
	}
}

int moment_slots_init(struct moment_slots *slots, const struct step_frame *frame, const struct step_series *series,
		      const struct step *step, size_t function)
{
	const struct grid *grid = frame->grid;
	const struct compare_panel *panel = grid->panel;
	const double *exposure = frame->shares ? grid->slot_total : panel->covered;
	size_t first = grid->first[frame->from], n = grid->last[frame->until - 1] + 1 - first;

	*slots = (struct moment_slots){
		.first = first, .n = n, .n_hosts = panel->n_clusters, .period_s = panel->period_s};
	slots->rest = calloc(slots->n_hosts * n, sizeof(double));
	slots->exposure = calloc(slots->n_hosts * n, sizeof(double));
	if (!slots->rest || !slots->exposure)
		return SCRAPE_ENOMEM;
	if (function == COMPARE_ALL)
		copy_slots(slots, panel, grid->slot_total, slots->rest);
	else
		spread(slots, panel, function);
	copy_slots(slots, panel, exposure, slots->exposure);
	take_load(slots, frame, series, step->slope);
	for (size_t h = 0; h < slots->n_hosts; h++)
		centre(slots->rest + h * n, slots->exposure + h * n, n);
	return 0;
}

void moment_slots_deinit(struct moment_slots *slots)
{
	free(slots->rest);
	free(slots->exposure);
	*slots = (struct moment_slots){0};
}

/* Sums and weights of a step at each boundary; no weight where a side has too few slots. */
static void walk_all(const struct moment_slots *s, size_t from, size_t until, struct walk *walk)
{
	size_t seen = 0, all_seen = 0;
	double sums = 0;

	for (size_t i = 0; i < s->n; i++) {
		double exposure = 0;

		for (size_t h = from; h < until; h++) {
			walk->all[h] += s->exposure[h * s->n + i];
			exposure += s->exposure[h * s->n + i];
		}
		all_seen += exposure > 0;
	}
	for (size_t k = 0; k < s->n; k++) {
		double exposure = 0, weight = 0;

		for (size_t h = from; h < until; h++)
			weight += walk->all[h] > 0 ? walk->before[h] * (1 - walk->before[h] / walk->all[h]) : 0;
		walk->sums[k] = sums;
		walk->weight[k] = seen >= SLOTS_MIN && all_seen - seen >= SLOTS_MIN ? weight : 0;
		for (size_t h = from; h < until; h++) {
			walk->before[h] += s->exposure[h * s->n + k];
			exposure += s->exposure[h * s->n + k];
			sums -= s->rest[h * s->n + k];
		}
		seen += exposure > 0;
	}
}

static double gain(const struct walk *walk, size_t k)
{
	return walk->weight[k] > 0 ? walk->sums[k] * walk->sums[k] / walk->weight[k] : 0;
}

/* What a step at k leaves of each seen slot, in a row; how many lie before k. */
static size_t leave(const struct moment_slots *s, size_t from, size_t until, size_t k, struct walk *walk, size_t *n_ret)
{
	double delta = walk->sums[k] / walk->weight[k];
	size_t n = 0, n_before = 0;

	for (size_t h = from; h < until; h++)
		walk->before[h] = 0;
	for (size_t h = from; h < until; h++)
		for (size_t i = 0; i < k; i++)
			walk->before[h] += s->exposure[h * s->n + i];
	for (size_t i = 0; i < s->n; i++) {
		double rest = 0, exposure = 0;

		for (size_t h = from; h < until; h++) {
			double own = s->exposure[h * s->n + i];
			double part = walk->all[h] > 0 ? walk->before[h] / walk->all[h] : 0;

			exposure += own;
			rest += s->rest[h * s->n + i] - delta * own * (i < k ? part - 1 : part);
		}
		if (exposure > 0) {
			walk->left[n++] = rest / sqrt(exposure);
			n_before += i < k;
		}
	}
	*n_ret = n;
	return n_before;
}

/* By second of exposure, times what the series remembers; at least that of the looks that may have been missed. */
static double variance(const double *left, size_t n, double seconds, double period_s)
{
	double squares = 0;

	for (size_t i = 0; i < n; i++)
		squares += left[i] * left[i];
	return fmax(squares / (double)(n > 1 ? n - 1 : 1) * autocorr_time(left, n),
		    RULE_OF_THREE * period_s * period_s / seconds);
}

/* The boundaries that may be it, outward from the best one to the farthest. */
static void bound(const struct walk *walk, size_t best, double limit_before, double limit_after, struct moment *moment)
{
	moment->lo = moment->hi = best;
	for (size_t k = 0; k < walk->n; k++)
		if (walk->weight[k] > 0 &&
		    gain(walk, best) - gain(walk, k) <= (k < best ? limit_after : limit_before)) {
			moment->lo = k < moment->lo ? k : moment->lo;
			moment->hi = k > moment->hi ? k : moment->hi;
		}
}

static double seconds_of(const struct moment_slots *s, size_t from, size_t until, size_t begin, size_t end)
{
	double seconds = 0;

	for (size_t h = from; h < until; h++)
		for (size_t i = begin; i < end; i++)
			seconds += s->exposure[h * s->n + i];
	return seconds;
}

static void judge(const struct moment_slots *s, size_t from, size_t until, size_t best, double limit, struct walk *walk,
		  struct moment *ret)
{
	size_t n, n_before = leave(s, from, until, best, walk, &n);
	double all = seconds_of(s, from, until, 0, s->n), before = seconds_of(s, from, until, 0, best);
	double both = variance(walk->left, n, all, s->period_s);
	double old = n_before < SIDE_MIN ? both : variance(walk->left, n_before, before, s->period_s);
	double new = n - n_before < SIDE_MIN ? both
					     : variance(walk->left + n_before, n - n_before, all - before, s->period_s);

	bound(walk, best, limit * old, limit * new, ret);
	ret->k = best + s->first;
	ret->lo += s->first;
	ret->hi += s->first;
	ret->sums = walk->sums[best];
	ret->weight = walk->weight[best];
	ret->excess = gain(walk, best) / fmax(old, new);
}

int moment_find(const struct moment_slots *slots, size_t from_host, size_t until_host, double probability,
		struct moment *ret)
{
	__attribute__((cleanup(walk_deinit))) struct walk walk = {0};
	size_t best = 0;

	if (walk_init(&walk, slots->n, slots->n_hosts) < 0)
		return SCRAPE_ENOMEM;
	walk_all(slots, from_host, until_host, &walk);
	for (size_t k = 1; k < slots->n; k++)
		if (gain(&walk, k) > gain(&walk, best))
			best = k;
	*ret = (struct moment){.k = slots->first};
	if (gain(&walk, best) > 0)
		judge(slots, from_host, until_host, best, -2 * log(1 - sqrt(probability)), &walk, ret);
	return 0;
}
