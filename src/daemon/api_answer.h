/* SPDX-License-Identifier: MIT */
/* api_answer: what a question gets, made in a child out of the store as it was at the fork. */
#ifndef DAEMON_API_ANSWER_H
#define DAEMON_API_ANSWER_H

#include <stdbool.h>
#include <stdint.h>

#include "daemon/api.h"
#include "daemon/query.h"

struct api_question;
struct encoder;
struct errand_answer;
struct history;
struct history_span;
struct store;
struct tree;

/* Fills in the answer, also when it is a refusal. */
typedef void (*api_answer_fn)(const struct api_question *question, struct errand_answer *answer);

struct api_question {
	const struct api *api;
	api_answer_fn answer;
	const struct encoder *encoder; /* of api_answer_encoded */
	const char *key;               /* of api_answer_values */
	struct api_times times;        /* when it was asked */
	struct query query;
	struct query base; /* of a comparison */
};

/* api_answer.c: trees. */
void api_answer_encoded(const struct api_question *question, struct errand_answer *answer); /* by encode/ */
void api_answer_nested(const struct api_question *question, struct errand_answer *answer);  /* the article's page */
void api_answer_article(const struct api_question *question, struct errand_answer *answer); /* the article's port */

/* api_series.c */
void api_answer_timeline(const struct api_question *question, struct errand_answer *answer);
void api_answer_heatmap(const struct api_question *question, struct errand_answer *answer);

/* api_lists.c */
void api_answer_targets(const struct api_question *question, struct errand_answer *answer);
void api_answer_labels(const struct api_question *question, struct errand_answer *answer);
void api_answer_values(const struct api_question *question, struct errand_answer *answer);
void api_answer_gaps(const struct api_question *question, struct errand_answer *answer);
void api_answer_annotations(const struct api_question *question, struct errand_answer *answer);

/* What the questions of one answer are asked of. */
struct api_loaded {
	struct store *store;
	struct history *history;
};
/* Loads the interval and what the filters let through; needs: enum store_need. step_us 0: only sums are wanted. False:
 * the answer is a refusal. The child's end frees everything. */
bool api_load(const struct api_question *question, const struct history_query *which, unsigned needs, uint64_t step_us,
	      struct api_loaded *ret, struct errand_answer *answer);
/* The tree and the timeline of the question. False: the answer is a refusal. */
bool api_make_tree(const struct api_question *question, struct tree *ret, struct history_span *span_ret,
		   struct errand_answer *answer);
bool api_make_timeline(const struct api_question *question, struct history_timeline *ret,
		       struct errand_answer *answer);
/* Words that more than one of them write. */
void api_refuse(struct errand_answer *answer, int code, const char *sentence);
void api_set_headers(struct errand_answer *answer, const struct history_span *span);
void api_put_time(struct buf *out, const char *key, uint64_t us);        /* ,"key":1763820300 */
void api_put_string(struct buf *out, const char *key, const char *text); /* ,"key":"text" */
void api_put_number(struct buf *out, double value);                      /* to nine digits; null for NAN */
void api_put_span(struct buf *out, const struct history_span *span);     /* ,"effective_from":... */
void api_set_mime(struct errand_answer *answer, const char *mime);

#endif
