/* SPDX-License-Identifier: MIT */
/*
 * top_names: the functions and lines that `scrape top` has met, each once, known by a number. A line knows its
 * function: the name of the same code with the line at which it begins. Texts are cut to TOP_TEXT_MAX bytes; past
 * TOP_NAMES_MAX names all new ones are TOP_NAME_OTHER.
 */
#ifndef CLI_TOP_NAMES_H
#define CLI_TOP_NAMES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "profile/frames.h"
#include "profile/ids.h"
#include "profile/strings.h"

#define TOP_NAMES_MAX (256u << 10)
#define TOP_TEXT_MAX 256

/* These are there from the start. */
enum top_name_fixed {
	TOP_NAME_OTHER,
	TOP_NAME_UNKNOWN,
	TOP_NAME_UNSEEN,
	TOP_NAME_GC,
	TOP_NAME_TRUNCATED,
	TOP_NAME_FIXED_COUNT
};

struct top_names {
	struct strings strings;
	struct frames frames;
	struct id_list functions; /* by name: the name of its function */
	struct buf text;          /* scratch */
	size_t max;               /* TOP_NAMES_MAX, or less in a test */
};

/* 0 or SCRAPE_ENOMEM. */
int top_names_init(struct top_names *names, size_t max);
void top_names_deinit(struct top_names *names);

/* The name of a line: function and file are numbers in `strings`. Also makes the name of its function. 0 or
 * SCRAPE_ENOMEM. */
int top_names_add(struct top_names *names, const struct frame *line, uint32_t *ret);

/* The number of a text, cut. 0 or SCRAPE_ENOMEM. */
int top_names_text(struct top_names *names, const char *text, size_t len, uint32_t *ret);

static inline uint32_t top_names_function_of(const struct top_names *names, uint32_t name)
{
	return names->functions.items[name];
}

/* What a name reads. Valid until top_names_deinit. */
const char *top_names_function(const struct top_names *names, uint32_t name);
const char *top_names_file(const struct top_names *names, uint32_t name, bool full);
uint32_t top_names_line(const struct top_names *names, uint32_t name); /* 0: none */

#endif
