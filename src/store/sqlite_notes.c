/* SPDX-License-Identifier: MIT */
/* sqlite_notes: what somebody noted. */
#include <string.h>

#include "base/err.h"
#include "store/sqlite.h"

#define NOTES_MAX 100000

static int told(struct sqlite *s, int r, struct err *err)
{
	if (r < 0) {
		r = db_failed(s->db, err);
		db_clear(s->db);
	}
	return r;
}

int sqlite_annotate(struct store *store, const struct store_note *note, int64_t *ret_id, struct err *err)
{
	struct sqlite *s = (struct sqlite *)store;
	struct db_stmt *stmt;
	int64_t id = 0;
	int r;

	if (db_number(s->db, 0, "SELECT count(*) FROM note") >= NOTES_MAX)
		return err_set(err, SCRAPE_ELIMIT, "there are %d annotations already", NOTES_MAX);
	stmt = db_prepare(s->db, "INSERT INTO note(at, until, text, service, host, by, pin) VALUES(?, ?, ?, ?, ?, ?, ?)"
				 " RETURNING id");
	db_int(stmt, 1, (int64_t)note->at_us);
	db_int(stmt, 2, (int64_t)note->until_us);
	db_text(stmt, 3, note->text, strlen(note->text));
	db_text(stmt, 4, note->service, strlen(note->service));
	db_text(stmt, 5, note->host, strlen(note->host));
	db_text(stmt, 6, note->by, strlen(note->by));
	db_int(stmt, 7, note->pin);
	while ((r = db_step(stmt)) > 0)
		id = db_get_int(stmt, 0);
	if (r == 0)
		*ret_id = id;
	return told(s, r, err);
}

int sqlite_unannotate(struct store *store, int64_t id, struct err *err)
{
	struct sqlite *s = (struct sqlite *)store;
	struct db_stmt *stmt = db_prepare(s->db, "DELETE FROM note WHERE id = ? RETURNING 1");
	int n = 0, r;

	db_int(stmt, 1, id);
	while ((r = db_step(stmt)) > 0)
		n++;
	if (r == 0 && n == 0)
		return err_set(err, SCRAPE_ENOTFOUND, "there is no annotation %lld", (long long)id);
	return told(s, r, err);
}

int sqlite_notes(struct store *store, uint64_t from_us, uint64_t until_us, store_note_fn fn, void *ctx, struct err *err)
{
	struct sqlite *s = (struct sqlite *)store;
	struct db_stmt *stmt = db_prepare(s->db, "SELECT id, at, until, text, service, host, by, pin FROM note"
						 " WHERE at < ?1 AND max(at + 1, until) > ?2 ORDER BY at, id");
	int r;

	db_int(stmt, 1, until_us < INT64_MAX ? (int64_t)until_us : INT64_MAX);
	db_int(stmt, 2, (int64_t)from_us);
	while ((r = db_step(stmt)) > 0) {
		size_t len;
		const struct store_note note = {.id = db_get_int(stmt, 0),
						.at_us = (uint64_t)db_get_int(stmt, 1),
						.until_us = (uint64_t)db_get_int(stmt, 2),
						.text = db_get_text(stmt, 3, &len),
						.service = db_get_text(stmt, 4, &len),
						.host = db_get_text(stmt, 5, &len),
						.by = db_get_text(stmt, 6, &len),
						.pin = db_get_int(stmt, 7) != 0};

		r = fn(ctx, &note);
		if (r < 0) {
			db_reset(stmt);
			return r;
		}
	}
	return told(s, r, err);
}
