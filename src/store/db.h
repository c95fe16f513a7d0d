/* SPDX-License-Identifier: MIT */
/*
 * db: the only door to SQLite. A small vocabulary, so that the rest of the room is SQL and loops.
 *
 *	r = db_open(&db, path, DB_WRITE, &err);
 *	stmt = db_prepare(db, "SELECT id, name FROM host WHERE last > ?");      kept by the db, made once per text
 *	db_int(stmt, 1, 42);
 *	while ((r = db_step(stmt)) > 0) ... db_get_int(stmt, 0) ...
 *
 * Failures stick: the first one is kept with its sentence, later calls do nothing and fail with it, until db_clear (a
 * rollback does that too). So a row of statements is checked once at its end.
 */
#ifndef STORE_DB_H
#define STORE_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct db;
struct db_stmt;
struct err;

enum db_mode { DB_READ, DB_WRITE };

/* Opens a file, which DB_WRITE makes if it is not there. SCRAPE_EGONE (no such file or directory), SCRAPE_EPERM,
 * SCRAPE_EFORMAT (not a database), SCRAPE_EIO, SCRAPE_ENOMEM, with a sentence. */
int db_open(struct db **ret, const char *path, enum db_mode mode, struct err *err);
void db_close(struct db *db);

/* The first failure since the beginning or db_clear: 0, SCRAPE_EIO (also a full disk, which the sentence says),
 * SCRAPE_EFORMAT (damaged), SCRAPE_ENOMEM, SCRAPE_EBUSY. */
int db_failed(const struct db *db, struct err *err);
bool db_is_full(const struct db *db); /* that failure was a disk without room */
void db_clear(struct db *db);

/* Statements without results, one or several. Codes as above. */
int db_exec(struct db *db, const char *sql);
/* One number, or the default if there is no row. */
int64_t db_number(struct db *db, int64_t otherwise, const char *sql);

/* `sql` is a constant: the statement is kept under its address. NULL after a failure, which the functions below take.
 */
struct db_stmt *db_prepare(struct db *db, const char *sql);
void db_int(struct db_stmt *stmt, int at, int64_t value);
void db_null(struct db_stmt *stmt, int at);
void db_text(struct db_stmt *stmt, int at, const char *text, size_t len); /* borrowed until the next step */
void db_blob(struct db_stmt *stmt, int at, const void *bytes, size_t n);  /* the same */
/* 1: a row; 0: done, and ready to be bound again; negative: failed. */
int db_step(struct db_stmt *stmt);
/* Steps to the end. 0 or negative. */
int db_run(struct db_stmt *stmt);
/* Before the end was reached. */
void db_reset(struct db_stmt *stmt);

/* Of the row in hand; valid until the next step. Texts end in NUL. */
int64_t db_get_int(struct db_stmt *stmt, int column);
const char *db_get_text(struct db_stmt *stmt, int column, size_t *len_ret);
const void *db_get_blob(struct db_stmt *stmt, int column, size_t *len_ret);

int db_begin(struct db *db);     /* of a transaction that writes */
int db_commit(struct db *db);    /* rolls back what cannot be committed, and fails */
void db_rollback(struct db *db); /* and clears */

/* Copies the whole database, as it is at one moment, into a new file. */
int db_backup(struct db *db, const char *path, struct err *err);

#endif
