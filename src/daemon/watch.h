/* SPDX-License-Identifier: MIT */
/*
 * watch: looks by itself for functions whose CPU changed, and keeps what the newest look found.
 *
 *	watch_new(&api, every_us, window_us, &watch, &err)
 *	watch_tend(watch, clock_mono_ns())	(several times a second)
 *	VEC_EACH (finding, watch_findings(watch)) ...
 *
 * A round asks the question of /api/v1/regressions for each service of the window, which ends at the watermark: one
 * errand at a time, so that people's own questions have room, each with the time of any question. A step that was also
 * there a day before belongs to the day and is none. Of a service whose question failed, what was known stays.
 */
#ifndef DAEMON_WATCH_H
#define DAEMON_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/vec.h"

struct api;
struct err;
struct watch;

#define WATCH_SERVICES_MAX 1000
#define WATCH_FINDINGS_MAX 500

struct watch_finding {
	char *service, *function, *file;     /* owned */
	double delta;                        /* after minus before */
	bool share;                          /* of the service's CPU; else in cores */
	double moment, moment_lo, moment_hi; /* seconds since 1970 */
	char *json;                          /* owned: the item as the answer has it */
};
struct watch_findings {
	VEC(struct watch_finding) list; /* one, the newest, of each function of a service's file */
};

struct watch_counts {
	uint64_t rounds, searches, failures; /* whole rounds; questions, and those without an answer */
};

/* Borrows api, whose errands are ended before watch_free. SCRAPE_ENOMEM. */
int watch_new(const struct api *api, uint64_t every_us, uint64_t window_us, struct watch **ret, struct err *err);
/* Before the first tend: each round begins with the annotations of its window, an answer of /api/v1/annotations, which
 * reaches back an hour longer than the window, to from_us. */
typedef void (*watch_notes_fn)(void *ctx, const char *json, size_t n, uint64_t from_us);
void watch_want_notes(struct watch *watch, watch_notes_fn notes, void *ctx);
void watch_free(struct watch *watch);

void watch_tend(struct watch *watch, uint64_t now_ns);
/* Of the newest round; NULL before its end. Until the next watch_tend. */
const struct watch_findings *watch_findings(const struct watch *watch);
void watch_counts(const struct watch *watch, struct watch_counts *ret);

/* Appends what an answer of /api/v1/regressions has, but what recurs. Items that make no sense are left out; at most
 * WATCH_FINDINGS_MAX are kept. SCRAPE_EFORMAT: it is no such answer; SCRAPE_ENOMEM. */
int watch_findings_read(struct watch_findings *findings, const char *json, size_t n);
void watch_findings_deinit(struct watch_findings *findings);

#endif
