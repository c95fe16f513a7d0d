/* SPDX-License-Identifier: MIT */
/* weigh: what is large in a profile, for pruning. */
#ifndef PROFILE_WEIGH_H
#define PROFILE_WEIGH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct profile;

/* Marks the `n` heaviest nodes, weighed with all below them; they always make a tree with the root. `ret` has an entry
 * per node. 0 or SCRAPE_ENOMEM. */
int weigh_nodes(const struct profile *profile, size_t n, bool *ret);

/* Marks the lesser half (rounded up) of the threads that have rows, do not run in the open slice and are not what
 * others were folded into. `ret` has an entry per thread. *ret_n: how many. 0 or SCRAPE_ENOMEM. */
int weigh_threads(const struct profile *profile, bool *ret, size_t *ret_n);

#endif
