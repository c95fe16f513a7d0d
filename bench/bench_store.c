/* SPDX-License-Identifier: MIT */
/*
 * What a store costs: taking slices in, bytes on disk, and questions to a year of it. Build and run:
 *
 *	make build/obj/bench/bench_store && build/obj/bench/bench_store DIR [--days N]
 *	build/obj/bench/bench_store --place FILE|clickhouse://...
 *
 * Taking in: 5 000 series (100 hosts of 50 services), 100 stacks each in every slice, 25 frames deep, of 400 that a
 * service has. A year: 50 services on 10 hosts; two hours are taken in slice by slice and rolled up, and their minutes,
 * hours and days are copied along time, by SQL, to a day of minutes and N days (365) of hours and days.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/map.h"
#include "profile/history.h"
#include "profile/tree.h"
#include "store/clickhouse_rows.h"
#include "store/db.h"
#include "store/store.h"
#include "stream/defs.h"
#include "stream/writer.h"

#define SERVICES 50
#define STACKS 400
#define SEEN 100
#define DEPTH 25
#define TRUNK 10
#define SLICE_US 10000000ull
#define BEGIN_S 1700006400ull /* a whole day */
#define REPEATS 7

static uint32_t state = 2463534242u;

static uint32_t dice(uint32_t n) /* xorshift32 */
{
	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state % n;
}

static void die(const char *what, const struct err *err)
{
	(void)fprintf(stderr, "%s: %s\n", what, err ? err->text : "failed");
	exit(1);
}

static double seconds(uint64_t from_ns)
{
	return (double)(clock_mono_ns() - from_ns) / 1e9;
}

/* A slice in the making: each thing is defined once, as a daemon does. */
struct making {
	struct stream_writer w;
	struct defs defs;
	struct map frames; /* service << 32 | function -> frame */
};

static uint32_t put_text(struct making *m, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static uint32_t put_text(struct making *m, const char *fmt, ...)
{
	char text[64];
	va_list args;
	uint32_t id;
	int n;

	va_start(args, fmt);
	n = vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	if (defs_string(&m->defs, text, (size_t)n, &id) < 0)
		die("memory", NULL);
	return id;
}

static uint32_t put_frame(struct making *m, unsigned service, unsigned function)
{
	uint64_t key = (uint64_t)service << 32 | function;
	struct stream_frame frame = {.line = function + 3, .first_line = function};
	uint32_t id;

	if (map_get(&m->frames, key, &id))
		return id;
	frame.function = put_text(m, "service_%u.function_%u", service, function);
	frame.file = put_text(m, "/srv/app/service_%u/module_%u.py", service, function % 40);
	id = defs_frame(&m->defs, &frame);
	if (map_put(&m->frames, key, id) < 0)
		die("memory", NULL);
	return id;
}

/* The trunk is shared, then each stack goes its own way. */
static uint32_t put_stack(struct making *m, unsigned service, unsigned stack)
{
	uint32_t node = DEFS_NODE_ROOT;

	for (unsigned d = 0; d < DEPTH; d++) {
		unsigned function = d < TRUNK ? d : 1000 + (stack * 7 + d * 13) % 700;

		if (defs_node(&m->defs, node, put_frame(m, service, function), &node) < 0)
			die("memory", NULL);
	}
	return node;
}

/* A slice of one host, as its daemon sends it. */
static void make_slice(struct buf *out, unsigned host, unsigned services, uint64_t slot_us, uint64_t seq)
{
	const struct stream_session session = {.start_wall_us = slot_us, .rate_mhz = 100000, .slice_us = SLICE_US};
	struct making m = {0};

	stream_begin(&m.w, out, &session);
	defs_init(&m.defs, &m.w);
	for (unsigned s = 0; s < services; s++) {
		struct stream_target target = {.id = s, .pid = 100 + s + host * 100, .start_ticks = 5};
		uint64_t looks = 0;

		target.service = put_text(&m, "service-%u", s);
		target.command = target.runtime = put_text(&m, "python3 -m service_%u", s);
		stream_put_target(&m.w, &target);
		stream_put_thread(&m.w, &(struct stream_thread){s, s, 100 + s, put_text(&m, "worker")});
		for (unsigned i = 0; i < SEEN; i++) {
			double u = (double)dice(1 << 20) / (1 << 20);
			uint64_t n = 1 + dice(10), node = put_stack(&m, s, (unsigned)(u * u * STACKS));

			stream_put_sample(&m.w, &(struct stream_sample){s, node, SCRAPE_ON_CPU, n, 0, 0});
			looks += n;
		}
		stream_put_slice_thread(&m.w, &(struct stream_slice_thread){s, looks * 10000000, 10000000000});
	}
	stream_put_slice_end(&m.w, &(struct stream_slice_end){.seq = seq, .from_us = slot_us, .until_us = slot_us + SLICE_US,
							      .ticks = 1000});
	defs_deinit(&m.defs);
	map_deinit(&m.frames);
}

static void put(struct store *store, unsigned host, const struct buf *bytes, uint64_t seq, uint64_t now_us)
{
	char name[32];
	struct store_put done;
	struct err err;

	(void)snprintf(name, sizeof(name), "host-%u", host);
	if (store_put(store,
		      &(struct store_slices){.host = name, .instance = "1", .bytes = bytes->data, .n = bytes->len,
					     .since = seq, .next = seq + 1, .now_us = now_us},
		      &done, &err) < 0)
		die("put", &err);
}

static struct store *open_it(const char *dir, const char *name, char path[512])
{
	const struct store_config config = {.max_bytes = 1ull << 45, .keep_us = {1ull << 60, 1ull << 60, 1ull << 60, 1ull << 60}};
	struct store *store;
	struct err err;

	(void)snprintf(path, 512, "%s/%s", dir, name);
	if (store_open(&store, path, STORE_WRITE, &config, &err) < 0)
		die("open", &err);
	return store;
}

static uint64_t file_bytes(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 ? (uint64_t)st.st_size : 0;
}

static void bench_put(const char *dir)
{
	enum { HOSTS = 100, SLICES = 6 };
	char path[512];
	struct store *store = open_it(dir, "put.db", path);
	struct buf bytes = BUF_INIT;
	double spent[SLICES];
	uint64_t n_bytes = 0;

	for (uint64_t i = 0; i < SLICES; i++) {
		spent[i] = 0;
		if (store_begin(store, NULL) < 0)
			die("begin", NULL);
		for (unsigned host = 0; host < HOSTS; host++) {
			uint64_t slot = (BEGIN_S + i * 10) * 1000000, begin;

			buf_reset(&bytes);
			make_slice(&bytes, host, SERVICES, slot, i);
			n_bytes += bytes.len;
			begin = clock_mono_ns();
			put(store, host, &bytes, i, slot + SLICE_US);
			spent[i] += seconds(begin);
		}
		uint64_t begin = clock_mono_ns();

		if (store_commit(store, NULL) < 0)
			die("commit", NULL);
		spent[i] += seconds(begin);
		(void)printf("put: slices of 100 stacks a second: %.0f\n", HOSTS * SERVICES / spent[i]);
	}
	(void)printf("put: %.0f bytes a slice over the wire\n", (double)n_bytes / (HOSTS * SERVICES * SLICES));
	store_close(store);
	buf_deinit(&bytes);
}

static void tell_bytes(struct store *store, const char *path)
{
	struct store_stats stats;

	if (store_stats(store, true, &stats, NULL) < 0)
		die("stats", NULL);
	for (size_t i = 0; i < STORE_TIERS; i++)
		if (stats.tiers[i].rows)
			(void)printf("tier %zu: %llu rows of %.0f bytes\n", i, (unsigned long long)stats.tiers[i].rows,
				     (double)stats.tiers[i].bytes / (double)stats.tiers[i].rows);
	(void)printf("tier 0: %.2f bytes a (stack, looks, CPU) in rows\n",
		     (double)stats.tiers[0].bytes / ((double)stats.tiers[0].rows * SEEN));
	(void)printf("file: %.1f MB, %llu stacks\n", (double)file_bytes(path) / 1e6, (unsigned long long)stats.nodes);
}

static void roll(struct store *store, uint64_t now_us)
{
	bool more = true;
	struct err err;
	uint64_t begin = clock_mono_ns();

	while (more)
		if (store_tend(store, now_us, 1000000, &more, &err) < 0)
			die("tend", &err);
	(void)printf("roll-up of it all: %.1f s\n", seconds(begin));
}

/* Copies of the first hour (or day) of a tier behind it, n in all. */
static void copy(struct db *db, const char *table, uint64_t step_s, uint64_t n)
{
	char sql[512];

	(void)snprintf(sql, sizeof(sql),
		       "WITH RECURSIVE i(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE n < %llu)"
		       " INSERT OR IGNORE INTO %s(k, data) SELECT k + (i.n * %llu << 29), data FROM i, %s"
		       " WHERE k < (%llu << 29) ORDER BY i.n, k",
		       (unsigned long long)n - 1, table, (unsigned long long)step_s, table,
		       (unsigned long long)(BEGIN_S + step_s));
	if (db_exec(db, sql) < 0) {
		struct err err;

		(void)db_failed(db, &err);
		die(table, &err);
	}
}

static void spread(const char *path, uint64_t days)
{
	char sql[512];
	struct db *db;
	struct err err;

	if (db_open(&db, path, DB_WRITE, &err) < 0)
		die("open", &err);
	(void)db_exec(db, "BEGIN");
	copy(db, "t1", 3600, 24);
	copy(db, "h1", 3600, 24);
	copy(db, "t2", 3600, 24 * days);
	copy(db, "h2", 3600, 24 * days);
	copy(db, "t3", 86400, days);
	copy(db, "h3", 86400, days);
	(void)snprintf(sql, sizeof(sql), "UPDATE host SET until = first + %llu * 86400000000; UPDATE series SET last = first + %llu * 86400;"
					 "DELETE FROM todo; COMMIT",
		       (unsigned long long)days, (unsigned long long)days);
	if (db_exec(db, sql) < 0) {
		(void)db_failed(db, &err);
		die("spread", &err);
	}
	db_close(db);
}

/* The same in ClickHouse, of hours and days, on one server. */
static void spread_database(struct store *store, uint64_t days)
{
	static const struct {
		const char *table, *columns;
		uint64_t step_s;
	} tables[] = {{"t2", CLICKHOUSE_ROLLED, 3600},
		      {"h2", CLICKHOUSE_ROLLED_HEADS, 3600},
		      {"t3", CLICKHOUSE_ROLLED, 86400},
		      {"h3", CLICKHOUSE_ROLLED_HEADS, 86400}};
	struct clickhouse *c = (struct clickhouse *)store;
	const uint64_t end_s = BEGIN_S + days * 86400;
	char sql[1024];
	struct err err;
	int r = 0;

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]) && r == 0; i++) {
		const uint64_t step_s = tables[i].step_s;
		char columns[512];
		const char *bucket;

		(void)snprintf(columns, sizeof(columns), "%s", tables[i].columns + 2); /* behind " (" */
		columns[strlen(columns) - 1] = '\0';
		bucket = strstr(columns, "bucket");
		(void)snprintf(sql, sizeof(sql),
			       "INSERT INTO %s%s SELECT %.*stoDateTime(toUInt32(bucket) + arrayJoin(arraySlice(range(%llu), 2)) * %llu)%s FROM"
			       " %s FINAL WHERE bucket < toDateTime(%llu)",
			       tables[i].table, tables[i].columns, (int)(bucket - columns), columns,
			       (unsigned long long)(days * 86400 / step_s), (unsigned long long)step_s,
			       bucket + strlen("bucket"), tables[i].table, (unsigned long long)(BEGIN_S + step_s));
		r = clickhouse_do(c, sql, NULL, 0, &err);
	}
	if (r == 0)
		r = clickhouse_do(c,
				  "INSERT INTO series SELECT day + arrayJoin(arraySlice(range(30), 2)), process, at_host, service, host,"
				  " pid, start, service_name, command, runtime, labels FROM series",
				  NULL, 0, &err);
	(void)snprintf(sql, sizeof(sql), "INSERT INTO cursors SELECT host, instance, next, first, %llu, used FROM cursors",
		       (unsigned long long)end_s * 1000000);
	if (r == 0)
		r = clickhouse_do(c, sql, NULL, 0, &err);
	for (size_t i = 1; i < STORE_TIERS && r == 0; i++)
		r = clickhouse_note(c, i, end_s, &err);
	if (r < 0)
		die("spread", &err);
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static void ask(const char *path, const char *what, uint64_t from_s, uint64_t until_s, const struct history_filter *filter)
{
	const struct store_config config = {0};
	const struct store_range range = {.from_us = from_s * 1000000, .until_us = until_s * 1000000, .filters = filter,
					  .n_filters = filter != NULL};
	const struct history_query query = {.from_us = range.from_us, .until_us = range.until_us, .filters = filter,
					    .n_filters = range.n_filters, .max_nodes = 8192};
	double ms[REPEATS];
	size_t nodes = 0;

	for (int i = 0; i < REPEATS; i++) {
		uint64_t begin = clock_mono_ns();
		struct history *history;
		struct history_span span;
		struct store *store;
		struct tree tree = {0};
		struct err err;

		if (store_open(&store, path, STORE_READ, &config, &err) < 0 ||
		    store_load(store, &range, &history, &err) < 0 ||
		    history_tree(history, &query, &tree, &span, &err) < 0)
			die(what, &err);
		ms[i] = seconds(begin) * 1000;
		nodes = tree.n_nodes;
		tree_deinit(&tree);
		store_unload(store, history);
		store_close(store);
	}
	qsort(ms, REPEATS, sizeof(*ms), by_size);
	(void)printf("ask %-28s %8.1f ms (%.1f to %.1f), %zu nodes\n", what, ms[REPEATS / 2], ms[0], ms[REPEATS - 1], nodes);
}

static void bench_year(const char *dir, uint64_t days)
{
	enum { HOSTS = 10, SLICES = 720 };
	const struct history_filter one = {.field = HISTORY_SERVICE, .value = "service-7"};
	char path[512];
	struct store *store = open_it(dir, "year.db", path);
	struct buf bytes = BUF_INIT;
	uint64_t end = BEGIN_S + days * 86400;

	for (uint64_t i = 0; i < SLICES; i++) {
		if (store_begin(store, NULL) < 0)
			die("begin", NULL);
		for (unsigned host = 0; host < HOSTS; host++) {
			uint64_t slot = (BEGIN_S + i * 10) * 1000000;

			buf_reset(&bytes);
			make_slice(&bytes, host, SERVICES, slot, i);
			put(store, host, &bytes, i, slot + SLICE_US);
		}
		if (store_commit(store, NULL) < 0)
			die("commit", NULL);
	}
	roll(store, (BEGIN_S + 2 * 86400) * 1000000);
	tell_bytes(store, path);
	store_close(store);
	spread(path, days);
	(void)printf("a year: %.1f MB\n", (double)file_bytes(path) / 1e6);
	for (int all = 0; all < 2; all++) {
		const struct history_filter *filter = all ? NULL : &one;

		(void)printf("%s on 10 hosts:\n", all ? "all 50 services" : "one service");
		ask(path, "5 min", BEGIN_S + 1800, BEGIN_S + 2100, filter);
		ask(path, "6 h", BEGIN_S + 3 * 3600, BEGIN_S + 9 * 3600, filter);
		ask(path, "30 d", end - 30 * 86400, end, filter);
		ask(path, "1 y", BEGIN_S, end, filter);
	}
	buf_deinit(&bytes);
}

static uint64_t slot_of(uint64_t slice)
{
	return (BEGIN_S + slice * 10) * 1000000;
}

/* One service on 50 hosts for 6 hours, and of its hours 30 days, in a file or in ClickHouse. */
static void bench_place(const char *path)
{
	enum { HOSTS = 50, SLICES = 2160, AT_ONCE = 20, DAYS = 30 };
	const struct store_config config = {
		.max_bytes = 1ull << 45, .keep_us = {1ull << 60, 1ull << 60, 1ull << 60, 1ull << 60}};
	static struct buf bytes[AT_ONCE * HOSTS]; /* 34 MB, as a writer takes at once */
	struct store_stats stats;
	struct store *store;
	struct err err;
	uint64_t begin;
	double spent = 0;

	state = 2463534242u;
	if (store_open(&store, path, STORE_WRITE, &config, &err) < 0 ||
	    (store_is_remote(path) && store_init_clickhouse(store, &err) < 0))
		die("open", &err);
	for (uint64_t i = 0; i < SLICES; i += AT_ONCE) {
		for (unsigned k = 0; k < AT_ONCE * HOSTS; k++) {
			buf_reset(&bytes[k]);
			make_slice(&bytes[k], k % HOSTS, 1, slot_of(i + k / HOSTS), i + k / HOSTS);
		}
		begin = clock_mono_ns();
		if (store_begin(store, &err) < 0)
			die("begin", &err);
		for (unsigned k = 0; k < AT_ONCE * HOSTS; k++)
			put(store, k % HOSTS, &bytes[k], i + k / HOSTS, slot_of(i + k / HOSTS) + SLICE_US);
		if (store_commit(store, &err) < 0)
			die("commit", &err);
		spent += seconds(begin);
	}
	(void)printf("%s:\nput: stack counts a second: %.0f\n", path, (double)HOSTS * SLICES * SEEN / spent);
	for (int rolled = 0; rolled < 2; rolled++) {
		ask(path, "5 min, 50 hosts", BEGIN_S + 3600, BEGIN_S + 3900, NULL);
		ask(path, "6 h, 50 hosts", BEGIN_S, BEGIN_S + 6 * 3600, NULL);
		if (!rolled)
			roll(store, (BEGIN_S + 2 * 86400) * 1000000);
	}
	if (store_stats(store, true, &stats, &err) < 0)
		die("stats", &err);
	for (size_t i = 0; i < STORE_TIERS; i++)
		(void)printf("tier %zu: %llu rows, %.0f bytes each\n", i, (unsigned long long)stats.tiers[i].rows,
			     stats.tiers[i].rows ? (double)stats.tiers[i].bytes / (double)stats.tiers[i].rows : 0);
	(void)printf("tier 0: %.2f bytes a stack count\n", (double)stats.tiers[0].bytes / ((double)HOSTS * SLICES * SEEN));
	if (store_is_remote(path))
		spread_database(store, DAYS);
	store_close(store);
	if (!store_is_remote(path))
		spread(path, DAYS);
	ask(path, "30 d, 50 hosts", BEGIN_S, BEGIN_S + DAYS * 86400, NULL);
	for (unsigned k = 0; k < AT_ONCE * HOSTS; k++)
		buf_deinit(&bytes[k]);
}

int main(int argc, char **argv)
{
	uint64_t days = argc > 3 && strcmp(argv[2], "--days") == 0 ? strtoull(argv[3], NULL, 10) : 365;

	(void)setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc < 2) {
		(void)fprintf(stderr, "usage: bench_store DIR [--days N] | --place FILE|clickhouse://...\n");
		return 2;
	}
	if (strcmp(argv[1], "--place") == 0) {
		for (int i = 2; i < argc; i++)
			bench_place(argv[i]);
		return 0;
	}
	bench_put(argv[1]);
	bench_year(argv[1], days);
	return 0;
}
