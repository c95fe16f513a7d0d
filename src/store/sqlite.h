/* SPDX-License-Identifier: MIT */
/*
 * sqlite: the inside of a store in a file, shared by its files and nobody else.
 *
 * A row of a tier (tables t0 to t3) is a blob (store/blob.h) under bucket << 29 | series, the bucket in seconds since
 * 1970: time comes first, so what is written lies side by side, and what is old goes from the front. Heads (h0 to h3)
 * are the same by bucket << 29 | host.
 *
 * Nodes and frames have a time until which they may be named (`expiry`, hours since 1970): who writes a row prolongs
 * that of its nodes and of all above them to the end of the row's own life, so what has passed can go unasked.
 *
 * `todo` lists the buckets of coarser tiers in which something has changed. They are made anew as a whole out of the
 * tier below, which may be done any number of times.
 */
#ifndef STORE_SQLITE_H
#define STORE_SQLITE_H

#include "base/map.h"
#include "base/vec.h"
#include "profile/history.h"
#include "profile/history_parts.h"
#include "store/db.h"
#include "store/head.h"
#include "store/series.h"
#include "store/stacks.h"
#include "store/store_ops.h"
#include "store/sums.h"

#define SQLITE_VERSION 1              /* of the schema, in user_version */
#define SQLITE_KEY_BITS 29            /* of a series or host in a key */
#define SQLITE_APPLICATION 0x73637270 /* "scrp", application_id */

struct sqlite {
	struct store store;
	struct db *db;
	enum store_mode mode;
	uint64_t step_s[STORE_TIERS], keep_s[STORE_TIERS];
	uint64_t max_bytes;
	double prune;

	/* The writer's own. */
	int lock; /* descriptor of the file's lock, -1 none */
	bool in_batch, batch_lost;
	struct stacks stacks;
	struct series series;
	struct history *scratch; /* in which slices are read */
	struct put_cache *cache; /* what its numbers are in the store */
	struct sums sums;
	struct roll *roll;    /* a bucket in the making */
	uint64_t retained_us; /* when it was looked what is too old */
};

static inline int64_t sqlite_key(uint64_t bucket_s, uint64_t id)
{
	return (int64_t)(bucket_s << SQLITE_KEY_BITS | id);
}
static inline uint64_t sqlite_key_bucket(int64_t key)
{
	return (uint64_t)key >> SQLITE_KEY_BITS;
}
static inline uint32_t sqlite_key_id(int64_t key)
{
	return (uint32_t)(key & ((1 << SQLITE_KEY_BITS) - 1));
}

/* sqlite_schema.c: makes the tables, or checks and migrates them. */
int sqlite_schema(struct sqlite *s, const struct store_config *config, struct err *err);

/* sqlite_put.c */
int sqlite_put(struct store *store, const struct store_slices *slices, struct store_put *ret, struct err *err);
void sqlite_put_deinit(struct sqlite *s);

/* sqlite_head.c: heads as bytes. */
void sqlite_head_pack(const struct head *head, struct buf *out);
bool sqlite_head_unpack(const void *bytes, size_t n, struct head *ret);
/* Adds to the head of a host in a bucket, which is new or not. */
int sqlite_head_put(struct sqlite *s, size_t tier, uint64_t bucket_s, uint32_t host, const struct head *more);

/* sqlite_roll.c: makes due buckets of coarser tiers; *ret_more: there are others. */
int sqlite_roll(struct sqlite *s, uint64_t now_us, uint64_t until_mono_ns, bool *ret_more);
void sqlite_roll_deinit(struct sqlite *s);
/* Marks the bucket of the tier above as changed. */
int sqlite_todo(struct sqlite *s, size_t tier, uint64_t time_s);

/* sqlite_delete.c */
int sqlite_delete(struct store *store, const struct store_delete *what, uint64_t *ret_rows, struct err *err);

/* sqlite_retain.c */
int sqlite_retain(struct sqlite *s, uint64_t now_us, uint64_t until_mono_ns, bool *ret_more);
/* The oldest bucket of a tier that is kept whole: rows before it are gone, but for what is pinned. */
uint64_t sqlite_horizon(struct sqlite *s, size_t tier);
bool sqlite_keeps(struct sqlite *s, size_t tier, uint64_t from_s, uint64_t until_s);

/* sqlite_load.c */
int sqlite_load(struct store *store, const struct store_range *range, struct history **ret, struct err *err);

/* sqlite_notes.c */
int sqlite_annotate(struct store *store, const struct store_note *note, int64_t *ret_id, struct err *err);
int sqlite_unannotate(struct store *store, int64_t id, struct err *err);
int sqlite_notes(struct store *store, uint64_t from_us, uint64_t until_us, store_note_fn fn, void *ctx,
		 struct err *err);

/* sqlite_check.c */
int sqlite_stats(struct store *store, bool deep, struct store_stats *ret, struct err *err);
int sqlite_check(struct store *store, store_say_fn say, void *ctx, uint64_t *ret_bad, struct err *err);
int sqlite_backup(struct store *store, const char *path, struct err *err);

#endif
