/* SPDX-License-Identifier: MIT */
/* agent_api: the table of what the daemon answers to, and the answers that are at hand. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "daemon/agent.h"
#include "daemon/agent_state.h"
#include "daemon/errand.h"
#include "daemon/metrics.h"
#include "daemon/page.h"
#include "daemon/query.h"
#include "http/request.h"
#include "http/server.h"
#include "profile/history.h"

#define TEXT_MIME "text/plain; charset=utf-8"
#define SECOND_US ((uint64_t)1000000)

static const char *request_param(const void *ctx, const char *name, size_t i)
{
	return http_param(ctx, name, i);
}

static const char *request_unknown(const void *ctx, const char *const *known)
{
	return http_unknown_param(ctx, known);
}

struct query_source agent_source(const struct http_request *request)
{
	return (struct query_source){.param = request_param, .unknown = request_unknown, .ctx = request};
}

uint64_t agent_now_us(const struct agent *agent)
{
	struct history_stats stats;

	history_stats(agent->history, &stats);
	return stats.watermark_us ? stats.watermark_us : clock_wall_ns() / NSEC_PER_USEC;
}

void agent_put_seconds(struct buf *out, uint64_t us)
{
	char digits[8];
	int n = snprintf(digits, sizeof(digits), "%06" PRIu64, us % SECOND_US);

	while (n > 0 && digits[n - 1] == '0')
		n--;
	buf_fmt(out, n > 0 ? "%" PRIu64 ".%.*s" : "%" PRIu64 "%.*s", us / SECOND_US, n, digits);
}

struct known_by {
	uint32_t pid;
	bool alive, found;
};

static int find_pid(void *ctx, const struct history_target *target)
{
	struct known_by *by = ctx;

	if (target->pid == by->pid && !(by->alive && target->gone))
		by->found = true;
	return 0;
}

bool agent_knows(const struct agent *agent, uint32_t pid, bool alive)
{
	struct known_by by = {.pid = pid, .alive = alive};

	(void)history_targets(agent->history, find_pid, &by); /* which never stops it */
	return by.found;
}

bool agent_only_params(struct http_request *request, const char *const *known)
{
	static const char *const none[] = {NULL};
	const char *name = http_unknown_param(request, known ? known : none);

	if (name)
		http_refuse(request, 400, "'%.64s' is no parameter here", name);
	return !name;
}

void agent_reply(struct http_request *request, int status, const char *mime, struct buf *body)
{
	if (body->failed)
		http_refuse(request, 503, "out of memory");
	else
		http_reply(request, status, mime, body);
	buf_deinit(body);
}

static void answer_health(void *ctx, struct http_request *request)
{
	struct buf body = BUF_INIT;

	(void)ctx;
	buf_str(&body, "ok\n");
	agent_reply(request, 200, TEXT_MIME, &body);
}

static void answer_ready(void *ctx, struct http_request *request)
{
	const struct agent *agent = ctx;
	struct buf body = BUF_INIT;

	if (!agent->ready) {
		http_set_header(request, "Retry-After", "1");
		http_refuse(request, 503, "the first look around is not done yet");
		return;
	}
	buf_str(&body, "ok\n");
	agent_reply(request, 200, TEXT_MIME, &body);
}

static int count_gone(void *ctx, const struct history_target *target)
{
	*(size_t *)ctx += target->gone;
	return 0;
}

static void answer_metrics(void *ctx, struct http_request *request)
{
	static const char *const types[] = {"text/plain", "application/openmetrics-text", NULL};
	const struct agent *agent = ctx;
	const char *type = http_accepts(request, types);
	struct metrics m = {.self_cpu_millionths = agent->self_cpu_millionths,
			    .spool_bytes = agent->spool.bytes,
			    .reloads = agent->reloads,
			    .reloads_failed = agent->reloads_failed,
			    .process.start_wall_us = agent->started_wall_us};
	struct errands_counts errands;
	struct http_counts http;
	struct buf body = BUF_INIT;
	bool open = type && type == types[1];

	if (!agent_only_params(request, NULL))
		return;
	for (size_t i = 0; i < AGENT_SAMPLERS; i++) {
		m.samplers_replaced += agent->samplers[i].replaced;
		m.lost_by_replacement += agent->samplers[i].lost;
	}
	history_stats(agent->history, &m.history);
	(void)history_targets(agent->history, count_gone, &m.targets_gone); /* which never stops it */
	errands_counts(agent->errands, &errands);
	m.queries_done = errands.done;
	m.queries_refused = errands.refused;
	m.queries_late = errands.late + errands.failed;
	http_server_counts(agent->server, &http);
	m.http_requests = http.requests;
	m.http_refused = http.refused;
	m.http_timeouts = http.timeouts;
	m.http_connections = http.connections;
	metrics_read_process(&m.process);
	metrics_write(&m, open, &body);
	agent_reply(request, 200, open ? METRICS_MIME_OPEN : METRICS_MIME, &body);
}

/* A file of the page. Names that carry a hash of what is in them never change what they mean. */
static void answer_file(struct http_request *request, const char *path)
{
	const struct page_file *file = page_find(path);
	const char *known = http_header(request, "If-None-Match");
	struct buf body = BUF_INIT;

	if (!file) {
		http_refuse(request, 404, "there is no %.128s", path);
		return;
	}
	http_set_header(request, "ETag", file->etag);
	http_set_header(request, "Cache-Control", file->immutable ? PAGE_CACHE_FOREVER : PAGE_CACHE_ASK);
	http_set_header(request, "Content-Security-Policy", PAGE_POLICY);
	if (known && strcmp(known, file->etag) == 0) {
		http_reply(request, 304, file->mime, NULL);
		return;
	}
	http_set_header(request, "Content-Encoding", "gzip");
	buf_add(&body, file->gz, file->gz_len);
	agent_reply(request, 200, file->mime, &body);
}

static void answer_page(void *ctx, struct http_request *request)
{
	(void)ctx;
	answer_file(request, http_path(request));
}

/* A browser gets the page, anybody else the article's format. */
static void answer_root(void *ctx, struct http_request *request)
{
	static const char *const types[] = {"text/plain", "text/html", NULL};
	struct agent *agent = ctx;
	const char *type = http_accepts(request, types);

	http_set_header(request, "Vary", "Accept");
	if (type == types[1] && page_find("/"))
		answer_file(request, "/");
	else
		agent_ask_article(agent, request, 0);
}

/* "4711" of "4711/". 0: it is none that is kept, and the request is answered. */
static uint32_t take_pid(const struct agent *agent, struct http_request *request, const char *text)
{
	char digits[16] = "";
	size_t n = strcspn(text, "/");
	uint64_t pid = 0;

	if (n < sizeof(digits))
		memcpy(digits, text, n);
	if (query_number(digits, INT32_MAX, &pid, NULL) < 0 || !agent_knows(agent, (uint32_t)pid, false)) {
		http_refuse(request, 404, "no process %.16s is kept here", digits);
		return 0;
	}
	return (uint32_t)pid;
}

static void answer_process(void *ctx, struct http_request *request)
{
	struct agent *agent = ctx;
	const char *rest = http_rest(request);
	const char *slash = strchr(rest, '/');
	uint32_t pid;

	if (slash && slash[1]) {
		http_refuse(request, 404, "there is no %.128s", http_path(request));
		return;
	}
	pid = take_pid(agent, request, rest);
	if (pid)
		agent_ask_article(agent, request, pid);
}

static void answer_pprof(void *ctx, struct http_request *request)
{
	struct agent *agent = ctx;
	const char *pid = http_param(request, "pid", 0);

	if (!pid || pid[0] == '~' || take_pid(agent, request, pid))
		agent_ask_pprof(agent, request, HISTORY_PID, NULL); /* its filters are among the parameters */
}

static void answer_process_pprof(void *ctx, struct http_request *request)
{
	struct agent *agent = ctx;

	if (take_pid(agent, request, http_rest(request)))
		agent_ask_pprof(agent, request, HISTORY_PID, http_rest(request));
}

static void answer_service_pprof(void *ctx, struct http_request *request)
{
	agent_ask_pprof(ctx, request, HISTORY_SERVICE, http_rest(request));
}

static void answer_pprof_index(void *ctx, struct http_request *request)
{
	struct buf body = BUF_INIT;

	(void)ctx;
	if (*http_rest(request)) {
		http_refuse(request, 404, "only profile is measured here");
		return;
	}
	buf_str(&body, "profile\n");
	agent_reply(request, 200, TEXT_MIME, &body);
}

static const struct http_route routes[] = {
	{"/", HTTP_OPEN, false, answer_root},
	{"/healthz", HTTP_ALWAYS, false, answer_health},
	{"/readyz", HTTP_ALWAYS, false, answer_ready},
	{"/metrics", HTTP_OPEN, false, answer_metrics},
	{"/data", HTTP_OPEN, false, agent_ask_data},
	{"/api/v1/targets", HTTP_OPEN, false, agent_list_targets},
	{"/api/v1/profile", HTTP_OPEN, false, agent_ask_profile},
	{"/api/v1/timeline", HTTP_OPEN, false, agent_ask_timeline},
	{"/api/v1/labels", HTTP_OPEN, false, agent_list_labels},
	{"/api/v1/labels/{}/values", HTTP_OPEN, false, agent_list_values},
	{"/api/v1/stream", HTTP_OPEN, false, agent_stream},
	{"/api/v1/dump", HTTP_PRIVATE, true, agent_dump},
	{"/debug/pprof/profile", HTTP_OPEN, false, answer_pprof},
	{"/debug/pprof/", HTTP_OPEN, false, answer_pprof_index},
	{"/p/{}/debug/pprof/profile", HTTP_OPEN, false, answer_process_pprof},
	{"/service/{}/debug/pprof/profile", HTTP_OPEN, false, answer_service_pprof},
	{"/p/", HTTP_OPEN, false, answer_process},
	{"/assets/", HTTP_ALWAYS, false, answer_page},
	{"/licenses.txt", HTTP_ALWAYS, false, answer_page},
};

const struct http_route *agent_routes(size_t *ret_n)
{
	*ret_n = sizeof(routes) / sizeof(*routes);
	return routes;
}
