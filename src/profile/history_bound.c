/* SPDX-License-Identifier: MIT */
/*
 * history_bound: what goes when a history has reached its limit. First texts and stacks that no slice names any more,
 * then the oldest slices, then what is small in the slices that are still open. Afterwards it takes at most three
 * quarters, so that this is rare.
 */
#include "profile/history_state.h"

#define SPARE_SHARE 4 /* of the limit: so little does not reach it even if each table doubles, */
#define SPARED 16     /* and so many names come */

/* How many of the oldest slices hold so many bytes; a quarter of all if it is tables rather than rows that are large.
 */
static size_t n_to_drop(const struct history *h, size_t bytes)
{
	size_t n = 0, sum = 0;

	while (n < h->slices.n && sum < bytes) {
		const struct history_slice *slice = &h->slices.items[n++];

		sum += history_slice_bytes(slice);
	}
	return n < h->slices.n ? n : (h->slices.n + 3) / 4;
}

/* A slice that alone is too large: its feeds fold what they have open. */
static int fold_feeds(struct history *h, size_t goal)
{
	int code = 0;

	VEC_EACH (feed, &h->feeds) {
		size_t most = goal / (4 * h->feeds.n);

		if (code == 0 && history_bytes(h) > goal)
			code = history_fold(*feed, most);
	}
	return code == SCRAPE_ELIMIT ? 0 : code; /* it may still be enough */
}

int history_bound(struct history *h)
{
	size_t bytes = history_bytes(h), goal = h->max_bytes - h->max_bytes / 4;
	int code;

	h->spared = bytes < h->max_bytes / SPARE_SHARE ? SPARED : 0;
	if (bytes <= h->max_bytes)
		return 0;
	code = history_compact(h);
	while (code == 0 && history_bytes(h) > goal && h->slices.n > 0) {
		size_t n = n_to_drop(h, history_bytes(h) - goal);

		history_drop(h, n);
		h->totals.evicted += n;
		code = history_compact(h);
	}
	if (code == 0 && history_bytes(h) > goal) {
		code = fold_feeds(h, goal);
		if (code == 0)
			code = history_compact(h);
	}
	if (code == 0 && history_bytes(h) > h->max_bytes)
		code = SCRAPE_ELIMIT;
	return code;
}
