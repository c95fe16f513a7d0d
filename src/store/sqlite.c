/* SPDX-License-Identifier: MIT */
/* sqlite: a store in a file, its beginning and its end. */
#include "store/sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/io.h"

static struct sqlite *of(struct store *store)
{
	return (struct sqlite *)store;
}

/* Two writers would each have their own idea of what is in it. The lock is on a file beside it, since SQLite has its
 * own on this one, which closing any descriptor of it would drop. */
static int take_lock(struct sqlite *s, const char *path, struct err *err)
{
	char name[4096];
	struct stat st;

	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
		return err_set(err, SCRAPE_EINVAL, "%s: this is no file", path);
	if (snprintf(name, sizeof(name), "%s.lock", path) >= (int)sizeof(name))
		return err_set(err, SCRAPE_EINVAL, "%s: the path is too long", path);
	s->lock = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640);
	if (s->lock < 0)
		return err_sys(err, io_code(errno), "%s", name);
	if (flock(s->lock, LOCK_EX | LOCK_NB) < 0)
		return errno == EWOULDBLOCK ? err_set(err, SCRAPE_EBUSY, "%s: somebody else writes to it", path)
					    : err_sys(err, SCRAPE_EIO, "%s", name);
	return 0;
}

static void close_store(struct store *store)
{
	struct sqlite *s = of(store);

	if (s->in_batch)
		db_rollback(s->db);
	sqlite_roll_deinit(s);
	sqlite_put_deinit(s);
	sums_deinit(&s->sums);
	series_close(&s->series);
	stacks_close(&s->stacks);
	db_close(s->db);
	if (s->lock >= 0)
		(void)close(s->lock); /* lets it go */
	free(s);
}

static int begin(struct store *store, struct err *err)
{
	struct sqlite *s = of(store);
	int r = db_begin(s->db);

	if (r < 0) {
		r = db_failed(s->db, err);
		db_rollback(s->db);
		return r;
	}
	s->in_batch = true;
	s->batch_lost = false;
	return 0;
}

static int commit(struct store *store, struct err *err)
{
	struct sqlite *s = of(store);
	int r;

	if (s->batch_lost) {
		s->batch_lost = false;
		return err_set(err, SCRAPE_EIO, "one of several puts took all of them back");
	}
	if (!s->in_batch)
		return 0;
	s->in_batch = false;
	r = db_commit(s->db);
	if (r == 0)
		return 0;
	r = db_failed(s->db, err);
	db_rollback(s->db);
	sqlite_put_deinit(s); /* what memory has of it is not true */
	(void)stacks_read_again(&s->stacks);
	(void)series_read_again(&s->series); /* if this fails too, the next put says so */
	return r;
}

static int hosts(struct store *store, store_host_fn fn, void *ctx, struct err *err)
{
	struct sqlite *s = of(store);
	struct db_stmt *stmt = db_prepare(s->db, "SELECT h.name, h.instance, c.next, h.first, h.until FROM host h"
						 " LEFT JOIN cursor c ON c.host = h.id AND c.instance = h.instance"
						 " ORDER BY h.name");
	int r;

	while ((r = db_step(stmt)) > 0) {
		size_t len;
		struct store_host host = {.host = db_get_text(stmt, 0, &len),
					  .instance = db_get_text(stmt, 1, &len),
					  .next = (uint64_t)db_get_int(stmt, 2),
					  .first_us = (uint64_t)db_get_int(stmt, 3),
					  .until_us = (uint64_t)db_get_int(stmt, 4)};

		r = fn(ctx, &host);
		if (r < 0) {
			db_reset(stmt);
			return r;
		}
	}
	return r < 0 ? db_failed(s->db, err) : 0;
}

static void unload(struct store *store, struct history *history)
{
	(void)store;
	history_free(history);
}

static int tend(struct store *store, uint64_t now_us, uint64_t budget_us, bool *ret_more, struct err *err)
{
	struct sqlite *s = of(store);
	uint64_t until_ns = clock_mono_ns() + budget_us * 1000;
	bool roll = false, retain = false;
	int r = sqlite_roll(s, now_us, until_ns, &roll);

	if (r == 0)
		r = sqlite_retain(s, now_us, until_ns, &retain);
	if (r < 0) {
		if (db_failed(s->db, err) == 0)
			(void)err_set(err, r, r == SCRAPE_ELIMIT ? "too many stacks" : "out of memory");
		db_rollback(s->db);
		sqlite_roll_deinit(s);
		sqlite_put_deinit(s);
		(void)stacks_read_again(&s->stacks); /* the same as after a put */
		(void)series_read_again(&s->series);
		return r;
	}
	*ret_more = roll || retain;
	return 0;
}

static const struct store_ops ops = {
	.close = close_store,
	.put = sqlite_put,
	.begin = begin,
	.commit = commit,
	.hosts = hosts,
	.load = sqlite_load,
	.unload = unload,
	.stats = sqlite_stats,
	.annotate = sqlite_annotate,
	.unannotate = sqlite_unannotate,
	.notes = sqlite_notes,
	.tend = tend,
	.check = sqlite_check,
	.backup = sqlite_backup,
	.remove = sqlite_delete,
};

static int open_all(struct sqlite *s, const char *path, const struct store_config *config, struct err *err)
{
	int r = s->mode == STORE_WRITE ? take_lock(s, path, err) : 0;

	if (r == 0)
		r = db_open(&s->db, path, s->mode == STORE_WRITE ? DB_WRITE : DB_READ, err);
	if (r < 0)
		return r;
	r = sqlite_schema(s, config, err);
	if (r < 0)
		return err_wrap(err, "%s", path);
	if (s->mode == STORE_READ)
		return 0;
	r = stacks_open(&s->stacks, s->db);
	if (r == 0)
		r = series_open(&s->series, s->db);
	if (r < 0 && db_failed(s->db, err) == 0)
		(void)err_set(err, r, r == SCRAPE_ENOMEM ? "out of memory" : "its stacks are damaged");
	return r < 0 ? err_wrap(err, "%s", path) : 0;
}

int store_open_sqlite(struct store **ret, const char *path, enum store_mode mode, const struct store_config *config,
		      struct err *err)
{
	struct sqlite *s = calloc(1, sizeof(*s));
	int r;

	if (!s)
		return err_set(err, SCRAPE_ENOMEM, "out of memory");
	s->store.ops = &ops;
	s->lock = -1;
	s->mode = mode;
	r = open_all(s, path, config, err);
	if (r < 0) {
		close_store(&s->store);
		return r;
	}
	*ret = &s->store;
	return 0;
}
