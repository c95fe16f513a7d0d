/* SPDX-License-Identifier: MIT */
/*
 * client: one GET and its answer, for commands that ask a daemon. Plain sockets, blocking, bounded: in time by a
 * deadline over everything (but the resolver's own), in size by a limit, and nothing of the answer is trusted.
 *
 *	struct http_answer answer = {0};
 *	struct http_limits limits = {.timeout_ms = 5000, .max_body = 1 << 20};
 *	r = http_get("http://127.0.0.1:16384", "/api/v1/targets", token, &limits, &answer, &err);
 *	http_answer_deinit(&answer);
 */
#ifndef HTTP_CLIENT_H
#define HTTP_CLIENT_H

#include <stddef.h>

#include "base/buf.h"

struct err;

struct http_limits {
	unsigned timeout_ms;
	size_t max_body;
};

struct http_answer {
	int status;      /* 200, 404, ... : every answer that could be read whole is a success of http_get */
	char mime[128];  /* its Content-Type; "" */
	struct buf body;
};

/* base: "http://HOST[:PORT][/PREFIX]" (a missing port is 16384) or "unix:PATH". path begins with a slash and is sent as
 * it is: the caller has escaped it. token may be NULL. 0; SCRAPE_EINVAL (base, path), SCRAPE_EGONE (nobody there),
 * SCRAPE_EIO, SCRAPE_ELIMIT (too late, too large), SCRAPE_EFORMAT (not HTTP), SCRAPE_ENOMEM. */
int http_get(const char *base, const char *path, const char *token, const struct http_limits *limits,
	     struct http_answer *ret, struct err *err);
void http_answer_deinit(struct http_answer *answer);

/* The part that is pure: a whole answer as it came over the wire. Takes nothing; ret is empty before. */
int http_answer_read(char *bytes, size_t n, size_t max_body, struct http_answer *ret, struct err *err);

#endif
