/* SPDX-License-Identifier: MIT */
/*
 * ask: requests (http/fetch.h) of who has nothing else to do until the answer is there, in a loop of their own.
 *
 *	r = http_asker_new(ca_file, &asker, &err);
 *	http_ask(asker, &plan, &reply);
 *	if (answer.status == 200) ... reply.body
 *	http_reply_deinit(&reply);
 */
#ifndef HTTP_ASK_H
#define HTTP_ASK_H

#include "base/buf.h"
#include "http/fetch.h"

struct http_asker;

struct http_reply {
	int status;      /* 0: there is none, and `error` says why */
	char error[256]; /* "" if there is one */
	bool alien;      /* as http_fetched */
	struct buf body;
};

/* Codes as http_fetcher_new. */
int http_asker_new(const char *ca_file, struct http_asker **ret, struct err *err);
void http_asker_free(struct http_asker *asker);

/* Waits, at most as long as the plan says. */
void http_ask(struct http_asker *asker, const struct http_fetch_plan *plan, struct http_reply *ret);
void http_reply_deinit(struct http_reply *answer);

#endif
