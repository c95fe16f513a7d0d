/* SPDX-License-Identifier: MIT */
/*
 * clickhouse: the inside of a store in a ClickHouse server or cluster, over its HTTP port, shared by its files and
 * nobody else. The SQL is that of 18.16, in words that later ones have too: make cluster asks both the same.
 *
 * The unit is a thread in a slice: one row with arrays of its stacks and looks, called by a hash of (host, instance,
 * number of the slice, place in it). Whoever writes it, and however often, it is one row when it is read. So there are
 * no transactions and nobody to agree with: several collectors may write the same.
 *
 *	frames, stacks	what numbers of rows mean: hashes of what they stand for, seeded by a secret of the database, so
 *			every collector finds the same ones. Told again each month that they are met
 *	series		processes, each day that they are met, with the hashes of what they are merged into
 *	slices		a thread in a slice
 *	heads		a host in a slice: also an empty one; losses, ends and cells of its processes
 *	t1, t2, t3	the tiers above, by process, by service on a host, by service; h1, h2, h3 their heads. They are
 *			made anew as a whole, as often as somebody wants; the newest counts
 *	progress	up to where that has been done, and from when on each tier is kept
 *	cursors		how far a daemon has been told; written last
 *	notes, meta	what people noted; what is the same for all: an empty table whose definition tells it
 */
#ifndef STORE_CLICKHOUSE_H
#define STORE_CLICKHOUSE_H

#include "base/buf.h"
#include "base/err.h"
#include "base/map.h"
#include "http/fetch.h"
#include "store/store_ops.h"

struct clickhouse_writing;
struct http_asker;
struct outbox;

#define CLICKHOUSE_VERSION 1 /* of the schema */
#define CLICKHOUSE_HOSTS_MAX 16
#define CLICKHOUSE_NAME_MAX 64
#define CLICKHOUSE_UNSEEN 1 /* a stack: time that no look met */

/* clickhouse_place.c: clickhouse://[user@]host[:8123][,host2[:8123]...]/database[?cluster=NAME][&secure=true]
 * [&ca=FILE][&password-file=FILE] */
struct clickhouse_place {
	struct http_url hosts[CLICKHOUSE_HOSTS_MAX];
	size_t n_hosts;
	char user[CLICKHOUSE_NAME_MAX], database[CLICKHOUSE_NAME_MAX], cluster[CLICKHOUSE_NAME_MAX];
	char ca_file[256];       /* "": the system's */
	char password_file[256]; /* "": $CLICKHOUSE_PASSWORD, if that is there */
};
/* How far a daemon has been told. */
struct clickhouse_cursor {
	char host[STORE_HOST_MAX + 1], instance[STORE_INSTANCE_MAX + 1];
	uint64_t next, first_us, until_us, used_us;
};

struct clickhouse_cursors {
	struct clickhouse_cursor *items;
	size_t n, cap;
	struct map by_name; /* hash of host and instance -> place */
	bool known;
};

/* SCRAPE_EINVAL with a sentence. */
int clickhouse_place_parse(const char *url, struct clickhouse_place *ret, struct err *err);

struct clickhouse {
	struct store store;
	struct clickhouse_place place;
	char *password; /* NULL: none */
	struct http_asker *asker;
	size_t host; /* that answered last */
	enum store_mode mode;
	struct store_config config;
	unsigned version;                  /* of the server: 1816; 0: it has not answered yet */
	bool ready;                        /* the schema is known to be there */
	bool known;                        /* so are these two, if only from before: */
	uint64_t seed;                     /* of hashes */
	uint64_t step_s;                   /* of a slice */
	uint64_t upto_s[STORE_TIERS];      /* progress as read last */
	uint64_t now_s;                    /* as who writes says */
	uint64_t retained_min;             /* when it was looked what is too old */
	struct clickhouse_cursors cursors; /* of who writes */
	struct clickhouse_writing *writing;
	struct outbox *outbox; /* NULL: who puts has to put again what was not acknowledged */
	uint64_t retry_ns;     /* when it is tried again, after so long: */
	uint64_t pause_ns;
	uint64_t remembered_ns;
	struct err trouble; /* why it has to be */
};

/* clickhouse_ask.c: asks one of the hosts after the other until one answers; the answer is RowBinary. SCRAPE_EIO: it
 * may work later; SCRAPE_EPERM (user, password, TLS), SCRAPE_EGONE (no such database), SCRAPE_EFORMAT (no such table),
 * SCRAPE_ENOMEM, all with a sentence. */
int clickhouse_ask(struct clickhouse *c, const struct buf *sql, struct buf *ret, struct err *err);
/* The same with a text, whose answer is nothing or one text. */
int clickhouse_do(struct clickhouse *c, const char *sql, char *ret, size_t size, struct err *err);
/* Rows, as "INSERT INTO ... FORMAT RowBinary\n" and what stands behind it. */
int clickhouse_insert(struct clickhouse *c, const struct buf *statement, struct err *err);
/* The rows alone, which may be packed already. */
#define CLICKHOUSE_FRAMES "frames (frame, seen, function, file, module, short_at, line, first_line, kind)"
#define CLICKHOUSE_STACKS "stacks (stack, seen, frames)"
struct clickhouse_body {
	const char *into;  /* "frames (frame, ...)"; NULL: a statement stands in the bytes */
	const char *token; /* by which the server knows it if it comes again; NULL: none */
	const void *bytes;
	size_t n;
};
int clickhouse_send(struct clickhouse *c, const struct clickhouse_body *body, struct err *err);
/* The same of a buffer, if there is anything in it. */
int clickhouse_send_rows(struct clickhouse *c, const char *into, const struct buf *rows, struct err *err);
/* n numbers of 64 bits, of one row; 0 where there is none. */
int clickhouse_numbers(struct clickhouse *c, const struct buf *sql, uint64_t *ret, size_t n, struct err *err);
/* The server's sentence behind what it had answered when something failed; NULL: there is none. */
const char *clickhouse_failure_behind(const struct buf *answer);
/* A text in quotes. */
void clickhouse_quote(struct buf *out, const char *text, size_t n);

/* clickhouse_schema.c: makes the tables that are not there. */
#define CLICKHOUSE_WITH_CODECS 1911
#define CLICKHOUSE_WITH_TOKENS 2202
int clickhouse_describe(struct store *store, store_say_fn say, void *ctx, struct err *err);
int clickhouse_init(struct clickhouse *c, struct err *err);
/* Connects, and learns what the database is; once. Codes as above, and SCRAPE_EFORMAT for another version. */
int clickhouse_ready(struct clickhouse *c, struct err *err);
bool clickhouse_is_step(uint64_t step_s);

/* clickhouse_put.c */
int clickhouse_put(struct store *store, const struct store_slices *slices, struct store_put *ret, struct err *err);
int clickhouse_begin(struct store *store, struct err *err);
int clickhouse_commit(struct store *store, struct err *err);
void clickhouse_put_deinit(struct clickhouse *c);

/* clickhouse_names.c: the hash of two, never 0 or CLICKHOUSE_UNSEEN; that of the frame of a marker, whose row is put
 * there unless it is NULL. */
uint64_t clickhouse_hash_pair(const struct clickhouse *c, uint64_t a, uint64_t b);
uint64_t clickhouse_put_marker(const struct clickhouse *c, const char *text, uint64_t day, struct buf *row);

/* clickhouse_roll.c: coarser tiers. */
uint64_t clickhouse_step(const struct clickhouse *c, size_t tier);
/* The first bucket of a tier above the lowest that can be made again of what is kept below; the end of time: none. */
int clickhouse_first(struct clickhouse *c, size_t tier, uint64_t *ret, struct err *err);
int clickhouse_tend(struct store *store, uint64_t now_us, uint64_t budget_us, bool *ret_more, struct err *err);

/* clickhouse_progress.c: what there is of each tier for an interval. */
struct plan_tier;
struct plan_interval;
int clickhouse_tiers(struct clickhouse *c, const struct plan_interval *interval, struct plan_tier *ret,
		     struct err *err);
int clickhouse_oldest(struct clickhouse *c, size_t tier, uint64_t *ret, struct err *err); /* bucket; 0: none */
/* Notes a time under a number of `progress`: of a tier up to where it is made, or its horizon. */
#define CLICKHOUSE_HORIZON 16
int clickhouse_note(struct clickhouse *c, size_t number, uint64_t time_s, struct err *err);
/* c->upto_s, as the database has it. */
int clickhouse_read_progress(struct clickhouse *c, struct err *err);
/* Slices from this time on are about to come, or have: buckets that were made without them are not asked until they are
 * made anew, but what lies below them, as far as it is kept. */
int clickhouse_unmake(struct clickhouse *c, uint64_t from_s, struct err *err);

/* clickhouse_retain.c: once a minute. */
int clickhouse_retain(struct clickhouse *c, uint64_t now_s, struct err *err);
/* Before this time partitions of a tier may have been dropped. */
uint64_t clickhouse_gone(const struct clickhouse *c, size_t tier, uint64_t now_s);
/* Is the interval pinned? */
int clickhouse_keeps(struct clickhouse *c, uint64_t from_s, uint64_t until_s, bool *ret, struct err *err);

/* clickhouse_load.c */
int clickhouse_load(struct store *store, const struct store_range *range, struct history **ret, struct err *err);

/* clickhouse_cursors.c: c->cursors, as the database has them. */
int clickhouse_read_cursors(struct clickhouse *c, struct err *err);
/* NULL without memory. A new one has next 0. */
struct clickhouse_cursor *clickhouse_cursor(struct clickhouse *c, const char *host, const char *instance);
void clickhouse_put_cursor(struct buf *out, const struct clickhouse_cursor *cursor);
void clickhouse_forget_cursors(struct clickhouse *c);
int clickhouse_hosts(struct store *store, store_host_fn fn, void *ctx, struct err *err);
/* The newest of each host, with what is needed to go on without a server: to the outbox, and back. */
int clickhouse_remember(struct clickhouse *c, struct err *err);
int clickhouse_recall(struct clickhouse *c);

/* clickhouse_outbox.c: sends what waits there, until a time at the latest. 0 also if the time was up, or there is no
 * outbox. After a failure it is tried again when a pause is over; until then that failure is returned. */
int clickhouse_flush(struct clickhouse *c, uint64_t until_mono_ns, struct err *err);
/* What is to be sent goes there, and on from there as far as it can. Without an outbox it is sent. */
struct outbox_batch;
int clickhouse_deliver(struct clickhouse *c, struct outbox_batch *batch, struct err *err);
void clickhouse_outbox(struct store *store, struct store_outbox *ret);

/* clickhouse_notes.c */
int clickhouse_annotate(struct store *store, const struct store_note *note, int64_t *ret_id, struct err *err);
int clickhouse_unannotate(struct store *store, int64_t id, struct err *err);
int clickhouse_notes(struct store *store, uint64_t from_us, uint64_t until_us, store_note_fn fn, void *ctx,
		     struct err *err);

/* clickhouse_check.c */
int clickhouse_stats(struct store *store, bool deep, struct store_stats *ret, struct err *err);
int clickhouse_check(struct store *store, store_say_fn say, void *ctx, uint64_t *ret_bad, struct err *err);
int clickhouse_backup(struct store *store, const char *path, struct err *err);
int clickhouse_delete(struct store *store, const struct store_delete *what, uint64_t *ret_rows, struct err *err);

#endif
