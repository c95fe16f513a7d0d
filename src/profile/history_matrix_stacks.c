/* SPDX-License-Identifier: MIT */
/*
 * history_matrix_stacks: a matrix by stack. Rows are found in a merge as a tree would have them (profile/merge.h), so
 * what counts for a node here is what the node shows there; where a node of the merge leads is worked out once.
 */
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "profile/history_matrix_private.h"
#include "profile/merge.h"
#include "profile/rows.h"

/* Where a node of the merge counts: in this node of the stacks and in all above it. */
struct place {
	uint32_t node;
	bool known, whole, native; /* whole: the node is itself there, so its children may be */
};

struct by_stack {
	const struct history *history;
	struct matrix_stacks *stacks;
	struct merge merge;
	VEC(struct place) places;
	struct id_list path; /* scratch */
};

int matrix_stacks_init(struct matrix_stacks *stacks)
{
	*stacks = (struct matrix_stacks){0};
	return trie_init(&stacks->trie);
}

void matrix_stacks_deinit(struct matrix_stacks *stacks)
{
	strings_deinit(&stacks->texts);
	trie_deinit(&stacks->trie);
}

int matrix_stacks_add(struct matrix_stacks *stacks, uint32_t parent, const char *text, uint32_t *ret)
{
	uint32_t number;
	int code = strings_add(&stacks->texts, text, strlen(text), &number);

	return code < 0 ? code : trie_child(&stacks->trie, parent, number, ret);
}

static int find_place(struct by_stack *b, uint32_t node, struct place *ret)
{
	const struct trie_node *at = &b->merge.trie.nodes.items[node];
	const struct tree_name *name = &b->merge.labels.names.items[at->label];
	struct place place = b->places.items[at->parent];
	uint32_t number;

	if (strings_add(&b->stacks->texts, name->text, strlen(name->text), &number) < 0)
		return SCRAPE_ENOMEM;
	place.whole = place.whole && trie_find(&b->stacks->trie, place.node, number, &place.node);
	place.native = place.native || name->kind == TREE_NATIVE;
	place.known = true;
	*ret = place;
	return 0;
}

/* Parents first. */
static int place_of(struct by_stack *b, uint32_t node, struct place *ret)
{
	while (b->places.n <= node)
		if (!VEC_PUSH(&b->places))
			return SCRAPE_ENOMEM;
	b->places.items[TRIE_ROOT] = (struct place){.node = TRIE_ROOT, .known = true, .whole = true};
	b->path.n = 0;
	for (; !b->places.items[node].known; node = b->merge.trie.nodes.items[node].parent)
		if (id_add(&b->path, node) < 0)
			return SCRAPE_ENOMEM;
	while (b->path.n > 0) {
		node = b->path.items[--b->path.n];
		if (find_place(b, node, &b->places.items[node]) < 0)
			return SCRAPE_ENOMEM;
	}
	*ret = b->places.items[node];
	return 0;
}

static int add_row(struct matrix_making *m, struct matrix_row *row)
{
	struct by_stack *b = m->owner;
	const struct row merged = {
		.thread = row->thread, .node = b->history->stacks.items[row->stack], .flags = row->flags};
	struct place place = {0};
	uint32_t node;
	int code = merge_find(&b->merge, &merged, &node);

	if (code == 0)
		code = place_of(b, node, &place);
	if (code < 0)
		return code;
	row->native = row->native || place.native;
	for (node = place.node; code == 0 && node != TRIE_ROOT; node = b->stacks->trie.nodes.items[node].parent)
		code = matrix_add(m, node, row->seconds, MATRIX_TOTAL);
	return code < 0 ? code : matrix_add(m, TRIE_ROOT, row->seconds, MATRIX_TOTAL);
}

int history_matrix_stacks(const struct history *h, const struct history_query *query, struct matrix_stacks *stacks,
			  struct history_matrix *ret, struct err *err)
{
	struct profile_query show = query->show;
	struct by_stack b = {.history = h, .stacks = stacks};
	int code;

	show.by_function = query->merge == HISTORY_BY_FUNCTION;
	show.by_module = query->merge == HISTORY_BY_MODULE;
	code = merge_init(&b.merge, &h->names, &show);
	if (code == 0)
		code = matrix_make(h, query, add_row, &b, ret, err);
	else
		(void)err_set(err, code, "out of memory");
	merge_deinit(&b.merge);
	VEC_DEINIT(&b.places);
	VEC_DEINIT(&b.path);
	return code;
}
