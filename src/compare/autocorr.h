/* SPDX-License-Identifier: MIT */
/* autocorr: how long a series remembers. */
#ifndef COMPARE_AUTOCORR_H
#define COMPARE_AUTOCORR_H

#include <stddef.h>

/*
 * The integrated autocorrelation time of a series with mean 0, in its steps: 1 + 2 * (sum of autocorrelations), the
 * factor by which the variance of its sum is larger than if its values were independent. The sum ends at five times
 * the time found so far (Sokal's window), or at a quarter of the series. That the mean was
 * taken from the series itself makes each of them look smaller by time / n, which is put back. At least 1.
 */
double autocorr_time(const double *series, size_t n);

/* For blocks of `length` steps of a series with this time: the factor by which the variance that they show is smaller
 * than the true one (1 or less), since what is left of the memory joins neighbouring blocks. That of an AR(1) process.
 */
double autocorr_seen(double time, double length);

#endif
