/* SPDX-License-Identifier: MIT */
/* state: the inside of a profile, shared by the files of this room and nobody else. */
#ifndef PROFILE_STATE_H
#define PROFILE_STATE_H

#include "profile/actors.h"
#include "profile/frames.h"
#include "profile/ids.h"
#include "profile/profile.h"
#include "profile/rows.h"
#include "profile/runs.h"
#include "profile/slice.h"
#include "profile/strings.h"
#include "profile/trie.h"

/* These are made first, in every profile, and survive every pruning. */
#define STATE_STRING_EMPTY 0
#define STATE_FRAME_UNSEEN 0
#define STATE_FRAME_PRUNED 1
#define STATE_NODE_UNSEEN 1

struct profile {
	size_t max_bytes;
	struct strings strings;
	struct frames frames;
	struct trie trie;
	struct rows rows;
	struct actors actors;
	struct ids ids;
	struct slice slice;
	struct runs runs;

	/* Of the session in hand; times in microseconds since its start. */
	uint64_t rate_mhz; /* asked; 0: max */
	uint64_t session_wall_us;
	uint64_t slice_us; /* 0: not said */
	int64_t closed_us; /* end of its last closed slice */
	int64_t newest_us; /* of its looks */

	struct profile_window window;
	uint64_t first_wall_us;     /* of the first session */
	uint64_t duration_us;       /* of all closed slices */
	struct profile_stats stats; /* the sums of it; times without the open slice */
};

size_t profile_bytes(const struct profile *profile);

/* Strings, frames and trie as they are in an empty profile. 0 or SCRAPE_ENOMEM. */
int profile_make_markers(struct strings *strings, struct frames *frames, struct trie *trie);

/* A frame of the stream with the strings of a profile, its short name checked. */
struct frame profile_frame_of(const struct strings *strings, const struct ids *ids, const struct stream_frame *r);

/* Scales the open slice and adds it to the rows. 0 or SCRAPE_ENOMEM, with nothing counted twice. */
int profile_close_slice(struct profile *profile);

/* Time that was looked at, with the open slice. */
uint64_t profile_duration_us(const struct profile *profile);
/* Looks per 1000 s: the rate asked for, or for "max" the rate reached. 1 to SCRAPE_RATE_MAX * 1000. */
uint64_t profile_rate_mhz(const struct profile *profile);
double profile_rate_reached(const struct profile *profile);
static inline uint64_t profile_period_ns(const struct profile *profile)
{
	return 1000000000000ull / profile_rate_mhz(profile);
}

#endif
