/* SPDX-License-Identifier: MIT */
/* clickhouse_notes: what somebody noted. What is taken back is written once more, as gone. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "scrape.h"
#include "store/clickhouse.h"
#include "store/rowbinary.h"

#define COLUMNS "id, at, until, text, service, host, by, pin, gone, written"

/* What is there of an annotation: the newest row, if it is not gone. */
#define SELECT_NOTES                                                                                                   \
	"SELECT id, argMax(at, written) AS begun, argMax(until, written) AS ended, argMax(text, written),"             \
	" argMax(service, written), argMax(host, written), argMax(by, written), argMax(pin, written) FROM notes"

static int write_note(struct clickhouse *c, uint64_t id, const struct store_note *note, bool gone, struct err *err)
{
	const char *const texts[] = {note->text, note->service, note->host, note->by};
	struct buf sql = BUF_INIT;
	int r;

	buf_str(&sql, "INSERT INTO notes (" COLUMNS ") FORMAT RowBinary\n");
	rowbinary_put_u64(&sql, id);
	rowbinary_put_u64(&sql, note->at_us);
	rowbinary_put_u64(&sql, note->until_us);
	for (size_t i = 0; i < 4; i++)
		rowbinary_put_text(&sql, texts[i], strlen(texts[i]));
	rowbinary_put_u8(&sql, note->pin);
	rowbinary_put_u8(&sql, gone);
	rowbinary_put_u64(&sql, clock_wall_ns());
	r = clickhouse_insert(c, &sql, err);
	buf_deinit(&sql);
	return r;
}

static int ask_number(struct clickhouse *c, const char *text, uint64_t *ret, struct err *err)
{
	struct buf sql = BUF_INIT;
	int r;

	buf_str(&sql, text);
	r = clickhouse_numbers(c, &sql, ret, 1, err);
	buf_deinit(&sql);
	return r;
}

/* Numbers are times, in us, and so those that follow: whoever else makes one does not have to be asked. */
int clickhouse_annotate(struct store *store, const struct store_note *note, int64_t *ret_id, struct err *err)
{
	struct clickhouse *c = (struct clickhouse *)store;
	const uint64_t id = clock_wall_ns() / NSEC_PER_USEC;
	int r = clickhouse_ready(c, err);

	if (r == 0)
		r = write_note(c, id, note, false, err);
	if (r == 0)
		*ret_id = (int64_t)id;
	return r;
}

int clickhouse_unannotate(struct store *store, int64_t id, struct err *err)
{
	const struct store_note nothing = {.text = "", .service = "", .host = "", .by = ""};
	struct clickhouse *c = (struct clickhouse *)store;
	char sql[160];
	uint64_t n = 0;
	int r = clickhouse_ready(c, err);

	(void)snprintf(
		sql, sizeof(sql),
		"SELECT toUInt64(count()) FROM (SELECT argMax(gone, written) AS was FROM notes WHERE id = %" PRId64
		" GROUP BY id) AS n WHERE was = 0",
		id);
	if (r == 0)
		r = ask_number(c, sql, &n, err);
	if (r == 0 && n == 0)
		return err_set(err, SCRAPE_ENOTFOUND, "there is no annotation %" PRId64, id);
	return r < 0 ? r : write_note(c, (uint64_t)id, &nothing, true, err);
}

static char *take_text(struct rowbinary *rows)
{
	size_t n;
	const char *text = rowbinary_text(rows, &n);

	return strndup(text, n);
}

static int take_note(struct rowbinary *rows, store_note_fn fn, void *ctx)
{
	struct store_note note = {.id = (int64_t)rowbinary_u64(rows)};
	char *texts[4];
	int r = SCRAPE_ENOMEM;

	note.at_us = rowbinary_u64(rows);
	note.until_us = rowbinary_u64(rows);
	for (size_t i = 0; i < 4; i++)
		texts[i] = take_text(rows);
	note.pin = rowbinary_u8(rows) != 0;
	note.text = texts[0];
	note.service = texts[1];
	note.host = texts[2];
	note.by = texts[3];
	if (rows->bad)
		r = 0;
	else if (texts[0] && texts[1] && texts[2] && texts[3])
		r = fn(ctx, &note);
	for (size_t i = 0; i < 4; i++)
		free(texts[i]);
	return r;
}

int clickhouse_notes(struct store *store, uint64_t from_us, uint64_t until_us, store_note_fn fn, void *ctx,
		     struct err *err)
{
	struct clickhouse *c = (struct clickhouse *)store;
	struct buf sql = BUF_INIT, answer = BUF_INIT;
	struct rowbinary rows = {0};
	int r = clickhouse_ready(c, err);

	buf_fmt(&sql,
		SELECT_NOTES " GROUP BY id HAVING argMax(gone, written) = 0 AND begun < %" PRIu64
			     " AND (ended > %" PRIu64 " OR begun >= %" PRIu64 ") ORDER BY begun, id",
		until_us, from_us, from_us);
	if (r == 0)
		r = clickhouse_ask(c, &sql, &answer, err);
	if (r == 0)
		rows = rowbinary_of(&answer);
	while (r == 0 && rowbinary_more(&rows))
		r = take_note(&rows, fn, ctx);
	if (r == 0 && rows.bad) /* some of them may keep what would go without them */
		r = err_set(err, SCRAPE_EIO, "the server's answer was cut");
	buf_deinit(&sql);
	buf_deinit(&answer);
	return r;
}
