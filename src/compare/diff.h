/* SPDX-License-Identifier: MIT */
/*
 * diff: two sides, function by function: how much it takes on each, and what the difference is known to be.
 *
 *	struct compare_side base = {.panel = &yesterday, .until = 360}, comp = {.panel = &today, .until = 360};
 *	struct compare_row *rows = calloc(n_functions, sizeof(*rows));
 *	r = compare_diff(&base, &comp, rows, &summary, err);
 *
 * Estimates are ratios of sums: CPU seconds of the function by those of all (share), or by covered seconds (cores of
 * one host: times summary.n_hosts they are those of all hosts that are compared). Hosts are compared one by one and
 * averaged with the same weights on both sides (those of Mantel and Haenszel, b * c / (b + c) of the seconds that both
 * sides have of it), so a host that was covered longer on one side, or does more there, does not look like a change.
 * Hosts of one side only are told and left out, unless no host is on both: then each side is taken as a whole.
 *
 * The interval covers the difference with 95 %: jackknife over blocks of time (all hosts of a side together, since they
 * share their load), Student's t with the degrees of freedom of Welch and Satterthwaite. Where a side has no look at
 * all of a function its variance would be 0; the interval then reaches as far as three looks (the rule of three).
 */
#ifndef COMPARE_DIFF_H
#define COMPARE_DIFF_H

#include <stdbool.h>
#include <stddef.h>

#include "compare/panel.h"

struct compare_side {
	const struct compare_panel *panel;
	size_t from, until;   /* slots */
	const bool *clusters; /* [n_clusters]: which take part; NULL: all */
};

enum compare_value_flag {
	COMPARE_NO_INTERVAL = 1, /* fewer than 8 blocks on a side, or shares of nothing: lo, hi are NAN */
	COMPARE_ZERO_BASE = 2,   /* no look there: base is 0, and below base_below with 95 % */
	COMPARE_ZERO_COMP = 4,
};

struct compare_value {
	double base, comp, delta; /* delta = comp - base */
	double lo, hi;
	double base_below, comp_below; /* 0 unless ZERO_BASE, ZERO_COMP */
	unsigned flags;
};

struct compare_row {
	struct compare_value share, cores;
};

struct compare_summary {
	size_t n_hosts;                /* compared; 1 if pooled */
	size_t base_only, comp_only;   /* hosts left out (or all there are, if pooled) */
	bool pooled;                   /* no host is on both sides */
	double base_cores, comp_cores; /* of all functions, as in rows */
};

/*
 * Fills rows[n_functions], which belong to the caller; the functions of both panels are the same. 0; SCRAPE_EINVAL with
 * a sentence (compare_panel_check, other functions, an empty side, a side without covered time); SCRAPE_ENOMEM.
 */
int compare_diff(const struct compare_side *base, const struct compare_side *comp, struct compare_row *rows_ret,
		 struct compare_summary *ret, struct err *err);

#endif
