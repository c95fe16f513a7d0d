/* SPDX-License-Identifier: MIT */
/* The article's own format, read as its original client does: two lines off, each line split at its last blank. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/article.h"
#include "support/tree_make.h"

static struct tree tree;
static struct buf out;

static void teardown(void)
{
	tree_deinit(&tree);
	buf_deinit(&out);
}

static const char *article(uint64_t elapsed_us)
{
	buf_reset(&out);
	ck_assert_int_eq(article_write(&tree, elapsed_us, &out), 0);
	return buf_cstr(&out);
}

START_TEST(most_frequent_first_and_lines_merged)
{
	uint32_t all, main_, work3, work9, gc, group;

	tree_make_init(&tree, 10, 10);
	all = tree_make_group(&tree, "all");
	main_ = tree_make_name(&tree, "<module>", "/srv/app.py", 3, TREE_PYTHON);
	work3 = tree_make_name(&tree, "Shop.work", "/srv/app.py", 3, TREE_PYTHON);
	work9 = tree_make_name(&tree, "Shop.work", "/srv/app.py", 9, TREE_PYTHON);
	gc = tree_make_name(&tree, "[gc]", "", 0, TREE_MARKER);
	group = tree_make_group(&tree, "shop (pid 4)");
	tree_make_node(&tree, 0, all, 0);
	tree_make_node(&tree, 1, main_, 1);
	tree_make_node(&tree, 2, work3, 5);
	tree_make_node(&tree, 3, gc, 2);
	tree_make_node(&tree, 2, work9, 4);
	tree_make_node(&tree, 1, group, 3);
	tree_make_totals(&tree);
	ck_assert_str_eq(article(20500000), "elapsed 20.5\ngranularity 0.01\n"
					    "<module>(app);Shop.work(app) 9\n"
					    "shop_(pid_4) 3\n"
					    "<module>(app);Shop.work(app);[gc] 2\n"
					    "<module>(app) 1\n");
}
END_TEST

START_TEST(granularity_is_what_a_count_stands_for)
{
	tree_make_init(&tree, 1, 1);
	tree_make_node(&tree, 0, tree_make_group(&tree, "all"), 0);
	ck_assert_str_eq(article(0), "elapsed 0.0\ngranularity 0.01\n");
	tree.meta.rate_asked = 30;
	ck_assert_str_eq(article(1), "elapsed 0.000001\ngranularity 0.033333333\n");
	tree.meta.rate_asked = 0; /* as fast as it can: what was reached */
	tree.meta.rate_reached = 250;
	ck_assert_str_eq(article(1000000), "elapsed 1.0\ngranularity 0.004\n");
}
END_TEST

START_TEST(what_ended_in_the_root_is_kept)
{
	tree_make_init(&tree, 1, 1);
	tree_make_node(&tree, 0, tree_make_group(&tree, "all"), 7);
	ck_assert_str_eq(article(0), "elapsed 0.0\ngranularity 0.01\n[unknown] 7\n");
}
END_TEST

START_TEST(names_cannot_break_a_line)
{
	uint64_t sum = 0;
	size_t lines = 0;
	char *at = NULL;

	tree_make_evil(&tree);
	(void)article(0);
	for (char *line = strtok_r(out.data, "\n", &at); line; line = strtok_r(NULL, "\n", &at), lines++) {
		char *blank = strrchr(line, ' ');

		ck_assert_ptr_nonnull(blank);
		ck_assert_ptr_eq(strchr(line, ' '), blank); /* the only one */
		ck_assert_ptr_null(strchr(line, ';'));      /* these stacks have one frame each */
		if (lines >= 2)
			sum += strtoul(blank + 1, NULL, 10);
	}
	ck_assert_uint_eq(sum, tree.nodes[0].total);
}
END_TEST

START_TEST(deep_stacks)
{
	uint32_t name;
	size_t n = 3000;

	tree_make_init(&tree, 2, n + 1);
	tree_make_node(&tree, 0, tree_make_group(&tree, "all"), 0);
	name = tree_make_name(&tree, "f", "f.py", 1, TREE_PYTHON);
	for (uint32_t d = 1; d <= n; d++)
		tree_make_node(&tree, d, name, d == n);
	tree_make_totals(&tree);
	(void)article(0);
	ck_assert_uint_eq(out.len, strlen("elapsed 0.0\ngranularity 0.01\n") + n * strlen("f(f);") + strlen("1\n"));
}
END_TEST

START_TEST(pollers_stand_where_they_were)
{
	struct article_cursors *c = calloc(1, sizeof(*c));

	ck_assert_uint_eq(article_cursor_get(c, "127.0.0.2", 0), 0);
	article_cursor_advance(c, "127.0.0.2", 0, 100, 1);
	article_cursor_advance(c, "127.0.0.3", 0, 200, 2);
	article_cursor_advance(c, "127.0.0.2", 42, 300, 3);
	ck_assert_uint_eq(article_cursor_get(c, "127.0.0.2", 0), 100);
	ck_assert_uint_eq(article_cursor_get(c, "127.0.0.3", 0), 200);
	ck_assert_uint_eq(article_cursor_get(c, "127.0.0.2", 42), 300);
	article_cursor_advance(c, "127.0.0.2", 0, 400, 4);
	ck_assert_uint_eq(article_cursor_get(c, "127.0.0.2", 0), 400);
	ck_assert_uint_eq(c->n, 3);
	free(c);
}
END_TEST

START_TEST(the_quietest_makes_room)
{
	struct article_cursors *c = calloc(1, sizeof(*c));
	char peer[32];

	for (unsigned i = 0; i < ARTICLE_CURSORS_MAX; i++) {
		snprintf(peer, sizeof(peer), "10.0.0.%u", i);
		article_cursor_advance(c, peer, 0, 100 + i, 1000 - (i == 7) * 900);
	}
	ck_assert_uint_eq(c->n, ARTICLE_CURSORS_MAX);
	ck_assert_uint_eq(article_cursor_get(c, "10.0.0.7", 0), 107);
	article_cursor_advance(c, "10.1.0.0", 0, 5, 2000);
	ck_assert_uint_eq(c->n, ARTICLE_CURSORS_MAX);
	ck_assert_uint_eq(article_cursor_get(c, "10.1.0.0", 0), 5);
	ck_assert_uint_eq(article_cursor_get(c, "10.0.0.7", 0), 0);
	ck_assert_uint_eq(article_cursor_get(c, "10.0.0.8", 0), 108);
	free(c);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("article");
	TCase *tcase = tcase_create("article");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tcase, NULL, teardown);
	tcase_add_test(tcase, most_frequent_first_and_lines_merged);
	tcase_add_test(tcase, granularity_is_what_a_count_stands_for);
	tcase_add_test(tcase, what_ended_in_the_root_is_kept);
	tcase_add_test(tcase, names_cannot_break_a_line);
	tcase_add_test(tcase, deep_stacks);
	tcase_add_test(tcase, pollers_stand_where_they_were);
	tcase_add_test(tcase, the_quietest_makes_room);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
