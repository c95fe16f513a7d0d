/* SPDX-License-Identifier: MIT */
/* clickhouse_load: a load in progress, shared by its files: what is asked, and what the answers name. */
#ifndef STORE_CLICKHOUSE_LOAD_H
#define STORE_CLICKHOUSE_LOAD_H

#include "base/map.h"
#include "store/clickhouse_rows.h"
#include "store/emit.h"
#include "store/plan.h"

struct clickhouse_loading {
	struct clickhouse *c;
	const struct store_range *range;
	struct plan plan;
	uint64_t end_s;
	enum clickhouse_level level;
	struct emit e;
	struct map hosts;          /* hash of a name -> place + 1 in its hosts */
	struct map groups;         /* hash of what it is -> place + 1 in its groups */
	VEC(uint64_t) wanted;      /* these hashes */
	struct map stacks, frames; /* hash -> number in the history */
	struct map threads;        /* hash -> number in the history */
	struct {
		uint64_t group, n; /* rows in a row of one group, */
		bool running;      /* on the CPU or off it; */
		bool cut;          /* they were as many as are sent */
	} run;
	struct buf sql; /* scratch */
};

/* clickhouse_load_names.c: the level, hosts and groups of the interval. */
int clickhouse_load_groups(struct clickhouse_loading *l, struct err *err);
/* Learns what stacks are, as many as these hashes: then each has a node of the history in l->stacks. */
struct clickhouse_hashes {
	uint64_t *items;
	size_t n, cap;
};
int clickhouse_load_stacks(struct clickhouse_loading *l, struct clickhouse_hashes *hashes, struct err *err);
uint32_t clickhouse_load_node(const struct clickhouse_loading *l, uint64_t hash);

/* Asks l->sql. */
int clickhouse_load_ask(struct clickhouse_loading *l, struct buf *answer, struct rowbinary *rows, struct err *err);
/* The place of a host or group + 1; 0: it is none of those that are wanted. */
uint32_t clickhouse_load_host(const struct clickhouse_loading *l, const char *name, size_t n);

#endif
