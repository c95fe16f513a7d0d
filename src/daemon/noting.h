/* SPDX-License-Identifier: MIT */
/*
 * noting: requests that note something in a store wait here until its writer has answered.
 *
 *	{"text": "deploy 4.2", "at"?: 1763820300, "until"?, "service"?, "host"?, "pin"?: true}     ->  {"id": 7}
 *	{"delete": 7}
 *
 * The type of the body must be application/json: a form of another site cannot send that.
 */
#ifndef DAEMON_NOTING_H
#define DAEMON_NOTING_H

#include <stdint.h>

#include "base/vec.h"

struct http_request;
struct writer;

struct noting {
	struct writer *writer;
	VEC(struct http_request *) requests; /* by tag; NULL: answered */
};

/* Answers it now or later. */
void noting_request(struct noting *noting, struct http_request *request);
/* What the writer says (writer_events.noted). */
void noting_done(struct noting *noting, uint64_t tag, int64_t id, const char *error);
/* Answers those that still wait. */
void noting_end(struct noting *noting);

#endif
