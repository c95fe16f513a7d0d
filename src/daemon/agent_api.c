/* SPDX-License-Identifier: MIT */
/* agent_api: the table of what the daemon answers to, and the answers that are its own. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "daemon/agent.h"
#include "daemon/agent_state.h"
#include "daemon/api.h"
#include "daemon/errand.h"
#include "daemon/metrics.h"
#include "daemon/pyroscope.h"
#include "daemon/query.h"
#include "http/request.h"
#include "http/server.h"
#include "profile/history.h"

#define TEXT_MIME "text/plain; charset=utf-8"

/* The server's ctx is the api. */
static struct agent *agent_of(void *ctx)
{
	return ((struct api *)ctx)->owner;
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

static void answer_ready(void *ctx, struct http_request *request)
{
	const struct agent *agent = agent_of(ctx);
	struct buf body = BUF_INIT;

	if (!agent->ready) {
		http_set_header(request, "Retry-After", "1");
		http_refuse(request, 503, "the first look around is not done yet");
		return;
	}
	buf_str(&body, "ok\n");
	api_reply(request, 200, TEXT_MIME, &body);
}

static int count_gone(void *ctx, const struct history_target *target)
{
	*(size_t *)ctx += target->gone;
	return 0;
}

static void answer_metrics(void *ctx, struct http_request *request)
{
	static const char *const types[] = {"text/plain", "application/openmetrics-text", NULL};
	const struct agent *agent = agent_of(ctx);
	const char *type = http_accepts(request, types);
	struct metrics m = {.self_cpu_millionths = agent->self_cpu_millionths,
			    .spool_bytes = agent->spool.dated.bytes,
			    .reloads = agent->reloads,
			    .reloads_failed = agent->reloads_failed,
			    .process.start_wall_us = agent->started_wall_us};
	struct errands_counts errands;
	struct http_counts http;
	struct buf body = BUF_INIT;
	bool open = type && type == types[1];

	if (!api_only_params(request, NULL))
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
	m.pushes = agent->upload.uploader != NULL;
	if (m.pushes)
		uploader_counts(agent->upload.uploader, &m.push);
	metrics_read_process(&m.process);
	metrics_write(&m, open, &body);
	api_reply(request, 200, open ? METRICS_MIME_OPEN : METRICS_MIME, &body);
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
	struct agent *agent = agent_of(ctx);
	const char *rest = http_rest(request);
	const char *slash = strchr(rest, '/');
	uint32_t pid;

	if (slash && slash[1]) {
		http_refuse(request, 404, "there is no %.128s", http_path(request));
		return;
	}
	pid = take_pid(agent, request, rest);
	if (pid)
		api_ask_article(&agent->api, request, pid);
}

static void answer_pprof(void *ctx, struct http_request *request)
{
	struct agent *agent = agent_of(ctx);
	const char *pid = http_param(request, "pid", 0);

	if (!pid || pid[0] == '~' || take_pid(agent, request, pid))
		api_ask_pprof(&agent->api, request, HISTORY_PID, NULL); /* its filters are among the parameters */
}

static void answer_process_pprof(void *ctx, struct http_request *request)
{
	struct agent *agent = agent_of(ctx);

	if (take_pid(agent, request, http_rest(request)))
		api_ask_pprof(&agent->api, request, HISTORY_PID, http_rest(request));
}

static const struct http_route routes[] = {
	{"/", HTTP_OPEN, false, api_answer_root},
	{"/healthz", HTTP_ALWAYS, false, api_answer_health},
	{"/readyz", HTTP_ALWAYS, false, answer_ready},
	{"/metrics", HTTP_OPEN, false, answer_metrics},
	{"/data", HTTP_OPEN, false, api_ask_data},
	{"/api/v1/targets", HTTP_OPEN, false, api_ask_targets},
	{"/api/v1/profile", HTTP_OPEN, false, api_ask_profile},
	{"/api/v1/timeline", HTTP_OPEN, false, api_ask_timeline},
	{"/api/v1/labels", HTTP_OPEN, false, api_ask_labels},
	{"/api/v1/labels/{}/values", HTTP_OPEN, false, api_ask_values},
	{"/api/v1/heatmap", HTTP_OPEN, false, api_ask_heatmap},
	{"/api/v1/diff", HTTP_OPEN, false, api_ask_diff},
	{"/api/v1/regressions", HTTP_OPEN, false, api_ask_regressions},
	{"/api/v1/gaps", HTTP_OPEN, false, api_ask_gaps},
	{"/api/v1/status", HTTP_OPEN, false, api_answer_status},
	{"/api/v1/annotations", HTTP_PRIVATE_POST, true, api_ask_annotations},
	{"/api/v1/stream", HTTP_OPEN, false, agent_stream},
	{"/api/v1/dump", HTTP_PRIVATE, true, agent_dump},
	{"/pyroscope/render", HTTP_OPEN, false, pyroscope_ask_render},
	{"/querier.v1.QuerierService/", HTTP_OPEN, true, pyroscope_ask_call},
	{"/debug/pprof/profile", HTTP_OPEN, false, answer_pprof},
	{"/debug/pprof/", HTTP_OPEN, false, api_answer_pprof_index},
	{"/p/{}/debug/pprof/profile", HTTP_OPEN, false, answer_process_pprof},
	{"/service/{}/debug/pprof/profile", HTTP_OPEN, false, api_answer_service_pprof},
	{"/p/", HTTP_OPEN, false, answer_process},
	{"/assets/", HTTP_ALWAYS, false, api_answer_page},
	{"/licenses.txt", HTTP_ALWAYS, false, api_answer_page},
};

const struct http_route *agent_routes(size_t *ret_n)
{
	*ret_n = sizeof(routes) / sizeof(*routes);
	return routes;
}
