/* SPDX-License-Identifier: MIT */
/*
 * sqlite_retain: what is too old goes, and when the file is too large what is oldest of the finest tier. Cuts are made
 * at whole buckets of the tier above, and only behind what has been rolled up: what goes is there in a coarser form.
 * Intervals that are pinned stay.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "store/sqlite.h"

#define LOOK_US 30000000ull  /* how often it is looked */
#define ROWS_AT_ONCE 4000    /* deleted in one transaction */
#define PAGES_LEAST 256      /* that are worth giving back to the file system */
#define NODES_AT_ONCE 200000 /* expired in one */
#define DAY_US 86400000000ull

/* What stays of each tier, and how much goes at a time, when the file is too large. */
static const uint64_t least_s[STORE_TIERS] = {600, 6 * 3600, 14 * 86400, 0};
static const uint64_t piece_s[STORE_TIERS] = {3600, 6 * 3600, 2 * 86400, 30 * 86400};

static const char *const sql_horizon[STORE_TIERS] = {
	"SELECT v FROM meta WHERE k = 'horizon0'", "SELECT v FROM meta WHERE k = 'horizon1'",
	"SELECT v FROM meta WHERE k = 'horizon2'", "SELECT v FROM meta WHERE k = 'horizon3'"};
static const char *const sql_set_horizon[STORE_TIERS] = {"INSERT OR REPLACE INTO meta(k, v) VALUES('horizon0', ?)",
							 "INSERT OR REPLACE INTO meta(k, v) VALUES('horizon1', ?)",
							 "INSERT OR REPLACE INTO meta(k, v) VALUES('horizon2', ?)",
							 "INSERT OR REPLACE INTO meta(k, v) VALUES('horizon3', ?)"};
static const char *const sql_oldest[STORE_TIERS] = {"SELECT min(k) FROM h0", "SELECT min(k) FROM h1",
						    "SELECT min(k) FROM h2", "SELECT min(k) FROM h3"};
static const char *const sql_unrolled[STORE_TIERS] = {"SELECT min(bucket) FROM todo WHERE tier = 1",
						      "SELECT min(bucket) FROM todo WHERE tier = 2",
						      "SELECT min(bucket) FROM todo WHERE tier = 3", "SELECT NULL"};
static const char *const sql_delete[2 * STORE_TIERS] = {
	"DELETE FROM t0 WHERE k IN (SELECT k FROM t0 WHERE k >= ? AND k < ? LIMIT ?) RETURNING 1",
	"DELETE FROM t1 WHERE k IN (SELECT k FROM t1 WHERE k >= ? AND k < ? LIMIT ?) RETURNING 1",
	"DELETE FROM t2 WHERE k IN (SELECT k FROM t2 WHERE k >= ? AND k < ? LIMIT ?) RETURNING 1",
	"DELETE FROM t3 WHERE k IN (SELECT k FROM t3 WHERE k >= ? AND k < ? LIMIT ?) RETURNING 1",
	"DELETE FROM h0 WHERE k IN (SELECT k FROM h0 WHERE k >= ? AND k < ? LIMIT ?) RETURNING 1",
	"DELETE FROM h1 WHERE k IN (SELECT k FROM h1 WHERE k >= ? AND k < ? LIMIT ?) RETURNING 1",
	"DELETE FROM h2 WHERE k IN (SELECT k FROM h2 WHERE k >= ? AND k < ? LIMIT ?) RETURNING 1",
	"DELETE FROM h3 WHERE k IN (SELECT k FROM h3 WHERE k >= ? AND k < ? LIMIT ?) RETURNING 1"};

uint64_t sqlite_horizon(struct sqlite *s, size_t tier)
{
	return (uint64_t)db_number(s->db, 0, sql_horizon[tier]);
}

/* Whether an interval that is pinned has something of the bucket. */
static bool is_pinned(struct sqlite *s, uint64_t from_s, uint64_t until_s)
{
	struct db_stmt *stmt = db_prepare(s->db, "SELECT 1 FROM note WHERE pin AND at < ? AND until > ? LIMIT 1");
	bool found;

	db_int(stmt, 1, (int64_t)until_s * 1000000);
	db_int(stmt, 2, (int64_t)from_s * 1000000);
	found = db_step(stmt) > 0;
	db_reset(stmt);
	return found;
}

bool sqlite_keeps(struct sqlite *s, size_t tier, uint64_t from_s, uint64_t until_s)
{
	return from_s >= sqlite_horizon(s, tier) || is_pinned(s, from_s, until_s);
}

static int set_horizon(struct sqlite *s, size_t tier, uint64_t time_s)
{
	struct db_stmt *stmt = db_prepare(s->db, sql_set_horizon[tier]);

	db_int(stmt, 1, (int64_t)time_s);
	return db_run(stmt);
}

/* Some of the rows of an interval. *ret_n: how many. */
static int delete_some(struct sqlite *s, const char *sql, uint64_t from_s, uint64_t until_s, size_t *ret_n)
{
	struct db_stmt *stmt = db_prepare(s->db, sql);
	int r;

	db_int(stmt, 1, sqlite_key(from_s, 0));
	db_int(stmt, 2, sqlite_key(until_s, 0));
	db_int(stmt, 3, ROWS_AT_ONCE);
	while ((r = db_step(stmt)) > 0)
		++*ret_n;
	return r;
}

/* The next interval up to `cut` that is not pinned; buckets in part pinned are. False at the end. */
static bool next_free(struct sqlite *s, uint64_t grain_s, uint64_t cut_s, uint64_t *from_s, uint64_t *until_s)
{
	struct db_stmt *stmt = db_prepare(s->db, "SELECT at, until FROM note WHERE pin AND until > ?1 AND at < ?2"
						 " ORDER BY at LIMIT 1");

	while (*from_s < cut_s) {
		uint64_t at_s, end_s;

		db_int(stmt, 1, (int64_t)*from_s * 1000000);
		db_int(stmt, 2, (int64_t)cut_s * 1000000);
		if (db_step(stmt) <= 0) {
			*until_s = cut_s;
			return true;
		}
		at_s = (uint64_t)db_get_int(stmt, 0) / 1000000;
		end_s = (uint64_t)db_get_int(stmt, 1) / 1000000 + 1;
		db_reset(stmt);
		at_s -= at_s % grain_s;
		if (at_s > *from_s) {
			*until_s = at_s;
			return true;
		}
		*from_s = end_s + (grain_s - end_s % grain_s) % grain_s;
	}
	return false;
}

/* Deletes up to `cut`, in transactions, until it is time. *ret_more: there is more. */
static int cut_tier(struct sqlite *s, size_t tier, uint64_t cut_s, uint64_t until_ns, bool *ret_more)
{
	size_t above = tier + 1 < STORE_TIERS ? tier + 1 : tier;
	uint64_t from_s = 0, until_s;
	int r = db_begin(s->db);

	if (r == 0 && cut_s > sqlite_horizon(s, tier))
		r = set_horizon(s, tier, cut_s);
	r = r < 0 ? r : db_commit(s->db);
	while (r == 0 && next_free(s, s->step_s[above], cut_s, &from_s, &until_s)) {
		size_t n = 0;

		r = db_begin(s->db);
		if (r == 0)
			r = delete_some(s, sql_delete[tier], from_s, until_s, &n);
		if (r == 0)
			r = delete_some(s, sql_delete[STORE_TIERS + tier], from_s, until_s, &n);
		r = r < 0 ? r : db_commit(s->db);
		if (r == 0 && clock_mono_ns() >= until_ns) {
			*ret_more = *ret_more || n > 0;
			return 0;
		}
		if (n == 0)
			from_s = until_s;
	}
	return r;
}

/* A cut is at a whole bucket of the tier above, and not before what is there has been rolled up. */
static uint64_t cut_at(struct sqlite *s, size_t tier, uint64_t time_s)
{
	size_t above = tier + 1 < STORE_TIERS ? tier + 1 : tier;
	uint64_t unrolled_s = (uint64_t)db_number(s->db, INT64_MAX, sql_unrolled[tier]);

	if (unrolled_s && time_s > unrolled_s)
		time_s = unrolled_s;
	return time_s - time_s % s->step_s[above];
}

static uint64_t used_bytes(struct sqlite *s)
{
	int64_t pages = db_number(s->db, 0, "PRAGMA page_count") - db_number(s->db, 0, "PRAGMA freelist_count");

	return (uint64_t)(pages * db_number(s->db, 0, "PRAGMA page_size"));
}

/* The finest tier that may become shorter does. False: none may. */
static int make_room(struct sqlite *s, uint64_t now_s, uint64_t until_ns, bool *ret_more)
{
	for (size_t tier = 0; tier < STORE_TIERS; tier++) {
		int64_t key = db_number(s->db, 0, sql_oldest[tier]);
		uint64_t oldest_s = sqlite_key_bucket(key), cut_s;

		if (oldest_s < sqlite_horizon(s, tier))
			oldest_s = sqlite_horizon(s, tier);
		cut_s = cut_at(s, tier, oldest_s + piece_s[tier]);
		if (key <= 0 || cut_s <= oldest_s || cut_s + least_s[tier] > now_s)
			continue;
		*ret_more = true;
		return cut_tier(s, tier, cut_s, until_ns, ret_more);
	}
	return 0;
}

/* Free pages go back to the file system, some at a time. */
static int shrink(struct sqlite *s, bool *ret_more)
{
	int64_t unused = db_number(s->db, 0, "PRAGMA freelist_count");
	uint64_t bytes = (uint64_t)(db_number(s->db, 0, "PRAGMA page_count") * db_number(s->db, 0, "PRAGMA page_size"));

	if (unused == 0 || (unused < PAGES_LEAST && bytes <= s->max_bytes))
		return 0;
	*ret_more = true;
	return db_exec(s->db, "PRAGMA incremental_vacuum(4096)");
}

/* Rows of pinned intervals outlive what they were made to name: it is prolonged. */
static int prolong_pinned(struct sqlite *s, uint32_t hours)
{
	static const char *const sql[STORE_TIERS] = {
		"SELECT t.data FROM note n, t0 t WHERE n.pin AND t.k >= (n.at / 1000000 - 10) << 29"
		" AND t.k < (n.until / 1000000 + 1) << 29",
		"SELECT t.data FROM note n, t1 t WHERE n.pin AND t.k >= (n.at / 1000000 - 60) << 29"
		" AND t.k < (n.until / 1000000 + 1) << 29",
		"SELECT t.data FROM note n, t2 t WHERE n.pin AND t.k >= (n.at / 1000000 - 3600) << 29"
		" AND t.k < (n.until / 1000000 + 1) << 29",
		"SELECT t.data FROM note n, t3 t WHERE n.pin AND t.k >= (n.at / 1000000 - 86400) << 29"
		" AND t.k < (n.until / 1000000 + 1) << 29"};
	struct blob_rows rows = {0};
	int r = 0;

	for (size_t tier = 0; tier < STORE_TIERS && r == 0; tier++) {
		struct db_stmt *stmt = db_prepare(s->db, sql[tier]);

		while ((r = db_step(stmt)) > 0) {
			struct blob_reader reader;
			struct pack_thread head;
			struct pack_fact loss;
			size_t n;
			const void *bytes = db_get_blob(stmt, 0, &n);

			if (!blob_open(&reader, bytes, n))
				continue;
			while (blob_next_loss(&reader, &loss))
				;
			while (blob_next_section(&reader, &head, &rows) > 0)
				for (size_t i = 0; i < rows.n; i++)
					if (rows.items[i].stack < s->stacks.nodes.n)
						(void)stacks_touch(&s->stacks, rows.items[i].stack, hours); /* sticks */
		}
	}
	VEC_DEINIT(&rows);
	return r < 0 ? r : db_failed(s->db, NULL);
}

/* Once a day: names that no row can name any more. */
static int forget_names(struct sqlite *s, uint64_t now_us)
{
	uint64_t last_us = (uint64_t)db_number(s->db, 0, "SELECT v FROM meta WHERE k = 'forgot'");
	uint32_t hours = (uint32_t)(now_us / 3600000000ull);
	struct db_stmt *stmt;
	size_t n = 0;
	int r;

	if (now_us < last_us + DAY_US)
		return 0;
	r = db_begin(s->db);
	if (r == 0)
		r = prolong_pinned(s, hours + 72);
	if (r == 0)
		r = stacks_expire(&s->stacks, hours, NODES_AT_ONCE, &n);
	for (int level = 0; level < SERIES_LEVELS; level++) {
		stmt = db_prepare(s->db, "DELETE FROM series WHERE level = ? AND last < ? AND NOT EXISTS(SELECT 1"
					 " FROM note WHERE pin AND until >= first * 1000000 AND at <= last * 1000000)");
		db_int(stmt, 1, level);
		db_int(stmt, 2, (int64_t)sqlite_horizon(s, (size_t)level + 1) - 86400);
		(void)db_run(stmt); /* failures stick */
	}
	(void)db_exec(s->db, "DELETE FROM thread WHERE series NOT IN (SELECT id FROM series)");
	if (n < NODES_AT_ONCE) {
		stmt = db_prepare(s->db, "INSERT OR REPLACE INTO meta(k, v) VALUES('forgot', ?)");
		db_int(stmt, 1, (int64_t)now_us);
		(void)db_run(stmt);
	}
	r = r < 0 ? r : db_commit(s->db);
	sqlite_put_deinit(s); /* numbers that it knows may have gone */
	return r < 0 ? r : series_read_again(&s->series);
}

int sqlite_retain(struct sqlite *s, uint64_t now_us, uint64_t until_ns, bool *ret_more)
{
	uint64_t now_s = now_us / 1000000;
	int r = 0;

	if (now_us - s->retained_us < LOOK_US && now_us >= s->retained_us)
		return 0;
	for (size_t tier = 0; tier < STORE_TIERS && r == 0; tier++)
		if (now_s > s->keep_s[tier])
			r = cut_tier(s, tier, cut_at(s, tier, now_s - s->keep_s[tier]), until_ns, ret_more);
	if (r == 0 && used_bytes(s) > s->max_bytes)
		r = make_room(s, now_s, until_ns, ret_more);
	if (r == 0)
		r = shrink(s, ret_more);
	if (r == 0)
		r = forget_names(s, now_us);
	if (r == 0 && !*ret_more)
		s->retained_us = now_us;
	return r < 0 ? r : db_failed(s->db, NULL);
}
