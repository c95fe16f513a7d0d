/* SPDX-License-Identifier: MIT */
/* tree: its end; profile_tree makes it. */
#include "profile/tree.h"

void tree_deinit(struct tree *tree)
{
	arena_deinit(&tree->arena);
	*tree = (struct tree){0};
}
