/* SPDX-License-Identifier: MIT */
/* Stores: the same tests over a file and over memory, and what only a file has: tiers, retention, damage. */
#include "support/stream_maker.h"

#include <math.h>
#include <poll.h>
#include <unistd.h>

#include "profile/history.h"
#include "profile/history_parts.h"
#include "store/blob.h"
#include "store/clickhouse.h"
#include "store/plan.h"
#include "store/store.h"

#define SEC_US 1000000ull
#define SLICE_US (10 * SEC_US)
#define MIN_US (60 * SEC_US)
#define HOUR_US (60 * MIN_US)
#define BEGIN_US 1700006400000000ull /* a whole hour and day: 2023-11-15 00:00 UTC */
#define MEMORY 0
#define FILE_ 1
#define CLUSTER 2

static struct store *store;
static struct history *source, *loaded;
static struct history_feed *feed_of_source;
static struct stream_reader source_reader;
static struct history_span span;
static struct err error;
static struct store_put done;
static struct buf slices, text;
static struct store_config config;
static char dir[64], path[256], outbox[80];
static int kind;
static uint64_t clock_us; /* where the stream in hand stands */

/* $SCRAPE_TEST_CLICKHOUSE_OUTBOX: with an outbox. */
static void open_store(void)
{
	int r;

	(void)snprintf(outbox, sizeof(outbox), "%s/outbox", dir);
	config.outbox = kind == CLUSTER && getenv("SCRAPE_TEST_CLICKHOUSE_OUTBOX") ? outbox : NULL;
	r = kind == MEMORY    ? store_open_memory(&store, &config, &error)
	    : kind == CLUSTER ? store_open_clickhouse(&store, path, STORE_WRITE, &config, &error)
			      : store_open_sqlite(&store, path, STORE_WRITE, &config, &error);

	ck_assert_msg(r == 0, "%s", error.text);
	if (kind == CLUSTER)
		ck_assert_msg(store_init_clickhouse(store, &error) == 0, "%s", error.text);
}

/* A database of each test's own, at the servers of $SCRAPE_TEST_CLICKHOUSE ("127.0.0.1:8123"), to which its
 * ..._OPTIONS ("?cluster=scrape") are added. */
static void name_store(void)
{
	if (kind == CLUSTER)
		(void)snprintf(path, sizeof(path), "clickhouse://%s/t_%s%s", getenv("SCRAPE_TEST_CLICKHOUSE"),
			       strrchr(dir, '.') + 1, getenv("SCRAPE_TEST_CLICKHOUSE_OPTIONS"));
	else
		(void)snprintf(path, sizeof(path), "%s/history.db", dir);
}

static void begin_source(void)
{
	source = history_new(
		&(struct history_config){.host = "source", .keep_us = 4000 * HOUR_US, .max_bytes = 1 << 30});
	ck_assert_ptr_nonnull(source);
	feed_of_source = history_feed_new(source);
	stream_reader_init(&source_reader, &history_sink, feed_of_source);
}

static void end_source(void)
{
	stream_reader_deinit(&source_reader);
	history_free(source);
	source = NULL;
}

static void begin_stream_at(uint64_t us)
{
	buf_reset(&bytes);
	stream_begin(&w, &bytes,
		     &(struct stream_session){.start_wall_us = us, .rate_mhz = 100000, .slice_us = SLICE_US});
	n_strings = n_frames = n_nodes = now_us = 0;
	clock_us = us;
}

static void begin(int which)
{
	kind = which;
	(void)strcpy(dir, "/tmp/test_store.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	name_store();
	config = (struct store_config){.host = ""};
	open_store();
	begin_source();
	begin_stream_at(BEGIN_US);
}

static void unload(void)
{
	store_unload(store, loaded);
	loaded = NULL;
}

static void end(void)
{
	char command[96];

	unload();
	store_close(store);
	end_source();
	tree_deinit(&tree);
	buf_deinit(&bytes);
	buf_deinit(&folded);
	buf_deinit(&slices);
	buf_deinit(&text);
	(void)snprintf(command, sizeof(command), "rm -rf %s", dir);
	ck_assert_int_eq(system(command), 0);
}

static void put_end(void)
{
	struct stream_slice_end r = {.from_us = clock_us, .until_us = clock_us + SLICE_US, .ticks = 1000, .cost_ns = 7};

	clock_us += SLICE_US;
	stream_put_slice_end(&w, &r);
}

/* Looks at a node, all running, and as much CPU as they stand for. */
static void busy(uint64_t thread, uint64_t node, uint64_t looks)
{
	put_looks(thread, node, SCRAPE_ON_CPU | SCRAPE_HAS_GIL, looks);
	put_times(thread, (double)looks / 100, 10);
}

/* Gives the stream to the source, and what it closed to the store. */
static int put_as(const char *host, const char *instance, uint64_t since, uint64_t now)
{
	struct history_stats stats;
	uint64_t next;
	int r = stream_feed(&source_reader, bytes.data, bytes.len, &error);

	ck_assert_msg(r == 0, "%s", error.text);
	buf_reset(&bytes);
	history_stats(source, &stats);
	buf_reset(&slices);
	ck_assert_int_eq(history_export(source, since, SIZE_MAX, &slices, &next), 0);
	return store_put(store,
			 &(struct store_slices){.host = host,
						.instance = instance,
						.bytes = slices.data,
						.n = slices.len,
						.since = since,
						.next = next,
						.now_us = now},
			 &done, &error);
}

static void put_all(const char *host)
{
	int r = put_as(host, "i1", 0, clock_us);

	ck_assert_msg(r == 0, "%s", error.text);
}

static void load_range(const struct store_range *range)
{
	int r;

	unload();
	r = store_load(store, range, &loaded, &error);
	ck_assert_msg(r == 0, "%s", error.text);
}

static const char *fold(const struct history *h, const struct history_query *query)
{
	const char *stack[64];

	tree_deinit(&tree);
	ck_assert_msg(history_tree(h, query, &tree, &span, &error) == 0, "%s", error.text);
	check_sums(&tree);
	buf_reset(&folded);
	for (size_t i = 0; i < tree.n_nodes; i++) {
		const struct tree_node *node = &tree.nodes[i];

		stack[node->depth] = tree.names[node->name].text;
		if (node->self == 0)
			continue;
		for (size_t d = 1; d <= node->depth; d++)
			buf_fmt(&folded, "%s%s", stack[d], d < node->depth ? ";" : "");
		buf_fmt(&folded, " %" PRIu64 "\n", node->self);
	}
	return buf_cstr(&folded);
}

static const char *ask_range(const struct store_range *range, struct history_query query)
{
	load_range(range);
	query.from_us = range->from_us;
	query.until_us = range->until_us;
	query.filters = range->filters;
	query.n_filters = range->n_filters;
	query.show.no_lines = true;
	return fold(loaded, &query);
}

static const char *ask_all(void)
{
	return ask_range(&(struct store_range){0}, (struct history_query){0});
}

static uint32_t seed;

static uint64_t dice(uint64_t n)
{
	seed ^= seed << 13;
	seed ^= seed >> 17;
	seed ^= seed << 5;
	return seed % n;
}

static void put_random(unsigned n)
{
	char name[32];

	seed = 4711;
	for (uint64_t t = 0; t < 3; t++) {
		(void)snprintf(name, sizeof(name), "svc%d", (int)t / 2);
		put_target(t, 100 + t, name);
	}
	for (uint64_t i = 0; i < 6; i++)
		put_thread(i, i / 2, 1000 + i, i == 3 ? "" : "worker");
	for (uint64_t i = 0; i < 60; i++) {
		(void)snprintf(name, sizeof(name), "f%d", (int)dice(30));
		put_stack(i == 0 ? 0 : dice(n_nodes + 1), name);
	}
	for (unsigned i = 0; i < n; i++) {
		for (uint64_t k = 0; k < 40; k++)
			put_looks(dice(6), dice(n_nodes + 1), dice(SCRAPE_FLAGS_ALL + 1), 1 + dice(20));
		for (uint64_t t = 0; t < 6; t++)
			put_times(t, (double)dice(10000) / 1000, 10);
		stream_put_loss(&w, &(struct stream_loss){dice(3), SCRAPE_LOSS_MOVED, 1 + dice(3)});
		put_end();
	}
}

static const enum profile_mode modes[] = {PROFILE_CPU, PROFILE_WALL, PROFILE_GIL};

/* What a store says is what the history says that the slices came from: all trees, however they are cut. */
START_TEST(same_answers)
{
	struct buf want = BUF_INIT;

	begin(_i);
	put_random(30);
	put_all("a");
	for (size_t m = 0; m < 3; m++)
		for (int split = 0; split < 4; split++) {
			struct history_query query = {.show = {.mode = modes[m],
							       .no_lines = true,
							       .split_threads = split & 1,
							       .split_targets = split & 2}};
			struct store_range range = {.needs = (split & 1 ? STORE_BY_THREAD : 0u) |
							     (split & 2 ? STORE_BY_PROCESS : 0u)};
			struct history_span before;

			buf_reset(&want);
			buf_str(&want, fold(source, &query));
			before = span;
			ck_assert_str_eq(ask_range(&range, query), buf_cstr(&want));
			ck_assert_uint_eq(span.cpu_ns, before.cpu_ns);
			ck_assert_uint_eq(span.wall_ns, before.wall_ns);
			ck_assert_uint_eq(span.looks, before.looks);
			ck_assert_uint_eq(span.lost[SCRAPE_LOSS_MOVED], before.lost[SCRAPE_LOSS_MOVED]);
			ck_assert_uint_eq(span.from_us, before.from_us);
			ck_assert_uint_eq(span.until_us, before.until_us);
			ck_assert_double_eq(span.coverage, before.coverage);
			ck_assert_double_eq(span.rate_reached, before.rate_reached);
		}
	buf_deinit(&want);
	end();
}
END_TEST

START_TEST(timeline_and_heat)
{
	struct history_timeline_query ask = {.by = HISTORY_BY_PID, .which.merge = HISTORY_BY_FUNCTION};
	struct store_range range = {.step_us = 2 * SLICE_US, .needs = STORE_BY_PROCESS};
	struct history_timeline want, got;
	struct history_heat heat, other;

	begin(_i);
	put_random(30);
	put_all("source");
	for (int function = 0; function < 2; function++) {
		ask.function = function ? "f7" : NULL;
		ask.step_us = 2 * SLICE_US;
		ck_assert_int_eq(history_timeline(source, &ask, &want, &error), 0);
		load_range(&range);
		ck_assert_int_eq(history_timeline(loaded, &ask, &got, &error), 0);
		ck_assert_uint_eq(got.n_series, want.n_series);
		ck_assert_uint_eq(got.n_points, want.n_points);
		for (size_t i = 0; i < got.n_series; i++) {
			ck_assert_str_eq(got.series[i].label, want.series[i].label);
			for (size_t k = 0; k < got.n_points; k++)
				ck_assert_double_eq_tol(got.series[i].v[k], want.series[i].v[k], 1e-8);
		}
		history_timeline_deinit(&want);
		history_timeline_deinit(&got);
	}
	load_range(&(struct store_range){.step_us = SLICE_US, .needs = STORE_CELLS | STORE_NO_ROWS});
	ck_assert_int_eq(history_heat(loaded, &(struct history_query){0}, 0, &heat, &error), 0);
	ck_assert_int_eq(history_heat(source, &(struct history_query){0}, 0, &other, &error), 0);
	ck_assert_uint_eq(heat.n_columns, other.n_columns);
	ck_assert_mem_eq(heat.looks, other.looks, heat.n_columns * HISTORY_CELLS * sizeof(*heat.looks));
	history_heat_deinit(&heat);
	history_heat_deinit(&other);
	end();
}
END_TEST

/* One function in one thread of pid 42, so many looks in each of n slices. */
static uint64_t put_steady(unsigned n, uint64_t looks)
{
	uint64_t node;

	put_actors();
	node = put_stack(0, "a");
	for (unsigned i = 0; i < n; i++) {
		busy(0, node, looks);
		put_end();
	}
	return node;
}

START_TEST(exactly_once)
{
	begin(_i);
	put_steady(3, 100);
	put_all("a");
	ck_assert_uint_eq(done.slices, 3);
	ck_assert_uint_eq(done.next, 3);
	ck_assert_uint_eq(done.cpu_ns, 3000000000);
	ck_assert_str_eq(ask_all(), "a (f.py) 300\n");
	put_all("a"); /* once more */
	ck_assert_uint_eq(done.slices, 0);
	ck_assert_uint_eq(done.known, 3);
	ck_assert_str_eq(ask_all(), "a (f.py) 300\n");
	busy(0, 1, 50);
	put_end();
	ck_assert_int_eq(put_as("a", "i1", 1, clock_us), 0); /* from the middle */
	ck_assert_uint_eq(done.slices, 1);
	ck_assert_uint_eq(done.known, 2);
	ck_assert_str_eq(ask_all(), "a (f.py) 350\n");
	if (kind != MEMORY) { /* and after a restart */
		unload();
		store_close(store);
		open_store();
		put_all("a");
		ck_assert_uint_eq(done.slices, 0);
		ck_assert_str_eq(ask_all(), "a (f.py) 350\n");
	}
	end();
}
END_TEST

/* A daemon that was started anew has an instance of its own; its numbers may begin anywhere. */
START_TEST(instances)
{
	begin(_i);
	put_steady(2, 100);
	put_all("a");
	end_source();
	begin_source();
	begin_stream_at(BEGIN_US + 2 * SLICE_US);
	put_steady(2, 10);
	ck_assert_int_eq(put_as("a", "i2", 0, clock_us), 0);
	ck_assert_uint_eq(done.slices, 2);
	ck_assert_str_eq(ask_all(), "a (f.py) 220\n");
	ck_assert_int_eq(put_as("a", "i2", 0, clock_us), 0);
	ck_assert_uint_eq(done.slices, 0);
	end();
}
END_TEST

static int log_host(void *ctx, const struct store_host *host)
{
	(void)ctx;
	buf_fmt(&text, "%s %s %d %d-%d;", host->host, host->instance, (int)host->next,
		(int)((host->first_us - BEGIN_US) / SEC_US), (int)((host->until_us - BEGIN_US) / SEC_US));
	return 0;
}

static int log_gap(void *ctx, const char *host, uint64_t from_us, uint64_t until_us)
{
	(void)ctx;
	buf_fmt(&text, "%s %d-%d;", host, (int)((from_us - BEGIN_US) / SEC_US), (int)((until_us - BEGIN_US) / SEC_US));
	return 0;
}

static int log_target(void *ctx, const struct history_target *target)
{
	(void)ctx;
	buf_fmt(&text, "%s %s %u;", target->host, target->service, target->pid);
	return 0;
}

static int take_gone(void *ctx, const struct history_target *target)
{
	buf_fmt(ctx, "%" PRIu32 " %s\n", target->pid, target->gone ? "gone" : "there");
	return 0;
}

/* A program that was let go may be looked at again, maybe at once; one that has ended may not. */
START_TEST(gone)
{
	struct buf said = BUF_INIT;

	begin(_i);
	put_target(0, 42, "app");
	put_target(1, 43, "app");
	for (uint64_t id = 0; id < 2; id++) {
		put_thread(id, id, 50 + id, "worker");
		busy(id, put_stack(0, "a"), 100);
		stream_put_gone(&w, &(struct stream_gone){.target = id, .why = id ? STREAM_GONE_EXIT : STREAM_GONE_REFUSED});
	}
	put_end();
	put_all("a");
	begin_stream_at(clock_us); /* of another sampler */
	put_steady(2, 100);
	put_all("a");
	load_range(&(struct store_range){.needs = STORE_BY_PROCESS});
	ck_assert_int_eq(history_targets(loaded, take_gone, &said), 0);
	ck_assert_str_eq(buf_cstr(&said), "42 there\n43 gone\n");
	buf_deinit(&said);
	end();
}
END_TEST

START_TEST(several_hosts)
{
	const struct history_filter only_b = {.field = HISTORY_HOST, .value = "b"};
	struct history_timeline_query ask = {.by = HISTORY_BY_HOST, .step_us = SLICE_US};
	struct history_timeline timeline;

	begin(_i);
	put_steady(4, 100);
	put_all("a");
	end_source();
	begin_source();
	begin_stream_at(BEGIN_US);
	put_steady(1, 500);
	clock_us += SLICE_US * 2; /* nobody looked */
	stream_begin(&w, &bytes,
		     &(struct stream_session){.start_wall_us = clock_us, .rate_mhz = 100000, .slice_us = SLICE_US});
	n_strings = n_frames = n_nodes = 0;
	put_steady(1, 500);
	ck_assert_int_eq(stream_feed(&source_reader, bytes.data, bytes.len, &error), 0);
	buf_reset(&bytes);
	/* the source has told the time between as empty slices: take the first and the last */
	for (uint64_t seq = 0; seq < 4; seq += 3) {
		uint64_t next;

		buf_reset(&slices);
		ck_assert_int_eq(history_export(source, seq, 1, &slices, &next), 0);
		ck_assert_int_eq(store_put(store,
					   &(struct store_slices){.host = "b",
								  .instance = "x",
								  .bytes = slices.data,
								  .n = slices.len,
								  .since = seq,
								  .next = next,
								  .now_us = clock_us},
					   &done, &error),
				 0);
	}
	ck_assert_str_eq(ask_all(), "a (f.py) 1400\n");
	ck_assert_double_eq_tol(span.coverage, 6.0 / 8, 1e-9);
	ck_assert_str_eq(
		ask_range(&(struct store_range){.filters = &only_b, .n_filters = 1}, (struct history_query){0}),
		"a (f.py) 1000\n");
	ck_assert_double_eq_tol(span.coverage, 2.0 / 4, 1e-9);
	load_range(&(struct store_range){.step_us = SLICE_US, .needs = STORE_BY_HOST});
	ck_assert_int_eq(history_timeline(loaded, &ask, &timeline, &error), 0);
	ck_assert_uint_eq(timeline.n_series, 2);
	ck_assert_str_eq(timeline.series[1].label, "b");
	ck_assert_double_eq_tol(timeline.series[0].v[1], 0.1, 1e-9);
	ck_assert_double_eq_tol(timeline.series[1].v[0], 0.5, 1e-9);
	ck_assert(isnan(timeline.series[1].v[1]));
	ck_assert_double_eq_tol(timeline.series[1].v[3], 0.5, 1e-9);
	history_timeline_deinit(&timeline);
	ck_assert_int_eq(history_gaps(loaded, 0, UINT64_MAX, log_gap, NULL), 0);
	ck_assert_str_eq(buf_cstr(&text), "b 10-30;");
	buf_reset(&text);
	ck_assert_int_eq(store_hosts(store, log_host, NULL, &error), 0);
	ck_assert_str_eq(buf_cstr(&text), "a i1 4 0-40;b x 4 0-40;");
	buf_reset(&text);
	load_range(&(struct store_range){.needs = STORE_BY_PROCESS});
	ck_assert_int_eq(history_targets(loaded, log_target, NULL), 0);
	ck_assert_str_eq(buf_cstr(&text), "a app 42;b app 42;");
	end();
}
END_TEST

START_TEST(refusals)
{
	static const char garbage[] = "scrape1\nthis is no stream at all";
	struct store_slices bad = {.host = "a", .instance = "i", .bytes = garbage, .n = sizeof(garbage), .next = 9};
	struct buf twice = BUF_INIT;

	begin(_i);
	ck_assert_int_eq(store_put(store, &bad, &done, &error), SCRAPE_EFORMAT);
	bad.host = "";
	ck_assert_int_eq(store_put(store, &bad, &done, &error), SCRAPE_EINVAL);
	put_steady(2, 100);
	ck_assert_int_eq(put_as("a", "i1", 0, BEGIN_US - 2 * STORE_FUTURE_US), SCRAPE_EINVAL); /* from the future */
	ck_assert_ptr_nonnull(strstr(error.text, "future"));
	bad = (struct store_slices){.host = "a",
				    .instance = "i1",
				    .bytes = slices.data,
				    .n = slices.len,
				    .since = 1,
				    .next = 2,
				    .now_us = clock_us};
	ck_assert_int_eq(store_put(store, &bad, &done, &error), SCRAPE_EFORMAT); /* a number that was not asked for */
	bad.since = 0;
	bad.next = 1;
	ck_assert_int_eq(store_put(store, &bad, &done, &error), SCRAPE_EFORMAT);
	bad.next = 2;
	bad.n -= 3; /* cut */
	ck_assert_int_eq(store_put(store, &bad, &done, &error), SCRAPE_EFORMAT);
	bad.n += 3;
	bad.next = 3; /* more is promised than comes */
	ck_assert_int_eq(store_put(store, &bad, &done, &error), SCRAPE_EFORMAT);
	bad.next = 2;
	bad.now_us = clock_us + 2 * STORE_PAST_US; /* older than any daemon keeps */
	ck_assert_int_eq(store_put(store, &bad, &done, &error), SCRAPE_EFORMAT);
	ck_assert_ptr_nonnull(strstr(error.text, "days old"));
	bad.now_us = clock_us;
	buf_add(&twice, slices.data, slices.len);
	buf_add(&twice, slices.data, slices.len);
	bad.bytes = twice.data; /* numbers that run backwards */
	bad.n = twice.len;
	ck_assert_int_eq(store_put(store, &bad, &done, &error), SCRAPE_EFORMAT);
	ck_assert_ptr_nonnull(strstr(error.text, "backwards"));
	buf_deinit(&twice);
	bad.bytes = slices.data;
	bad.n = slices.len;
	ck_assert_str_eq(ask_all(), "");
	ck_assert_int_eq(store_put(store, &bad, &done, &error), 0);
	ck_assert_str_eq(ask_all(), "a (f.py) 200\n");
	ck_assert_int_eq(store_load(store, &(struct store_range){.from_us = 5, .until_us = 4}, &loaded, &error),
			 SCRAPE_EINVAL);
	end();
}
END_TEST

static int64_t note_ids[2]; /* that were given */

static int log_note(void *ctx, const struct store_note *note)
{
	(void)ctx;
	buf_fmt(&text, "%d %d %s %s%s;",
		note->id == note_ids[0]   ? 1
		: note->id == note_ids[1] ? 2
					  : 0,
		(int)(note->at_us / SEC_US), note->text, note->service, note->pin ? " pin" : "");
	return 0;
}

START_TEST(annotations)
{
	struct store_note note = {.at_us = 50 * SEC_US, .text = "deploy", .service = "app", .host = "", .by = ""};
	int64_t id;

	begin(_i);
	ck_assert_int_eq(store_annotate(store, &note, &note_ids[0], &error), 0);
	note.at_us = 20 * SEC_US;
	note.until_us = 40 * SEC_US;
	note.pin = true;
	note.text = "incident";
	ck_assert_int_eq(store_annotate(store, &note, &note_ids[1], &error), 0);
	ck_assert_int_lt(note_ids[0], note_ids[1]);
	ck_assert_int_eq(store_notes(store, 0, UINT64_MAX, log_note, NULL, &error), 0);
	ck_assert_str_eq(buf_cstr(&text), "2 20 incident app pin;1 50 deploy app;");
	buf_reset(&text);
	ck_assert_int_eq(store_notes(store, 39 * SEC_US, 50 * SEC_US, log_note, NULL, &error), 0);
	ck_assert_str_eq(buf_cstr(&text), "2 20 incident app pin;");
	ck_assert_int_eq(store_unannotate(store, note_ids[1], &error), 0);
	ck_assert_int_eq(store_unannotate(store, note_ids[1], &error), SCRAPE_ENOTFOUND);
	note.text = "";
	ck_assert_int_eq(store_annotate(store, &note, &id, &error), SCRAPE_EINVAL);
	note.text = "x";
	note.until_us = 10 * SEC_US;
	ck_assert_int_eq(store_annotate(store, &note, &id, &error), SCRAPE_EINVAL);
	note.until_us = 0;
	ck_assert_int_eq(store_annotate(store, &note, &id, &error), SCRAPE_EINVAL);
	end();
}
END_TEST

static void tend_at(uint64_t us)
{
	bool more = true;

	for (int i = 0; more && i < 10000; i++)
		ck_assert_msg(store_tend(store, us, 1000000, &more, &error) == 0, "%s", error.text);
	ck_assert(!more);
}

START_TEST(old_slices_go)
{
	begin(_i);
	unload();
	store_close(store);
	config.keep_us[0] = HOUR_US;
	config.keep_us[1] = 2 * HOUR_US;
	config.keep_us[2] = 3 * HOUR_US;
	config.keep_us[3] = 48 * HOUR_US;
	open_store();
	put_steady(1, 100);
	clock_us = BEGIN_US + 90 * MIN_US;
	busy(0, 1, 50);
	put_end();
	put_all("a");
	tend_at(BEGIN_US + 2 * HOUR_US);
	ck_assert_str_eq(ask_range(&(struct store_range){.from_us = BEGIN_US + HOUR_US}, (struct history_query){0}),
			 "a (f.py) 50\n");
	if (kind == MEMORY)
		ck_assert_str_eq(ask_all(), "a (f.py) 50\n");
	else
		ck_assert_str_eq(ask_all(), "a (f.py) 150\n"); /* its minute and its hour are there */
	end();
}
END_TEST

/* --- what only a file has --- */

/* The same stacks, each with the same value but for what rounding to 100 us in every bucket can do. */
static void check_near(const char *got, const char *want, int most)
{
	while (*got && *want) {
		size_t n = strcspn(got, "\n"), k = strcspn(want, "\n"), i = n, j = k;

		while (i > 0 && got[i - 1] != ' ')
			i--;
		while (j > 0 && want[j - 1] != ' ')
			j--;
		ck_assert_msg(i == j && memcmp(got, want, i) == 0 && abs(atoi(got + i) - atoi(want + j)) <= most,
			      "'%.*s' instead of '%.*s'", (int)(n < 500 ? n : 500), got, (int)(k < 500 ? k : 500),
			      want);
		got += n + 1;
		want += k + 1;
	}
	ck_assert(*got == *want);
}

static void say(void *ctx, const char *what)
{
	(void)ctx;
	printf("%s\n", what);
}

static void check_store(void)
{
	uint64_t bad = 0;

	ck_assert_msg(store_check(store, say, NULL, &bad, &error) == 0, "%s", error.text);
	ck_assert_uint_eq(bad, 0);
}

/* Minutes, hours and days say the same as the slices that they were made of. */
START_TEST(tiers)
{
	struct buf want[3] = {0};
	uint64_t totals[3];
	static const uint64_t steps[] = {SLICE_US, MIN_US, HOUR_US, 24 * HOUR_US};

	begin(_i);
	unload();
	store_close(store);
	config.keep_us[0] = 100 * HOUR_US;
	open_store();
	put_random(6 * 60 * 25); /* a day and an hour */
	put_all("a");
	tend_at(BEGIN_US + 50 * HOUR_US);
	for (size_t m = 0; m < 3; m++) {
		struct history_query query = {.until_us = BEGIN_US + 24 * HOUR_US,
					      .show = {.mode = modes[m], .no_lines = true}};

		buf_str(&want[m], fold(source, &query));
		totals[m] = tree.nodes[0].total;
	}
	for (size_t tier = 0; tier < 4; tier++)
		for (size_t m = 0; m < 3; m++) {
			const struct store_range range = {
				.from_us = BEGIN_US, .until_us = BEGIN_US + 24 * HOUR_US, .tier_us = steps[tier]};

			check_near(ask_range(&range, (struct history_query){.show.mode = modes[m]}), buf_cstr(&want[m]),
				   tier == 0 ? 1 : 20);
			ck_assert_uint_le(modes[m] == PROFILE_GIL
						  ? (uint64_t)llabs((long long)(tree.nodes[0].total - totals[m]))
						  : tree.nodes[0].total ^ totals[m],
					  modes[m] == PROFILE_GIL ? 20 : 0);
			ck_assert_uint_eq(span.step_us, steps[tier]);
			ck_assert_double_eq(span.coverage, 1);
		}
	check_store();
	for (size_t m = 0; m < 3; m++)
		buf_deinit(&want[m]);
	end();
}
END_TEST

/* What comes when its minute has been made already, and when what that was made of has gone. */
START_TEST(late_slices)
{
	begin(_i);
	unload();
	store_close(store);
	config.keep_us[0] = HOUR_US;
	open_store();
	put_steady(6 * 180, 100);
	put_all("a");
	tend_at(clock_us + MIN_US * 3);
	ck_assert_str_eq(ask_range(&(struct store_range){.from_us = BEGIN_US, .until_us = BEGIN_US + HOUR_US},
				   (struct history_query){0}),
			 "a (f.py) 36000\n");
	end_source();
	begin_source();
	begin_stream_at(BEGIN_US + 5 * MIN_US); /* its slices have gone */
	put_steady(3, 10);
	clock_us = BEGIN_US + 150 * MIN_US; /* these have not */
	busy(0, 1, 10);
	put_end();
	unload(); /* who writes has just begun, and knows what was made only from the store */
	store_close(store);
	open_store();
	ck_assert_int_eq(put_as("b", "i", 0, BEGIN_US + 180 * MIN_US), 0);
	/* its minute was made without it, and is not asked any more */
	ck_assert_str_eq(ask_range(&(struct store_range){.from_us = BEGIN_US + 2 * HOUR_US,
							 .until_us = BEGIN_US + 3 * HOUR_US},
				   (struct history_query){0}),
			 "a (f.py) 36010\n");
	for (int i = 0; i < 2; i++) { /* also when everything has been made once more */
		tend_at(BEGIN_US + 184 * MIN_US + (uint64_t)i * HOUR_US);
		ck_assert_str_eq(ask_all(), "a (f.py) 108040\n");
		ck_assert_str_eq(ask_range(&(struct store_range){.from_us = BEGIN_US,
								 .until_us = BEGIN_US + HOUR_US,
								 .tier_us = HOUR_US},
					   (struct history_query){0}),
				 "a (f.py) 36030\n");
	}
	check_store();
	end();
}
END_TEST

/* Slices that come days after theirs have gone, with a loss, and beside one that is new. */
START_TEST(very_late_slices)
{
	const struct store_range hour = {
		.from_us = BEGIN_US, .until_us = BEGIN_US + HOUR_US, .tier_us = HOUR_US, .needs = STORE_BY_HOST};
	const struct store_range minutes = {
		.from_us = BEGIN_US + 5 * MIN_US, .until_us = BEGIN_US + 6 * MIN_US, .tier_us = MIN_US};

	begin(_i);
	unload();
	store_close(store);
	config.keep_us[0] = HOUR_US;
	open_store();
	put_steady(6 * 60, 100);
	put_all("a");
	tend_at(clock_us + 3 * MIN_US);
	tend_at(BEGIN_US + 72 * HOUR_US);
	end_source();
	begin_source();
	begin_stream_at(BEGIN_US + 5 * MIN_US);
	put_steady(2, 10);
	put_looks(0, 1, SCRAPE_ON_CPU, 4);
	put_looks(0, 1, 0, 6);
	put_times(0, 0.05, 10);
	stream_put_thread(&w, &(struct stream_thread){1, 0, 43, 0});
	put_times(1, 0.02, 0); /* no look met it */
	stream_put_loss(&w, &(struct stream_loss){0, SCRAPE_LOSS_MOVED, 3});
	put_end();
	clock_us = BEGIN_US + 72 * HOUR_US;
	busy(0, 1, 10);
	put_end();
	ck_assert_int_eq(put_as("b", "i", 0, BEGIN_US + 72 * HOUR_US + MIN_US), 0);
	for (uint64_t i = 0; i < 2; i++) { /* also when everything has been made once more */
		tend_at(BEGIN_US + 72 * HOUR_US + (3 + 60 * i) * MIN_US);
		ck_assert_str_eq(ask_range(&hour, (struct history_query){0}), "[unseen] 2\na (f.py) 36025\n");
		ck_assert_str_eq(ask_range(&minutes, (struct history_query){0}), "[unseen] 2\na (f.py) 625\n");
		ck_assert_uint_eq(span.lost[SCRAPE_LOSS_MOVED], 3);
		ck_assert_str_eq(ask_all(), "[unseen] 2\na (f.py) 36035\n");
	}
	check_store();
	end();
}
END_TEST

START_TEST(splits_that_are_not_kept)
{
	struct store_range range = {.from_us = BEGIN_US, .needs = STORE_BY_THREAD};

	begin(_i);
	unload();
	store_close(store);
	config.keep_us[0] = HOUR_US;
	config.keep_us[1] = 2 * HOUR_US;
	open_store();
	put_steady(6 * 60 * 4, 100);
	put_all("a");
	tend_at(clock_us + 2 * MIN_US);
	ck_assert_int_eq(store_load(store, &range, &loaded, &error), SCRAPE_EINVAL);
	ck_assert_ptr_nonnull(strstr(error.text, "threads"));
	range.needs = STORE_BY_PROCESS;
	ck_assert_int_eq(store_load(store, &range, &loaded, &error), SCRAPE_EINVAL);
	ck_assert_ptr_nonnull(strstr(error.text, "processes"));
	range.needs = STORE_BY_HOST;
	ck_assert_int_eq(store_load(store, &range, &loaded, &error), 0);
	range.from_us = clock_us - 30 * MIN_US;
	range.needs = STORE_BY_THREAD;
	ck_assert_str_eq(ask_range(&range, (struct history_query){.show.split_threads = true}),
			 "thread worker (tid 43);a (f.py) 18000\n");
	end();
}
END_TEST

START_TEST(pinned)
{
	const struct store_note pin = {.at_us = BEGIN_US + 10 * MIN_US,
				       .until_us = BEGIN_US + 12 * MIN_US,
				       .text = "x",
				       .service = "",
				       .host = "",
				       .by = "",
				       .pin = true};
	const struct store_range range = {
		.from_us = BEGIN_US + 10 * MIN_US, .until_us = BEGIN_US + 12 * MIN_US, .needs = STORE_BY_THREAD};
	int64_t id;

	begin(_i);
	unload();
	store_close(store);
	config.keep_us[0] = HOUR_US;
	open_store();
	put_steady(6 * 60 * 4, 100);
	put_all("a");
	ck_assert_int_eq(store_annotate(store, &pin, &id, &error), 0);
	tend_at(clock_us + 2 * MIN_US);
	ck_assert_str_eq(ask_range(&range, (struct history_query){.show.split_threads = true}),
			 "thread worker (tid 43);a (f.py) 1200\n");
	ck_assert_int_eq(store_unannotate(store, id, &error), 0);
	tend_at(clock_us + 4 * MIN_US);
	unload();
	ck_assert_int_eq(store_load(store, &range, &loaded, &error), SCRAPE_EINVAL);
	end();
}
END_TEST

START_TEST(pruning)
{
	begin(_i);
	unload();
	store_close(store);
	config.prune = 0.01;
	open_store();
	put_actors();
	for (int i = 0; i < 200; i++) {
		char name[16];

		(void)snprintf(name, sizeof(name), "f%d", i);
		put_stack(put_stack(0, "main"), name);
	}
	for (int i = 0; i < 360; i++) {
		put_looks(0, 2, SCRAPE_ON_CPU, 500);
		for (uint64_t k = 1; k < 100; k++)
			put_looks(0, 2 * k + 2, SCRAPE_ON_CPU, 1);
		put_times(0, 10, 10);
		put_end();
	}
	put_all("a");
	tend_at(clock_us + 2 * HOUR_US);
	/* f.py's main is a frame of its own for each: those are light too, so [pruned] stands at the root */
	ck_assert_str_eq(
		ask_range(
			&(struct store_range){.from_us = BEGIN_US, .until_us = BEGIN_US + HOUR_US, .tier_us = HOUR_US},
			(struct history_query){0}),
		"main (f.py);[pruned] 59499\nmain (f.py);f0 (f.py) 300501\n");
	check_store();
	end();
}
END_TEST

/* Of many stacks those with the most looks are sent, and what the others had is told, to the last nanosecond. */
START_TEST(few_are_sent)
{
	begin(CLUSTER);
	unload();
	store_close(store);
	config.stacks = 3;
	open_store();
	put_actors();
	for (int i = 0; i < 6; i++) {
		char name[16];

		(void)snprintf(name, sizeof(name), "f%d", i);
		put_stack(0, name);
	}
	for (int i = 0; i < 12; i++) {
		for (uint64_t k = 1; k <= 6; k++)
			put_looks(0, k, SCRAPE_ON_CPU, k);
		put_looks(0, 6, 0, 9);
		put_times(0, 2.1, 3);
		put_end();
	}
	put_all("a");
	for (int tier = 0; tier < 2; tier++) {
		const struct store_range range = {
			.from_us = BEGIN_US, .until_us = BEGIN_US + 2 * MIN_US, .tier_us = tier ? MIN_US : SLICE_US};

		ck_assert_str_eq(ask_range(&range, (struct history_query){0}),
				 "[pruned] 720\nf3 (f.py) 480\nf4 (f.py) 600\nf5 (f.py) 720\n");
		ck_assert_str_eq(ask_range(&range, (struct history_query){.show.mode = PROFILE_WALL}),
				 "[pruned] 720\nf3 (f.py) 480\nf4 (f.py) 600\nf5 (f.py) 1800\n");
		tend_at(clock_us + 2 * MIN_US);
	}
	end();
}
END_TEST

/* Where a table is gone no daemon is to blame, and what it said is not passed over. */
START_TEST(no_table)
{
	struct clickhouse *c;
	bool more;

	begin(CLUSTER);
	c = (struct clickhouse *)store;
	put_steady(2, 100);
	put_all("a");
	ck_assert_int_eq(clickhouse_do(c, "RENAME TABLE heads TO away", NULL, 0, &error), 0);
	busy(0, 1, 10);
	put_end();
	if (config.outbox) { /* it waits */
		ck_assert_int_eq(put_as("a", "i1", 0, clock_us), 0);
		ck_assert_int_lt(store_tend(store, clock_us, 1000000, &more, &error), 0);
	} else {
		ck_assert_int_eq(put_as("a", "i1", 0, clock_us), SCRAPE_EIO);
	}
	ck_assert_ptr_nonnull(strstr(error.text, "has no tables of scrape's"));
	ck_assert_int_eq(clickhouse_do(c, "RENAME TABLE away TO heads", NULL, 0, &error), 0);
	if (config.outbox) {
		(void)poll(NULL, 0, 700); /* until it is tried again */
		tend_at(clock_us);
	} else {
		ck_assert_int_eq(put_as("a", "i1", 0, clock_us), 0);
	}
	ck_assert_str_eq(ask_all(), "a (f.py) 210\n");
	end();
}
END_TEST

START_TEST(too_large)
{
	struct store_stats stats;
	uint64_t most;

	begin(FILE_);
	put_random(6 * 60 * 6);
	put_all("a");
	tend_at(clock_us + 2 * MIN_US);
	ck_assert_int_eq(store_stats(store, true, &stats, &error), 0);
	ck_assert_uint_gt(stats.tiers[0].rows, 0);
	ck_assert_uint_gt(stats.nodes, 0);
	ck_assert_int_eq(store_stats(store, false, &stats, &error), 0);
	ck_assert_uint_eq(stats.nodes, 0); /* these take reading */
	unload();
	store_close(store);
	most = config.max_bytes = stats.bytes * 3 / 4;
	open_store();
	tend_at(clock_us + 3 * MIN_US);
	ck_assert_int_eq(store_stats(store, true, &stats, &error), 0);
	ck_assert_uint_le(stats.bytes, most + most / 8);
	ck_assert_uint_gt(stats.tiers[0].oldest_us, BEGIN_US);
	ck_assert_uint_eq(stats.tiers[1].oldest_us, BEGIN_US);
	ck_assert_uint_gt(strlen(ask_all()), 0);
	ck_assert_uint_eq(span.from_us, BEGIN_US);
	check_store();
	end();
}
END_TEST

/* 25 hours of the same, two days later. */
static void begin_with_two_hosts(int which)
{
	begin(which);
	put_steady(6 * 60 * 25, 100);
	put_all("a");
	ck_assert_int_eq(put_as("b", "x", 0, clock_us), 0);
	tend_at(clock_us + 48 * HOUR_US);
}

START_TEST(deletion)
{
	uint64_t n;

	begin_with_two_hosts(_i);
	ck_assert_int_eq(store_delete(store, &(struct store_delete){.host = "b"}, &n, &error), 0);
	ck_assert_uint_gt(n, 0);
	tend_at(clock_us + 49 * HOUR_US);
	ck_assert_str_eq(ask_all(), "a (f.py) 900000\n");
	ck_assert_str_eq(ask_range(&(struct store_range){.tier_us = 24 * HOUR_US}, (struct history_query){0}),
			 "a (f.py) 864000\n");
	ck_assert_int_eq(store_delete(store, &(struct store_delete){.service = "app"}, &n, &error), 0);
	ck_assert_str_eq(ask_all(), "");
	ck_assert_int_eq(store_delete(store, &(struct store_delete){0}, &n, &error), SCRAPE_EINVAL);
	check_store();
	end();
}
END_TEST

/* What goes with one service on one host is not what others have of it, and a time cuts no bucket in two. */
START_TEST(deletion_of_a_part)
{
	const struct store_range hours = {.tier_us = HOUR_US}, days = {.tier_us = 24 * HOUR_US};
	const struct store_range rest = {.from_us = BEGIN_US + HOUR_US, .tier_us = HOUR_US};
	uint64_t n;

	begin_with_two_hosts(_i);
	ck_assert_str_eq(ask_range(&days, (struct history_query){0}), "a (f.py) 1728000\n");
	ck_assert_int_eq(store_delete(store, &(struct store_delete){.host = "b", .service = "app"}, &n, &error), 0);
	ck_assert_uint_gt(n, 0);
	tend_at(clock_us + 49 * HOUR_US);
	ck_assert_str_eq(ask_all(), "a (f.py) 900000\n");
	ck_assert_str_eq(ask_range(&hours, (struct history_query){0}), "a (f.py) 900000\n");
	ck_assert_str_eq(ask_range(&days, (struct history_query){0}), "a (f.py) 864000\n");
	ck_assert_int_eq(store_delete(store, &(struct store_delete){.before_us = BEGIN_US + 90 * MIN_US}, &n, &error), 0);
	tend_at(clock_us + 50 * HOUR_US);
	ck_assert_str_eq(ask_range(&rest, (struct history_query){0}), "a (f.py) 864000\n");
	ck_assert_str_eq(ask_range(&days, (struct history_query){0}), "a (f.py) 864000\n");
	check_store();
	end();
}
END_TEST

START_TEST(copies_and_readers)
{
	struct store *other, *second;
	struct history *h;
	char copy[128];

	begin(FILE_);
	put_steady(3, 100);
	put_all("a");
	ck_assert_int_eq(store_open_sqlite(&second, path, STORE_WRITE, &config, &error), SCRAPE_EBUSY);
	ck_assert_int_eq(store_open_sqlite(&other, path, STORE_READ, &config, &error), 0);
	ck_assert_int_eq(store_load(other, &(struct store_range){0}, &h, &error), 0);
	ck_assert_str_eq(fold(h, &(struct history_query){.show.no_lines = true}), "a (f.py) 300\n");
	store_unload(other, h);
	store_close(other);
	(void)snprintf(copy, sizeof(copy), "%s/copy.db", dir);
	ck_assert_int_eq(store_backup(store, copy, &error), 0);
	ck_assert_int_eq(store_backup(store, copy, &error), SCRAPE_EINVAL);
	ck_assert_int_eq(store_open_sqlite(&other, copy, STORE_READ, &config, &error), 0);
	ck_assert_int_eq(store_load(other, &(struct store_range){0}, &h, &error), 0);
	ck_assert_str_eq(fold(h, &(struct history_query){.show.no_lines = true}), "a (f.py) 300\n");
	store_unload(other, h);
	store_close(other);
	ck_assert_int_eq(store_open_sqlite(&other, "/nowhere/x.db", STORE_READ, &config, &error), SCRAPE_EGONE);
	ck_assert_int_eq(store_open_sqlite(&other, "/etc/passwd", STORE_READ, &config, &error), SCRAPE_EFORMAT);
	end();
}
END_TEST

/* Whatever bytes a row has, reading it ends and stays within them. */
START_TEST(damaged_rows)
{
	struct blob_rows rows = {0};
	struct pack_thread head = {.thread = 3,
				   .cpu_ns = 500,
				   .wall_ns = 900,
				   .looks = 9,
				   .running = 5,
				   .cpu_weight = 5,
				   .wall_weight = 9};
	const uint64_t lost[SCRAPE_LOSS_COUNT] = {[2] = 7};
	struct pack_cells cells = {.cells = {[3] = 400, [99] = 1}}, seen;
	struct blob_reader other;
	struct pack_fact loss;
	struct buf blob = BUF_INIT;

	for (uint32_t i = 0; i < 2; i++) {
		struct pack_row *row = VEC_PUSH(&rows);

		*row = (struct pack_row){.stack = 900 - i * 700, .flags = i ? SCRAPE_ON_CPU : 0, .looks = i ? 5 : 4};
	}
	blob_begin(&blob, lost, &cells);
	ck_assert_int_eq(blob_section(&blob, &head, &rows), 0);
	blob_end(&blob);
	ck_assert(blob_open(&other, blob.data, blob.len));
	ck_assert(blob_next_loss(&other, &loss));
	ck_assert_uint_eq(loss.value, 7);
	ck_assert(!blob_next_loss(&other, &loss));
	ck_assert(blob_cells(&other, &seen));
	ck_assert_uint_eq(seen.cells[3], 400);
	ck_assert_uint_eq(seen.cells[99], 1);
	ck_assert_int_eq(blob_next_section(&other, &head, &rows), 1);
	ck_assert_uint_eq(rows.n, 2);
	ck_assert_uint_eq(rows.items[0].stack, 200);
	ck_assert_uint_eq(rows.items[1].stack, 900);
	ck_assert_int_eq(blob_next_section(&other, &head, &rows), 0);
	for (size_t i = 0; i < blob.len * 8; i++) { /* one bit is another */
		blob.data[i / 8] ^= (char)(1 << i % 8);
		ck_assert(!blob_open(&other, blob.data, blob.len));
		if (i >= 40) { /* and somebody made the hash fit */
			blob_end(&blob);
			if (blob_open(&other, blob.data, blob.len)) {
				while (blob_next_loss(&other, &loss))
					;
				while (blob_next_section(&other, &head, &rows) > 0)
					;
			}
		}
		blob.data[i / 8] ^= (char)(1 << i % 8);
		blob_end(&blob);
	}
	buf_deinit(&blob);
	VEC_DEINIT(&rows);
}
END_TEST

START_TEST(plans)
{
	const struct plan_tier kept[STORE_TIERS] = {
		{10, 11 * 3600, 1 << 20}, {60, 9 * 3600, 1 << 20}, {3600, 0, 14 * 3600}, {86400, 0, 0}};
	uint64_t oldest = 0;
	struct plan plan;

	/* edges are minutes, then slices, where these are kept */
	ck_assert_int_eq(plan_make(&plan, kept,
				   &(struct plan_question){.from_s = 9 * 3600 + 30 * 60 + 7,
							   .until_s = 50407 + 7 * 3600,
							   .step_s = 0,
							   .coarsest = 3,
							   .exactly = false},
				   &oldest),
			 0);
	ck_assert_uint_eq(plan.from_s, 9 * 3600 + 30 * 60);
	ck_assert_uint_eq(plan.segments[0].tier, 1);
	/* what was never kept is refused, and the sentence has a time */
	ck_assert_int_eq(
		plan_make(&plan, kept,
			  &(struct plan_question){
				  .from_s = 3600, .until_s = 7200, .step_s = 0, .coarsest = 0, .exactly = false},
			  &oldest),
		SCRAPE_EINVAL);
	ck_assert_uint_eq(oldest, 11 * 3600);
	/* an interval of which only hours are kept is whole hours, at its end too */
	ck_assert_int_eq(plan_make(&plan, kept,
				   &(struct plan_question){.from_s = 3700, .until_s = 7300, .coarsest = 3}, &oldest),
			 0);
	ck_assert_uint_eq(plan.n, 1);
	ck_assert_uint_eq(plan.segments[0].tier, 2);
	ck_assert_uint_eq(plan.from_s, 3600);
	ck_assert_uint_eq(plan.until_s, 3 * 3600);
	/* a step is as long as the tier that there is */
	ck_assert_int_eq(
		plan_make(&plan, kept,
			  &(struct plan_question){
				  .from_s = 3600, .until_s = 4 * 3600, .step_s = 10, .coarsest = 3, .exactly = false},
			  &oldest),
		0);
	ck_assert_uint_eq(plan.step_s, 3600);
	for (size_t i = 1; i < plan.n; i++)
		ck_assert_uint_eq(plan.segments[i].from_s, plan.segments[i - 1].until_s);
	/* of many series, sums come out of hours even where there would be minutes; edges are as before */
	ck_assert_int_eq(plan_make(&plan, kept,
				   &(struct plan_question){.from_s = 41000, .until_s = 48000, .coarsest = 3}, &oldest),
			 0);
	for (size_t i = 0; i < plan.n; i++)
		ck_assert_uint_le(plan.segments[i].tier, 1);
	ck_assert_int_eq(
		plan_make(&plan, kept,
			  &(struct plan_question){.from_s = 41000, .until_s = 48000, .coarsest = 3, .preferred = 2},
			  &oldest),
		0);
	ck_assert_uint_eq(plan.segments[2].tier, 2);
	ck_assert_uint_eq(plan.segments[2].from_s, 12 * 3600);
	ck_assert_uint_eq(plan.segments[2].until_s, 13 * 3600);
	ck_assert_uint_eq(plan.segments[0].from_s, 41000);
	for (size_t i = 1; i < plan.n; i++)
		ck_assert_uint_eq(plan.segments[i].from_s, plan.segments[i - 1].until_s);
	/* but not where they cannot be told apart */
	ck_assert_int_eq(
		plan_make(&plan, kept,
			  &(struct plan_question){.from_s = 41000, .until_s = 48000, .coarsest = 1, .preferred = 3},
			  &oldest),
		0);
	for (size_t i = 0; i < plan.n; i++)
		ck_assert_uint_le(plan.segments[i].tier, 1);
	/* one tier alone, no longer than it has been made */
	ck_assert_int_eq(
		plan_make(
			&plan, kept,
			&(struct plan_question){
				.from_s = 12 * 3600, .until_s = 20 * 3600, .step_s = 0, .coarsest = 2, .exactly = true},
			&oldest),
		0);
	ck_assert_uint_eq(plan.n, 1);
	ck_assert_uint_eq(plan.until_s, 14 * 3600);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("store");
	TCase *tcase = tcase_create("store");
	const int n_kinds = getenv("SCRAPE_TEST_CLICKHOUSE") ? 3 : 2; /* tests/cluster/run starts servers for it */
	SRunner *runner;
	int failed;

	tcase_set_timeout(tcase, 60);
	tcase_add_loop_test(tcase, same_answers, 0, n_kinds);
	tcase_add_loop_test(tcase, timeline_and_heat, 0, n_kinds);
	tcase_add_loop_test(tcase, exactly_once, 0, n_kinds);
	tcase_add_loop_test(tcase, instances, 0, n_kinds);
	tcase_add_loop_test(tcase, gone, 0, n_kinds);
	tcase_add_loop_test(tcase, several_hosts, 0, n_kinds);
	tcase_add_loop_test(tcase, refusals, 0, n_kinds);
	tcase_add_loop_test(tcase, annotations, 0, n_kinds);
	tcase_add_loop_test(tcase, old_slices_go, 0, n_kinds);
	tcase_add_loop_test(tcase, tiers, 1, n_kinds);
	tcase_add_loop_test(tcase, late_slices, 1, n_kinds);
	tcase_add_loop_test(tcase, very_late_slices, 1, n_kinds);
	tcase_add_loop_test(tcase, splits_that_are_not_kept, 1, n_kinds);
	tcase_add_loop_test(tcase, pinned, 1, n_kinds);
	tcase_add_loop_test(tcase, pruning, 1, n_kinds);
	if (n_kinds > CLUSTER)
		tcase_add_test(tcase, few_are_sent);
	if (n_kinds > CLUSTER)
		tcase_add_test(tcase, no_table);
	tcase_add_test(tcase, too_large);
	tcase_add_loop_test(tcase, deletion, 1, n_kinds);
	tcase_add_loop_test(tcase, deletion_of_a_part, 1, n_kinds);
	tcase_add_test(tcase, copies_and_readers);
	tcase_add_test(tcase, damaged_rows);
	tcase_add_test(tcase, plans);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
