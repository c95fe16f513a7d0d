/* SPDX-License-Identifier: MIT */
/* sqlite_load: a load in progress, shared by its two files: which rows are read, and what becomes of them. */
#ifndef STORE_SQLITE_LOAD_H
#define STORE_SQLITE_LOAD_H

#include "profile/ids.h"
#include "store/plan.h"
#include "store/sqlite.h"

#define LOAD_UNSEEN (STACKS_NODES_MAX + 1) /* stands for the node of time that no look met, wherever that is kept */

/* A series that the filters let through. */
struct load_series {
	uint32_t id;
	uint64_t first_s, last_s; /* of its buckets */
};

/* Series that the question does not tell apart. */
struct load_group {
	uint32_t process; /* in the history */
	uint32_t thread;  /* there: stands for all of its threads */
	uint32_t host;    /* place + 1 in hosts, 0: merged */
	bool met;
	struct sums sums; /* of the slot in hand */
};

struct load_host {
	uint32_t id, name; /* in the store, in the history */
	bool met;
	struct sqlite_head head; /* of the slot in hand */
	struct history_draft draft;
};

struct load {
	struct sqlite *s;
	const struct store_range *range;
	struct plan plan;
	uint64_t end_s; /* up to which there is anything */
	struct history *h;
	VEC(struct load_series) wanted[SERIES_LEVELS];
	size_t n_series[SERIES_LEVELS];
	VEC(struct load_group) groups;
	VEC(struct load_host) hosts;
	struct id_list group_of;                     /* by series: place + 1 in groups, 0: it is not wanted */
	struct id_list host_of;                      /* by host: place + 1 in hosts */
	struct id_list node_of, frame_of, thread_of; /* by number in the store: number in the history + 1 */
	struct blob_rows rows, out;
};

/* sqlite_load_names.c: hosts and series of the interval, as the question tells them apart. */
int load_series(struct load *l, struct err *err);
/* The stack of the history for a node of the store. */
int load_stack(struct load *l, uint32_t node, uint32_t *ret);

/* sqlite_load_emit.c: the slice of a host that takes what a group has. */
struct history_draft *load_draft(struct load *l, const struct load_group *group);
/* A section whose thread is told apart; its rows are in l->rows. */
int load_thread(struct load *l, struct load_group *group, const struct pack_thread *head);
/* What was summed up becomes slices of a slot. */
int load_emit(struct load *l, uint64_t from_s, uint64_t until_s);

#endif
