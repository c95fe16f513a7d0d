/* SPDX-License-Identifier: MIT */
/*
 * budget: what looking may cost. A target whose looks take more than its share of a CPU is looked at half as often, and
 * so are the dearest ones while all together take more than the daemon may; what has become cheap comes back step by
 * step to the rate that was asked. Pure.
 */
#ifndef DAEMON_BUDGET_H
#define DAEMON_BUDGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct budget_item {
	uint64_t cost_ns;     /* CPU time of its looks in the window */
	uint32_t divisor;     /* of the timer's ticks: changed here */
	uint32_t least, most; /* what was asked; the rarest that is allowed */
	bool changed;         /* the answer */
};

struct budget_limits {
	uint64_t window_ns;
	unsigned target_permille, permille; /* of one CPU; 0: no limit */
	bool may_raise;                     /* long enough after the last change */
};

/* total_ns: the CPU time of the whole sampler in the window. */
void budget_decide(struct budget_item *items, size_t n, uint64_t total_ns, const struct budget_limits *limits);

#endif
