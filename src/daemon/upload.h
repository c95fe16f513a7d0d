/* SPDX-License-Identifier: MIT */
/*
 * upload: profiles of an interval as requests to the servers that others keep profiles in, one for each service.
 *
 *	r = upload_parse("pyroscope+http://grafana:4040", &place, &err);
 *	r = upload_make(history, &place, &what, add, ctx);	add(ctx, path, body) for each
 *
 *	pyroscope+http://		Grafana Pyroscope: push.v1.PusherService/Push as JSON; http:// alone is this
 *	pyroscope-ingest+http://	the same server: /ingest with folded stacks
 *	parca+http://			Parca: /api/profiles/writeraw as JSON
 *	otlp+http://			OpenTelemetry's profiles, which are experimental (encode/otlp.h)
 *
 * and each with https. A series is called process_cpu, with service_name, host and the labels that all processes of the
 * service have in common.
 */
#ifndef DAEMON_UPLOAD_H
#define DAEMON_UPLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "http/fetch.h"

struct buf;
struct err;
struct history;
struct upload_protocol;

#define UPLOAD_LABELS_MAX 32

struct upload_place {
	const struct upload_protocol *protocol;
	struct http_url url;
};

struct upload_what {
	const char *host;           /* label host */
	uint64_t from_us, until_us; /* whole slices */
};

/* Takes both bufs' contents if it wants to. A negative return stops and is returned. */
typedef int (*upload_fn)(void *ctx, struct buf *path, struct buf *body);

/* SCRAPE_EINVAL with a sentence. */
int upload_parse(const char *text, struct upload_place *ret, struct err *err);
/* It can stand in a header. SCRAPE_EINVAL with a sentence. */
int upload_check_tenant(const char *text, struct err *err);
const char *upload_mime(const struct upload_place *place);
/* Does an answer with a good status say that it was not taken all the same? Appends the reason, not clean. */
bool upload_is_rejected(const struct upload_place *place, const void *answer, size_t n, struct buf *reason);

/* How many services could not be told of because their profiles are too large, which has been said; SCRAPE_ENOMEM, or
 * what add returned. Services without CPU time in the interval are left out. */
int upload_make(const struct history *history, const struct upload_place *place, const struct upload_what *what,
		upload_fn add, void *ctx, struct err *err);

#endif
