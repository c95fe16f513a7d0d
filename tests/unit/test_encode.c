/* SPDX-License-Identifier: MIT */
/* The formats: golden bytes where every byte is promised, and the word of parsers that are not ours for the rest. */
#include <check.h>
#include <expat.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/io.h"
#include "encode/encoder.h"
#include "encode/meta.h"
#include "encode/picture.h"
#include "support/tree_make.h"

#define FIXTURES "tests/fixtures/encode/"

static void encode(const struct tree *tree, const char *format, struct buf *out)
{
	ck_assert_int_eq(encoder_by_name(format)->encode(tree, out), 0);
	ck_assert(!out->failed);
}

static void check_golden_of(void (*make)(struct tree *tree), const char *format, const char *file)
{
	struct buf got = BUF_INIT, expect = BUF_INIT;
	struct tree tree;

	make(&tree);
	encode(&tree, format, &got);
	ck_assert_int_eq(io_read_file(AT_FDCWD, file, 1 << 20, &expect), 0);
	ck_assert_str_eq(buf_cstr(&got), buf_cstr(&expect));
	buf_deinit(&got);
	buf_deinit(&expect);
	tree_deinit(&tree);
}

static void check_golden(const char *format, const char *file)
{
	check_golden_of(tree_make_small, format, file);
}

START_TEST(golden_folded)
{
	check_golden("folded", FIXTURES "small.folded");
}
END_TEST

START_TEST(golden_json)
{
	check_golden("json", FIXTURES "small.json");
}
END_TEST

START_TEST(golden_functions)
{
	check_golden("csv", FIXTURES "small.csv");
	check_golden("callgrind", FIXTURES "small.callgrind");
}
END_TEST

START_TEST(golden_times)
{
	check_golden_of(tree_make_timed, "cpuprofile", FIXTURES "timed.cpuprofile");
	check_golden_of(tree_make_timed, "trace", FIXTURES "timed.trace.json");
	check_golden_of(tree_make_timed, "gecko", FIXTURES "timed.gecko.json");
	check_golden_of(tree_make_timed, "perf", FIXTURES "timed.perf");
	check_golden_of(tree_make_timed, "speedscope", FIXTURES "timed.speedscope.json");
}
END_TEST

/* Whatever there is (nothing, deep recursion, hostile names), every format makes something of it and leaks nothing. */
START_TEST(any_tree)
{
	static void (*const makers[])(struct tree *) = {tree_make_small, tree_make_evil, tree_make_threads,
							 tree_make_timed};
	struct tree tree, empty = {.meta = {.title = "nothing"}};
	struct buf out = BUF_INIT;

	for (size_t i = 0; encoders[i]; i++) {
		for (size_t k = 0; k < sizeof(makers) / sizeof(makers[0]); k++) {
			makers[k](&tree);
			buf_reset(&out);
			encode(&tree, encoders[i]->name, &out);
			tree_deinit(&tree);
		}
		buf_reset(&out);
		encode(&empty, encoders[i]->name, &out);
	}
	buf_deinit(&out);
}
END_TEST

static json_t *load(const struct buf *text)
{
	json_error_t error;
	json_t *doc = json_loadb(text->data, text->len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);

	ck_assert_msg(doc, "line %d column %d: %s", error.line, error.column, error.text);
	return doc;
}

static json_t *load_tree(const struct tree *tree)
{
	struct buf out = BUF_INIT;
	json_t *doc;

	encode(tree, "json", &out);
	doc = load(&out);
	buf_deinit(&out);
	return doc;
}

struct seen {
	struct buf text, metadata;
	int scripts, depth;
	bool in_metadata;
};

static void on_start(void *ctx, const XML_Char *name, const XML_Char **attributes)
{
	struct seen *seen = ctx;

	(void)attributes;
	seen->depth++;
	seen->scripts += strcmp(name, "script") == 0;
	seen->in_metadata = strcmp(name, "metadata") == 0;
	ck_assert_msg(strcmp(name, "img") != 0, "a name became an element");
}

static void on_end(void *ctx, const XML_Char *name)
{
	struct seen *seen = ctx;

	(void)name;
	seen->depth--;
	seen->in_metadata = false;
}

static void on_text(void *ctx, const XML_Char *text, int n)
{
	struct seen *seen = ctx;

	buf_add(seen->in_metadata ? &seen->metadata : &seen->text, text, (size_t)n);
}

/* Reads the svg of a tree with expat. What it saw is the caller's, to be given to unseen(). */
static void see(const struct tree *tree, struct seen *seen)
{
	XML_Parser parser = XML_ParserCreate(NULL);
	struct buf out = BUF_INIT;

	*seen = (struct seen){.text = BUF_INIT};
	encode(tree, "svg", &out);
	XML_SetUserData(parser, seen);
	XML_SetElementHandler(parser, on_start, on_end);
	XML_SetCharacterDataHandler(parser, on_text);
	ck_assert_msg(XML_Parse(parser, out.data, (int)out.len, 1) == XML_STATUS_OK, "line %lu: %s",
		      (unsigned long)XML_GetCurrentLineNumber(parser), XML_ErrorString(XML_GetErrorCode(parser)));
	ck_assert_int_eq(seen->depth, 0);
	ck_assert_ptr_nonnull(buf_cstr(&seen->text));
	XML_ParserFree(parser);
	buf_deinit(&out);
}

static void unseen(struct seen *seen)
{
	buf_deinit(&seen->text);
	buf_deinit(&seen->metadata);
}

START_TEST(svg_small)
{
	struct seen seen;
	struct tree tree;
	json_t *whole, *inside;

	tree_make_small(&tree);
	see(&tree, &seen);
	ck_assert_int_eq(seen.scripts, 1);
	ck_assert_ptr_nonnull(strstr(seen.text.data, "app.py (pid 4711)"));
	ck_assert_ptr_nonnull(strstr(seen.text.data,
				     "cpu, 1000 samples in 10 s, 100 Hz asked, 99.7 reached, 998 looks, "
				     "3 lost (moved 1, preempted 2), from 2026-11-22T14:05:00.250Z"));
	ck_assert_ptr_nonnull(strstr(seen.text.data, "JSONEncoder.encode (encoder.py:183)"));
	whole = load_tree(&tree);
	inside = load(&seen.metadata);
	ck_assert(json_equal(whole, inside)); /* the picture carries the same profile as the json format */
	json_decref(whole);
	json_decref(inside);
	unseen(&seen);
	tree_deinit(&tree);
}
END_TEST

START_TEST(empty)
{
	struct tree tree = {.meta = {.mode = NULL}};
	struct buf out = BUF_INIT;
	struct seen seen;
	json_t *doc;

	encode(&tree, "folded", &out);
	ck_assert_uint_eq(out.len, 0);
	doc = load_tree(&tree);
	ck_assert_uint_eq(json_array_size(json_object_get(doc, "depth")), 0);
	ck_assert(json_is_null(json_object_get(json_object_get(doc, "meta"), "rate_asked")));
	see(&tree, &seen);
	ck_assert_int_eq(seen.scripts, 0);
	ck_assert_ptr_nonnull(strstr(seen.text.data, "No samples"));
	json_decref(doc);
	unseen(&seen);
	buf_deinit(&out);
}
END_TEST

static void check_root_only(uint64_t self, const char *folded, int scripts)
{
	struct buf out = BUF_INIT;
	struct seen seen;
	struct tree tree;

	tree_make_init(&tree, 1, 1);
	tree_make_node(&tree, 0, tree_make_group(&tree, "all"), self);
	encode(&tree, "folded", &out);
	ck_assert_str_eq(buf_cstr(&out), folded);
	see(&tree, &seen);
	ck_assert_int_eq(seen.scripts, scripts);
	json_decref(load(&seen.metadata));
	unseen(&seen);
	buf_deinit(&out);
	tree_deinit(&tree);
}

START_TEST(one_node)
{
	check_root_only(0, "", 0);
	check_root_only(5, "all 5\n", 1); /* nothing that was counted is left out */
}
END_TEST

START_TEST(evil_folded)
{
	struct buf out = BUF_INIT;
	struct tree tree;
	size_t lines = 0;

	tree_make_evil(&tree);
	encode(&tree, "folded", &out);
	ck_assert_ptr_nonnull(strstr(buf_cstr(&out), "\na:b: 42 (a:b: 42:3) 1\n"));
	ck_assert_ptr_nonnull(strstr(buf_cstr(&out), "\n" SCRAPE_MARK_UNKNOWN " 1\n"));
	for (char *save, *line = strtok_r(out.data, "\n", &save); line; line = strtok_r(NULL, "\n", &save), lines++) {
		ck_assert_ptr_null(strpbrk(line, ";\r"));
		ck_assert_str_eq(strrchr(line, ' '), " 1");
	}
	ck_assert_uint_eq(lines, tree.n_nodes - 1);
	buf_deinit(&out);
	tree_deinit(&tree);
}
END_TEST

START_TEST(evil_json_and_svg)
{
	struct tree tree;
	struct seen seen;
	json_t *doc, *names;

	tree_make_evil(&tree);
	doc = load_tree(&tree);
	names = json_object_get(doc, "names");
	for (size_t i = 0; i + 1 < tree.n_names; i++) /* the last one is not clean */
		ck_assert_str_eq(json_string_value(json_array_get(names, i)), tree.names[i].text);
	see(&tree, &seen);
	ck_assert_int_eq(seen.scripts, 1);
	ck_assert_ptr_nonnull(strstr(seen.text.data, "</script>"));
	json_decref(load(&seen.metadata));
	json_decref(doc);
	unseen(&seen);
	tree_deinit(&tree);
}
END_TEST

START_TEST(odd_numbers)
{
	struct tree tree;
	json_t *doc, *meta;

	tree_make_small(&tree);
	tree.meta.start_wall_ns = UINT64_MAX;
	tree.meta.duration_ns = UINT64_MAX;
	tree.meta.rate_asked = 0.0 / 0.0;
	tree.meta.rate_reached = 1e300;
	memset(tree.meta.title, '\xc3', sizeof(tree.meta.title)); /* cut within a character, and without an end */
	doc = load_tree(&tree);
	meta = json_object_get(doc, "meta");
	ck_assert(json_is_null(json_object_get(meta, "rate_asked")));
	ck_assert(json_is_null(json_object_get(meta, "rate_reached")));
	ck_assert_str_eq(json_string_value(json_object_get(meta, "start")), "2554-07-21T23:34:33.709Z");
	json_decref(doc);
	tree.meta.rate_asked = 0.3333;
	tree.meta.rate_reached = SCRAPE_RATE_MAX;
	doc = load_tree(&tree);
	meta = json_object_get(doc, "meta");
	ck_assert_double_eq(json_real_value(json_object_get(meta, "rate_asked")), 0.333);
	ck_assert_double_eq(json_real_value(json_object_get(meta, "rate_reached")), 1e6);
	json_decref(doc);
	tree_deinit(&tree);
}
END_TEST

START_TEST(many_nodes)
{
	struct tree tree;
	struct seen seen;
	json_t *doc;

	tree_make_service(&tree, 100000);
	see(&tree, &seen);
	doc = load(&seen.metadata);
	ck_assert_uint_eq(json_array_size(json_object_get(doc, "depth")), 100000);
	json_decref(doc);
	unseen(&seen);
	tree_deinit(&tree);
}
END_TEST

static void make_chain(struct tree *tree, uint32_t depth, size_t name_bytes, uint32_t leaves)
{
	static char name[1 << 20];
	uint32_t id;

	ck_assert_uint_lt(name_bytes, sizeof(name));
	memset(name, 'a', name_bytes);
	name[name_bytes] = '\0';
	tree_make_init(tree, 2, depth + leaves);
	tree_make_node(tree, 0, tree_make_group(tree, "all"), 0);
	id = tree_make_group(tree, name);
	for (uint32_t i = 1; i < depth; i++)
		tree_make_node(tree, i, id, 0);
	for (uint32_t i = 0; i < leaves; i++)
		tree_make_node(tree, depth, id, 1);
	tree_make_totals(tree);
}

START_TEST(deep_folded)
{
	struct buf out = BUF_INIT;
	struct tree tree;

	make_chain(&tree, SCRAPE_DEPTH_MAX, 3, 1);
	encode(&tree, "folded", &out);
	ck_assert_uint_eq(out.len, 4 * SCRAPE_DEPTH_MAX + strlen(" 1\n") - 1);
	tree_deinit(&tree);
	buf_deinit(&out);
}
END_TEST

static void check_rows(uint32_t rows, const char *note)
{
	struct seen seen;
	struct tree tree;

	make_chain(&tree, rows - 1, 3, 1);
	ck_assert_uint_eq(picture_rows(&tree), rows);
	see(&tree, &seen);
	if (note)
		ck_assert_ptr_nonnull(strstr(seen.text.data, note));
	else
		ck_assert_ptr_null(strstr(seen.text.data, "more than this picture"));
	unseen(&seen);
	tree_deinit(&tree);
}

START_TEST(deep_picture)
{
	check_rows(PICTURE_ROWS_MAX, NULL);
	check_rows(PICTURE_ROWS_MAX + 1, "1 rows more than this picture");
	check_rows(SCRAPE_DEPTH_MAX, "15872 rows more than this picture");
}
END_TEST

/* 512 lines of 1 MiB are the limit, one byte more is not written. */
START_TEST(folded_limit)
{
	struct buf out = BUF_INIT;
	struct tree tree;

	make_chain(&tree, 2, (1 << 19) - 1, 512);
	encode(&tree, "folded", &out);
	ck_assert_uint_eq(out.len, 512u * ((1 << 20) - 1 + strlen(" 1\n")));
	buf_deinit(&out);
	tree.nodes[1].self = 1;
	ck_assert_int_eq(encoder_by_name("folded")->encode(&tree, &out), SCRAPE_ELIMIT);
	ck_assert_uint_eq(out.len, 0);
	tree_deinit(&tree);
	buf_deinit(&out);
}
END_TEST

START_TEST(colours)
{
	const struct tree_name a = {.function = "f", .file = "/usr/lib/python3.12/json/decoder.py"};
	const struct tree_name b = {.function = "f", .file = "/opt/other/json/decoder.py"};
	const struct tree_name marker = {.function = "[gc]", .file = "", .kind = TREE_MARKER};

	ck_assert_uint_eq(picture_colour(&a), picture_colour(&b));
	ck_assert_uint_lt(picture_colour(&a), PICTURE_COLOURS);
	ck_assert_uint_eq(picture_colour(&marker), 17 * PICTURE_SHADES);
}
END_TEST

START_TEST(table)
{
	ck_assert_ptr_null(encoder_by_name("jfr"));
	ck_assert_ptr_null(encoder_by_name(""));
	ck_assert_ptr_null(encoder_by_path("svg"));
	ck_assert_ptr_null(encoder_by_path("a.svg.gz"));
	ck_assert_ptr_null(encoder_by_path("a.gz"));
	ck_assert_ptr_null(encoder_by_path(""));
	for (size_t i = 0; encoders[i]; i++) {
		char path[64];

		snprintf(path, sizeof(path), "/tmp/a.b%s", encoders[i]->suffix);
		ck_assert_ptr_eq(encoder_by_path(path), encoders[i]);
		ck_assert_ptr_eq(encoder_by_name(encoders[i]->name), encoders[i]);
		if (encoders[i]->also) {
			snprintf(path, sizeof(path), "/tmp/a.json%s", encoders[i]->also);
			ck_assert_ptr_eq(encoder_by_path(path), encoders[i]);
		}
		ck_assert_ptr_nonnull(encoders[i]->mime);
		ck_assert_ptr_nonnull(encoders[i]->what);
	}
}
END_TEST

/* One suffix may end another. */
START_TEST(longest_suffix)
{
	ck_assert_str_eq(encoder_by_path("a.json")->name, "json");
	ck_assert_str_eq(encoder_by_path("speedscope.json")->name, "json");
	ck_assert_str_eq(encoder_by_path("a.speedscope.json")->name, "speedscope");
	ck_assert_str_eq(encoder_by_path(".speedscope.json")->name, "speedscope");
	ck_assert_str_eq(encoder_by_path("a.pb.gz")->name, "pprof");
	ck_assert_str_eq(encoder_by_path("a.pprof")->name, "pprof");
}
END_TEST

START_TEST(period)
{
	struct tree_meta meta = {.period_ns = 1000, .rate_asked = 100, .rate_reached = 50};

	ck_assert_uint_eq(meta_period_ns(&meta), 1000);
	meta.period_ns = 0;
	ck_assert_uint_eq(meta_period_ns(&meta), 10000000);
	meta.rate_asked = 0.0 / 0.0;
	ck_assert_uint_eq(meta_period_ns(&meta), 20000000);
	meta.rate_reached = 0;
	ck_assert_uint_eq(meta_period_ns(&meta), 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("encode");
	TCase *tcase = tcase_create("encode");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, golden_folded);
	tcase_add_test(tcase, golden_json);
	tcase_add_test(tcase, golden_functions);
	tcase_add_test(tcase, golden_times);
	tcase_add_test(tcase, any_tree);
	tcase_add_test(tcase, svg_small);
	tcase_add_test(tcase, empty);
	tcase_add_test(tcase, one_node);
	tcase_add_test(tcase, evil_folded);
	tcase_add_test(tcase, evil_json_and_svg);
	tcase_add_test(tcase, odd_numbers);
	tcase_add_test(tcase, many_nodes);
	tcase_add_test(tcase, deep_folded);
	tcase_add_test(tcase, deep_picture);
	tcase_add_test(tcase, folded_limit);
	tcase_add_test(tcase, colours);
	tcase_add_test(tcase, table);
	tcase_add_test(tcase, longest_suffix);
	tcase_add_test(tcase, period);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
