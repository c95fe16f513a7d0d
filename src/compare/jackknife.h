/* SPDX-License-Identifier: MIT */
/*
 * jackknife: the variance of an estimate from a series whose slots follow each other closely: leave out one block of
 * consecutive slots after the other and see how far the estimate moves.
 *
 * The estimate is a ratio of sums (or a weighted sum of such). What a slot does to it is its *influence*, (x - ratio *
 * exposure) / (sum of exposure); the part of the exposure that a slot holds is its *leverage*. Influences sum to 0,
 * leverages to 1.
 *
 * Blocks are at least as long as the autocorrelation time of the influences, and there are at most JACKKNIFE_BLOCKS_MAX
 * of them: few long blocks are nearly independent whatever the series does, and Student's t pays for their being few
 * (2.10 times the standard error with ten on each side, where very many would have 1.96). What neighbouring blocks
 * still have in common is added (autocorr_seen).
 */
#ifndef COMPARE_JACKKNIFE_H
#define COMPARE_JACKKNIFE_H

#include <stddef.h>

#define JACKKNIFE_BLOCKS_MIN 8
#define JACKKNIFE_BLOCKS_MAX 10

struct jackknife {
	double variance;
	double df;       /* degrees of freedom: one less than there are blocks */
	size_t n_blocks; /* below JACKKNIFE_BLOCKS_MIN the variance means nothing */
};

struct jackknife jackknife(const double *influence, const double *leverage, size_t n);

#endif
