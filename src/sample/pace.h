/* SPDX-License-Identifier: MIT */
/*
 * pace: when to look. One tick falls at a random moment of each period, so the mean rate is exact and no rhythm of a
 * program can keep step with it. A tick that was missed is skipped and counted, never made up for.
 */
#ifndef SAMPLE_PACE_H
#define SAMPLE_PACE_H

#include <stdbool.h>
#include <stdint.h>

#define PACE_LATE_NS 300000 /* later than this a look is biased to moments when the target gives way */

struct pace {
	uint64_t begin_ns, period_ns; /* period 0: as fast as it can */
	uint64_t tick;                /* of the next wake-up */
	uint64_t at_ns;               /* when that is due */
	uint64_t random;
};

void pace_init(struct pace *pace, uint64_t rate_mhz, uint64_t seed, uint64_t now_ns);

/* Another rate from now on; ticks are counted on. */
void pace_change(struct pace *pace, uint64_t rate_mhz, uint64_t now_ns);

/* Chooses the next tick and its moment; returns how many ticks had to be skipped. took_ns: how long the last one took
 * (with "max" the target gets as long again). */
uint64_t pace_next(struct pace *pace, uint64_t now_ns, uint64_t took_ns);

/* Passes over so many ticks, at which nobody would be looked at. */
void pace_pass(struct pace *pace, uint64_t ticks);

#endif
