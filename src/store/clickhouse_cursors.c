/* SPDX-License-Identifier: MIT */
/* clickhouse_cursors: how far each daemon has been told, as the database has it and as it is kept beside the outbox. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/vec.h"
#include "scrape.h"
#include "store/clickhouse.h"
#include "store/outbox.h"
#include "store/rowbinary.h"

void clickhouse_forget_cursors(struct clickhouse *c)
{
	VEC_DEINIT(&c->cursors);
	c->cursors.known = false;
}

static struct clickhouse_cursor *add(struct clickhouse_cursors *list, const char *host, size_t n_host,
				     const char *instance, size_t n_instance)
{
	struct clickhouse_cursor *cursor;

	if (n_host > STORE_HOST_MAX || n_instance > STORE_INSTANCE_MAX)
		return NULL;
	cursor = VEC_PUSH(list);
	if (cursor) {
		memcpy(cursor->host, host, n_host);
		memcpy(cursor->instance, instance, n_instance);
	}
	return cursor;
}

struct clickhouse_cursor *clickhouse_cursor(struct clickhouse *c, const char *host, const char *instance)
{
	VEC_EACH (known, &c->cursors)
		if (strcmp(known->host, host) == 0 && strcmp(known->instance, instance) == 0)
			return known;
	return add(&c->cursors, host, strlen(host), instance,
		   strlen(instance)); /* store_put has looked how long they are */
}

/* Rows of host, instance, next, first, until, used. */
static int take(struct clickhouse_cursors *list, struct rowbinary *rows)
{
	while (rowbinary_more(rows)) {
		size_t n_host, n_instance;
		const char *host = rowbinary_text(rows, &n_host), *instance = rowbinary_text(rows, &n_instance);
		struct clickhouse_cursor *cursor = add(list, host, n_host, instance, n_instance);

		if (!cursor)
			return SCRAPE_ENOMEM;
		cursor->next = rowbinary_u64(rows);
		cursor->first_us = rowbinary_u64(rows);
		cursor->until_us = rowbinary_u64(rows);
		cursor->used_us = rowbinary_u64(rows);
	}
	list->known = !rows->bad;
	return rows->bad ? SCRAPE_EFORMAT : 0;
}

static int read_all(struct clickhouse *c, struct clickhouse_cursors *ret, struct err *err)
{
	struct buf sql = BUF_INIT, answer = BUF_INIT;
	struct rowbinary rows;
	int r;

	buf_str(&sql, "SELECT host, instance, max(next), min(if(first = 0, 18446744073709551615, first)), max(until),"
		      " max(used) FROM cursors GROUP BY host, instance ORDER BY host, instance");
	r = clickhouse_ask(c, &sql, &answer, err);
	if (r == 0) {
		rows = rowbinary_of(&answer);
		r = take(ret, &rows);
		if (r == SCRAPE_EFORMAT)
			r = err_set(err, SCRAPE_EIO, "the server's answer was cut");
		else if (r < 0)
			r = err_set(err, r, "out of memory");
	}
	buf_deinit(&sql);
	buf_deinit(&answer);
	return r;
}

int clickhouse_read_cursors(struct clickhouse *c, struct err *err)
{
	clickhouse_forget_cursors(c);
	return read_all(c, &c->cursors, err);
}

static int by_host_and_use(const void *a, const void *b)
{
	const struct clickhouse_cursor *x = a, *y = b;
	int order = strcmp(x->host, y->host);

	return order ? order : x->used_us < y->used_us ? -1 : x->used_us > y->used_us;
}

/* The newest instance of each host, with the times of all of them. */
static int each_newest(struct clickhouse_cursors *list, int (*fn)(void *ctx, const struct clickhouse_cursor *cursor),
		       void *ctx)
{
	const struct clickhouse_cursor *items = list->items;
	uint64_t first_us = UINT64_MAX, until_us = 0;
	int r = 0;

	if (list->n > 0)
		qsort(list->items, list->n, sizeof(*items), by_host_and_use);
	for (size_t i = 0; i < list->n && r == 0; i++) {
		struct clickhouse_cursor newest = items[i];

		first_us = items[i].first_us && items[i].first_us < first_us ? items[i].first_us : first_us;
		until_us = items[i].until_us > until_us ? items[i].until_us : until_us;
		if (i + 1 < list->n && strcmp(items[i].host, items[i + 1].host) == 0)
			continue;
		newest.first_us = first_us == UINT64_MAX ? 0 : first_us;
		newest.until_us = until_us;
		first_us = UINT64_MAX;
		until_us = 0;
		r = fn(ctx, &newest);
	}
	return r;
}

static int put_row(void *ctx, const struct clickhouse_cursor *cursor)
{
	struct buf *out = ctx;

	rowbinary_put_text(out, cursor->host, strlen(cursor->host));
	rowbinary_put_text(out, cursor->instance, strlen(cursor->instance));
	rowbinary_put_u64(out, cursor->next);
	rowbinary_put_u64(out, cursor->first_us);
	rowbinary_put_u64(out, cursor->until_us);
	rowbinary_put_u64(out, cursor->used_us);
	return 0;
}

int clickhouse_remember(struct clickhouse *c, struct err *err)
{
	struct buf out = BUF_INIT;
	int r;

	rowbinary_put_u64(&out, CLICKHOUSE_VERSION);
	rowbinary_put_u64(&out, c->seed);
	rowbinary_put_u64(&out, c->step_s);
	(void)each_newest(&c->cursors, put_row, &out); /* the buffer knows if it failed */
	r = out.failed ? err_set(err, SCRAPE_ENOMEM, "out of memory")
		       : outbox_remember(c->outbox, out.data, out.len, err);
	buf_deinit(&out);
	return r;
}

int clickhouse_recall(struct clickhouse *c)
{
	struct buf text = BUF_INIT;
	struct rowbinary rows;
	uint64_t version, seed, step_s;
	int r = outbox_recall(c->outbox, &text);

	if (r == 0) {
		rows = rowbinary_of(&text);
		version = rowbinary_u64(&rows);
		seed = rowbinary_u64(&rows);
		step_s = rowbinary_u64(&rows);
		r = version == CLICKHOUSE_VERSION && clickhouse_is_step(step_s) ? take(&c->cursors, &rows)
										: SCRAPE_EFORMAT;
	}
	if (r == 0) {
		c->seed = seed;
		c->step_s = step_s;
		c->known = true;
	} else {
		clickhouse_forget_cursors(c);
	}
	buf_deinit(&text);
	return r;
}

struct telling {
	store_host_fn fn;
	void *ctx;
};

static int tell(void *ctx, const struct clickhouse_cursor *cursor)
{
	const struct telling *telling = ctx;
	const struct store_host host = {.host = cursor->host,
					.instance = cursor->instance,
					.next = cursor->next,
					.first_us = cursor->first_us,
					.until_us = cursor->until_us};

	return telling->fn(telling->ctx, &host);
}

/* The database's, into which others write too; what waits in the outbox is ahead of it, and of that the writer knows
 * itself. Without a server those that were remembered. */
int clickhouse_hosts(struct store *store, store_host_fn fn, void *ctx, struct err *err)
{
	struct clickhouse *c = (struct clickhouse *)store;
	struct clickhouse_cursors read = {0};
	const bool recalled = c->outbox && !c->known && clickhouse_recall(c) == 0;
	const bool ahead = c->outbox && c->cursors.known && outbox_count(c->outbox) > 0;
	int r = clickhouse_ready(c, err);

	if (r == 0 && !ahead)
		r = read_all(c, &read, err);
	if (r == SCRAPE_EIO && recalled)
		r = 0;
	if (r == 0)
		r = each_newest(read.known ? &read : &c->cursors, tell, &(struct telling){fn, ctx});
	VEC_DEINIT(&read);
	return r;
}
