/* SPDX-License-Identifier: MIT */
/*
 * webhook: tells one address of each function that takes more CPU than before: a POST of JSON, once for each step.
 *
 *	webhook_new(&plan, &hook, &err)
 *	webhook_notes(hook, json, n)		what was told before: annotations of the store
 *	webhook_tend(hook, findings, now_ns)	(several times a second)
 *	webhook_noted(id, error)		the writer's answer
 *
 * What has been taken (status 2xx) is noted in the store, as an annotation of WEBHOOK_BY whose interval is that of the
 * moment, so that it is known after a restart. A later look at the same step finds its moment a little elsewhere: the
 * same function of the same service and file with a moment that overlaps one that was told is the same. What is not
 * taken is tried again after WEBHOOK_PAUSE_S, then twice as long up to WEBHOOK_PAUSE_MAX_S, as long as it is found;
 * nothing is told before the annotations are known.
 */
#ifndef DAEMON_WEBHOOK_H
#define DAEMON_WEBHOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;
struct http_fetcher;
struct watch_findings;
struct webhook;
struct writer;

#define WEBHOOK_BY "webhook"
#define WEBHOOK_TAG UINT64_MAX /* of its annotations at the writer */
#define WEBHOOK_PAUSE_S 1
#define WEBHOOK_PAUSE_MAX_S 300
#define WEBHOOK_TOLD_MAX 5000

/* Borrowed for its life. */
struct webhook_plan {
	const char *url;       /* checked */
	const char *page;      /* stands before the links "#service=..." */
	const char *collector; /* its name */
	struct http_fetcher *fetcher;
	struct writer *writer;
	uint64_t slack_us; /* moments so near each other overlap */
};

struct webhook_counts {
	uint64_t sent, failed; /* taken; not taken */
};

/* SCRAPE_EINVAL. */
int webhook_check(const char *url, struct err *err);

/* SCRAPE_ENOMEM, SCRAPE_EINVAL. */
int webhook_new(const struct webhook_plan *plan, struct webhook **ret, struct err *err);
void webhook_free(struct webhook *hook);

/* An answer of /api/v1/annotations. Those that end before forget_s are forgotten. */
void webhook_notes(struct webhook *hook, const char *json, size_t n, double forget_s);
/* findings: NULL: none are known. */
void webhook_tend(struct webhook *hook, const struct watch_findings *findings, uint64_t now_ns);
/* Also after webhook_free. */
void webhook_noted(int64_t id, const char *error);
void webhook_counts(const struct webhook *hook, struct webhook_counts *ret);

#endif
