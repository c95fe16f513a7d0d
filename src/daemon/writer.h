/* SPDX-License-Identifier: MIT */
/*
 * writer: a process that writes to a store, so that the event loop never waits for a disk, and so that the loop's
 * process has no connection to the database which its forks (daemon/errand.h) could harm.
 *
 *	writer_new(base, &config, &events, ctx, &writer, &err)
 *	    events.host() for each host of the store, then events.ready(); later events.news() for each, again and again
 *	writer_put(writer, &slices, tag)           queued, sent, written, acknowledged
 *	    events.done(tag, code, &put, error)
 *
 * What was not acknowledged is kept and sent again to the next process if this one dies: a store counts a slice once. A
 * disk that is full holds up the queue, and nothing else: the caller looks at writer_queued before it fetches more.
 */
#ifndef DAEMON_WRITER_H
#define DAEMON_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/store.h"

struct err;
struct event_base;
struct writer;

struct writer_config {
	const char *path;
	struct store_config store;
	uint64_t news_us; /* how often there is news; 0: nobody else writes there */
};

struct writer_events {
	void (*host)(void *ctx, const struct store_host *host);
	void (*ready)(void *ctx);
	/* How far a host is now, whoever wrote that. May be NULL. */
	void (*news)(void *ctx, const struct store_host *host);
	/* code: 0, or the daemon is to blame and nothing was kept (store.h). */
	void (*done)(void *ctx, uint64_t tag, int code, const struct store_put *put, const char *error);
	/* Of a note: its number, or a code below 0 and why. */
	void (*noted)(void *ctx, uint64_t tag, int64_t id, const char *error);
	/* The store cannot be opened at all. Nothing more will come. */
	void (*failed)(void *ctx, int code, const char *error);
};

/* Starts the process. Borrows config and events. SCRAPE_EIO, SCRAPE_ENOMEM. */
int writer_new(struct event_base *base, const struct writer_config *config, const struct writer_events *events,
	       void *ctx, struct writer **ret, struct err *err);
/* Waits for at most wait_ms until all that was queued is written, then ends the process. */
void writer_free(struct writer *writer, unsigned wait_ms);

/* SCRAPE_ENOMEM. */
int writer_put(struct writer *writer, const struct store_slices *slices, uint64_t tag);
int writer_note(struct writer *writer, const struct store_note *note, uint64_t tag);
int writer_unnote(struct writer *writer, int64_t id, uint64_t tag);

/* Once a second: starts it again if it died. */
void writer_tend(struct writer *writer, uint64_t now_mono_ns);

struct writer_state {
	bool ready;
	size_t queued, queued_bytes; /* not acknowledged */
	uint64_t restarts;
	uint64_t store_bytes, store_rows; /* of the file; slices written since the start */
	struct store_outbox outbox;       /* what is acknowledged, and waits for a server there */
	uint64_t failing_since_us;        /* wall clock; 0: it works */
	char trouble[256];                /* what is in its way, "" nothing: "no room is left on the disk" */
};
void writer_state(const struct writer *writer, struct writer_state *ret);

#endif
