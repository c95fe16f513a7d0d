/* SPDX-License-Identifier: MIT */
/*
 * step: the best single step in a series of one function, or the best way there and back, beside the load that all
 * functions share.
 *
 * Model, in a range of bins, for function f on host h in bin t, with e the exposure (covered seconds; or, where the
 * service is saturated, all functions' CPU seconds):
 *
 *	cpu[h][t] = e[h][t] * (level[h] + slope * load[t] + delta * (k <= t < until)) + noise
 *
 * Load is what all *other* functions took, as far as they have not been found to have changed, each host around its own
 * mean, smoothed a little: a function's own looks are missing among the others' wherever it has more of them, which
 * would hide the common factor. The slope is not negative (others that fall when one grows are its shadow, no load),
 * and not more than twice what is proportional: one that is beyond, with and without the step, is given at that
 * bound. Otherwise slope and step are fitted together, and a step that the load also makes is the load's.
 *
 * The statistic is the root of twice the logarithm of the likelihood ratio of a step and none, -df * log(1 - part of
 * the squares that the step explains), as if there were only df = (bins - 3) / (autocorrelation time of what the step
 * leaves) of them: series which remember are not taken for changed, and a few bins that happen to agree are no proof.
 */
#ifndef COMPARE_STEP_H
#define COMPARE_STEP_H

#include <stdbool.h>
#include <stddef.h>

#include "compare/step_frame.h"

/* A function in a frame, ready to be scanned. */
struct step_series {
	double *rest;   /* [n]: around each host's mean, less slope * load */
	double *load;   /* [n]: of the others, smoothed; all 0 for shares */
	double square;  /* of load, by exposure; 0 if the slope is given */
	double squares; /* of rest, by exposure */
	double slope, slope_max;
	double sum; /* CPU seconds of the function */
};

struct step {
	size_t k, until; /* bins of the frame that have the new level; 0, 0: there is none; until is n for a step */
	double delta;    /* by second of exposure */
	double weight;   /* of the step, after the load: delta * weight is what the sums tell */
	double slope;    /* fitted together with the step */
	double sigma2;   /* variance of what is left, by second of exposure, times time */
	double time;     /* autocorrelation time of what is left, in bins */
	double df;       /* independent bins, less the parameters */
	double statistic;
};

/* Fills series (rest and load have room for n) from cpu[cluster * grid->n + bin]. */
void step_series_fill(const struct step_frame *frame, const double *cpu, struct step_series *series);

/* A scan: the largest square of delta * weight by weight among the steps (and, with `back`, ways there and back) that
 * are large enough, with the bins in this order. 0 if there is none. order and ret may be NULL; .k and .until are set.
 */
double step_scan(const struct step_frame *frame, const struct step_weights *weights, const struct step_series *series,
		 const size_t *order, bool back, struct step *ret);

/* The statistic of a scan. */
double step_statistic(const struct step_series *series, double df, double scan);

/* The best step of a series, with its statistic; .k is 0 if none is large enough. Makes the slope one that is given, if
 * it must be. scratch has room for n; what the step leaves, by the root of exposure, stays there. */
struct step step_fit(const struct step_frame *frame, struct step_series *series, bool back, double *scratch);

/* That of a new level from k until there. */
struct step step_fit_at(const struct step_frame *frame, const struct step_series *series, size_t k, size_t until,
			double *scratch);

#endif
