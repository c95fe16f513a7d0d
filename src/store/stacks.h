/* SPDX-License-Identifier: MIT */
/*
 * stacks: the stacks that a store has met. A frame has a number from 1; a node is its parent and a frame, 0 is the
 * root, and a parent's number is always less than its children's. The writer has all of them in memory and is the only
 * one to add any; readers look up what they need.
 *
 * Nobody keeps a node that may not be named any more: stacks_touch says until when it may (hours since 1970).
 */
#ifndef STORE_STACKS_H
#define STORE_STACKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/map.h"
#include "base/vec.h"

struct db;
struct err;

#define STACKS_ROOT 0
#define STACKS_NODES_MAX (1u << 27)
#define STACKS_TOUCH_HOURS 12 /* a node's time is prolonged when it is so much longer than it was */

struct stacks_frame {
	const char *function, *file, *module;
	size_t function_len, file_len, module_len;
	uint32_t short_at, line, first_line, kind;
};

struct stacks_node {
	uint32_t parent, expiry; /* expiry 0: there is no such node */
};

struct stacks {
	struct db *db;
	struct map frames;             /* hash of a frame -> its number */
	struct map edges;              /* parent << 32 | frame -> node */
	VEC(struct stacks_node) nodes; /* by number */
	uint64_t seed;                 /* of the hash: a secret of the store's */
	uint32_t next_frame;
	uint32_t pruned, unseen; /* frames of the markers */
};

/* Reads all there is. 0, SCRAPE_ENOMEM, or what the database says (db_failed). */
int stacks_open(struct stacks *stacks, struct db *db);
void stacks_close(struct stacks *stacks);
int stacks_read_again(struct stacks *stacks); /* what was added was rolled back */

/* The number of a frame, new or not. 0, SCRAPE_ENOMEM, SCRAPE_ELIMIT or the database's code. */
int stacks_frame(struct stacks *stacks, const struct stacks_frame *frame, uint32_t *ret);
/* The child of a node, new (with no time yet) or not. */
int stacks_node(struct stacks *stacks, uint32_t parent, uint32_t frame, uint32_t *ret);
/* The node and all above it may be named until then. */
int stacks_touch(struct stacks *stacks, uint32_t node, uint32_t expiry_hours);
/* Takes away what may not be named any more, at most `most` nodes; *ret_n: how many. */
int stacks_expire(struct stacks *stacks, uint32_t now_hours, size_t most, size_t *ret_n);

#endif
