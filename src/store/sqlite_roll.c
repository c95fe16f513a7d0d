/* SPDX-License-Identifier: MIT */
/*
 * sqlite_roll: buckets of coarser tiers, made out of those of the tier below.
 *
 * A bucket that changed is on the list until it has been made as a whole, series by series, in transactions of a few
 * each; it may be made again at any time, with the same result. Only where rows of the tier below are gone already
 * something late is added to what there is, and goes itself at once.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/vec.h"
#include "profile/slice.h"
#include "store/sqlite.h"

#define GRACE_S 60         /* a bucket that ended so long ago is made, whoever may be late */
#define SERIES_AT_ONCE 256 /* in one transaction */

/* A bucket in the making. */
struct roll {
	bool going;
	size_t tier;
	uint64_t bucket_s, changed;
	bool late;             /* what lies below is added */
	VEC(uint32_t) series;  /* of this tier, that have something below */
	VEC(uint32_t) sources; /* of all of them, one after the other */
	VEC(uint32_t) starts;  /* in sources, by place in series */
	size_t next;           /* place of the series to be made next */
	struct blob_rows rows;
	struct buf blob;
};

static void roll_clear(struct roll *roll)
{
	roll->going = false;
	roll->series.n = roll->sources.n = roll->starts.n = roll->next = 0;
}

void sqlite_roll_deinit(struct sqlite *s)
{
	struct roll *roll = s->roll;

	s->roll = NULL;
	if (!roll)
		return;
	VEC_DEINIT(&roll->series);
	VEC_DEINIT(&roll->sources);
	VEC_DEINIT(&roll->starts);
	VEC_DEINIT(&roll->rows);
	buf_deinit(&roll->blob);
	free(roll);
}

int sqlite_todo(struct sqlite *s, size_t tier, uint64_t time_s)
{
	struct db_stmt *stmt = db_prepare(s->db, "INSERT INTO todo(tier, bucket, changed) VALUES(?1, ?2, 1)"
						 " ON CONFLICT DO UPDATE SET changed = changed + 1");

	db_int(stmt, 1, (int64_t)tier);
	db_int(stmt, 2, (int64_t)(time_s - time_s % s->step_s[tier]));
	return db_run(stmt);
}

/* The oldest bucket of the finest tier that is due. 1, or 0 if there is none. */
static int find_due(struct sqlite *s, uint64_t now_us, struct roll *roll)
{
	struct db_stmt *stmt = db_prepare(s->db, "SELECT tier, bucket, changed FROM todo WHERE bucket +"
						 " CASE tier WHEN 1 THEN 60 WHEN 2 THEN 3600 ELSE 86400 END <= ?"
						 " ORDER BY tier, bucket LIMIT 1");
	int r;

	db_int(stmt, 1, (int64_t)(now_us / 1000000) - GRACE_S);
	r = db_step(stmt);
	if (r <= 0)
		return r;
	roll->tier = (size_t)db_get_int(stmt, 0);
	roll->bucket_s = (uint64_t)db_get_int(stmt, 1);
	roll->changed = (uint64_t)db_get_int(stmt, 2);
	db_reset(stmt);
	return roll->tier > 0 && roll->tier < STORE_TIERS ? 1 : SCRAPE_EFORMAT;
}

/* A row below, and the series that it goes into. */
struct edge {
	uint32_t to, from;
};

static int compare_edges(const void *a, const void *b)
{
	const struct edge *x = a, *y = b;

	if (x->to != y->to)
		return x->to < y->to ? -1 : 1;
	return x->from < y->from ? -1 : x->from > y->from;
}

/* Whole tables are read by key: so each statement knows its table. */
static const char *const sql_keys[STORE_TIERS] = {
	"SELECT k FROM t0 WHERE k >= ? AND k < ?", "SELECT k FROM t1 WHERE k >= ? AND k < ?",
	"SELECT k FROM t2 WHERE k >= ? AND k < ?", "SELECT k FROM t3 WHERE k >= ? AND k < ?"};
static const char *const sql_row[STORE_TIERS] = {"SELECT data FROM t0 WHERE k = ?", "SELECT data FROM t1 WHERE k = ?",
						 "SELECT data FROM t2 WHERE k = ?", "SELECT data FROM t3 WHERE k = ?"};
static const char *const sql_put[STORE_TIERS] = {
	"INSERT OR REPLACE INTO t0(k, data) VALUES(?, ?)", "INSERT OR REPLACE INTO t1(k, data) VALUES(?, ?)",
	"INSERT OR REPLACE INTO t2(k, data) VALUES(?, ?)", "INSERT OR REPLACE INTO t3(k, data) VALUES(?, ?)"};
static const char *const sql_delete[STORE_TIERS] = {
	"DELETE FROM t0 WHERE k >= ? AND k < ?", "DELETE FROM t1 WHERE k >= ? AND k < ?",
	"DELETE FROM t2 WHERE k >= ? AND k < ?", "DELETE FROM t3 WHERE k >= ? AND k < ?"};
static const char *const sql_heads[STORE_TIERS] = {
	"SELECT k, data FROM h0 WHERE k >= ? AND k < ?", "SELECT k, data FROM h1 WHERE k >= ? AND k < ?",
	"SELECT k, data FROM h2 WHERE k >= ? AND k < ?", "SELECT k, data FROM h3 WHERE k >= ? AND k < ?"};
static const char *const sql_delete_heads[STORE_TIERS] = {
	"DELETE FROM h0 WHERE k >= ? AND k < ?", "DELETE FROM h1 WHERE k >= ? AND k < ?",
	"DELETE FROM h2 WHERE k >= ? AND k < ?", "DELETE FROM h3 WHERE k >= ? AND k < ?"};

static void bind_interval(struct db_stmt *stmt, uint64_t from_s, uint64_t until_s)
{
	db_int(stmt, 1, sqlite_key(from_s, 0));
	db_int(stmt, 2, sqlite_key(until_s, 0));
}

static int sort_edges(struct roll *roll, struct edge *edges, size_t n)
{
	if (n > 1)
		qsort(edges, n, sizeof(*edges), compare_edges);
	for (size_t i = 0; i < n; i++) {
		uint32_t *place;

		if (i > 0 && compare_edges(&edges[i], &edges[i - 1]) == 0)
			continue;
		if (i == 0 || edges[i].to != edges[i - 1].to) {
			if (!VEC_RESERVE(&roll->series, roll->series.n + 1) ||
			    !VEC_RESERVE(&roll->starts, roll->starts.n + 1))
				return SCRAPE_ENOMEM;
			*VEC_PUSH(&roll->series) = edges[i].to;
			*VEC_PUSH(&roll->starts) = (uint32_t)roll->sources.n;
		}
		place = VEC_PUSH(&roll->sources);
		if (!place)
			return SCRAPE_ENOMEM;
		*place = edges[i].from;
	}
	return 0;
}

/* Which series of this tier have rows below, and which. */
static int find_sources(struct sqlite *s, struct roll *roll)
{
	bool same = series_level_of_tier(roll->tier) == series_level_of_tier(roll->tier - 1);
	struct db_stmt *stmt = db_prepare(s->db, sql_keys[roll->tier - 1]);
	VEC(struct edge) edges = {0};
	int r;

	bind_interval(stmt, roll->bucket_s, roll->bucket_s + s->step_s[roll->tier]);
	while ((r = db_step(stmt)) > 0) {
		uint32_t from = sqlite_key_id(db_get_int(stmt, 0));
		struct edge *edge;

		if (from >= s->series.list.n || !s->series.list.items[from].known)
			continue; /* of a series that was deleted */
		edge = VEC_PUSH(&edges);
		if (!edge) {
			r = SCRAPE_ENOMEM;
			db_reset(stmt);
			break;
		}
		*edge = (struct edge){same ? from : s->series.list.items[from].up, from};
	}
	if (r == 0)
		r = sort_edges(roll, edges.items, edges.n);
	VEC_DEINIT(&edges);
	return r;
}

static int begin_bucket(struct sqlite *s, struct roll *roll)
{
	int r;

	roll->late = !sqlite_keeps(s, roll->tier - 1, roll->bucket_s, roll->bucket_s + s->step_s[roll->tier]);
	r = find_sources(s, roll);
	roll->going = r == 0;
	return r;
}

/* Adds what a row holds to the sums. */
static int add_blob(struct sqlite *s, const void *bytes, size_t n, uint32_t unseen)
{
	struct blob_reader reader;
	struct pack_thread head;
	struct pack_fact loss;
	int r;

	if (!blob_open(&reader, bytes, n))
		return 0; /* damaged: `check` tells */
	while (blob_next_loss(&reader, &loss))
		s->sums.lost[loss.what] = slice_sum(s->sums.lost[loss.what], loss.value);
	while ((r = blob_next_section(&reader, &head, &s->roll->rows)) > 0) {
		r = sums_section(&s->sums, &head, &s->roll->rows, unseen);
		if (r < 0)
			return r;
	}
	return r == SCRAPE_ENOMEM ? r : 0;
}

static int add_row(struct sqlite *s, size_t tier, int64_t key, uint32_t unseen)
{
	struct db_stmt *stmt = db_prepare(s->db, sql_row[tier]);
	int r;

	db_int(stmt, 1, key);
	r = db_step(stmt);
	if (r > 0) {
		size_t n;
		const void *bytes = db_get_blob(stmt, 0, &n);

		r = add_blob(s, bytes, n, unseen);
		db_reset(stmt);
	}
	return r;
}

static int touch(struct sqlite *s, size_t tier, uint64_t bucket_s)
{
	uint32_t hours = (uint32_t)((bucket_s + s->step_s[tier] + s->keep_s[tier]) / 3600 + 2);
	int r = 0;

	VEC_EACH (entry, &s->sums.entries)
		if (r == 0)
			r = stacks_touch(&s->stacks, entry->node, hours);
	return r;
}

static uint32_t parent_of(void *ctx, uint32_t node)
{
	const struct stacks *stacks = ctx;

	return stacks->nodes.items[node].parent;
}

static int pruned_of(void *ctx, uint32_t node, uint32_t *ret)
{
	struct stacks *stacks = ctx;

	return stacks_node(stacks, node, stacks->pruned, ret);
}

static int write_row(struct sqlite *s, struct roll *roll, uint32_t series)
{
	struct db_stmt *stmt = db_prepare(s->db, sql_put[roll->tier]);
	const struct sums_trie trie = {.parent = parent_of, .pruned = pruned_of, .ctx = &s->stacks};
	struct pack_thread head;
	int r = roll->tier > 1 ? sums_prune(&s->sums, &trie, s->prune) : 0;

	if (r == 0)
		r = touch(s, roll->tier, roll->bucket_s);
	if (r == 0)
		r = sums_pack(&s->sums, true, &head, &roll->rows);
	if (r < 0)
		return r;
	buf_reset(&roll->blob);
	blob_begin(&roll->blob, s->sums.lost, NULL);
	r = blob_section(&roll->blob, &head, &roll->rows);
	if (r < 0)
		return r;
	blob_end(&roll->blob);
	db_int(stmt, 1, sqlite_key(roll->bucket_s, series));
	db_blob(stmt, 2, roll->blob.data, roll->blob.len);
	return db_run(stmt);
}

static int make_series(struct sqlite *s, struct roll *roll, size_t place)
{
	size_t end = place + 1 < roll->starts.n ? roll->starts.items[place + 1] : roll->sources.n;
	size_t below = roll->tier - 1;
	uint32_t unseen;
	int r = stacks_node(&s->stacks, STACKS_ROOT, s->stacks.unseen, &unseen);

	sums_clear(&s->sums);
	if (r == 0 && roll->late)
		r = add_row(s, roll->tier, sqlite_key(roll->bucket_s, roll->series.items[place]), unseen);
	for (size_t i = roll->starts.items[place]; i < end && r == 0; i++)
		for (uint64_t at = 0; at < s->step_s[roll->tier] && r == 0; at += s->step_s[below])
			r = add_row(s, below, sqlite_key(roll->bucket_s + at, roll->sources.items[i]), unseen);
	return r < 0 ? r : write_row(s, roll, roll->series.items[place]);
}

/* Heads of the tier below, added up by host. */
static int make_heads(struct sqlite *s, struct roll *roll)
{
	struct db_stmt *stmt = db_prepare(s->db, sql_heads[roll->tier - 1]);
	VEC(struct head) heads = {0};
	int r;

	bind_interval(stmt, roll->bucket_s, roll->bucket_s + s->step_s[roll->tier]);
	while ((r = db_step(stmt)) > 0) {
		uint32_t host = sqlite_key_id(db_get_int(stmt, 0));
		struct head head;
		size_t n;
		const void *bytes = db_get_blob(stmt, 1, &n);

		while (heads.n <= host)
			if (!VEC_PUSH(&heads)) {
				VEC_DEINIT(&heads);
				db_reset(stmt);
				return SCRAPE_ENOMEM;
			}
		if (sqlite_head_unpack(bytes, n, &head))
			head_add(&heads.items[host], &head);
	}
	if (r == 0 && !roll->late) {
		stmt = db_prepare(s->db, sql_delete_heads[roll->tier]);
		bind_interval(stmt, roll->bucket_s, roll->bucket_s + s->step_s[roll->tier]);
		r = db_run(stmt);
	}
	for (uint32_t host = 1; host < heads.n && r == 0; host++)
		if (heads.items[host].from_us)
			r = sqlite_head_put(s, roll->tier, roll->bucket_s, host, &heads.items[host]);
	VEC_DEINIT(&heads);
	return r;
}

/* What was late has been added: what is below goes, or it would be added again. */
static int drop_below(struct sqlite *s, struct roll *roll)
{
	const char *const sql[] = {sql_delete[roll->tier - 1], sql_delete_heads[roll->tier - 1]};
	int r = 0;

	for (size_t i = 0; i < 2 && r == 0; i++) {
		struct db_stmt *stmt = db_prepare(s->db, sql[i]);

		bind_interval(stmt, roll->bucket_s, roll->bucket_s + s->step_s[roll->tier]);
		r = db_run(stmt);
	}
	return r;
}

/* Off the list, unless it has changed meanwhile. */
static int end_bucket(struct sqlite *s, struct roll *roll)
{
	struct db_stmt *stmt;
	int r = make_heads(s, roll);

	if (r == 0 && roll->late)
		r = drop_below(s, roll);
	if (r == 0 && roll->tier + 1 < STORE_TIERS)
		r = sqlite_todo(s, roll->tier + 1, roll->bucket_s);
	if (r < 0)
		return r;
	stmt = db_prepare(s->db, "DELETE FROM todo WHERE tier = ? AND bucket = ? AND changed = ?");
	db_int(stmt, 1, (int64_t)roll->tier);
	db_int(stmt, 2, (int64_t)roll->bucket_s);
	db_int(stmt, 3, (int64_t)roll->changed);
	r = db_run(stmt);
	roll_clear(roll);
	return r;
}

/* One transaction's worth. What is late is added in one, since half of it would be added twice. */
static int go_on(struct sqlite *s, struct roll *roll)
{
	size_t end = roll->late ? roll->series.n : roll->next + SERIES_AT_ONCE;
	int r = db_begin(s->db);

	for (; r == 0 && roll->next < roll->series.n && roll->next < end; roll->next++)
		r = make_series(s, roll, roll->next);
	if (r == 0 && roll->next >= roll->series.n)
		r = end_bucket(s, roll);
	return r < 0 ? r : db_commit(s->db);
}

int sqlite_roll(struct sqlite *s, uint64_t now_us, uint64_t until_mono_ns, bool *ret_more)
{
	int r = 0;

	if (!s->roll)
		s->roll = calloc(1, sizeof(*s->roll));
	if (!s->roll)
		return SCRAPE_ENOMEM;
	*ret_more = true;
	do {
		if (!s->roll->going) {
			r = find_due(s, now_us, s->roll);
			*ret_more = r > 0;
			if (r <= 0)
				return r;
			r = begin_bucket(s, s->roll);
		}
		if (r == 0)
			r = go_on(s, s->roll);
	} while (r == 0 && clock_mono_ns() < until_mono_ns);
	return r;
}
