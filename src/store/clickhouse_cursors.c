/* SPDX-License-Identifier: MIT */
/* clickhouse_cursors: how far each daemon has been told, as the database has it and as it is kept beside the outbox. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "base/err.h"
#include "base/vec.h"
#include "scrape.h"
#include "store/clickhouse.h"
#include "store/outbox.h"
#include "store/rowbinary.h"

static void cursors_deinit(struct clickhouse_cursors *list)
{
	VEC_DEINIT(list);
	map_deinit(&list->by_name);
	list->known = false;
}

void clickhouse_forget_cursors(struct clickhouse *c)
{
	cursors_deinit(&c->cursors);
}

static bool is_of(const struct clickhouse_cursor *cursor, const char *names, size_t n_host, size_t n_instance)
{
	return strlen(cursor->host) == n_host && memcmp(cursor->host, names, n_host) == 0 &&
	       strlen(cursor->instance) == n_instance && memcmp(cursor->instance, names + n_host + 1, n_instance) == 0;
}

/* The one of these names, made if need be. NULL without memory, or if they are too long. */
static struct clickhouse_cursor *find(struct clickhouse_cursors *list, const char *host, size_t n_host,
				      const char *instance, size_t n_instance)
{
	char names[sizeof(((struct clickhouse_cursor *)0)->host) + sizeof(((struct clickhouse_cursor *)0)->instance)];
	struct clickhouse_cursor *cursor;
	uint32_t place;
	uint64_t hash;
	bool taken;

	if (n_host > STORE_HOST_MAX || n_instance > STORE_INSTANCE_MAX)
		return NULL;
	memcpy(names, host, n_host);
	names[n_host] = '\0';
	memcpy(names + n_host + 1, instance, n_instance);
	hash = XXH3_64bits(names, n_host + 1 + n_instance);
	taken = map_get(&list->by_name, hash, &place);
	if (taken && is_of(&list->items[place], names, n_host, n_instance))
		return &list->items[place];
	for (size_t i = 0; taken && i < list->n; i++) /* by chance, or since somebody wants it so: the one behind it */
		if (is_of(&list->items[i], names, n_host, n_instance))
			return &list->items[i];
	cursor = VEC_PUSH(list);
	if (!cursor || (!taken && map_put(&list->by_name, hash, (uint32_t)list->n - 1) < 0))
		return NULL;
	memcpy(cursor->host, host, n_host);
	memcpy(cursor->instance, instance, n_instance);
	return cursor;
}

struct clickhouse_cursor *clickhouse_cursor(struct clickhouse *c, const char *host, const char *instance)
{
	return find(&c->cursors, host, strlen(host), instance, strlen(instance));
}

/* Rows of host, instance, next, first, until, used. */
static int take(struct clickhouse_cursors *list, struct rowbinary *rows)
{
	while (rowbinary_more(rows)) {
		size_t n_host, n_instance;
		const char *host = rowbinary_text(rows, &n_host), *instance = rowbinary_text(rows, &n_instance);
		struct clickhouse_cursor *cursor = find(list, host, n_host, instance, n_instance);

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

static int by_host_and_use(const void *a, const void *b, void *ctx)
{
	const struct clickhouse_cursor *items = ctx, *x = &items[*(const uint32_t *)a],
				       *y = &items[*(const uint32_t *)b];
	int order = strcmp(x->host, y->host);

	return order ? order : x->used_us < y->used_us ? -1 : x->used_us > y->used_us;
}

/* The newest instance of each host, with the times of all of them. SCRAPE_ENOMEM, or what fn returns. */
static int each_newest(const struct clickhouse_cursors *list,
		       int (*fn)(void *ctx, const struct clickhouse_cursor *cursor), void *ctx)
{
	uint32_t *order = malloc(list->n * sizeof(*order) + 1);
	uint64_t first_us = UINT64_MAX, until_us = 0;
	int r = order ? 0 : SCRAPE_ENOMEM;

	for (size_t i = 0; i < list->n && r == 0; i++)
		order[i] = (uint32_t)i;
	if (r == 0 && list->n > 0)
		qsort_r(order, list->n, sizeof(*order), by_host_and_use, list->items);
	for (size_t i = 0; i < list->n && r == 0; i++) {
		struct clickhouse_cursor newest = list->items[order[i]];

		first_us = newest.first_us && newest.first_us < first_us ? newest.first_us : first_us;
		until_us = newest.until_us > until_us ? newest.until_us : until_us;
		if (i + 1 < list->n && strcmp(newest.host, list->items[order[i + 1]].host) == 0)
			continue;
		newest.first_us = first_us == UINT64_MAX ? 0 : first_us;
		newest.until_us = until_us;
		first_us = UINT64_MAX;
		until_us = 0;
		r = fn(ctx, &newest);
	}
	free(order);
	return r;
}

void clickhouse_put_cursor(struct buf *out, const struct clickhouse_cursor *cursor)
{
	rowbinary_put_text(out, cursor->host, strlen(cursor->host));
	rowbinary_put_text(out, cursor->instance, strlen(cursor->instance));
	rowbinary_put_u64(out, cursor->next);
	rowbinary_put_u64(out, cursor->first_us);
	rowbinary_put_u64(out, cursor->until_us);
	rowbinary_put_u64(out, cursor->used_us);
}

static int put_row(void *ctx, const struct clickhouse_cursor *cursor)
{
	clickhouse_put_cursor(ctx, cursor);
	return 0;
}

int clickhouse_remember(struct clickhouse *c, struct err *err)
{
	struct buf out = BUF_INIT;
	int r;

	rowbinary_put_u64(&out, CLICKHOUSE_VERSION);
	rowbinary_put_u64(&out, c->seed);
	rowbinary_put_u64(&out, c->step_s);
	r = each_newest(&c->cursors, put_row, &out);
	r = r < 0 || out.failed ? err_set(err, SCRAPE_ENOMEM, "out of memory")
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

/* What others have written is known from now on: where a host begins, too, for of rows that become one only the last
 * stays. */
static int learn(struct clickhouse *c, const struct clickhouse_cursors *read)
{
	VEC_EACH (told, read) {
		struct clickhouse_cursor *own = clickhouse_cursor(c, told->host, told->instance);

		if (!own)
			return SCRAPE_ENOMEM;
		own->next = told->next > own->next ? told->next : own->next;
		own->first_us = !own->first_us || told->first_us < own->first_us ? told->first_us : own->first_us;
		own->until_us = told->until_us > own->until_us ? told->until_us : own->until_us;
		own->used_us = told->used_us > own->used_us ? told->used_us : own->used_us;
	}
	return 0;
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
	if (r == 0 && c->cursors.known && learn(c, &read) < 0)
		r = err_set(err, SCRAPE_ENOMEM, "out of memory");
	if (r == 0)
		r = each_newest(read.known ? &read : &c->cursors, tell, &(struct telling){fn, ctx});
	cursors_deinit(&read);
	return r;
}
