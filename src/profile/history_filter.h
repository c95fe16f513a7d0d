/* SPDX-License-Identifier: MIT */
/* history_filter: which threads of a history a question is about. */
#ifndef PROFILE_HISTORY_FILTER_H
#define PROFILE_HISTORY_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;
struct err;
struct history;
struct history_filter;

#define HISTORY_FILTERS_MAX 64
#define HISTORY_EXPRESSION_MAX 256 /* bytes of a regular expression */

struct history_match {
	bool *threads;   /* by thread */
	bool *processes; /* by process: what filters but those of threads say */
	bool *hosts;     /* by number of a string that is a host's name, 0: the own one */
};

/* 0; SCRAPE_EINVAL with a sentence; SCRAPE_ENOMEM. */
int history_match_init(struct history_match *match, const struct history *history, const struct history_filter *filters,
		       size_t n, struct err *err);
void history_match_deinit(struct history_match *match);

/* The values that filters see, into `out` (which is emptied): of HISTORY_SERVICE, HISTORY_LABEL ... Of a thread it is
 * its name, or without one "tid N". */
void history_process_value(const struct history *history, uint32_t process, int field, const char *key,
			   struct buf *out);
void history_thread_value(const struct history *history, uint32_t thread, struct buf *out);

#endif
