/* SPDX-License-Identifier: MIT */
/* report: one change, made of what is known of its step: moments, per host too, sizes, flags. */
#ifndef COMPARE_REPORT_H
#define COMPARE_REPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "compare/grid.h"

struct hunt;

/* hunt->cpu is that of the function. Appends the change at the bin k, between its neighbours; not if it is a drift, or
 * may not be told. 0, ENOMEM. */
int report_change(struct hunt *hunt, size_t function, struct grid_span around, size_t k);

/* If the range is explained by one step of each host at its own moment, appends that as one change. */
int report_rollout(struct hunt *hunt, size_t function, struct grid_span around, bool *done_ret);

/* The change of all functions together (COMPARE_ALL), found with this statistic. */
int report_uniform(struct hunt *hunt, struct grid_span around, size_t k, double statistic);

#endif
