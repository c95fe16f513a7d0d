/* SPDX-License-Identifier: MIT */
/*
 * turn: at which ticks of the common timer a target is looked at, when it is looked at less often than the timer fires.
 * Of each run of `divisor` ticks it is one, chosen at random, so that the mean rate is exact and no rhythm of a program
 * can keep step with it. The target counts its own turns; a zeroed struct is looked at at each tick, and its own number
 * is the tick's.
 */
#ifndef SAMPLE_TURN_H
#define SAMPLE_TURN_H

#include <stdbool.h>
#include <stdint.h>

#define TURN_DIVISOR_MAX 1000000u

struct turn {
	uint32_t divisor;  /* 0: as 1 */
	uint64_t from;     /* tick since when it holds */
	uint64_t own_from; /* own number of the run that began then */
	uint64_t own;      /* of the last turn */
	uint64_t seed;
	uint64_t behind; /* ticks skipped that make no whole turn yet */
};

/* Another divisor from the next tick on. */
void turn_divide(struct turn *turn, uint64_t tick, uint32_t divisor);

static inline uint32_t turn_divisor(const struct turn *turn)
{
	return turn->divisor ? turn->divisor : 1;
}

/* True if it is its turn at this tick (asked once per tick, ascending); its own number is then turn->own. */
bool turn_comes(struct turn *turn, uint64_t tick);

/* Its own number at this tick, if it were its turn. */
static inline uint64_t turn_own(const struct turn *turn, uint64_t tick)
{
	return turn->own_from + (tick - turn->from) / turn_divisor(turn);
}

/* The timer skipped ticks: how many turns were in them. */
uint64_t turn_skip(struct turn *turn, uint64_t ticks);

#endif
