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

static struct clickhouse_cursor *add(struct clickhouse *c, const char *host, size_t n_host, const char *instance,
				     size_t n_instance)
{
	struct clickhouse_cursor *cursor;

	if (n_host > STORE_HOST_MAX || n_instance > STORE_INSTANCE_MAX)
		return NULL;
	cursor = VEC_PUSH(&c->cursors);
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
	return add(c, host, strlen(host), instance, strlen(instance)); /* store_put has looked how long they are */
}

/* Rows of host, instance, next, first, until, used. */
static int take(struct clickhouse *c, struct rowbinary *rows)
{
	clickhouse_forget_cursors(c);
	while (rowbinary_more(rows)) {
		size_t n_host, n_instance;
		const char *host = rowbinary_text(rows, &n_host), *instance = rowbinary_text(rows, &n_instance);
		struct clickhouse_cursor *cursor = add(c, host, n_host, instance, n_instance);

		if (!cursor)
			return SCRAPE_ENOMEM;
		cursor->next = rowbinary_u64(rows);
		cursor->first_us = rowbinary_u64(rows);
		cursor->until_us = rowbinary_u64(rows);
		cursor->used_us = rowbinary_u64(rows);
	}
	c->cursors.known = !rows->bad;
	return rows->bad ? SCRAPE_EFORMAT : 0;
}

int clickhouse_read_cursors(struct clickhouse *c, struct err *err)
{
	struct buf sql = BUF_INIT, answer = BUF_INIT;
	struct rowbinary rows;
	int r;

	buf_str(&sql, "SELECT host, instance, max(next), min(if(first = 0, 18446744073709551615, first)), max(until),"
		      " max(used) FROM cursors GROUP BY host, instance ORDER BY host, instance");
	r = clickhouse_ask(c, &sql, &answer, err);
	if (r == 0) {
		rows = rowbinary_of(&answer);
		r = take(c, &rows);
		if (r == SCRAPE_EFORMAT)
			r = err_set(err, SCRAPE_EIO, "the server's answer was cut");
		else if (r < 0)
			r = err_set(err, r, "out of memory");
	}
	buf_deinit(&sql);
	buf_deinit(&answer);
	return r;
}

static int by_host_and_use(const void *a, const void *b)
{
	const struct clickhouse_cursor *x = a, *y = b;
	int order = strcmp(x->host, y->host);

	return order ? order : x->used_us < y->used_us ? -1 : x->used_us > y->used_us;
}

/* The newest instance of each host, with the times of all of them. */
static int each_newest(struct clickhouse *c, int (*fn)(void *ctx, const struct clickhouse_cursor *cursor), void *ctx)
{
	const struct clickhouse_cursor *items = c->cursors.items;
	uint64_t first_us = UINT64_MAX, until_us = 0;
	int r = 0;

	if (c->cursors.n > 0)
		qsort(c->cursors.items, c->cursors.n, sizeof(*items), by_host_and_use);
	for (size_t i = 0; i < c->cursors.n && r == 0; i++) {
		struct clickhouse_cursor newest = items[i];

		first_us = items[i].first_us && items[i].first_us < first_us ? items[i].first_us : first_us;
		until_us = items[i].until_us > until_us ? items[i].until_us : until_us;
		if (i + 1 < c->cursors.n && strcmp(items[i].host, items[i + 1].host) == 0)
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
	(void)each_newest(c, put_row, &out); /* the buffer knows if it failed */
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
		r = version == CLICKHOUSE_VERSION && clickhouse_is_step(step_s) ? take(c, &rows) : SCRAPE_EFORMAT;
	}
	if (r == 0) {
		c->seed = seed;
		c->step_s = step_s;
		c->known = true;
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

/* While something waits in the outbox, what is kept beside it is ahead of the database. */
int clickhouse_hosts(struct store *store, store_host_fn fn, void *ctx, struct err *err)
{
	struct clickhouse *c = (struct clickhouse *)store;
	const bool recalled = c->outbox && !c->known && clickhouse_recall(c) == 0;
	int r = clickhouse_ready(c, err);

	if (r == 0 && !(recalled && outbox_count(c->outbox) > 0))
		r = clickhouse_read_cursors(c, err);
	if (r == SCRAPE_EIO && recalled)
		r = 0;
	return r < 0 ? r : each_newest(c, tell, &(struct telling){fn, ctx});
}
