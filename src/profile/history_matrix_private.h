/* SPDX-License-Identifier: MIT */
/* history_matrix_private: a matrix in the making. Its slices go by row by row, and whoever knows what rows of it stand
 * for says where each counts. */
#ifndef PROFILE_HISTORY_MATRIX_PRIVATE_H
#define PROFILE_HISTORY_MATRIX_PRIVATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/vec.h"
#include "profile/history_matrix.h"
#include "profile/history_range.h"
#include "profile/ids.h"

enum matrix_what { MATRIX_SELF, MATRIX_TOTAL };

struct matrix_row {
	uint32_t thread, stack, flags; /* numbers of the history */
	double seconds;
	bool native; /* set by who adds it: there is code without an interpreter in its stack */
};

struct matrix_making {
	struct history_scope scope;
	struct history_matrix *matrix;
	enum profile_mode mode;
	void *owner;
	int (*add_row)(struct matrix_making *m, struct matrix_row *row); /* 0, SCRAPE_ENOMEM, SCRAPE_ELIMIT */
	uint32_t *host_of;                                               /* by number of a string: its place + 1 */
	VEC(double) self, total;                                         /* by function, of the slice in hand */
	struct id_list touched;                                          /* functions of the slice in hand */
	VEC(bool) is_touched;
};

/* Counts seconds of the row in hand. 0 or SCRAPE_ENOMEM. */
int matrix_add(struct matrix_making *making, uint32_t function, double seconds, enum matrix_what what);

/* As history_matrix. */
int matrix_make(const struct history *history, const struct history_query *query,
		int (*add_row)(struct matrix_making *m, struct matrix_row *row), void *owner,
		struct history_matrix *ret, struct err *err);

#endif
