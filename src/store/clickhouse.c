/* SPDX-License-Identifier: MIT */
/* clickhouse: opening, and what is asked of all of it. */
#include "store/clickhouse.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/io.h"
#include "http/ask.h"
#include "profile/history.h"
#include "scrape.h"
#include "store/rowbinary.h"

#define PASSWORD_MAX 4096 /* bytes of its file */

static void close_store(struct store *store)
{
	struct clickhouse *c = (struct clickhouse *)store;

	clickhouse_put_deinit(c);
	http_asker_free(c->asker);
	free(c->password);
	free(c);
}

static int take_host(struct rowbinary *rows, store_host_fn fn, void *ctx)
{
	size_t n_host, n_instance;
	const char *host = rowbinary_text(rows, &n_host), *instance = rowbinary_text(rows, &n_instance);
	char *names[] = {strndup(host, n_host), strndup(instance, n_instance)};
	struct store_host found = {.host = names[0], .instance = names[1], .next = rowbinary_u64(rows)};
	int r = SCRAPE_ENOMEM;

	found.first_us = rowbinary_u64(rows);
	found.until_us = rowbinary_u64(rows);
	if (rows->bad)
		r = 0;
	else if (names[0] && names[1])
		r = fn(ctx, &found);
	free(names[0]);
	free(names[1]);
	return r;
}

static int each_host(struct clickhouse *c, const char *text, store_host_fn fn, void *ctx, struct err *err)
{
	struct buf sql = BUF_INIT, answer = BUF_INIT;
	struct rowbinary rows = {0};
	int r = clickhouse_ready(c, err);

	buf_str(&sql, text);
	if (r == 0)
		r = clickhouse_ask(c, &sql, &answer, err);
	if (r == 0)
		rows = rowbinary_of(&answer);
	while (r == 0 && rowbinary_more(&rows))
		r = take_host(&rows, fn, ctx);
	buf_deinit(&sql);
	buf_deinit(&answer);
	return r;
}

int clickhouse_cursors(struct clickhouse *c, store_host_fn fn, void *ctx, struct err *err)
{
	return each_host(c,
			 "SELECT host, instance, max(next), min(if(first = 0, 18446744073709551615, first)), max(until)"
			 " FROM cursors GROUP BY host, instance ORDER BY host, instance",
			 fn, ctx, err);
}

static int hosts(struct store *store, store_host_fn fn, void *ctx, struct err *err)
{
	return each_host((struct clickhouse *)store,
			 "SELECT host, argMax(instance, last), argMax(upto, last), min(begun), max(ended) FROM (SELECT"
			 " host, instance, max(used) AS last, max(next) AS upto,"
			 " min(if(first = 0, 18446744073709551615, first)) AS begun, max(until) AS ended FROM cursors"
			 " GROUP BY host, instance) AS c GROUP BY host ORDER BY host",
			 fn, ctx, err);
}

static void unload(struct store *store, struct history *history)
{
	(void)store;
	history_free(history);
}

static const struct store_ops ops = {
	.close = close_store,
	.put = clickhouse_put,
	.begin = clickhouse_begin,
	.commit = clickhouse_commit,
	.hosts = hosts,
	.load = clickhouse_load,
	.unload = unload,
	.annotate = clickhouse_annotate,
	.unannotate = clickhouse_unannotate,
	.notes = clickhouse_notes,
	.tend = clickhouse_tend,
	.stats = clickhouse_stats,
	.check = clickhouse_check,
	.backup = clickhouse_backup,
	.remove = clickhouse_delete,
};

/* Its first line. */
static int read_password(struct clickhouse *c, struct err *err)
{
	const char *path = c->place.password_file, *password = getenv("CLICKHOUSE_PASSWORD");
	struct buf text = BUF_INIT;
	int r = path[0] ? io_read_file(AT_FDCWD, path, PASSWORD_MAX, &text) : 0;

	if (r < 0)
		r = err_set(err, r, "%s: the password cannot be read", path);
	else if (path[0] && buf_cstr(&text))
		c->password = strndup(text.data, strcspn(text.data, "\r\n"));
	else if (!path[0] && password)
		c->password = strdup(password);
	if (r == 0 && !c->password && (path[0] || password))
		r = err_set(err, SCRAPE_ENOMEM, "out of memory");
	buf_deinit(&text);
	return r;
}

int store_open_clickhouse(struct store **ret, const char *url, enum store_mode mode, const struct store_config *config,
			  struct err *err)
{
	struct clickhouse *c = calloc(1, sizeof(*c));
	int r;

	if (!c)
		return err_set(err, SCRAPE_ENOMEM, "out of memory");
	c->store.ops = &ops;
	c->mode = mode;
	c->config = *config;
	store_config_fill(&c->config);
	r = clickhouse_place_parse(url, &c->place, err);
	if (r == 0)
		r = read_password(c, err);
	if (r < 0)
		close_store(&c->store);
	else
		*ret = &c->store;
	return r;
}

int store_init_clickhouse(struct store *store, struct err *err)
{
	struct clickhouse *c = (struct clickhouse *)store;
	int r = clickhouse_init(c, err);

	return r < 0 ? r : clickhouse_ready(c, err);
}

int store_check_place(const char *place, struct err *err)
{
	struct clickhouse_place parsed;

	return store_is_remote(place) ? clickhouse_place_parse(place, &parsed, err) : 0;
}
