/* SPDX-License-Identifier: MIT */
/* hunt: all changes of a function that has been found to have one, each with its moments and sizes. */
#ifndef COMPARE_HUNT_H
#define COMPARE_HUNT_H

#include <stdbool.h>
#include <stddef.h>

#include "compare/grid.h"

struct compare_changes;

/* What is the same for all functions, and room to work in. */
struct hunt {
	const struct grid *grid;
	bool shares;
	double limit;               /* that a statistic must exceed */
	double *cpu;                /* [cluster * grid->n + bin] */
	double *rest, *load, *left; /* [grid->n] */
	struct compare_changes *ret;
};

int hunt_init(struct hunt *hunt, const struct grid *grid, bool shares, struct compare_changes *ret); /* 0, ENOMEM */
void hunt_deinit(struct hunt *hunt);

/* Appends what changed of this function in a span; nothing if it drifts, or falls where shares are decided on. 0,
 * SCRAPE_ENOMEM. */
int hunt_function(struct hunt *hunt, size_t function, struct grid_span span);

#endif
