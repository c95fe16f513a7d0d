/* SPDX-License-Identifier: MIT */
/*
 * ration: how often each of several things may be said. A thing is a key, compared as a pointer (log uses its call
 * sites). In each window of RATION_NS, which begins with the first line, RATION_LINES are let through; the rest is
 * counted, with the text of the last, and told when the window is over. Nothing is allocated. Time is an input.
 *
 *	if (ration_take(&ration, key, level, text, now))
 *		say(text);
 *	while ((text = ration_over(&ration, now, &level, &held)))
 *		say("%u more like this: %s", held, text);
 */
#ifndef BASE_RATION_H
#define BASE_RATION_H

#include <stdbool.h>
#include <stdint.h>

#define RATION_LINES 10
#define RATION_NS (30ull * 1000000000)
#define RATION_KEYS 64      /* at a time; what comes when all are holding something back is let through */
#define RATION_TEXT_MAX 192 /* of a text that was held back, its NUL included */

struct ration {
	struct ration_entry {
		const void *key; /* NULL: free */
		uint64_t since_ns;
		unsigned said, held;
		int level;
		char text[RATION_TEXT_MAX];
	} entries[RATION_KEYS];
};

/* May this be said now? If not it is kept as held back. A zeroed struct is an empty ration. */
bool ration_take(struct ration *ration, const void *key, int level, const char *text, uint64_t now_ns);

/* The text, level and number of what was held back in one window that is over at now_ns (UINT64_MAX: in any), which is
 * forgotten; NULL if there is none. The text stays until the next call. */
const char *ration_over(struct ration *ration, uint64_t now_ns, int *level_ret, unsigned *held_ret);

#endif
