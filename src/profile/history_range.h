/* SPDX-License-Identifier: MIT */
/* history_range: the interval of a question, snapped to slices, and what is known of it. */
#ifndef PROFILE_HISTORY_RANGE_H
#define PROFILE_HISTORY_RANGE_H

#include <stdbool.h>
#include <stdint.h>

#include "profile/history_filter.h"
#include "profile/history_state.h"

/* What a question is about. */
struct history_scope {
	const struct history *history;
	struct history_match match;
	struct history_span span; /* without looks, times and losses until they have been added */
	uint64_t rate_mhz;        /* asked, or for "max" reached */
	uint64_t present_us;      /* time of slots of which there is a slice, of whichever host */
};

/* 0; SCRAPE_EINVAL (an empty interval, a bad expression) with a sentence; SCRAPE_ENOMEM. */
int history_scope_init(struct history_scope *scope, const struct history *history, const struct history_query *query,
		       struct err *err);
void history_scope_deinit(struct history_scope *scope);

static inline bool history_scope_has(const struct history_scope *scope, const struct history_slice *slice)
{
	return slice->slot_us >= scope->span.from_us && slice->slot_us < scope->span.until_us &&
	       scope->match.hosts[slice->host];
}

/* The next thread of the slice that is in the scope, counted in its span. *at begins at slice->bytes. */
bool history_scope_thread(struct history_scope *scope, const struct history_slice *slice, const uint8_t **at,
			  struct pack_thread *ret);

#endif
