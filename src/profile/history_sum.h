/* SPDX-License-Identifier: MIT */
/*
 * history_sum: rows summed up by the stack they name, in small arrays and without look-ups, before anything is merged
 * by name.
 *
 * There are two places for each node of the trie, one for whole stacks and one for those under [truncated]: place n + i
 * is node i of the latter. What a look found in the collector is kept beside what it found elsewhere.
 */
#ifndef PROFILE_HISTORY_SUM_H
#define PROFILE_HISTORY_SUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "profile/history_pack.h"
#include "profile/ids.h"

struct history;
struct merge;
struct trie;

struct history_sum {
	const struct history *history;
	uint64_t *of_stack;    /* by kind (whole or truncated, in the collector or not) and stack */
	struct id_list stacks; /* places in of_stack that are not 0 */
	const struct trie *trie;
	size_t n;              /* nodes */
	size_t n_bytes;        /* of the next five, one mapping that begins with self */
	uint64_t *self, *gc;   /* by place */
	uint64_t *total;       /* by place: with all below */
	uint32_t *to;          /* by place: the node of the merge */
	bool *met;             /* by place */
	struct id_list places; /* that are not 0, parents before children */
};

/* 0 or SCRAPE_ENOMEM. */
int history_sum_init(struct history_sum *sum, const struct history *history);
void history_sum_deinit(struct history_sum *sum);

/* Adds the rows of a thread of a slice. 0 or SCRAPE_ENOMEM. */
int history_sum_thread(struct history_sum *sum, const struct pack_thread *thread, enum profile_mode mode);
/* All has been added: works out `total` and the order of `places`. 0 or SCRAPE_ENOMEM. */
int history_sum_up(struct history_sum *sum);
/* Gives everything to a merge, as the rows of one of its threads. What is lighter than `least` becomes [pruned] of its
 * parent. 0, SCRAPE_ENOMEM or SCRAPE_ELIMIT. */
int history_sum_merge(struct history_sum *sum, struct merge *merge, uint32_t thread, uint64_t least);
/* Empty again. */
void history_sum_clear(struct history_sum *sum);

#endif
