/* SPDX-License-Identifier: MIT */
/*
 * comparison: two sides, function by function and stack by stack, each difference with what is known of it.
 *
 *	struct comparison c = {.step_us = step, .sides = {{.history = a, .which = ...}, {.history = b, .which = ...}}};
 *	r = comparison_make(&c, &err);
 *	comparison_json(&c, &out);
 *	comparison_deinit(&c);
 *
 * Cores are CPUs of all hosts that are compared. An interval is of the difference, with 95 % (compare/diff.h).
 */
#ifndef DAEMON_COMPARISON_H
#define DAEMON_COMPARISON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "compare/diff.h"
#include "daemon/api_compare.h"
#include "profile/diff.h"
#include "profile/history.h"
#include "profile/history_matrix.h"
#include "profile/tree.h"

struct buf;
struct err;

struct comparison_side {
	const struct history *history; /* in slices of step_us; borrowed */
	struct history_query which;    /* snapped inward to whole steps */
	bool timeless;                 /* all is in one slot, however long it took */
	double seconds;                /* then: how long; 0 is not known, and taken for as busy as the other side */
	struct history_span span;
	struct history_matrix matrix;
	struct tree tree;
	struct compare_data self, total;
};

struct comparison {
	struct comparison_side sides[DIFF_SIDES];
	uint64_t step_us;
	size_t limit; /* rows; 0: 1000 */
	struct matrix_functions functions;
	struct strings hosts;
	struct compare_row *self, *total; /* by function */
	struct compare_summary summary;
	bool comparable; /* else there are no intervals, and `note` says why */
	const char *note;
};

/* 0, SCRAPE_EINVAL (an empty side), SCRAPE_ENOMEM, SCRAPE_ELIMIT. */
int comparison_make(struct comparison *comparison, struct err *err);
void comparison_deinit(struct comparison *comparison);

/* What a side is asked; what a value of its tree is in cores. */
void comparison_query(const struct comparison_side *side, struct history_query *ret);
double comparison_cores(const struct comparison_side *side, uint64_t value);

/* The document of /api/v1/diff. */
void comparison_json(const struct comparison *comparison, struct buf *out);
/* Stacks with two numbers, as difffolded.pl writes them: of the base, and of the other side. */
void comparison_folded(const struct comparison *comparison, struct buf *out);
/* A flame graph of both sides in one: boxes as wide as both together, red for what grew and blue for what shrank, pale
 * where that may be chance. 0, or a code with a sentence. */
int comparison_svg(const struct comparison *comparison, struct buf *out, struct err *err);
/* The largest changes for a terminal. */
void comparison_table(const struct comparison *comparison, struct buf *out);

#endif
