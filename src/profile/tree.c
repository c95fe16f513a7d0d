/* SPDX-License-Identifier: MIT */
/* tree: its end, and who stands above whom; profile_tree makes it. */
#include "profile/tree.h"

#include <stdlib.h>
#include <string.h>

void tree_deinit(struct tree *tree)
{
	arena_deinit(&tree->arena);
	*tree = (struct tree){0};
}

const char *tree_shown(const struct tree_name *name)
{
	bool like_marker = name->kind != TREE_MARKER && name->function[0] == '[' && !name->file[0];
	const char *shown = name->function[0] && !like_marker ? name->function : name->text;

	return shown[0] ? shown : SCRAPE_MARK_UNKNOWN;
}

/* What stands behind the last parenthesis was written by profile/label.c, whatever the program calls itself. */
bool tree_group(const struct tree_name *name, struct tree_group *ret)
{
	static const char thread[] = "thread ";
	const char *text = name->text, *paren = name->kind == TREE_GROUP ? strrchr(text, '(') : NULL;
	bool is_thread = paren && strncmp(paren, "(tid ", 5) == 0;
	uint64_t number;
	char *end;

	if (!paren || (!is_thread && strncmp(paren, "(pid ", 5) != 0))
		return false;
	number = strtoull(paren + 5, &end, 10);
	if (strcmp(end, ")") != 0 || number == 0 || number > UINT32_MAX ||
	    (is_thread && strncmp(text, thread, strlen(thread)) != 0))
		return false;
	text += is_thread ? strlen(thread) : 0;
	*ret = (struct tree_group){.is_thread = is_thread, .number = (uint32_t)number, .name = text};
	ret->len = (size_t)(paren - text);
	ret->len -= ret->len > 0; /* the blank before it */
	return true;
}

void tree_parents(const struct tree *tree, uint32_t *ret)
{
	for (uint32_t i = 0; i < tree->n_nodes; i++) {
		uint32_t parent = i > 0 ? i - 1 : 0;

		while (parent > 0 && tree->nodes[parent].depth >= tree->nodes[i].depth)
			parent = ret[parent];
		ret[i] = parent;
	}
}
