/* SPDX-License-Identifier: MIT */
/*
 * pyroscope: history as Pyroscope's readers ask for it, above all Grafana's data source. Read-only.
 *
 *	POST /querier.v1.QuerierService/{ProfileTypes,LabelNames,LabelValues,SelectSeries,SelectMergeStacktraces}
 *	GET  /pyroscope/render?query=process_cpu:cpu:nanoseconds:cpu:nanoseconds{service_name="shop"}&from=now-1h
 *
 * The first is a call of the Connect protocol with one protocol buffer in and one out (grafana/pyroscope,
 * api/querier/v1/querier.proto and api/types/v1/types.proto), the second the JSON of older readers. Values are
 * nanoseconds. Labels are called as there: the service is service_name, and what is no letter, digit or underscore in
 * the name of a label is an underscore.
 */
#ifndef DAEMON_PYROSCOPE_H
#define DAEMON_PYROSCOPE_H

#include <stddef.h>

#include "daemon/api_answer.h"
#include "daemon/selector.h"

struct err;
struct http_request;

/* Handlers; ctx is the api. */
void pyroscope_ask_call(void *ctx, struct http_request *request);
void pyroscope_ask_render(void *ctx, struct http_request *request);

/* pyroscope_call.c: what a call is about. Pure. */
struct pyroscope_call {
	const char *name; /* "LabelNames" */
	unsigned groups;  /* of parameters (enum query_group) */
	api_answer_fn answer;
	const struct pyroscope_field *fields; /* ends with number 0 */
};
const struct pyroscope_call *pyroscope_call(const char *name); /* NULL: there is none */
/* The message as words of a question; *key_ret: the label that is asked about or grouped by, in the arena of the
 * selector, NULL: none; *limit_ret: series, 0: all. 0; SCRAPE_EINVAL with a sentence; SCRAPE_ENOMEM. */
int pyroscope_read(const struct pyroscope_call *call, const char *bytes, size_t n, struct selector *ret,
		   const char **key_ret, size_t *limit_ret, struct err *err);
/* "now-1h", "1763820300", "1763820300000" (milliseconds) as a time of query.h; in the arena. NULL: no memory. */
const char *pyroscope_time(struct selector *selector, const char *text);

/* pyroscope_answer.c */
void pyroscope_answer_types(const struct api_question *question, struct errand_answer *answer);
void pyroscope_answer_names(const struct api_question *question, struct errand_answer *answer);
void pyroscope_answer_values(const struct api_question *question, struct errand_answer *answer);
void pyroscope_answer_series(const struct api_question *question, struct errand_answer *answer);
void pyroscope_answer_stacks(const struct api_question *question, struct errand_answer *answer);
void pyroscope_answer_render(const struct api_question *question, struct errand_answer *answer);

#endif
