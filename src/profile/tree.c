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

/* What stands behind the last parenthesis was written by profile/label.c, whatever the program calls itself: the number
 * of a process ("(pid ") or thread. 0: none stands there. */
static uint32_t group_number(const char *paren, const char *kind)
{
	uint64_t number;
	char *end;

	if (!paren || strncmp(paren, kind, strlen(kind)) != 0)
		return 0;
	number = strtoull(paren + strlen(kind), &end, 10);
	return strcmp(end, ")") == 0 && number <= UINT32_MAX ? (uint32_t)number : 0;
}

bool tree_group(const struct tree_name *name, struct tree_group *ret)
{
	static const char thread[] = "thread ";
	const char *text = name->text, *paren;
	uint32_t pid;

	if (name->kind != TREE_GROUP)
		return false;
	paren = strrchr(text, '(');
	pid = group_number(paren, "(pid ");
	*ret = (struct tree_group){.is_thread = !pid && strncmp(text, thread, strlen(thread)) == 0};
	ret->number = ret->is_thread ? group_number(paren, "(tid ") : pid;
	ret->name = text + (ret->is_thread ? strlen(thread) : 0);
	ret->len = ret->number ? (size_t)(paren - ret->name) : strlen(ret->name);
	ret->len -= ret->number && ret->len > 0; /* the blank before it */
	return true;
}

uint32_t tree_end(const struct tree *tree, uint32_t node)
{
	uint32_t end = node + 1;

	while (end < tree->n_nodes && tree->nodes[end].depth > tree->nodes[node].depth)
		end++;
	return end;
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
