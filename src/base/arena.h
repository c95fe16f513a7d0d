/* SPDX-License-Identifier: MIT */
/* arena: memory that is freed as a whole. A zeroed struct is an empty arena. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

struct arena_block;

struct arena {
	struct arena_block *head;
	size_t bytes; /* handed out by malloc so far */
};

void arena_deinit(struct arena *arena);
/* Zeroed, aligned to 16; NULL without memory. Valid until arena_deinit. */
void *arena_alloc(struct arena *arena, size_t n);
/* A copy with a NUL behind it; NULL without memory. */
char *arena_strndup(struct arena *arena, const char *bytes, size_t n);

#endif
