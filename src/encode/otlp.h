/* SPDX-License-Identifier: MIT */
/*
 * otlp: a tree as a request of OTLP profiles (opentelemetry-proto 1.11.0, profiles/v1development: experimental, its
 * fields have been numbered anew several times; this version and no other).
 */
#ifndef ENCODE_OTLP_H
#define ENCODE_OTLP_H

#include <stdbool.h>
#include <stddef.h>

struct buf;
struct tree;

struct otlp_attribute {
	const char *key, *value; /* of the resource: "service.name" */
};

/* Appends an ExportProfilesServiceRequest with one profile, whose values are nanoseconds; frames of processes and
 * threads are left out. 0, SCRAPE_ENOMEM or SCRAPE_ELIMIT. */
int otlp_add(struct buf *out, const struct tree *tree, const struct otlp_attribute *attributes, size_t n);

/* Does a server's answer, an ExportProfilesServiceResponse, say that profiles were rejected? Appends its reason. */
bool otlp_is_rejected(const void *answer, size_t n, struct buf *reason);

#endif
