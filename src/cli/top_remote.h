/* SPDX-License-Identifier: MIT */
/*
 * top_remote: `scrape top --url`: a daemon is asked once a second what it found in the last seconds, and its answer
 * takes the place of the one before. A question runs in a child, so that keys and the clock go on while a slow daemon
 * thinks; there is one at a time, and it may take ten seconds.
 *
 *	top_remote_init(&remote, &plan);
 *	top_remote_tick(&remote, &top.view, now_ns, &err);      asks if it is time to, or if another view is wanted
 *	if (remote.fd is readable)
 *		r = top_remote_read(&remote, &top, &err);       1: top has new numbers; 0: more is to come
 */
#ifndef CLI_TOP_REMOTE_H
#define CLI_TOP_REMOTE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"
#include "cli/top.h"

struct err;

#define TOP_REMOTE_BYTES_MAX (64u << 20) /* of an answer */

struct top_remote_plan {
	const char *url, *token, *service; /* borrowed; token and service NULL: none */
	size_t window;                     /* seconds */
	uint64_t every_ns;
};

struct top_remote {
	struct top_remote_plan plan;
	int fd; /* -1: no question is out */
	pid_t child;
	struct buf answer;
	struct top_view asked; /* what the question out, or the last one, was about */
	uint64_t asked_ns;     /* when; 0: never */
};

void top_remote_init(struct top_remote *remote, const struct top_remote_plan *plan);
void top_remote_deinit(struct top_remote *remote);

/* 0 or SCRAPE_EIO with a sentence. */
int top_remote_tick(struct top_remote *remote, const struct top_view *view, uint64_t now_ns, struct err *err);

/* Takes what has come. Codes as http_get and top_json_read, and SCRAPE_EIO for an answer other than 200, each with a
 * sentence; then another question may be asked. */
int top_remote_read(struct top_remote *remote, struct top *top, struct err *err);

/* The path and query of a question. */
void top_remote_path(const struct top_remote_plan *plan, const struct top_view *view, enum profile_mode mode,
		     struct buf *out);

#endif
