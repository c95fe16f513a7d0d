/* SPDX-License-Identifier: MIT */
/* clickhouse_check: how much there is, whether it hangs together, and what is to be gone. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/err.h"
#include "scrape.h"
#include "store/clickhouse.h"
#include "store/rowbinary.h"

#define WAIT_TIMES 600 /* of 100 ms, for what is deleted */
#define AGAIN_TIMES 10 /* of 1 s, for what is wrong */
#define DAYS 3         /* the tier of them */

/* Tables of rows, of heads. */
static const char *const row_tables[STORE_TIERS] = {"slices", "t1", "t2", "t3"};
static const char *const head_tables[STORE_TIERS] = {"heads", "h1", "h2", "h3"};

static int number(struct clickhouse *c, const char *sql, uint64_t *ret, struct err *err)
{
	struct buf text = BUF_INIT;
	int r;

	buf_str(&text, sql);
	r = clickhouse_numbers(c, &text, ret, 1, err);
	buf_deinit(&text);
	return r;
}

/* In a cluster of the replica that is asked and its shard alone. */
static int count_bytes(struct clickhouse *c, const char *table, uint64_t *bytes, uint64_t *rows, struct err *err)
{
	struct buf sql = BUF_INIT;
	uint64_t numbers[2];
	int r;

	buf_fmt(&sql,
		"SELECT toUInt64(sum(bytes_on_disk)), toUInt64(sum(rows)) FROM system.parts WHERE active AND"
		" database = '%s'",
		c->place.database);
	if (table)
		buf_fmt(&sql, " AND table = '%s%s'", table, c->place.cluster[0] ? "_local" : "");
	r = clickhouse_numbers(c, &sql, numbers, 2, err);
	buf_deinit(&sql);
	if (r == 0) {
		*bytes = numbers[0];
		*rows = numbers[1];
	}
	return r;
}

int clickhouse_stats(struct store *store, bool deep, struct store_stats *ret, struct err *err)
{
	struct clickhouse *c = (struct clickhouse *)store;
	struct store_stats stats = {0};
	const struct {
		const char *sql;
		uint64_t *ret;
	} counts[] = {
		{"SELECT min(if(first = 0, 18446744073709551615, first)) FROM cursors", &stats.oldest_us},
		{"SELECT max(until) FROM cursors", &stats.newest_us},
		{"SELECT uniqExact(host) FROM cursors", &stats.hosts},
		{"SELECT uniqExact(process) FROM series", &stats.series},
		{"SELECT uniqExact(stack) FROM stacks", &stats.nodes},
		{"SELECT uniqExact(frame) FROM frames", &stats.frames},
		{"SELECT toUInt64(count()) FROM (SELECT argMax(gone, written) AS was FROM notes GROUP BY id) AS n WHERE"
		 " was = 0",
		 &stats.annotations},
	};
	uint64_t ignored;
	int r = clickhouse_ready(c, err);

	stats.slice_us = c->step_s * 1000000;
	if (r == 0)
		r = count_bytes(c, NULL, &stats.bytes, &ignored, err);
	for (size_t i = 0; deep && i < sizeof(counts) / sizeof(counts[0]) && r == 0; i++)
		r = number(c, counts[i].sql, counts[i].ret, err);
	for (size_t i = 0; deep && i < STORE_TIERS && r == 0; i++) {
		uint64_t oldest_s = 0;

		stats.tiers[i].step_us = clickhouse_step(c, i) * 1000000;
		r = clickhouse_oldest(c, i, &oldest_s, err);
		stats.tiers[i].oldest_us = oldest_s ? oldest_s * 1000000 : UINT64_MAX;
		if (r == 0)
			r = count_bytes(c, row_tables[i], &stats.tiers[i].bytes, &stats.tiers[i].rows, err);
	}
	if (r == 0)
		*ret = stats;
	return r;
}

/* What stays wrong: who writes may be in between, and a replica that was away fetches what it has missed. */
static int count_wrong(struct clickhouse *c, const char *sql, uint64_t *ret, struct err *err)
{
	const struct timespec pause = {.tv_sec = 1};
	int r = number(c, sql, ret, err);

	for (int i = 0; i < AGAIN_TIMES && *ret > 0 && r == 0; i++) {
		(void)nanosleep(&pause, NULL);
		r = number(c, sql, ret, err);
	}
	return r;
}

int clickhouse_check(struct store *store, store_say_fn say, void *ctx, uint64_t *ret_bad, struct err *err)
{
	static const struct {
		const char *sql, *what;
	} checks[] = {
		{"SELECT toUInt64(count()) FROM slices WHERE length(stacks) != length(flags) OR length(stacks) !="
		 " length(counts)",
		 "rows of slices whose arrays do not fit together"},
		{"SELECT toUInt64(count()) FROM slices WHERE arraySum(counts) != looks",
		 "rows of slices whose looks are not those of their stacks"},
		{"SELECT uniqExact(s) FROM (SELECT arrayJoin(stacks) AS s FROM slices) AS x WHERE s != 0 AND s GLOBAL"
		 " NOT IN (SELECT stack FROM stacks)",
		 "stacks of slices that nobody has told"},
		{"SELECT uniqExact(f) FROM (SELECT arrayJoin(frames) AS f FROM stacks) AS x WHERE f GLOBAL NOT IN"
		 " (SELECT frame FROM frames)",
		 "frames of stacks that nobody has told"},
		{"SELECT uniqExact(process) FROM slices WHERE process GLOBAL NOT IN (SELECT process FROM series)",
		 "processes of slices that nobody has told"},
	};
	struct clickhouse *c = (struct clickhouse *)store;
	int r = clickhouse_ready(c, err);

	*ret_bad = 0;
	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]) && r == 0; i++) {
		char text[128];
		uint64_t n = 0;

		r = count_wrong(c, checks[i].sql, &n, err);
		if (r < 0 || n == 0)
			continue;
		*ret_bad += n;
		(void)snprintf(text, sizeof(text), "%" PRIu64 " %s", n, checks[i].what);
		say(ctx, text);
	}
	return r;
}

int clickhouse_backup(struct store *store, const char *path, struct err *err)
{
	(void)store;
	(void)path;
	return err_set(err, SCRAPE_EUNSUP, "a database is backed up by its own means, such as ALTER TABLE ... FREEZE");
}

static int delete_from(struct clickhouse *c, const char *table, const struct buf *where, struct err *err)
{
	const char *cluster = c->place.cluster;
	struct buf sql = BUF_INIT, nothing = BUF_INIT;
	int r;

	buf_fmt(&sql, "ALTER TABLE %s.%s%s%s%s DELETE WHERE ", c->place.database, table, cluster[0] ? "_local" : "",
		cluster[0] ? " ON CLUSTER " : "", cluster);
	buf_add(&sql, where->data, where->len);
	r = clickhouse_ask(c, &sql, &nothing, err);
	buf_deinit(&sql);
	buf_deinit(&nothing);
	return r;
}

/* Hashes of a column, of the processes that are meant, as a list for IN. */
static int list_hashes(struct clickhouse *c, const struct store_delete *what, const char *column, struct buf *ret,
		       struct err *err)
{
	struct buf sql = BUF_INIT, answer = BUF_INIT;
	struct rowbinary rows = {0};
	int r;

	buf_fmt(&sql, "SELECT DISTINCT %s FROM series WHERE 1", column);
	if (what->host) {
		buf_str(&sql, " AND host = ");
		clickhouse_quote(&sql, what->host, strlen(what->host));
	}
	if (what->service) {
		buf_str(&sql, " AND service_name = ");
		clickhouse_quote(&sql, what->service, strlen(what->service));
	}
	r = clickhouse_ask(c, &sql, &answer, err);
	if (r == 0)
		rows = rowbinary_of(&answer);
	buf_str(ret, "(0");
	while (rowbinary_more(&rows)) {
		buf_chr(ret, ',');
		buf_number(ret, rowbinary_u64(&rows));
	}
	buf_chr(ret, ')');
	buf_deinit(&sql);
	buf_deinit(&answer);
	return r;
}

/* AND the buckets of a tier that end before a time, if there is one. */
static void add_before(struct buf *where, const struct clickhouse *c, const struct store_delete *what, size_t tier)
{
	const uint64_t before_s = what->before_us / 1000000, step_s = clickhouse_step(c, tier);

	if (before_s)
		buf_fmt(where, " AND bucket < toDateTime(%" PRIu64 ")", before_s / step_s * step_s);
}

/* Everything of some processes, or of what they are merged into. Days hold all hosts together: of a host that goes they
 * are made again, from the first on whose hours are kept. */
static int delete_series(struct clickhouse *c, const struct store_delete *what, uint64_t days_from_s, struct err *err)
{
	static const char *const columns[STORE_TIERS] = {"at_host", "at_host", "at_host", "service"};
	int r = 0;

	for (size_t i = 0; i < STORE_TIERS && r == 0; i++) {
		struct buf where = BUF_INIT;

		buf_fmt(&where, "%s IN ", columns[i]);
		r = list_hashes(c, what, columns[i], &where, err);
		if (i == DAYS && what->host)
			buf_fmt(&where, " AND bucket >= toDateTime(%" PRIu64 ")", days_from_s);
		else
			add_before(&where, c, what, i);
		if (r == 0)
			r = delete_from(c, row_tables[i], &where, err);
		buf_deinit(&where);
	}
	return r;
}

static int delete_heads(struct clickhouse *c, const struct store_delete *what, size_t tier, uint64_t days_from_s,
			struct err *err)
{
	const bool made_again = tier == DAYS && what->host;
	struct buf where = BUF_INIT;
	int r;

	if (what->service && !made_again)
		return 0; /* they tell of other services, too */
	buf_str(&where, "1");
	if (made_again) {
		buf_fmt(&where, " AND bucket >= toDateTime(%" PRIu64 ")", days_from_s);
	} else {
		if (what->host) {
			buf_str(&where, " AND host = ");
			clickhouse_quote(&where, what->host, strlen(what->host));
		}
		add_before(&where, c, what, tier);
	}
	r = delete_from(c, head_tables[tier], &where, err);
	buf_deinit(&where);
	return r;
}

static int delete_rows(struct clickhouse *c, const struct store_delete *what, struct err *err)
{
	int r = 0;

	for (size_t i = 0; i < STORE_TIERS && r == 0; i++) {
		struct buf where = BUF_INIT;

		buf_str(&where, "1");
		add_before(&where, c, what, i);
		r = delete_from(c, row_tables[i], &where, err);
		buf_deinit(&where);
	}
	return r;
}

static int delete_cursors(struct clickhouse *c, const char *host, struct err *err)
{
	struct buf where = BUF_INIT;
	int r;

	buf_str(&where, "host = ");
	clickhouse_quote(&where, host, strlen(host));
	r = delete_from(c, "cursors", &where, err);
	if (r == 0)
		r = delete_from(c, "series", &where, err);
	buf_deinit(&where);
	return r;
}

static int count_rows(struct clickhouse *c, uint64_t *ret, struct err *err)
{
	return number(c,
		      "SELECT assumeNotNull((SELECT count() FROM slices) + (SELECT count() FROM t1) +"
		      " (SELECT count() FROM t2) + (SELECT count() FROM t3))",
		      ret, err);
}

/* The server does it in its own time. */
static int wait_for_mutations(struct clickhouse *c, struct err *err)
{
	const struct timespec pause = {.tv_nsec = 100 * NSEC_PER_MSEC};
	uint64_t n = 1;
	char sql[160];
	int r = 0;

	(void)snprintf(sql, sizeof(sql),
		       "SELECT toUInt64(count()) FROM system.mutations WHERE database = '%s' AND NOT is_done",
		       c->place.database);
	for (int i = 0; i < WAIT_TIMES && n > 0 && r == 0; i++) {
		r = number(c, sql, &n, err);
		if (r == 0 && n > 0)
			(void)nanosleep(&pause, NULL);
	}
	return r;
}

int clickhouse_delete(struct store *store, const struct store_delete *what, uint64_t *ret_rows, struct err *err)
{
	struct clickhouse *c = (struct clickhouse *)store;
	uint64_t before = 0, after = 0, days_from_s = 0;
	int r = clickhouse_ready(c, err);

	if (r == 0)
		r = clickhouse_first(c, DAYS, &days_from_s, err);
	if (r == 0)
		r = count_rows(c, &before, err);
	if (r == 0)
		r = what->host || what->service ? delete_series(c, what, days_from_s, err) : delete_rows(c, what, err);
	for (size_t i = 0; i < STORE_TIERS && r == 0; i++)
		r = delete_heads(c, what, i, days_from_s, err);
	if (r == 0 && what->host && !what->service && !what->before_us)
		r = delete_cursors(c, what->host, err);
	if (r == 0)
		r = wait_for_mutations(c, err);
	if (r == 0)
		r = count_rows(c, &after, err);
	if (r == 0)
		*ret_rows = before > after ? before - after : 0;
	return r;
}
