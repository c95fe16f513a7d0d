/* SPDX-License-Identifier: MIT */
/*
 * top_sum: what was found in some span of time, small enough to keep one for each second: per function and per line
 * the time that ended in it (self) and the time it was anywhere on the stack (total, once for a recursive one), in all
 * modes at once; per thread its times and what it did last; and what is needed to judge the numbers. Sums add up:
 *
 *	top_sum_add(&last_ten_seconds, &second)
 *
 * A zeroed struct is empty.
 */
#ifndef CLI_TOP_SUM_H
#define CLI_TOP_SUM_H

#include <stddef.h>
#include <stdint.h>

#include "base/map.h"
#include "base/vec.h"
#include "scrape.h"

#define TOP_MODES 3 /* by enum profile_mode */

enum top_merge { TOP_FUNCTIONS, TOP_LINES, TOP_MERGES };

struct top_item {
	uint32_t name; /* in struct top_names */
	uint64_t self_ns[TOP_MODES], total_ns[TOP_MODES];
};

struct top_items {
	VEC(struct top_item) list;
	struct map by_name;
};

struct top_thread {
	uint32_t pid, tid;
	char name[48], process[48]; /* clean, cut between characters */
	uint64_t ns[TOP_MODES];
	uint32_t flags;             /* enum scrape_flag of its newest look */
	uint32_t leaf;              /* name: where that look found it */
	uint64_t until_us;          /* end of the last span it was seen in */
};

struct top_sum {
	struct top_items items[TOP_MERGES];
	VEC(struct top_thread) threads;
	struct map by_thread; /* pid << 32 | tid */
	uint64_t ns[TOP_MODES];
	uint64_t duration_us, until_us;
	uint64_t looks, lost[SCRAPE_LOSS_COUNT];
	uint64_t ticks, late, cost_ns, stopped_ns;
};

void top_sum_deinit(struct top_sum *sum);
void top_sum_clear(struct top_sum *sum); /* empty again, storage kept */

/* The item of a name, the thread of that number; new and zero, or not. Valid until the next of its kind. NULL without
 * memory. */
struct top_item *top_sum_item(struct top_sum *sum, enum top_merge merge, uint32_t name);
struct top_thread *top_sum_thread(struct top_sum *sum, uint32_t pid, uint32_t tid);

/* Adds a later span. 0 or SCRAPE_ENOMEM, with a part added. */
int top_sum_add(struct top_sum *sum, const struct top_sum *more);

/* Forgets threads that were last seen before that moment; their time still counts in all else. */
void top_sum_drop_threads(struct top_sum *sum, uint64_t before_us);

#endif
