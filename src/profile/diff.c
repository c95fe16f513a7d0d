/* SPDX-License-Identifier: MIT */
/* diff: both trees are in pre-order with children by name, so they are merged like two sorted lists. */
#include "profile/diff.h"

#include <stdlib.h>
#include <string.h>

#include "base/vec.h"
#include "profile/ids.h"
#include "profile/strings.h"

/* A place in one of the trees. */
struct side {
	const struct tree *tree;
	size_t at;
	struct id_list name_of; /* of the tree -> of the diff, + 1 */
};

struct merging {
	struct side sides[DIFF_SIDES];
	struct strings texts;
	VEC(const struct tree_name *) names;
	VEC(struct diff_node) nodes;
};

static int find_name(struct merging *m, struct side *side, uint32_t name, uint32_t *ret)
{
	const struct tree_name *n = &side->tree->names[name];
	const struct tree_name **place;
	uint32_t number;

	while (side->name_of.n <= name)
		if (id_add(&side->name_of, 0) < 0)
			return SCRAPE_ENOMEM;
	if (!side->name_of.items[name]) {
		if (strings_add(&m->texts, n->text, strlen(n->text), &number) < 0)
			return SCRAPE_ENOMEM;
		if (number == m->names.n) {
			place = VEC_PUSH(&m->names);
			if (!place)
				return SCRAPE_ENOMEM;
			*place = n;
		}
		side->name_of.items[name] = number + 1;
	}
	*ret = side->name_of.items[name] - 1;
	return 0;
}

static const struct tree_node *node_at(const struct side *side)
{
	return side->at < side->tree->n_nodes ? &side->tree->nodes[side->at] : NULL;
}

/* Which of both comes first in the merged order: the deeper one (its parent is the one taken last), then by name. 0:
 * both are the same node. */
static int order(const struct merging *m, const struct tree_node *a, const struct tree_node *b)
{
	if (!a || !b)
		return a ? -1 : 1;
	if (a->depth != b->depth)
		return a->depth > b->depth ? -1 : 1;
	return strcmp(m->sides[DIFF_BASE].tree->names[a->name].text, m->sides[DIFF_COMP].tree->names[b->name].text);
}

static int take(struct merging *m, struct diff_node *node, int which)
{
	struct side *side = &m->sides[which];
	const struct tree_node *from = node_at(side);

	node->depth = from->depth;
	node->self[which] = from->self;
	node->total[which] = from->total;
	side->at++;
	return find_name(m, side, from->name, &node->name);
}

static int merge(struct merging *m)
{
	const struct tree_node *a, *b;

	while ((a = node_at(&m->sides[DIFF_BASE])), (b = node_at(&m->sides[DIFF_COMP])), a || b) {
		struct diff_node *node = VEC_PUSH(&m->nodes);
		int which = order(m, a, b), r = 0;

		if (!node)
			return SCRAPE_ENOMEM;
		if (m->nodes.n == 1 && a && b)
			which = 0; /* the roots */
		if (which <= 0)
			r = take(m, node, DIFF_BASE);
		if (r == 0 && which >= 0)
			r = take(m, node, DIFF_COMP);
		if (r < 0)
			return r;
	}
	return 0;
}

int diff_trees(const struct tree *base, const struct tree *comp, struct diff *ret)
{
	struct merging m = {.sides = {{.tree = base}, {.tree = comp}}};
	int r = merge(&m);

	strings_deinit(&m.texts);
	VEC_DEINIT(&m.sides[DIFF_BASE].name_of);
	VEC_DEINIT(&m.sides[DIFF_COMP].name_of);
	*ret = (struct diff){m.names.items, m.names.n, m.nodes.items, m.nodes.n};
	if (r < 0)
		diff_deinit(ret);
	return r;
}

void diff_deinit(struct diff *diff)
{
	free(diff->names);
	free(diff->nodes);
	*diff = (struct diff){0};
}
