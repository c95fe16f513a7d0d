/* SPDX-License-Identifier: MIT */
/*
 * runs: when a profile's looks were taken. A run is what one sample of a stream says: looks of a thread, one after the
 * other, that found the same. Only formats that show time ask for it (profile_keep_runs), since it grows with the
 * recording and not with the number of stacks.
 */
#ifndef PROFILE_RUNS_H
#define PROFILE_RUNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/vec.h"

struct merge;
struct profile;
struct tree;

#define RUNS_MAX (16u << 20) /* of one profile: 640 MiB */

struct run {
	uint64_t from_us, last_us; /* wall clock: of its first look and of its last */
	uint64_t looks;
	uint32_t thread, node; /* numbers of the profile */
	uint32_t flags;        /* enum scrape_flag */
};

struct runs {
	VEC(struct run) list;
	bool kept, too_many; /* asked for; and given up */
};

void runs_deinit(struct runs *runs);
/* Nothing is kept any more, since not all of it can be: profile_tree will say so. */
void runs_give_up(struct runs *runs);
/* 0 or SCRAPE_ENOMEM; beyond RUNS_MAX they are given up. */
int runs_add(struct runs *runs, const struct run *run);

/* A run that counts in a question: the nodes of the merge in which its looks ended, and that of its thread. */
struct run_spot {
	const struct run *run;
	uint32_t node, group;
};
struct run_spots {
	VEC(struct run_spot) list; /* by thread, then by time */
};

/* Two steps of a question that wants times: the looks of its runs go into the merge, and when the tree has its nodes
 * it gets threads and runs. places: by node of the merge, where it is in the tree. 0, SCRAPE_ENOMEM or
 * SCRAPE_ELIMIT. */
int runs_merge(const struct profile *profile, struct merge *merge, struct run_spots *ret);
int runs_arrange(const struct profile *profile, const struct run_spots *spots, const uint32_t *places,
		 struct tree *ret);

#endif
