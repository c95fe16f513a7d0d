/* SPDX-License-Identifier: MIT */
/*
 * grid: a panel in at most about 128 bins of consecutive slots that were seen, for finding changes: all functions are
 * scanned many times, so at first by bins; a moment is then sought slot by slot. No bin holds slots of two segments;
 * the bins of one segment are a span.
 */
#ifndef COMPARE_GRID_H
#define COMPARE_GRID_H

#include <stddef.h>
#include <stdint.h>

struct compare_panel;

#define GRID_NONE UINT32_MAX
#define GRID_SPAN_MIN 12 /* bins: shorter spans are left out, nothing can be told of them */

struct grid_span {
	size_t from, until; /* bins */
};

struct grid {
	const struct compare_panel *panel;
	size_t n, n_spans;
	struct grid_span *spans;
	uint32_t *bin_of; /* [slot], or NONE: not seen, or left out */
	uint32_t *first;  /* [bin]: its first slot */
	uint32_t *last;   /* [bin]: its last slot */
	size_t slots_per_bin;
	double *covered; /* [cluster * n + bin]: seconds */
	double *total;   /* the same; functions that have changed are taken out of it, to be the load of the others */
	double *slot_total; /* [cluster * n_slots + slot], the same */
	double cores;       /* of all, with what has been taken out: the sum of each host's mean */
};

int grid_init(struct grid *grid, const struct compare_panel *panel); /* 0, SCRAPE_ENOMEM */
void grid_deinit(struct grid *grid);

/* CPU seconds of a function into cpu[cluster * n + bin], which is cleared before. */
void grid_spread(const struct grid *grid, size_t function, double *cpu);
/* Takes a function out of the totals. */
void grid_take_out(struct grid *grid, size_t function);

#endif
