/* SPDX-License-Identifier: MIT */
/* sqlite_check: how much there is, whether it is whole, and a copy of it. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "store/sqlite.h"

#define SAY_MAX 100 /* complaints of one kind */

static const char *const sql_bytes[STORE_TIERS] = {
	"SELECT coalesce(sum(length(data) + 12), 0) FROM t0", "SELECT coalesce(sum(length(data) + 12), 0) FROM t1",
	"SELECT coalesce(sum(length(data) + 12), 0) FROM t2", "SELECT coalesce(sum(length(data) + 12), 0) FROM t3"};
static const char *const sql_rows[STORE_TIERS] = {"SELECT count(*) FROM t0", "SELECT count(*) FROM t1",
						  "SELECT count(*) FROM t2", "SELECT count(*) FROM t3"};
static const char *const sql_oldest[STORE_TIERS] = {"SELECT min(k) FROM h0", "SELECT min(k) FROM h1",
						    "SELECT min(k) FROM h2", "SELECT min(k) FROM h3"};
static const char *const sql_all[STORE_TIERS] = {"SELECT k, data FROM t0", "SELECT k, data FROM t1",
						 "SELECT k, data FROM t2", "SELECT k, data FROM t3"};

static void count_all(struct sqlite *s, struct store_stats *ret)
{
	ret->oldest_us = (uint64_t)db_number(s->db, 0, "SELECT min(first) FROM host WHERE first > 0");
	ret->newest_us = (uint64_t)db_number(s->db, 0, "SELECT max(until) FROM host");
	ret->hosts = (uint64_t)db_number(s->db, 0, "SELECT count(*) FROM host");
	ret->series = (uint64_t)db_number(s->db, 0, "SELECT count(*) FROM series");
	ret->nodes = (uint64_t)db_number(s->db, 0, "SELECT count(*) FROM node");
	ret->frames = (uint64_t)db_number(s->db, 0, "SELECT count(*) FROM frame");
	ret->annotations = (uint64_t)db_number(s->db, 0, "SELECT count(*) FROM note");
	for (size_t i = 0; i < STORE_TIERS; i++) {
		int64_t key = db_number(s->db, 0, sql_oldest[i]);

		ret->tiers[i].step_us = s->step_s[i] * 1000000;
		ret->tiers[i].oldest_us = key > 0 ? sqlite_key_bucket(key) * 1000000 : UINT64_MAX;
		ret->tiers[i].bytes = (uint64_t)db_number(s->db, 0, sql_bytes[i]);
		ret->tiers[i].rows = (uint64_t)db_number(s->db, 0, sql_rows[i]);
	}
}

int sqlite_stats(struct store *store, bool deep, struct store_stats *ret, struct err *err)
{
	struct sqlite *s = (struct sqlite *)store;
	uint64_t page = (uint64_t)db_number(s->db, 0, "PRAGMA page_size");
	struct store_stats stats = {.slice_us = s->step_s[0] * 1000000,
				    .bytes = (uint64_t)db_number(s->db, 0, "PRAGMA page_count") * page,
				    .free_bytes = (uint64_t)db_number(s->db, 0, "PRAGMA freelist_count") * page,
				    .max_bytes = s->max_bytes};

	if (deep)
		count_all(s, &stats);
	if (db_failed(s->db, err) < 0) {
		int r = db_failed(s->db, NULL);

		db_clear(s->db);
		return r;
	}
	*ret = stats;
	return 0;
}

/* What checking needs. */
struct checking {
	struct sqlite *s;
	store_say_fn say;
	void *ctx;
	uint64_t bad;
	bool *nodes; /* that there are */
	size_t n_nodes;
	struct blob_rows rows;
};

static void complain(struct checking *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void complain(struct checking *c, const char *fmt, ...)
{
	char text[ERR_TEXT_MAX];
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, args); /* cut, if need be */
	va_end(args);
	if (c->bad++ < SAY_MAX)
		c->say(c->ctx, text);
}

static int check_pages(struct checking *c)
{
	struct db_stmt *stmt = db_prepare(c->s->db, "PRAGMA integrity_check");
	int r;

	while ((r = db_step(stmt)) > 0) {
		size_t len;
		const char *text = db_get_text(stmt, 0, &len);

		if (strcmp(text, "ok") != 0)
			complain(c, "%s", text);
	}
	return r;
}

static int check_nodes(struct checking *c)
{
	struct db_stmt *stmt =
		db_prepare(c->s->db, "SELECT n.id, n.parent, p.id IS NULL AND n.parent > 0, f.id IS NULL,"
				     " n.expiry > p.expiry FROM node n LEFT JOIN node p ON p.id = n.parent"
				     " LEFT JOIN frame f ON f.id = n.frame");
	int r;

	c->n_nodes = (size_t)db_number(c->s->db, 0, "SELECT max(id) FROM node") + 1;
	if (c->n_nodes > STACKS_NODES_MAX)
		c->n_nodes = STACKS_NODES_MAX;
	c->nodes = calloc(c->n_nodes, sizeof(bool));
	if (!c->nodes)
		return SCRAPE_ENOMEM;
	c->nodes[STACKS_ROOT] = true;
	while ((r = db_step(stmt)) > 0) {
		int64_t id = db_get_int(stmt, 0), parent = db_get_int(stmt, 1);

		if (parent >= id || db_get_int(stmt, 2))
			complain(c, "stack %lld: what calls it (%lld) is not there", (long long)id, (long long)parent);
		if (db_get_int(stmt, 3))
			complain(c, "stack %lld: its frame is not there", (long long)id);
		if (db_get_int(stmt, 4))
			complain(c, "stack %lld is to be kept for longer than what calls it", (long long)id);
		if (id >= 0 && (size_t)id < c->n_nodes)
			c->nodes[id] = true;
	}
	return r;
}

static void check_row(struct checking *c, size_t tier, int64_t key, const void *bytes, size_t n)
{
	unsigned long long bucket = sqlite_key_bucket(key);
	unsigned series = sqlite_key_id(key);
	struct blob_reader reader;
	struct pack_thread head;
	struct pack_fact loss;
	int r = 0;

	if (!blob_open(&reader, bytes, n)) {
		complain(c, "tier %zu, series %u, %llu: the row is damaged", tier, series, bucket);
		return;
	}
	while (blob_next_loss(&reader, &loss))
		;
	while (!reader.bad && (r = blob_next_section(&reader, &head, &c->rows)) > 0)
		for (size_t i = 0; i < c->rows.n; i++)
			if (c->rows.items[i].stack >= c->n_nodes || !c->nodes[c->rows.items[i].stack]) {
				complain(c, "tier %zu, series %u, %llu: stack %u is not there", tier, series, bucket,
					 c->rows.items[i].stack);
				break;
			}
	if (r < 0 || reader.bad)
		complain(c, "tier %zu, series %u, %llu: the row makes no sense", tier, series, bucket);
}

static int check_rows(struct checking *c, size_t tier)
{
	struct db_stmt *stmt = db_prepare(c->s->db, sql_all[tier]);
	int r;

	while ((r = db_step(stmt)) > 0) {
		size_t n;
		const void *bytes = db_get_blob(stmt, 1, &n);

		check_row(c, tier, db_get_int(stmt, 0), bytes, n);
	}
	return r;
}

int sqlite_check(struct store *store, store_say_fn say, void *ctx, uint64_t *ret_bad, struct err *err)
{
	struct checking c = {.s = (struct sqlite *)store, .say = say, .ctx = ctx};
	int r = check_pages(&c);

	if (r == 0)
		r = check_nodes(&c);
	for (size_t i = 0; i < STORE_TIERS && r == 0; i++)
		r = check_rows(&c, i);
	if (r < 0 && db_failed(c.s->db, err) == 0)
		(void)err_set(err, r, "out of memory");
	db_clear(c.s->db);
	*ret_bad = c.bad;
	free(c.nodes);
	VEC_DEINIT(&c.rows);
	return r;
}

int sqlite_backup(struct store *store, const char *path, struct err *err)
{
	struct sqlite *s = (struct sqlite *)store;

	return db_backup(s->db, path, err);
}
