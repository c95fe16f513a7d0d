/* SPDX-License-Identifier: MIT */
/*
 * defs: what the stream has been told already: strings, frames, nodes of the trie, each defined once before use. When
 * the tables outgrow their limit the stream gets a RESET and all ids are void (`epoch` grows).
 */
#ifndef STREAM_DEFS_H
#define STREAM_DEFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/map.h"
#include "base/vec.h"

struct stream_frame;
struct stream_writer;

#define DEFS_NODE_ROOT 0

struct defs_text {
	const char *bytes;
	size_t len;
	uint32_t next; /* another string of the same hash, index + 1; 0 none */
};

struct defs {
	struct stream_writer *writer;
	struct map by_text, by_node; /* hash of a string; parent << 32 | frame */
	VEC(struct defs_text) texts;
	struct arena bytes;
	uint32_t n_frames, n_nodes; /* n_nodes counts the root */
	uint32_t epoch;
};

void defs_init(struct defs *defs, struct stream_writer *writer);
void defs_deinit(struct defs *defs);

/* The id of a string (clean UTF-8), defined if need be. SCRAPE_ENOMEM. */
int defs_string(struct defs *defs, const char *bytes, size_t len, uint32_t *ret);

/* A new frame, as given but for its id, which the caller remembers. */
uint32_t defs_frame(struct defs *defs, const struct stream_frame *frame);

/* The child of a node that is this frame, defined if need be. SCRAPE_ENOMEM. */
int defs_node(struct defs *defs, uint32_t parent, uint32_t frame, uint32_t *ret);

/* True if the tables have outgrown their limit; then flush what names ids, and reset. */
bool defs_full(const struct defs *defs);
/* Tells the stream to forget all. */
void defs_reset(struct defs *defs);

#endif
