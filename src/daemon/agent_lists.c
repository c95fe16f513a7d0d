/* SPDX-License-Identifier: MIT */
/* agent_lists: the processes that are kept in memory, and the labels by which they can be asked for. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "daemon/agent_state.h"
#include "http/request.h"
#include "profile/history.h"

#define JSON_MIME "application/json"

static void put_string(struct buf *out, const char *key, const char *text)
{
	buf_fmt(out, ",\"%s\":", key);
	text_json(out, text ? text : "", text ? strlen(text) : 0);
}

static void put_time(struct buf *out, const char *key, uint64_t us)
{
	buf_fmt(out, ",\"%s\":", key);
	agent_put_seconds(out, us);
}

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
	const struct agent *agent;
	struct buf *out;
	size_t n;
};

static int put_target(void *ctx, const struct history_target *target)
{
	struct target_list *list = ctx;
	const struct config *config = list->agent->config;
	struct buf *out = list->out;
	char id[320];

	(void)snprintf(id, sizeof(id), "%.255s/%" PRIu32 "/%" PRIu64, config->name, target->pid, target->start_ticks);
	buf_str(out, list->n++ ? ",\n{\"id\":" : "\n{\"id\":");
	text_json(out, id, strlen(id));
	buf_fmt(out, ",\"pid\":%" PRIu32 ",\"start_ticks\":%" PRIu64, target->pid, target->start_ticks);
	put_string(out, "service", target->service);
	put_string(out, "command", target->command);
	put_string(out, "runtime", target->runtime);
	put_labels(out, target->labels);
	put_time(out, "first", target->first_us / config->slice_us * config->slice_us);
	put_time(out, "last", (target->last_us + config->slice_us / 2) / config->slice_us * config->slice_us);
	buf_str(out, ",\"cpu\":");
	agent_put_seconds(out, target->cpu_ns * 1000 / config->slice_us); /* nanoseconds over microseconds: cores */
	buf_fmt(out, ",\"threads\":%" PRIu32 ",\"gone\":%s}", target->threads, target->gone ? "true" : "false");
	return 0;
}

void agent_list_targets(void *ctx, struct http_request *request)
{
	const struct agent *agent = ctx;
	struct buf body = BUF_INIT;
	struct target_list list = {.agent = agent, .out = &body};
	struct history_stats stats;

	if (!agent_only_params(request, NULL))
		return;
	history_stats(agent->history, &stats);
	buf_str(&body, "{\"host\":");
	text_json(&body, agent->config->name, strlen(agent->config->name));
	put_string(&body, "instance", agent->instance);
	put_time(&body, "oldest", stats.oldest_us);
	put_time(&body, "watermark", stats.watermark_us);
	put_time(&body, "step", agent->config->slice_us);
	buf_str(&body, ",\"targets\":[");
	(void)history_targets(agent->history, put_target, &list); /* which never stops it */
	buf_str(&body, "]}\n");
	agent_reply(request, 200, JSON_MIME, &body);
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

static void answer_words(const struct agent *agent, struct http_request *request, const char *key)
{
	struct buf body = BUF_INIT;
	struct word_list list = {.out = &body};
	int r;

	if (!agent_only_params(request, NULL))
		return;
	buf_str(&body, key ? "{\"values\":[" : "{\"labels\":[");
	r = history_labels(agent->history, key, put_word, &list);
	buf_str(&body, "]}\n");
	body.failed = body.failed || r < 0;
	agent_reply(request, 200, JSON_MIME, &body);
}

void agent_list_labels(void *ctx, struct http_request *request)
{
	answer_words(ctx, request, NULL);
}

void agent_list_values(void *ctx, struct http_request *request)
{
	answer_words(ctx, request, http_rest(request));
}
