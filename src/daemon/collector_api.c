/* SPDX-License-Identifier: MIT */
/* collector_api: the table of what the collector answers to, and the answers that are its own. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/text.h"
#include "daemon/collector_metrics.h"
#include "daemon/collector_state.h"
#include "daemon/errand.h"
#include "daemon/metrics.h"
#include "daemon/pyroscope.h"
#include "daemon/srv.h"
#include "http/request.h"
#include "http/server.h"
#include "scrape.h"

#define JSON_MIME "application/json"

static struct collector *collector_of(void *ctx)
{
	return ((struct api *)ctx)->owner;
}

static void answer_ready(void *ctx, struct http_request *request)
{
	const struct collector *c = collector_of(ctx);
	struct writer_state state;
	struct buf body = BUF_INIT;

	writer_state(c->writer, &state);
	if (!c->ready || !state.ready || state.failing_since_us) {
		http_set_header(request, "Retry-After", "1");
		http_refuse(request, 503, "%s", state.trouble[0] ? state.trouble : "the store is not open yet");
		return;
	}
	buf_str(&body, "ok\n");
	api_reply(request, 200, "text/plain; charset=utf-8", &body);
}

static void put_string(struct buf *out, const char *key, const char *text)
{
	buf_fmt(out, ",\"%s\":", key);
	text_json(out, text, strlen(text));
}

static void put_time(struct buf *out, const char *key, uint64_t us)
{
	buf_fmt(out, ",\"%s\":", key);
	api_put_seconds(out, us);
}

static const char *state_of(const struct collector *c, const struct collect_host *host)
{
	if (host->named || host->pushes || (host->state == COLLECT_ELSEWHERE && collector_heard_of(c, host)))
		return collect_states[host->state];
	return "gone";
}

static void put_host(struct buf *out, const struct collector *c, const struct collect_host *host, uint64_t now_us)
{
	buf_str(out, "{\"host\":");
	text_json(out, host->name, strlen(host->name));
	put_string(out, "address", host->pushes ? "pushes" : host->address);
	put_string(out, "state", state_of(c, host));
	put_time(out, "since", host->since_us);
	put_time(out, "first", host->first_us);
	put_time(out, "watermark", host->watermark_us);
	put_time(out, "lag", host->watermark_us && now_us > host->watermark_us ? now_us - host->watermark_us : 0);
	buf_fmt(out, ",\"clock_offset\":%.1f", host->clock_offset_s);
	put_string(out, "error", host->error);
	put_string(out, "instance", host->written.instance);
	buf_fmt(out,
		",\"next\":%" PRIu64 ",\"slices\":%" PRIu64 ",\"gaps\":%" PRIu64 ",\"bytes\":%" PRIu64
		",\"polls\":%" PRIu64 ",\"failures\":%" PRIu64 ",\"refusals\":%" PRIu64 "}",
		host->written.next, host->slices, host->gaps, host->bytes, host->polls, host->failures, host->refusals);
}

static void answer_hosts(void *ctx, struct http_request *request)
{
	const struct collector *c = collector_of(ctx);
	uint64_t now_us = clock_wall_ns() / NSEC_PER_USEC;
	struct writer_state state;
	struct buf body = BUF_INIT;
	size_t n = 0;

	if (!api_only_params(request, NULL))
		return;
	writer_state(c->writer, &state);
	buf_str(&body, "{\"watermark\":");
	api_put_seconds(&body, collector_watermark(c));
	buf_fmt(&body, ",\"store\":{\"bytes\":%" PRIu64 ",\"queued\":%zu,\"queued_bytes\":%zu", state.store_bytes,
		state.queued, state.queued_bytes);
	buf_fmt(&body, ",\"outbox_bytes\":%" PRIu64 ",\"lost_slices\":%" PRIu64, state.outbox.bytes,
		state.outbox.lost_slices);
	put_time(&body, "failing_since", state.failing_since_us);
	put_string(&body, "trouble", state.trouble);
	buf_str(&body, "}");
	put_string(&body, "list_error", c->list_error[0] || !c->srv ? c->list_error : srv_error(c->srv));
	buf_str(&body, ",\"items\":[");
	VEC_EACH (host, &c->hosts) {
		buf_str(&body, n++ ? ",\n" : "\n");
		put_host(&body, c, *host, now_us);
	}
	buf_str(&body, "]}\n");
	api_reply(request, 200, JSON_MIME, &body);
}

static void answer_metrics(void *ctx, struct http_request *request)
{
	static const char *const types[] = {"text/plain", "application/openmetrics-text", NULL};
	const struct collector *c = collector_of(ctx);
	const char *type = http_accepts(request, types);
	bool open = type && type == types[1];
	struct buf body = BUF_INIT;

	if (!api_only_params(request, NULL))
		return;
	collector_metrics(c, open, &body);
	api_reply(request, 200, open ? METRICS_MIME_OPEN : METRICS_MIME, &body);
}

static const struct http_route routes[] = {
	{"/", HTTP_OPEN, false, api_answer_root},
	{"/healthz", HTTP_ALWAYS, false, api_answer_health},
	{"/readyz", HTTP_ALWAYS, false, answer_ready},
	{"/metrics", HTTP_OPEN, false, answer_metrics},
	{"/data", HTTP_OPEN, false, api_ask_data},
	{"/api/v1/status", HTTP_OPEN, false, api_answer_status},
	{"/api/v1/hosts", HTTP_OPEN, false, answer_hosts},
	{"/api/v1/targets", HTTP_OPEN, false, api_ask_targets},
	{"/api/v1/profile", HTTP_OPEN, false, api_ask_profile},
	{"/api/v1/timeline", HTTP_OPEN, false, api_ask_timeline},
	{"/api/v1/heatmap", HTTP_OPEN, false, api_ask_heatmap},
	{"/api/v1/diff", HTTP_OPEN, false, api_ask_diff},
	{"/api/v1/regressions", HTTP_OPEN, false, api_ask_regressions},
	{"/api/v1/gaps", HTTP_OPEN, false, api_ask_gaps},
	{"/api/v1/labels", HTTP_OPEN, false, api_ask_labels},
	{"/api/v1/labels/{}/values", HTTP_OPEN, false, api_ask_values},
	{"/api/v1/push", HTTP_PRIVATE, true, collector_push},
	{"/api/v1/annotations", HTTP_PRIVATE_POST, true, api_ask_annotations},
	{"/pyroscope/render", HTTP_OPEN, false, pyroscope_ask_render},
	{"/querier.v1.QuerierService/", HTTP_OPEN, true, pyroscope_ask_call},
	{"/debug/pprof/profile", HTTP_OPEN, false, api_answer_pprof},
	{"/debug/pprof/", HTTP_OPEN, false, api_answer_pprof_index},
	{"/service/{}/debug/pprof/profile", HTTP_OPEN, false, api_answer_service_pprof},
	{"/assets/", HTTP_ALWAYS, false, api_answer_page},
	{"/licenses.txt", HTTP_ALWAYS, false, api_answer_page},
};

const struct http_route *collector_routes(size_t *ret_n)
{
	*ret_n = sizeof(routes) / sizeof(*routes);
	return routes;
}
