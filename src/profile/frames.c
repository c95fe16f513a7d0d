/* SPDX-License-Identifier: MIT */
/* frames: interned frames. */
#include "profile/frames.h"

#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "scrape.h"

/* Frames are hashed and compared as bytes. */
_Static_assert(sizeof(struct frame) == 7 * sizeof(uint32_t), "a frame has no padding");

void frames_deinit(struct frames *frames)
{
	VEC_DEINIT(&frames->list);
	map_deinit(&frames->by_hash);
}

size_t frames_bytes(const struct frames *frames)
{
	return frames->list.cap * sizeof(struct frame_entry) + map_bytes(&frames->by_hash);
}

int frames_add(struct frames *frames, const struct frame *frame, uint32_t *ret)
{
	uint64_t hash = XXH3_64bits_withSeed(frame, sizeof(*frame), frames->seed);
	uint32_t number = (uint32_t)frames->list.n, head = 0;
	struct frame_entry *entry;

	if (map_get(&frames->by_hash, hash, &head)) {
		head++;
		for (uint32_t at = head; at; at = entry->next) {
			entry = &frames->list.items[at - 1];
			if (memcmp(&entry->frame, frame, sizeof(*frame)) == 0) {
				*ret = at - 1;
				return 0;
			}
		}
	}
	if (!VEC_RESERVE(&frames->list, frames->list.n + 1) || map_put(&frames->by_hash, hash, number) < 0)
		return SCRAPE_ENOMEM;
	entry = VEC_PUSH(&frames->list);
	*entry = (struct frame_entry){.frame = *frame, .next = head};
	*ret = number;
	return 0;
}
