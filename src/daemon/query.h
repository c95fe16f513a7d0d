/* SPDX-License-Identifier: MIT */
/*
 * query: the parameters of a question, as words, become a question to the history. Pure: it knows the words and what
 * they mean, not where they come from.
 *
 *	from=15min&service=shop&service=~^pay&label.zone=eu&mode=wall&max_nodes=0
 *
 * Whatever cannot be understood is refused with a sentence that names the parameter: an unknown name, a value given
 * twice where there is room for one, an empty interval. Nothing is guessed.
 */
#ifndef DAEMON_QUERY_H
#define DAEMON_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "profile/history.h"

struct err;

#define QUERY_FILTERS_MAX 64     /* filters of one question */
#define QUERY_LABELS_MAX 16      /* different label.KEY among them */
#define QUERY_VALUE_MAX 1024     /* bytes of one value */
#define QUERY_NODES_DEFAULT 8192
#define QUERY_SPAN_US (3600ull * 1000000) /* how far back an interval begins if it does not say */

/* Where the words come from. `param` gives the i-th value of a name, NULL beyond the last; `unknown` the first name
 * that is none of `known` (NULL-ended), or NULL. */
struct query_source {
	const char *(*param)(const void *ctx, const char *name, size_t i);
	const char *(*unknown)(const void *ctx, const char *const *known);
	const void *ctx;
};

/* Which groups of parameters an endpoint takes. */
enum query_group {
	QUERY_INTERVAL = 1, /* from until */
	QUERY_FILTERS = 2,  /* service host pid thread target label.KEY */
	QUERY_MODE = 4,     /* mode */
	QUERY_TREE = 8,     /* merge max_nodes threads processes full_filenames format */
	QUERY_SERIES = 16,  /* function value unit step by */
	QUERY_STEP = 32,    /* step alone */
};

struct query {
	struct history_timeline_query ask; /* ask.which is the question of a tree */
	const char *format;                /* NULL: not said */
	size_t limit;                      /* of rows; 0: not said */
	uint64_t compare_us;               /* how long before the same hours are looked at; 0: not */
	double threshold;                  /* of the article's tree: what has a lesser share is left out */
	struct history_filter filters[QUERY_FILTERS_MAX];
	struct arena arena; /* owns all text */
};

/* Relative times count back from now_us. extra: names that the caller reads itself (NULL-ended; NULL: none). ret is to
 * be given to query_deinit, also after a failure; it must not be moved. 0, SCRAPE_EINVAL or SCRAPE_ELIMIT with a
 * sentence, SCRAPE_ENOMEM. */
int query_parse(const struct query_source *source, unsigned groups, const char *const *extra, uint64_t now_us,
		struct query *ret, struct err *err);
void query_deinit(struct query *query);

/* "now"; "10min" or "-10min" (s, min, h, d, w and their long names): so long before now; "2026-11-22T14:05:00Z" or
 * with any zone; "1763820300" or "1763820300.5": seconds since 1970. 0 or SCRAPE_EINVAL. */
int query_time(const char *text, uint64_t now_us, uint64_t *ret_us, struct err *err);

/* "10s", "1min"; a number alone is seconds. More than 0, at most ten years. 0 or SCRAPE_EINVAL. */
int query_duration(const char *text, uint64_t *ret_us, struct err *err);

/* A whole number up to max. 0 or SCRAPE_EINVAL. */
int query_number(const char *text, uint64_t max, uint64_t *ret, struct err *err);

/* The one value of a parameter, NULL if it is not there. SCRAPE_EINVAL if it is there twice or too long. */
int query_single(const struct query_source *source, const char *name, const char **ret, struct err *err);

#endif
