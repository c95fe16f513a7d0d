/* SPDX-License-Identifier: MIT */
/* histogram: how often durations came, in buckets of a quarter octave: a quantile is right within 10 %. */
#ifndef BASE_HISTOGRAM_H
#define BASE_HISTOGRAM_H

#include <stdint.h>

#include "base/clock.h"

#define HISTOGRAM_UNIT_NS 1024 /* all below share the first bucket */
#define HISTOGRAM_BUCKETS 80   /* the last one: 0.9 s and all above */

struct histogram {
	uint32_t count[HISTOGRAM_BUCKETS]; /* stops at its maximum */
};

static inline unsigned histogram_bucket(uint64_t ns)
{
	uint64_t units = ns / HISTOGRAM_UNIT_NS;
	unsigned octave, bucket;

	if (units == 0)
		return 0;
	octave = 63 - (unsigned)__builtin_clzll(units);
	bucket = 1 + 4 * octave + (unsigned)((ns / (HISTOGRAM_UNIT_NS / 4) >> octave) & 3);
	return bucket < HISTOGRAM_BUCKETS ? bucket : HISTOGRAM_BUCKETS - 1;
}

/* Where a bucket ends; the next one begins there. */
static inline uint64_t histogram_until_ns(unsigned bucket)
{
	return bucket == 0 ? HISTOGRAM_UNIT_NS
			   : (uint64_t)(HISTOGRAM_UNIT_NS / 4) * (4 + (bucket - 1) % 4 + 1) << (bucket - 1) / 4;
}

static inline void histogram_add(struct histogram *h, unsigned bucket, uint64_t n)
{
	uint64_t sum = h->count[bucket] + n;

	h->count[bucket] = sum < n || sum > UINT32_MAX ? UINT32_MAX : (uint32_t)sum;
}

static inline void histogram_merge(struct histogram *h, const struct histogram *more)
{
	for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++)
		histogram_add(h, i, more->count[i]);
}

static inline uint64_t histogram_total(const struct histogram *h)
{
	uint64_t n = 0;

	for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++)
		n += h->count[i];
	return n;
}

/* The duration below which this part (0 to 1) of all lies: the middle of its bucket. 0 if there is none. */
static inline uint64_t histogram_quantile_ns(const struct histogram *h, double part)
{
	double left = part * (double)histogram_total(h);
	unsigned i = 0;

	if (histogram_total(h) == 0)
		return 0;
	while (i < HISTOGRAM_BUCKETS - 1 && left > h->count[i])
		left -= h->count[i++];
	return ((i ? histogram_until_ns(i - 1) : 0) + histogram_until_ns(i)) / 2;
}

#endif
