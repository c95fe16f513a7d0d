/* SPDX-License-Identifier: MIT */
/* db: the only file that includes sqlite3.h. */
#include "store/db.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/vec.h"
#include "scrape.h"

#define BUSY_MS 5000

/* SQLite's own advice for a log of appends: one writer, readers that never wait, pages freed at the end of the file.
 * Debian builds SQLite with SECURE_DELETE on, which writes freed pages once more. */
static const char on_open[] = "PRAGMA synchronous=NORMAL; PRAGMA cache_size=-65536; PRAGMA mmap_size=268435456;"
			      "PRAGMA secure_delete=OFF; PRAGMA temp_store=MEMORY; PRAGMA trusted_schema=OFF;";
static const char on_create[] = "PRAGMA page_size=8192; PRAGMA auto_vacuum=INCREMENTAL; PRAGMA journal_mode=WAL;";

struct db_stmt {
	struct db *db;
	const char *sql; /* by its address */
	sqlite3_stmt *handle;
};

struct db {
	sqlite3 *handle;
	VEC(struct db_stmt *) stmts;
	int failed;
	bool full;
	char text[ERR_TEXT_MAX];
};

static int code_of(int r)
{
	switch (r & 0xff) {
	case SQLITE_NOMEM:
		return SCRAPE_ENOMEM;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return SCRAPE_EBUSY;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
	case SQLITE_FORMAT:
		return SCRAPE_EFORMAT;
	case SQLITE_PERM:
	case SQLITE_AUTH:
	case SQLITE_READONLY:
		return SCRAPE_EPERM;
	default:
		return SCRAPE_EIO;
	}
}

static int fail(struct db *db, int r)
{
	if (db->failed)
		return db->failed;
	db->failed = code_of(r);
	db->full = (r & 0xff) == SQLITE_FULL;
	(void)snprintf(db->text, sizeof(db->text), "%s",
		       db->full ? "no room is left on the disk" : sqlite3_errmsg(db->handle));
	return db->failed;
}

int db_failed(const struct db *db, struct err *err)
{
	return db->failed ? err_set(err, db->failed, "%s", db->text) : 0;
}

bool db_is_full(const struct db *db)
{
	return db->failed && db->full;
}

void db_clear(struct db *db)
{
	db->failed = 0;
	db->full = false;
}

int db_exec(struct db *db, const char *sql)
{
	int r = db->failed ? SQLITE_OK : sqlite3_exec(db->handle, sql, NULL, NULL, NULL);

	return r == SQLITE_OK ? db->failed : fail(db, r);
}

static int open_failed(struct db *db, const char *path, int r, struct err *err)
{
	int os = r == SQLITE_CANTOPEN && db ? sqlite3_system_errno(db->handle) : 0;

	if (os == ENOENT || os == ENOTDIR)
		r = err_set(err, SCRAPE_EGONE, "%s: %s", path, strerror(os));
	else if (os == EACCES || os == EPERM || os == EROFS)
		r = err_set(err, SCRAPE_EPERM, "%s: %s", path, strerror(os));
	else if (db && db->failed)
		r = err_set(err, db->failed, "%s: %s", path, db->text);
	else
		r = err_set(err, code_of(r), "%s: %s", path, sqlite3_errstr(r));
	db_close(db);
	return r;
}

int db_open(struct db **ret, const char *path, enum db_mode mode, struct err *err)
{
	int flags = mode == DB_WRITE ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
	struct db *db = calloc(1, sizeof(*db));
	int r;

	if (!db)
		return err_set(err, SCRAPE_ENOMEM, "out of memory");
	r = sqlite3_open_v2(path, &db->handle, flags | SQLITE_OPEN_NOMUTEX, NULL);
	if (r != SQLITE_OK)
		return open_failed(db, path, r, err);
	(void)sqlite3_extended_result_codes(db->handle, 1);                      /* cannot fail with a handle */
	(void)sqlite3_busy_timeout(db->handle, BUSY_MS);                         /* the same */
	(void)sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL); /* a wish */
	(void)db_exec(db, on_open);
	if (mode == DB_WRITE && db_number(db, 0, "SELECT count(*) FROM sqlite_schema") == 0)
		(void)db_exec(db, on_create);
	if (db->failed)
		return open_failed(db, path, SQLITE_ERROR, err);
	*ret = db;
	return 0;
}

void db_close(struct db *db)
{
	if (!db)
		return;
	VEC_EACH (stmt, &db->stmts) {
		(void)sqlite3_finalize((*stmt)->handle); /* tells the failure of a step, which is known */
		free(*stmt);
	}
	VEC_DEINIT(&db->stmts);
	(void)sqlite3_close(db->handle); /* nothing is open any more */
	free(db);
}

struct db_stmt *db_prepare(struct db *db, const char *sql)
{
	struct db_stmt *stmt, **place;
	int r;

	if (db->failed)
		return NULL;
	VEC_EACH (known, &db->stmts)
		if ((*known)->sql == sql)
			return *known;
	stmt = calloc(1, sizeof(*stmt));
	if (!stmt || !VEC_RESERVE(&db->stmts, db->stmts.n + 1)) {
		free(stmt);
		(void)fail(db, SQLITE_NOMEM);
		return NULL;
	}
	r = sqlite3_prepare_v3(db->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt->handle, NULL);
	if (r != SQLITE_OK) {
		free(stmt);
		(void)fail(db, r);
		return NULL;
	}
	stmt->db = db;
	stmt->sql = sql;
	place = VEC_PUSH(&db->stmts);
	*place = stmt;
	return stmt;
}

static void bound(struct db_stmt *stmt, int r)
{
	if (r != SQLITE_OK)
		(void)fail(stmt->db, r);
}

void db_int(struct db_stmt *stmt, int at, int64_t value)
{
	if (stmt)
		bound(stmt, sqlite3_bind_int64(stmt->handle, at, value));
}

void db_null(struct db_stmt *stmt, int at)
{
	if (stmt)
		bound(stmt, sqlite3_bind_null(stmt->handle, at));
}

void db_text(struct db_stmt *stmt, int at, const char *text, size_t len)
{
	if (stmt)
		bound(stmt, sqlite3_bind_text64(stmt->handle, at, text, len, SQLITE_STATIC, SQLITE_UTF8));
}

void db_blob(struct db_stmt *stmt, int at, const void *bytes, size_t n)
{
	if (stmt)
		bound(stmt, sqlite3_bind_blob64(stmt->handle, at, bytes, n, SQLITE_STATIC));
}

void db_reset(struct db_stmt *stmt)
{
	if (stmt)
		(void)sqlite3_reset(stmt->handle); /* tells the failure of a step, which is known */
}

int db_step(struct db_stmt *stmt)
{
	int r;

	if (!stmt)
		return SCRAPE_EIO;
	if (stmt->db->failed)
		return stmt->db->failed;
	r = sqlite3_step(stmt->handle);
	if (r == SQLITE_ROW)
		return 1;
	if (r != SQLITE_DONE)
		(void)fail(stmt->db, r);
	db_reset(stmt);
	return r == SQLITE_DONE ? 0 : stmt->db->failed;
}

int db_run(struct db_stmt *stmt)
{
	int r;

	do
		r = db_step(stmt);
	while (r > 0);
	return r;
}

int64_t db_number(struct db *db, int64_t otherwise, const char *sql)
{
	struct db_stmt *stmt = db_prepare(db, sql);
	int64_t value = otherwise;

	if (db_step(stmt) > 0) {
		value = db_get_int(stmt, 0);
		db_reset(stmt);
	}
	return value;
}

int64_t db_get_int(struct db_stmt *stmt, int column)
{
	return sqlite3_column_int64(stmt->handle, column);
}

const char *db_get_text(struct db_stmt *stmt, int column, size_t *len_ret)
{
	const char *text = (const char *)sqlite3_column_text(stmt->handle, column);

	*len_ret = text ? (size_t)sqlite3_column_bytes(stmt->handle, column) : 0;
	return text ? text : "";
}

const void *db_get_blob(struct db_stmt *stmt, int column, size_t *len_ret)
{
	const void *bytes = sqlite3_column_blob(stmt->handle, column);

	*len_ret = bytes ? (size_t)sqlite3_column_bytes(stmt->handle, column) : 0;
	return bytes ? bytes : "";
}

int db_begin(struct db *db)
{
	return db_exec(db, "BEGIN IMMEDIATE");
}

int db_commit(struct db *db)
{
	int r = db_exec(db, "COMMIT");

	if (r < 0 && !sqlite3_get_autocommit(db->handle))
		(void)sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL); /* what failed is told already */
	return r;
}

void db_rollback(struct db *db)
{
	VEC_EACH (stmt, &db->stmts)
		db_reset(*stmt);
	if (!sqlite3_get_autocommit(db->handle))
		(void)sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL); /* a failed one has done it already */
	db_clear(db);
}

int db_backup(struct db *db, const char *path, struct err *err)
{
	struct db *to = NULL;
	sqlite3_backup *backup;
	int r = access(path, F_OK) == 0 ? err_set(err, SCRAPE_EINVAL, "%s exists", path)
					: db_open(&to, path, DB_WRITE, err);

	if (r < 0)
		return r;
	backup = sqlite3_backup_init(to->handle, "main", db->handle, "main");
	r = backup ? sqlite3_backup_step(backup, -1) : SQLITE_ERROR;
	if (backup)
		(void)sqlite3_backup_finish(backup); /* tells what step has told */
	if (r != SQLITE_DONE) {
		(void)fail(to, r == SQLITE_ERROR ? sqlite3_extended_errcode(to->handle) : r);
		r = db_failed(to, err);
		(void)unlink(path); /* half of one is of no use */
	} else {
		r = 0;
	}
	db_close(to);
	return r;
}
