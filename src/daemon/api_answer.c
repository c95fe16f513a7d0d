/* SPDX-License-Identifier: MIT */
/* api_answer: a question to the history becomes bytes: trees, and what all answers share. */
#include "daemon/api_answer.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/text.h"
#include "daemon/errand.h"
#include "encode/encoder.h"
#include "profile/history.h"
#include "profile/tree.h"
#include "scrape.h"
#include "store/store.h"

#define MILLION 1000000ull
#define JSON_END "}}\n" /* of the json format: its meta and itself */
#define JSON_END_LEN 3

void api_put_number(struct buf *out, double value)
{
	if (isnan(value))
		buf_str(out, "null");
	else if (value >= 0 && value < 1e12 && fabs(value * 1e6 - rint(value * 1e6)) < 1e-3)
		api_put_seconds(out, (uint64_t)(value * (double)MILLION + 0.5)); /* as short as it can be said */
	else
		buf_fmt(out, "%.9g", value);
}

/* Six digits are what a share needs. */
static void put_share(struct buf *out, double share)
{
	api_put_seconds(out, (uint64_t)(share * (double)MILLION + 0.5));
}

static void set_header(struct errand_answer *answer, const char *name, uint64_t us)
{
	struct buf text = BUF_INIT;

	api_put_seconds(&text, us);
	if (buf_cstr(&text))
		errand_header(answer, name, "%s", text.data);
	buf_deinit(&text);
}

void api_set_headers(struct errand_answer *answer, const struct history_span *span)
{
	struct buf text = BUF_INIT;

	set_header(answer, "X-Scrape-Effective-From", span->from_us);
	set_header(answer, "X-Scrape-Effective-Until", span->until_us);
	set_header(answer, "X-Scrape-Step", span->step_us);
	set_header(answer, "X-Scrape-Watermark", span->watermark_us);
	put_share(&text, span->coverage);
	if (buf_cstr(&text))
		errand_header(answer, "X-Scrape-Coverage", "%s", text.data);
	buf_deinit(&text);
}

void api_set_mime(struct errand_answer *answer, const char *mime)
{
	(void)snprintf(answer->mime, sizeof(answer->mime), "%s", mime); /* ours, short */
}

void api_put_time(struct buf *out, const char *key, uint64_t us)
{
	buf_fmt(out, ",\"%s\":", key);
	api_put_seconds(out, us);
}

void api_put_string(struct buf *out, const char *key, const char *text)
{
	buf_fmt(out, ",\"%s\":", key);
	text_json(out, text ? text : "", text ? strlen(text) : 0);
}

void api_put_span(struct buf *out, const struct history_span *span)
{
	api_put_time(out, "effective_from", span->from_us);
	api_put_time(out, "effective_until", span->until_us);
	api_put_time(out, "watermark", span->watermark_us);
	buf_str(out, ",\"coverage\":");
	put_share(out, span->coverage);
}

void api_refuse(struct errand_answer *answer, int code, const char *sentence)
{
	switch (code) {
	case SCRAPE_ENOMEM:
		(void)errand_refuse(answer, 503, "out of memory");
		return;
	case SCRAPE_EIO:
	case SCRAPE_EBUSY:
	case SCRAPE_EGONE:
	case SCRAPE_EPERM:
	case SCRAPE_EFORMAT:
		(void)errand_refuse(answer, 503, "the store cannot be read: %s", sentence);
		return;
	default:
		(void)errand_refuse(answer, 400, "%s", *sentence ? sentence : "one answer may not be that large");
	}
}

bool api_load(const struct api_question *q, const struct history_query *which, unsigned needs, uint64_t step_us,
	      struct api_loaded *ret, struct errand_answer *answer)
{
	const struct store_range range = {.from_us = which->from_us,
					  .until_us = which->until_us,
					  .watermark_us = q->times.watermark_us,
					  .step_us = step_us,
					  .needs = needs,
					  .filters = which->filters,
					  .n_filters = which->n_filters};
	struct api_loaded loaded = {NULL, NULL};
	struct err err = {0};
	int r = q->api->source->open(q->api->owner, which->from_us, &loaded.store, &err);

	if (r == 0)
		r = store_load(loaded.store, &range, &loaded.history, &err);
	if (r < 0)
		api_refuse(answer, r, err.text);
	else
		*ret = loaded;
	return r == 0;
}

/* What was asked for: one service, one process, or everything here. */
static void make_title(const struct api_question *q, struct tree *tree)
{
	const struct history_query *which = &q->query.ask.which;
	const char *name = q->api->name, *value = which->n_filters ? which->filters[0].value : "";

	if (which->n_filters == 1 && which->filters[0].field == HISTORY_SERVICE)
		(void)snprintf(tree->meta.title, sizeof(tree->meta.title), "%s on %s", value, name);
	else if (which->n_filters == 1 && which->filters[0].field == HISTORY_PID)
		(void)snprintf(tree->meta.title, sizeof(tree->meta.title), "pid %s on %s", value, name);
	else
		(void)snprintf(tree->meta.title, sizeof(tree->meta.title), "%s", name);
}

static double cores_of(const struct tree *tree)
{
	double seconds = (double)tree->meta.duration_ns / 1e9;

	return seconds > 0 ? (double)tree->nodes[0].total * (double)tree->meta.period_ns / 1e9 / seconds : 0;
}

static int encode(const struct api_question *q, struct tree *tree, const struct history_span *span,
		  struct errand_answer *answer)
{
	const char *name = q->encoder->name;
	int r;

	make_title(q, tree);
	r = q->encoder->encode(tree, &answer->body);
	if (r < 0)
		return r;
	api_set_mime(answer, q->encoder->mime);
	if (strcmp(name, "json") == 0) {
		answer->body.len -= JSON_END_LEN;
		api_put_span(&answer->body, span);
		api_put_time(&answer->body, "step", span->step_us);
		buf_str(&answer->body, ",\"cores\":");
		api_put_number(&answer->body, cores_of(tree));
		buf_fmt(&answer->body, ",\"hosts\":%zu", span->hosts);
		buf_str(&answer->body, JSON_END);
	} else if (strcmp(name, "folded") != 0) {
		errand_header(answer, "Content-Disposition", "attachment; filename=\"scrape%s\"", q->encoder->suffix);
		errand_header(answer, "Content-Security-Policy", "sandbox allow-scripts");
	}
	return 0;
}

/* Children stand right behind their parent and are one deeper: brackets close when it gets shallower again. What has
 * less than the threshold is left out with all below it. */
static int nest(const struct tree *tree, double threshold, struct errand_answer *answer)
{
	struct buf *out = &answer->body;
	uint64_t least = (uint64_t)(threshold * (double)tree->nodes[0].total);
	uint32_t depth = 0;
	bool opened = false;

	for (size_t i = 0; i < tree->n_nodes; i++) {
		const struct tree_node *node = &tree->nodes[i];
		const char *name = tree->names[node->name].text;

		if (i > 0 && node->total < least)
			continue; /* none below has more */
		if (i > 0 && node->depth > depth) {
			buf_str(out, ",\"children\":[");
		} else if (i > 0) {
			for (; depth > node->depth; depth--)
				buf_str(out, "}]");
			buf_str(out, "},");
		}
		depth = node->depth;
		opened = true;
		buf_str(out, "{\"name\":");
		text_json(out, name, strlen(name));
		buf_fmt(out, ",\"value\":%" PRIu64, node->total);
	}
	for (; depth > 0; depth--)
		buf_str(out, "}]");
	buf_str(out, opened ? "}\n" : "\n");
	api_set_mime(answer, "application/json");
	return out->failed ? SCRAPE_ENOMEM : 0;
}

static int write_article(const struct tree *tree, const struct history_span *span, struct errand_answer *answer)
{
	api_set_mime(answer, "text/plain; charset=utf-8");
	return article_write(tree, span->until_us - span->from_us, &answer->body);
}

/* Nothing has closed since: an article without stacks, which is right and not refused. */
static void write_empty(const struct api_question *q, struct errand_answer *answer)
{
	const struct history_query *which = &q->query.ask.which;
	const struct history_span span = {.from_us = which->until_us,
					  .until_us = which->until_us,
					  .watermark_us = which->until_us,
					  .step_us = q->times.slice_us};
	const struct tree tree = {.meta.rate_asked = (double)q->api->rate_mhz / 1000};

	if (write_article(&tree, &span, answer) < 0)
		(void)errand_refuse(answer, 503, "out of memory");
	api_set_headers(answer, &span);
}

bool api_make_tree(const struct api_question *q, struct tree *tree, struct history_span *span,
		   struct errand_answer *answer)
{
	const struct history_query *which = &q->query.ask.which;
	unsigned needs = (which->show.split_threads ? STORE_BY_THREAD : 0u) |
			 (which->show.split_targets ? STORE_BY_PROCESS : 0u);
	struct api_loaded loaded;
	struct err err = {0};
	int r;

	if (!api_load(q, which, needs, 0, &loaded, answer))
		return false;
	r = history_tree(loaded.history, which, tree, span, &err);
	span->watermark_us = q->times.watermark_us;
	if (r < 0)
		api_refuse(answer, r, err.text);
	else
		api_set_headers(answer, span);
	return r == 0;
}

static void end_tree(struct tree *tree, int r, struct errand_answer *answer)
{
	if (r < 0)
		api_refuse(answer, r, "");
	tree_deinit(tree);
}

void api_answer_encoded(const struct api_question *q, struct errand_answer *answer)
{
	struct history_span span = {0};
	struct tree tree = {0};

	if (api_make_tree(q, &tree, &span, answer))
		end_tree(&tree, encode(q, &tree, &span, answer), answer);
}

void api_answer_nested(const struct api_question *q, struct errand_answer *answer)
{
	struct history_span span = {0};
	struct tree tree = {0};

	if (api_make_tree(q, &tree, &span, answer))
		end_tree(&tree, nest(&tree, q->query.threshold, answer), answer);
}

void api_answer_article(const struct api_question *q, struct errand_answer *answer)
{
	const struct history_query *which = &q->query.ask.which;
	struct history_span span = {0};
	struct tree tree = {0};

	if (which->from_us >= which->until_us)
		write_empty(q, answer);
	else if (api_make_tree(q, &tree, &span, answer))
		end_tree(&tree, write_article(&tree, &span, answer), answer);
}
