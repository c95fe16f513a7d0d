/* SPDX-License-Identifier: MIT */
/*
 * selector: what Pyroscope calls a query, as the words of a question (daemon/query.h). Pure.
 *
 *	process_cpu:cpu:nanoseconds:cpu:nanoseconds{service_name="shop",host=~"a|b",zone!="eu"}
 *
 *	mode=cpu  service=shop  host=~^(?=(?:a|b)$)  label.zone=~^(?!eu$)
 *
 * The type is one of SELECTOR_CPU and its siblings, the matchers are those of Prometheus: expressions match whole
 * values, and several of one label must all hold.
 */
#ifndef DAEMON_SELECTOR_H
#define DAEMON_SELECTOR_H

#include <stddef.h>

#include "base/arena.h"
#include "base/vec.h"
#include "daemon/query.h"

struct err;

#define SELECTOR_CPU "process_cpu:cpu:nanoseconds:cpu:nanoseconds"
#define SELECTOR_WALL "wall:wall:nanoseconds:wall:nanoseconds"
#define SELECTOR_GIL "gil:gil:nanoseconds:gil:nanoseconds"

struct selector_word {
	const char *name, *value;
};

struct selector {
	VEC(struct selector_word) words;
	struct arena arena; /* owns all text */
};
void selector_deinit(struct selector *selector);

/* Appends words. type: alone, matchers: "{...}" with or without a type before. 0; SCRAPE_EINVAL, SCRAPE_ELIMIT with a
 * sentence; SCRAPE_ENOMEM. */
int selector_add(struct selector *selector, const char *name, const char *value, struct err *err);
int selector_add_type(struct selector *selector, const char *type, struct err *err);
int selector_add_matchers(struct selector *selector, const char *text, struct err *err);

/* The name of a label there as a word here: "service_name" is "service", "zone" is "label.zone". NULL: no memory. */
const char *selector_label(struct selector *selector, const char *name);

/* Borrowed by what is parsed from it. */
struct query_source selector_source(const struct selector *selector);

#endif
