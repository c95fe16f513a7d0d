/* SPDX-License-Identifier: MIT */
/*
 * collector_poll: asks each host for what it has not told yet. Of a host one thing is under way at a time: a question,
 * or what it answered on its way to the store. What a daemon says is believed or refused as a whole, by the store.
 */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/text.h"
#include "daemon/collector.h"
#include "daemon/collector_state.h"
#include "daemon/folded_slice.h"
#include "scrape.h"

#define FETCHES_AT_ONCE 32            /* which bounds what strangers can make of our memory */
#define ANSWER_MAX ((size_t)16 << 20) /* a daemon sends 8 MiB, and at least one slice */
#define FULL_ANSWER ((size_t)4 << 20) /* from here on there may be more to be had at once */
#define SENSELESS_MAX 5               /* times that the same slices may make no sense */
#define PAUSE_FIRST_NS NSEC_PER_SEC
#define PAUSE_MOST_NS (60 * NSEC_PER_SEC)

const char *const collect_states[] = {[COLLECT_NEW] = "new",
				      [COLLECT_UP] = "up",
				      [COLLECT_DOWN] = "down",
				      [COLLECT_REFUSED] = "refused",
				      [COLLECT_ELSEWHERE] = "elsewhere"};

void collector_set_state(struct collect_host *host, enum collect_state state, const char *why)
{
	bool changed = host->state != state;

	(void)snprintf(host->error, sizeof(host->error), "%.255s", why);
	if (!changed)
		return; /* only changes are told */
	host->state = state;
	host->since_us = clock_wall_ns() / NSEC_PER_USEC;
	if (state == COLLECT_UP)
		log_info("%s: up", host->name);
	else
		log_warn("%s: %s: %s", host->name, collect_states[state], why);
}

/* So that they do not come all at once, ever after. */
static uint64_t phase(const struct collect_host *host, uint64_t period_ns)
{
	uint64_t hash = 14695981039346656037ull;

	for (const char *p = host->name; *p; p++)
		hash = (hash ^ (unsigned char)*p) * 1099511628211ull;
	return hash % period_ns;
}

static void come_again(struct collector *c, struct collect_host *host)
{
	uint64_t period = c->config->slice_us * 1000, now = clock_mono_ns();
	uint64_t slot = now - now % period + phase(host, period);

	host->due_ns = host->again ? now : slot > now ? slot : slot + period;
	host->again = false;
}

static void back_off(struct collect_host *host)
{
	host->pause_ns = host->pause_ns ? host->pause_ns * 2 : PAUSE_FIRST_NS;
	if (host->pause_ns > PAUSE_MOST_NS)
		host->pause_ns = PAUSE_MOST_NS;
	host->due_ns = clock_mono_ns() + host->pause_ns;
}

static void failed(struct collect_host *host, const char *why)
{
	host->failures++;
	collector_set_state(host, COLLECT_DOWN, why);
	back_off(host);
}

static void good(struct collect_host *host)
{
	host->pause_ns = 0;
	collector_set_state(host, COLLECT_UP, "");
}

static void refuse(struct collect_host *host, const char *why)
{
	host->refusals++;
	collector_set_state(host, COLLECT_REFUSED, why);
	back_off(host);
}

/* "INSTANCE:NUMBER" of a header. */
static bool read_position(const char *text, char instance[STORE_INSTANCE_MAX + 1], uint64_t *ret)
{
	const char *colon = text ? strchr(text, ':') : NULL;
	char *end;

	if (!colon || colon == text || colon - text > STORE_INSTANCE_MAX || !isdigit((unsigned char)colon[1]))
		return false;
	for (const char *p = text; p < colon; p++)
		if (!isalnum((unsigned char)*p))
			return false;
	memcpy(instance, text, (size_t)(colon - text));
	instance[colon - text] = '\0';
	*ret = strtoull(colon + 1, &end, 10);
	return !*end && *ret <= INT64_MAX;
}

/* Its clock, from the Date of its answer; a second's worth of it is rounding and the way. */
static void note_clock(struct collect_host *host, const char *date)
{
	struct tm tm = {0};
	const char *end = date ? strptime(date, "%a, %d %b %Y %H:%M:%S GMT", &tm) : NULL;

	if (end && !*end)
		host->clock_offset_s = (double)timegm(&tm) + 0.5 - (double)(clock_wall_ns() / NSEC_PER_MSEC) / 1000;
}

static uint64_t tag_of(const struct collector *c, const struct collect_host *host)
{
	for (size_t i = 0; i < c->hosts.n; i++)
		if (c->hosts.items[i] == host)
			return i;
	return UINT64_MAX;
}

int collector_store(struct collector *c, struct collect_host *host, const struct collect_put *put, const void *bytes,
		    size_t n)
{
	const struct store_slices slices = {.host = host->name,
					    .instance = put->instance,
					    .bytes = bytes,
					    .n = n,
					    .since = put->since,
					    .next = put->next,
					    .now_us = clock_wall_ns() / NSEC_PER_USEC};
	struct collect_put *place = VEC_PUSH(&host->puts);

	host->bytes += n;
	if (!place || writer_put(c->writer, &slices, tag_of(c, host)) < 0) {
		host->puts.n -= place ? 1 : 0;
		failed(host, "out of memory here");
		return SCRAPE_ENOMEM;
	}
	*place = *put;
	come_again(c, host);
	return 0;
}

/* Up to where it is written, or on its way to be. */
static void position(const struct collect_host *host, struct collect_put *ret)
{
	*ret = host->puts.n > 0 ? host->puts.items[host->puts.n - 1] : host->written;
	ret->since = ret->next;
}

static void take_slices(struct collector *c, struct collect_host *host, const struct http_fetched *answer)
{
	const char *since = http_fetched_header(answer, "X-Scrape-Since"),
		   *next = http_fetched_header(answer, "X-Scrape-Next");
	char instance[STORE_INSTANCE_MAX + 1];
	struct collect_put put;

	if (!read_position(since, put.instance, &put.since) || !read_position(next, instance, &put.next) ||
	    strcmp(instance, put.instance) != 0 || put.next < put.since) {
		refuse(host, "the answer does not say which slices it is: is this a daemon of scrape's?");
		return;
	}
	if (http_fetched_header(answer, "X-Scrape-Gap")) {
		host->gaps++;
		log_warn("%s: slices are missing: the daemon did not keep them until they were asked for", host->name);
	}
	note_clock(host, http_fetched_header(answer, "Date"));
	host->heard_us = clock_wall_ns() / NSEC_PER_USEC;
	host->again = answer->n_body >= FULL_ANSWER;
	if (put.next > put.since) {
		(void)collector_store(c, host, &put, answer->body, answer->n_body);
		return;
	}
	if (host->puts.n == 0 && strcmp(host->written.instance, put.instance) != 0) /* it was started anew */
		host->written = put;
	good(host);
	come_again(c, host);
}

/* Text without a cursor: what is lost on its way is lost. */
static void take_folded(struct collector *c, struct collect_host *host, const struct http_fetched *answer)
{
	struct buf slice = BUF_INIT;
	struct err err = {0};
	struct folded_slice plan = {.service = host->name,
				    .slice_us = c->config->slice_us,
				    .now_us = clock_wall_ns() / NSEC_PER_USEC,
				    .before_us = host->folded_us};
	struct collect_put put;
	uint64_t until_us;
	int r;

	position(host, &put);
	plan.seq = put.next++;
	r = folded_slice(&plan, answer->body, answer->n_body, &slice, &until_us, &err);

	if (r < 0) {
		refuse(host, err.text);
	} else if (slice.len == 0) {
		good(host);
		come_again(c, host);
	} else {
		host->folded_us = until_us;
		host->heard_us = plan.now_us;
		(void)collector_store(c, host, &put, slice.data, slice.len);
	}
	buf_deinit(&slice);
}

/* What a server says about its refusal, made fit for a log. */
static void tell_status(struct collect_host *host, const struct http_fetched *answer)
{
	struct buf text = BUF_INIT;
	size_t n = answer->n_body < 160 ? answer->n_body : 160;

	buf_fmt(&text, "status %d", answer->status);
	if (n > 0) {
		buf_str(&text, ": ");
		text_clean(&text, answer->body, n, 160);
	}
	failed(host, buf_cstr(&text) ? text.data : "out of memory here");
	buf_deinit(&text);
}

struct polling {
	struct collector *c;
	struct collect_host *host;
};

static void answered(void *ctx, const struct http_fetched *answer)
{
	struct polling *polling = ctx;
	struct collector *c = polling->c;
	struct collect_host *host = polling->host;

	free(polling);
	host->fetch = NULL;
	c->fetching--;
	if (answer->cut)
		refuse(host, "its answer is too large");
	else if (answer->status == 0)
		failed(host, answer->error);
	else if (answer->status != 200)
		tell_status(host, answer);
	else if (host->folded)
		take_folded(c, host, answer);
	else
		take_slices(c, host, answer);
}

/* The name under which this run's texts are kept: they have no instance of their own. */
static void name_folded(struct collector *c, struct collect_host *host)
{
	if (host->folded_us || host->written.instance[0] == 'f')
		return;
	(void)snprintf(host->written.instance, sizeof(host->written.instance), "f%" PRIu64,
		       c->started_wall_us); /* fits */
	host->written.next = 0;
}

static bool ask(struct collector *c, struct collect_host *host)
{
	char path[STORE_INSTANCE_MAX + 64] = "/api/v1/stream";
	struct http_fetch_plan plan = {.url = &host->url,
				       .path = path,
				       .token = c->plan->daemon_token,
				       .max_body = ANSWER_MAX,
				       .timeout_ms = (unsigned)(c->config->timeout_us / 1000)};
	struct polling *polling = calloc(1, sizeof(*polling));
	struct collect_put at;

	if (!polling)
		return false;
	*polling = (struct polling){c, host};
	if (host->folded) {
		name_folded(c, host);
		plan.path = NULL;
		plan.accept = "text/plain";
	} else if (position(host, &at), at.instance[0]) {
		(void)snprintf(path, sizeof(path), "/api/v1/stream?since=%s:%" PRIu64, at.instance, at.next); /* fits */
	}
	host->polls++;
	host->fetch = http_fetch(c->fetcher, &plan, answered, polling);
	if (!host->fetch) {
		free(polling);
		failed(host, "out of memory here");
		return false;
	}
	c->fetching++;
	return true;
}

static bool is_due(const struct collector *c, const struct collect_host *host, uint64_t now_ns)
{
	return host->named && !host->pushes && !host->fetch && host->due_ns <= now_ns &&
	       (host->puts.n == 0 || c->failing);
}

void collector_poll(struct collector *c, uint64_t now_ns)
{
	struct writer_state state;

	writer_state(c->writer, &state);
	VEC_EACH (place, &c->hosts) {
		if (!is_due(c, *place, now_ns))
			continue;
		/* what there is no room for is not asked for: their daemons may keep it for longer than we can */
		if (c->fetching >= FETCHES_AT_ONCE || state.queued_bytes > c->config->memory_bytes)
			return;
		(void)ask(c, *place);
	}
}

/* What makes no sense may have been damaged on its way; what makes none again and again becomes a gap. One from the
 * future may come true. */
static void pass_over(struct collect_host *host, const struct collect_put *put, int code)
{
	if ((code != SCRAPE_EFORMAT && code != SCRAPE_ELIMIT) || ++host->senseless < SENSELESS_MAX)
		return;
	host->senseless = 0;
	host->written = *put;
	host->gaps++;
}

void collector_stored(struct collector *c, uint64_t tag, int code, const struct store_put *put, const char *error)
{
	struct collect_host *host = tag < c->hosts.n ? c->hosts.items[tag] : NULL;
	struct collect_put was;

	if (!host || host->puts.n == 0)
		return;
	was = host->puts.items[0];
	memmove(host->puts.items, host->puts.items + 1, --host->puts.n * sizeof(was));
	if (code < 0) {
		refuse(host, error);
		pass_over(host, &was, code);
		collector_push_done(host, code, error);
		return;
	}
	host->written = was;
	host->written.next = put->next;
	host->senseless = 0;
	host->slices += put->slices;
	if (put->oldest_us && (!host->first_us || put->oldest_us < host->first_us))
		host->first_us = put->oldest_us;
	if (put->newest_us > host->watermark_us)
		host->watermark_us = put->newest_us;
	if (put->newest_us > c->newest_us)
		c->newest_us = put->newest_us;
	if (put->oldest_us && (!c->oldest_us || put->oldest_us < c->oldest_us))
		c->oldest_us = put->oldest_us;
	good(host);
	collector_push_done(host, 0, "");
}
