/* SPDX-License-Identifier: MIT */
/* speedscope, read back with jansson: what its file format asks for, and every sample against the node it came from. */
#include <check.h>
#include <fcntl.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/io.h"
#include "encode/encoder.h"
#include "support/tree_make.h"

#define GOLDEN "tests/fixtures/encode/small.speedscope.json"
#define DOCUMENT_MAX ((size_t)256 << 20)
#define DEPTH_MAX 1024

/* libcheck notes the place of each of its own assertions in a file: too slow for millions of them. */
#define MUST(what)                                                                                                     \
	do {                                                                                                           \
		if (!(what))                                                                                           \
			ck_abort_msg("not so: %s", #what);                                                             \
	} while (0)

static const char *text_in(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	ck_assert_msg(json_is_string(value), "no text \"%s\"", key);
	return json_string_value(value);
}

static size_t count(const json_t *array)
{
	MUST(json_is_array(array));
	return json_array_size(array);
}

static void check_frames(const json_t *frames)
{
	for (size_t i = 0; i < count(frames); i++) {
		const json_t *frame = json_array_get(frames, i), *line = json_object_get(frame, "line");
		size_t n = 1;

		ck_assert_uint_gt(strlen(text_in(frame, "name")), 0);
		if (json_object_get(frame, "file"))
			n += strlen(text_in(frame, "file")) > 0;
		if (line)
			n += json_is_integer(line) && json_integer_value(line) > 0;
		ck_assert_uint_eq(n, json_object_size(frame)); /* nothing else, nothing empty */
	}
}

/* What the format demands of a "sampled" profile; its sum of weights is its end. */
static void check_profile(const json_t *profile, size_t n_frames)
{
	const json_t *samples = json_object_get(profile, "samples"), *weights = json_object_get(profile, "weights");
	double sum = 0, end = json_number_value(json_object_get(profile, "endValue"));

	ck_assert_str_eq(text_in(profile, "type"), "sampled");
	ck_assert(strcmp(text_in(profile, "unit"), "seconds") == 0 || strcmp(text_in(profile, "unit"), "none") == 0);
	(void)text_in(profile, "name"); /* is there */
	ck_assert_double_eq(json_number_value(json_object_get(profile, "startValue")), 0);
	ck_assert_uint_eq(count(samples), count(weights));
	for (size_t i = 0; i < count(samples); i++) {
		const json_t *stack = json_array_get(samples, i);

		MUST(count(stack) > 0);
		for (size_t k = 0; k < count(stack); k++) {
			const json_t *index = json_array_get(stack, k);

			MUST(json_is_integer(index) && json_integer_value(index) >= 0);
			MUST((size_t)json_integer_value(index) < n_frames);
		}
		MUST(json_number_value(json_array_get(weights, i)) > 0);
		sum += json_number_value(json_array_get(weights, i));
	}
	ck_assert_double_eq_tol(sum, end, 1e-6 * end + 1e-9);
}

static json_t *load(const struct tree *tree)
{
	struct buf out = BUF_INIT;
	json_error_t error;
	json_t *doc, *frames, *profiles, *active;

	ck_assert_int_eq(encoder_by_name("speedscope")->encode(tree, &out), 0);
	doc = json_loadb(out.data, out.len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
	ck_assert_msg(doc != NULL, "line %d column %d: %s", error.line, error.column, error.text);
	buf_deinit(&out);
	ck_assert_str_eq(text_in(doc, "$schema"), "https://www.speedscope.app/file-format-schema.json");
	ck_assert_str_eq(text_in(doc, "exporter"), "scrape " SCRAPE_VERSION);
	(void)text_in(doc, "name"); /* is there */
	frames = json_object_get(json_object_get(doc, "shared"), "frames");
	check_frames(frames);
	profiles = json_object_get(doc, "profiles");
	ck_assert_uint_gt(count(profiles), 0);
	active = json_object_get(doc, "activeProfileIndex");
	ck_assert(json_is_integer(active) && (size_t)json_integer_value(active) < count(profiles));
	for (size_t i = 0; i < count(profiles); i++)
		check_profile(json_array_get(profiles, i), count(frames));
	return doc;
}

static const json_t *profile_at(const json_t *doc, size_t i)
{
	return json_array_get(json_object_get(doc, "profiles"), i);
}

START_TEST(golden)
{
	struct buf got = BUF_INIT, expect = BUF_INIT;
	struct tree tree;

	tree_make_small(&tree);
	json_decref(load(&tree));
	ck_assert_int_eq(encoder_by_name("speedscope")->encode(&tree, &got), 0);
	ck_assert_int_eq(io_read_file(AT_FDCWD, GOLDEN, 1 << 20, &expect), 0);
	ck_assert_str_eq(buf_cstr(&got), buf_cstr(&expect));
	buf_deinit(&got);
	buf_deinit(&expect);
	tree_deinit(&tree);
}
END_TEST

/* Every node with a value is a sample with its stack, in a tree without processes and threads. */
static void check_samples(const struct tree *tree, const json_t *doc)
{
	const json_t *samples = json_object_get(profile_at(doc, 0), "samples");
	const json_t *weights = json_object_get(profile_at(doc, 0), "weights");
	uint32_t path[DEPTH_MAX];
	size_t n = 0;

	ck_assert_uint_eq(count(json_object_get(doc, "profiles")), 1);
	ck_assert_str_eq(text_in(profile_at(doc, 0), "name"), text_in(doc, "name"));
	for (size_t i = 0; i < tree->n_nodes; i++) {
		const struct tree_node *node = &tree->nodes[i];
		const json_t *stack;

		MUST(node->depth < DEPTH_MAX);
		path[node->depth] = node->name;
		if (node->self == 0)
			continue;
		stack = json_array_get(samples, n);
		MUST(count(stack) == node->depth);
		for (uint32_t k = 0; k < node->depth; k++)
			MUST(json_integer_value(json_array_get(stack, k)) == path[k + 1]);
		MUST(fabs(json_number_value(json_array_get(weights, n)) - (double)node->self / 100) < 1e-9);
		n++;
	}
	ck_assert_uint_eq(n, count(samples));
	ck_assert_double_eq_tol(json_number_value(json_object_get(profile_at(doc, 0), "endValue")),
				(double)tree->nodes[0].total / 100, 1e-6);
}

START_TEST(many_nodes)
{
	struct tree tree;
	json_t *doc;

	tree_make_service(&tree, 100000);
	doc = load(&tree);
	check_samples(&tree, doc);
	json_decref(doc);
	tree_deinit(&tree);
}
END_TEST

START_TEST(evil_names)
{
	struct tree tree;
	json_t *doc, *frames;

	tree_make_evil(&tree);
	doc = load(&tree);
	check_samples(&tree, doc);
	frames = json_object_get(json_object_get(doc, "shared"), "frames");
	for (size_t i = 1; i + 2 < tree.n_names; i++) { /* the last but one is empty, the last is not clean */
		ck_assert_str_eq(text_in(json_array_get(frames, i), "name"), tree.names[i].function);
		ck_assert_str_eq(text_in(json_array_get(frames, i), "file"), tree.names[i].file);
	}
	ck_assert_str_eq(text_in(json_array_get(frames, tree.n_names - 2), "name"), SCRAPE_MARK_UNKNOWN);
	ck_assert_str_eq(text_in(doc, "name"), "</script><script>window.evil = 1</script>");
	json_decref(doc);
	tree_deinit(&tree);
}
END_TEST

START_TEST(long_names)
{
	static char name[SCRAPE_NAME_MAX + 1];
	struct tree tree;
	json_t *doc;

	memset(name, '"', sizeof(name) - 1);
	tree_make_init(&tree, 2, 2);
	tree_make_node(&tree, 0, tree_make_group(&tree, "all"), 0);
	tree_make_node(&tree, 1, tree_make_function(&tree, "m", name, name, 1, 1), 1);
	tree_make_totals(&tree);
	doc = load(&tree);
	ck_assert_str_eq(text_in(json_array_get(json_object_get(json_object_get(doc, "shared"), "frames"), 1), "name"), name);
	json_decref(doc);
	tree_deinit(&tree);
}
END_TEST

/* A profile for each thread, one for what stands in a process itself, one for the rest; the heaviest is shown. */
START_TEST(threads)
{
	static const struct {
		const char *name;
		size_t samples;
		double end;
	} expected[] = {
		{"app.py (pid 4711)", 1, 0.07},
		{"web (pid 11)", 1, 20},
		{"web (pid 11), thread main (tid 11)", 3, 1.11},
		{"web (pid 11), thread (tid 12)", 3, 2.22},
		{"thread evil (tid 9) (pid 7) (pid 21)", 1, 50},
		{"thread evil (tid 9) (pid 7) (pid 21), thread a (pid 3); (tid 21)", 3, 4.44},
		{"thread evil (tid 9) (pid 7) (pid 21), thread (tid 22) (tid 22)", 3, 5.55},
	};
	size_t n = sizeof(expected) / sizeof(expected[0]);
	struct tree tree;
	json_t *doc;

	tree_make_threads(&tree);
	doc = load(&tree);
	ck_assert_uint_eq(count(json_object_get(doc, "profiles")), n);
	for (size_t i = 0; i < n; i++) {
		const json_t *profile = profile_at(doc, i);
		double end = json_number_value(json_object_get(profile, "endValue"));

		ck_assert_str_eq(text_in(profile, "name"), expected[i].name);
		ck_assert_uint_eq(count(json_object_get(profile, "samples")), expected[i].samples);
		ck_assert_double_eq_tol(end, expected[i].end, 1e-9);
	}
	ck_assert_int_eq(json_integer_value(json_object_get(doc, "activeProfileIndex")), 4);
	json_decref(doc);
	tree_deinit(&tree);
}
END_TEST

START_TEST(nothing_and_root_only)
{
	struct tree tree = {.meta = {.mode = NULL}};
	json_t *doc = load(&tree);

	ck_assert_uint_eq(count(json_object_get(profile_at(doc, 0), "samples")), 0);
	ck_assert_str_eq(text_in(profile_at(doc, 0), "unit"), "none"); /* what a unit stands for is not known */
	json_decref(doc);
	tree_make_init(&tree, 1, 1);
	tree_make_node(&tree, 0, tree_make_group(&tree, "all"), UINT64_MAX);
	doc = load(&tree);
	ck_assert_double_eq(json_number_value(json_object_get(profile_at(doc, 0), "endValue")), (double)UINT64_MAX / 100);
	json_decref(doc);
	tree.meta.period_ns = 0;
	tree.meta.rate_asked = tree.meta.rate_reached = 0;
	tree.nodes[0].self = 7;
	doc = load(&tree);
	ck_assert_int_eq(json_integer_value(json_array_get(json_object_get(profile_at(doc, 0), "weights"), 0)), 7);
	json_decref(doc);
	tree_deinit(&tree);
}
END_TEST

/* A sample of the deepest stack takes 6 bytes a frame and a little: so many fit, a few more do not. */
START_TEST(limit)
{
	size_t stack = 6 * SCRAPE_DEPTH_MAX, fit = (DOCUMENT_MAX - (1 << 20)) / (stack + 32), more = DOCUMENT_MAX / stack + 1;
	struct buf out = BUF_INIT;
	struct tree tree;
	uint32_t name = 10000;

	tree_make_init(&tree, name + 1, SCRAPE_DEPTH_MAX + more);
	while (tree.n_names <= name)
		(void)tree_make_name(&tree, "f", "", 0, TREE_PYTHON);
	tree_make_node(&tree, 0, 0, 0);
	for (uint32_t depth = 1; depth < SCRAPE_DEPTH_MAX; depth++)
		tree_make_node(&tree, depth, name, 0);
	for (size_t i = 0; i < fit; i++)
		tree_make_node(&tree, SCRAPE_DEPTH_MAX, name, 1);
	ck_assert_int_eq(encoder_by_name("speedscope")->encode(&tree, &out), 0);
	for (size_t i = fit; i < more; i++)
		tree_make_node(&tree, SCRAPE_DEPTH_MAX, name, 1);
	buf_deinit(&out);
	ck_assert_int_eq(encoder_by_name("speedscope")->encode(&tree, &out), SCRAPE_ELIMIT);
	buf_deinit(&out);
	tree_deinit(&tree);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("speedscope");
	TCase *tcase = tcase_create("speedscope");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, golden);
	tcase_add_test(tcase, many_nodes);
	tcase_add_test(tcase, evil_names);
	tcase_add_test(tcase, long_names);
	tcase_add_test(tcase, threads);
	tcase_add_test(tcase, nothing_and_root_only);
	tcase_add_test(tcase, limit);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
