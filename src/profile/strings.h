/* SPDX-License-Identifier: MIT */
/*
 * strings: every text once, known by a dense number from 0. Text is never moved or freed before strings_deinit, so
 * pointers to it may be kept as long. A zeroed struct is empty and usable.
 */
#ifndef PROFILE_STRINGS_H
#define PROFILE_STRINGS_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/map.h"
#include "base/vec.h"

struct string {
	const char *text; /* with a NUL behind it */
	uint32_t len;
	uint32_t next; /* number + 1 of the next string with the same hash, 0: none */
};

struct strings {
	VEC(struct string) list;
	struct map by_hash; /* hash -> number of the newest string with it */
	struct arena arena;
	uint64_t seed; /* of the hash: a secret keeps strangers from making names that collide */
};

void strings_deinit(struct strings *strings);
size_t strings_bytes(const struct strings *strings);

/* The number of the text, which is new or was there. 0 or SCRAPE_ENOMEM. */
int strings_add(struct strings *strings, const char *text, size_t len, uint32_t *ret);

#endif
