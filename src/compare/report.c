/* SPDX-License-Identifier: MIT */
/* A change as the caller gets it. */
#include <math.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/vec.h"
#include "compare/change.h"
#include "compare/hunt.h"
#include "compare/moment.h"
#include "compare/report.h"
#include "compare/step.h"
#include "compare/student.h"
#include "scrape.h"

#define SURE 0.95
#define SURE_UPPER 0.975
#define EXCESS_MIN 16.0 /* variances (4 standard deviations) from which a host's own change is clear */
#define SIDE_MIN 4      /* bins that tell a variance of their own ... */
#define UNEVEN_MAX 16.0 /* ... which is not believed to be less than this part of the whole's */

/* All that is known while a change is written. */
struct report {
	struct hunt *hunt;
	size_t function;
	struct step_frame frame;
	struct step_series series;
	struct step step; /* .k in the frame */
	struct moment_slots slots;
	struct moment moment, *hosts; /* [cluster] */
	bool rolled;                  /* hosts changed at moments that exclude each other */
};

static void report_deinit(struct report *report)
{
	step_frame_deinit(&report->frame);
	moment_slots_deinit(&report->slots);
	free(report->hosts);
}

static bool is_clear(const struct moment *moment)
{
	return moment->excess >= EXCESS_MIN;
}

/* Moments of each host that has clearly changed, together right with 95 %. */
static int find_hosts(struct report *report)
{
	size_t last_lo = 0, first_hi = SIZE_MAX, n = report->slots.n_hosts;
	bool up = false, down = false;

	report->hosts = calloc(n, sizeof(*report->hosts));
	if (!report->hosts)
		return SCRAPE_ENOMEM;
	for (size_t h = 0; h < n; h++) {
		struct moment *own = &report->hosts[h];

		if (moment_find(&report->slots, h, h + 1, 1 - (1 - SURE) / (double)n, own) < 0)
			return SCRAPE_ENOMEM;
		if (!is_clear(own))
			continue;
		last_lo = own->lo > last_lo ? own->lo : last_lo;
		first_hi = own->hi < first_hi ? own->hi : first_hi;
		up = up || own->sums > 0;
		down = down || own->sums < 0;
	}
	report->rolled = last_lo > first_hi && !(up && down);
	return 0;
}

/* k: bin of the grid, or 0 for the best one. */
static int report_init(struct report *report, struct hunt *hunt, size_t function, struct grid_span around, size_t k,
		       bool shares)
{
	*report =
		(struct report){.hunt = hunt, .function = function, .series = {.rest = hunt->rest, .load = hunt->load}};
	if (step_frame_init(&report->frame, hunt->grid, around.from, around.until, shares) < 0)
		return SCRAPE_ENOMEM;
	step_series_fill(&report->frame, hunt->cpu, &report->series);
	report->step = step_fit(&report->frame, &report->series, false, hunt->left);
	if (k > 0)
		report->step =
			step_fit_at(&report->frame, &report->series, k - around.from, report->frame.n, hunt->left);
	if (moment_slots_init(&report->slots, &report->frame, &report->series, &report->step, function) < 0 ||
	    moment_find(&report->slots, 0, report->slots.n_hosts, SURE, &report->moment) < 0)
		return SCRAPE_ENOMEM;
	return find_hosts(report);
}

/* It explains more than a straight line would, beside the load. */
static bool beats_line(const struct report *report)
{
	const struct step_frame *frame = &report->frame;
	const struct step_series *series = &report->series;
	double all = step_sum(frame->exposure, frame->n), middle = 0, sums = 0, load = 0, squares = 0;

	for (size_t i = 0; i < frame->n; i++)
		middle += (double)i * frame->exposure[i] / all;
	for (size_t i = 0; i < frame->n; i++) {
		double line = (double)i - middle;

		sums += line * series->rest[i];
		load += line * series->load[i];
		squares += line * line * frame->exposure[i];
	}
	squares -= series->square > 0 ? load * load / series->square : 0;
	return report->step.delta * report->step.delta * report->step.weight * squares > sums * sums;
}

/* By second of exposure, of what the step left in these bins. */
static double variance_of(const struct report *report, size_t from, size_t until)
{
	const double *left = report->hunt->left;
	double squares = 0;

	if (until - from < SIDE_MIN)
		return report->step.sigma2;
	for (size_t i = from; i < until; i++)
		squares += left[i] * left[i];
	return fmax(squares / (double)(until - from - 1) * report->step.time, report->step.sigma2 / UNEVEN_MAX);
}

/* Also by the variance that each side has: when much is done much varies, and a busy end of a stretch is no change. */
static bool is_steady(const struct report *report)
{
	const struct step_frame *frame = &report->frame;
	const struct step *step = &report->step;
	double old = 0, new = 0, variance, square;

	for (size_t i = 0; i < frame->n; i++)
		*(i < step->k ? &old : &new) += frame->exposure[i];
	if (old == 0 || new == 0)
		return false;
	variance = variance_of(report, 0, step->k) / old + variance_of(report, step->k, frame->n) / new;
	square = step->delta * step->delta / variance;
	return sqrt(step->df * log1p(square / step->df)) > report->hunt->limit;
}

static double seconds_of(const struct report *report, size_t host)
{
	return report->frame.host_sums[host];
}

static double all_seconds(const struct report *report)
{
	double all = 0;

	for (size_t h = 0; h < report->slots.n_hosts; h++)
		all += seconds_of(report, h);
	return all;
}

/* Of the service: in cores each host adds its own delta, in shares by what it takes. */
static double total_delta(const struct report *report)
{
	double delta = 0, all = all_seconds(report);

	if (!report->rolled)
		return report->moment.weight > 0 ? report->moment.sums / report->moment.weight * report->frame.n_hosts
						 : 0;
	for (size_t h = 0; h < report->slots.n_hosts; h++)
		if (is_clear(&report->hosts[h]))
			delta += report->hosts[h].sums / report->hosts[h].weight *
				 (report->frame.shares ? seconds_of(report, h) / all : 1);
	return delta;
}

static double level(const struct report *report)
{
	const struct grid *grid = report->hunt->grid;
	double level = 0;

	if (report->frame.shares)
		return report->series.sum / all_seconds(report);
	for (size_t h = 0; h < report->slots.n_hosts; h++) {
		double sum = 0;

		for (size_t i = report->frame.from; i < report->frame.until; i++)
			sum += report->hunt->cpu[h * grid->n + i];
		level += seconds_of(report, h) > 0 ? sum / seconds_of(report, h) : 0;
	}
	return level;
}

static void set_sizes(const struct report *report, struct compare_change *change)
{
	const struct step *step = &report->step;
	double df = fmax(1, (double)report->frame.n / step->time - 3);
	double half = student_quantile(SURE_UPPER, df) * sqrt(step->sigma2 / step->weight) * report->frame.n_hosts;
	double after, old = 0, all = 0;

	for (size_t i = 0; i < report->frame.n; i++) {
		old += i < step->k ? report->frame.exposure[i] : 0;
		all += report->frame.exposure[i];
	}
	after = 1 - old / all;
	change->delta = total_delta(report);
	change->lo = change->delta - half;
	change->hi = change->delta + half;
	change->before = fmax(0, level(report) - change->delta * after);
	change->after = fmax(0, change->before + change->delta);
}

static int add_hosts(const struct report *report, struct compare_change *change)
{
	struct compare_changes *ret = report->hunt->ret;

	change->hosts = ret->n_hosts;
	for (size_t h = 0; h < report->slots.n_hosts; h++) {
		const struct moment *own = &report->hosts[h];

		if (!is_clear(own))
			continue;
		if (!vec_reserve(&ret->hosts, &ret->hosts_cap, ret->n_hosts + 1, sizeof(*ret->hosts)))
			return SCRAPE_ENOMEM;
		ret->hosts[ret->n_hosts++] =
			(struct compare_moment){(uint32_t)h, (uint32_t)own->k, (uint32_t)own->lo, (uint32_t)own->hi};
		if (report->rolled) {
			change->moment_lo = own->lo < change->moment_lo ? (uint32_t)own->lo : change->moment_lo;
			change->moment_hi = own->hi > change->moment_hi ? (uint32_t)own->hi : change->moment_hi;
		}
	}
	change->n_hosts = ret->n_hosts - change->hosts;
	return 0;
}

static int append(const struct report *report, unsigned flags)
{
	struct compare_changes *ret = report->hunt->ret;
	struct compare_change change = {
		.function = report->function,
		.moment = (uint32_t)report->moment.k,
		.moment_lo = (uint32_t)report->moment.lo,
		.moment_hi = (uint32_t)report->moment.hi,
		.statistic = report->step.statistic,
		.flags = flags | (report->rolled ? COMPARE_PER_HOST : 0) |
			 (report->frame.shares ? COMPARE_SATURATED : 0),
	};

	set_sizes(report, &change);
	if (add_hosts(report, &change) < 0 || !vec_reserve(&ret->items, &ret->cap, ret->n + 1, sizeof(*ret->items)))
		return SCRAPE_ENOMEM;
	ret->items[ret->n++] = change;
	return 0;
}

int report_change(struct hunt *hunt, size_t function, struct grid_span around, size_t k)
{
	__attribute__((cleanup(report_deinit))) struct report report = {0};

	if (report_init(&report, hunt, function, around, k, hunt->shares) < 0)
		return SCRAPE_ENOMEM;
	if (report.moment.weight == 0 || (hunt->shares && report.step.delta < 0))
		return 0;
	if (!report.rolled && (!is_steady(&report) || !beats_line(&report)))
		return 0;
	return append(&report, 0);
}

/* hunt->cpu without the step of each host. */
static void take_steps(const struct report *report)
{
	const struct grid *grid = report->hunt->grid;

	for (size_t h = 0; h < report->slots.n_hosts; h++) {
		const struct moment *own = &report->hosts[h];

		for (size_t i = own->k - report->slots.first; is_clear(own) && i < report->slots.n; i++) {
			uint32_t bin = grid->bin_of[report->slots.first + i];

			if (bin != GRID_NONE)
				report->hunt->cpu[h * grid->n + bin] -=
					own->sums / own->weight * report->slots.exposure[h * report->slots.n + i];
		}
	}
}

/* Whether the function has a step left without those of its hosts. hunt->cpu is put back. */
static bool has_rest(const struct report *report)
{
	struct hunt *hunt = report->hunt;
	struct step_series series = {.rest = hunt->rest, .load = hunt->load};
	struct step step;

	take_steps(report);
	step_series_fill(&report->frame, hunt->cpu, &series);
	step = step_fit(&report->frame, &series, true, hunt->left);
	grid_spread(hunt->grid, report->function, hunt->cpu);
	step_series_fill(&report->frame, hunt->cpu, &series);
	return step.k > 0 && step.statistic > hunt->limit;
}

int report_rollout(struct hunt *hunt, size_t function, struct grid_span around, bool *done_ret)
{
	__attribute__((cleanup(report_deinit))) struct report report = {0};

	if (report_init(&report, hunt, function, around, 0, hunt->shares) < 0)
		return SCRAPE_ENOMEM;
	if (report.step.k == 0 || !report.rolled || (hunt->shares && report.step.delta < 0))
		return 0;
	if (has_rest(&report))
		return 0;
	*done_ret = true;
	return append(&report, 0);
}

int report_uniform(struct hunt *hunt, struct grid_span around, size_t k, double statistic)
{
	__attribute__((cleanup(report_deinit))) struct report report = {0};

	if (report_init(&report, hunt, COMPARE_ALL, around, k, false) < 0)
		return SCRAPE_ENOMEM;
	report.step.statistic = statistic;
	if (report.moment.weight == 0 || !beats_line(&report))
		return 0;
	return append(&report, COMPARE_UNIFORM);
}
