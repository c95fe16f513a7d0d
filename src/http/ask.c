/* SPDX-License-Identifier: MIT */
/* ask: one request at a time. */
#include "http/ask.h"

#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"
#include "scrape.h"

struct http_asker {
	struct event_base *base;
	struct http_fetcher *fetcher;
	struct http_reply *reply; /* that is waited for; NULL: it is there */
};

int http_asker_new(const char *ca_file, struct http_asker **ret, struct err *err)
{
	struct http_asker *asker = calloc(1, sizeof(*asker));
	int r;

	if (asker)
		asker->base = event_base_new();
	r = asker && asker->base ? http_fetcher_new(asker->base, ca_file, &asker->fetcher, err)
				 : err_set(err, SCRAPE_ENOMEM, "out of memory");
	if (r < 0)
		http_asker_free(asker);
	else
		*ret = asker;
	return r;
}

void http_asker_free(struct http_asker *asker)
{
	if (!asker)
		return;
	http_fetcher_free(asker->fetcher);
	if (asker->base)
		event_base_free(asker->base);
	free(asker);
}

static void done(void *ctx, const struct http_fetched *fetched)
{
	struct http_asker *asker = ctx;
	struct http_reply *reply = asker->reply;

	asker->reply = NULL;
	reply->status = fetched->status;
	reply->alien = fetched->alien;
	(void)snprintf(reply->error, sizeof(reply->error), "%s", fetched->error); /* cut */
	if (fetched->status)
		buf_add(&reply->body, fetched->body, fetched->n_body);
}

static void fail(struct http_reply *reply, const char *why)
{
	reply->status = 0;
	(void)snprintf(reply->error, sizeof(reply->error), "%s", why); /* cut */
}

void http_ask(struct http_asker *asker, const struct http_fetch_plan *plan, struct http_reply *ret)
{
	struct http_fetch *fetch;

	*ret = (struct http_reply){0};
	asker->reply = ret;
	fetch = http_fetch(asker->fetcher, plan, done, asker);
	while (fetch && asker->reply && event_base_loop(asker->base, EVLOOP_ONCE) == 0)
		;
	(void)event_base_loop(asker->base, EVLOOP_NONBLOCK); /* what is left of it goes */
	if (asker->reply)
		fail(ret, "out of memory");
	else if (ret->body.failed)
		fail(ret, "out of memory");
	asker->reply = NULL;
}

void http_reply_deinit(struct http_reply *reply)
{
	buf_deinit(&reply->body);
}
