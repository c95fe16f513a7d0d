/* SPDX-License-Identifier: MIT */
/* random: a small generator whose seed is an input (splitmix64: Steele, Lea, Flood 2014). Not for secrets. */
#ifndef COMPARE_RANDOM_H
#define COMPARE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

struct random {
	uint64_t state; /* any seed */
};

static inline uint64_t random_next(struct random *random)
{
	uint64_t z = random->state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

/* In [0, 1). */
static inline double random_unit(struct random *random)
{
	return (double)(random_next(random) >> 11) * 0x1p-53;
}

/* In [0, n), n below 2^32. */
static inline size_t random_below(struct random *random, size_t n)
{
	return (size_t)((random_next(random) >> 32) * n >> 32);
}

#endif
