/* SPDX-License-Identifier: MIT */
/* ration: how often each of several things may be said. */
#include "base/ration.h"

#include <stddef.h>
#include <stdio.h>

static bool is_over(const struct ration_entry *entry, uint64_t now_ns)
{
	return now_ns == UINT64_MAX || now_ns - entry->since_ns >= RATION_NS;
}

/* The entry of this key, else one that can be given to it, else NULL. */
static struct ration_entry *entry_for(struct ration *ration, const void *key, uint64_t now_ns)
{
	struct ration_entry *spare = NULL;

	for (size_t i = 0; i < RATION_KEYS; i++) {
		struct ration_entry *entry = &ration->entries[i];

		if (entry->key == key)
			return entry;
		if (!spare && (!entry->key || (entry->held == 0 && is_over(entry, now_ns))))
			spare = entry;
	}
	if (spare)
		*spare = (struct ration_entry){.key = key, .since_ns = now_ns};
	return spare;
}

bool ration_take(struct ration *ration, const void *key, int level, const char *text, uint64_t now_ns)
{
	struct ration_entry *entry = entry_for(ration, key, now_ns);

	if (!entry)
		return true;
	if (entry->held == 0 && is_over(entry, now_ns)) {
		entry->since_ns = now_ns;
		entry->said = 0;
	}
	if (entry->said < RATION_LINES) {
		entry->said++;
		return true;
	}
	entry->held++;
	entry->level = level;
	(void)snprintf(entry->text, sizeof(entry->text), "%s", text); /* its beginning will do */
	return false;
}

const char *ration_over(struct ration *ration, uint64_t now_ns, int *level_ret, unsigned *held_ret)
{
	for (size_t i = 0; i < RATION_KEYS; i++) {
		struct ration_entry *entry = &ration->entries[i];

		if (entry->held == 0 || !is_over(entry, now_ns))
			continue;
		*level_ret = entry->level;
		*held_ret = entry->held;
		entry->key = NULL;
		entry->held = 0;
		return entry->text;
	}
	return NULL;
}
