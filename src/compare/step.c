/* SPDX-License-Identifier: MIT */
/* Least squares of a step beside the load, for all places of the step in one pass over running sums. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compare/autocorr.h"
#include "compare/grid.h"
#include "compare/panel.h"
#include "compare/step.h"
#include "scrape.h"

#define SMOOTH 2                 /* bins on either side, over which the load is averaged */
#define SLOPE_MAX 2              /* times what is proportional */
#define COLLINEAR 0.05           /* of a step's weight must be left after the load, else it is the load's */
#define PARAMETERS 3             /* level, slope, step */
#define EXPLAINED_MAX (1 - 1e-9) /* of the squares: the rest is rounding */

/* What others took, averaged over neighbours, around its mean, into series->load. */
static void smooth(const struct step_frame *frame, struct step_series *series)
{
	double mean;

	for (size_t i = 0; i < frame->n; i++) {
		size_t lo = i < SMOOTH ? 0 : i - SMOOTH, hi = i + SMOOTH < frame->n ? i + SMOOTH + 1 : frame->n;
		double seconds = step_sum(frame->exposure + lo, hi - lo);
		double others = step_sum(frame->load + lo, hi - lo) - step_sum(series->rest + lo, hi - lo);

		series->load[i] = seconds > 0 ? others * frame->exposure[i] / seconds : 0;
	}
	mean = step_sum(series->load, frame->n) / step_sum(frame->exposure, frame->n);
	for (size_t i = 0; i < frame->n; i++)
		series->load[i] -= mean * frame->exposure[i];
}

/* Sum of a * b by exposure. */
static double product(const struct step_frame *frame, const double *a, const double *b)
{
	double total = 0;

	for (size_t i = 0; i < frame->n; i++)
		if (frame->exposure[i] > 0)
			total += a[i] * b[i] / frame->exposure[i];
	return total;
}

static void take_load(const struct step_frame *frame, struct step_series *series)
{
	double others = frame->all - series->sum;

	smooth(frame, series);
	series->square = product(frame, series->load, series->load);
	series->slope = series->square > 0 ? product(frame, series->rest, series->load) / series->square : 0;
	series->slope_max = others > 0 ? SLOPE_MAX * series->sum / others : 0;
	for (size_t i = 0; i < frame->n; i++)
		series->rest[i] -= series->slope * series->load[i];
}

void step_series_fill(const struct step_frame *frame, const double *cpu, struct step_series *series)
{
	memset(series->rest, 0, frame->n * sizeof(double));
	step_frame_centre(frame, cpu, series->rest);
	series->sum = 0;
	for (size_t c = 0; c < frame->grid->panel->n_clusters; c++)
		series->sum += step_sum(step_frame_row(frame, cpu, c), frame->n);
	series->slope = series->square = series->slope_max = 0;
	if (frame->load)
		take_load(frame, series);
	else
		memset(series->load, 0, frame->n * sizeof(double));
	series->squares = product(frame, series->rest, series->rest);
}

/* The best so far, and what is the same for all places. */
struct scan {
	double best, least, by_square;
	size_t k, until;
};

/* sums and load: of the bins with the new level. */
static void try(struct scan *scan, size_t k, size_t until, double sums, double load, double unloaded)
{
	double weight = unloaded - load * load * scan->by_square;

	if (weight > COLLINEAR * unloaded && sums * sums > scan->best * weight && fabs(sums) >= scan->least * weight) {
		scan->best = sums * sums / weight;
		scan->k = k;
		scan->until = until;
	}
}

/* From the sums before each node. */
static void try_back(const struct step_frame *frame, const struct step_weights *weights, const double *sums,
		     const double *load, struct scan *scan)
{
	for (size_t i = 1; i < STEP_NODES; i++)
		for (size_t j = i + 1; j < STEP_NODES; j++)
			if (step_frame_node(frame, j) - step_frame_node(frame, i) >= frame->edge)
				try(scan, step_frame_node(frame, i), step_frame_node(frame, j), sums[j] - sums[i],
				    load[j] - load[i], weights->back[i][j]);
}

double step_scan(const struct step_frame *frame, const struct step_weights *weights, const struct step_series *series,
		 const size_t *order, bool back, struct step *ret)
{
	struct scan scan = {.least = frame->least, .by_square = series->square > 0 ? 1 / series->square : 0};
	double sums = 0, load = 0, node_sums[STEP_NODES], node_load[STEP_NODES];

	for (size_t k = 0, next = 0; k < frame->n; k++) {
		size_t i = order ? order[k] : k;

		for (; next < STEP_NODES && step_frame_node(frame, next) == k; next++) {
			node_sums[next] = sums;
			node_load[next] = load;
		}
		if (k >= frame->edge && k + frame->edge <= frame->n)
			try(&scan, k, frame->n, -sums, -load, weights->step[k]);
		sums += series->rest[i];
		load += series->load[i];
	}
	if (back && frame->n >= STEP_NODES)
		try_back(frame, weights, node_sums, node_load, &scan);
	if (ret) {
		ret->k = scan.k;
		ret->until = scan.until;
	}
	return scan.best;
}

/* A new level less each host's mean, by bin: what a delta of 1 adds to the sums. Its weight. */
static double shape(const struct step_frame *frame, size_t k, size_t until, double *ret)
{
	double weight = 0;

	memset(ret, 0, frame->n * sizeof(double));
	for (size_t c = 0; c < frame->grid->panel->n_clusters; c++) {
		const double *exposure = step_frame_exposure(frame, c);
		double inside = step_sum(exposure + k, until - k), part;

		if (frame->host_sums[c] == 0)
			continue;
		part = inside / frame->host_sums[c];
		weight += inside * (1 - part);
		for (size_t i = 0; i < frame->n; i++)
			ret[i] += exposure[i] * (i >= k && i < until ? 1 - part : -part);
	}
	return weight;
}

/* What the step leaves, by the root of exposure, into left[]; its variance. */
static double leave(const struct step_frame *frame, const struct step_series *series, double delta, double by_load,
		    double *left)
{
	double squares = 0;

	for (size_t i = 0; i < frame->n; i++) {
		double rest = series->rest[i] - delta * (left[i] - by_load * series->load[i]);

		left[i] = frame->exposure[i] > 0 ? rest / sqrt(frame->exposure[i]) : 0;
		squares += left[i] * left[i];
	}
	return frame->n > PARAMETERS ? squares / (double)(frame->n - PARAMETERS) : INFINITY;
}

struct step step_fit_at(const struct step_frame *frame, const struct step_series *series, size_t k, size_t until,
			double *scratch)
{
	const struct compare_panel *panel = frame->grid->panel;
	double load = step_sum(series->load + k, until - k), by_load = series->square > 0 ? load / series->square : 0;
	double rounding = panel->period_s * panel->period_s / 12 / panel->slot_s;
	struct step step = {.k = k, .until = until, .weight = shape(frame, k, until, scratch) - load * by_load};

	step.delta = step.weight > 0 ? step_sum(series->rest + k, until - k) / step.weight : 0;
	step.slope = series->slope - step.delta * by_load;
	step.sigma2 = leave(frame, series, step.delta, by_load, scratch);
	step.time = autocorr_time(scratch, frame->n);
	step.sigma2 = fmax(step.sigma2, rounding) * step.time;
	step.df = frame->n > PARAMETERS ? (double)(frame->n - PARAMETERS) / step.time : 0;
	step.statistic = step_statistic(series, step.df, step.delta * step.delta * step.weight);
	return step;
}

double step_statistic(const struct step_series *series, double df, double scan)
{
	double part = series->squares > 0 ? scan / series->squares : 0;

	return sqrt(-df * log1p(-fmin(part, EXPLAINED_MAX)));
}

static bool is_likely(const struct step_series *series, double slope)
{
	return slope >= 0 && slope <= series->slope_max;
}

/* The slope is not fitted any more. */
static void give_slope(const struct step_frame *frame, struct step_series *series, double slope)
{
	for (size_t i = 0; i < frame->n; i++)
		series->rest[i] += (series->slope - slope) * series->load[i];
	series->slope = slope;
	series->square = 0;
	series->squares = product(frame, series->rest, series->rest);
}

/* Both ends of a way there and back to their best places near the nodes. */
static void settle_back(const struct step_frame *frame, const struct step_series *series, struct step *step,
			double *scratch)
{
	size_t reach = frame->n / STEP_NODES, k = step->k, until = step->until;

	for (int end = 0; end < 2; end++) {
		struct step best = step_fit_at(frame, series, step->k, step->until, scratch);

		for (size_t i = 0; i <= 2 * reach; i++) {
			size_t from = end ? step->k : k - reach + i, to = end ? until - reach + i : step->until;
			struct step other;

			if (from < frame->edge || to < from + frame->edge || to + frame->edge > frame->n)
				continue;
			other = step_fit_at(frame, series, from, to, scratch);
			if (other.delta * other.delta * other.weight > best.delta * best.delta * best.weight)
				best = other;
		}
		step->k = best.k;
		step->until = best.until;
	}
}

/* What was scanned says how large the statistic is, as in shuffles; what the best places leave, how much is remembered.
 */
static struct step fit_best(const struct step_frame *frame, const struct step_series *series, bool back,
			    double *scratch)
{
	struct step best = {0}, step;
	double scan = step_scan(frame, &frame->weights, series, NULL, back, &best);

	if (scan == 0)
		return (struct step){0};
	if (best.until < frame->n)
		settle_back(frame, series, &best, scratch);
	step = step_fit_at(frame, series, best.k, best.until, scratch);
	step.statistic = step_statistic(series, step.df, scan);
	return step;
}

struct step step_fit(const struct step_frame *frame, struct step_series *series, bool back, double *scratch)
{
	struct step step = fit_best(frame, series, back, scratch);

	if (series->square == 0 || is_likely(series, series->slope) || (step.k > 0 && is_likely(series, step.slope)))
		return step;
	give_slope(frame, series, fmin(fmax(0, step.k > 0 ? step.slope : series->slope), series->slope_max));
	return step_fit(frame, series, back, scratch);
}
