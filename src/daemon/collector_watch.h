/* SPDX-License-Identifier: MIT */
/*
 * collector_watch: the collector looks for regressions by itself, over the newest hours, one service after the other
 * (each an errand), and tells each finding once: as a metric while it is found, and by a POST to a webhook.
 *
 *	round: services ─▶ regressions of one ─▶ of the next ... ─▶ pause
 *
 * A finding that another round makes again, with a moment that overlaps, is the same. What a webhook has taken is noted
 * in the store (as an annotation), so that another collector's life does not tell it again. What recurs at the same
 * hours of the day before is no news.
 */
#ifndef DAEMON_COLLECTOR_WATCH_H
#define DAEMON_COLLECTOR_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/vec.h"
#include "http/fetch.h"

struct collector;
struct err;
struct metrics_page;

#define WATCH_FINDINGS_MAX 1000
#define WATCH_NOTE_TAG UINT64_MAX /* of our notes, at the writer */

struct watch_finding {
	char *service, *function, *file, *text;
	char *json; /* the item of /api/v1/regressions, as an object */
	uint64_t moment_us, lo_us, hi_us;
	double delta;
	bool share; /* delta is of the share in the service, not of cores */
	bool current, old, told;
	uint64_t due_ns, pause_ns; /* CLOCK_MONOTONIC; of the webhook */
	uint64_t found_ns;
};

/* What was told in an earlier life. */
struct watch_note {
	char *service, *text;
	uint64_t at_us;
};

struct collect_watch {
	VEC(struct watch_finding) findings;
	VEC(struct watch_note) notes;
	VEC(char *) services; /* of the round in hand */
	size_t next;          /* service */
	bool asking, noted, ended;
	uint64_t due_ns;
	struct http_url url;
	struct http_fetch *fetch;
	size_t sending; /* finding */
	uint64_t rounds, failures, sent, send_failures, given_up;
	bool failing; /* the newest search failed, and that has been told */
};

/* False with a sentence: the webhook's address is none. */
int collector_watch_init(struct collector *c, struct err *err);
void collector_watch_deinit(struct collector *c);
void collector_watch_tend(struct collector *c, uint64_t now_ns);
/* collector_webhook.c: tells what is to be told. */
void collector_webhook_tend(struct collector *c, uint64_t now_ns);
void collector_watch_metrics(const struct collector *c, struct metrics_page *page);

/* The address of a webhook. SCRAPE_EINVAL with a sentence. */
int watch_parse_url(const char *text, struct http_url *ret, struct err *err);

#endif
