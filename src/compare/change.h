/* SPDX-License-Identifier: MIT */
/*
 * change: which functions changed by a step within an interval, when, and by how much.
 *
 *	struct compare_changes found;
 *	r = compare_changes(&panel, &(struct compare_options){.seed = 1}, &found, err);
 *	for (size_t i = 0; i < found.n; i++)
 *		... found.items[i]
 *	compare_changes_deinit(&found);
 *
 * The values of the panel are self CPU, so that they add up to the total. Cores are decided on; the model of one
 * function, with what all share (load) beside its own step, stands in compare/step.h. Then:
 *
 * - One null for all functions: time is shuffled in blocks (compare/permute.h), the largest statistic of all functions
 *   noted. A function is named whose statistic exceeds what 96 % of the shuffles stay below by 8 % more (simulated: so
 *   that less than 5 % of unchanged services name anything), and whose change is at least 0.01 cores or 1 % of the
 *   service and holds for at least 3 slots seen.
 * - One at a time: the function with the largest statistic is named and taken out of the load of the others, which are
 *   then judged anew. So who merely makes room for it, or is left more by it, is not named.
 * - A function that is named is split at its changes until no part has another one (binary segmentation).
 * - A step, not a drift: it explains more than a straight line between its neighbours.
 * - *Saturated*: where most slots are at a ceiling, one function can only grow at the others' expense. Then shares are
 *   decided on, only those that rise are named, and exposure is what functions not yet found took. Ceiling: in 80 %
 *   of the seen slots of hosts CPU is at least 95 % of options.limit_cores or, without one, within 2 % of its own
 *   highest (99th percentile).
 * - *Uniform*: what all functions do together is load or a slowdown of everything; CPU alone cannot tell which. A step
 *   of the remaining total beside its slow course (three cosines) is one finding about COMPARE_ALL, and only where the
 *   load is so calm that the step is 7 standard deviations of a bin; that is rare, and hardly ever wrong.
 * - Segments are spans of their own: no step across or at their borders. Gaps are not there at all.
 *
 * Not told: what lasts less than 3 slots, or lies so near to an end that a shuffle has it there often; anything in a
 * span that has no room for 12 blocks of twice the autocorrelation time (`tested` is then 0); a deploy that takes a
 * quarter of the interval to go from host to host, which looks like a drift.
 */
#ifndef COMPARE_CHANGE_H
#define COMPARE_CHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "compare/panel.h"

#define COMPARE_ALL SIZE_MAX /* as a function: all together */
#define COMPARE_NAMED_MAX 64 /* functions; more say that everything is new */

enum compare_change_flag {
	COMPARE_SATURATED = 1, /* before, after, delta, lo, hi are shares instead of cores */
	COMPARE_UNIFORM = 2,   /* all functions together */
	COMPARE_PER_HOST = 4,  /* hosts changed at different moments; moment_lo..hi spans them */
	COMPARE_RECURRING = 8, /* the earlier panel has it as well */
};

struct compare_options {
	uint64_t seed;
	double limit_cores; /* that a host can take, or NAN, or 0: not known */
};

struct compare_moment {
	uint32_t cluster;
	uint32_t moment, lo, hi; /* slots */
};

/* Cores are those of all hosts together; both levels are told at the mean load of the stretch that they are part of. */
struct compare_change {
	size_t function;
	uint32_t moment;               /* the first slot of the new level */
	uint32_t moment_lo, moment_hi; /* its 95 % interval */
	double before, after, delta;
	double lo, hi;    /* 95 % interval of delta */
	double statistic; /* by which it was found; compare with `limit` below */
	unsigned flags;
	size_t hosts, n_hosts; /* into compare_changes.hosts: where each changed clearly; together right with 95 % */
};

struct compare_changes {
	struct compare_change *items; /* by moment */
	size_t n, cap;
	struct compare_moment *hosts;
	size_t n_hosts, hosts_cap;
	size_t tested; /* functions that were large enough to be judged; 0: nothing can be told */
	double limit;  /* what a statistic had to exceed */
	bool saturated;
	bool truncated; /* there are more than COMPARE_NAMED_MAX */
};

/* 0; SCRAPE_EINVAL with a sentence (compare_panel_check); SCRAPE_ENOMEM. `ret` belongs to the caller. */
int compare_changes(const struct compare_panel *panel, const struct compare_options *options,
		    struct compare_changes *ret, struct err *err);
void compare_changes_deinit(struct compare_changes *changes);

/* Flags as RECURRING what `earlier` (the same hours one day or week before, found with the same functions) has as well:
 * the same function, the same direction, intervals of the moment that meet. */
void compare_changes_recurring(struct compare_changes *changes, const struct compare_changes *earlier);

#endif
