/* SPDX-License-Identifier: MIT */
/* uploader: a queue and its patience. */
#include "daemon/uploader.h"

#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/log.h"
#include "base/text.h"
#include "daemon/upload.h"
#include "http/fetch.h"
#include "scrape.h"

#define ANSWER_MAX 65536
#define SAID_MAX 160 /* bytes of an answer that are told */

struct waiting {
	struct buf path, body;
	struct waiting *next;
};

struct uploader {
	struct uploader_plan plan;
	struct http_fetcher *fetcher;
	struct http_fetch *fetch; /* of the first */
	struct event *again;
	struct waiting *first, **last;
	unsigned pause_ms;
	struct uploader_counts counts;
	char trouble[SAID_MAX + 64], reason[SAID_MAX + 64];
};

static void drop_first(struct uploader *u)
{
	struct waiting *one = u->first;

	u->first = one->next;
	if (!u->first)
		u->last = &u->first;
	u->counts.waiting--;
	u->counts.waiting_bytes -= one->body.len;
	buf_deinit(&one->path);
	buf_deinit(&one->body);
	free(one);
}

void uploader_free(struct uploader *u)
{
	if (!u)
		return;
	http_fetch_cancel(u->fetch);
	while (u->first)
		drop_first(u);
	if (u->again)
		event_free(u->again);
	http_fetcher_free(u->fetcher);
	free(u);
}

static void try_first(struct uploader *u);

static void on_again(evutil_socket_t fd, short what, void *ctx)
{
	(void)fd;
	(void)what;
	try_first(ctx);
}

int uploader_new(struct event_base *base, const struct uploader_plan *plan, struct uploader **ret, struct err *err)
{
	struct uploader *u = calloc(1, sizeof(*u));
	int r;

	if (!u)
		return err_set(err, SCRAPE_ENOMEM, "out of memory");
	u->plan = *plan;
	u->last = &u->first;
	u->pause_ms = UPLOADER_PAUSE_MS;
	u->again = evtimer_new(base, on_again, u);
	r = u->again ? http_fetcher_new(base, plan->ca_file, &u->fetcher, err)
		     : err_set(err, SCRAPE_ENOMEM, "out of memory");
	if (r < 0)
		uploader_free(u);
	else
		*ret = u;
	return r;
}

static void try_later(struct uploader *u)
{
	unsigned chance = 0, ms = u->pause_ms;
	struct timeval wait;

	(void)!getrandom(&chance, sizeof(chance), GRND_NONBLOCK); /* without it all come at once */
	ms += chance % (ms / 4 + 1);
	wait = (struct timeval){.tv_sec = ms / 1000, .tv_usec = (suseconds_t)(ms % 1000) * 1000};
	u->pause_ms = u->pause_ms * 2 < UPLOADER_PAUSE_MOST_MS ? u->pause_ms * 2 : UPLOADER_PAUSE_MOST_MS;
	(void)event_add(u->again, &wait); /* without memory the next addition tries */
}

/* What the server said, and what of it is told. */
static void describe(struct uploader *u, const struct http_fetched *answer, const char *bytes, size_t n)
{
	struct buf said = BUF_INIT;

	text_clean(&said, bytes, n, SAID_MAX);
	if (answer->status)
		(void)snprintf(u->trouble, sizeof(u->trouble), "status %d%s%s", answer->status, said.len ? ": " : "",
			       said.len && buf_cstr(&said) ? said.data : "");
	else
		(void)snprintf(u->trouble, sizeof(u->trouble), "%s", answer->error);
	buf_deinit(&said);
}

/* Whether the server has taken it; if not, trouble says why. */
static bool is_taken(struct uploader *u, const struct http_fetched *answer)
{
	size_t n = answer->body ? answer->n_body : 0;
	struct buf reason = BUF_INIT;
	bool good = answer->status >= 200 && answer->status < 300;
	bool taken = good && !upload_is_rejected(u->plan.place, answer->body, n, &reason);

	if (taken)
		u->trouble[0] = '\0';
	else if (good)
		describe(u, answer, reason.data, reason.len);
	else
		describe(u, answer, answer->body, n);
	buf_deinit(&reason);
	return taken;
}

static void done(void *ctx, const struct http_fetched *answer)
{
	struct uploader *u = ctx;
	bool was_well = !u->trouble[0], taken = is_taken(u, answer);
	bool later = answer->status == 0 || answer->status == 408 || answer->status == 429 || answer->status >= 500;

	u->fetch = NULL;
	if (taken) {
		u->counts.sent++;
		u->counts.sent_bytes += u->first->body.len;
		u->pause_ms = UPLOADER_PAUSE_MS;
		if (!was_well)
			log_info("profiles are taken again");
	} else {
		u->counts.failed++;
		memcpy(u->reason, u->trouble, sizeof(u->reason));
		if (was_well)
			log_warn("profiles are not taken%s: %s", later ? ", which is tried again" : "", u->trouble);
	}
	if (!taken && later) {
		try_later(u);
		return;
	}
	u->counts.lost += !taken;
	drop_first(u);
	try_first(u);
}

static void try_first(struct uploader *u)
{
	const struct http_fetch_plan plan = {
		.url = &u->plan.place->url,
		.path = u->first ? u->first->path.data : NULL,
		.token = u->plan.token,
		.tenant = u->plan.tenant,
		.body = u->first ? u->first->body.data : NULL,
		.n_body = u->first ? u->first->body.len : 0,
		.body_mime = upload_mime(u->plan.place),
		.max_body = ANSWER_MAX,
		.timeout_ms = UPLOADER_TIMEOUT_MS,
	};

	if (u->fetch || !u->first)
		return;
	u->fetch = http_fetch(u->fetcher, &plan, done, u);
	if (!u->fetch)
		try_later(u);
}

void uploader_add(struct uploader *u, struct buf *path, struct buf *body)
{
	struct waiting *one = calloc(1, sizeof(*one));

	if (!one || !buf_cstr(path) || body->failed) {
		free(one);
		u->counts.lost++;
		return;
	}
	one->path = *path;
	one->body = *body;
	*path = *body = (struct buf)BUF_INIT;
	*u->last = one;
	u->last = &one->next;
	u->counts.waiting++;
	u->counts.waiting_bytes += one->body.len;
	/* the oldest goes, also if it is under way: whether it was taken is not known then */
	while (u->counts.waiting > 1 &&
	       (u->counts.waiting > UPLOADER_WAIT_MAX || u->counts.waiting_bytes > UPLOADER_BYTES_MAX)) {
		http_fetch_cancel(u->fetch);
		u->fetch = NULL;
		drop_first(u);
		u->counts.lost++;
	}
	if (!evtimer_pending(u->again, NULL))
		try_first(u);
}

void uploader_lose(struct uploader *u, uint64_t n)
{
	u->counts.lost += n;
}

bool uploader_is_idle(const struct uploader *u)
{
	return !u->first;
}

void uploader_counts(const struct uploader *u, struct uploader_counts *ret)
{
	*ret = u->counts;
}

const char *uploader_trouble(const struct uploader *u)
{
	return u->trouble;
}

const char *uploader_reason(const struct uploader *u)
{
	return u->reason;
}
