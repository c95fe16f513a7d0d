/* SPDX-License-Identifier: MIT */
/* history_cut: an answer of at most so many nodes, totals as they were. */
#ifndef PROFILE_HISTORY_CUT_H
#define PROFILE_HISTORY_CUT_H

#include <stddef.h>

struct merge;

/* Keeps the heaviest nodes; what is lighter goes into a [pruned] child of the nearest that is kept, all in all at most
 * max_nodes (at least 2). 0 or SCRAPE_ENOMEM. */
int history_cut(struct merge *merge, size_t max_nodes);

#endif
