/* SPDX-License-Identifier: MIT */
/* pace: when to look. */
#include "sample/pace.h"

#include "base/clock.h"
#include "base/map.h"

#define MAX_PAUSE_NS 10000 /* "max": what the target gets at least between two looks */

void pace_init(struct pace *pace, uint64_t rate_mhz, uint64_t seed, uint64_t now_ns)
{
	*pace = (struct pace){.begin_ns = now_ns,
			      .period_ns = rate_mhz ? 1000 * NSEC_PER_SEC / rate_mhz : 0,
			      .at_ns = now_ns,
			      .random = seed};
}

void pace_change(struct pace *pace, uint64_t rate_mhz, uint64_t now_ns)
{
	pace->period_ns = rate_mhz ? 1000 * NSEC_PER_SEC / rate_mhz : 0;
	/* may lie before the clock's zero: only differences to it are used, and those wrap back */
	pace->begin_ns = now_ns - pace->tick * pace->period_ns;
}

uint64_t pace_next(struct pace *pace, uint64_t now_ns, uint64_t took_ns)
{
	uint64_t tick, skipped;

	if (pace->period_ns == 0) {
		pace->tick++;
		pace->at_ns = now_ns + (took_ns > MAX_PAUSE_NS ? took_ns : MAX_PAUSE_NS);
		return 0;
	}
	tick = pace->tick + 1;
	if (now_ns - pace->begin_ns > (tick + 1) * pace->period_ns) /* its whole period is over */
		tick = (now_ns - pace->begin_ns) / pace->period_ns;
	skipped = tick - pace->tick - 1;
	pace->tick = tick;
	pace->random += 0x9e3779b97f4a7c15ull;
	pace->at_ns = pace->begin_ns + tick * pace->period_ns + map_mix(pace->random) % pace->period_ns;
	return skipped;
}

void pace_pass(struct pace *pace, uint64_t ticks)
{
	pace->tick += ticks;
	pace->at_ns += ticks * pace->period_ns;
}
