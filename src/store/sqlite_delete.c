/* SPDX-License-Identifier: MIT */
/*
 * sqlite_delete: what somebody wants to be gone. Days hold all hosts together: of a host that goes they are made again
 * out of the hours that are kept.
 */
#include <string.h>

#include "base/err.h"
#include "store/sqlite.h"

/* Series that go, in a table of this connection's own. */
static int choose(struct sqlite *s, const struct store_delete *what)
{
	struct db_stmt *stmt;

	(void)db_exec(s->db, "CREATE TEMP TABLE IF NOT EXISTS doomed(id INTEGER PRIMARY KEY); DELETE FROM doomed");
	stmt = db_prepare(s->db,
			  "INSERT INTO doomed SELECT s.id FROM series s LEFT JOIN host h ON h.id = s.host"
			  " WHERE (?1 IS NULL OR s.service = ?1) AND (?2 IS NULL OR (s.level < 2 AND h.name = ?2))");
	if (what->service)
		db_text(stmt, 1, what->service, strlen(what->service));
	else
		db_null(stmt, 1);
	if (what->host)
		db_text(stmt, 2, what->host, strlen(what->host));
	else
		db_null(stmt, 2);
	return db_run(stmt);
}

static int run_bound(struct sqlite *s, const char *sql, int64_t value, uint64_t *n)
{
	struct db_stmt *stmt = db_prepare(s->db, sql);
	int r;

	db_int(stmt, 1, value);
	while ((r = db_step(stmt)) > 0)
		++*n;
	return r;
}

/* Rows of doomed series; with a time only those of buckets before it. */
static int delete_rows(struct sqlite *s, uint64_t before_s, uint64_t *n)
{
	static const char *const sql[STORE_TIERS] = {
		"DELETE FROM t0 WHERE k < ? AND (k & 536870911) IN (SELECT id FROM doomed) RETURNING 1",
		"DELETE FROM t1 WHERE k < ? AND (k & 536870911) IN (SELECT id FROM doomed) RETURNING 1",
		"DELETE FROM t2 WHERE k < ? AND (k & 536870911) IN (SELECT id FROM doomed) RETURNING 1",
		"DELETE FROM t3 WHERE k < ? AND (k & 536870911) IN (SELECT id FROM doomed) RETURNING 1"};
	int r = 0;

	for (size_t i = 0; i < STORE_TIERS && r == 0; i++) {
		uint64_t cut = before_s - before_s % s->step_s[i];

		r = run_bound(s, sql[i], before_s ? sqlite_key(cut, 0) : INT64_MAX, n);
	}
	return r;
}

static int delete_heads(struct sqlite *s, uint64_t before_s)
{
	static const char *const sql[STORE_TIERS] = {"DELETE FROM h0 WHERE k < ?", "DELETE FROM h1 WHERE k < ?",
						     "DELETE FROM h2 WHERE k < ?", "DELETE FROM h3 WHERE k < ?"};
	uint64_t n = 0;
	int r = 0;

	for (size_t i = 0; i < STORE_TIERS && r == 0; i++)
		r = run_bound(s, sql[i], sqlite_key(before_s - before_s % s->step_s[i], 0), &n);
	return r;
}

static int delete_host(struct sqlite *s, const char *name)
{
	static const char *const sql[] = {"DELETE FROM h0 WHERE (k & 536870911) = (SELECT id FROM host WHERE name = ?)",
					  "DELETE FROM h1 WHERE (k & 536870911) = (SELECT id FROM host WHERE name = ?)",
					  "DELETE FROM h2 WHERE (k & 536870911) = (SELECT id FROM host WHERE name = ?)",
					  "DELETE FROM h3 WHERE (k & 536870911) = (SELECT id FROM host WHERE name = ?)",
					  "DELETE FROM cursor WHERE host = (SELECT id FROM host WHERE name = ?)",
					  "DELETE FROM host WHERE name = ?"};
	int r = 0;

	for (size_t i = 0; i < sizeof(sql) / sizeof(*sql) && r == 0; i++) {
		struct db_stmt *stmt = db_prepare(s->db, sql[i]);

		db_text(stmt, 1, name, strlen(name));
		r = db_run(stmt);
	}
	return r;
}

/* Days and, where only processes are told apart below, hours: made again without what has gone. */
static int make_again(struct sqlite *s)
{
	return db_exec(s->db, "INSERT OR IGNORE INTO todo(tier, bucket, changed)"
			      " SELECT DISTINCT 3, (k >> 29) / 86400 * 86400, 1 FROM h2");
}

int sqlite_delete(struct store *store, const struct store_delete *what, uint64_t *ret_rows, struct err *err)
{
	struct sqlite *s = (struct sqlite *)store;
	uint64_t before_s = what->before_us / 1000000, n = 0;
	int r = db_begin(s->db);

	if (r == 0)
		r = choose(s, what);
	if (r == 0)
		r = delete_rows(s, before_s, &n);
	if (r == 0 && before_s && !what->host && !what->service)
		r = delete_heads(s, before_s);
	if (r == 0 && what->host && !what->service && !before_s)
		r = delete_host(s, what->host);
	if (r == 0 && !before_s)
		r = db_exec(s->db, "DELETE FROM series WHERE id IN (SELECT id FROM doomed);"
				   "DELETE FROM thread WHERE series IN (SELECT id FROM doomed)");
	if (r == 0 && what->host)
		r = make_again(s);
	r = r < 0 ? r : db_commit(s->db);
	if (r < 0)
		(void)db_failed(s->db, err);
	db_rollback(s->db); /* of nothing, if it was committed */
	sqlite_roll_deinit(s);
	sqlite_put_deinit(s); /* numbers that these know may have gone */
	if (r == 0)
		r = series_read_again(&s->series);
	if (r == 0)
		*ret_rows = n;
	return r;
}
