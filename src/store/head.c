/* SPDX-License-Identifier: MIT */
/* head: added up. */
#include "store/head.h"

#include "profile/slice.h"

void head_add(struct head *head, const struct head *more)
{
	if (head->from_us == 0 || (more->from_us && more->from_us < head->from_us))
		head->from_us = more->from_us;
	head->covered_us = slice_sum(head->covered_us, more->covered_us);
	head->present_us = slice_sum(head->present_us, more->present_us);
	if (more->rate_mhz > head->rate_mhz)
		head->rate_mhz = more->rate_mhz;
	head->exact |= more->exact;
	head->ticks = slice_sum(head->ticks, more->ticks);
	head->late = slice_sum(head->late, more->late);
	head->cost_ns = slice_sum(head->cost_ns, more->cost_ns);
	head->stopped_ns = slice_sum(head->stopped_ns, more->stopped_ns);
	for (size_t i = 0; i < SCRAPE_WAY_COUNT; i++)
		head->looks[i] = slice_sum(head->looks[i], more->looks[i]);
}
