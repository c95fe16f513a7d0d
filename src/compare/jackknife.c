/* SPDX-License-Identifier: MIT */
/* The delete-a-block jackknife of a ratio. */
#include <math.h>

#include "compare/autocorr.h"
#include "compare/jackknife.h"

static size_t count_blocks(double time, size_t n)
{
	return (size_t)fmin((double)n / time, JACKKNIFE_BLOCKS_MAX);
}

struct jackknife jackknife(const double *influence, const double *leverage, size_t n)
{
	double time = autocorr_time(influence, n), squares = 0;
	size_t n_blocks = count_blocks(time, n), i = 0;

	if (n_blocks < JACKKNIFE_BLOCKS_MIN)
		return (struct jackknife){.n_blocks = n_blocks};
	for (size_t b = 0; b < n_blocks; b++) {
		double sum = 0, held = 0, moved;

		for (; i < (b + 1) * n / n_blocks; i++) {
			sum += influence[i];
			held += leverage[i];
		}
		moved = held < 1 ? sum / (1 - held) : 0;
		squares += moved * moved;
	}
	return (struct jackknife){
		.variance = squares * (double)(n_blocks - 1) / (double)n_blocks /
			    autocorr_seen(time, (double)n / (double)n_blocks),
		.df = (double)(n_blocks - 1),
		.n_blocks = n_blocks,
	};
}
