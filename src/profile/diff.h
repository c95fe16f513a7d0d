/* SPDX-License-Identifier: MIT */
/*
 * diff: two trees, one beside the other: what is on either stands in one tree, with the values of both. Nodes belong
 * together when all names from the root to them read the same.
 *
 *	diff_trees(&base, &comp, &diff);
 *	diff.nodes[i].self[DIFF_BASE] ...
 */
#ifndef PROFILE_DIFF_H
#define PROFILE_DIFF_H

#include <stddef.h>
#include <stdint.h>

#include "profile/tree.h"

enum { DIFF_BASE, DIFF_COMP, DIFF_SIDES };

struct diff_node {
	uint32_t name; /* index into names */
	uint32_t depth;
	uint64_t self[DIFF_SIDES], total[DIFF_SIDES]; /* in the units of their trees */
};

struct diff {
	const struct tree_name **names; /* of the trees, which must outlive the diff */
	size_t n_names;
	struct diff_node *nodes; /* in pre-order, children by name */
	size_t n_nodes;
};

/* 0 or SCRAPE_ENOMEM. */
int diff_trees(const struct tree *base, const struct tree *comp, struct diff *ret);
void diff_deinit(struct diff *diff);

#endif
