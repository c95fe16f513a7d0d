/* SPDX-License-Identifier: MIT */
/* held: looks whose native frames have no names yet. They become samples when the names come, or without them when they
 * must. */
#ifndef STREAM_HELD_H
#define STREAM_HELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/vec.h"
#include "stream/stream.h"

struct defs;
struct natives;
struct stream_writer;

#define HELD_FRAMES_MAX (1u << 18)

/* A frame of the stream, or (with MERGE_NATIVE) a native address. */
struct held_frame {
	uint32_t id;
	uint64_t addr;
};

struct held_look {
	struct stream_sample sample; /* without its node */
	size_t from, n;		     /* its frames, outermost first */
};

struct held {
	VEC(struct held_look) looks;
	VEC(struct held_frame) frames;
	uint32_t epoch; /* of the names, when it was last tried */
};

void held_deinit(struct held *held);

/* Room for the frames of one more look, which are then written to held->frames from n on; false without memory. */
bool held_room(struct held *held, size_t n_frames);
/* Adds a look with the n frames just written. */
int held_add(struct held *held, const struct stream_sample *sample, size_t n_frames);

/* Writes those whose names have come, or all, the others called by their addresses. Their slice or thread may have
 * ended meanwhile: they are of the slice in progress. SCRAPE_ENOMEM. */
int held_release(struct held *held, struct natives *natives, struct defs *defs, struct stream_writer *writer,
		 bool all);

#endif
