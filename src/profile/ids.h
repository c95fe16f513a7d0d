/* SPDX-License-Identifier: MIT */
/*
 * ids: what the numbers of the stream in hand mean. Strings, frames, targets and threads become numbers of the
 * profile when they are defined; a stack node does so only when a sample names it. So the trie holds what was seen
 * rather than what was defined, and after pruning a stack that comes back grows again under its own name.
 */
#ifndef PROFILE_IDS_H
#define PROFILE_IDS_H

#include <stddef.h>
#include <stdint.h>

#include "base/vec.h"

struct trie;

struct id_list {
	uint32_t *items;
	size_t n, cap;
};

struct ids_node {
	uint32_t parent, frame; /* ids of the stream */
	uint32_t node;          /* number + 1 in the trie, 0: not met yet */
};

struct ids {
	struct id_list strings, frames, targets, threads; /* id -> number */
	VEC(struct ids_node) nodes;                       /* by id; the root first */
	struct id_list path;                              /* scratch */
};

void ids_deinit(struct ids *ids);
size_t ids_bytes(const struct ids *ids);

/* A session begins: forgets everything. 0 or SCRAPE_ENOMEM. */
int ids_begin(struct ids *ids);
/* Forgets strings, frames and nodes. 0 or SCRAPE_ENOMEM. */
int ids_reset(struct ids *ids);
/* The trie was made anew: nodes are to be met again. */
void ids_unmeet(struct ids *ids);

/* 0 or SCRAPE_ENOMEM. */
int id_add(struct id_list *list, uint32_t number);
int ids_add_node(struct ids *ids, uint32_t parent, uint32_t frame);

/* The node of the trie that a node id means; made, with its parents, if it was not met yet. Codes as trie_child. */
int ids_meet(struct ids *ids, struct trie *trie, uint64_t id, uint32_t *ret);

#endif
