/* SPDX-License-Identifier: MIT */
/* comparison_tree: two trees in one, pruned alike on both sides: what is folded stands behind its siblings. */
#include "daemon/comparison_tree.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/text.h"
#include "compare/diff.h"
#include "daemon/api_answer.h"
#include "daemon/comparison.h"
#include "scrape.h"

#define CELLS_MAX 4000000 /* stacks times hosts times slots of which intervals are worked out */
#define NO_STACK UINT32_MAX

/* A part of the whole is no less than this many units of a side's tree. */
static uint64_t least_of(const struct comparison_side *side, double part)
{
	return (uint64_t)(part * (double)side->tree.nodes[0].total) + 1;
}

static bool is_light(const struct comparison *c, const struct diff_node *node, double part)
{
	return node->depth > 0 && node->total[DIFF_BASE] < least_of(&c->sides[DIFF_BASE], part) &&
	       node->total[DIFF_COMP] < least_of(&c->sides[DIFF_COMP], part);
}

static int push(struct comparison_tree *t, const struct diff_node *node)
{
	struct diff_node *place = VEC_PUSH(&t->nodes);

	if (!place)
		return SCRAPE_ENOMEM;
	*place = *node;
	return 0;
}

/* In pre-order; where a parent ends, what was folded of its children becomes its last one. */
static int prune(struct comparison_tree *t, const struct comparison *c)
{
	_cleanup_free_ struct diff_node *open = calloc(TREE_DEPTH_ROOM, sizeof(*open)); /* by depth of the parent */
	uint32_t depth = 0;
	int r = open ? 0 : SCRAPE_ENOMEM;

	for (size_t i = 0; i <= t->diff.n_nodes && r == 0; i++) {
		const struct diff_node *node = i < t->diff.n_nodes ? &t->diff.nodes[i] : NULL;
		uint32_t next = node ? node->depth : 0;

		for (; r == 0 && i > 0 && depth + 1 > next; depth--) { /* parents that end */
			struct diff_node *folded = &open[depth];

			if (folded->total[DIFF_BASE] || folded->total[DIFF_COMP]) {
				folded->name = (uint32_t)t->diff.n_names;
				folded->depth = depth + 1;
				r = push(t, folded);
			}
			*folded = (struct diff_node){0};
			if (depth == 0)
				break;
		}
		if (!node || r < 0)
			break;
		if (!is_light(c, node, COMPARISON_LEAST)) {
			depth = node->depth;
			r = push(t, node);
			continue;
		}
		for (int k = 0; k < DIFF_SIDES; k++) {
			open[node->depth - 1].self[k] += node->total[k];
			open[node->depth - 1].total[k] += node->total[k];
		}
		depth = node->depth - 1;
		while (i + 1 < t->diff.n_nodes && t->diff.nodes[i + 1].depth > node->depth)
			i++; /* all below it */
	}
	return r;
}

/* The nodes of which intervals are worked out: all, or as many of the heaviest as there is room for. */
static double choose_least(const struct comparison_tree *t, const struct comparison *c)
{
	double part = COMPARISON_LEAST;
	size_t places = 1, n;

	for (int i = 0; i < DIFF_SIDES; i++) {
		const struct history_matrix *m = &c->sides[i].matrix;

		places = m->n_hosts * m->n_slots > places ? m->n_hosts * m->n_slots : places;
	}
	do {
		n = 0;
		VEC_EACH (node, &t->nodes)
			n += !is_light(c, node, part);
		part *= 2;
	} while (n > CELLS_MAX / places && part < 1);
	return part / 2;
}

/* A child is never heavier than its parent, so what is chosen hangs together. */
static int choose_stacks(struct comparison_tree *t, const struct comparison *c)
{
	_cleanup_free_ uint32_t *path = calloc(TREE_DEPTH_ROOM, sizeof(*path)); /* by depth: nodes of the stacks */
	double part = choose_least(t, c);
	int r = path ? 0 : SCRAPE_ENOMEM;

	for (size_t i = 0; i < t->nodes.n && r == 0; i++) {
		const struct diff_node *node = &t->nodes.items[i];

		if (node->name >= t->diff.n_names || is_light(c, node, part))
			t->stack_of[i] = NO_STACK; /* [pruned] is what it is in this tree only */
		else if (node->depth == 0)
			t->stack_of[i] = TRIE_ROOT;
		else
			r = matrix_stacks_add(&t->stacks, path[node->depth - 1], t->diff.names[node->name]->text,
					      &t->stack_of[i]);
		path[node->depth] = t->stack_of[i];
	}
	return r;
}

static int compare_stacks(struct comparison_tree *t, const struct comparison *c, struct err *err)
{
	struct history_matrix matrices[DIFF_SIDES] = {0};
	struct compare_data data[DIFF_SIDES] = {0};
	struct compare_side sides[DIFF_SIDES];
	struct compare_summary summary;
	struct strings hosts = {0};
	size_t n = t->stacks.trie.nodes.n;
	int r = 0;

	t->rows = calloc(n, sizeof(*t->rows));
	if (!t->rows)
		r = SCRAPE_ENOMEM;
	for (int i = 0; i < DIFF_SIDES && r == 0; i++) {
		struct history_query query;

		comparison_query(&c->sides[i], &query);
		r = history_matrix_stacks(c->sides[i].history, &query, &t->stacks, &matrices[i], err);
		if (r == 0)
			r = compare_data_make(&data[i], &matrices[i], n, true, &hosts);
		sides[i] = (struct compare_side){.panel = &data[i].panel, .until = data[i].panel.n_slots};
	}
	if (r == 0)
		r = compare_diff(&sides[DIFF_BASE], &sides[DIFF_COMP], t->rows, &summary, err);
	if (r == SCRAPE_ENOMEM)
		(void)err_set(err, r, "out of memory");
	for (int i = 0; i < DIFF_SIDES; i++) {
		compare_data_deinit(&data[i]);
		history_matrix_deinit(&matrices[i]);
	}
	strings_deinit(&hosts);
	return r;
}

int comparison_tree_make(const struct comparison *c, struct comparison_tree *ret, struct err *err)
{
	struct comparison_tree tree = {0};
	int r = diff_trees(&c->sides[DIFF_BASE].tree, &c->sides[DIFF_COMP].tree, &tree.diff);

	if (r == 0)
		r = prune(&tree, c);
	if (r == 0)
		r = matrix_stacks_init(&tree.stacks);
	if (r == 0) {
		tree.stack_of = calloc(tree.nodes.n + 1, sizeof(*tree.stack_of));
		r = tree.stack_of ? choose_stacks(&tree, c) : SCRAPE_ENOMEM;
	}
	if (r < 0)
		(void)err_set(err, r, "out of memory");
	else if (c->comparable)
		r = compare_stacks(&tree, c, err);
	if (r < 0)
		comparison_tree_deinit(&tree);
	else
		*ret = tree;
	return r;
}

void comparison_tree_deinit(struct comparison_tree *t)
{
	diff_deinit(&t->diff);
	VEC_DEINIT(&t->nodes);
	matrix_stacks_deinit(&t->stacks);
	free(t->stack_of);
	free(t->rows);
}

static const struct tree_name pruned = {.text = SCRAPE_MARK_PRUNED,
					.function = SCRAPE_MARK_PRUNED,
					.file = "",
					.module = "",
					.build_id = "",
					.kind = TREE_MARKER};

const struct tree_name *comparison_tree_name(const struct comparison_tree *t, const struct diff_node *node)
{
	return node->name < t->diff.n_names ? t->diff.names[node->name] : &pruned;
}

const struct compare_row *comparison_tree_row(const struct comparison_tree *t, size_t node)
{
	return t->rows && t->stack_of[node] != NO_STACK ? &t->rows[t->stack_of[node]] : NULL;
}

static void put_names(struct buf *out, const struct diff *diff)
{
	static const char *const kinds[] = {
		[TREE_PYTHON] = "python", [TREE_NATIVE] = "native", [TREE_MARKER] = "marker", [TREE_GROUP] = "group"};
	static const char *const keys[] = {"names", "function", "file", "module", "line", "kind"};

	for (size_t key = 0; key < sizeof(keys) / sizeof(*keys); key++) {
		buf_fmt(out, ",\"%s\":[", keys[key]);
		for (size_t i = 0; i <= diff->n_names; i++) {
			const struct tree_name *name = i < diff->n_names ? diff->names[i] : &pruned;
			const char *const texts[] = {name->text,   name->function, name->file,
						     name->module, NULL,           kinds[name->kind]};

			if (i)
				buf_chr(out, ',');
			if (texts[key])
				text_json(out, texts[key], strlen(texts[key]));
			else
				buf_fmt(out, "%" PRIu32, name->line);
		}
		buf_chr(out, ']');
	}
}

static void put_nodes(struct buf *out, const struct comparison *c, const struct comparison_tree *t)
{
	static const char *const keys[] = {"name", "depth", "base_self", "base_total", "self", "total"};

	for (size_t key = 0; key < sizeof(keys) / sizeof(*keys); key++) {
		buf_fmt(out, ",\"%s\":[", keys[key]);
		VEC_EACH (node, &t->nodes) {
			int side = key < 4 ? DIFF_BASE : DIFF_COMP;

			if (node > t->nodes.items)
				buf_chr(out, ',');
			if (key < 2)
				buf_fmt(out, "%" PRIu32, key ? node->depth : node->name);
			else
				api_put_number(out, comparison_cores(&c->sides[side],
								     key % 2 ? node->total[side] : node->self[side]));
		}
		buf_chr(out, ']');
	}
}

/* Of the totals; null where nothing is known. */
static void put_interval(struct buf *out, const struct comparison_tree *t, const char *prefix, bool share, double scale)
{
	static const char *const keys[] = {"delta", "lo", "hi"};

	for (size_t key = 0; key < sizeof(keys) / sizeof(*keys); key++) {
		buf_fmt(out, ",\"%s%s\":[", prefix, keys[key]);
		for (size_t i = 0; i < t->nodes.n; i++) {
			double values[] = {NAN, NAN, NAN};

			const struct compare_row *row = comparison_tree_row(t, i);

			if (row) {
				const struct compare_value *v = share ? &row->share : &row->cores;

				values[0] = v->delta;
				values[1] = v->flags & COMPARE_NO_INTERVAL ? NAN : v->lo;
				values[2] = v->flags & COMPARE_NO_INTERVAL ? NAN : v->hi;
			}
			if (i)
				buf_chr(out, ',');
			api_put_number(out, values[key] * scale);
		}
		buf_chr(out, ']');
	}
}

void comparison_tree_json(const struct comparison_tree *t, const struct comparison *c, struct buf *out)
{
	put_names(out, &t->diff);
	put_nodes(out, c, t);
	put_interval(out, t, "", false, (double)c->summary.n_hosts);
	put_interval(out, t, "share_", true, 1);
}
