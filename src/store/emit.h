/* SPDX-License-Identifier: MIT */
/*
 * emit: what a store has summed up for a slot becomes slices of a history, one for each host. A group is what the
 * question does not tell apart: a process, a service on a host, a service.
 *
 *	emit_add_host(&emit, "shop-1", 6, first_us, &host)
 *	emit_add_group(&emit, process, host, &group)
 *	for each slot: fill group->sums, host->head, and set `met` of both
 *		emit_slot(&emit, from_s, until_s)
 */
#ifndef STORE_EMIT_H
#define STORE_EMIT_H

#include "profile/history_parts.h"
#include "store/blob.h"
#include "store/head.h"
#include "store/sums.h"

struct plan;

struct emit_group {
	uint32_t process; /* in the history */
	uint32_t thread;  /* there: stands for all of its threads */
	uint32_t host;    /* place + 1 in hosts, 0: merged */
	bool met;
	struct sums sums; /* of the slot in hand */
};

struct emit_host {
	uint32_t name; /* in the history */
	bool met;
	struct head head; /* of the slot in hand */
	struct history_draft draft;
};

struct emit {
	struct history *h; /* freed here unless it is taken */
	unsigned needs;    /* enum store_need */
	VEC(struct emit_group) groups;
	VEC(struct emit_host) hosts;
	struct blob_rows out;
	int (*stack)(void *ctx, uint32_t node, uint32_t *ret); /* of the history, for a node of the sums */
	void *ctx;
};

/* An empty history for the slots of a plan; step_s: of a slice. stack and ctx are the caller's to set. */
int emit_begin(struct emit *emit, const struct plan *plan, uint64_t step_s, unsigned needs);
/* The history, which is the caller's now. end_s: up to which there is anything. */
struct history *emit_end(struct emit *emit, const struct plan *plan, uint64_t end_s);
void emit_deinit(struct emit *emit);

/* *ret: place + 1. 0, SCRAPE_ENOMEM, SCRAPE_ELIMIT, here and below. */
int emit_add_host(struct emit *emit, const char *name, size_t len, uint64_t first_us, uint32_t *ret);
int emit_add_group(struct emit *emit, uint32_t process, uint32_t host, uint32_t *ret);

/* The slice of a host that takes what a group has. */
struct history_draft *emit_draft(struct emit *emit, const struct emit_group *group);
/* From nodes to stacks. */
int emit_translate(struct emit *emit, struct blob_rows *rows);
int emit_slot(struct emit *emit, uint64_t from_s, uint64_t until_s);

#endif
