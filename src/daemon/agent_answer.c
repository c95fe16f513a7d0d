/* SPDX-License-Identifier: MIT */
/* agent_answer: a question to the history becomes bytes. */
#include "daemon/agent_answer.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/text.h"
#include "daemon/agent_state.h"
#include "daemon/errand.h"
#include "encode/encoder.h"
#include "profile/history.h"
#include "profile/tree.h"
#include "scrape.h"

#define MILLION 1000000ull
#define JSON_END "}}\n" /* of the json format: its meta and itself */
#define JSON_END_LEN 3

static void put_share(struct buf *out, double share)
{
	agent_put_seconds(out, (uint64_t)(share * (double)MILLION + 0.5)); /* six digits are what both need */
}

static void set_header(struct errand_answer *answer, const char *name, uint64_t us)
{
	struct buf text = BUF_INIT;

	agent_put_seconds(&text, us);
	if (buf_cstr(&text))
		errand_header(answer, name, "%s", text.data);
	buf_deinit(&text);
}

static void set_headers(struct errand_answer *answer, const struct history_span *span)
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

static void put_time(struct buf *out, const char *key, uint64_t us)
{
	buf_fmt(out, ",\"%s\":", key);
	agent_put_seconds(out, us);
}

/* Into the object that is open in out, which is not empty. */
static void put_span(struct buf *out, const struct history_span *span)
{
	put_time(out, "effective_from", span->from_us);
	put_time(out, "effective_until", span->until_us);
	put_time(out, "watermark", span->watermark_us);
	buf_str(out, ",\"coverage\":");
	put_share(out, span->coverage);
}

static void refuse(struct errand_answer *answer, int code, const struct err *err)
{
	if (code == SCRAPE_ENOMEM)
		(void)errand_refuse(answer, 503, "out of memory");
	else
		(void)errand_refuse(answer, 400, "%s", err->text[0] ? err->text : "one answer may not be that large");
}

/* What was asked for: one service, one process, or everything here. */
static void make_title(const struct agent_question *q, struct tree *tree)
{
	const struct history_query *which = &q->query.ask.which;
	const char *name = q->agent->config->name, *value = which->n_filters ? which->filters[0].value : "";

	if (which->n_filters == 1 && which->filters[0].field == HISTORY_SERVICE)
		(void)snprintf(tree->meta.title, sizeof(tree->meta.title), "%s on %s", value, name);
	else if (which->n_filters == 1 && which->filters[0].field == HISTORY_PID)
		(void)snprintf(tree->meta.title, sizeof(tree->meta.title), "pid %s on %s", value, name);
	else
		(void)snprintf(tree->meta.title, sizeof(tree->meta.title), "%s", name);
}

static int encode(const struct agent_question *q, struct tree *tree, const struct history_span *span,
		  struct errand_answer *answer)
{
	const char *name = q->encoder->name;
	int r;

	make_title(q, tree);
	r = q->encoder->encode(tree, &answer->body);
	if (r < 0)
		return r;
	(void)snprintf(answer->mime, sizeof(answer->mime), "%s", q->encoder->mime); /* ours, short */
	if (strcmp(name, "json") == 0) {
		answer->body.len -= JSON_END_LEN;
		put_span(&answer->body, span);
		put_time(&answer->body, "step", span->step_us);
		buf_str(&answer->body, JSON_END);
	} else if (strcmp(name, "folded") != 0) {
		errand_header(answer, "Content-Disposition", "attachment; filename=\"scrape%s\"", q->encoder->suffix);
		errand_header(answer, "Content-Security-Policy", "sandbox allow-scripts");
	}
	return 0;
}

/* Children stand right behind their parent and are one deeper: brackets close when it gets shallower again. */
static int nest(const struct tree *tree, struct errand_answer *answer)
{
	struct buf *out = &answer->body;
	uint32_t depth = 0;

	for (size_t i = 0; i < tree->n_nodes; i++) {
		const struct tree_node *node = &tree->nodes[i];
		const char *name = tree->names[node->name].text;

		for (; depth > node->depth; depth--)
			buf_str(out, "]}");
		if (i > 0 && node->depth <= tree->nodes[i - 1].depth)
			buf_chr(out, ',');
		buf_str(out, "{\"name\":");
		text_json(out, name, strlen(name));
		buf_fmt(out, ",\"value\":%" PRIu64, node->total);
		if (i + 1 < tree->n_nodes && tree->nodes[i + 1].depth > node->depth) {
			buf_str(out, ",\"children\":[");
			depth = node->depth + 1;
		} else {
			buf_chr(out, '}');
		}
	}
	for (; depth > 0; depth--)
		buf_str(out, "]}");
	buf_chr(out, '\n');
	(void)snprintf(answer->mime, sizeof(answer->mime), "application/json"); /* fits */
	return out->failed ? SCRAPE_ENOMEM : 0;
}

static int write_article(const struct tree *tree, const struct history_span *span, struct errand_answer *answer)
{
	(void)snprintf(answer->mime, sizeof(answer->mime), "text/plain; charset=utf-8"); /* fits */
	return article_write(tree, span->until_us - span->from_us, &answer->body);
}

/* Nothing has closed since: an article without stacks, which is right and not refused. */
static void write_empty(const struct agent_question *q, struct errand_answer *answer)
{
	const struct history_query *which = &q->query.ask.which;
	const struct history_span span = {.from_us = which->until_us, .until_us = which->until_us,
					  .watermark_us = which->until_us, .step_us = q->agent->config->slice_us};
	const struct tree tree = {.meta.rate_asked = (double)q->agent->config->rate_mhz / 1000};

	if (write_article(&tree, &span, answer) < 0)
		(void)errand_refuse(answer, 503, "out of memory");
	set_headers(answer, &span);
}

static void answer_tree(const struct agent_question *q, struct errand_answer *answer)
{
	struct history_span span = {0};
	struct tree tree = {0};
	struct err err = {0};
	int r = history_tree(q->agent->history, &q->query.ask.which, &tree, &span, &err);

	if (r < 0) {
		refuse(answer, r, &err);
		return;
	}
	set_headers(answer, &span);
	if (q->shape == AGENT_NESTED)
		r = nest(&tree, answer);
	else if (q->shape == AGENT_ARTICLE)
		r = write_article(&tree, &span, answer);
	else
		r = encode(q, &tree, &span, answer);
	if (r < 0)
		refuse(answer, r, &err);
	tree_deinit(&tree);
}

static const char *by_name(const struct history_timeline_query *ask)
{
	static const char *const names[] = {[HISTORY_BY_SERVICE] = "service",
					    [HISTORY_BY_HOST] = "host",
					    [HISTORY_BY_PID] = "pid",
					    [HISTORY_BY_THREAD] = "thread",
					    [HISTORY_BY_LABEL] = "label."};

	return names[ask->by];
}

static void put_series(struct buf *out, const struct history_timeline_query *ask, const struct history_series *series,
		       size_t n)
{
	buf_str(out, "{\"labels\":{");
	if (ask->by != HISTORY_BY_NOTHING) {
		const char *key = ask->by == HISTORY_BY_LABEL ? ask->label_key : "";
		char name[QUERY_VALUE_MAX + 16];

		(void)snprintf(name, sizeof(name), "%s%s", by_name(ask), key); /* fits */
		text_json(out, name, strlen(name));
		buf_chr(out, ':');
		text_json(out, series->label, strlen(series->label));
	}
	buf_str(out, "},\"v\":[");
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buf_chr(out, ',');
		if (isnan(series->v[i]))
			buf_str(out, "null");
		else
			put_share(out, series->v[i]);
	}
	buf_str(out, "]}");
}

static void answer_timeline(const struct agent_question *q, struct errand_answer *answer)
{
	const struct history_timeline_query *ask = &q->query.ask;
	struct buf *out = &answer->body;
	struct history_timeline timeline = {0};
	struct err err = {0};
	int r = history_timeline(q->agent->history, ask, &timeline, &err);

	if (r < 0) {
		refuse(answer, r, &err);
		return;
	}
	set_headers(answer, &timeline.span);
	(void)snprintf(answer->mime, sizeof(answer->mime), "application/json"); /* fits */
	buf_str(out, "{\"from\":");
	agent_put_seconds(out, timeline.span.from_us);
	put_time(out, "step", timeline.span.step_us);
	put_span(out, &timeline.span);
	buf_fmt(out, ",\"unit\":\"%s\",\"series\":[", ask->share ? "share" : "cores");
	for (size_t i = 0; i < timeline.n_series; i++) {
		buf_str(out, i > 0 ? ",\n" : "\n");
		put_series(out, ask, &timeline.series[i], timeline.n_points);
	}
	buf_str(out, "]}\n");
	history_timeline_deinit(&timeline);
}

void agent_answer(const struct agent_question *q, struct errand_answer *answer)
{
	const struct history_query *which = &q->query.ask.which;

	if (q->shape == AGENT_TIMELINE)
		answer_timeline(q, answer);
	else if (q->shape == AGENT_ARTICLE && which->from_us >= which->until_us)
		write_empty(q, answer);
	else
		answer_tree(q, answer);
}
