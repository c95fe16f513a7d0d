/* SPDX-License-Identifier: MIT */
/*
 * agent_keep: closed slices go on from the daemon's memory: into a store of its own, and to a collector that cannot
 * reach this daemon. Both say how far they are, and are given what comes behind it; what they have is theirs to know.
 */
#include <event2/event.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/text.h"
#include "daemon/agent.h"
#include "daemon/agent_state.h"
#include "daemon/notify.h"
#include "profile/history.h"
#include "scrape.h"
#include "store/store.h"

#define BYTES_AT_ONCE ((size_t)8 << 20)
#define QUEUED_MAX ((size_t)32 << 20) /* of the store's; beyond it slices wait in memory */
#define PUSH_TIMEOUT_MS 10000
#define PAUSE_FIRST_NS NSEC_PER_SEC
#define PAUSE_MOST_NS (60 * NSEC_PER_SEC)
#define STORE_WAIT_MS 5000
#define ANSWER_MAX 65536

/* --- a store of its own --- */

static void know_host(void *ctx, const struct store_host *host)
{
	struct agent *agent = ctx;

	if (host->first_us && (!agent->keep.oldest_us || host->first_us < agent->keep.oldest_us))
		agent->keep.oldest_us = host->first_us;
	if (strcmp(host->host, agent->config->name) != 0)
		return;
	agent->keep.store_next = agent_position(agent, host->instance, host->next);
}

static void store_is_ready(void *ctx)
{
	struct agent *agent = ctx;

	agent->keep.store_ready = true;
	log_info("the store is open: %s", agent->config->store);
}

static void stored(void *ctx, uint64_t tag, int code, const struct store_put *put, const char *error)
{
	struct agent *agent = ctx;

	(void)tag;
	if (code < 0)
		log_error("slices cannot be stored: %s", error);
	else if (put->oldest_us && (!agent->keep.oldest_us || put->oldest_us < agent->keep.oldest_us))
		agent->keep.oldest_us = put->oldest_us;
}

static void noted(void *ctx, uint64_t tag, int64_t id, const char *error)
{
	struct agent *agent = ctx;

	noting_done(&agent->keep.noting, tag, id, error);
}

/* The daemon goes on without it: what it is for is looking. */
static void store_failed(void *ctx, int code, const char *error)
{
	(void)ctx;
	(void)code;
	log_error("there is no history beyond memory: %s", error);
}

static const struct writer_events keep_events = {
	.host = know_host, .ready = store_is_ready, .done = stored, .noted = noted, .failed = store_failed};

int agent_keep_init(struct agent *agent, struct err *err)
{
	const struct config *config = agent->config;
	struct agent_keep *keep = &agent->keep;
	int r = 0;

	if (config->store) {
		keep->writer_config = (struct writer_config){config->store, config->store_keep};
		keep->writer_config.store.slice_us = config->slice_us;
		r = writer_new(agent->base, &keep->writer_config, &keep_events, agent, &keep->writer, err);
		keep->noting.writer = keep->writer;
	}
	if (r == 0 && config->push) {
		r = http_url_parse(config->push, 16385, &keep->url, err);
		if (r == 0)
			r = http_fetcher_new(agent->base, config->ca_file, &keep->fetcher, err);
	}
	return r;
}

void agent_keep_deinit(struct agent *agent)
{
	http_fetch_cancel(agent->keep.fetch);
	http_fetcher_free(agent->keep.fetcher);
	noting_end(&agent->keep.noting);
	writer_free(agent->keep.writer, STORE_WAIT_MS);
}

/* Slices from a number on, as many as may be sent at once; *next is moved behind them. */
static bool export_from(const struct agent *agent, uint64_t *since, uint64_t *next, struct buf *out)
{
	struct history_stats stats;
	int r;

	history_stats(agent->history, &stats);
	if (*since >= stats.next_seq)
		return false;
	r = history_export(agent->history, *since, BYTES_AT_ONCE, out, next);
	if (r == SCRAPE_EGONE) { /* it went before it was kept: the rest of what is there is behind a gap */
		*since = *next;
		r = *since < stats.next_seq ? history_export(agent->history, *since, BYTES_AT_ONCE, out, next) : -1;
	}
	return r == 0 && !out->failed && *next > *since;
}

static void feed_store(struct agent *agent)
{
	struct agent_keep *keep = &agent->keep;
	struct buf bytes = BUF_INIT;
	struct writer_state state;
	uint64_t next = 0;

	if (!keep->writer || !keep->store_ready)
		return;
	writer_state(keep->writer, &state);
	if (state.queued_bytes < QUEUED_MAX && export_from(agent, &keep->store_next, &next, &bytes)) {
		const struct store_slices slices = {.host = agent->config->name,
						    .instance = agent->instance,
						    .bytes = bytes.data,
						    .n = bytes.len,
						    .since = keep->store_next,
						    .next = next,
						    .now_us = clock_wall_ns() / NSEC_PER_USEC};

		if (writer_put(keep->writer, &slices, 0) == 0)
			keep->store_next = next; /* the writer keeps it until it is written */
	}
	buf_deinit(&bytes);
}

/* --- a collector that is told --- */

static void push_failed(struct agent_keep *keep, const char *why)
{
	if (!keep->push_down)
		log_warn("the collector cannot be told: %s", why);
	keep->push_down = true;
	keep->pause_ns = keep->pause_ns ? keep->pause_ns * 2 : PAUSE_FIRST_NS;
	if (keep->pause_ns > PAUSE_MOST_NS)
		keep->pause_ns = PAUSE_MOST_NS;
	keep->due_ns = clock_mono_ns() + keep->pause_ns;
}

/* The answer to both questions: where it is. */
static void pushed(void *ctx, const struct http_fetched *answer)
{
	struct agent *agent = ctx;
	struct agent_keep *keep = &agent->keep;
	const char *position = answer->status == 200 ? http_fetched_header(answer, "X-Scrape-Next") : NULL;
	const char *colon = position ? strchr(position, ':') : NULL;
	char text[128];

	keep->fetch = NULL;
	if (!colon) {
		(void)snprintf(text, sizeof(text), "status %d", answer->status); /* fits */
		push_failed(keep, answer->status ? text : answer->error);
		return;
	}
	(void)snprintf(text, sizeof(text), "%.*s", (int)(colon - position), position); /* cut: then it is not known */
	keep->push_next = agent_position(agent, text, strtoull(colon + 1, NULL, 10));
	if (keep->push_down)
		log_info("the collector is told again");
	keep->push_down = false;
	keep->push_known = true;
	keep->pause_ns = 0;
	keep->due_ns = 0;
}

/* Without a position: where are you? */
static void push(struct agent *agent, uint64_t now_ns)
{
	struct agent_keep *keep = &agent->keep;
	struct http_fetch_plan plan = {.url = &keep->url,
				       .token = agent->plan->push_token,
				       .max_body = ANSWER_MAX,
				       .timeout_ms = PUSH_TIMEOUT_MS};
	struct buf body = BUF_INIT, path = BUF_INIT;
	uint64_t next = 0;

	if (!keep->fetcher || keep->fetch || now_ns < keep->due_ns)
		return;
	buf_str(&path, "/api/v1/push?host=");
	text_percent(&path, agent->config->name);
	if (keep->push_known) {
		if (!export_from(agent, &keep->push_next, &next, &body)) {
			buf_deinit(&path);
			buf_deinit(&body);
			return;
		}
		buf_fmt(&path, "&instance=%s&since=%" PRIu64 "&next=%" PRIu64, agent->instance, keep->push_next, next);
		plan.body = body.data;
		plan.n_body = body.len;
		plan.body_mime = "application/octet-stream";
	}
	plan.path = buf_cstr(&path);
	keep->fetch = plan.path ? http_fetch(keep->fetcher, &plan, pushed, agent) : NULL;
	if (!keep->fetch)
		push_failed(keep, "out of memory");
	buf_deinit(&path);
	buf_deinit(&body);
}

void agent_keep_tend(struct agent *agent, uint64_t now_ns)
{
	if (agent->keep.writer)
		writer_tend(agent->keep.writer, now_ns);
	feed_store(agent);
	push(agent, now_ns);
}

bool agent_keep_is_done(const struct agent *agent)
{
	struct history_stats stats;

	history_stats(agent->history, &stats);
	return !agent->keep.fetcher || agent->keep.push_down ||
	       (!agent->keep.fetch && agent->keep.push_known && agent->keep.push_next >= stats.next_seq);
}
