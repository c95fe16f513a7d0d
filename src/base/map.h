/* SPDX-License-Identifier: MIT */
/*
 * map: 64-bit keys to 32-bit values, open addressing with linear probing. 16 bytes a slot, about 25 ns a hit when
 * it is larger than the cache. A zeroed struct is an empty map. Keys and values are any number; there is no removal
 * (what must be forgotten is forgotten as a whole with map_clear).
 */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct map_slot {
	uint64_t key;
	uint32_t value;
	uint32_t used;
};

struct map {
	struct map_slot *slots;
	size_t used, size; /* size is 0 or a power of two */
};

void map_deinit(struct map *map);
void map_clear(struct map *map);
bool map_get(const struct map *map, uint64_t key, uint32_t *ret);
/* Sets or replaces. 0, or SCRAPE_ENOMEM with the map unchanged. */
int map_put(struct map *map, uint64_t key, uint32_t value);
static inline size_t map_bytes(const struct map *map)
{
	return map->size * sizeof(struct map_slot);
}

static inline uint64_t map_mix(uint64_t x) /* splitmix64's finaliser */
{
	x ^= x >> 30;
	x *= 0xbf58476d1ce4e5b9ull;
	x ^= x >> 27;
	x *= 0x94d049bb133111ebull;
	return x ^ (x >> 31);
}

#endif
