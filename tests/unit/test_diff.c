/* SPDX-License-Identifier: MIT */
/* Two trees beside each other, and the matrix of functions, hosts and slots. */
#include "support/stream_maker.h"

#include <math.h>

#include "profile/diff.h"
#include "profile/history.h"
#include "profile/history_matrix.h"

#define SLICE_US 10000000ull

static struct tree trees[2];
static struct diff diff;
static struct buf text;
static struct err error;

/* A tree out of folded lines "a;b 3". */
static void make_tree(struct tree *ret, const char *lines)
{
	char copy[1024], *at = copy, *line;
	uint64_t session_thread = 0;

	begin_test();
	put_actors();
	(void)snprintf(copy, sizeof(copy), "%s", lines);
	while ((line = strsep(&at, "\n"))) {
		char *count = strrchr(line, ' '), *frame;
		uint64_t node = 0;

		if (!count)
			continue;
		*count++ = '\0';
		while ((frame = strsep(&line, ";")))
			node = put_stack(node, frame);
		put_looks(session_thread, node, SCRAPE_ON_CPU, (uint64_t)atoi(count));
	}
	put_slice_end(1000);
	feed();
	tree_deinit(ret);
	ck_assert_int_eq(profile_tree(p, &(struct profile_query){.no_lines = true}, ret), 0);
}

static const char *compare_trees(const char *base, const char *comp)
{
	make_tree(&trees[0], base);
	make_tree(&trees[1], comp);
	diff_deinit(&diff);
	ck_assert_int_eq(diff_trees(&trees[0], &trees[1], &diff), 0);
	buf_reset(&text);
	for (size_t i = 0; i < diff.n_nodes; i++) {
		const struct diff_node *node = &diff.nodes[i];

		buf_fmt(&text, "%u %s %d/%d\n", node->depth, diff.names[node->name]->text, (int)node->total[DIFF_BASE],
			(int)node->total[DIFF_COMP]);
	}
	return buf_cstr(&text);
}

static void end_diff(void)
{
	diff_deinit(&diff);
	tree_deinit(&trees[0]);
	tree_deinit(&trees[1]);
	buf_deinit(&text);
	end_test();
}

START_TEST(both_sides)
{
	ck_assert_str_eq(compare_trees("a;b 3\na;c 1\n", "a;b 5\na;d 2\ne 1\n"),
			 "0 all 4/8\n1 a (f.py) 4/7\n2 b (f.py) 3/5\n2 c (f.py) 1/0\n2 d (f.py) 0/2\n1 e (f.py) 0/1\n");
	/* the same names on other stacks are other nodes */
	ck_assert_str_eq(compare_trees("a;b;c 3\n", "a;c;b 5\n"),
			 "0 all 3/5\n1 a (f.py) 3/5\n2 b (f.py) 3/0\n3 c (f.py) 3/0\n2 c (f.py) 0/5\n3 b (f.py) 0/5\n");
	ck_assert_str_eq(compare_trees("", "a 2\n"), "0 all 0/2\n1 a (f.py) 0/2\n");
	ck_assert_str_eq(compare_trees("a 2\n", ""), "0 all 2/0\n1 a (f.py) 2/0\n");
	end_diff();
}
END_TEST

/* Whatever two trees there are: each side's sums are those of its tree, and nothing is met twice. */
START_TEST(random_sides)
{
	uint32_t seed = 4711;

	for (int round = 0; round < 50; round++) {
		char lines[2][1024] = {"", ""};
		uint64_t sums[2] = {0, 0};

		for (int side = 0; side < 2; side++)
			for (int i = 0; i < 12; i++) {
				char line[64] = "";

				for (int d = 0; d < 1 + (int)(seed >> 8) % 4; d++) {
					seed = seed * 1664525u + 1013904223u;
					(void)snprintf(line + strlen(line), sizeof(line) - strlen(line), "%s%c",
						       d ? ";" : "", 'a' + (char)(seed >> 16) % 3);
				}
				seed = seed * 1664525u + 1013904223u;
				(void)snprintf(lines[side] + strlen(lines[side]), 1024 - strlen(lines[side]), "%s 2\n",
					       line);
			}
		(void)compare_trees(lines[0], lines[1]);
		for (size_t i = 0; i < diff.n_nodes; i++)
			for (int side = 0; side < 2; side++)
				sums[side] += diff.nodes[i].self[side];
		for (int side = 0; side < 2; side++)
			ck_assert_uint_eq(sums[side], trees[side].nodes[0].total);
		for (size_t i = 1; i < diff.n_nodes; i++)
			for (size_t k = i + 1; k < diff.n_nodes && diff.nodes[k].depth >= diff.nodes[i].depth; k++)
				ck_assert(diff.nodes[k].depth != diff.nodes[i].depth ||
					  diff.nodes[k].name != diff.nodes[i].name);
	}
	end_diff();
}
END_TEST

START_TEST(matrix)
{
	struct history *h = history_new(&(struct history_config){.host = "shop-1"});
	struct history_feed *f = history_feed_new(h);
	struct matrix_functions functions = {0};
	struct history_matrix m = {0};
	struct stream_reader r;
	uint64_t a, aba;

	begin_test();
	put_actors();
	a = put_stack(0, "a");
	aba = put_node(put_stack(a, "b"), 0); /* a calls b calls a */
	for (int i = 0; i < 3; i++) {
		put_looks(0, a, SCRAPE_ON_CPU, 100);
		put_looks(0, aba, SCRAPE_ON_CPU, i == 1 ? 300 : 0);
		put_times(0, i == 1 ? 4 : 1, 10);
		put_slice_end(1000);
	}
	stream_reader_init(&r, &history_sink, f);
	ck_assert_int_eq(stream_feed(&r, bytes.data, bytes.len, &error), 0);
	ck_assert_int_eq(history_matrix(h, &(struct history_query){0}, &functions, &m, &error), 0);
	ck_assert_uint_eq(m.n_slots, 3);
	ck_assert_uint_eq(m.n_hosts, 1);
	ck_assert_str_eq(m.hosts[0], "shop-1");
	ck_assert_double_eq_tol(m.total_s[1], 4, 1e-9);
	ck_assert_double_eq_tol(m.covered_s[1], 10, 1e-9);
	for (size_t i = 0; i < m.cells.n; i++) {
		const struct matrix_cell *cell = &m.cells.items[i];

		buf_fmt(&text, "%s %u %.0f/%.0f;", functions.list.items[cell->function].function, cell->slot,
			cell->self_s, cell->total_s);
	}
	/* a is innermost everywhere, and counts once where it calls itself */
	ck_assert_str_eq(buf_cstr(&text), "a 0 1/1;a 1 4/4;a 2 1/1;b 1 0/3;");
	ck_assert_uint_eq(m.kinds[0], m.kinds[2]);
	history_matrix_deinit(&m);
	matrix_functions_deinit(&functions);
	stream_reader_deinit(&r);
	history_free(h);
	end_diff();
}
END_TEST

/* Each node of a tree as the stack it is. */
static void add_stacks(struct matrix_stacks *stacks, const struct tree *from, uint32_t *stack_of)
{
	uint32_t path[64];

	for (size_t i = 0; i < from->n_nodes; i++) {
		const struct tree_node *node = &from->nodes[i];

		stack_of[i] = TRIE_ROOT;
		if (node->depth > 0)
			ck_assert_int_eq(matrix_stacks_add(stacks, path[node->depth - 1], from->names[node->name].text,
							   &stack_of[i]),
					 0);
		path[node->depth] = stack_of[i];
	}
}

/* By stack, slots together are what the tree says; what is not asked for counts in the nearest above. */
START_TEST(matrix_by_stack)
{
	static const unsigned flags[] = {SCRAPE_ON_CPU, SCRAPE_ON_CPU | SCRAPE_IN_GC, SCRAPE_ON_CPU | SCRAPE_TRUNCATED};
	const struct history_query query = {.merge = HISTORY_BY_FUNCTION, .show.no_lines = true};
	struct history *h = history_new(&(struct history_config){.host = "shop-1"});
	struct history_feed *f = history_feed_new(h);
	struct history_matrix m = {0};
	struct matrix_stacks stacks;
	struct history_span span;
	struct stream_reader r;
	uint64_t nodes[40] = {0};
	double sums[200] = {0};
	uint32_t stack_of[200], seed = 11, a;

	begin_test();
	put_actors();
	for (size_t i = 1; i < 40; i++) {
		char name[] = {(char)('a' + i % 5), '\0'};

		nodes[i] = put_stack(nodes[i / 3], name);
	}
	for (int i = 0; i < 5; i++) {
		for (int k = 0; k < 60; k++) {
			seed = seed * 1664525u + 1013904223u;
			put_looks(0, nodes[(seed >> 16) % 40], flags[(seed >> 24) % 3], 1 + (seed >> 28));
		}
		put_times(0, 3 + i, 10);
		put_slice_end(1000);
	}
	stream_reader_init(&r, &history_sink, f);
	ck_assert_int_eq(stream_feed(&r, bytes.data, bytes.len, &error), 0);
	ck_assert_int_eq(history_tree(h, &query, &trees[0], &span, &error), 0);
	ck_assert_uint_gt(trees[0].n_nodes, 40);
	ck_assert_uint_lt(trees[0].n_nodes, 200);
	ck_assert_int_eq(matrix_stacks_init(&stacks), 0);
	add_stacks(&stacks, &trees[0], stack_of);
	ck_assert_int_eq(history_matrix_stacks(h, &query, &stacks, &m, &error), 0);
	VEC_EACH (cell, &m.cells)
		sums[cell->function] += cell->total_s;
	for (size_t i = 0; i < trees[0].n_nodes; i++)
		ck_assert_double_eq_tol(sums[stack_of[i]] * 1e9,
					(double)(trees[0].nodes[i].total * trees[0].meta.period_ns),
					(double)trees[0].meta.period_ns);
	ck_assert_double_eq_tol(m.total_s[1], 4, 1e-9);
	history_matrix_deinit(&m);
	matrix_stacks_deinit(&stacks);

	ck_assert_int_eq(matrix_stacks_init(&stacks), 0);
	ck_assert_int_eq(matrix_stacks_add(&stacks, TRIE_ROOT, "b (f.py)", &a), 0);
	ck_assert_int_eq(history_matrix_stacks(h, &query, &stacks, &m, &error), 0);
	ck_assert_uint_le(m.cells.n, 2 * 5);
	for (size_t i = 0, slots = 0; i < m.cells.n; i++)
		if (m.cells.items[i].function == TRIE_ROOT)
			ck_assert_double_eq_tol(m.cells.items[i].total_s, m.total_s[slots++], 1e-9);
	history_matrix_deinit(&m);
	matrix_stacks_deinit(&stacks);
	stream_reader_deinit(&r);
	history_free(h);
	end_diff();
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("diff");
	TCase *tcase = tcase_create("diff");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, both_sides);
	tcase_add_test(tcase, random_sides);
	tcase_add_test(tcase, matrix);
	tcase_add_test(tcase, matrix_by_stack);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
