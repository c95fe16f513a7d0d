/* SPDX-License-Identifier: MIT */
/* arena: memory that is freed as a whole. */
#include "base/arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_BYTES (32 * 1024)

struct arena_block {
	struct arena_block *next;
	size_t used, size;
	_Alignas(16) char data[];
};

void arena_deinit(struct arena *arena)
{
	while (arena->head) {
		struct arena_block *next = arena->head->next;

		free(arena->head);
		arena->head = next;
	}
	arena->bytes = 0;
}

void *arena_alloc(struct arena *arena, size_t n)
{
	struct arena_block *block = arena->head;
	void *p;

	if (n > SIZE_MAX / 2)
		return NULL;
	n = (n + 15) & ~(size_t)15;
	if (!block || block->size - block->used < n) {
		size_t size = n > BLOCK_BYTES ? n : BLOCK_BYTES;

		block = malloc(sizeof(*block) + size);
		if (!block)
			return NULL;
		*block = (struct arena_block){.next = arena->head, .size = size};
		arena->head = block;
		arena->bytes += sizeof(*block) + size;
	}
	p = block->data + block->used;
	block->used += n;
	return memset(p, 0, n);
}

char *arena_strndup(struct arena *arena, const char *bytes, size_t n)
{
	char *copy = arena_alloc(arena, n + 1);

	if (copy)
		memcpy(copy, bytes, n);
	return copy;
}
