/* SPDX-License-Identifier: MIT */
/*
 * uploading: `scrape record --push URL`: the slices of a recording go to a server as they close, the rest at its end.
 *
 *	uploading_new(url, token_file, tenant, &push, &err)
 *	uploading_feed(push, bytes, n)     the stream, as it comes
 *	uploading_beat(push)               once a second
 *	uploading_end(push)                the exit code
 */
#ifndef DAEMON_UPLOADING_H
#define DAEMON_UPLOADING_H

#include <stddef.h>

struct err;
struct uploading;

#define UPLOADING_END_S 15 /* so long the end waits for a server */

/* token_file, tenant: NULL: none. SCRAPE_EINVAL, SCRAPE_ENOMEM, or why the token cannot be read; with a sentence. */
int uploading_new(const char *url, const char *token_file, const char *tenant, struct uploading **ret,
		   struct err *err);
void uploading_free(struct uploading *push);

void uploading_feed(struct uploading *push, const void *bytes, size_t n);
void uploading_beat(struct uploading *push);
/* Says what became of it. SCRAPE_EXIT_OK, or SCRAPE_EXIT_FAILURE if not all of it has been taken. */
int uploading_end(struct uploading *push);

#endif
