/* SPDX-License-Identifier: MIT */
/* head: what is known of a host in a bucket besides its rows. */
#ifndef STORE_HEAD_H
#define STORE_HEAD_H

#include <stdint.h>

#include "scrape.h"

struct head {
	uint64_t from_us, covered_us, present_us; /* looked at since, for so long in all; slots that are there */
	uint64_t rate_mhz, exact, ticks, late, cost_ns, stopped_ns;
	uint64_t looks[SCRAPE_WAY_COUNT];
};

void head_add(struct head *head, const struct head *more);

#endif
