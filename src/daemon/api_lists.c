/* SPDX-License-Identifier: MIT */
/* api_lists: what there is: processes, labels to ask by, gaps, annotations. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/text.h"
#include "daemon/api_answer.h"
#include "daemon/errand.h"
#include "profile/history.h"
#include "scrape.h"
#include "store/store.h"

#define JSON_MIME "application/json"

/* "key=value" lines as an object. */
static void put_labels(struct buf *out, const char *lines)
{
	const char *before = "";

	buf_str(out, ",\"labels\":{");
	while (lines && *lines) {
		size_t n = strcspn(lines, "\n"), key = strcspn(lines, "=");

		if (key < n) {
			buf_str(out, before);
			text_json(out, lines, key);
			buf_chr(out, ':');
			text_json(out, lines + key + 1, n - key - 1);
			before = ",";
		}
		lines += n + (lines[n] == '\n');
	}
	buf_chr(out, '}');
}

struct target_list {
	struct buf *out;
	uint64_t slice_us;
	size_t n;
};

static int put_target(void *ctx, const struct history_target *target)
{
	struct target_list *list = ctx;
	struct buf *out = list->out;
	uint64_t slice_us = list->slice_us;
	char id[320];

	(void)snprintf(id, sizeof(id), "%.255s/%" PRIu32 "/%" PRIu64, target->host, target->pid, target->start_ticks);
	buf_str(out, list->n++ ? ",\n{\"id\":" : "\n{\"id\":");
	text_json(out, id, strlen(id));
	api_put_string(out, "host", target->host);
	buf_fmt(out, ",\"pid\":%" PRIu32 ",\"start_ticks\":%" PRIu64, target->pid, target->start_ticks);
	api_put_string(out, "service", target->service);
	api_put_string(out, "command", target->command);
	api_put_string(out, "runtime", target->runtime);
	put_labels(out, target->labels);
	api_put_time(out, "first", target->first_us / slice_us * slice_us);
	api_put_time(out, "last", (target->last_us + slice_us / 2) / slice_us * slice_us);
	buf_str(out, ",\"cpu\":");
	api_put_seconds(out, target->cpu_ns * 1000 / slice_us); /* nanoseconds over microseconds: cores */
	buf_str(out, ",\"threads\":");
	if (target->threads)
		buf_fmt(out, "%" PRIu32, target->threads);
	else
		buf_str(out, "null");
	buf_fmt(out, ",\"gone\":%s}", target->gone ? "true" : "false");
	return 0;
}

void api_answer_targets(const struct api_question *q, struct errand_answer *answer)
{
	struct buf *out = &answer->body;
	struct target_list list = {.out = out, .slice_us = q->times.slice_us};
	struct api_loaded loaded;

	if (!api_load(q, &q->query.ask.which, STORE_BY_PROCESS | STORE_NO_ROWS, q->times.slice_us, &loaded, answer))
		return;
	api_set_mime(answer, JSON_MIME);
	buf_str(out, "{\"host\":");
	text_json(out, q->api->name, strlen(q->api->name));
	api_put_string(out, "instance", q->api->instance);
	api_put_time(out, "oldest", q->times.oldest_us);
	api_put_time(out, "watermark", q->times.watermark_us);
	api_put_time(out, "step", q->times.slice_us);
	buf_str(out, ",\"targets\":[");
	if (history_targets(loaded.history, put_target, &list) < 0)
		out->failed = true;
	buf_str(out, "]}\n");
}

struct word_list {
	struct buf *out;
	size_t n;
};

static int put_word(void *ctx, const char *text)
{
	struct word_list *list = ctx;

	if (list->n++)
		buf_chr(list->out, ',');
	text_json(list->out, text, strlen(text));
	return 0;
}

static void answer_words(const struct api_question *q, const char *key, struct errand_answer *answer)
{
	struct word_list list = {.out = &answer->body};
	unsigned needs = STORE_NO_ROWS;
	struct api_loaded loaded;

	if (key && strcmp(key, "thread") == 0)
		needs |= STORE_BY_THREAD;
	if (key && strcmp(key, "pid") == 0)
		needs |= STORE_BY_PROCESS;
	if (key && strcmp(key, "host") == 0)
		needs |= STORE_BY_HOST;
	if (!api_load(q, &q->query.ask.which, needs, 0, &loaded, answer))
		return;
	api_set_mime(answer, JSON_MIME);
	buf_str(&answer->body, key ? "{\"values\":[" : "{\"labels\":[");
	if (history_labels(loaded.history, key, put_word, &list) < 0)
		answer->body.failed = true;
	buf_str(&answer->body, "]}\n");
}

void api_answer_labels(const struct api_question *q, struct errand_answer *answer)
{
	answer_words(q, NULL, answer);
}

void api_answer_values(const struct api_question *q, struct errand_answer *answer)
{
	answer_words(q, q->key, answer);
}

static int put_gap(void *ctx, const char *host, uint64_t from_us, uint64_t until_us)
{
	struct word_list *list = ctx;

	buf_str(list->out, list->n++ ? ",\n{\"host\":" : "\n{\"host\":");
	text_json(list->out, host, strlen(host));
	api_put_time(list->out, "from", from_us);
	api_put_time(list->out, "until", until_us);
	buf_chr(list->out, '}');
	return 0;
}

void api_answer_gaps(const struct api_question *q, struct errand_answer *answer)
{
	const struct history_query *which = &q->query.ask.which;
	struct word_list list = {.out = &answer->body};
	uint64_t step_us = q->times.slice_us;
	struct api_loaded loaded;

	if (which->until_us - which->from_us > 86400000000ull)
		step_us = 60000000;
	if (!api_load(q, which, STORE_BY_HOST | STORE_NO_ROWS, step_us, &loaded, answer))
		return;
	api_set_mime(answer, JSON_MIME);
	buf_str(&answer->body, "{\"step\":");
	api_put_seconds(&answer->body, history_slice_us(loaded.history));
	buf_str(&answer->body, ",\"gaps\":[");
	if (history_gaps(loaded.history, which->from_us, which->until_us, put_gap, &list) < 0)
		answer->body.failed = true;
	buf_str(&answer->body, "]}\n");
}

static int put_note(void *ctx, const struct store_note *note)
{
	struct word_list *list = ctx;
	struct buf *out = list->out;

	buf_fmt(out, "%s{\"id\":%" PRId64, list->n++ ? ",\n" : "\n", note->id);
	api_put_time(out, "at", note->at_us);
	if (note->until_us)
		api_put_time(out, "until", note->until_us);
	else
		buf_str(out, ",\"until\":null");
	api_put_string(out, "text", note->text);
	api_put_string(out, "service", note->service);
	api_put_string(out, "host", note->host);
	api_put_string(out, "by", note->by);
	buf_fmt(out, ",\"pin\":%s}", note->pin ? "true" : "false");
	return 0;
}

void api_answer_annotations(const struct api_question *q, struct errand_answer *answer)
{
	const struct history_query *which = &q->query.ask.which;
	struct word_list list = {.out = &answer->body};
	struct store *store = NULL;
	struct err err = {0};
	int r = q->api->source->open(q->api->owner, 0, &store, &err);

	api_set_mime(answer, JSON_MIME);
	buf_str(&answer->body, "{\"items\":[");
	if (r == 0)
		r = store_notes(store, which->from_us, which->until_us ? which->until_us : UINT64_MAX, put_note, &list,
				&err);
	buf_str(&answer->body, "]}\n");
	if (r < 0)
		api_refuse(answer, r, err.text);
}
