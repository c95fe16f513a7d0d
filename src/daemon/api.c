/* SPDX-License-Identifier: MIT */
/* api: what the daemon and the collector answer at once, and the words that all handlers share. */
#include "daemon/api.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/text.h"
#include "daemon/page.h"
#include "daemon/query.h"
#include "http/request.h"
#include "http/server.h"
#include "profile/history.h"
#include "scrape.h"

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

struct query_source api_query_source(const struct http_request *request)
{
	return (struct query_source){.param = request_param, .unknown = request_unknown, .ctx = request};
}

uint64_t api_now_us(const struct api *api)
{
	struct api_times times = {0};

	api->source->times(api->owner, &times);
	return times.watermark_us ? times.watermark_us : clock_wall_ns() / NSEC_PER_USEC;
}

void api_put_seconds(struct buf *out, uint64_t us)
{
	char digits[8];
	int n = snprintf(digits, sizeof(digits), "%06" PRIu64, us % SECOND_US);

	while (n > 0 && digits[n - 1] == '0')
		n--;
	buf_fmt(out, n > 0 ? "%" PRIu64 ".%.*s" : "%" PRIu64 "%.*s", us / SECOND_US, n, digits);
}

bool api_only_params(struct http_request *request, const char *const *known)
{
	static const char *const none[] = {NULL};
	const char *name = http_unknown_param(request, known ? known : none);

	if (name)
		http_refuse(request, 400, "'%.64s' is no parameter here", name);
	return !name;
}

void api_reply(struct http_request *request, int status, const char *mime, struct buf *body)
{
	if (body->failed)
		http_refuse(request, 503, "out of memory");
	else
		http_reply(request, status, mime, body);
	buf_deinit(body);
}

void api_answer_health(void *ctx, struct http_request *request)
{
	struct buf body = BUF_INIT;

	(void)ctx;
	buf_str(&body, "ok\n");
	api_reply(request, 200, TEXT_MIME, &body);
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
	api_reply(request, 200, file->mime, &body);
}

void api_answer_page(void *ctx, struct http_request *request)
{
	(void)ctx;
	answer_file(request, http_path(request));
}

/* A browser gets the page, anybody else the article's format. */
void api_answer_root(void *ctx, struct http_request *request)
{
	static const char *const types[] = {"text/plain", "text/html", NULL};
	struct api *api = ctx;
	const char *type = http_accepts(request, types);

	http_set_header(request, "Vary", "Accept");
	if (type == types[1] && page_find("/"))
		answer_file(request, "/");
	else
		api_ask_article(api, request, 0);
}

void api_answer_service_pprof(void *ctx, struct http_request *request)
{
	api_ask_pprof(ctx, request, HISTORY_SERVICE, http_rest(request));
}

void api_answer_pprof_index(void *ctx, struct http_request *request)
{
	struct buf body = BUF_INIT;

	(void)ctx;
	if (*http_rest(request)) {
		http_refuse(request, 404, "only profile is measured here");
		return;
	}
	buf_str(&body, "profile\n");
	api_reply(request, 200, TEXT_MIME, &body);
}

void api_answer_pprof(void *ctx, struct http_request *request)
{
	api_ask_pprof(ctx, request, HISTORY_PID, NULL); /* its filters are among the parameters */
}

/* What kind of server this is, so that a page knows what to offer. */
void api_answer_status(void *ctx, struct http_request *request)
{
	const struct api *api = ctx;
	struct api_times times = {0};
	struct buf body = BUF_INIT;

	if (!api_only_params(request, NULL))
		return;
	api->source->times(api->owner, &times);
	buf_fmt(&body, "{\"role\":\"%s\",\"version\":\"%s\",\"name\":", api->collects ? "collector" : "daemon",
		SCRAPE_VERSION);
	text_json(&body, api->name, strlen(api->name));
	buf_str(&body, ",\"step\":");
	api_put_seconds(&body, times.slice_us);
	buf_str(&body, ",\"oldest\":");
	api_put_seconds(&body, times.oldest_us);
	buf_str(&body, ",\"watermark\":");
	api_put_seconds(&body, times.watermark_us);
	buf_fmt(&body, ",\"can_annotate\":%s}\n", api->source->annotate ? "true" : "false");
	api_reply(request, 200, "application/json", &body);
}
