/* SPDX-License-Identifier: MIT */
/*
 * permute: how large the largest statistic of all functions gets if time had no order: blocks of consecutive bins are
 * shuffled, the same way for all functions and for the load, so that what holds functions together is kept.
 */
#ifndef COMPARE_PERMUTE_H
#define COMPARE_PERMUTE_H

#include <stddef.h>

#include "compare/step.h"

struct random;

#define PERMUTE_TIMES 99
#define PERMUTE_BLOCKS_MIN 12 /* in a span; fewer have too few orders */

/* A function in a span. */
struct permute_row {
	struct step_series series;
	double df;   /* of step.h; 0: takes no part */
	double time; /* what it remembers, in bins */
};

/* Bins 0..n in blocks of this length, blocks in random order, into order[n]. scratch has room for n. */
void permute_order(size_t n, size_t block, struct random *random, size_t *scratch, size_t *order);

/*
 * Raises largest[PERMUTE_TIMES] to the largest statistic of rows[n] in each shuffle of the frame. Begin with zeroes;
 * several spans are judged together.
 * 0, SCRAPE_ENOMEM.
 */
int permute_span(const struct step_frame *frame, const struct permute_row *rows, size_t n, size_t block,
		 struct random *random, double *largest);

/* That of which this part (0 to 1) of all shuffles stays below; sorts. */
double permute_quantile(double *largest, double part);

#endif
