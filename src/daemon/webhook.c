/* SPDX-License-Identifier: MIT */
/* webhook: there is no queue: what has to be told is what is found and was not told. */
#include "daemon/webhook.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/text.h"
#include "base/vec.h"
#include "daemon/watch.h"
#include "daemon/writer.h"
#include "http/fetch.h"
#include "scrape.h"
#include "store/store.h"

#define JSON_MIME "application/json"
#define TIMEOUT_MS 10000
#define ANSWER_MAX 65536
#define TEXT_MAX 480 /* of an annotation */
#define HTTP_PORT 80
#define HTTPS_PORT 443

struct told {
	char *service, *text; /* owned */
	double lo, hi;        /* of the moment, seconds */
};

struct webhook {
	struct webhook_plan plan;
	struct http_url url;
	struct http_fetch *fetch;
	struct told sending; /* while there is a fetch */
	VEC(struct told) told;
	bool knows, failing;
	uint64_t due_ns, pause_s;
	struct webhook_counts counts;
};

static int parse(const char *text, struct http_url *ret, struct err *err)
{
	if (strncmp(text, "http://", 7) != 0 && strncmp(text, "https://", 8) != 0)
		return err_set(err, SCRAPE_EINVAL, "\"%.128s\" is not a URL such as https://hooks.example.com/scrape",
			       text);
	return http_url_parse(text, text[4] == 's' ? HTTPS_PORT : HTTP_PORT, ret, err);
}

int webhook_check(const char *url, struct err *err)
{
	struct http_url parsed;

	return parse(url, &parsed, err);
}

int webhook_new(const struct webhook_plan *plan, struct webhook **ret, struct err *err)
{
	struct webhook *hook = calloc(1, sizeof(*hook));
	int r;

	if (!hook)
		return err_set(err, SCRAPE_ENOMEM, "out of memory");
	hook->plan = *plan;
	hook->pause_s = WEBHOOK_PAUSE_S;
	r = parse(plan->url, &hook->url, err);
	if (r < 0)
		free(hook);
	else
		*ret = hook;
	return r;
}

static void told_deinit(struct told *told)
{
	free(told->service);
	free(told->text);
	*told = (struct told){0};
}

void webhook_free(struct webhook *hook)
{
	if (!hook)
		return;
	http_fetch_cancel(hook->fetch);
	told_deinit(&hook->sending);
	VEC_EACH (told, &hook->told)
		told_deinit(told);
	VEC_DEINIT(&hook->told);
	free(hook);
}

/* By its annotation: after a restart there is nothing else to know it by. */
static bool is_told(const struct webhook *hook, const struct told *one, double slack)
{
	VEC_EACH (told, &hook->told)
		if (one->lo <= told->hi + slack && told->lo <= one->hi + slack &&
		    strcmp(told->service, one->service) == 0 && strcmp(told->text, one->text) == 0)
			return true;
	return false;
}

/* Takes it. Beyond the limit the oldest goes. */
static void remember(struct webhook *hook, struct told *one)
{
	if (hook->told.n >= WEBHOOK_TOLD_MAX) {
		told_deinit(&hook->told.items[0]);
		memmove(hook->told.items, hook->told.items + 1, --hook->told.n * sizeof(*hook->told.items));
	}
	if (VEC_RESERVE(&hook->told, hook->told.n + 1))
		hook->told.items[hook->told.n++] = *one;
	else
		told_deinit(one);
	*one = (struct told){0};
}

static void forget(struct webhook *hook, double forget_s)
{
	size_t n = 0;

	VEC_EACH (told, &hook->told)
		if (told->hi < forget_s)
			told_deinit(told);
		else
			hook->told.items[n++] = *told;
	hook->told.n = n;
}

static void take_note(struct webhook *hook, const json_t *item)
{
	const char *by = json_string_value(json_object_get(item, "by"));
	const char *service = json_string_value(json_object_get(item, "service"));
	const char *text = json_string_value(json_object_get(item, "text"));
	const json_t *until = json_object_get(item, "until");
	struct told one = {.lo = json_number_value(json_object_get(item, "at"))};

	if (!by || strcmp(by, WEBHOOK_BY) != 0 || !service || !text)
		return;
	one.hi = json_is_number(until) ? json_number_value(until) : one.lo;
	one.service = strdup(service);
	one.text = strdup(text);
	if (one.service && one.text && !is_told(hook, &one, 0))
		remember(hook, &one);
	else
		told_deinit(&one);
}

void webhook_notes(struct webhook *hook, const char *json, size_t n, double forget_s)
{
	json_t *root = json_loadb(json, n, 0, NULL), *item;
	const json_t *items = json_object_get(root, "items");
	size_t i;

	if (json_is_array(items)) {
		hook->knows = true;
		forget(hook, forget_s);
	}
	json_array_foreach(items, i, item) take_note(hook, item);
	json_decref(root);
}

/* "price (/srv/billing.py): more CPU", which is all that there is of the file to know it again by. */
static bool describe(const struct watch_finding *finding, struct told *ret)
{
	struct buf text = BUF_INIT, clean = BUF_INIT;

	buf_fmt(&text, "%s (%s): more CPU", finding->function, finding->file);
	if (buf_cstr(&text))
		text_clean(&clean, text.data, text.len, TEXT_MAX);
	*ret = (struct told){.lo = finding->moment_lo, .hi = finding->moment_hi};
	ret->text = buf_cstr(&clean) ? strdup(clean.data) : NULL;
	ret->service = strdup(finding->service);
	buf_deinit(&text);
	buf_deinit(&clean);
	if (ret->text && ret->service)
		return true;
	told_deinit(ret);
	return false;
}

static void link_to_page(const struct webhook *hook, json_t *item, const char *key)
{
	const char *rest = json_string_value(json_object_get(item, key));
	struct buf text = BUF_INIT;

	if (rest) {
		buf_fmt(&text, "%s%s", hook->plan.page, rest);
		if (buf_cstr(&text)) /* without memory the link stays a relative one */
			(void)json_object_set_new(item, key, json_string(text.data));
	}
	buf_deinit(&text);
}

/* The finding as /api/v1/regressions has it, with whole links. NULL: no memory. */
static char *make_body(const struct webhook *hook, const struct watch_finding *finding)
{
	json_t *item = json_loads(finding->json, 0, NULL);
	char *body;

	if (!item)
		return NULL;
	link_to_page(hook, item, "base_url");
	link_to_page(hook, item, "url");
	(void)json_object_set_new(item, "collector", json_string(hook->plan.collector));
	body = json_dumps(item, JSON_COMPACT);
	json_decref(item);
	return body;
}

static void note(struct webhook *hook, const struct told *told)
{
	const struct store_note one = {.at_us = (uint64_t)(told->lo * 1e6 + 0.5),
				       .until_us = told->hi > told->lo ? (uint64_t)(told->hi * 1e6 + 0.5) : 0,
				       .text = told->text,
				       .service = told->service,
				       .host = "",
				       .by = WEBHOOK_BY};

	if (writer_note(hook->plan.writer, &one, WEBHOOK_TAG) < 0)
		webhook_noted(SCRAPE_ENOMEM, "out of memory");
}

void webhook_noted(int64_t id, const char *error)
{
	if (id < 0)
		log_error("what the webhook was told is not noted, and will be told again after a restart: %s", error);
}

static void done(void *ctx, const struct http_fetched *answer)
{
	struct webhook *hook = ctx;
	bool taken = answer->status >= 200 && answer->status < 300;
	char status[32];

	hook->fetch = NULL;
	if (taken) {
		hook->counts.sent++;
		hook->pause_s = WEBHOOK_PAUSE_S;
		hook->due_ns = 0;
		log_info("webhook: told of %s in %s", hook->sending.text, hook->sending.service);
		note(hook, &hook->sending);
		remember(hook, &hook->sending);
	} else {
		hook->counts.failed++;
		(void)snprintf(status, sizeof(status), "status %d", answer->status);
		if (!hook->failing)
			log_error("the webhook does not take what it is told, which is tried again: %s",
				  answer->status ? status : answer->error);
		hook->due_ns = clock_mono_ns() + hook->pause_s * NSEC_PER_SEC;
		hook->pause_s = hook->pause_s * 2 > WEBHOOK_PAUSE_MAX_S ? WEBHOOK_PAUSE_MAX_S : hook->pause_s * 2;
		told_deinit(&hook->sending);
	}
	hook->failing = !taken;
}

/* Takes told. */
static void send(struct webhook *hook, const struct watch_finding *finding, struct told *told, uint64_t now_ns)
{
	char *body = make_body(hook, finding);
	const struct http_fetch_plan plan = {.url = &hook->url,
					     .body = body,
					     .n_body = body ? strlen(body) : 0,
					     .body_mime = JSON_MIME,
					     .max_body = ANSWER_MAX,
					     .timeout_ms = TIMEOUT_MS};

	hook->sending = *told;
	*told = (struct told){0};
	hook->fetch = body ? http_fetch(hook->plan.fetcher, &plan, done, hook) : NULL;
	free(body);
	if (!hook->fetch) {
		told_deinit(&hook->sending);
		hook->due_ns = now_ns + hook->pause_s * NSEC_PER_SEC;
	}
}

void webhook_tend(struct webhook *hook, const struct watch_findings *findings, uint64_t now_ns)
{
	double slack = (double)hook->plan.slack_us / 1e6;

	if (!findings || !hook->knows || hook->fetch || now_ns < hook->due_ns)
		return;
	VEC_EACH (finding, &findings->list) {
		struct told told;

		if (!(finding->delta > 0) || !describe(finding, &told))
			continue;
		if (!is_told(hook, &told, slack)) {
			send(hook, finding, &told, now_ns);
			return;
		}
		told_deinit(&told);
	}
	hook->due_ns = now_ns + NSEC_PER_SEC; /* nothing to tell: looked at once a second */
}

void webhook_counts(const struct webhook *hook, struct webhook_counts *ret)
{
	*ret = hook->counts;
}
