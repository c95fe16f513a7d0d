/* SPDX-License-Identifier: MIT */
/*
 * outbox: batches of rows in files, each until a server has acknowledged it: who writes waits for nobody, and what is
 * sent again is the same bytes. One process at a time has it.
 *
 *	r = outbox_open(&outbox, "/var/lib/scrape-collect/outbox", 1 << 30, &err);
 *	r = outbox_add(outbox, &batch, now_us, &err);
 *	while (outbox_count(outbox) > 0 && outbox_first(outbox, &batch, &err) == 0 && send(&batch) == 0)
 *		outbox_done(outbox);
 *
 * It is bounded. When it is full, the oldest batch loses the parts that say what was seen, while those that give names,
 * on which later batches rely, stay; when there is nothing else any more, these go as well. What is lost is counted.
 *
 * A file is whole or not there (it is made under another name), and its hash says whether it is as it was written. It
 * is forced to the disk when it has to wait (outbox_settle), not while batches come and go each second.
 */
#ifndef STORE_OUTBOX_H
#define STORE_OUTBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;
struct err;
struct outbox;

#define OUTBOX_PARTS 8

struct outbox_part {
	const void *bytes; /* of outbox_first: until the next call */
	size_t n;
};

struct outbox_batch {
	uint64_t of;                           /* which database it is for */
	uint64_t id;                           /* random */
	uint64_t slices, oldest_us, newest_us; /* what would be lost; times 0: nothing */
	uint64_t seen;                         /* bits: these parts may go */
	struct outbox_part parts[OUTBOX_PARTS];
};

struct outbox_state {
	uint64_t batches, bytes;
	uint64_t lost_slices, lost_from_us, lost_until_us; /* since it was opened */
};

/* Makes the folder if it is not there. SCRAPE_EBUSY: somebody else has it; SCRAPE_EPERM, SCRAPE_EGONE, SCRAPE_EIO,
 * SCRAPE_ENOMEM; all with a sentence. */
int outbox_open(struct outbox **ret, const char *path, uint64_t max_bytes, struct err *err);
void outbox_close(struct outbox *outbox);

/* Behind all others. SCRAPE_EIO (a full disk) or SCRAPE_ENOMEM, with a sentence: it is not there. */
int outbox_add(struct outbox *outbox, const struct outbox_batch *batch, uint64_t now_us, struct err *err);
size_t outbox_count(const struct outbox *outbox);
/* The oldest that is whole; a damaged one is lost. SCRAPE_ENOTFOUND: there is none. */
int outbox_first(struct outbox *outbox, struct outbox_batch *ret, struct err *err);
/* It has been acknowledged. */
void outbox_done(struct outbox *outbox);
/* They wait: to the disk with them. */
void outbox_settle(struct outbox *outbox);
/* Have names been lost since this was asked before? Then they are to be told again. */
bool outbox_lost_names(struct outbox *outbox);
void outbox_state(const struct outbox *outbox, struct outbox_state *ret);

/* One text beside the batches, replaced as a whole. Codes as outbox_add; SCRAPE_ENOTFOUND: there is none that is whole.
 */
int outbox_remember(struct outbox *outbox, const void *bytes, size_t n, struct err *err);
int outbox_recall(struct outbox *outbox, struct buf *ret);

#endif
