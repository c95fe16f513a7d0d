/* SPDX-License-Identifier: MIT */
/*
 * fetch: requests to other servers out of the event loop: one connection each, over TLS where the address says so.
 * Bounded in time as a whole, in size, and nothing of the answer is trusted.
 *
 *	r = http_url_parse("https://shop-1:16384/scrape", 16384, &url, &err);
 *	r = http_fetcher_new(base, ca_file, &fetcher, &err);
 *	fetch = http_fetch(fetcher, &(struct http_fetch_plan){.url = &url, .path = "/api/v1/stream", ...}, done, ctx);
 *
 * done is called once, from the loop, unless the fetch was cancelled before.
 */
#ifndef HTTP_FETCH_H
#define HTTP_FETCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;
struct event_base;
struct http_fetch;
struct http_fetcher;

#define HTTP_URL_MAX 1024

struct http_url {
	bool tls;
	char host[256]; /* without brackets */
	uint16_t port;
	char base[512]; /* "" or "/prefix" */
};

/* "host", "host:port", "[::1]:port", "http://..." or "https://..." with or without a path. SCRAPE_EINVAL. */
int http_url_parse(const char *text, uint16_t default_port, struct http_url *ret, struct err *err);

/* ca_file NULL: the system's. Certificates are checked against the host's name. SCRAPE_EINVAL, SCRAPE_ENOMEM. */
int http_fetcher_new(struct event_base *base, const char *ca_file, struct http_fetcher **ret, struct err *err);
void http_fetcher_free(struct http_fetcher *fetcher); /* nothing is under way any more */

struct http_header {
	const char *name, *value;
};

struct http_fetch_plan {
	const struct http_url *url;
	const char *path;   /* with its query, escaped; NULL: what stands in the url, or "/" */
	const char *token;  /* as Bearer; NULL: none */
	const char *tenant; /* as X-Scope-OrgID; NULL: none */
	const char *accept; /* media types; NULL: any */
	const void *body;   /* of a POST; NULL: a GET */
	size_t n_body;
	const char *body_mime;
	const struct http_header *headers; /* more of them */
	size_t n_headers;
	size_t max_body;     /* of the answer */
	unsigned timeout_ms; /* for all of it */
};

struct http_fetched {
	int status;        /* 0: no answer, and `error` says why */
	const char *error; /* "" if there was one */
	const void *body;
	size_t n_body;
	bool cut;                       /* the answer was larger than max_body */
	bool alien;                     /* who answers speaks no HTTP, or its TLS is not to be trusted */
	const struct http_fetch *fetch; /* of http_fetched_header */
};
typedef void (*http_fetch_fn)(void *ctx, const struct http_fetched *answer);

/* NULL without memory (then done is not called). What the plan points to is not needed any more. */
struct http_fetch *http_fetch(struct http_fetcher *fetcher, const struct http_fetch_plan *plan, http_fetch_fn done,
			      void *ctx);
void http_fetch_cancel(struct http_fetch *fetch);
/* Within done: a header of the answer, NULL without it. */
const char *http_fetched_header(const struct http_fetched *answer, const char *name);

#endif
