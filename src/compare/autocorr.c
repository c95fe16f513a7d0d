/* SPDX-License-Identifier: MIT */
/* Autocorrelation, to know how long blocks must be. */
#include "compare/autocorr.h"

#define WINDOW 5    /* times the autocorrelation time, as in Sokal's lectures (1996) and in emcee */
#define LAGS_PART 4 /* of the series at most: beyond that there are too few pairs */
#define SEEN_LEAST 0.5

static double lag_product(const double *series, size_t n, size_t lag)
{
	double sum = 0;

	for (size_t i = lag; i < n; i++)
		sum += series[i] * series[i - lag];
	return sum;
}

double autocorr_time(const double *series, size_t n)
{
	double variance = lag_product(series, n, 0), time = 1;
	size_t lag = 1;

	if (variance <= 0)
		return 1;
	for (; lag <= n / LAGS_PART && (double)lag <= WINDOW * time && time >= 1; lag++)
		time += 2 * lag_product(series, n, lag) / variance;
	time *= (double)n / (double)(n - 2 * (lag - 1));
	return time < 1 ? 1 : time;
}

double autocorr_seen(double time, double length)
{
	double seen = 1 - (time - 1 / time) / (2 * length);

	return seen < SEEN_LEAST ? SEEN_LEAST : seen;
}
