/* SPDX-License-Identifier: MIT */
/*
 * comparison_tree: what either side of a comparison has, in one tree, and what is known of the difference of each
 * stack.
 *
 *	r = comparison_tree_make(&comparison, &tree, &err);
 *	comparison_tree_json(&tree, &comparison, &out);
 *	comparison_tree_deinit(&tree);
 */
#ifndef DAEMON_COMPARISON_TREE_H
#define DAEMON_COMPARISON_TREE_H

#include <stdint.h>

#include "base/vec.h"
#include "profile/diff.h"
#include "profile/history_matrix.h"

struct buf;
struct compare_row;
struct comparison;
struct err;

#define COMPARISON_LEAST 0.0005 /* what is less of the whole on both sides goes into [pruned] of its parent */

struct comparison_tree {
	struct diff diff;            /* unpruned */
	VEC(struct diff_node) nodes; /* name diff.n_names is [pruned] */
	struct matrix_stacks stacks; /* those of which intervals are worked out, at most so many as memory allows */
	uint32_t *stack_of;          /* [nodes.n]: node of the stacks; UINT32_MAX: it is none of them */
	struct compare_row *rows;    /* by node of the stacks: of totals; NULL: nothing can be compared */
};

/* Borrows the comparison's trees; ret is untouched on failure. 0, SCRAPE_ENOMEM, SCRAPE_ELIMIT. */
int comparison_tree_make(const struct comparison *comparison, struct comparison_tree *ret, struct err *err);
void comparison_tree_deinit(struct comparison_tree *tree);

/* What is shown of a node's name. */
const struct tree_name *comparison_tree_name(const struct comparison_tree *tree, const struct diff_node *node);
/* The difference of a node's total, NULL where nothing is known. */
const struct compare_row *comparison_tree_row(const struct comparison_tree *tree, size_t node);

/* Members of the document of /api/v1/diff: names, and nodes by depth with their values in cores. */
void comparison_tree_json(const struct comparison_tree *tree, const struct comparison *comparison, struct buf *out);

#endif
