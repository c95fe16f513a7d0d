/* SPDX-License-Identifier: MIT */
/*
 * store: history behind one table of functions. Slices go in, with the position up to which their daemon has delivered;
 * what comes out for an interval is a history (profile/history.h), so every question is asked in one way, wherever the
 * answer is kept: in memory (the daemon's own hour), in an SQLite file.
 *
 *	r = store_open_sqlite(&store, "/var/lib/scrape/history.db", STORE_WRITE, &config, &err);
 *	r = store_put(store, &(struct store_slices){.host = "shop-1", .instance = ..., ...}, &put, &err);
 *	r = store_load(store, &(struct store_range){.from_us = ..., .until_us = ...}, &history, &err);
 *	r = history_tree(history, &query, &tree, &span, &err);
 *	store_unload(store, history);
 *
 * Exactly once: a slice is added in the transaction that advances the cursor of (host, instance), so whatever is
 * fetched, retried or replayed, it counts once. A host has a header for each slice that it told, also an empty one:
 * where there is none is a gap.
 *
 * Tiers: what is older is kept coarser. A tier merges the slices of its step:
 *
 *	0  a slice (10 s)   by thread, process, host     24 h
 *	1  1 min            by process, host             14 d
 *	2  1 h              by service and host          400 d     stacks below 0.05 % go into [pruned] of their parent
 *	3  1 d              by service                   5 y       the same
 *
 * An answer is put together of the tiers that have its interval, the coarsest that tell what is asked.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;
struct history;
struct history_filter;
struct store;

#define STORE_TIERS 4
#define STORE_INSTANCE_MAX 64           /* bytes of an instance's name */
#define STORE_HOST_MAX 255              /* of a host's */
#define STORE_FUTURE_US 300000000ull    /* how far ahead of our clock a slice may be: 5 min; */
#define STORE_PAST_US 31622400000000ull /* and how far behind: 366 days, which no daemon keeps any */
#define STORE_TEXT_MAX 1024             /* of an annotation */

struct store_config {
	const char *host;              /* in memory: the name of the own machine */
	uint64_t slice_us;             /* 0: 10 s; whole seconds in SQLite */
	uint64_t keep_us[STORE_TIERS]; /* 0: as above */
	uint64_t max_bytes;            /* 0: 20 GB on disk, 64 MiB in memory */
	double prune;                  /* share of a bucket; 0: 0.0005 */
	uint64_t stacks;               /* of a series that a server sends at most, on the CPU and off it; 0: 20 000 */
	const char *outbox;            /* folder for what a server has not acknowledged yet; NULL: none. Borrowed */
	uint64_t outbox_bytes;         /* 0: 1 GiB */
};

/* Puts what a store in a file takes for 0 where there is 0. */
void store_config_fill(struct store_config *config);

enum store_mode { STORE_READ, STORE_WRITE };

/* A file has one writer at a time (a second is refused) and any number of readers. SCRAPE_EGONE, SCRAPE_EPERM,
 * SCRAPE_EFORMAT (no store, a newer one), SCRAPE_EBUSY (another writer), SCRAPE_EINVAL, SCRAPE_EIO, SCRAPE_ENOMEM. */
int store_open_sqlite(struct store **ret, const char *path, enum store_mode mode, const struct store_config *config,
		      struct err *err);
/* Opens the store that a place names: clickhouse://... or a file. Codes as these: */
int store_open(struct store **ret, const char *place, enum store_mode mode, const struct store_config *config,
	       struct err *err);
bool store_is_remote(const char *place);
/* Does the place make sense, whether or not there is anything? SCRAPE_EINVAL with a sentence. */
int store_check_place(const char *place, struct err *err);
/* clickhouse://[user@]host[:8123][,...]/database[?cluster=NAME][&secure=true][&ca=FILE][&password-file=FILE]; without
 * that the password is in $CLICKHOUSE_PASSWORD. It opens whether or not the server answers. SCRAPE_EINVAL,
 * SCRAPE_ENOMEM, or why the password cannot be read. */
int store_open_clickhouse(struct store **ret, const char *url, enum store_mode mode, const struct store_config *config,
			  struct err *err);
/* Makes the database and the tables of such a store, as far as they are not there. Codes as store_put; SCRAPE_EPERM,
 * SCRAPE_EFORMAT (another version). */
int store_init_clickhouse(struct store *store, struct err *err);
/* What its server is, and what those features cost that it does not have: a sentence each; nothing of other stores. */
typedef void (*store_say_fn)(void *ctx, const char *text);
int store_describe(struct store *store, store_say_fn say, void *ctx, struct err *err);
int store_open_memory(struct store **ret, const struct store_config *config, struct err *err);
/* The same with a history that belongs to somebody else. */
int store_open_history(struct store **ret, struct history *history, struct err *err);
void store_close(struct store *store);

/* Slices of one daemon as history_export made them. */
struct store_slices {
	const char *host, *instance;
	const void *bytes;
	size_t n;
	uint64_t since, next; /* numbers: what was asked for, and what to ask for after it */
	uint64_t now_us;      /* wall clock */
};
struct store_put {
	uint64_t next;          /* the cursor now */
	uint64_t slices, known; /* added; and passed over, since they had been added before */
	uint64_t cpu_ns, looks; /* of those added */
	uint64_t oldest_us;     /* of those added, 0: none */
	uint64_t newest_us;     /* end of the newest slice of the bytes, 0: none */
};
/* All or nothing. SCRAPE_EFORMAT (what the daemon says makes no sense), SCRAPE_ELIMIT (too much of it), SCRAPE_EINVAL
 * (times in the future): the daemon is to blame. SCRAPE_EIO (also a full disk), SCRAPE_ENOMEM, SCRAPE_EBUSY: try again.
 */
int store_put(struct store *store, const struct store_slices *slices, struct store_put *ret, struct err *err);
/* Several puts are made durable together between these two. A put that fails may take all of them back: then commit
 * fails with SCRAPE_EIO, and each is to be put again. */
int store_begin(struct store *store, struct err *err);
int store_commit(struct store *store, struct err *err);

struct store_host {
	const char *host, *instance; /* the newest */
	uint64_t next;               /* its cursor */
	uint64_t first_us, until_us; /* of its slices */
};
/* A negative return of fn stops and is returned, here and below. */
typedef int (*store_host_fn)(void *ctx, const struct store_host *host);
int store_hosts(struct store *store, store_host_fn fn, void *ctx, struct err *err);

/* What is wanted of an interval. */
enum store_need {
	STORE_BY_THREAD = 1,
	STORE_BY_PROCESS = 2,
	STORE_BY_HOST = 4,
	STORE_CELLS = 8,   /* of the heat map: tier 0 */
	STORE_NO_ROWS = 16 /* only what was used, not by which stacks */
};
struct store_range {
	uint64_t from_us, until_us; /* 0: the oldest; the watermark */
	uint64_t watermark_us;      /* up to which all that are expected have delivered; 0: the newest there is */
	uint64_t step_us;           /* of the slices of the history; 0: the whole interval is one */
	uint64_t tier_us;           /* 0: as coarse as it may be; else this one alone */
	unsigned needs;             /* enum store_need */
	const struct history_filter *filters; /* series that cannot match are not read */
	size_t n_filters;
};
/* *ret is to be given to store_unload. Its interval is snapped outward to what is kept. SCRAPE_EINVAL: what is wanted
 * is not kept that long; the sentence names the oldest time that has it. */
int store_load(struct store *store, const struct store_range *range, struct history **ret, struct err *err);
void store_unload(struct store *store, struct history *history);

struct store_tier {
	uint64_t step_us;
	uint64_t oldest_us; /* of what is kept; UINT64_MAX: nothing */
	uint64_t bytes, rows;
};
struct store_stats {
	uint64_t slice_us, oldest_us, newest_us;
	uint64_t bytes, free_bytes; /* of the file; of it what is free inside */
	uint64_t max_bytes;
	uint64_t hosts, series, nodes, frames, annotations;
	struct store_tier tiers[STORE_TIERS];
};
/* Not deep: the slice and the bytes alone, which is quick; the rest reads all of it. */
int store_stats(struct store *store, bool deep, struct store_stats *ret, struct err *err);

/* What waits for a server; zeros where there is nothing to wait for (store/outbox.h). */
struct store_outbox {
	uint64_t batches, bytes;
	uint64_t lost_slices, lost_from_us, lost_until_us; /* since it was opened, as there was no more room */
};
void store_outbox(struct store *store, struct store_outbox *ret);

/* What somebody noted: a deploy, an incident; or an interval that retention leaves alone. */
struct store_note {
	int64_t id;
	uint64_t at_us, until_us; /* until_us 0: a moment */
	const char *text, *service, *host, *by;
	bool pin;
};
int store_annotate(struct store *store, const struct store_note *note, int64_t *ret_id, struct err *err);
int store_unannotate(struct store *store, int64_t id, struct err *err); /* SCRAPE_ENOTFOUND */
typedef int (*store_note_fn)(void *ctx, const struct store_note *note);
int store_notes(struct store *store, uint64_t from_us, uint64_t until_us, store_note_fn fn, void *ctx, struct err *err);

/* Rolls up what is due and lets go of what is too old or too much, for at most about budget_us. *ret_more: there is
 * more to do. Call it once a second. Codes as store_put. */
int store_tend(struct store *store, uint64_t now_us, uint64_t budget_us, bool *ret_more, struct err *err);

/* Reads everything and says each thing that is wrong; *ret_bad: how many. 0 or why it could not be done. */
int store_check(struct store *store, store_say_fn say, void *ctx, uint64_t *ret_bad, struct err *err);
/* A copy as it is at one moment, into a new file. */
int store_backup(struct store *store, const char *path, struct err *err);
/* What matches is gone for good, in all tiers: of a host, of a service, before a time (whole buckets); any of them. */
struct store_delete {
	const char *host, *service;
	uint64_t before_us;
};
int store_delete(struct store *store, const struct store_delete *what, uint64_t *ret_rows, struct err *err);

#endif
