/* SPDX-License-Identifier: MIT */
/*
 * wanted: which stacks a question is about. What is not wanted is left out after the scaling, so that the CPU time of
 * what was left out does not go to what was not.
 */
#ifndef PROFILE_WANTED_H
#define PROFILE_WANTED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct expression;
struct merge;
struct row;

/* NULL and 0: everything. */
struct profile_filter {
	const struct expression *include, *exclude; /* found in one frame of a stack, as it is shown; in none */
	const uint64_t *pids;
	size_t n_pids;
	const char *const *threads; /* names or tids */
	size_t n_threads;
	uint64_t from_us, until_us; /* wall clock, of runs; 0: no limit */
};

struct wanted {
	unsigned char *of_node; /* by node of the profile: what is known of it */
	signed char *of_thread; /* by thread of the profile: -1 not known, 0, 1 */
};

/* 0, SCRAPE_ENOMEM or SCRAPE_ELIMIT. Without a filter everything is. */
int wanted_row(struct merge *merge, const struct row *row, bool *ret);
void wanted_deinit(struct wanted *wanted);

#endif
