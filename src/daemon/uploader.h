/* SPDX-License-Identifier: MIT */
/*
 * uploader: requests to one server, one after the other, out of the event loop. What is not taken is tried again later;
 * what waits is bounded, the oldest goes first and is counted.
 *
 *	uploader_new(base, &plan, &uploader, &err)
 *	uploader_add(uploader, &path, &body)
 *
 * No answer and status 408, 429 and 5xx: it is tried again after UPLOADER_PAUSE_MS, then twice as long up to
 * UPLOADER_PAUSE_MOST_MS, each up to a quarter longer by chance. Any other status but 2xx: it is lost.
 */
#ifndef DAEMON_UPLOADER_H
#define DAEMON_UPLOADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;
struct err;
struct event_base;
struct upload_place;
struct uploader;

#define UPLOADER_PAUSE_MS 1000
#define UPLOADER_PAUSE_MOST_MS 60000
#define UPLOADER_TIMEOUT_MS 10000
#define UPLOADER_WAIT_MAX 1024                /* requests that wait */
#define UPLOADER_BYTES_MAX ((size_t)64 << 20) /* and their bytes */

/* Borrowed for its life. */
struct uploader_plan {
	const struct upload_place *place;
	const char *token, *tenant; /* NULL: none */
	const char *ca_file;        /* NULL: the system's */
};

struct uploader_counts {
	uint64_t sent, sent_bytes; /* taken */
	uint64_t failed;           /* tries */
	uint64_t lost;             /* given up */
	size_t waiting, waiting_bytes;
};

/* SCRAPE_ENOMEM, SCRAPE_EINVAL with a sentence. */
int uploader_new(struct event_base *base, const struct uploader_plan *plan, struct uploader **ret, struct err *err);
void uploader_free(struct uploader *uploader);

/* Takes what is in both. Without memory it is lost. */
void uploader_add(struct uploader *uploader, struct buf *path, struct buf *body);
/* So many could not be made. */
void uploader_lose(struct uploader *uploader, uint64_t n);
/* Nothing waits and nothing is under way. */
bool uploader_is_idle(const struct uploader *uploader);
void uploader_counts(const struct uploader *uploader, struct uploader_counts *ret);
/* Why the last try failed; "" if it did not. And why the last one failed that did. */
const char *uploader_trouble(const struct uploader *uploader);
const char *uploader_reason(const struct uploader *uploader);

#endif
