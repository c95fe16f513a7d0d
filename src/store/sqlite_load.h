/* SPDX-License-Identifier: MIT */
/* sqlite_load: a load in progress, shared by its two files: which rows are read, and what they name. */
#ifndef STORE_SQLITE_LOAD_H
#define STORE_SQLITE_LOAD_H

#include "profile/ids.h"
#include "store/emit.h"
#include "store/plan.h"
#include "store/sqlite.h"

#define LOAD_UNSEEN (STACKS_NODES_MAX + 1) /* stands for the node of time that no look met, wherever that is kept */

/* A series that the filters let through. */
struct load_series {
	uint32_t id;
	uint64_t first_s, last_s; /* of its buckets */
};

struct load {
	struct sqlite *s;
	const struct store_range *range;
	struct plan plan;
	uint64_t end_s; /* up to which there is anything */
	struct emit e;
	VEC(struct load_series) wanted[SERIES_LEVELS];
	size_t n_series[SERIES_LEVELS];
	struct id_list group_of;                     /* by series: place + 1 in its groups, 0: it is not wanted */
	struct id_list host_of;                      /* by host: place + 1 in its hosts */
	struct id_list node_of, frame_of, thread_of; /* by number in the store: number in the history + 1 */
	struct blob_rows rows;
};

/* sqlite_load_names.c: hosts and series of the interval, as the question tells them apart. */
int load_series(struct load *l, struct err *err);
/* The stack of the history for a node of the store. ctx: the load. */
int load_stack(void *ctx, uint32_t node, uint32_t *ret);

/* A section whose thread is told apart; its rows are in l->rows. */
int load_thread(struct load *l, struct emit_group *group, const struct pack_thread *head);

#endif
