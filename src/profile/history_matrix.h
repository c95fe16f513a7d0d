/* SPDX-License-Identifier: MIT */
/*
 * history_matrix: who used how much CPU when: by function (or stack), host and slot, as comparisons over time want it.
 * Functions go by what stays the same when a program is deployed anew: name and short file, never the line. Two
 * matrices that share their functions can be laid beside each other.
 *
 *	struct matrix_functions functions = {0};
 *	r = history_matrix(yesterday, &query, &functions, &base, &err);
 *	r = history_matrix(today, &query, &functions, &comp, &err);
 */
#ifndef PROFILE_HISTORY_MATRIX_H
#define PROFILE_HISTORY_MATRIX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/vec.h"
#include "profile/history.h"
#include "profile/strings.h"
#include "profile/trie.h"

struct matrix_function {
	const char *text, *function, *file; /* "score (search.py)", "score", "/srv/search.py"; owned by the texts */
};

struct matrix_functions {
	struct strings texts; /* the same number means the same function */
	struct strings others;
	VEC(struct matrix_function) list; /* by number of a text */
};
void matrix_functions_deinit(struct matrix_functions *functions);

struct matrix_cell {
	uint32_t function, host, slot;
	double self_s, total_s; /* seconds where it is innermost; anywhere on the stack */
};

struct history_matrix {
	struct history_span span;
	uint64_t slot_us;
	size_t n_slots, n_hosts;
	char **hosts;      /* their names */
	double *covered_s; /* [host * n_slots + slot]; 0: a gap */
	double *total_s;   /* the same: of all functions */
	uint32_t *kinds;   /* [slot]: rate and ways of looking; where these differ nothing can be compared */
	VEC(struct matrix_cell) cells; /* by function, host, slot; each place once */
};

/* Of all that the query lets through, in its mode; its interval is snapped to slices. Owned by the caller. Codes as
 * history_tree. */
int history_matrix(const struct history *history, const struct history_query *query, struct matrix_functions *functions,
		   struct history_matrix *ret, struct err *err);

/* The stacks that are asked for: a part of a tree, from its root on. */
struct matrix_stacks {
	struct strings texts;
	struct trie trie; /* labels are numbers of texts; the root has none */
};
/* 0, SCRAPE_ENOMEM, SCRAPE_ELIMIT. matrix_stacks_add: the node, new or not, of a text below another. */
int matrix_stacks_init(struct matrix_stacks *stacks);
int matrix_stacks_add(struct matrix_stacks *stacks, uint32_t parent, const char *text, uint32_t *ret);
void matrix_stacks_deinit(struct matrix_stacks *stacks);

/* The same by stack: functions of the cells are nodes of the trie, and self times are not counted. Texts are merged as
 * history_tree would for this query. What is below a node that is not asked for counts in the nearest that is. */
int history_matrix_stacks(const struct history *history, const struct history_query *query,
			  struct matrix_stacks *stacks, struct history_matrix *ret, struct err *err);

void history_matrix_deinit(struct history_matrix *matrix);

#endif
