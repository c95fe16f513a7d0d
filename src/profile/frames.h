/* SPDX-License-Identifier: MIT */
/* frames: every frame once, known by a dense number from 0. A zeroed struct is empty and usable. */
#ifndef PROFILE_FRAMES_H
#define PROFILE_FRAMES_H

#include <stddef.h>
#include <stdint.h>

#include "base/map.h"
#include "base/vec.h"

struct frame {
	uint32_t function, file; /* numbers of strings */
	uint32_t short_at;       /* where the short file name begins */
	uint32_t line, first_line;
	uint32_t kind;   /* enum stream_frame_kind */
	uint32_t module; /* number of a string (stream/module.h), "" if it is not known */
};

struct frame_entry {
	struct frame frame;
	uint32_t next; /* number + 1 of the next frame with the same hash, 0: none */
};

struct frames {
	VEC(struct frame_entry) list;
	struct map by_hash;
	uint64_t seed;
};

void frames_deinit(struct frames *frames);
size_t frames_bytes(const struct frames *frames);

/* The number of the frame, which is new or was there. 0 or SCRAPE_ENOMEM. */
int frames_add(struct frames *frames, const struct frame *frame, uint32_t *ret);

static inline const struct frame *frames_at(const struct frames *frames, uint32_t number)
{
	return &frames->list.items[number].frame;
}

#endif
