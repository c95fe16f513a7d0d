/* SPDX-License-Identifier: MIT */
/*
 * slice: the slice that has not ended yet, and how its looks become time. Looks of a thread count alike; the CPU time
 * and the time of existence that were measured for the thread are shared out over them:
 *
 *	thread: 3 s of CPU, 10 s of existence       node A, on CPU    200 looks    2 s CPU   2 s wall
 *	                                            node B, on CPU    100          1         1
 *	                                            node C, asleep    700          0         7
 *
 * Shares are cut from a running sum, so they add up to the measured time to the nanosecond. A thread whose times did
 * not come (the stream was cut) is given one period of the sampling rate a look.
 */
#ifndef PROFILE_SLICE_H
#define PROFILE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/vec.h"
#include "profile/rows.h"

struct actors;

/* Sums of times and of looks stop here (146 years), so that no sum of them can overflow. */
#define SLICE_SUM_MAX (1ull << 62)

/* One thread in the open slice. */
struct tally {
	uint32_t thread;
	bool measured; /* its times came */
	uint64_t looks, running;
	uint64_t cpu_ns, wall_ns;
};

struct slice_row {
	uint32_t row, tally;
};

struct slice {
	VEC(struct tally) tallies;
	VEC(struct slice_row) rows; /* those with open looks */
	int64_t first_us, last_us;  /* of its looks */
};

struct row_list {
	struct row *items;
	size_t n, cap;
};

struct times {
	uint64_t cpu_ns, wall_ns;
};

void slice_deinit(struct slice *slice);
size_t slice_bytes(const struct slice *slice);

/* The tally of a thread. Valid until the next call. NULL without memory. */
struct tally *slice_tally(struct slice *slice, struct actors *actors, uint32_t thread);
/* Looks of that thread that are counted in a row. 0 or SCRAPE_ENOMEM. */
int slice_look(struct slice *slice, struct rows *rows, uint32_t row, struct tally *tally, uint64_t looks);
/* Adds, but not past SLICE_SUM_MAX. */
uint64_t slice_sum(uint64_t a, uint64_t b);

/* The times of a tally, as measured or by looks, cut so that *sum stays within SLICE_SUM_MAX. Adds them to *sum. */
struct times slice_times(const struct tally *tally, uint64_t period_ns, struct times *sum);

/* What the next looks get of `all`: `looks` of `of` looks have been met with them, *given was given out before and
 * grows by what is returned. The product is cut, never rounded. */
static inline uint64_t slice_share(uint64_t all, uint64_t looks, uint64_t of, uint64_t *given)
{
	uint64_t product, until, share;

	if (__builtin_mul_overflow(all, looks, &product))
		until = (uint64_t)((unsigned __int128)all * looks / of);
	else
		until = product / of;
	share = until - *given;
	*given = until;
	return share;
}

/* Appends what the slice adds to a profile that already holds *sum: for each open row, in their order, a row of the
 * same key, and then for each thread with time that no look met one of no flags under unseen_node. Adds to *sum. 0 or
 * SCRAPE_ENOMEM. */
int slice_scale(const struct slice *slice, const struct rows *rows, uint64_t period_ns, uint32_t unseen_node,
		struct times *sum, struct row_list *ret);

/* Empty again, for the next slice; the open looks of its rows are dropped. */
void slice_clear(struct slice *slice, struct rows *rows, struct actors *actors);

#endif
