/* SPDX-License-Identifier: MIT */
/*
 * clickhouse_schema: the tables. On a single server each is one; in a cluster NAME_local on every replica, and NAME in
 * front of them, which hands rows to the shard of their key.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/err.h"
#include "http/ask.h"
#include "scrape.h"
#include "store/clickhouse.h"
#include "store/rowbinary.h"

#define VERSION_LEAST 1816

struct table {
	const char *name, *columns;
	const char *version;   /* column: of rows with the same key that with the most stays; "" any */
	const char *partition; /* "": one */
	const char *key;       /* rows of one key are one */
	const char *shard;     /* a number */
};

#define ROLLED_COLUMNS                                                                                                 \
	"service UInt64, bucket DateTime('UTC'), series UInt64, origin UInt64, at_host UInt64, process UInt64, cpu "   \
	"UInt64,"                                                                                                      \
	" wall UInt64, looks UInt64, running UInt64, lost Array(UInt64), stacks Array(UInt64), flags Array(UInt8),"    \
	" counts Array(UInt64), cpus Array(UInt64), walls Array(UInt64), version UInt64"
#define ROLLED_HEAD_COLUMNS                                                                                            \
	"host String, bucket DateTime('UTC'), origin UInt64, from_us UInt64, covered UInt64, present UInt64, rate "    \
	"UInt64,"                                                                                                      \
	" exact UInt8, ticks UInt64, late UInt64, cost UInt64, stopped UInt64, ways Array(UInt64), slices UInt64,"     \
	" version UInt64"

static const struct table tables[] = {
	{"frames",
	 "frame UInt64, seen Date, function String, file String, module String, short_at UInt32, line UInt32, "
	 "first_line UInt32, kind UInt8",
	 "", "toYYYYMM(seen)", "frame", "frame"},
	{"stacks", "stack UInt64, seen Date, frames Array(UInt64)", "", "toYYYYMM(seen)", "stack", "stack"},
	{"series",
	 "day Date, process UInt64, at_host UInt64, service UInt64, host String, pid UInt32, start UInt64, "
	 "service_name String, command String, runtime String, labels String",
	 "", "toYYYYMM(day)", "day, process", "process"},
	{"slices",
	 "service UInt64, bucket DateTime('UTC'), id UInt64, at_host UInt64, process UInt64, thread UInt64, tid "
	 "UInt32, "
	 "thread_name String, cpu UInt64, wall UInt64, looks UInt64, running UInt64, stacks Array(UInt64), "
	 "flags Array(UInt8), counts Array(UInt32)",
	 "", "toYYYYMMDD(bucket)", "service, bucket, id", "at_host"},
	{"heads",
	 "host String, bucket DateTime('UTC'), id UInt64, from_us UInt64, covered UInt64, present UInt64, rate UInt64, "
	 "exact UInt8, ticks UInt64, late UInt64, cost UInt64, stopped UInt64, ways Array(UInt64), "
	 "loss_process Array(UInt64), loss_reason Array(UInt8), loss_count Array(UInt64), gone Array(UInt64), "
	 "cells_process Array(UInt64), cells Array(UInt16), written DateTime('UTC')",
	 "written", "toYYYYMMDD(bucket)", "bucket, host, id", "cityHash64(host)"},
	{"t1", ROLLED_COLUMNS, "version", "toYYYYMMDD(bucket)", "service, bucket, series, origin", "at_host"},
	{"h1", ROLLED_HEAD_COLUMNS, "version", "toYYYYMMDD(bucket)", "bucket, host, origin", "cityHash64(host)"},
	{"t2", ROLLED_COLUMNS, "version", "toYYYYMM(bucket)", "service, bucket, series, origin", "at_host"},
	{"h2", ROLLED_HEAD_COLUMNS, "version", "toYYYYMM(bucket)", "bucket, host, origin", "cityHash64(host)"},
	{"t3", ROLLED_COLUMNS, "version", "toYear(bucket)", "service, bucket, series, origin", "service"},
	{"h3", ROLLED_HEAD_COLUMNS, "version", "toYear(bucket)", "bucket, host, origin", "cityHash64(host)"},
	{"progress", "tier UInt8, upto UInt64, version UInt64", "version", "", "tier", "tier"},
	{"cursors", "host String, instance String, next UInt64, first UInt64, until UInt64, used UInt64", "next", "",
	 "host, instance", "cityHash64(host)"},
	{"notes",
	 "id UInt64, at UInt64, until UInt64, text String, service String, host String, by String, pin UInt8, "
	 "gone UInt8, written UInt64",
	 "written", "", "id", "id"},
};

static void add_engine(struct buf *sql, const struct clickhouse *c, const struct table *t)
{
	bool cluster = c->place.cluster[0];

	if (cluster)
		buf_fmt(sql,
			" ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/%s/%s', '{replica}'%s%s)",
			c->place.database, t->name, t->version[0] ? ", " : "", t->version);
	else
		buf_fmt(sql, " ENGINE = ReplacingMergeTree(%s)", t->version);
	if (t->partition[0])
		buf_fmt(sql, " PARTITION BY %s", t->partition);
	buf_fmt(sql, " ORDER BY (%s)", t->key);
}

/* Columns of the tables that hold rows; with the codec that takes less, where the server has it. No type of ours has a
 * comma. */
static void add_columns(struct buf *sql, const struct clickhouse *c, const char *columns)
{
	const char *codec = c->version >= CLICKHOUSE_WITH_CODECS ? " CODEC(ZSTD(1))" : "";

	for (; *columns; columns++) {
		if (*columns == ',')
			buf_str(sql, codec);
		buf_chr(sql, *columns);
	}
	buf_str(sql, codec);
}

static int make_table(struct clickhouse *c, const struct table *t, struct err *err)
{
	bool cluster = c->place.cluster[0];
	struct buf sql = BUF_INIT, nothing = BUF_INIT;
	int r;

	buf_fmt(&sql, "CREATE TABLE IF NOT EXISTS %s.%s%s", c->place.database, t->name, cluster ? "_local" : "");
	if (cluster)
		buf_fmt(&sql, " ON CLUSTER %s", c->place.cluster);
	buf_str(&sql, " (");
	add_columns(&sql, c, t->columns);
	buf_chr(&sql, ')');
	add_engine(&sql, c, t);
	r = clickhouse_ask(c, &sql, &nothing, err);
	if (r == 0 && cluster) {
		buf_reset(&sql);
		buf_fmt(&sql,
			"CREATE TABLE IF NOT EXISTS %s.%s ON CLUSTER %s (%s) ENGINE = Distributed(%s, %s, %s_local, "
			"%s)",
			c->place.database, t->name, c->place.cluster, t->columns, c->place.cluster, c->place.database,
			t->name, t->shard);
		r = clickhouse_ask(c, &sql, &nothing, err);
	}
	buf_deinit(&sql);
	buf_deinit(&nothing);
	return r;
}

static int make_asker(struct clickhouse *c, struct err *err)
{
	return c->asker ? 0 : http_asker_new(c->place.ca_file[0] ? c->place.ca_file : NULL, &c->asker, err);
}

static int take_version(struct clickhouse *c, const char *text, struct err *err)
{
	unsigned major = 0, minor = 0;

	if (sscanf(text, "%u.%u", &major, &minor) != 2 || major > 9999)
		return err_set(err, SCRAPE_EFORMAT, "%s is no ClickHouse", c->place.hosts[c->host].host);
	if (major * 100 + minor < VERSION_LEAST)
		return err_set(err, SCRAPE_EFORMAT, "the server is ClickHouse %.32s: at least 18.16 is needed", text);
	c->version = major * 100 + minor;
	return 0;
}

static int connect_to(struct clickhouse *c, struct err *err)
{
	char text[64];
	int r = make_asker(c, err);

	if (r < 0 || c->version)
		return r;
	r = clickhouse_do(c, "SELECT version()", text, sizeof(text), err);
	return r < 0 ? r : take_version(c, text, err);
}

/* What is to be the same for all is the definition of an empty table: that of the first who makes it, on every server,
 * while rows come to a replica when they come. It is made last, so that who sees it sees all. */
static int make_meta(struct clickhouse *c, struct err *err)
{
	struct buf sql = BUF_INIT, nothing = BUF_INIT;
	uint64_t seed = 0;
	int r;

	if (getrandom(&seed, sizeof(seed), 0) != sizeof(seed))
		return err_sys(err, SCRAPE_EIO, "getrandom");
	buf_fmt(&sql,
		"CREATE TABLE IF NOT EXISTS %s.meta%s%s (version UInt64 DEFAULT %d, seed UInt64 DEFAULT %" PRIu64
		", slice UInt64 DEFAULT %" PRIu64 ") ENGINE = TinyLog",
		c->place.database, c->place.cluster[0] ? " ON CLUSTER " : "", c->place.cluster, CLICKHOUSE_VERSION,
		seed | 1, c->config.slice_us / 1000000);
	r = clickhouse_ask(c, &sql, &nothing, err);
	buf_deinit(&sql);
	buf_deinit(&nothing);
	return r;
}

struct meta {
	uint64_t version, seed, slice; /* 0: there is none */
};

/* With the server's version: one question, since each that is asked of a store begins with it. */
static int get_meta(struct clickhouse *c, struct meta *ret, struct err *err)
{
	struct buf sql = BUF_INIT, answer = BUF_INIT;
	int r = make_asker(c, err);

	buf_fmt(&sql,
		"SELECT version(), sumIf(number, name = 'version'), sumIf(number, name = 'seed'), sumIf(number, name ="
		" 'slice') FROM (SELECT name, toUInt64(extract(default_expression, '[0-9]+')) AS number FROM"
		" system.columns WHERE database = '%s' AND table = 'meta') AS m",
		c->place.database);
	if (r == 0)
		r = clickhouse_ask(c, &sql, &answer, err);
	if (r == 0) {
		struct rowbinary rows = rowbinary_of(&answer);
		char text[64] = "";
		size_t n;
		const char *version = rowbinary_text(&rows, &n);

		(void)snprintf(text, sizeof(text), "%.*s", (int)(n < sizeof(text) ? n : 0), version); /* fits */
		ret->version = rowbinary_u64(&rows);
		ret->seed = rowbinary_u64(&rows);
		ret->slice = rowbinary_u64(&rows);
		r = take_version(c, rows.bad ? "" : text, err);
	}
	buf_deinit(&sql);
	buf_deinit(&answer);
	return r;
}

int clickhouse_init(struct clickhouse *c, struct err *err)
{
	char database[CLICKHOUSE_NAME_MAX], sql[256];
	int r;

	/* the database that is to be made cannot be asked in */
	memcpy(database, c->place.database, sizeof(database));
	memcpy(c->place.database, "default", 8);
	r = connect_to(c, err);
	(void)snprintf(sql, sizeof(sql), "CREATE DATABASE IF NOT EXISTS %s%s%s", database,
		       c->place.cluster[0] ? " ON CLUSTER " : "", c->place.cluster);
	if (r == 0)
		r = clickhouse_do(c, sql, NULL, 0, err);
	memcpy(c->place.database, database, sizeof(database));
	for (size_t i = 0; r == 0 && i < sizeof(tables) / sizeof(tables[0]); i++)
		r = make_table(c, &tables[i], err);
	return r < 0 ? r : make_meta(c, err);
}

int clickhouse_describe(struct store *store, store_say_fn say, void *ctx, struct err *err)
{
	static const struct {
		unsigned since;
		const char *cost;
	} features[] = {
		{CLICKHOUSE_WITH_CODECS, "no codecs (19.11 has them): what is stored takes twice as much"},
		{CLICKHOUSE_WITH_TOKENS,
		 "no tokens (22.2 has them): what is sent again long after, or to a single server, lies there twice "
		 "until parts are merged; it counts once all the same"},
	};
	struct clickhouse *c = (struct clickhouse *)store;
	char text[256];
	int r = clickhouse_ready(c, err);

	if (r < 0)
		return r;
	(void)snprintf(text, sizeof(text), "ClickHouse %u.%u", c->version / 100, c->version % 100);
	say(ctx, text);
	for (size_t i = 0; i < sizeof(features) / sizeof(features[0]); i++)
		if (c->version < features[i].since)
			say(ctx, features[i].cost);
	return 0;
}

bool clickhouse_is_step(uint64_t step_s)
{
	return step_s > 0 && step_s <= 60 && 60 % step_s == 0;
}

/* What is written down already was written with that seed. */
static int compare(const struct clickhouse *c, const struct meta *meta, struct err *err)
{
	if (!clickhouse_is_step(meta->slice))
		return err_set(err, SCRAPE_EFORMAT, "slices of %" PRIu64 " s are none of scrape's", meta->slice);
	if (c->known && (meta->seed != c->seed || meta->slice != c->step_s))
		return err_set(err, SCRAPE_EFORMAT,
			       "outbox %s is of another database than \"%s\": give each a folder of its own",
			       c->config.outbox, c->place.database);
	return 0;
}

int clickhouse_ready(struct clickhouse *c, struct err *err)
{
	struct meta meta = {0};
	int r;

	if (c->ready)
		return 0;
	r = get_meta(c, &meta, err);
	if (r == 0 && meta.version == 0)
		return err_set(err, SCRAPE_EFORMAT,
			       "the database \"%s\" has no tables of scrape's: see scrape store init",
			       c->place.database);
	if (r == 0 && meta.version != CLICKHOUSE_VERSION)
		return err_set(err, SCRAPE_EFORMAT,
			       "the database \"%s\" is of version %" PRIu64 ", this scrape's is %d", c->place.database,
			       meta.version, CLICKHOUSE_VERSION);
	if (r == 0)
		r = compare(c, &meta, err);
	if (r < 0)
		return r;
	c->seed = meta.seed;
	c->step_s = meta.slice;
	c->known = c->ready = true;
	return 0;
}
