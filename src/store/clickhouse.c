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
#include "store/outbox.h"

#define PASSWORD_MAX 4096 /* bytes of its file */

static void close_store(struct store *store)
{
	struct clickhouse *c = (struct clickhouse *)store;

	clickhouse_put_deinit(c);
	clickhouse_forget_cursors(c);
	outbox_close(c->outbox);
	http_asker_free(c->asker);
	free(c->password);
	free(c);
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
	.hosts = clickhouse_hosts,
	.load = clickhouse_load,
	.unload = unload,
	.annotate = clickhouse_annotate,
	.unannotate = clickhouse_unannotate,
	.notes = clickhouse_notes,
	.tend = clickhouse_tend,
	.stats = clickhouse_stats,
	.outbox = clickhouse_outbox,
	.check = clickhouse_check,
	.describe = clickhouse_describe,
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
	if (r == 0 && mode == STORE_WRITE && config->outbox)
		r = outbox_open(&c->outbox, config->outbox, c->config.outbox_bytes, err);
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
