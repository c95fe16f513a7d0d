/* SPDX-License-Identifier: MIT */
/* api_ask_compare: questions about two sides, and about changes. The other side's words are those of the first with
 * base_ in front, each defaulting to its twin. */
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "daemon/api_asking.h"
#include "daemon/api_compare.h"
#include "http/request.h"
#include "http/target.h"
#include "profile/history.h"
#include "scrape.h"

#define BASE_PREFIX "base_"
#define BASE_PREFIX_LEN 5

static const char *request_param(const void *ctx, const char *name, size_t i)
{
	return http_param(ctx, name, i);
}

/* A number of rows. False: answered and gone. */
static bool read_limit(struct asking *asking)
{
	const char *text = http_param(asking->request, "limit", 0);
	struct err err = {0};
	uint64_t limit = 0;

	if (text && query_number(text, 100000, &limit, &err) < 0) {
		asking_refuse(asking, 400, err.text);
		return false;
	}
	asking->question.query.limit = limit;
	return true;
}

/* The words of the other side: base_X where that was said, X where not. */
static const char *base_param(const void *ctx, const char *name, size_t i)
{
	char text[QUERY_VALUE_MAX];

	if (snprintf(text, sizeof(text), BASE_PREFIX "%s", name) < (int)sizeof(text) && http_param(ctx, text, 0))
		return http_param(ctx, text, i);
	return http_param(ctx, name, i);
}

static bool is_listed(const char *const *list, const char *name)
{
	while (*list && strcmp(*list, name) != 0)
		list++;
	return *list != NULL;
}

/* A label that is not known yet, as the side in hand calls it. */
static const char *next_label(const void *ctx, const char *const *known, bool base)
{
	const char *seen[TARGET_PARAMS_MAX + 1] = {NULL}, *name;
	size_t n = 0;

	while (n < TARGET_PARAMS_MAX && (name = http_unknown_param(ctx, seen))) {
		bool is_base = strncmp(name, BASE_PREFIX, BASE_PREFIX_LEN) == 0;

		seen[n++] = name;
		if (is_base)
			name += BASE_PREFIX_LEN;
		if (strncmp(name, "label.", 6) == 0 && (base || !is_base) && !is_listed(known, name))
			return name;
	}
	return NULL;
}

static const char *base_unknown(const void *ctx, const char *const *known)
{
	return next_label(ctx, known, true);
}

/* The plain words; those of the other side are known. */
static const char *comp_unknown(const void *ctx, const char *const *known)
{
	static const char *const words[] = {"from", "until", "service", "host", "pid", "thread", "target", NULL};
	const char *seen[TARGET_PARAMS_MAX + 1] = {NULL}, *name;
	size_t n = 0;

	while (n < TARGET_PARAMS_MAX && (name = http_unknown_param(ctx, seen))) {
		const char *rest = strncmp(name, BASE_PREFIX, BASE_PREFIX_LEN) == 0 ? name + BASE_PREFIX_LEN : NULL;

		seen[n++] = name;
		if (!is_listed(known, name) && !(rest && (is_listed(words, rest) || strncmp(rest, "label.", 6) == 0)))
			return name;
	}
	return NULL;
}

/* Without a word about its time the base is the interval before, or if it is another host, version or service the same
 * one. */
static void place_base(struct asking *asking)
{
	const struct history_query *comp = &asking->question.query.ask.which;
	struct history_query *base = &asking->question.base.ask.which;
	bool timed = http_param(asking->request, BASE_PREFIX "from", 0) ||
		     http_param(asking->request, BASE_PREFIX "until", 0);
	bool other = false;
	const char *seen[TARGET_PARAMS_MAX + 1] = {NULL}, *name;
	size_t n = 0;

	while (n < TARGET_PARAMS_MAX && (name = http_unknown_param(asking->request, seen))) {
		seen[n++] = name;
		other = other || strncmp(name, BASE_PREFIX, BASE_PREFIX_LEN) == 0;
	}
	if (timed)
		return;
	base->from_us = comp->from_us;
	base->until_us = comp->until_us;
	if (!other) {
		uint64_t length = comp->until_us - comp->from_us;

		base->until_us = comp->from_us;
		base->from_us = comp->from_us > length ? comp->from_us - length : 0;
	}
}

void api_ask_diff(void *ctx, struct http_request *request)
{
	static const char *const extra[] = {"limit", NULL};
	struct api *api = ctx;
	struct asking *asking = asking_new(api, request, api_answer_diff);
	const unsigned groups = QUERY_INTERVAL | QUERY_FILTERS | QUERY_MODE | QUERY_TREE;
	struct query_source comp = {.param = request_param, .unknown = comp_unknown, .ctx = request};
	struct query_source base = {.param = base_param, .unknown = base_unknown, .ctx = request};
	struct err err = {0};
	int r;

	if (!asking)
		return;
	r = query_parse(&comp, groups, extra, api_now_us(api), &asking->question.query, &err);
	if (r == 0)
		r = query_parse(&base, groups, extra, api_now_us(api), &asking->question.base, &err);
	if (r < 0) {
		asking_refuse(asking, r == SCRAPE_ENOMEM ? 503 : 400, err.text);
		return;
	}
	if (!read_limit(asking) || !asking_bound(asking))
		return;
	asking_times(api, &asking->question.times);
	if (asking->question.base.ask.which.until_us == 0 ||
	    asking->question.base.ask.which.until_us > asking->question.times.watermark_us)
		asking->question.base.ask.which.until_us = asking->question.times.watermark_us;
	place_base(asking);
	asking_start(asking);
}

void api_ask_regressions(void *ctx, struct http_request *request)
{
	static const char *const extra[] = {"limit", "compare", NULL};
	struct asking *asking = asking_new(ctx, request, api_answer_regressions);
	const char *compare = http_param(request, "compare", 0);
	struct err err = {0};

	if (!asking || !asking_parse(asking, QUERY_INTERVAL | QUERY_FILTERS, extra) || !read_limit(asking))
		return;
	if (compare && query_duration(compare, &asking->question.query.compare_us, &err) < 0)
		asking_refuse(asking, 400, err.text);
	else if (asking_bound(asking))
		asking_start(asking);
}
