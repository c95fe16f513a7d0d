/* SPDX-License-Identifier: MIT */
/*
 * history_parts: what a store needs of a history. Closed slices are taken apart into rows that it can keep, and rows
 * that it kept become slices of a history that can be asked like any other.
 *
 *	history_import(h, bytes, n, &err);                           out of a stream
 *	for (i = 0; i < history_parts_slices(h); i++) {
 *		history_parts_facts(h, i, &facts);
 *		for (at = NULL; history_parts_thread(h, i, &at, &thread);) ... pack_next_row ...
 *	}
 *	history_parts_clear(h);                                      and the next; names stay known
 *
 * Numbers of texts, frames, nodes, stacks, processes and threads are dense from 0 and stay what they are until the
 * tables are made anew, which history_parts_epoch tells. Node 0 is the root.
 */
#ifndef PROFILE_HISTORY_PARTS_H
#define PROFILE_HISTORY_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "profile/actors.h"
#include "profile/frames.h"
#include "profile/history_pack.h"
#include "profile/strings.h"
#include "profile/trie.h"

struct history;

/* What there is to know of one host in one slot, besides the rows. */
struct history_facts {
	uint64_t seq;               /* of the slice; not used on the way in */
	uint32_t host;              /* number of a text, 0: the own one */
	uint64_t slot_us;           /* on the grid of the history */
	uint64_t from_us, until_us; /* what of it was looked at */
	uint64_t present_us; /* of slots that were merged: how much time those take that were there; 0: all of it */
	uint64_t rate_mhz, exact;
	uint64_t ticks, late, cost_ns, stopped_ns;
	struct ways ways;
};

struct history_names {
	const struct strings *strings;
	const struct frames *frames;
	const struct trie *trie;
	const struct actors *actors;
};
void history_parts_names(const struct history *history, struct history_names *ret);
uint32_t history_parts_epoch(const struct history *history);
uint32_t history_parts_node(const struct history *history, uint32_t stack); /* in which a stack ends */
#define HISTORY_PARTS_UNSEEN 1                                              /* the node of time that no look met */
bool history_parts_is_gone(const struct history *history, uint32_t process);

/* Of the i-th slice, in order of their numbers. */
size_t history_parts_slices(const struct history *history);
void history_parts_facts(const struct history *history, size_t i, struct history_facts *ret);
/* The next of its threads, losses (what: enum scrape_loss), ends and cells. *at is NULL at first. False at the end. */
bool history_parts_thread(const struct history *history, size_t i, const uint8_t **at, struct pack_thread *ret);
bool history_parts_loss(const struct history *history, size_t i, const uint8_t **at, struct pack_fact *ret);
bool history_parts_gone(const struct history *history, size_t i, const uint8_t **at, struct pack_fact *ret);
/* The same of programs that have ended: not of those that were let go, and may be looked at again. */
bool history_parts_ended(const struct history *history, size_t i, const uint8_t **at, struct pack_fact *ret);
bool history_parts_cells(const struct history *history, size_t i, const uint8_t **at, struct pack_cells *ret);
/* Whether slices came whose numbers had been there already, which were passed over. */
bool history_parts_repeat(const struct history *history);
/* Forgets all slices and their numbers; the next import may begin anywhere. */
void history_parts_clear(struct history *history);

/* The way in. Texts are clean already. 0, SCRAPE_ENOMEM, or SCRAPE_ELIMIT beyond max_bytes. */
int history_parts_add_text(struct history *history, const char *text, size_t len, uint32_t *ret);
int history_parts_add_frame(struct history *history, const struct frame *frame, uint32_t *ret);
int history_parts_add_node(struct history *history, uint32_t parent, uint32_t frame, uint32_t *ret);
int history_parts_add_stack(struct history *history, uint32_t node, uint32_t *ret);
int history_parts_add_process(struct history *history, const struct actor_process *process, bool gone, uint32_t *ret);
int history_parts_add_thread(struct history *history, uint32_t process, uint32_t tid, uint32_t name, uint32_t *ret);
/* A host that was met first at first_us: its slots before are not missing. */
int history_parts_add_host(struct history *history, uint32_t name, uint64_t first_us);

/* A slice being put together. A zeroed one is empty. */
struct history_draft {
	struct buf sections[4];
	uint64_t looks, cpu_ns, wall_ns;
};
void history_draft_deinit(struct history_draft *draft);
/* Of the head all but where its rows are. 0 or SCRAPE_ENOMEM. */
int history_draft_thread(struct history_draft *draft, const struct pack_thread *head, const struct pack_row *rows,
			 size_t n);
int history_draft_loss(struct history_draft *draft, const struct pack_fact *loss);
int history_draft_cells(struct history_draft *draft, const struct pack_cells *cells);
/* Becomes the newest slice; the draft is empty again. 0, SCRAPE_ENOMEM, SCRAPE_ELIMIT. */
int history_draft_close(struct history_draft *draft, struct history *history, const struct history_facts *facts);
/* Drops what ended at or before a time, and the oldest beyond max_bytes; names that nobody needs any more go too. 0,
 * SCRAPE_ENOMEM, SCRAPE_ELIMIT (what is left is too large). */
int history_parts_keep(struct history *history, uint64_t oldest_us);
/* Up to here everything that there is has been added. */
void history_parts_set_watermark(struct history *history, uint64_t watermark_us);

#endif
