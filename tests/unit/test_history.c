/* SPDX-License-Identifier: MIT */
/* The history: any interval, the same numbers as a profile, within a limit, and every look in exactly one slice. */
#include "support/stream_maker.h"

#include <math.h>

#include "profile/history.h"

#define SEC_US 1000000ull
#define SLICE_US (10 * SEC_US)
#define SLICES_OF_CROWD 40

static struct history *h;
static struct history_feed *feeds[2];
static struct stream_reader readers[2];
static struct history_span span;
static struct err error;
static struct buf log_a, log_b;

static void begin_sized_history(size_t max_bytes)
{
	begin_test();
	h = history_new(&(struct history_config){.host = "shop-1", .max_bytes = max_bytes});
	ck_assert_ptr_nonnull(h);
	for (int i = 0; i < 2; i++) {
		feeds[i] = history_feed_new(h);
		ck_assert_ptr_nonnull(feeds[i]);
		stream_reader_init(&readers[i], &history_sink, feeds[i]);
	}
}

static void begin_history(void)
{
	begin_sized_history(0);
}

static void end_history(void)
{
	for (int i = 0; i < 2; i++)
		stream_reader_deinit(&readers[i]);
	history_free(h);
	h = NULL;
	buf_deinit(&log_a);
	buf_deinit(&log_b);
	end_test();
}

static void again(size_t max_bytes)
{
	end_history();
	begin_sized_history(max_bytes);
}

/* Gives the stream in hand to a feed. */
static int feed_code(int i)
{
	int code = stream_feed(&readers[i], bytes.data, bytes.len, &error);

	buf_reset(&bytes);
	return code;
}

static void feed_to(int i)
{
	int code = feed_code(i);

	ck_assert_msg(code == 0, "%s", error.text);
}

static void feed_both(void)
{
	int code = stream_feed(&readers[0], bytes.data, bytes.len, &error);

	ck_assert_msg(code == 0, "%s", error.text);
	feed();
}

static const char *ask_history(const struct history_query *query)
{
	const char *path[64];

	tree_deinit(&tree);
	ck_assert_msg(history_tree(h, query, &tree, &span, &error) == 0, "%s", error.text);
	check_sums(&tree);
	buf_reset(&folded);
	for (size_t i = 0; i < tree.n_nodes; i++) {
		const struct tree_node *node = &tree.nodes[i];

		path[node->depth] = tree.names[node->name].text;
		if (node->self == 0)
			continue;
		for (size_t d = 1; d <= node->depth; d++)
			buf_fmt(&folded, "%s%s", path[d], d < node->depth ? ";" : "");
		buf_fmt(&folded, " %" PRIu64 "\n", node->self);
	}
	return buf_cstr(&folded);
}

static const char *ask_all(void)
{
	return ask_history(&(struct history_query){.show.no_lines = true});
}

static const char *ask_between(uint64_t from_s, uint64_t until_s)
{
	return ask_history(&(struct history_query){
		.from_us = START_US + from_s * SEC_US, .until_us = START_US + until_s * SEC_US, .show.no_lines = true});
}

static const char *ask_filtered(const struct history_filter *filters, size_t n)
{
	return ask_history(&(struct history_query){.filters = filters, .n_filters = n, .show.no_lines = true});
}

static struct history_stats stats_now(void)
{
	struct history_stats stats;

	history_stats(h, &stats);
	return stats;
}

/* A slice in which one thread was seen `looks` times on one node, and ran as long. */
static void put_busy(uint64_t thread, uint64_t node, uint64_t looks)
{
	put_looks(thread, node, SCRAPE_ON_CPU, looks);
	put_times(thread, (double)looks / 100, 10);
}

static uint32_t random_state;

static uint64_t next_random(uint64_t n)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 17;
	random_state ^= random_state << 5;
	return random_state % n;
}

static void put_random_stream(unsigned n_slices)
{
	char name[32];

	for (uint64_t t = 0; t < 3; t++) {
		(void)snprintf(name, sizeof(name), "svc%d", (int)t / 2);
		put_target(t, 100 + t, name);
	}
	for (uint64_t i = 0; i < 6; i++)
		put_thread(i, i / 2, 1000 + i, i == 3 ? "" : "worker");
	for (uint64_t i = 0; i < 60; i++) {
		uint64_t frame;

		(void)snprintf(name, sizeof(name), "f%d", (int)i % 20);
		frame = put_frame_of(i % 7 == 6 ? STREAM_FRAME_NATIVE : STREAM_FRAME_PYTHON, name, "/srv/lib/m/x.py", 9,
				     i, i / 2);
		(void)put_node(next_random(i + 1), frame);
	}
	for (unsigned s = 0; s < n_slices; s++) {
		for (int i = 0; i < 200; i++)
			put_looks(next_random(6), next_random(61),
				  next_random(32) | (next_random(9) ? 0 : SCRAPE_TRUNCATED), 1 + next_random(5));
		for (uint64_t t = 0; t < 5; t++) /* not of all: one is not measured */
			put_times(t, (double)next_random(10000) / 1000, 10);
		put_slice_end(1000);
		if (s == n_slices / 2) {
			stream_put_reset(&w);
			n_strings = n_frames = n_nodes = 0;
			for (int i = 0; i < 60; i++)
				(void)put_stack(next_random((uint64_t)i + 1), i % 2 ? "again" : "more");
		}
	}
}

START_TEST(same_as_profile)
{
	struct history_query query = {0};
	char *of_profile;

	random_state = 12345;
	put_random_stream(9);
	feed_both();
	for (unsigned i = 0; i < 3 * 32; i++) {
		query.show = (struct profile_query){.mode = (enum profile_mode)(i % 3),
						    .no_lines = i / 3 & 1,
						    .full_filenames = i / 3 & 2,
						    .split_targets = i / 3 & 4,
						    .split_threads = i / 3 & 8,
						    .by_function = i / 3 & 16};
		query.merge = i / 3 & 16 ? HISTORY_BY_FUNCTION : HISTORY_BY_LINE;
		of_profile = strdup(ask(&query.show));
		ck_assert_str_eq(ask_history(&query), of_profile);
		free(of_profile);
	}
	ck_assert_double_eq_tol(tree.meta.rate_reached, 100, 1e-9);
	ck_assert_double_eq(tree.meta.rate_asked, 100);
	ck_assert_uint_eq(tree.meta.duration_ns, 90 * SEC_US * 1000);
	ck_assert_str_eq(tree.meta.unit, "samples");
	(void)ask_all();
	ck_assert_str_eq(tree.meta.mode, "cpu");
}
END_TEST

/* Compaction and import go through the same numbers again. */
START_TEST(same_after_export)
{
	struct buf out = BUF_INIT, twice = BUF_INIT;
	uint64_t next = 0;
	char *before;

	random_state = 777;
	put_random_stream(8);
	feed_to(0);
	before = strdup(ask_history(&(struct history_query){.show = {.split_targets = true, .split_threads = true}}));
	ck_assert_int_eq(history_export(h, 0, SIZE_MAX, &out, &next), 0);
	ck_assert_uint_eq(next, 8);
	again(0);
	ck_assert_msg(history_import(h, out.data, out.len, &error) == 0, "%s", error.text);
	ck_assert_str_eq(ask_history(&(struct history_query){.show = {.split_targets = true, .split_threads = true}}),
			 before);
	ck_assert_int_eq(history_import(h, out.data, out.len, &error), 0); /* once, whatever is retried */
	ck_assert_uint_eq(stats_now().slices, 8);
	ck_assert_uint_eq(stats_now().next_seq, 8);
	ck_assert_uint_eq(stats_now().watermark_us, START_US + 8 * SLICE_US);
	ck_assert_int_eq(history_export(h, 0, SIZE_MAX, &twice, &next), 0);
	ck_assert_uint_eq(twice.len, out.len);
	ck_assert_mem_eq(twice.data, out.data, out.len);
	free(before);
	buf_deinit(&out);
	buf_deinit(&twice);
}
END_TEST

/* What is exported is a sample stream: a profile reads it. */
START_TEST(export_is_a_stream)
{
	struct buf out = BUF_INIT;
	uint64_t next = 0;

	put_actors();
	put_busy(0, put_stack(0, "a"), 300);
	put_slice_end(1000);
	put_busy(0, put_stack(0, "b"), 200);
	stream_put_loss(&w, &(struct stream_loss){0, SCRAPE_LOSS_MOVED, 3});
	put_slice_end(1000);
	feed_to(0);
	ck_assert_int_eq(history_export(h, 0, SIZE_MAX, &out, &next), 0);
	ck_assert_int_eq(stream_feed(&reader, out.data, out.len, &error), 0);
	ck_assert_str_eq(ask_mode(PROFILE_CPU), "a (f.py) 300\nb (f.py) 200\n");
	ck_assert_uint_eq(tree.meta.lost[SCRAPE_LOSS_MOVED], 3);
	ck_assert_uint_eq(tree.meta.duration_ns, 20 * SEC_US * 1000);
	ck_assert_str_eq(tree.meta.title, "app (pid 42)");
	buf_deinit(&out);
}
END_TEST

START_TEST(export_in_pieces)
{
	struct buf one = BUF_INIT, all = BUF_INIT;
	uint64_t next = 0, seq = 0;

	random_state = 99;
	put_random_stream(6);
	feed_to(0);
	ck_assert_int_eq(history_export(h, 0, SIZE_MAX, &all, &next), 0);
	while (seq < 6) {
		ck_assert_int_eq(history_export(h, seq, 1, &one, &next), 0); /* at least one */
		ck_assert_uint_eq(next, seq + 1);
		seq = next;
	}
	ck_assert_uint_eq(one.len, all.len);
	ck_assert_mem_eq(one.data, all.data, all.len);
	buf_reset(&one);
	ck_assert_int_eq(history_export(h, 6, SIZE_MAX, &one, &next), 0);
	ck_assert_uint_eq(next, 6);
	ck_assert_uint_eq(one.len, 0);
	ck_assert_int_eq(history_export(h, 0, all.len - 1, &one, &next), 0);
	ck_assert_uint_eq(next, 5);
	buf_reset(&one);
	ck_assert_int_eq(history_export(h, 0, all.len, &one, &next), 0);
	ck_assert_uint_eq(next, 6);
	buf_deinit(&one);
	buf_deinit(&all);
}
END_TEST

static void put_five_slices(void)
{
	static const char *const names[] = {"a", "b", "c", "d", "e"};

	put_actors();
	for (int i = 0; i < 5; i++) {
		put_busy(0, put_stack(0, names[i]), 100);
		put_slice_end(1000);
	}
	feed_to(0);
}

START_TEST(intervals)
{
	put_five_slices();
	ck_assert_str_eq(ask_all(), "a (f.py) 100\nb (f.py) 100\nc (f.py) 100\nd (f.py) 100\ne (f.py) 100\n");
	ck_assert_uint_eq(span.from_us, START_US);
	ck_assert_uint_eq(span.until_us, START_US + 5 * SLICE_US);
	ck_assert_uint_eq(span.watermark_us, START_US + 5 * SLICE_US);
	ck_assert_uint_eq(span.step_us, SLICE_US);
	ck_assert_double_eq(span.coverage, 1);
	ck_assert_uint_eq(span.looks, 500);
	ck_assert_uint_eq(span.cpu_ns, 5000000000ull);
	ck_assert_uint_eq(span.wall_ns, 50000000000ull);
	ck_assert_str_eq(ask_between(10, 20), "b (f.py) 100\n");
	ck_assert_str_eq(ask_between(19, 21), "b (f.py) 100\nc (f.py) 100\n"); /* outward */
	ck_assert_uint_eq(span.from_us, START_US + SLICE_US);
	ck_assert_uint_eq(span.until_us, START_US + 3 * SLICE_US);
	ck_assert_str_eq(ask_between(40, 1000), "e (f.py) 100\n"); /* to the watermark */
	ck_assert_uint_eq(span.until_us, START_US + 5 * SLICE_US);
	ck_assert_str_eq(ask_between(50, 60), ""); /* not yet */
	ck_assert_double_eq(span.coverage, 0);
	ck_assert_str_eq(ask_history(&(struct history_query){
				 .from_us = START_US - 5 * SLICE_US, .until_us = START_US + 1, .show.no_lines = true}),
			 "a (f.py) 100\n");
	ck_assert_double_eq_tol(span.coverage, 1.0 / 6, 1e-9);
	ck_assert_int_eq(history_tree(h, &(struct history_query){.from_us = 7, .until_us = 7}, &tree, &span, &error),
			 SCRAPE_EINVAL);
	ck_assert_ptr_nonnull(strstr(error.text, "empty"));
}
END_TEST

START_TEST(nothing_at_all)
{
	ck_assert_str_eq(ask_all(), "");
	ck_assert_uint_eq(tree.n_nodes, 1);
	ck_assert_double_eq(span.coverage, 0);
	history_tick(h, START_US + 12 * SEC_US);
	history_tick(h, START_US + 21 * SEC_US); /* nobody looks, yet the slice is there */
	ck_assert_uint_eq(stats_now().slices, 1);
	ck_assert_str_eq(ask_all(), "");
	ck_assert_double_eq(span.coverage, 1);
	history_free(NULL);
	history_feed_free(NULL);
}
END_TEST

START_TEST(filters)
{
	uint64_t a, b, c;
	const struct history_filter service = {HISTORY_SERVICE, NULL, "web"}, other = {HISTORY_SERVICE, NULL, "jobs"};
	const struct history_filter regex = {HISTORY_SERVICE, NULL, "~^(web|jobs)$"},
				    part = {HISTORY_SERVICE, NULL, "~ob"};
	const struct history_filter pid = {HISTORY_PID, NULL, "50"}, no_pid = {HISTORY_PID, NULL, "5"};
	const struct history_filter thread = {HISTORY_THREAD, NULL, "io"}, tid = {HISTORY_THREAD, NULL, "61"};
	const struct history_filter nameless = {HISTORY_THREAD, NULL, "tid 50"};
	const struct history_filter host = {HISTORY_HOST, NULL, "shop-1"}, no_host = {HISTORY_HOST, NULL, "shop-2"};
	const struct history_filter target = {HISTORY_TARGET, NULL, "shop-1/60/5"};
	const struct history_filter label = {HISTORY_LABEL, "team", "x"}, no_label = {HISTORY_LABEL, "team", ""};

	put_target(0, 50, "web");
	put_target(1, 60, "jobs");
	put_target(2, 70, "db");
	put_thread(0, 0, 50, "");
	put_thread(1, 1, 61, "io");
	put_thread(2, 2, 70, "io");
	a = put_stack(0, "a");
	b = put_stack(0, "b");
	c = put_stack(0, "c");
	put_busy(0, a, 1);
	put_busy(1, b, 2);
	put_busy(2, c, 4);
	stream_put_loss(&w, &(struct stream_loss){0, SCRAPE_LOSS_MOVED, 10});
	stream_put_loss(&w, &(struct stream_loss){1, SCRAPE_LOSS_MOVED, 20});
	put_slice_end(1000);
	feed_to(0);
	ck_assert_str_eq(ask_filtered(&service, 1), "a (f.py) 1\n");
	ck_assert_uint_eq(span.looks, 1);
	ck_assert_uint_eq(span.lost[SCRAPE_LOSS_MOVED], 10);
	ck_assert_str_eq(ask_filtered((const struct history_filter[]){service, other}, 2), "a (f.py) 1\nb (f.py) 2\n");
	ck_assert_uint_eq(span.lost[SCRAPE_LOSS_MOVED], 30);
	ck_assert_str_eq(ask_filtered(&regex, 1), "a (f.py) 1\nb (f.py) 2\n");
	ck_assert_str_eq(ask_filtered(&part, 1), "b (f.py) 2\n");
	ck_assert_str_eq(ask_filtered(&pid, 1), "a (f.py) 1\n");
	ck_assert_str_eq(ask_filtered(&no_pid, 1), "");
	ck_assert_str_eq(ask_filtered(&thread, 1), "b (f.py) 2\nc (f.py) 4\n");
	ck_assert_str_eq(ask_filtered(&tid, 1), "b (f.py) 2\n");
	ck_assert_str_eq(ask_filtered(&nameless, 1), "a (f.py) 1\n");
	ck_assert_str_eq(ask_filtered((const struct history_filter[]){thread, other}, 2), "b (f.py) 2\n");
	ck_assert_str_eq(ask_filtered((const struct history_filter[]){thread, service}, 2), "");
	ck_assert_str_eq(ask_filtered(&host, 1), "a (f.py) 1\nb (f.py) 2\nc (f.py) 4\n");
	ck_assert_str_eq(ask_filtered(&no_host, 1), "");
	ck_assert_str_eq(ask_filtered(&target, 1), "b (f.py) 2\n");
	ck_assert_str_eq(ask_filtered(&label, 1), "");
	ck_assert_str_eq(ask_filtered(&no_label, 1), "a (f.py) 1\nb (f.py) 2\nc (f.py) 4\n");
}
END_TEST

static int try_expression(const char *value)
{
	const struct history_filter filter = {HISTORY_SERVICE, NULL, value};
	int code = history_tree(h, &(struct history_query){.filters = &filter, .n_filters = 1}, &tree, &span, &error);

	if (code == 0)
		tree_deinit(&tree);
	return code;
}

START_TEST(limits_of_filters)
{
	struct history_filter many[65];
	struct history_query query = {.filters = many, .n_filters = 64};
	char text[260];

	memset(text, 'x', sizeof(text));
	text[0] = '~';
	text[257] = '\0';
	ck_assert_int_eq(try_expression(text), 0); /* 256 bytes */
	text[257] = 'x';
	text[258] = '\0';
	ck_assert_int_eq(try_expression(text), SCRAPE_EINVAL);
	ck_assert_int_eq(try_expression("~("), SCRAPE_EINVAL);
	ck_assert_ptr_nonnull(strstr(error.text, "not a regular expression"));
	ck_assert_int_eq(try_expression("~(a)\\1"), SCRAPE_EINVAL);
	ck_assert_int_eq(try_expression("~a{255}"), 0);
	ck_assert_int_eq(try_expression("~a{1,70000}"), SCRAPE_EINVAL);
	ck_assert_int_eq(try_expression("~((a{1000}){1000}){1000}"), SCRAPE_EINVAL);
	ck_assert_int_eq(try_expression("~a\\{b\\{c"), 0);
	ck_assert_int_eq(try_expression("~"), 0);
	for (int i = 0; i < 65; i++)
		many[i] = (struct history_filter){HISTORY_SERVICE, NULL, "x"};
	(void)ask_history(&query);
	query.n_filters = 65;
	ck_assert_int_eq(history_tree(h, &query, &tree, &span, &error), SCRAPE_EINVAL);
}
END_TEST

START_TEST(merge_by_module)
{
	uint64_t a, b, c, d;

	put_actors();
	a = put_node(0, put_frame_of(STREAM_FRAME_PYTHON, "load", "/usr/lib/python3/json/__init__.py", 17, 10, 1));
	b = put_node(a, put_frame_of(STREAM_FRAME_PYTHON, "D.decode", "/usr/lib/python3/json/decoder.py", 17, 20, 2));
	c = put_node(b, put_frame_of(STREAM_FRAME_PYTHON, "D.raw", "/usr/lib/python3/json/decoder.py", 17, 30, 3));
	d = put_node(c, put_frame_of(STREAM_FRAME_NATIVE, "memcpy", "libc.so.6", 0, 0, 0));
	put_busy(0, a, 1);
	put_looks(0, b, SCRAPE_ON_CPU, 2);
	put_looks(0, c, SCRAPE_ON_CPU, 3);
	put_looks(0, d, SCRAPE_ON_CPU, 4);
	put_times(0, 0.09, 0);
	put_slice_end(1000);
	feed_to(0);
	ck_assert_str_eq(ask_history(&(struct history_query){.merge = HISTORY_BY_MODULE}),
			 "json (json/__init__.py) 1\n"
			 "json (json/__init__.py);json.decoder (json/decoder.py) 5\n"
			 "json (json/__init__.py);json.decoder (json/decoder.py);libc.so.6 (libc.so.6) 4\n");
	ck_assert_str_eq(tree.names[tree.nodes[2].name].function, "json.decoder");
	ck_assert_uint_eq(tree.names[tree.nodes[2].name].line, 0);
	ck_assert_str_eq(ask_history(&(struct history_query){.merge = HISTORY_BY_FUNCTION, .max_nodes = 3}),
			 "load (json/__init__.py:1) 1\nload (json/__init__.py:1);[pruned] 9\n");
}
END_TEST

START_TEST(max_nodes)
{
	char *whole;

	random_state = 4242;
	put_random_stream(4);
	feed_to(0);
	whole = strdup(ask_history(&(struct history_query){0}));
	for (size_t max = 2; max < 40; max++) {
		uint64_t total = 0;

		(void)ask_history(&(struct history_query){0});
		total = tree.nodes[0].total;
		(void)ask_history(&(struct history_query){.max_nodes = max});
		ck_assert_uint_le(tree.n_nodes, max);
		ck_assert_uint_eq(tree.nodes[0].total, total);
		ck_assert_uint_gt(total_of("[pruned]"), 0);
	}
	ck_assert_str_eq(ask_history(&(struct history_query){.max_nodes = 100000}), whole);
	free(whole);
}
END_TEST

START_TEST(two_feeds)
{
	uint64_t a;

	put_actors();
	feed_to(0);
	begin_session(100000);
	put_target(0, 43, "other");
	put_thread(0, 0, 44, "");
	a = put_stack(0, "b");
	put_busy(0, a, 50);
	put_slice_end(1000);
	feed_to(1);
	ck_assert_uint_eq(stats_now().slices, 0); /* the first has not told yet */
	ck_assert_uint_eq(stats_now().watermark_us, START_US);
	ck_assert_str_eq(ask_all(), "");

	buf_reset(&bytes);
	n_strings = 3; /* of put_actors above */
	n_frames = n_nodes = now_us = 0;
	w = (struct stream_writer){.out = &bytes};
	put_busy(0, put_stack(0, "a"), 100);
	put_slice_end(1000);
	feed_to(0);
	ck_assert_uint_eq(stats_now().slices, 1);
	ck_assert_uint_eq(stats_now().next_seq, 1);
	ck_assert_uint_eq(stats_now().watermark_us, START_US + SLICE_US);
	ck_assert_str_eq(ask_history(&(struct history_query){.show = {.no_lines = true, .split_targets = true}}),
			 "app (pid 42);a (f.py) 100\nother (pid 43);b (f.py) 50\n");
	ck_assert_double_eq_tol(span.rate_reached, 100, 1e-9); /* of each, not of both */
}
END_TEST

/* A feed that ends holds nothing back, and what it had begun counts. */
START_TEST(feed_that_dies)
{
	put_actors();
	put_busy(0, put_stack(0, "a"), 100);
	feed_to(0);
	begin_session(100000);
	put_target(0, 43, "other");
	put_thread(0, 0, 44, "");
	put_busy(0, put_stack(0, "b"), 50);
	put_slice_end(1000);
	feed_to(1);
	ck_assert_uint_eq(stats_now().slices, 0);
	history_feed_free(feeds[0]);
	ck_assert_uint_eq(stats_now().slices, 1);
	ck_assert_str_eq(ask_all(), "a (f.py) 100\nb (f.py) 50\n");
	history_feed_free(feeds[1]);
	history_tick(h, START_US + 2 * SLICE_US); /* nobody is left: the clock closes */
	ck_assert_uint_eq(stats_now().slices, 2);
	ck_assert_str_eq(ask_between(10, 20), "");
	ck_assert_double_eq(span.coverage, 1);
}
END_TEST

/* A feed that says nothing is waited for, but not for ever; what it says in the end is not lost. */
START_TEST(feed_that_hangs)
{
	put_actors();
	put_busy(0, put_stack(0, "a"), 100);
	feed_to(0);
	history_tick(h, START_US + 4 * SLICE_US - 1);
	ck_assert_uint_eq(stats_now().slices, 0);
	history_tick(h, START_US + 4 * SLICE_US);
	ck_assert_uint_eq(stats_now().slices, 1);
	ck_assert_str_eq(ask_all(), "");
	put_slice_end(1000);
	feed_to(0);
	ck_assert_uint_eq(stats_now().slices, 2);
	ck_assert_uint_eq(stats_now().next_seq, 2);
	ck_assert_str_eq(ask_all(), "a (f.py) 100\n");
	ck_assert_double_eq(span.coverage, 1); /* of one slot, though two slices tell of it */
}
END_TEST

START_TEST(gaps)
{
	put_actors();
	put_busy(0, put_stack(0, "a"), 100);
	put_slice_end(1000);
	now_us += 6 * SLICE_US; /* six slots without a word are empty slices */
	put_busy(0, put_stack(0, "b"), 100);
	put_slice_end(1000);
	feed_to(0);
	ck_assert_uint_eq(stats_now().slices, 8);
	(void)ask_all();
	ck_assert_double_eq(span.coverage, 1);
	now_us += 12 * SLICE_US; /* twelve are a gap */
	put_busy(0, put_stack(0, "c"), 100);
	put_slice_end(1000);
	feed_to(0);
	ck_assert_uint_eq(stats_now().slices, 9);
	ck_assert_str_eq(ask_all(), "a (f.py) 100\nb (f.py) 100\nc (f.py) 100\n");
	ck_assert_double_eq_tol(span.coverage, 9.0 / 21, 1e-9);
}
END_TEST

START_TEST(clock_jumps_back)
{
	put_five_slices();
	history_tick(h, START_US + 50 * SEC_US);
	ck_assert_uint_eq(stats_now().slices, 5);
	history_tick(h, START_US + 12 * SEC_US);
	ck_assert_uint_eq(stats_now().watermark_us, START_US + SLICE_US);
	buf_reset(&bytes);
	begin_session(100000); /* the sampler begins again, at START_US by its clock */
	put_actors();
	now_us = SLICE_US;
	put_busy(0, put_stack(0, "x"), 7);
	put_slice_end(1000);
	feed_to(0);
	ck_assert_uint_eq(stats_now().slices, 6);
	ck_assert_uint_eq(stats_now().next_seq, 6);
	ck_assert_uint_eq(stats_now().watermark_us, START_US + 2 * SLICE_US);
	ck_assert_str_eq(ask_between(10, 20),
			 "b (f.py) 100\nx (f.py) 7\n"); /* both were looked at, each is there once */
	ck_assert_double_eq(span.coverage, 1);
	ck_assert_uint_eq(span.looks, 107);
	for (int i = 0; i < 4; i++) {
		put_busy(0, put_stack(0, "y"), 1);
		put_slice_end(1000);
	}
	feed_to(0);
	(void)ask_all();
	ck_assert_uint_eq(span.looks, 511);
	ck_assert_uint_eq(tree.nodes[0].total, 511);
}
END_TEST

START_TEST(age)
{
	put_five_slices();
	history_tick(h, START_US + 3600 * SEC_US + 1);
	ck_assert_uint_eq(stats_now().oldest_us, START_US);
	history_tick(h, START_US + 3610 * SEC_US);
	ck_assert_uint_eq(stats_now().oldest_us, START_US + SLICE_US);
	ck_assert_uint_eq(stats_now().evicted, 0); /* of age, not for want of room */
	ck_assert_str_eq(ask_all(), "b (f.py) 100\nc (f.py) 100\nd (f.py) 100\ne (f.py) 100\n");
}
END_TEST

/* Slices of ever new names, 100 stacks each; the looks of slice i are 100 * (i + 1). */
static void put_crowd_slice(unsigned i, bool reset)
{
	char name[64];

	if (reset) {
		stream_put_reset(&w);
		n_strings = n_frames = n_nodes = 0;
	}
	for (unsigned k = 0; k < 100; k++) {
		(void)snprintf(name, sizeof(name), "a_function_with_a_long_name_%u_%u", i, k);
		put_looks(0, put_stack(put_stack(0, "main"), name), SCRAPE_ON_CPU, i + 1);
	}
	put_times(0, i + 1, 1000);
	put_slice_end(1000);
	feed_to(0);
}

START_TEST(eviction)
{
	struct history_stats stats;
	uint64_t next = 0;
	struct buf out = BUF_INIT;

	again(300 << 10);
	put_actors();
	for (unsigned i = 0; i < SLICES_OF_CROWD; i++) {
		put_crowd_slice(i, true);
		ck_assert_uint_le(stats_now().bytes, 300 << 10);
	}
	stats = stats_now();
	ck_assert_uint_gt(stats.evicted, 0);
	ck_assert_uint_gt(stats.slices, 3);
	ck_assert_uint_eq(stats.evicted + stats.slices, SLICES_OF_CROWD);
	ck_assert_uint_eq(stats.next_seq, SLICES_OF_CROWD);
	ck_assert_uint_eq(stats.oldest_us, START_US + stats.evicted * SLICE_US);
	for (uint64_t i = stats.evicted; i < SLICES_OF_CROWD; i++) { /* what is kept is whole */
		(void)ask_between(10 * i, 10 * i + 10);
		ck_assert_uint_eq(tree.nodes[0].total, 100 * (i + 1));
		ck_assert_uint_eq(tree.n_nodes, 102);
		ck_assert_uint_eq(span.looks, 100 * (i + 1));
	}
	ck_assert_int_eq(history_export(h, stats.evicted - 1, SIZE_MAX, &out, &next), SCRAPE_EGONE);
	ck_assert_uint_eq(next, stats.evicted);
	ck_assert_uint_eq(out.len, 0);
	ck_assert_int_eq(history_export(h, next, 1, &out, &next), 0);
	ck_assert_uint_eq(next, stats.evicted + 1);
	buf_deinit(&out);
}
END_TEST

/* Names go with the last slice that names them, and may come back. */
START_TEST(names_go_and_come_back)
{
	struct buf before = BUF_INIT, after = BUF_INIT;
	uint64_t next = 0, kept;
	size_t full;

	put_actors();
	for (unsigned i = 0; i < 40; i++)
		put_crowd_slice(i, true);
	full = stats_now().bytes;
	kept = 35;
	ck_assert_int_eq(history_export(h, kept, SIZE_MAX, &before, &next), 0);
	history_tick(h, START_US + 3600 * SEC_US + kept * SLICE_US);
	ck_assert_uint_eq(stats_now().oldest_us, START_US + kept * SLICE_US);
	ck_assert_uint_lt(stats_now().bytes, full / 2);
	ck_assert_int_eq(history_export(h, kept, SIZE_MAX, &after, &next), 0);
	ck_assert_uint_ge(after.len, before.len); /* empty slices came behind */
	ck_assert_mem_eq(after.data, before.data, before.len);
	now_us = 400 * SEC_US + 3600 * SEC_US;
	put_crowd_slice(3, true);
	(void)ask_history(&(struct history_query){.from_us = START_US + 3990 * SEC_US});
	ck_assert_uint_eq(total_of("a_function_with_a_long_name_3_99 (f.py:1)"), 4);
	ck_assert_uint_eq(tree.nodes[0].total, 400);
	buf_deinit(&before);
	buf_deinit(&after);
}
END_TEST

/* While names of old slices go, the stream in hand goes on under its own. */
START_TEST(compaction_within_a_slice)
{
	uint64_t a, b;

	put_actors();
	a = put_stack(0, "a");
	b = put_stack(a, "b");
	put_busy(0, put_stack(0, "old"), 100);
	put_slice_end(1000);
	put_looks(0, b, SCRAPE_ON_CPU, 30);
	stream_put_loss(&w, &(struct stream_loss){0, SCRAPE_LOSS_MOVED, 1});
	feed_to(0);
	now_us += 3700 * SEC_US;
	history_tick(h, START_US + now_us); /* the first slice goes */
	ck_assert_str_eq(ask_all(), "");
	put_looks(0, b, SCRAPE_ON_CPU, 30);
	put_looks(0, a, SCRAPE_ON_CPU, 40);
	stream_put_loss(&w, &(struct stream_loss){0, SCRAPE_LOSS_MOVED, 2});
	put_times(0, 1, 1);
	put_slice_end(1000);
	feed_to(0);
	ck_assert_str_eq(ask_history(&(struct history_query){.from_us = START_US + 3600 * SEC_US,
							     .show = {.no_lines = true, .split_threads = true}}),
			 "thread worker (tid 43);a (f.py) 40\nthread worker (tid 43);a (f.py);b (f.py) 60\n");
	ck_assert_uint_eq(span.lost[SCRAPE_LOSS_MOVED], 3);
}
END_TEST

/* One slice alone is too large: its least stacks go, its sums do not. */
START_TEST(slice_too_large)
{
	char name[32];
	uint64_t big;

	again(1 << 20);
	put_actors();
	put_thread(1, 0, 44, "other");
	big = put_stack(0, "big");
	for (unsigned i = 0; i < 60000; i++) {
		if (i % 100 == 0) {
			stream_put_reset(&w);
			n_strings = n_frames = n_nodes = 0;
			big = put_stack(0, "big");
		}
		(void)snprintf(name, sizeof(name), "small%u", i);
		put_looks(0, put_stack(big, name), SCRAPE_ON_CPU, 1);
		put_looks(1, big, SCRAPE_ON_CPU, 1);
		if (i % 50 == 0) {
			feed_to(0);
			ck_assert_uint_le(stats_now().bytes, 1 << 20);
		}
	}
	put_times(0, 600, 600);
	put_times(1, 300, 600);
	put_slice_end(1000);
	feed_to(0);
	(void)ask_all();
	ck_assert_uint_eq(span.looks, 120000);
	ck_assert_uint_eq(tree.nodes[0].total, 90000);
	ck_assert_uint_eq(total_of("big (f.py)"), 90000);
	ck_assert_uint_gt(total_of("[pruned]"), 30000);
}
END_TEST

/* A thread for each request: the least are folded into one of their process, with the times that come at the end. */
START_TEST(slice_of_too_many_threads)
{
	struct buf out = BUF_INIT, twice = BUF_INIT;
	uint64_t next = 0, a;

	again(2 << 20);
	put_target(0, 42, "app");
	a = put_stack(0, "a");
	for (uint64_t i = 0; i < 7000; i++) {
		stream_put_thread(&w, &(struct stream_thread){.id = i, .tid = 100 + i});
		put_looks(i, a, SCRAPE_ON_CPU, 1 + i % 2);
	}
	for (uint64_t i = 0; i < 7000; i++)
		put_times(i, (double)(1 + i % 2) / 100, 10);
	put_slice_end(1000);
	feed_to(0);
	ck_assert_str_eq(ask_all(), "a (f.py) 10500\n");
	ck_assert_uint_eq(span.wall_ns, 70000000000000ull);
	(void)ask_history(&(struct history_query){.show.split_threads = true});
	ck_assert_uint_gt(total_of("[pruned]"), 100);
	ck_assert_int_eq(history_export(h, 0, SIZE_MAX, &out, &next), 0);
	again(2 << 20);
	ck_assert_msg(history_import(h, out.data, out.len, &error) == 0, "%s", error.text);
	ck_assert_int_eq(history_export(h, 0, SIZE_MAX, &twice, &next), 0);
	ck_assert_uint_eq(out.len, twice.len);
	ck_assert_mem_eq(out.data, twice.data, out.len);
	buf_deinit(&out);
	buf_deinit(&twice);
}
END_TEST

/* Definitions that need more than there may be: the stream is refused, the history lives on. */
START_TEST(definitions_too_large)
{
	char name[1000];
	int code = 0;

	again(256 << 10);
	memset(name, 'x', sizeof(name));
	for (unsigned i = 0; i < 1000 && code == 0; i++) {
		(void)snprintf(name, sizeof(name), "%u", i);
		name[strlen(name)] = 'x';
		name[sizeof(name) - 1] = '\0';
		(void)put_text(name);
		code = feed_code(0);
	}
	ck_assert_int_eq(code, SCRAPE_ELIMIT);
	history_feed_free(feeds[0]);
	history_tick(h, START_US);
	ck_assert_int_eq(history_tree(h, &(struct history_query){0}, &tree, &span, &error), 0);
}
END_TEST

static struct history_timeline timeline;

static void ask_timeline(const struct history_timeline_query *query)
{
	history_timeline_deinit(&timeline);
	ck_assert_msg(history_timeline(h, query, &timeline, &error) == 0, "%s", error.text);
}

static void check_series(size_t i, const char *label, const double *v, size_t n)
{
	ck_assert_uint_lt(i, timeline.n_series);
	ck_assert_str_eq(timeline.series[i].label, label);
	ck_assert_uint_eq(timeline.n_points, n);
	for (size_t k = 0; k < n; k++)
		if (isnan(v[k]))
			ck_assert(isnan(timeline.series[i].v[k]));
		else
			ck_assert_double_eq_tol(timeline.series[i].v[k], v[k], 1e-9);
}

START_TEST(timelines)
{
	uint64_t a, b;

	put_target(0, 42, "app");
	put_target(1, 43, "web");
	put_thread(0, 0, 42, "main");
	put_thread(1, 1, 43, "main");
	a = put_stack(0, "a");
	b = put_stack(a, "b");
	put_looks(0, a, SCRAPE_ON_CPU | SCRAPE_HAS_GIL, 100);
	put_looks(0, b, SCRAPE_ON_CPU, 300);
	put_looks(0, b, SCRAPE_ON_CPU | SCRAPE_IN_GC, 100);
	put_times(0, 5, 10);
	put_busy(1, a, 500);
	put_slice_end(1000);
	now_us += 8 * SLICE_US; /* a gap */
	put_busy(0, b, 1000);
	put_slice_end(1000);
	feed_to(0);
	ask_timeline(&(struct history_timeline_query){0});
	check_series(0, "", (double[]){1, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, 1}, 10);
	ck_assert_uint_eq(timeline.n_series, 1);
	ck_assert_uint_eq(timeline.span.step_us, SLICE_US);
	ask_timeline(&(struct history_timeline_query){.step_us = 2 * SLICE_US - 1});
	check_series(0, "", (double[]){1, NAN, NAN, NAN, 1}, 5);
	ask_timeline(&(struct history_timeline_query){.by = HISTORY_BY_SERVICE, .step_us = 9 * SLICE_US});
	check_series(0, "app", (double[]){.5, 1}, 2);
	check_series(1, "web", (double[]){.5, 0}, 2);
	ask_timeline(&(struct history_timeline_query){.by = HISTORY_BY_PID, .step_us = 9 * SLICE_US, .share = true});
	check_series(0, "42", (double[]){.5, 1}, 2);
	check_series(1, "43", (double[]){.5, 0}, 2);
	ask_timeline(&(struct history_timeline_query){.by = HISTORY_BY_THREAD, .step_us = 9 * SLICE_US});
	check_series(0, "main", (double[]){1, 1}, 2);
	ask_timeline(&(struct history_timeline_query){.by = HISTORY_BY_HOST, .step_us = 9 * SLICE_US});
	check_series(0, "shop-1", (double[]){1, 1}, 2);
	ask_timeline(&(struct history_timeline_query){.function = "b", .step_us = 9 * SLICE_US});
	check_series(0, "", (double[]){.4, 1}, 2);
	ask_timeline(&(struct history_timeline_query){.function = "a (f.py:1)", .step_us = 9 * SLICE_US});
	check_series(0, "", (double[]){1, 1}, 2);
	ask_timeline(&(struct history_timeline_query){.function = "b", .self = true, .step_us = 9 * SLICE_US});
	check_series(0, "", (double[]){.3, 1}, 2);
	ask_timeline(&(struct history_timeline_query){.function = "[gc]", .self = true, .step_us = 9 * SLICE_US});
	check_series(0, "", (double[]){.1, 0}, 2);
	ask_timeline(&(struct history_timeline_query){
		.function = "a", .self = true, .share = true, .step_us = 9 * SLICE_US});
	check_series(0, "", (double[]){.6, 0}, 2);
	ask_timeline(&(struct history_timeline_query){.which.show.mode = PROFILE_GIL, .step_us = 9 * SLICE_US});
	check_series(0, "", (double[]){.2, 0}, 2);
	ask_timeline(&(struct history_timeline_query){.which.show.mode = PROFILE_WALL, .step_us = 9 * SLICE_US});
	check_series(0, "", (double[]){2, 1}, 2);
	history_timeline_deinit(&timeline);
}
END_TEST

START_TEST(limits_of_timelines)
{
	struct history_timeline_query query = {.which.from_us = START_US - 720 * SLICE_US + 5 * SLICE_US};

	put_five_slices();
	ask_timeline(&query);
	ck_assert_uint_eq(timeline.n_points, 720);
	query.which.from_us -= SLICE_US;
	ask_timeline(&query);
	ck_assert_uint_eq(timeline.n_points, 361);
	query.step_us = SLICE_US;
	query.which.from_us = START_US + 5 * SLICE_US - (HISTORY_POINTS_MAX - 1) * SLICE_US;
	ask_timeline(&query);
	query.which.from_us -= SLICE_US;
	history_timeline_deinit(&timeline);
	ck_assert_int_eq(history_timeline(h, &query, &timeline, &error), SCRAPE_EINVAL);
}
END_TEST

static int note_target(void *ctx, const struct history_target *t)
{
	buf_fmt(ctx, "%u %" PRIu64 " %s|%s|%s %d-%d %d ms %u %d\n", t->pid, t->start_ticks, t->service, t->command,
		t->labels, (int)((t->first_us - START_US) / SEC_US), (int)((t->last_us - START_US) / SEC_US),
		(int)(t->cpu_ns / 1000000), t->threads, t->gone);
	return 0;
}

static int note_text(void *ctx, const char *text)
{
	buf_fmt(ctx, "%s\n", text);
	return 0;
}

static int stop_here(void *ctx, const char *text)
{
	(void)text;
	++*(int *)ctx;
	return -77;
}

START_TEST(targets_and_labels)
{
	int n = 0;

	put_target(0, 42, "app");
	put_target(1, 43, "");
	put_thread(0, 0, 42, "main");
	put_thread(1, 0, 44, "");
	put_thread(2, 1, 43, "main");
	put_busy(0, put_stack(0, "a"), 100);
	put_busy(2, put_stack(0, "a"), 100);
	stream_put_gone(&w, &(struct stream_gone){.target = 1});
	put_slice_end(1000);
	put_busy(0, put_stack(0, "a"), 200);
	put_times(1, 0.5, 10);
	put_slice_end(1000);
	feed_to(0);
	ck_assert_int_eq(history_targets(h, note_target, &log_a), 0);
	ck_assert_str_eq(buf_cstr(&log_a), "42 5 app|python3 x.py| 0-20 2500 ms 2 0\n"
					   "43 5 python3 x.py|python3 x.py| 0-10 0 ms 1 1\n");
	ck_assert_int_eq(history_labels(h, NULL, note_text, &log_b), 0);
	ck_assert_str_eq(buf_cstr(&log_b), "service\nhost\npid\nthread\n");
	buf_reset(&log_b);
	ck_assert_int_eq(history_labels(h, "thread", note_text, &log_b), 0);
	ck_assert_str_eq(buf_cstr(&log_b), "main\ntid 44\n");
	buf_reset(&log_b);
	ck_assert_int_eq(history_labels(h, "service", note_text, &log_b), 0);
	ck_assert_str_eq(buf_cstr(&log_b), "app\npython3 x.py\n");
	buf_reset(&log_b);
	ck_assert_int_eq(history_labels(h, "host", note_text, &log_b), 0);
	ck_assert_int_eq(history_labels(h, "no such", note_text, &log_b), 0);
	ck_assert_str_eq(buf_cstr(&log_b), "shop-1\n");
	ck_assert_int_eq(history_labels(h, "pid", stop_here, &n), -77);
	ck_assert_int_eq(n, 1);
}
END_TEST

/* As a sampler sends them: the reader makes other characters of the ends of the lines. */
static void put_labelled(uint64_t id, uint64_t pid, const char *labels)
{
	struct stream_target r = {.id = id, .pid = pid, .start_ticks = 5};

	r.command = r.runtime = r.service = put_text("app");
	r.labels = put_text(labels) + 1;
	stream_put_target(&w, &r);
}

START_TEST(labels_of_rules)
{
	const struct history_filter filter = {HISTORY_LABEL, "zone", "eu"};
	struct buf first = BUF_INIT, second = BUF_INIT;
	struct history *copy;
	uint64_t next;

	put_labelled(0, 42, "zone=eu\nteam=shop\n");
	put_labelled(1, 43, "zone=us\nnonsense\n");
	put_thread(0, 0, 42, "main");
	put_thread(1, 1, 43, "main");
	put_busy(0, put_stack(0, "a"), 100);
	put_busy(1, put_stack(0, "b"), 200);
	put_slice_end(1000);
	feed_to(0);
	ck_assert_int_eq(history_targets(h, note_target, &log_a), 0);
	ck_assert_str_eq(buf_cstr(&log_a), "42 5 app|app|zone=eu\nteam=shop\n 0-10 1000 ms 1 0\n"
					   "43 5 app|app|zone=us\n 0-10 2000 ms 1 0\n");
	ck_assert_int_eq(history_labels(h, "zone", note_text, &log_b), 0);
	ck_assert_str_eq(buf_cstr(&log_b), "eu\nus\n");
	ck_assert_str_eq(ask_filtered(&filter, 1), "a (f.py) 100\n");
	ck_assert_int_eq(history_export(h, 0, SIZE_MAX, &first, &next), 0);
	copy = history_new(&(struct history_config){.host = "shop-1"});
	ck_assert_int_eq(history_import(copy, first.data, first.len, &error), 0);
	ck_assert_int_eq(history_export(copy, 0, SIZE_MAX, &second, &next), 0);
	ck_assert_uint_eq(first.len, second.len);
	ck_assert_mem_eq(first.data, second.data, first.len);
	history_free(copy);
	buf_deinit(&first);
	buf_deinit(&second);
}
END_TEST

/* The cells that are not 0, as "seconds:row:looks". */
static const char *ask_heat(uint64_t from_us, uint64_t until_us, uint64_t step_us, const struct history_filter *filter)
{
	const struct history_query query = {
		.from_us = from_us, .until_us = until_us, .filters = filter, .n_filters = filter != NULL};
	struct history_heat heat;

	buf_reset(&log_a);
	ck_assert_msg(history_heat(h, &query, step_us, &heat, &error) == 0, "%s", error.text);
	for (size_t i = 0; i < heat.n_columns * HISTORY_CELLS; i++)
		if (heat.looks[i])
			buf_fmt(&log_a, "%d:%d:%u ",
				(int)((heat.span.from_us - START_US + i / HISTORY_CELLS * heat.span.step_us) / SEC_US),
				(int)(i % HISTORY_CELLS), heat.looks[i]);
	history_heat_deinit(&heat);
	return buf_cstr(&log_a);
}

START_TEST(cells)
{
	struct history *copy;
	uint64_t a, next;

	put_actors();
	a = put_stack(0, "a");
	stream_put_sample(&w, &(struct stream_sample){0, a, SCRAPE_ON_CPU, 30, 0, 299999});
	stream_put_sample(&w, &(struct stream_sample){0, a, 0, 30, 0, 299999}); /* asleep */
	stream_put_sample(&w, &(struct stream_sample){0, a, SCRAPE_ON_CPU, 1, 9999999, 9999999});
	put_slice_end(1000);
	stream_put_sample(&w, &(struct stream_sample){0, a, SCRAPE_ON_CPU, 100000, 10500000, 10500000});
	put_slice_end(1000);
	feed_to(0);
	ck_assert_str_eq(ask_heat(START_US, START_US + 1, 0, NULL), "0:0:10 0:1:10 0:2:10 0:99:1 ");
	ck_assert_str_eq(ask_heat(START_US + SLICE_US, 0, 0, NULL), "10:5:65535 ");
	ck_assert_str_eq(ask_heat(START_US, 0, 2 * SLICE_US, NULL), "0:0:20 0:1:10 0:49:1 0:52:65535 ");
	ck_assert_str_eq(ask_heat(START_US, 0, 0, &(struct history_filter){.field = HISTORY_PID, .value = "41"}), "");
	ck_assert_int_eq(history_export(h, 0, SIZE_MAX, &log_b, &next), 0);
	copy = history_new(&(struct history_config){.host = "shop-1"});
	ck_assert_int_eq(history_import(copy, log_b.data, log_b.len, &error), 0);
	history_free(h);
	h = copy;
	feeds[0] = feeds[1] = NULL;
	ck_assert_str_eq(ask_heat(START_US, 0, 2 * SLICE_US, NULL), "0:0:20 0:1:10 0:49:1 0:52:65535 ");
}
END_TEST

START_TEST(heat_refusals)
{
	const struct history_filter thread = {.field = HISTORY_THREAD, .value = "worker"};
	const struct history_query query = {.filters = &thread, .n_filters = 1}, all = {0};
	struct history_heat heat;

	put_actors();
	for (int i = 0; i < HISTORY_COLUMNS_MAX + 1; i++)
		put_slice_end(1000);
	feed_to(0);
	ck_assert_int_eq(history_heat(h, &query, 0, &heat, &error), SCRAPE_EINVAL);
	ck_assert_int_eq(history_heat(h, &all, SLICE_US, &heat, &error), SCRAPE_EINVAL);
	ck_assert_int_eq(history_heat(h, &all, 0, &heat, &error), 0);
	ck_assert_uint_eq(heat.span.step_us, 2 * SLICE_US);
	ck_assert_uint_eq(heat.n_columns, (HISTORY_COLUMNS_MAX + 2) / 2);
	history_heat_deinit(&heat);
}
END_TEST

static int log_gap(void *ctx, const char *host, uint64_t from_us, uint64_t until_us)
{
	(void)ctx;
	buf_fmt(&log_a, "%s %d-%d ", host, (int)((from_us - START_US) / SEC_US), (int)((until_us - START_US) / SEC_US));
	return 0;
}

START_TEST(list_of_gaps)
{
	put_actors();
	put_busy(0, put_stack(0, "a"), 10);
	put_slice_end(1000);
	now_us += 9 * SLICE_US;
	put_busy(0, 1, 10);
	put_slice_end(1000);
	feed_to(0);
	ck_assert_int_eq(history_gaps(h, 0, UINT64_MAX, log_gap, NULL), 0);
	ck_assert_str_eq(buf_cstr(&log_a), "shop-1 10-100 ");
	buf_reset(&log_a); /* one that began before the interval */
	ck_assert_int_eq(history_gaps(h, START_US + 20 * SEC_US, START_US + 50 * SEC_US, log_gap, NULL), 0);
	ck_assert_str_eq(buf_cstr(&log_a), "shop-1 20-50 ");
}
END_TEST

START_TEST(sums_of_stats)
{
	struct history_stats stats;

	put_actors();
	put_busy(0, put_stack(0, "a"), 100);
	stream_put_loss(&w, &(struct stream_loss){0, SCRAPE_LOSS_BEHIND, 2});
	stream_put_way(&w, &(struct stream_way){SCRAPE_WAY_CPU, 5});
	stream_put_way(&w, &(struct stream_way){SCRAPE_WAY_COUNT, 5}); /* of a later version */
	stream_put_hold(&w, &(struct stream_hold){histogram_bucket(20000), 2});
	stream_put_hold(&w, &(struct stream_hold){UINT64_MAX, UINT64_MAX});
	stream_put_slice_end(&w, &(struct stream_slice_end){1, START_US, START_US + SLICE_US, 9, 8, 7, 6});
	feed_to(0);
	stats = stats_now();
	ck_assert_uint_eq(stats.looks, 100);
	ck_assert_uint_eq(stats.lost[SCRAPE_LOSS_BEHIND], 2);
	ck_assert_uint_eq(stats.ticks, 9);
	ck_assert_uint_eq(stats.late, 8);
	ck_assert_uint_eq(stats.cost_ns, 7);
	ck_assert_uint_eq(stats.stopped_ns, 6);
	ck_assert_uint_eq(stats.ways.looks[SCRAPE_WAY_CPU], 5);
	ck_assert_uint_eq(stats.ways.holds.count[histogram_bucket(20000)], 2);
	ck_assert_uint_eq(stats.ways.holds.count[HISTOGRAM_BUCKETS - 1], UINT32_MAX);
	ck_assert_uint_eq(stats.cpu_ns, 1000000000ull);
	ck_assert_uint_eq(stats.targets, 1);
	ck_assert_uint_eq(stats.slices, 1);
}
END_TEST

/* A thread keeps in each slice the name it had there, so an export never changes. */
START_TEST(renamed_thread)
{
	struct buf before = BUF_INIT, after = BUF_INIT;
	uint64_t next = 0;

	put_actors();
	put_busy(0, put_stack(0, "a"), 1);
	put_slice_end(1000);
	feed_to(0);
	ck_assert_int_eq(history_export(h, 0, SIZE_MAX, &before, &next), 0);
	put_looks(0, put_stack(0, "a"), SCRAPE_ON_CPU, 1);
	put_thread(0, 0, 43, "pool-1");
	put_busy(0, put_stack(0, "a"), 2);
	put_slice_end(1000);
	feed_to(0);
	ck_assert_int_eq(history_export(h, 0, 1, &after, &next), 0);
	ck_assert_uint_eq(before.len, after.len);
	ck_assert_mem_eq(before.data, after.data, after.len);
	ck_assert_str_eq(ask_history(&(struct history_query){.show = {.no_lines = true, .split_threads = true}}),
			 "thread pool-1 (tid 43);a (f.py) 2\nthread worker (tid 43);a (f.py) 1\n");
	buf_deinit(&before);
	buf_deinit(&after);
}
END_TEST

/* A spool that was cut, one with a mistake in it, one of slices of another length. */
START_TEST(bad_imports)
{
	struct buf out = BUF_INIT;
	uint64_t next = 0;
	size_t first;

	put_five_slices();
	ck_assert_int_eq(history_export(h, 0, 1, &out, &next), 0);
	first = out.len;
	ck_assert_int_eq(history_export(h, next, SIZE_MAX, &out, &next), 0);
	again(0);
	ck_assert_int_eq(history_import(h, out.data, first + 40, &error), SCRAPE_EFORMAT);
	ck_assert_uint_eq(stats_now().slices, 1);
	again(0);
	out.data[first + 1] = 'X';
	ck_assert_int_eq(history_import(h, out.data, out.len, &error), SCRAPE_EFORMAT);
	ck_assert_uint_eq(stats_now().slices, 1);
	ck_assert_str_eq(ask_all(), "a (f.py) 100\n");
	out.data[first + 1] = STREAM_MAGIC[1];
	ck_assert_int_eq(history_import(h, out.data, out.len, &error), 0);
	ck_assert_uint_eq(stats_now().slices, 5);
	history_free(h);
	h = history_new(&(struct history_config){.slice_us = SEC_US});
	ck_assert_int_eq(history_import(h, out.data, out.len, &error), SCRAPE_EFORMAT);
	ck_assert_uint_eq(stats_now().slices, 0);
	buf_deinit(&out);
}
END_TEST

/* Behind an import streams go on, and the time in which nobody was there is a gap. */
START_TEST(restart)
{
	struct buf out = BUF_INIT;
	uint64_t next = 0;

	put_five_slices();
	ck_assert_int_eq(history_export(h, 0, SIZE_MAX, &out, &next), 0);
	again(0);
	ck_assert_int_eq(history_import(h, out.data, out.len, &error), 0);
	put_actors();
	now_us = 20 * SLICE_US;
	put_busy(0, put_stack(0, "z"), 9);
	put_slice_end(1000);
	feed_to(0);
	history_tick(h, START_US + 21 * SLICE_US);
	ck_assert_uint_eq(stats_now().next_seq, 6);
	ck_assert_str_eq(ask_between(200, 210), "z (f.py) 9\n");
	(void)ask_all();
	ck_assert_double_eq_tol(span.coverage, 6.0 / 21, 1e-9);
	buf_deinit(&out);
}
END_TEST

/* Also if it is short: what was read again was told by somebody who has ended since. */
START_TEST(short_absence)
{
	struct buf out = BUF_INIT;
	uint64_t next = 0;

	put_five_slices();
	ck_assert_int_eq(history_export(h, 0, SIZE_MAX, &out, &next), 0);
	for (int clock_first = 0; clock_first < 2; clock_first++) {
		again(0);
		ck_assert_int_eq(history_import(h, out.data, out.len, &error), 0);
		if (clock_first)
			history_tick(h, START_US + 8 * SLICE_US + SEC_US);
		buf_reset(&bytes);
		stream_begin(&w, &bytes,
			     &(struct stream_session){.start_wall_us = START_US + 8 * SLICE_US,
						      .rate_mhz = 100000,
						      .slice_us = SLICE_US});
		feed_to(0);
		history_tick(h, START_US + 9 * SLICE_US + 5 * SEC_US);
		buf_reset(&log_a);
		ck_assert_int_eq(history_gaps(h, 0, UINT64_MAX, log_gap, NULL), 0);
		ck_assert_str_eq(buf_cstr(&log_a), "shop-1 50-80 ");
	}
	buf_deinit(&out);
}
END_TEST

START_TEST(absurd_numbers)
{
	uint64_t a;

	put_actors();
	put_thread(1, 0, 44, "");
	a = put_stack(0, "a");
	for (int i = 0; i < 4; i++) {
		put_looks(0, a, SCRAPE_ON_CPU | SCRAPE_HAS_GIL, UINT64_MAX);
		put_looks(1, put_stack(a, "b"), SCRAPE_ON_CPU, UINT64_MAX);
		for (uint64_t t = 0; t < 2 && i != 2; t++)
			stream_put_slice_thread(&w, &(struct stream_slice_thread){t, UINT64_MAX, UINT64_MAX});
		put_slice_end(UINT64_MAX);
	}
	feed_to(0);
	(void)ask_all();
	ck_assert_uint_eq(tree.nodes[0].total, (1ull << 62) / 10000000 + 1);
	(void)ask_history(&(struct history_query){.show.mode = PROFILE_WALL});
	(void)ask_history(&(struct history_query){.show.mode = PROFILE_GIL});
	history_tick(h, UINT64_MAX);
	history_tick(h, START_US + 100000 * SEC_US);
	ck_assert_uint_eq(stats_now().slices, 0);
	stream_put_slice_end(&w, &(struct stream_slice_end){1, START_US, UINT64_MAX, 9, 8, 7, 6});
	ck_assert_int_eq(feed_code(0), SCRAPE_EFORMAT);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("history");
	TCase *tcase = tcase_create("history");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tcase, begin_history, end_history);
	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, same_as_profile);
	tcase_add_test(tcase, same_after_export);
	tcase_add_test(tcase, export_is_a_stream);
	tcase_add_test(tcase, export_in_pieces);
	tcase_add_test(tcase, intervals);
	tcase_add_test(tcase, nothing_at_all);
	tcase_add_test(tcase, filters);
	tcase_add_test(tcase, limits_of_filters);
	tcase_add_test(tcase, merge_by_module);
	tcase_add_test(tcase, max_nodes);
	tcase_add_test(tcase, two_feeds);
	tcase_add_test(tcase, feed_that_dies);
	tcase_add_test(tcase, feed_that_hangs);
	tcase_add_test(tcase, gaps);
	tcase_add_test(tcase, clock_jumps_back);
	tcase_add_test(tcase, age);
	tcase_add_test(tcase, eviction);
	tcase_add_test(tcase, names_go_and_come_back);
	tcase_add_test(tcase, compaction_within_a_slice);
	tcase_add_test(tcase, slice_too_large);
	tcase_add_test(tcase, slice_of_too_many_threads);
	tcase_add_test(tcase, definitions_too_large);
	tcase_add_test(tcase, timelines);
	tcase_add_test(tcase, limits_of_timelines);
	tcase_add_test(tcase, targets_and_labels);
	tcase_add_test(tcase, labels_of_rules);
	tcase_add_test(tcase, cells);
	tcase_add_test(tcase, heat_refusals);
	tcase_add_test(tcase, list_of_gaps);
	tcase_add_test(tcase, sums_of_stats);
	tcase_add_test(tcase, renamed_thread);
	tcase_add_test(tcase, bad_imports);
	tcase_add_test(tcase, restart);
	tcase_add_test(tcase, short_absence);
	tcase_add_test(tcase, absurd_numbers);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
