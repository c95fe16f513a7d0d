/* SPDX-License-Identifier: MIT */
/* map: open addressing over 64-bit keys. */
#include "base/map.h"

#include <stdlib.h>
#include <string.h>

#include "scrape.h"

#define MAP_SIZE_MIN 64

void map_deinit(struct map *map)
{
	free(map->slots);
	*map = (struct map){0};
}

void map_clear(struct map *map)
{
	if (map->slots)
		memset(map->slots, 0, map_bytes(map));
	map->used = 0;
}

static struct map_slot *slot_of(const struct map *map, uint64_t key)
{
	size_t i = map_mix(key) & (map->size - 1);

	while (map->slots[i].used && map->slots[i].key != key)
		i = (i + 1) & (map->size - 1);
	return &map->slots[i];
}

bool map_get(const struct map *map, uint64_t key, uint32_t *ret)
{
	const struct map_slot *slot;

	if (map->used == 0)
		return false;
	slot = slot_of(map, key);
	if (!slot->used)
		return false;
	*ret = slot->value;
	return true;
}

static int grow(struct map *map)
{
	struct map next = {.size = map->size ? map->size * 2 : MAP_SIZE_MIN, .used = map->used};

	next.slots = calloc(next.size, sizeof(*next.slots));
	if (!next.slots)
		return SCRAPE_ENOMEM;
	for (size_t i = 0; i < map->size; i++)
		if (map->slots[i].used)
			*slot_of(&next, map->slots[i].key) = map->slots[i];
	free(map->slots);
	*map = next;
	return 0;
}

int map_put(struct map *map, uint64_t key, uint32_t value)
{
	struct map_slot *slot;

	if (map->used * 4 >= map->size * 3) {
		int r = grow(map);

		if (r < 0)
			return r;
	}
	slot = slot_of(map, key);
	map->used += !slot->used;
	*slot = (struct map_slot){.key = key, .value = value, .used = 1};
	return 0;
}
