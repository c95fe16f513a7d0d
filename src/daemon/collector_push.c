/* SPDX-License-Identifier: MIT */
/* collector_push: daemons that cannot be reached come by themselves. What they bring goes the way of all slices. */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "daemon/collector_state.h"
#include "http/request.h"
#include "scrape.h"

/* Where it is to go on, or why not. */
void collector_push_done(struct collect_host *host, int code, const char *error)
{
	struct http_request *request = host->pushing;
	char position[STORE_INSTANCE_MAX + 32];
	struct buf body = BUF_INIT;

	host->pushing = NULL;
	if (!request)
		return;
	if (code < 0 && code != SCRAPE_EFORMAT && code != SCRAPE_ELIMIT) {
		http_refuse(request, 400, "%s", error);
		return;
	}
	(void)snprintf(position, sizeof(position), "%s:%" PRIu64, host->written.instance,
		       host->written.next); /* fits */
	http_set_header(request, "X-Scrape-Next", position);
	buf_str(&body, "{}\n");
	http_reply(request, 200, "application/json", &body);
	buf_deinit(&body);
}

static void push_gone(void *ctx)
{
	struct collect_host *host = ctx;

	collector_push_done(host, SCRAPE_EINVAL, "gone");
}

static bool read_number(const struct http_request *request, const char *name, uint64_t *ret)
{
	const char *text = http_param(request, name, 0);
	char *end;

	*ret = text && isdigit((unsigned char)*text) ? strtoull(text, &end, 10) : UINT64_MAX;
	return *ret <= INT64_MAX && !*end;
}

/* GET: where shall I begin? POST: slices from `since` to `next` of an instance. A name that is polled is not theirs to
 * take. */
void collector_push(void *ctx, struct http_request *request)
{
	static const char *const known[] = {"host", "instance", "since", "next", NULL};
	struct collector *c = ((struct api *)ctx)->owner;
	const char *name = http_param(request, "host", 0), *instance = http_param(request, "instance", 0), *body;
	size_t n = http_body(request, &body);
	struct collect_host *host;
	struct collect_put put;

	if (!api_only_params(request, known))
		return;
	if (!name || !*name || strlen(name) > STORE_HOST_MAX) {
		http_refuse(request, 400, "host is a name of at most %d bytes", STORE_HOST_MAX);
		return;
	}
	host = collector_host(c, name);
	if (!host || host->named || !c->ready) {
		http_refuse(request, host && host->named ? 403 : 503,
			    host && host->named ? "that host is polled" : "busy");
		return;
	}
	if (host->pushing) {
		http_set_header(request, "Retry-After", "1");
		http_refuse(request, 503, "the push before is not written yet");
		return;
	}
	host->pushes = true;
	host->pushing = request;
	host->polls++;
	if (!http_is_post(request)) {
		collector_push_done(host, 0, "");
		return;
	}
	if (!instance || !*instance || strlen(instance) > STORE_INSTANCE_MAX ||
	    strspn(instance, "0123456789abcdef") != strlen(instance) || !read_number(request, "since", &put.since) ||
	    !read_number(request, "next", &put.next) || put.next < put.since) {
		collector_push_done(host, SCRAPE_EINVAL, "instance, since and next are wanted");
		return;
	}
	(void)snprintf(put.instance, sizeof(put.instance), "%s", instance); /* of this length at most */
	host->heard_us = clock_wall_ns() / NSEC_PER_USEC;
	http_on_gone(request, push_gone, host);
	if (collector_store(c, host, &put, body, n) < 0)
		collector_push_done(host, SCRAPE_ENOMEM, "out of memory");
}
