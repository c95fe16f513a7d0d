/* SPDX-License-Identifier: MIT */
/* collector: the event loop of the front, its beginning and its end. */
#include "daemon/collector.h"

#include <event2/event.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "daemon/collector_state.h"
#include "daemon/errand.h"
#include "daemon/notify.h"
#include "daemon/sockets.h"
#include "daemon/srv.h"
#include "daemon/watch.h"
#include "daemon/webhook.h"
#include "http/request.h"
#include "scrape.h"
#include "store/store.h"

#define TICK_US 100000
#define LAST_WORDS_MS 5000
#define WEBHOOK_SLACK_US (2 * 60000000ull) /* slots of the usual window are a minute */
#define LOST_PERIOD_NS (60 * NSEC_PER_SEC)
#define LIVE_SLICES 4 /* who was heard so many slices ago is waited for */

static const int signal_numbers[] = {SIGHUP, SIGTERM, SIGINT};

bool collector_heard_of(const struct collector *c, const struct collect_host *host)
{
	return (host->state == COLLECT_UP || host->state == COLLECT_ELSEWHERE) && host->watermark_us &&
	       host->heard_us + LIVE_SLICES * c->config->slice_us > clock_wall_ns() / NSEC_PER_USEC;
}

uint64_t collector_watermark(const struct collector *c)
{
	uint64_t least = 0;

	VEC_EACH (place, &c->hosts)
		if (collector_heard_of(c, *place) && (!least || (*place)->watermark_us < least))
			least = (*place)->watermark_us;
	return least ? least : c->newest_us;
}

static void times(void *owner, struct api_times *ret)
{
	const struct collector *c = owner;

	*ret = (struct api_times){c->oldest_us, collector_watermark(c), c->config->slice_us};
}

static int open_store(void *owner, uint64_t from_us, struct store **ret, struct err *err)
{
	const struct collector *c = owner;

	(void)from_us;
	return store_open(ret, c->config->store, STORE_READ, &c->config->keep, err);
}

static void annotate(void *owner, struct http_request *request)
{
	struct collector *c = owner;

	noting_request(&c->noting, request);
}

static const struct api_source source = {.times = times, .open = open_store, .annotate = annotate};

static void know_host(void *ctx, const struct store_host *host)
{
	collector_hosts_know(ctx, host);
}

static void take_news(void *ctx, const struct store_host *host)
{
	collector_hosts_news(ctx, host);
}

static void store_is_ready(void *ctx)
{
	struct collector *c = ctx;

	c->ready = true;
	log_info("the store is open: %s", c->config->store);
	notify_ready(c->plan->notify, "polling");
}

static void stored(void *ctx, uint64_t tag, int code, const struct store_put *put, const char *error)
{
	collector_stored(ctx, tag, code, put, error);
}

static void noted(void *ctx, uint64_t tag, int64_t id, const char *error)
{
	struct collector *c = ctx;

	if (tag == WEBHOOK_TAG)
		webhook_noted(id, error);
	else
		noting_done(&c->noting, tag, id, error);
}

/* Before the first word: the configuration is wrong. */
static void store_failed(void *ctx, int code, const char *error)
{
	struct collector *c = ctx;

	(void)code;
	log_error("%s", error);
	c->exit_code = SCRAPE_EXIT_CONFIG;
	(void)event_base_loopbreak(c->base); /* cannot fail */
}

static const struct writer_events writer_events = {
	.host = know_host,
	.ready = store_is_ready,
	.news = take_news,
	.done = stored,
	.noted = noted,
	.failed = store_failed};

static void tell_trouble(struct collector *c)
{
	struct writer_state state;
	static const char *const words[] = {"the store works again", "the store cannot be written"};
	bool failing;

	writer_state(c->writer, &state);
	failing = state.failing_since_us != 0;
	if (failing == c->failing)
		return;
	c->failing = failing;
	if (failing)
		log_error("%s: %s; what is polled is kept in %s, up to %llu MiB", words[1], state.trouble,
			  c->config->outbox ? c->config->outbox : "memory",
			  (unsigned long long)((c->config->outbox ? c->config->keep.outbox_bytes
								  : c->config->memory_bytes) >>
					       20));
	else
		log_info("%s", words[0]);
	notify_status(c->plan->notify, failing ? state.trouble : "polling");
}

static void tell_losses(struct collector *c, uint64_t now_ns)
{
	const struct store_outbox *outbox;
	struct writer_state state;

	writer_state(c->writer, &state);
	outbox = &state.outbox;
	if (outbox->lost_slices <= c->lost_slices || now_ns < c->lost_ns)
		return;
	log_warn("the outbox is full: %llu slices of the %llu s from %llu on are lost",
		 (unsigned long long)outbox->lost_slices,
		 (unsigned long long)((outbox->lost_until_us - outbox->lost_from_us) / 1000000),
		 (unsigned long long)(outbox->lost_from_us / 1000000));
	c->lost_slices = outbox->lost_slices;
	c->lost_ns = now_ns + LOST_PERIOD_NS;
}

static void tick(evutil_socket_t fd, short what, void *ctx)
{
	struct collector *c = ctx;
	uint64_t now = clock_mono_ns();

	(void)fd;
	(void)what;
	writer_tend(c->writer, now);
	if (c->ready) {
		collector_hosts_tend(c, now);
		collector_poll(c, now);
		tell_trouble(c);
		tell_losses(c, now);
		if (c->watch)
			watch_tend(c->watch, now);
		if (c->webhook)
			webhook_tend(c->webhook, watch_findings(c->watch), now);
	}
	api_tend(&c->api, now);
	log_tick();
}

static void sign_of_life(evutil_socket_t fd, short what, void *ctx)
{
	const struct collector *c = ctx;

	(void)fd;
	(void)what;
	notify_alive(c->plan->notify);
}

static void take_signal(evutil_socket_t number, short what, void *ctx)
{
	struct collector *c = ctx;

	(void)what;
	if (number == SIGHUP) {
		c->listed.tv_sec = 0;
		c->listed_ns = 0;
		if (c->srv)
			srv_ask_now(c->srv);
		collector_hosts_tend(c, clock_mono_ns());
		return;
	}
	log_info("ending");
	notify_stopping(c->plan->notify, "ending");
	(void)event_base_loopbreak(c->base); /* cannot fail */
}

static int make_events(struct collector *c, struct err *err)
{
	uint64_t alive_us = notify_alive_us(c->plan->notify);
	bool ok = true;

	for (size_t i = 0; i < sizeof(signal_numbers) / sizeof(*signal_numbers); i++) {
		c->signals[i] = evsignal_new(c->base, signal_numbers[i], take_signal, c);
		ok = ok && c->signals[i] && event_add(c->signals[i], NULL) == 0;
	}
	c->tick = event_new(c->base, -1, EV_PERSIST, tick, c);
	ok = ok && c->tick && event_add(c->tick, &(struct timeval){.tv_usec = TICK_US}) == 0;
	if (alive_us) {
		const struct timeval period = {(time_t)(alive_us / 1000000), (suseconds_t)(alive_us % 1000000)};

		c->alive = event_new(c->base, -1, EV_PERSIST, sign_of_life, c);
		ok = ok && c->alive && event_add(c->alive, &period) == 0;
	}
	return ok ? 0 : err_set(err, SCRAPE_ENOMEM, "out of memory");
}

static int listen_all(struct collector *c, struct err *err)
{
	struct sockets *sockets = c->plan->sockets;
	int r = 0;

	for (size_t i = 0; r == 0 && i < sockets->n; i++) {
		r = http_server_adopt(c->server, sockets->items[i].fd, err);
		if (r == 0)
			sockets->items[i].fd = -1;
	}
	for (size_t i = 0; r == 0 && sockets->n == 0 && i < c->config->listen.n; i++)
		r = http_server_listen(c->server, c->config->listen.items[i], err);
	for (size_t i = 0; r == 0 && http_server_address(c->server, i); i++)
		log_info("listening on %s", http_server_address(c->server, i));
	return r;
}

static int make_server(struct collector *c, struct err *err)
{
	const struct collect_config *config = c->config;
	size_t n;
	const struct http_route *routes = collector_routes(&n);
	int r;

	c->http = (struct http_config){.token = c->plan->token,
				       .hosts = (const char *const *)config->allowed_hosts.items,
				       .base_path = config->base_path,
				       .tls_cert = config->tls_cert,
				       .tls_key = config->tls_key,
				       .max_body = (size_t)64 << 20,
				       .server_name = "scrape/" SCRAPE_VERSION};
	r = http_server_new(c->base, &c->http, routes, n, &c->api, &c->server, err);
	return r < 0 ? r : listen_all(c, err);
}

static void take_notes(void *ctx, const char *json, size_t n, uint64_t from_us)
{
	struct collector *c = ctx;

	webhook_notes(c->webhook, json, n, (double)from_us / 1e6);
}

/* Who looks for regressions, and tells. */
static int make_watch(struct collector *c, struct err *err)
{
	const struct collect_config *config = c->config;
	const struct webhook_plan plan = {.url = config->webhook,
					  .page = c->page,
					  .collector = config->name,
					  .fetcher = c->fetcher,
					  .writer = c->writer,
					  .slack_us = WEBHOOK_SLACK_US};
	const char *address;
	int r;

	if (config->watch_us == COLLECT_NEVER)
		return 0;
	r = watch_new(&c->api, config->watch_us, config->watch_window_us, &c->watch, err);
	if (r < 0 || !config->webhook)
		return r;
	address = http_server_address(c->server, 0);
	if (config->public_url)
		(void)snprintf(c->page, sizeof(c->page), "%s", config->public_url); /* its length is checked */
	else if (address && strncmp(address, "unix:", 5) != 0)                      /* else the links stay relative */
		(void)snprintf(c->page, sizeof(c->page), "%s://%s%s/", config->tls_cert ? "https" : "http", address,
			       config->base_path); /* a long one is cut */
	r = webhook_new(&plan, &c->webhook, err);
	if (r == 0)
		watch_want_notes(c->watch, take_notes, c);
	return r;
}

static int begin(struct collector *c, struct err *err)
{
	int r;

	c->base = event_base_new();
	if (!c->base)
		return err_set(err, SCRAPE_EIO, "the event loop cannot be made");
	/* before anything is open that it would have to close */
	r = writer_new(c->base, &c->writer_config, &writer_events, c, &c->writer, err);
	c->noting.writer = c->writer;
	if (r == 0)
		r = make_events(c, err);
	if (r == 0)
		r = http_fetcher_new(c->base, c->config->ca_file, &c->fetcher, err);
	if (r == 0)
		r = collector_hosts_init(c, err);
	c->errands = r == 0 ? errands_new(c->base) : NULL;
	if (r == 0 && !c->errands)
		r = err_set(err, SCRAPE_ENOMEM, "out of memory");
	c->api.errands = c->errands;
	c->api.base = c->base;
	if (r == 0)
		r = make_server(c, err);
	return r < 0 ? r : make_watch(c, err);
}

static void end(struct collector *c)
{
	errands_free(c->errands); /* their requests go with the server */
	watch_free(c->watch);
	webhook_free(c->webhook);
	noting_end(&c->noting);
	http_server_free(c->server);
	writer_free(c->writer, LAST_WORDS_MS);
	collector_hosts_deinit(c);
	http_fetcher_free(c->fetcher);
	api_deinit(&c->api);
	for (size_t i = 0; i < sizeof(signal_numbers) / sizeof(*signal_numbers); i++)
		if (c->signals[i])
			event_free(c->signals[i]);
	if (c->tick)
		event_free(c->tick);
	if (c->alive)
		event_free(c->alive);
	if (c->base)
		event_base_free(c->base);
	log_end();
}

int collector_main(const struct collector_plan *plan)
{
	struct collector *c = calloc(1, sizeof(*c));
	struct err err = {0};
	int code;

	if (!c)
		return SCRAPE_EXIT_FAILURE;
	c->plan = plan;
	c->config = plan->config;
	c->writer_config = (struct writer_config){
		c->config->store, c->config->keep, store_is_remote(c->config->store) ? c->config->slice_us / 2 : 0};
	c->started_wall_us = clock_wall_ns() / NSEC_PER_USEC;
	c->api = (struct api){.source = &source,
			      .owner = c,
			      .name = c->config->name,
			      .instance = "",
			      .collects = true,
			      .rate_mhz = SCRAPE_RATE_DEFAULT * 1000};
	(void)signal(SIGPIPE, SIG_IGN);
	if (begin(c, &err) < 0) {
		log_error("%s", err.text);
		c->exit_code = err.code == SCRAPE_EINVAL || err.code == SCRAPE_EFORMAT ? SCRAPE_EXIT_CONFIG
										       : SCRAPE_EXIT_FAILURE;
	} else if (event_base_dispatch(c->base) < 0) {
		log_error("the event loop has failed");
		c->exit_code = SCRAPE_EXIT_FAILURE;
	}
	end(c);
	code = c->exit_code;
	free(c);
	return code;
}
