/* SPDX-License-Identifier: MIT */
/* The profile: looks become scaled time, questions become trees, and nothing gets lost on the way. */
#include "support/stream_maker.h"

#define SEC_NS 1000000000ull

/* The example of profile/slice.h: three modes from one recording. */
START_TEST(scaling)
{
	uint64_t a, b, c;

	put_actors();
	a = put_stack(0, "a");
	b = put_stack(a, "b");
	c = put_stack(0, "c");
	put_looks(0, a, SCRAPE_ON_CPU | SCRAPE_HAS_GIL, 200);
	put_looks(0, b, SCRAPE_ON_CPU, 100);
	put_looks(0, c, 0, 700);
	put_times(0, 3, 10);
	put_slice_end(1000);
	feed();
	ck_assert_str_eq(ask_mode(PROFILE_CPU), "a (f.py) 200\na (f.py);b (f.py) 100\n");
	ck_assert_str_eq(ask_mode(PROFILE_WALL), "a (f.py) 200\na (f.py);b (f.py) 100\nc (f.py) 700\n");
	ck_assert_str_eq(ask_mode(PROFILE_GIL), "a (f.py) 200\n");
}
END_TEST

/* Two thirds of the looks were lost: what is left stands for the whole measured time. */
START_TEST(lost_looks_are_made_up_for)
{
	uint64_t a;

	put_actors();
	a = put_stack(0, "a");
	put_looks(0, a, SCRAPE_ON_CPU, 333);
	put_times(0, 10, 10);
	stream_put_loss(&w, &(struct stream_loss){0, SCRAPE_LOSS_MOVED, 667});
	put_slice_end(1000);
	feed();
	ck_assert_str_eq(ask_mode(PROFILE_CPU), "a (f.py) 1000\n");
	ck_assert_uint_eq(tree.meta.lost[SCRAPE_LOSS_MOVED], 667);
	ck_assert_uint_eq(tree.meta.looks, 333);
	ck_assert_double_eq_tol(tree.meta.rate_reached, 100, 1e-9);
	ck_assert_uint_eq(tree.meta.duration_ns, 10 * SEC_NS);
	ck_assert_str_eq(tree.meta.title, "app (pid 42)");
}
END_TEST

/* Each slice is scaled by itself: bursts of 1 ms between sleeps of 9 ms. */
START_TEST(each_slice_by_itself)
{
	uint64_t a, b;

	put_actors();
	a = put_stack(0, "a");
	b = put_stack(0, "b");
	put_looks(0, a, SCRAPE_ON_CPU, 1);
	put_looks(0, b, 0, 999);
	put_times(0, 1, 10);
	put_slice_end(1000);
	put_looks(0, b, SCRAPE_ON_CPU, 400);
	put_looks(0, a, SCRAPE_ON_CPU, 600);
	put_times(0, 0.1, 10);
	put_slice_end(1000);
	feed();
	ck_assert_str_eq(ask_mode(PROFILE_CPU), "a (f.py) 106\nb (f.py) 4\n");
	ck_assert_str_eq(ask_mode(PROFILE_WALL), "a (f.py) 601\nb (f.py) 1399\n");
}
END_TEST

START_TEST(unseen)
{
	uint64_t a;

	put_actors();
	put_thread(1, 0, 44, "");
	a = put_stack(0, "a");
	put_looks(0, a, 0, 1000); /* asleep at every look, yet it ran */
	put_times(0, 0.2, 10);
	put_times(1, 0.3, 10); /* never looked at */
	put_slice_end(1000);
	feed();
	ck_assert_str_eq(ask_mode(PROFILE_CPU), "[unseen] 50\n");
	ck_assert_str_eq(ask_mode(PROFILE_WALL), "[unseen] 1000\na (f.py) 1000\n");
	ck_assert_str_eq(ask_mode(PROFILE_GIL), "");
	ck_assert_str_eq(ask(&(struct profile_query){.split_threads = true}),
			 "thread (tid 44);[unseen] 30\nthread worker (tid 43);[unseen] 20\n");
	ck_assert_int_eq((int)tree.names[tree.nodes[2].name].kind, TREE_MARKER);
}
END_TEST

/* A native module has a build id, of which what reads the same has one or none. */
START_TEST(build_ids)
{
	static const struct {
		const char *module, *function;
	} frames[] = {{"libx.so@0123456789abcdef", "one"},  {"libx.so@0123456789abcdef", "both"},
		      {"libx.so@fedcba9876543210", "both"}, {"libx.so@0123456789abcdef", "both"},
		      {"libx.so", "none"},                  {"libx.so@012345", "short"}};

	put_actors();
	for (size_t i = 0; i < sizeof(frames) / sizeof(frames[0]); i++)
		put_looks(0,
			  put_node(0, put_frame_from(STREAM_FRAME_NATIVE, frames[i].module, frames[i].function, "x.c",
						     1 + (i > 1))),
			  SCRAPE_ON_CPU, 1);
	put_looks(0, put_node(0, put_frame_in("odd@0123456789abcdef", "python", 1)), SCRAPE_ON_CPU, 1);
	put_slice_end(10);
	feed();
	(void)ask(&(struct profile_query){.no_lines = true});
	ck_assert_str_eq(name_of("one (x.c)")->module, "libx.so");
	ck_assert_str_eq(name_of("one (x.c)")->build_id, "0123456789abcdef");
	ck_assert_str_eq(name_of("both (x.c)")->module, "libx.so");
	ck_assert_str_eq(name_of("both (x.c)")->build_id, "");
	ck_assert_str_eq(name_of("none (x.c)")->build_id, "");
	ck_assert_str_eq(name_of("short (x.c)")->module, "libx.so@012345");
	ck_assert_str_eq(name_of("python (m.py)")->module, "odd@0123456789abcdef");
	ck_assert_str_eq(name_of("python (m.py)")->build_id, "");
	ck_assert_str_eq(ask(&(struct profile_query){.by_module = true}),
			 "libx.so (x.c) 5\nlibx.so@012345 (x.c) 1\nodd@0123456789abcdef (m.py) 1\n");
}
END_TEST

/* Without SLICE_THREAD a look stands for one period of the rate. */
START_TEST(unmeasured_slice)
{
	uint64_t a, b;

	put_actors();
	a = put_stack(0, "a");
	b = put_stack(0, "b");
	put_looks(0, a, SCRAPE_ON_CPU, 7);
	put_looks(0, b, 0, 5);
	put_slice_end(12);
	feed();
	ck_assert_str_eq(ask_mode(PROFILE_CPU), "a (f.py) 7\n");
	ck_assert_str_eq(ask_mode(PROFILE_WALL), "a (f.py) 7\nb (f.py) 5\n");
}
END_TEST

/* A stream that ends inside a slice counts to its end, and asking does not change the profile. */
START_TEST(open_slice)
{
	struct profile_stats stats;
	uint64_t a;

	put_actors();
	a = put_stack(0, "a");
	put_looks(0, a, SCRAPE_ON_CPU, 1000);
	put_times(0, 10, 10);
	put_slice_end(1000);
	put_looks(0, a, SCRAPE_ON_CPU, 50);
	feed();
	for (int i = 0; i < 2; i++) {
		ck_assert_str_eq(ask_mode(PROFILE_CPU), "a (f.py) 1050\n");
		profile_stats(p, &stats);
		ck_assert_uint_eq(stats.cpu_ns, 10500000000ull);
		ck_assert_uint_eq(stats.looks, 1050);
		ck_assert_uint_eq(stats.until_wall_us, START_US + 10500000);
		ck_assert_uint_eq(tree.meta.duration_ns, 10500000000ull);
	}
	put_times(0, 0.6, 1); /* now it is measured, still open */
	feed();
	ck_assert_str_eq(ask_mode(PROFILE_CPU), "a (f.py) 1060\n");
	ck_assert_str_eq(ask_mode(PROFILE_WALL), "a (f.py) 1100\n");
	put_slice_end(1000);
	feed();
	ck_assert_str_eq(ask_mode(PROFILE_CPU), "a (f.py) 1060\n");
	ck_assert_str_eq(ask_mode(PROFILE_WALL), "a (f.py) 1100\n");
}
END_TEST

/* Rate "max": the values are seconds x the rate that was reached. */
START_TEST(rate_max)
{
	uint64_t a;

	buf_reset(&bytes);
	begin_session(0);
	put_actors();
	a = put_stack(0, "a");
	put_looks(0, a, SCRAPE_ON_CPU, 123456);
	put_times(0, 5, 10);
	put_slice_end(200000);
	feed();
	ck_assert_str_eq(ask_mode(PROFILE_CPU), "a (f.py) 100000\n");
	ck_assert_double_eq(tree.meta.rate_asked, 0);
	ck_assert_double_eq_tol(tree.meta.rate_reached, 20000, 1e-6);
}
END_TEST

/* The same without any SLICE_END: the looks themselves tell the rate (put_looks makes one each 10 ms). */
START_TEST(rate_max_cut_early)
{
	buf_reset(&bytes);
	begin_session(0);
	put_actors();
	put_looks(0, put_stack(0, "a"), SCRAPE_ON_CPU, 1001);
	feed();
	ck_assert_str_eq(ask_mode(PROFILE_CPU), "a (f.py) 1001\n");
	ck_assert_double_eq_tol(tree.meta.rate_reached, 100, 0.2);
}
END_TEST

START_TEST(markers)
{
	uint64_t a;

	put_actors();
	a = put_stack(0, "a");
	put_looks(0, a, SCRAPE_ON_CPU, 1);
	put_looks(0, a, SCRAPE_ON_CPU | SCRAPE_IN_GC, 2);
	put_looks(0, a, SCRAPE_ON_CPU | SCRAPE_TRUNCATED | SCRAPE_CUT_FAULT << SCRAPE_CUT_SHIFT, 3);
	put_looks(0, a, SCRAPE_ON_CPU | SCRAPE_TRUNCATED | SCRAPE_IN_GC, 4);
	put_looks(0, 0, SCRAPE_ON_CPU, 5); /* no frame at all */
	feed();
	ck_assert_str_eq(ask_mode(PROFILE_CPU), "[truncated];a (f.py) 3\n"
						"[truncated];a (f.py);[gc] 4\n"
						"[unknown] 5\n"
						"a (f.py) 1\n"
						"a (f.py);[gc] 2\n");
	ck_assert_str_eq(ask(&(struct profile_query){.no_lines = true, .split_targets = true, .split_threads = true}),
			 "app (pid 42);thread worker (tid 43);[truncated];a (f.py) 3\n"
			 "app (pid 42);thread worker (tid 43);[truncated];a (f.py);[gc] 4\n"
			 "app (pid 42);thread worker (tid 43);[unknown] 5\n"
			 "app (pid 42);thread worker (tid 43);a (f.py) 1\n"
			 "app (pid 42);thread worker (tid 43);a (f.py);[gc] 2\n");
}
END_TEST

START_TEST(frame_texts)
{
	static const char full[] = "/srv/lib/json/decoder.py";
	uint64_t a, b, c;

	put_actors();
	a = put_node(0, put_frame_of(STREAM_FRAME_PYTHON, "D.decode", full, 9, 353, 340));
	b = put_node(0, put_frame_of(STREAM_FRAME_PYTHON, "D.decode", full, 9, 360, 340));
	c = put_node(a, put_frame_of(STREAM_FRAME_NATIVE, "memcpy", "libc.so.6", 0, 99, 0));
	put_looks(0, a, SCRAPE_ON_CPU, 1);
	put_looks(0, b, SCRAPE_ON_CPU, 2);
	put_looks(0, c, SCRAPE_ON_CPU, 4);
	put_looks(0, put_node(0, put_frame_of(STREAM_FRAME_MARKER, "[native]", "", 0, 7, 7)), SCRAPE_ON_CPU, 8);
	feed();
	ck_assert_str_eq(ask(&(struct profile_query){0}), "D.decode (json/decoder.py:353) 1\n"
							  "D.decode (json/decoder.py:353);memcpy (libc.so.6:99) 4\n"
							  "D.decode (json/decoder.py:360) 2\n"
							  "[native] 8\n");
	ck_assert_str_eq(tree.names[tree.nodes[1].name].function, "D.decode");
	ck_assert_str_eq(tree.names[tree.nodes[1].name].file, full);
	ck_assert_uint_eq(tree.names[tree.nodes[1].name].line, 353);
	ck_assert_str_eq(ask(&(struct profile_query){.by_function = true}),
			 "D.decode (json/decoder.py:340) 3\n"
			 "D.decode (json/decoder.py:340);memcpy (libc.so.6) 4\n"
			 "[native] 8\n");
	ck_assert_uint_eq(tree.names[tree.nodes[1].name].line, 340);
	ck_assert_str_eq(ask(&(struct profile_query){.no_lines = true}),
			 "D.decode (json/decoder.py) 3\n"
			 "D.decode (json/decoder.py);memcpy (libc.so.6) 4\n"
			 "[native] 8\n");
	ck_assert_uint_eq(tree.names[tree.nodes[1].name].line, 0);
	ck_assert_str_eq(ask(&(struct profile_query){.full_filenames = true, .by_function = true}),
			 "D.decode (/srv/lib/json/decoder.py:340) 3\n"
			 "D.decode (/srv/lib/json/decoder.py:340);memcpy (libc.so.6) 4\n"
			 "[native] 8\n");
}
END_TEST

/* Names that try: to be a marker, to point their short name out of the file or into a character, to break a line. */
/* A name has the module and the beginning of the first function that reads so; what is no function has none. */
START_TEST(modules)
{
	uint64_t a;

	put_target(0, 42, "app");
	put_thread(0, 0, 43, "worker");
	a = put_node(0, put_frame_in("pkg.one", "f", 7));
	put_looks(0, a, SCRAPE_ON_CPU, 100);
	put_looks(0, put_node(a, put_frame_in("pkg.two", "f", 8)), SCRAPE_ON_CPU, 100);
	put_looks(0, put_stack(a, "g"), SCRAPE_ON_CPU | SCRAPE_IN_GC, 100);
	feed();
	(void)ask(&(struct profile_query){.mode = PROFILE_CPU, .split_targets = true});
	ck_assert_str_eq(name_of("f (m.py:7)")->module, "pkg.one");
	ck_assert_str_eq(name_of("f (m.py:8)")->module, "pkg.two");
	ck_assert_uint_eq(name_of("f (m.py:8)")->first_line, 3);
	ck_assert_str_eq(name_of("g (f.py:1)")->module, "");
	ck_assert_str_eq(name_of("[gc]")->module, "");
	ck_assert_str_eq(name_of("all")->module, "");
	ck_assert_str_eq(name_of("app (pid 42)")->module, "");
	ck_assert_uint_eq(tree.meta.period_ns, 10000000);
	(void)ask_mode(PROFILE_CPU);
	ck_assert_str_eq(name_of("f (m.py)")->module, "pkg.one");
}
END_TEST

START_TEST(hostile_names)
{
	put_actors();
	put_looks(0, put_node(0, put_frame_of(STREAM_FRAME_PYTHON, "[gc]", "", 0, 0, 0)), SCRAPE_ON_CPU, 1);
	put_looks(0, put_node(0, put_frame_of(STREAM_FRAME_PYTHON, "x", "ab.py", 5, 0, 0)), SCRAPE_ON_CPU, 1);
	put_looks(0, put_node(0, put_frame_of(STREAM_FRAME_PYTHON, "y", "\xc3\xa4.py", 1, 0, 0)), SCRAPE_ON_CPU, 1);
	put_looks(0, put_node(0, put_frame_of(STREAM_FRAME_PYTHON, "z\n", "z.py", UINT64_MAX, 0, 0)), SCRAPE_ON_CPU, 1);
	feed();
	ck_assert_str_eq(ask(&(struct profile_query){0}), "[gc] () 1\n"
							  "x (ab.py) 1\n"
							  "y (\xc3\xa4.py) 1\n"
							  "z\\x0a (z.py) 1\n");
}
END_TEST

START_TEST(targets_and_threads)
{
	uint64_t a;

	put_target(0, 42, "app");
	put_target(1, 50, "app");
	put_target(2, 60, "");
	put_thread(0, 0, 42, "");
	put_thread(1, 1, 50, "MainThread");
	put_thread(2, 2, 60, "w");
	a = put_stack(0, "a");
	put_looks(0, a, SCRAPE_ON_CPU, 1);
	put_looks(1, a, SCRAPE_ON_CPU, 2);
	put_thread(2, 2, 60, "pool-1"); /* it got another name */
	put_looks(2, a, SCRAPE_ON_CPU, 4);
	feed();
	ck_assert_str_eq(ask_mode(PROFILE_CPU), "a (f.py) 7\n");
	ck_assert_str_eq(tree.meta.title, "3 processes");
	ck_assert_str_eq(ask(&(struct profile_query){.no_lines = true, .split_targets = true}),
			 "app (pid 42);a (f.py) 1\n"
			 "app (pid 50);a (f.py) 2\n"
			 "python3 x.py (pid 60);a (f.py) 4\n");
	ck_assert_int_eq((int)tree.names[tree.nodes[1].name].kind, TREE_GROUP);
	ck_assert_str_eq(ask(&(struct profile_query){.no_lines = true, .split_threads = true}),
			 "thread (tid 42);a (f.py) 1\n"
			 "thread MainThread (tid 50);a (f.py) 2\n"
			 "thread pool-1 (tid 60);a (f.py) 4\n");
}
END_TEST

/* A writer may use the id of a dead thread for another one. */
START_TEST(thread_id_used_again)
{
	uint64_t a;

	put_actors();
	a = put_stack(0, "a");
	put_looks(0, a, SCRAPE_ON_CPU, 1);
	put_thread(0, 0, 99, "next");
	put_looks(0, a, SCRAPE_ON_CPU, 2);
	feed();
	ck_assert_str_eq(ask(&(struct profile_query){.no_lines = true, .split_threads = true}),
			 "thread next (tid 99);a (f.py) 2\nthread worker (tid 43);a (f.py) 1\n");
}
END_TEST

START_TEST(reset_keeps_what_was)
{
	struct profile_stats before, after;
	uint64_t a;

	put_actors();
	a = put_stack(put_stack(0, "a"), "b");
	put_looks(0, a, SCRAPE_ON_CPU, 10);
	feed();
	profile_stats(p, &before);
	stream_put_reset(&w);
	n_strings = n_frames = n_nodes = 0;
	put_looks(0, put_stack(0, "c"), SCRAPE_ON_CPU, 1);
	a = put_stack(put_stack(0, "a"), "b"); /* other ids, the same stack */
	put_looks(0, a, SCRAPE_ON_CPU, 10);
	feed();
	profile_stats(p, &after);
	ck_assert_uint_eq(after.nodes, before.nodes + 1);
	ck_assert_str_eq(ask_mode(PROFILE_CPU), "a (f.py);b (f.py) 20\nc (f.py) 1\n");
}
END_TEST

/* A sampler that was replaced: another session, the same process. */
START_TEST(second_session_adds_up)
{
	put_actors();
	put_looks(0, put_stack(0, "a"), SCRAPE_ON_CPU, 10);
	begin_session(100000);
	put_actors();
	put_stack(0, "b");
	put_looks(0, put_stack(0, "a"), SCRAPE_ON_CPU, 5);
	feed();
	ck_assert_str_eq(ask(&(struct profile_query){.no_lines = true, .split_targets = true, .split_threads = true}),
			 "app (pid 42);thread worker (tid 43);a (f.py) 15\n");
	ck_assert_uint_eq(tree.meta.duration_ns, 150000000);
}
END_TEST

/* Two threads share the CPU unequally, so their looks stand for 0.4 and 0.6 units. Whatever the number of stacks, each
 * group keeps its share; by largest remainder over all stacks at once the first would get nothing. */
START_TEST(rounding_keeps_subtrees)
{
	uint64_t group[2];
	char name[16];

	put_actors();
	put_thread(1, 0, 44, "other");
	group[0] = put_stack(0, "g0");
	group[1] = put_stack(0, "g1");
	for (int i = 0; i < 1000; i++) {
		(void)snprintf(name, sizeof(name), "s%03d", i);
		for (unsigned g = 0; g < 2; g++)
			put_looks(g, put_stack(group[g], name), SCRAPE_ON_CPU, 1);
	}
	put_times(0, 4.0, 10);
	put_times(1, 6.0, 10);
	put_slice_end(1000);
	feed();
	(void)ask_mode(PROFILE_CPU);
	ck_assert_uint_eq(tree.nodes[0].total, 1000);
	for (size_t i = 1; i < tree.n_nodes; i++)
		if (tree.nodes[i].depth == 1)
			ck_assert_uint_eq(tree.nodes[i].total,
					  tree.names[tree.nodes[i].name].text[1] == '0' ? 400 : 600);
}
END_TEST

START_TEST(rounding_by_largest_remainder)
{
	uint64_t a, b, c;

	put_actors();
	a = put_stack(0, "a");
	b = put_stack(0, "b");
	c = put_stack(0, "c");
	put_looks(0, a, SCRAPE_ON_CPU, 13);
	put_looks(0, b, SCRAPE_ON_CPU, 13);
	put_looks(0, c, SCRAPE_ON_CPU, 14);
	put_times(0, 0.1, 0.04);
	put_slice_end(4);
	feed();
	ck_assert_str_eq(ask_mode(PROFILE_CPU), "a (f.py) 3\nb (f.py) 3\nc (f.py) 4\n");  /* 3.25 3.25 3.5 of 10 */
	ck_assert_str_eq(ask_mode(PROFILE_WALL), "a (f.py) 1\nb (f.py) 1\nc (f.py) 2\n"); /* 1.3 1.3 1.4 of 4 */
}
END_TEST

START_TEST(nothing_at_all)
{
	struct profile_stats stats;

	ck_assert_str_eq(ask_mode(PROFILE_CPU), "");
	ck_assert_uint_eq(tree.n_nodes, 1);
	ck_assert_uint_eq(tree.nodes[0].total, 0);
	feed();
	ck_assert_str_eq(ask(&(struct profile_query){.split_targets = true, .split_threads = true}), "");
	profile_stats(p, &stats);
	ck_assert_uint_eq(stats.looks, 0);
	ck_assert_double_eq(stats.rate_asked, 100);
	profile_free(NULL);
}
END_TEST

START_TEST(sums_of_stats)
{
	struct profile_stats stats;
	uint64_t a;

	put_actors();
	a = put_stack(0, "a");
	put_looks(0, a, SCRAPE_ON_CPU, 3);
	put_looks(0, a, SCRAPE_TRUNCATED, 4);
	stream_put_loss(&w, &(struct stream_loss){0, SCRAPE_LOSS_BEHIND, 2});
	stream_put_loss(&w, &(struct stream_loss){0, SCRAPE_LOSS_BEHIND, UINT64_MAX});
	put_times(0, 1, 2);
	stream_put_way(&w, &(struct stream_way){SCRAPE_WAY_CPU, 5});
	stream_put_way(&w, &(struct stream_way){SCRAPE_WAY_COUNT, 5}); /* of a later version */
	stream_put_hold(&w, &(struct stream_hold){histogram_bucket(20000), 2});
	stream_put_hold(&w, &(struct stream_hold){UINT64_MAX, UINT64_MAX});
	stream_put_slice_end(&w, &(struct stream_slice_end){1, START_US, START_US + 2000000, 9, 8, 7, 6});
	feed();
	profile_stats(p, &stats);
	ck_assert_uint_eq(stats.looks, 7);
	ck_assert_uint_eq(stats.running, 3);
	ck_assert_uint_eq(stats.truncated, 4);
	ck_assert_uint_eq(stats.lost[SCRAPE_LOSS_BEHIND], 1ull << 62);
	ck_assert_uint_eq(stats.lost[SCRAPE_LOSS_MOVED], 0);
	ck_assert_uint_eq(stats.ticks, 9);
	ck_assert_uint_eq(stats.late, 8);
	ck_assert_uint_eq(stats.cost_ns, 7);
	ck_assert_uint_eq(stats.stopped_ns, 6);
	ck_assert_uint_eq(stats.ways.looks[SCRAPE_WAY_CPU], 5);
	ck_assert_uint_eq(stats.ways.holds.count[histogram_bucket(20000)], 2);
	ck_assert_uint_eq(stats.ways.holds.count[HISTOGRAM_BUCKETS - 1], UINT32_MAX);
	ck_assert_uint_eq(stats.cpu_ns, SEC_NS);
	ck_assert_uint_eq(stats.wall_ns, 2 * SEC_NS);
	ck_assert_uint_eq(stats.start_wall_us, START_US);
	ck_assert_uint_eq(stats.until_wall_us, START_US + 2000000);
	ck_assert_uint_eq(stats.targets, 1);
	ck_assert_uint_eq(stats.threads, 1);
	ck_assert_uint_eq(stats.pruned, 0);
}
END_TEST

/* Numbers that no process reaches do not overflow a sum. */
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
	feed();
	(void)ask_mode(PROFILE_CPU);
	ck_assert_uint_eq(tree.nodes[0].total, (1ull << 62) / 10000000 + 1);
	(void)ask_mode(PROFILE_WALL);
	(void)ask_mode(PROFILE_GIL);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("profile");
	TCase *tcase = tcase_create("profile");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tcase, begin_test, end_test);
	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, scaling);
	tcase_add_test(tcase, lost_looks_are_made_up_for);
	tcase_add_test(tcase, each_slice_by_itself);
	tcase_add_test(tcase, unseen);
	tcase_add_test(tcase, build_ids);
	tcase_add_test(tcase, unmeasured_slice);
	tcase_add_test(tcase, open_slice);
	tcase_add_test(tcase, rate_max);
	tcase_add_test(tcase, rate_max_cut_early);
	tcase_add_test(tcase, markers);
	tcase_add_test(tcase, frame_texts);
	tcase_add_test(tcase, modules);
	tcase_add_test(tcase, hostile_names);
	tcase_add_test(tcase, targets_and_threads);
	tcase_add_test(tcase, thread_id_used_again);
	tcase_add_test(tcase, reset_keeps_what_was);
	tcase_add_test(tcase, second_session_adds_up);
	tcase_add_test(tcase, rounding_keeps_subtrees);
	tcase_add_test(tcase, rounding_by_largest_remainder);
	tcase_add_test(tcase, nothing_at_all);
	tcase_add_test(tcase, sums_of_stats);
	tcase_add_test(tcase, absurd_numbers);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
