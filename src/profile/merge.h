/* SPDX-License-Identifier: MIT */
/* merge: the rows of a profile, as one question wants them, summed up in a trie of names. */
#ifndef PROFILE_MERGE_H
#define PROFILE_MERGE_H

#include <stddef.h>
#include <stdint.h>

#include "base/map.h"
#include "profile/ids.h"
#include "profile/label.h"
#include "profile/trie.h"
#include "profile/wanted.h"

struct row;

struct merge {
	struct labels labels;
	struct trie trie; /* labels are numbers of names */
	struct {
		uint64_t *items;
		size_t n, cap;
	} self_ns;                       /* by node of the trie */
	uint32_t truncated, gc, unknown; /* names */
	struct map met;                  /* prefix << 32 | node of the profile -> node of the trie */
	struct id_list path;             /* scratch */
	struct wanted wanted;            /* what the question's filter lets through */
};

/* 0 or SCRAPE_ENOMEM. */
int merge_init(struct merge *merge, const struct profile *profile, const struct profile_query *query);
void merge_deinit(struct merge *merge);

/* The node in front of the frames of a row: process, thread, [truncated], as far as they are wanted. Codes as below. */
int merge_prefix(struct merge *merge, const struct row *row, uint32_t *ret);
/* The node of a frame of the profile below a node; the same if the question makes one of both (by_module). */
int merge_child(struct merge *merge, uint32_t node, uint32_t frame, uint32_t *ret);
/* The node of a row. Codes as below. */
int merge_find(struct merge *merge, const struct row *row, uint32_t *ret);
/* Adds to what ended in a node. 0 or SCRAPE_ENOMEM. */
int merge_add(struct merge *merge, uint32_t node, uint64_t value);

/* Adds what the row counts in the mode of the question. 0, SCRAPE_ENOMEM or SCRAPE_ELIMIT. */
int merge_row(struct merge *merge, const struct row *row);

#endif
