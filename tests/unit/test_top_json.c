/* SPDX-License-Identifier: MIT */
/* What a daemon answers becomes rows; the question is the one that is meant. */
#include <check.h>

#include "base/err.h"
#include "cli/top.h"
#include "cli/top_json.h"
#include "cli/top_remote.h"
#include "encode/encoder.h"
#include "support/tree_make.h"

static struct top top;
static struct top_sum sum;
static struct tree tree;
static struct buf bytes, shown;

static void begin_each(void)
{
	ck_assert_int_eq(top_init(&top, 1), 0);
	tree_make_init(&tree, 16, 16);
}

static void end_each(void)
{
	top_deinit(&top);
	top_sum_deinit(&sum);
	tree_deinit(&tree);
	buf_deinit(&bytes);
	buf_deinit(&shown);
}

/* The tree goes the way of an answer. */
static int answer(struct err *err)
{
	tree_make_totals(&tree);
	buf_reset(&bytes);
	ck_assert_int_eq(encoder_by_name("json")->encode(&tree, &bytes), 0);
	return top_json_read(bytes.data, bytes.len, PROFILE_CPU, &top.names, &sum, &top.about, err);
}

static const char *rows(void)
{
	buf_reset(&shown);
	top_replace(&top, &sum);
	ck_assert_int_eq(top_arrange(&top, 100), 0);
	VEC_EACH (row, &top.rows)
		buf_fmt(&shown, "%s:%u %u %u\n", top_names_function(&top.names, row->name),
			top_names_line(&top.names, row->name), (unsigned)(row->self_ns / 1000000),
			(unsigned)(row->total_ns / 1000000));
	return buf_cstr(&shown) ? shown.data : "";
}

/* f is on the stack twice; groups are no functions. 100 Hz: a unit is 10 ms. */
START_TEST(rows_of_a_tree)
{
	struct err err;
	uint32_t all = tree_make_group(&tree, "all"), process = tree_make_group(&tree, "app (pid 7)");
	uint32_t f = tree_make_name(&tree, "f", "/srv/app.py", 3, TREE_PYTHON);
	uint32_t g = tree_make_name(&tree, "g", "/srv/app.py", 9, TREE_PYTHON);
	uint32_t gc = tree_make_name(&tree, "[gc]", "", 0, TREE_MARKER);

	tree_make_node(&tree, 0, all, 0);
	tree_make_node(&tree, 1, process, 0);
	tree_make_node(&tree, 2, f, 1);
	tree_make_node(&tree, 3, g, 2);
	tree_make_node(&tree, 4, f, 4);
	tree_make_node(&tree, 5, gc, 8);
	tree_make_node(&tree, 2, g, 16);
	tree_make_node(&tree, 3, f, 32);
	ck_assert_int_eq(answer(&err), 0);
	ck_assert_uint_eq(sum.ns[PROFILE_CPU], 630000000);
	ck_assert_uint_eq(sum.duration_us, 10000000);
	ck_assert_uint_eq(sum.looks, 998);
	ck_assert_uint_eq(sum.lost[SCRAPE_LOSS_MOVED], tree.meta.lost[SCRAPE_LOSS_MOVED]);
	ck_assert_str_eq(rows(), "f:3 370 470\ng:9 180 620\n[gc]:0 80 80\n");
	ck_assert_str_eq(top_names_file(&top.names, top.rows.items[0].name, false), "app.py");
	ck_assert_str_eq(top_names_file(&top.names, top.rows.items[0].name, true), "/srv/app.py");
	ck_assert_str_eq(top.about.title, "app.py (pid 4711)");
	ck_assert(top.about.rate_asked == 100);
}
END_TEST

START_TEST(threads_of_a_tree)
{
	struct err err;
	uint32_t all = tree_make_group(&tree, "all"), one = tree_make_group(&tree, "thread MainThread (tid 7)");
	uint32_t two = tree_make_group(&tree, "thread (tid 8)");
	uint32_t f = tree_make_name(&tree, "f", "/srv/app.py", 3, TREE_PYTHON);
	uint32_t g = tree_make_name(&tree, "g", "/srv/app.py", 9, TREE_PYTHON);

	tree_make_node(&tree, 0, all, 5);
	tree_make_node(&tree, 1, one, 0);
	tree_make_node(&tree, 2, f, 10);
	tree_make_node(&tree, 3, g, 20);
	tree_make_node(&tree, 1, two, 0);
	tree_make_node(&tree, 2, f, 30);
	tree_make_node(&tree, 2, g, 29);
	ck_assert_int_eq(answer(&err), 0);
	top.view.threads = true;
	top_replace(&top, &sum);
	ck_assert_int_eq(top_arrange(&top, 100), 0);
	ck_assert_uint_eq(top.rows.n, 2);
	ck_assert_str_eq(top.rows.items[0].thread->name, "");
	ck_assert_uint_eq(top.rows.items[0].thread->tid, 8);
	ck_assert_uint_eq(top.rows.items[0].self_ns, 590000000);
	ck_assert_str_eq(top_names_function(&top.names, top.rows.items[0].name), "f");
	ck_assert_str_eq(top.rows.items[1].thread->name, "MainThread");
	ck_assert_uint_eq(top.rows.items[1].self_ns, 300000000);
	ck_assert_str_eq(top_names_function(&top.names, top.rows.items[1].name), "g");
}
END_TEST

/* Names that look like threads, or like nothing at all. */
START_TEST(evil_names)
{
	struct err err;

	tree_deinit(&tree);
	tree_make_evil(&tree);
	ck_assert_int_eq(answer(&err), 0);
	(void)rows();
	ck_assert_uint_gt(top.rows.n, 5);
	VEC_EACH (row, &top.rows)
		for (const char *p = top_names_function(&top.names, row->name); *p; p++)
			ck_assert_int_ge((unsigned char)*p, ' ');
}
END_TEST

/* A place that is none is refused before it is used. Found by the fuzzer: the conversion of -1 is undefined. */
START_TEST(no_place)
{
	static const char *const depths[] = {"[0,-1]", "[0,0]", "[0,0.5]", "[1,1]", "[0,2]", "[0,\"1\"]", "[0,1e300]", "[0]", "[]"};
	struct err err;

	for (size_t i = 0; i <= sizeof(depths) / sizeof(*depths); i++) {
		bool good = i == sizeof(depths) / sizeof(*depths);

		buf_reset(&bytes);
		buf_fmt(&bytes,
			"{\"names\":[\"f\"],\"function\":[\"f\"],\"file\":[\"\"],\"line\":[0],\"kind\":[\"python\"],\"name\":[0,0],"
			"\"self\":[0,1],\"total\":[1,1],\"depth\":%s,\"meta\":{\"duration\":1,\"looks\":1}}",
			good ? "[0,1]" : depths[i]);
		top_sum_clear(&sum);
		ck_assert_int_eq(top_json_read(bytes.data, bytes.len, PROFILE_CPU, &top.names, &sum, &top.about, &err),
				 good ? 0 : SCRAPE_EFORMAT);
	}
}
END_TEST

/* Times beyond any lifetime are refused, however the rate spells them. Found by the fuzzer: 7e20 ns are no uint64_t. */
START_TEST(too_long)
{
	static const struct {
		const char *self, *total, *rate;
		bool good;
	} cases[] = {
		{"1e11", "1e11", "100", true},    {"1e11", "1.1e11", "100", false}, {"1.1e11", "1e11", "100", false},
		{"1e9", "1e9", "1", true},        {"1e12", "1e12", "1", false},     {"1e9", "1e9", "1e-9", false},
		{"1e15", "1e15", "1e6", true},    {"1e16", "1e16", "1e6", false},
	};
	struct err err;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		buf_reset(&bytes);
		buf_fmt(&bytes,
			"{\"names\":[\"f\"],\"function\":[\"f\"],\"file\":[\"\"],\"line\":[0],\"kind\":[\"python\"],\"name\":[0],"
			"\"self\":[%s],\"total\":[%s],\"depth\":[0],\"meta\":{\"duration\":1,\"looks\":1,\"rate_asked\":%s}}",
			cases[i].self, cases[i].total, cases[i].rate);
		top_sum_clear(&sum);
		ck_assert_int_eq(top_json_read(bytes.data, bytes.len, PROFILE_CPU, &top.names, &sum, &top.about, &err),
				 cases[i].good ? 0 : SCRAPE_EFORMAT);
	}
}
END_TEST

/* As deep as a stack gets, and one more. */
START_TEST(depth_limit)
{
	const size_t limit = SCRAPE_DEPTH_MAX + 64;
	struct err err;

	for (size_t n = limit; n <= limit + 1; n++) {
		buf_reset(&bytes);
		buf_str(&bytes, "{\"names\":[\"f\"],\"function\":[\"f\"],\"file\":[\"\"],\"line\":[0],\"kind\":[\"python\"]");
		for (int key = 0; key < 4; key++) {
			static const char *const keys[] = {"name", "self", "total", "depth"};

			buf_fmt(&bytes, ",\"%s\":[0", keys[key]);
			for (size_t i = 1; i < n; i++)
				buf_fmt(&bytes, ",%zu", key == 3 ? i : key == 0 ? 0 : (size_t)1);
			buf_chr(&bytes, ']');
		}
		buf_str(&bytes, ",\"meta\":{\"duration\":1,\"rate_asked\":100,\"looks\":1}}");
		top_sum_clear(&sum);
		ck_assert_int_eq(top_json_read(bytes.data, bytes.len, PROFILE_CPU, &top.names, &sum, &top.about, &err),
				 n == limit ? 0 : SCRAPE_EFORMAT);
	}
}
END_TEST

START_TEST(questions)
{
	struct top_remote_plan plan = {.window = 10};
	struct top_view view = {0};

	top_remote_path(&plan, &view, PROFILE_CPU, &shown);
	ck_assert_str_eq(buf_cstr(&shown), "/api/v1/profile?format=json&mode=cpu&merge=function&threads=0&from=-12s");
	buf_reset(&shown);
	plan.service = "a b/\xc3\xbc&x";
	view = (struct top_view){.merge = TOP_LINES, .threads = true, .since = true};
	top_remote_path(&plan, &view, PROFILE_GIL, &shown);
	ck_assert_str_eq(buf_cstr(&shown), "/api/v1/profile?format=json&mode=gil&merge=line&threads=1&from=-1h"
					   "&service=a%20b%2F%C3%BC%26x");
}
END_TEST

/* What is paused stays, whatever comes; a reset is not for others' numbers. */
START_TEST(replaced)
{
	struct top_sum other = {.duration_us = 1};

	top_replace(&top, &other);
	ck_assert_uint_eq(top_shown(&top)->duration_us, 1);
	ck_assert(top_key(&top, ' ', 10));
	other.duration_us = 2;
	top_replace(&top, &other);
	ck_assert(top_key(&top, 'i', 10));
	ck_assert(top_key(&top, 'r', 10));
	ck_assert_uint_eq(top_shown(&top)->duration_us, 1);
	ck_assert(top_key(&top, ' ', 10));
	top_replace(&top, &other);
	ck_assert_uint_eq(top_shown(&top)->duration_us, 2);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("top_json");
	TCase *tcase = tcase_create("top_json");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tcase, begin_each, end_each);
	tcase_add_test(tcase, rows_of_a_tree);
	tcase_add_test(tcase, threads_of_a_tree);
	tcase_add_test(tcase, evil_names);
	tcase_add_test(tcase, no_place);
	tcase_add_test(tcase, too_long);
	tcase_add_test(tcase, depth_limit);
	tcase_add_test(tcase, questions);
	tcase_add_test(tcase, replaced);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
