/* SPDX-License-Identifier: MIT */
/*
 * api: the questions that the daemon and the collector answer alike. Where the answer is kept is the owner's: the
 * daemon's own hour, a file, or both.
 *
 *	request ── parameters ──▶ question ── fork ──▶ store, history, encoder ── pipe ──▶ reply
 *
 * The server's ctx is the api; handlers of the owner's own find it behind api->owner.
 */
#ifndef DAEMON_API_H
#define DAEMON_API_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/article.h"

struct api_delivery;
struct buf;
struct err;
struct errands;
struct event_base;
struct http_request;
struct http_route;
struct query_source;
struct store;

/* What there is to be asked for, at this moment. */
struct api_times {
	uint64_t oldest_us, watermark_us; /* watermark 0: nothing has been added up yet */
	uint64_t slice_us;
};

struct api_source {
	void (*times)(void *owner, struct api_times *ret);
	/* Called in the child of an errand, which ends with its answer: nothing has to be closed. from_us: what is
	 * asked for begins here. */
	int (*open)(void *owner, uint64_t from_us, struct store **ret, struct err *err);
	/* Notes something for good, or takes it back (text NULL). The request is answered later. NULL: nobody can. */
	void (*annotate)(void *owner, struct http_request *request);
};

struct api {
	const struct api_source *source;
	void *owner;
	struct event_base *base;
	struct errands *errands;
	const char *name;     /* of this machine */
	const char *instance; /* of the daemon, "" for a collector */
	bool collects;        /* it is about several hosts */
	uint64_t rate_mhz;    /* of answers about no slice */
	struct article_cursors cursors;
	struct api_delivery *deliveries; /* replies on their way that will advance one */
};

/* Once a second: forgets replies that never arrived. And at the end. */
void api_tend(struct api *api, uint64_t now_mono_ns);
void api_deinit(struct api *api);

/* Handlers; ctx is the api. */
void api_ask_profile(void *ctx, struct http_request *request);
void api_ask_data(void *ctx, struct http_request *request);
void api_ask_timeline(void *ctx, struct http_request *request);
void api_ask_heatmap(void *ctx, struct http_request *request);
void api_ask_targets(void *ctx, struct http_request *request);
void api_ask_labels(void *ctx, struct http_request *request);
void api_ask_values(void *ctx, struct http_request *request);
void api_ask_diff(void *ctx, struct http_request *request);
void api_ask_regressions(void *ctx, struct http_request *request);
void api_ask_gaps(void *ctx, struct http_request *request);
void api_ask_annotations(void *ctx, struct http_request *request);
void api_answer_status(void *ctx, struct http_request *request);
void api_answer_page(void *ctx, struct http_request *request);
void api_answer_health(void *ctx, struct http_request *request);
/* A browser gets the page, anybody else the article's format. */
void api_answer_root(void *ctx, struct http_request *request);
void api_ask_article(struct api *api, struct http_request *request, uint32_t pid); /* pid 0: all */
/* which: a value for the filter `field` (enum history_field), NULL: none. */
void api_ask_pprof(struct api *api, struct http_request *request, int field, const char *which);
void api_answer_pprof(void *ctx, struct http_request *request);
void api_answer_service_pprof(void *ctx, struct http_request *request);
void api_answer_pprof_index(void *ctx, struct http_request *request);

/* api_cursor.c: advances the poller's cursor once the reply is with the client. */
void api_advance_when_sent(struct api *api, struct http_request *request, uint32_t pid, uint64_t at_us);

/* The words of a request as query.h wants them. */
struct query_source api_query_source(const struct http_request *request);
/* What relative times count back from: the watermark, so that "the last 5 minutes" are there. */
uint64_t api_now_us(const struct api *api);
/* Microseconds as seconds: "1763820300", "0.25". */
void api_put_seconds(struct buf *out, uint64_t us);
/* True if the request has no parameter but these (NULL-ended; NULL: none); else it is answered. */
bool api_only_params(struct http_request *request, const char *const *known);
/* Answers with the bytes, or with 503 if there was no memory for them; takes the buf's content. */
void api_reply(struct http_request *request, int status, const char *mime, struct buf *body);

#endif
