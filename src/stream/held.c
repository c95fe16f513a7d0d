/* SPDX-License-Identifier: MIT */
/* held: looks whose native frames have no names yet. */
#include "stream/held.h"

#include <stdlib.h>
#include <string.h>

#include "scrape.h"
#include "stream/defs.h"
#include "stream/natives.h"
#include "stream/writer.h"

void held_deinit(struct held *held)
{
	VEC_DEINIT(&held->looks);
	VEC_DEINIT(&held->frames);
}

bool held_room(struct held *held, size_t n_frames)
{
	return held->frames.n + n_frames <= HELD_FRAMES_MAX && VEC_RESERVE(&held->frames, held->frames.n + n_frames);
}

int held_add(struct held *held, const struct stream_sample *sample, size_t n_frames)
{
	struct held_look *look = VEC_PUSH(&held->looks);

	if (!look)
		return SCRAPE_ENOMEM;
	*look = (struct held_look){.sample = *sample, .from = held->frames.n, .n = n_frames};
	held->frames.n += n_frames;
	return 0;
}

/* The node of one look. */
static int node_of(const struct held *held, const struct held_look *look, struct natives *natives, struct defs *defs,
		   bool all, uint32_t *ret)
{
	uint32_t node = DEFS_NODE_ROOT;
	int r = 0;

	for (size_t i = 0; r == 0 && i < look->n; i++) {
		const struct held_frame *frame = &held->frames.items[look->from + i];
		const uint32_t *ids = &frame->id;
		size_t n = 1;

		if (frame->id & MERGE_NATIVE)
			r = natives_frames(natives, defs, frame->id & ~MERGE_NATIVE, frame->addr, all, &ids, &n);
		while (r == 0 && n-- > 0)
			r = defs_node(defs, node, ids[n], &node);
	}
	*ret = node;
	return r;
}

int held_release(struct held *held, struct natives *natives, struct defs *defs, struct stream_writer *writer,
		 bool all)
{
	size_t kept = 0, frames = 0;
	int r = 0;

	for (size_t i = 0; r == 0 && i < held->looks.n; i++) {
		struct held_look look = held->looks.items[i];
		uint32_t node;

		r = node_of(held, &look, natives, defs, all, &node);
		if (r == 0) {
			look.sample.node = node;
			stream_put_sample(writer, &look.sample);
		} else if (r == SCRAPE_ENOTREADY) {
			memmove(held->frames.items + frames, held->frames.items + look.from,
				look.n * sizeof(*held->frames.items));
			look.from = frames;
			frames += look.n;
			held->looks.items[kept++] = look;
			r = 0;
		}
	}
	held->looks.n = r < 0 ? 0 : kept;
	held->frames.n = r < 0 ? 0 : frames;
	return r;
}
