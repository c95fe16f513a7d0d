/* SPDX-License-Identifier: MIT */
/* Pruning: a profile stays within its limit, its totals exact and its large stacks whole. */
#include "support/stream_maker.h"

/* Many stacks that were seen once beside a few large ones, in a small profile. */
static void put_crowd(unsigned n_small, unsigned n_threads)
{
	uint64_t root, big;
	char name[32];

	put_target(0, 42, "app");
	for (unsigned t = 0; t < n_threads; t++) {
		(void)snprintf(name, sizeof(name), "t%u", t);
		put_thread(t, 0, 100 + t, name);
	}
	root = put_node(0, put_frame_in("app.main", "main", 1));
	big = put_stack(root, "big");
	for (unsigned i = 0; i < n_small; i++) {
		uint64_t mid, thread = i % n_threads;

		if (i % 1000 == 999) {
			for (uint64_t t = 0; t < n_threads; t++)
				put_times(t, 5, 10);
			put_slice_end(1000);
			stream_put_reset(&w);
			n_strings = n_frames = n_nodes = 0;
			root = put_node(0, put_frame_in("app.main", "main", 1));
			big = put_stack(root, "big");
		}
		(void)snprintf(name, sizeof(name), "small%u", i);
		mid = put_stack(root, "mid");
		put_looks(thread, put_stack(mid, name), SCRAPE_ON_CPU, 1);
		put_looks(thread, mid, 0, 1);
		put_looks(thread, big, SCRAPE_ON_CPU | SCRAPE_HAS_GIL, 2);
		if (bytes.len > 1 << 16)
			feed();
	}
	feed();
}

START_TEST(pruning_keeps_totals)
{
	static const enum profile_mode modes[] = {PROFILE_CPU, PROFILE_WALL, PROFILE_GIL};
	uint64_t totals[3], big[3];
	struct profile_stats stats, small;

	put_crowd(20000, 3);
	profile_stats(p, &stats);
	ck_assert_uint_eq(stats.pruned, 0);
	for (int i = 0; i < 3; i++) {
		(void)ask_mode(modes[i]);
		totals[i] = tree.nodes[0].total;
		big[i] = total_of("big (f.py)");
		ck_assert_uint_eq(total_of("[pruned]"), 0);
	}

	begin_sized(512 << 10);
	put_crowd(20000, 3);
	profile_stats(p, &small);
	ck_assert_uint_gt(small.pruned, 10000);
	(void)ask_mode(PROFILE_CPU);
	ck_assert_str_eq(name_of("main (m.py)")->module, "app.main");
	ck_assert_uint_le(small.bytes, 512 << 10);
	ck_assert_uint_lt(small.nodes, stats.nodes / 4);
	ck_assert_uint_eq(small.looks, stats.looks);
	ck_assert_uint_eq(small.cpu_ns, stats.cpu_ns);
	ck_assert_uint_eq(small.wall_ns, stats.wall_ns);
	for (int i = 0; i < 3; i++) {
		(void)ask_mode(modes[i]);
		ck_assert_uint_eq(tree.nodes[0].total, totals[i]);
		ck_assert_uint_eq(total_of("big (f.py)"), big[i]); /* the large stack is whole */
		ck_assert_uint_eq(total_of("main (m.py)"), totals[i]);
		if (modes[i] != PROFILE_GIL)
			ck_assert_uint_gt(total_of("[pruned]"), 0);
	}
}
END_TEST

/* A server with a thread for each request: its stacks are few, and they are kept; its threads are folded. */
START_TEST(pruning_folds_threads)
{
	struct profile_stats stats;
	uint64_t a[8];

	begin_sized(1 << 20);
	put_target(0, 42, "app");
	for (unsigned i = 0; i < 8; i++)
		a[i] = put_stack(0, (const char *[]){"a", "b", "c", "d", "e", "f", "g", "h"}[i]);
	for (unsigned t = 0; t < 6000; t++) {
		put_thread(t, 0, 100 + t, "request");
		for (unsigned i = 0; i < 8; i++)
			put_looks(t, a[i], SCRAPE_ON_CPU, 1);
		put_times(t, 0.08, 0.08);
		if (t % 10 == 9)
			put_slice_end(80);
	}
	feed();
	profile_stats(p, &stats);
	ck_assert_uint_gt(stats.pruned, 0);
	ck_assert_uint_le(stats.bytes, 1 << 20);
	ck_assert_str_eq(ask_mode(PROFILE_CPU), "a (f.py) 6000\nb (f.py) 6000\nc (f.py) 6000\nd (f.py) 6000\n"
						"e (f.py) 6000\nf (f.py) 6000\ng (f.py) 6000\nh (f.py) 6000\n");
	(void)ask(&(struct profile_query){.split_threads = true});
	ck_assert_uint_eq(tree.nodes[0].total, 48000);
	ck_assert_uint_gt(total_of("[pruned]"), 10000);
	ck_assert_uint_gt(total_of("thread request (tid 6099)"), 0);
}
END_TEST

/* What was pruned as small comes back under its own name when it gets large. */
START_TEST(pruned_stack_comes_back)
{
	uint64_t late, frames[200];
	char name[32];

	begin_sized(2 << 20);
	put_actors();
	late = put_stack(0, "late");
	put_looks(0, late, SCRAPE_ON_CPU, 1);
	for (unsigned i = 0; i < 200; i++) {
		(void)snprintf(name, sizeof(name), "other%u", i);
		frames[i] = put_frame(name);
	}
	for (unsigned i = 0; i < 20000; i++) {
		uint64_t node = i < 200 ? put_node(0, frames[i]) : put_node(late + 1 + i % 200, frames[i / 200]);

		put_looks(0, node, SCRAPE_ON_CPU, 2);
	}
	feed();
	(void)ask_mode(PROFILE_CPU);
	ck_assert_uint_eq(total_of("late (f.py)"), 0);
	ck_assert_uint_gt(total_of("[pruned]"), 0);
	ck_assert_uint_eq(tree.nodes[0].total, 40001);
	put_looks(0, late, SCRAPE_ON_CPU, 5000);
	feed();
	(void)ask_mode(PROFILE_CPU);
	ck_assert_uint_eq(total_of("late (f.py)"), 5000);
	ck_assert_uint_eq(tree.nodes[0].total, 45001);
}
END_TEST

/* Names that are all defined and in use cannot be pruned: the stream is refused, with a sentence. */
START_TEST(too_many_names)
{
	struct err err = {0};
	char name[32];
	int code = 0;

	begin_sized(256 << 10);
	for (unsigned i = 0; i < 100000 && code == 0; i++) {
		(void)snprintf(name, sizeof(name), "name%u", i);
		(void)put_text(name);
		code = stream_feed(&reader, bytes.data, bytes.len, &err);
		buf_reset(&bytes);
	}
	ck_assert_int_eq(code, SCRAPE_ELIMIT);
	ck_assert(strstr(err.text, "memory") != NULL);
	(void)ask_mode(PROFILE_CPU);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("prune");
	TCase *tcase = tcase_create("prune");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tcase, begin_test, end_test);
	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, pruning_keeps_totals);
	tcase_add_test(tcase, pruning_folds_threads);
	tcase_add_test(tcase, pruned_stack_comes_back);
	tcase_add_test(tcase, too_many_names);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
