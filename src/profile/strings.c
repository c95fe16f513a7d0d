/* SPDX-License-Identifier: MIT */
/* strings: interned text. */
#include "profile/strings.h"

#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "scrape.h"

void strings_deinit(struct strings *strings)
{
	VEC_DEINIT(&strings->list);
	map_deinit(&strings->by_hash);
	arena_deinit(&strings->arena);
}

size_t strings_bytes(const struct strings *strings)
{
	return strings->list.cap * sizeof(struct string) + map_bytes(&strings->by_hash) + strings->arena.bytes;
}

int strings_add(struct strings *strings, const char *text, size_t len, uint32_t *ret)
{
	uint64_t hash = XXH3_64bits_withSeed(text, len, strings->seed);
	uint32_t number = (uint32_t)strings->list.n, head = 0;
	struct string *string;
	char *copy;

	if (map_get(&strings->by_hash, hash, &head)) {
		head++;
		for (uint32_t at = head; at; at = string->next) {
			string = &strings->list.items[at - 1];
			if (string->len == len && memcmp(string->text, text, len) == 0) {
				*ret = at - 1;
				return 0;
			}
		}
	}
	copy = arena_strndup(&strings->arena, text, len);
	if (!copy || !VEC_RESERVE(&strings->list, strings->list.n + 1) || map_put(&strings->by_hash, hash, number) < 0)
		return SCRAPE_ENOMEM;
	string = VEC_PUSH(&strings->list);
	*string = (struct string){.text = copy, .len = (uint32_t)len, .next = head};
	*ret = number;
	return 0;
}
