/* SPDX-License-Identifier: MIT */
/* api_asking: a question on its way, shared by the files that ask and nobody else. */
#ifndef DAEMON_API_ASKING_H
#define DAEMON_API_ASKING_H

#include "daemon/api_answer.h"

struct errand;
struct event;

/* A request and its question, from here to the reply. */
struct asking {
	struct api *api;
	struct http_request *request;
	struct errand *errand;
	struct api_question question;
	bool connect;               /* refusals are those of the Connect protocol */
	bool reset;                 /* of the article: the cursor is to advance */
	uint32_t pid;               /* whose cursor it is; 0: of all */
	struct event *timer;        /* of pprof: while the seconds pass */
	uint64_t from_us, grace_ns; /* the watermark when it was asked; when to wait no longer */
};

/* NULL: answered with 503. */
struct asking *asking_new(struct api *api, struct http_request *request, api_answer_fn answer);
/* These two end it. */
void asking_refuse(struct asking *asking, int status, const char *text);
void asking_start(struct asking *asking);
/* Reads the parameters, groups as in query.h. False: it is answered and gone, here and below. */
bool asking_parse(struct asking *asking, unsigned groups, const char *const *extra);
/* The same, of words from elsewhere. */
bool asking_parse_from(struct asking *asking, const struct query_source *source, unsigned groups,
		       const char *const *extra);
/* Gives the question an end; false if nothing has been added up yet. */
bool asking_bound(struct asking *asking);
void asking_times(const struct api *api, struct api_times *ret);

#endif
