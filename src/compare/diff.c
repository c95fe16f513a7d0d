/* SPDX-License-Identifier: MIT */
/* The difference of two sides, with its interval. */
#include <math.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "compare/diff.h"
#include "compare/exposure.h"
#include "compare/jackknife.h"
#include "compare/strata.h"
#include "compare/student.h"
#include "scrape.h"

#define RULE_OF_THREE 3.0 /* looks: where none was met, fewer than three are expected, with 95 % */
#define PROBABILITY 0.975

struct diff {
	struct strata strata;
	struct exposure sides[2];
	double *weights[EXPOSURE_UNITS]; /* [stratum], sum 1 */
};

/* What one side says of one function in one unit. */
struct estimate {
	double ratio, below;
	struct jackknife spread;
};

static void weigh(struct diff *diff, enum exposure_unit unit)
{
	const double *base = diff->sides[0].sums[unit], *comp = diff->sides[1].sums[unit];
	double *weights = diff->weights[unit], sum = 0;

	for (size_t s = 0; s < diff->strata.n; s++) {
		weights[s] = base[s] > 0 && comp[s] > 0 ? base[s] * comp[s] / (base[s] + comp[s]) : 0;
		sum += weights[s];
	}
	for (size_t s = 0; s < diff->strata.n; s++)
		weights[s] = sum > 0 ? weights[s] / sum : 0;
	for (int side = 0; side < 2; side++)
		exposure_weigh(&diff->sides[side], unit, weights);
}

static int diff_init(struct diff *diff, const struct compare_side *const sides[2])
{
	int r = strata_init(&diff->strata, sides);

	for (int s = 0; s < 2 && r == 0; s++)
		r = exposure_init(&diff->sides[s], sides[s], diff->strata.of[s], diff->strata.n);
	for (int unit = 0; unit < EXPOSURE_UNITS && r == 0; unit++) {
		diff->weights[unit] = calloc(diff->strata.n, sizeof(double));
		if (!diff->weights[unit])
			return SCRAPE_ENOMEM;
		weigh(diff, unit);
	}
	return r;
}

static void diff_deinit(struct diff *diff)
{
	for (int s = 0; s < 2; s++)
		exposure_deinit(&diff->sides[s]);
	for (int unit = 0; unit < EXPOSURE_UNITS; unit++)
		free(diff->weights[unit]);
	strata_deinit(&diff->strata);
}

/* The most that three looks may make of the weighted ratio, wherever they fall. */
static double three_looks(const struct exposure *side, enum exposure_unit unit, const double *weights)
{
	double most = 0;

	for (size_t s = 0; s < side->n_strata; s++)
		if (weights[s] > 0)
			most = fmax(most, weights[s] / side->sums[unit][s]);
	return most * RULE_OF_THREE * side->side->panel->period_s;
}

static struct estimate estimate(struct exposure *side, enum exposure_unit unit, const double *weights)
{
	double ratio = exposure_ratio(side, unit, weights), below = three_looks(side, unit, weights);

	if (below == 0) /* nothing to divide by: shares of a service that does nothing */
		return (struct estimate){0};
	return (struct estimate){
		.ratio = ratio,
		.below = ratio > 0 ? 0 : below,
		.spread = jackknife(side->influence, side->leverage[unit], side->n),
	};
}

static double half_width(const struct jackknife *a, const struct jackknife *b)
{
	double variance = a->variance + b->variance, df;

	if (variance == 0)
		return 0;
	df = variance * variance / (a->variance * a->variance / a->df + b->variance * b->variance / b->df);
	return student_quantile(PROBABILITY, df) * sqrt(variance);
}

static struct compare_value value(const struct estimate *base, const struct estimate *comp)
{
	struct compare_value v = {
		.base = base->ratio,
		.comp = comp->ratio,
		.delta = comp->ratio - base->ratio,
		.lo = NAN,
		.hi = NAN,
		.base_below = base->below,
		.comp_below = comp->below,
		.flags = (base->below > 0 ? COMPARE_ZERO_BASE : 0) | (comp->below > 0 ? COMPARE_ZERO_COMP : 0),
	};

	if (base->spread.n_blocks < JACKKNIFE_BLOCKS_MIN || comp->spread.n_blocks < JACKKNIFE_BLOCKS_MIN) {
		v.flags |= COMPARE_NO_INTERVAL;
	} else {
		double half = half_width(&base->spread, &comp->spread);

		v.lo = v.delta - half - base->below;
		v.hi = v.delta + half + comp->below;
	}
	return v;
}

static void compare_function(struct diff *diff, size_t function, struct compare_row *row)
{
	struct compare_value *values[EXPOSURE_UNITS] = {&row->share, &row->cores};

	for (int s = 0; s < 2; s++)
		exposure_load(&diff->sides[s], function);
	for (int unit = 0; unit < EXPOSURE_UNITS; unit++) {
		struct estimate base = estimate(&diff->sides[0], unit, diff->weights[unit]);
		struct estimate comp = estimate(&diff->sides[1], unit, diff->weights[unit]);

		*values[unit] = value(&base, &comp);
	}
	for (int s = 0; s < 2; s++)
		exposure_unload(&diff->sides[s], function);
}

static double all_cores(const struct exposure *side, const double *weights)
{
	double cores = 0;

	for (size_t s = 0; s < side->n_strata; s++)
		if (weights[s] > 0)
			cores += weights[s] * side->sums[EXPOSURE_SHARE][s] / side->sums[EXPOSURE_CORES][s];
	return cores;
}

static int check(const struct compare_side *side, struct err *err)
{
	const struct compare_panel *panel = side->panel;
	int r = compare_panel_check(panel, err);

	if (r < 0)
		return r;
	if (side->from >= side->until || side->until > panel->n_slots)
		return err_set(err, SCRAPE_EINVAL, "slots %zu to %zu of %zu", side->from, side->until, panel->n_slots);
	return 0;
}

static int fill(struct diff *diff, struct compare_row *rows, struct err *err)
{
	for (int s = 0; s < 2; s++)
		if (diff->sides[s].n == 0)
			return err_set(err, SCRAPE_EINVAL, "nothing but gaps on the %s side",
				       s ? "comparison" : "base");
	for (size_t f = 0; f < diff->sides[0].side->panel->n_functions; f++)
		compare_function(diff, f, &rows[f]);
	return 0;
}

int compare_diff(const struct compare_side *base, const struct compare_side *comp, struct compare_row *rows_ret,
		 struct compare_summary *ret, struct err *err)
{
	const struct compare_side *const sides[2] = {base, comp};
	__attribute__((cleanup(diff_deinit))) struct diff diff = {0};
	int r = check(base, err);

	if (r == 0)
		r = check(comp, err);
	if (r < 0)
		return r;
	if (base->panel->n_functions != comp->panel->n_functions)
		return err_set(err, SCRAPE_EINVAL, "%zu functions beside %zu", base->panel->n_functions,
			       comp->panel->n_functions);
	r = diff_init(&diff, sides);
	if (r < 0)
		return err_set(err, r, "no memory");
	r = fill(&diff, rows_ret, err);
	if (r < 0)
		return r;
	*ret = (struct compare_summary){
		.n_hosts = diff.strata.n,
		.base_only = diff.strata.only[0],
		.comp_only = diff.strata.only[1],
		.pooled = diff.strata.pooled,
		.base_cores = all_cores(&diff.sides[0], diff.weights[EXPOSURE_CORES]),
		.comp_cores = all_cores(&diff.sides[1], diff.weights[EXPOSURE_CORES]),
	};
	return 0;
}
