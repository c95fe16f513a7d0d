/* SPDX-License-Identifier: MIT */
/*
 * plan: which tiers an interval is put together of. Pure.
 *
 * The coarsest tier that tells what is asked takes the whole buckets inside; the edges come from finer ones, as long as
 * they are kept; where they are not, the interval grows to whole buckets of the finest that is.
 *
 *	10:00:00                                  12:07:30         kept: 10 s since 11:00, 1 min since 9:00, 1 h
 *	|  1 h          |  1 h            | 1 min   | 10 s |
 */
#ifndef STORE_PLAN_H
#define STORE_PLAN_H

#include <stddef.h>
#include <stdint.h>

#include "store/store.h"

#define PLAN_SEGMENTS_MAX (2 * STORE_TIERS + 1)

struct plan_tier {
	uint64_t step_s;
	uint64_t horizon_s; /* kept since; UINT64_MAX: nothing is */
	uint64_t rolled_s;  /* complete up to here */
};

struct plan_segment {
	size_t tier;
	uint64_t from_s, until_s;
};

struct plan {
	struct plan_segment segments[PLAN_SEGMENTS_MAX];
	size_t n;
	uint64_t from_s, until_s; /* snapped */
	uint64_t step_s;          /* of the slices, as asked or longer; 0: one slice */
	uint64_t grain_s;         /* of the coarsest segment */
};

struct plan_question {
	uint64_t from_s, until_s;
	uint64_t step_s;  /* 0: sums only */
	size_t coarsest;  /* the last tier that tells what is asked */
	size_t preferred; /* of sums: no finer tier if there are whole buckets; beyond `coarsest` it is that */
	bool exactly;     /* no other tier than `coarsest`; then edges snap to it */
};

/* 0; SCRAPE_EINVAL if what is asked is not kept for that long; *oldest_ret is then the oldest time that has it. */
int plan_make(struct plan *plan, const struct plan_tier tiers[STORE_TIERS], const struct plan_question *question,
	      uint64_t *oldest_ret);

/* What is asked, within what there is: from the first slice to the newest, or the watermark. */
struct plan_interval {
	uint64_t from_s, until_s;
	uint64_t end_s; /* up to which there is anything */
};
void plan_interval(const struct store_range *range, uint64_t first_s, uint64_t newest_s, struct plan_interval *ret);

/* The same for a range. SCRAPE_EINVAL with a sentence: what it tells apart is not kept for that long; no tier has its
 * step; there are too many steps. */
int plan_range(struct plan *plan, const struct plan_tier tiers[STORE_TIERS], const struct store_range *range,
	       const struct plan_interval *interval, size_t preferred, struct err *err);

#endif
