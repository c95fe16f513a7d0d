/* SPDX-License-Identifier: MIT */
/*
 * errand: work that takes longer than the event loop may wait, done in a forked child. The child sees everything as it
 * was at that moment (copy on write, no locks) and writes its answer to a pipe.
 *
 *	errand_start(errands, work, job, done, job);
 *
 *	work(job, &answer)         in the child: fills in the answer
 *	done(job, status, &answer) in the parent: once, whatever became of the child
 *
 * At most ERRANDS_AT_ONCE run, ERRANDS_QUEUED more wait; an errand that has no answer ERRAND_SECONDS after it was asked
 * for is ended. The child holds no descriptor but its pipe, dies with its parent, and is reaped here.
 */
#ifndef DAEMON_ERRAND_H
#define DAEMON_ERRAND_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct event_base;

#define ERRANDS_AT_ONCE 4
#define ERRANDS_QUEUED 32
#define ERRAND_SECONDS 10
#define ERRAND_BODY_MAX ((size_t)512 << 20)
#define ERRAND_HEADERS_MAX 12

struct errand_header {
	char name[32], value[96];
};

struct errand_answer {
	int status;      /* of HTTP */
	char error[512]; /* if status is 400 or more: a sentence */
	char mime[96];
	struct errand_header headers[ERRAND_HEADERS_MAX];
	size_t n_headers;
	struct buf body;
};

/* snprintf into the next header; one too many is left out. */
void errand_header(struct errand_answer *answer, const char *name, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
int errand_refuse(struct errand_answer *answer, int status, const char *fmt, ...)
	__attribute__((format(printf, 3, 4))); /* returns SCRAPE_EINVAL */

enum errand_end {
	ERRAND_DONE,   /* the answer is whole */
	ERRAND_LATE,   /* it took too long, or was cancelled */
	ERRAND_FAILED, /* the child died, or there was no memory */
};

typedef void (*errand_work_fn)(void *job, struct errand_answer *answer);
/* The answer is NULL unless ERRAND_DONE; its body may be taken. */
typedef void (*errand_done_fn)(void *job, enum errand_end end, struct errand_answer *answer);

struct errands;
struct errand;

struct errands *errands_new(struct event_base *base); /* NULL without memory */
void errands_free(struct errands *errands);           /* ends all: each is done, with ERRAND_FAILED */

/* Takes the job on until done is called (which frees it). NULL if too many wait (then done is not called). */
struct errand *errand_start(struct errands *errands, errand_work_fn work, errand_done_fn done, void *job);
/* Nobody wants the answer any more: done comes soon, from the loop, with ERRAND_LATE. */
void errand_cancel(struct errand *errand);

struct errands_counts {
	uint64_t done, refused, late, failed;
};
void errands_counts(const struct errands *errands, struct errands_counts *ret);

#endif
