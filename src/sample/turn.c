/* SPDX-License-Identifier: MIT */
/* turn: a target's share of the ticks. */
#include "sample/turn.h"

#include "base/map.h"

void turn_divide(struct turn *turn, uint64_t tick, uint32_t divisor)
{
	if (turn->divisor == 0 && turn->from == 0 && turn->own == 0)
		turn->own = tick; /* of a fresh one: its numbers need not begin where the timer's did */
	turn->from = tick + 1;
	turn->own_from = turn->own + 1;
	turn->divisor = divisor > TURN_DIVISOR_MAX ? TURN_DIVISOR_MAX : divisor > 0 ? divisor : 1;
}

bool turn_comes(struct turn *turn, uint64_t tick)
{
	uint32_t divisor = turn_divisor(turn);
	uint64_t since = tick - turn->from, own = turn_own(turn, tick);

	if (divisor > 1 && (own <= turn->own || since % divisor < map_mix(own ^ turn->seed) % divisor))
		return false;
	turn->own = own;
	return true;
}

uint64_t turn_skip(struct turn *turn, uint64_t ticks)
{
	uint32_t divisor = turn_divisor(turn);

	turn->behind += ticks;
	ticks = turn->behind / divisor;
	turn->behind %= divisor;
	return ticks;
}
