/* SPDX-License-Identifier: MIT */
/*
 * compare: what may be said about a change of a profile over time, and with which certainty. Pure arithmetic: no clock,
 * no files, randomness is an input.
 *
 * A panel is CPU seconds by function, cluster and slot of time. A *cluster* is what differs for good: a host (or a
 * process). A *slot* is a slice, or the step of a coarser tier. A *function* is an index; the caller knows what it
 * means, it may as well be a stack. Slots of one cluster follow each other too closely to be independent, and hosts
 * share their load, so nothing here counts looks as if they were tosses of a coin (but for the bound where there are
 * none).
 *
 *	struct compare_panel p = {.n_slots = 360, .n_clusters = 2, .n_functions = 300, .slot_s = 10, .period_s = 0.01,
 *				  .covered = covered, .total = total, .starts = starts, .cells = cells};
 *
 * Everything that is pointed to is borrowed. compare/diff.h compares two panels, compare/change.h finds steps in one.
 */
#ifndef COMPARE_PANEL_H
#define COMPARE_PANEL_H

#include <stddef.h>
#include <stdint.h>

struct err;

#define COMPARE_SLOTS_MAX 100000
#define COMPARE_CLUSTERS_MAX 4096
#define COMPARE_FUNCTIONS_MAX 100000
#define COMPARE_HOST_SLOTS_MAX 10000000 /* clusters times slots */

struct compare_cell {
	uint32_t cluster, slot;
	double cpu_s;
};

struct compare_panel {
	size_t n_slots, n_clusters, n_functions;
	double slot_s;                    /* seconds of a slot */
	double period_s;                  /* CPU seconds that one look stands for */
	const double *covered;            /* [cluster * n_slots + slot]: seconds that were looked at; 0: a gap */
	const double *total;              /* the same: CPU seconds of all functions, seen or not */
	const size_t *starts;             /* [n_functions + 1] into cells */
	const struct compare_cell *cells; /* by function, in any order within one; what is missing is 0 */
	const uint64_t *cluster_ids;      /* [n_clusters]: which host it is, the same in every panel; NULL: its index */
	const uint32_t *segments;         /* [n_slots]: slots that differ here are never compared; NULL: all alike */
};

/* 0, or SCRAPE_EINVAL with a sentence: a size that is 0 or beyond the limits above, a number that is not finite or
 * negative, more covered seconds than a slot has, a cell out of range or in a gap, a panel that is all gaps. */
int compare_panel_check(const struct compare_panel *panel, struct err *err);

static inline size_t compare_panel_at(const struct compare_panel *panel, size_t cluster, size_t slot)
{
	return cluster * panel->n_slots + slot;
}

static inline uint64_t compare_panel_id(const struct compare_panel *panel, size_t cluster)
{
	return panel->cluster_ids ? panel->cluster_ids[cluster] : cluster;
}

#endif
