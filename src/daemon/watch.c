/* SPDX-License-Identifier: MIT */
/* watch: the list of services, then one service after the other. */
#include "daemon/watch.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "daemon/api_answer.h"
#include "daemon/api_compare.h"
#include "daemon/errand.h"
#include "daemon/selector.h"
#include "scrape.h"

#define ANSWER_MAX ((size_t)16 << 20)
#define FIRST_US 60000000ull /* after the start, when what was missed has been fetched */
#define HOUR_US (3600 * 1000000ull)
#define DAY_US (86400 * 1000000ull)

/* A question under way. */
struct job {
	struct watch *watch;
	struct api_question question;
};

struct watched {
	char *name;
	bool failed; /* in this round */
};

struct watch {
	const struct api *api;
	uint64_t every_us, window_us, due_ns;
	struct job *job;
	watch_notes_fn notes; /* NULL: nobody wants them */
	void *notes_ctx;
	bool noted;  /* in this round */
	bool listed; /* the services of this round are known */
	VEC(struct watched) services;
	size_t next;
	uint64_t from_us, until_us;        /* of this round */
	struct watch_findings now, newest; /* of this round so far; of the one before */
	struct watch_counts counts;
};

static uint64_t notes_from(const struct watch *w)
{
	return w->from_us > HOUR_US ? w->from_us - HOUR_US : 0;
}

static void job_free(struct job *job)
{
	query_deinit(&job->question.query);
	free(job);
}

/* service NULL: which there are; or before that, what was noted. */
static struct job *job_new(struct watch *w, const char *service)
{
	static const struct selector no_words;
	const struct query_source source = selector_source(&no_words);
	struct job *job = calloc(1, sizeof(*job));
	struct history_query *which;
	struct query *query;

	if (!job)
		return NULL;
	job->watch = w;
	job->question = (struct api_question){.api = w->api, .answer = api_answer_values, .key = "service"};
	w->api->source->times(w->api->owner, &job->question.times);
	query = &job->question.query;
	if (query_parse(&source, QUERY_INTERVAL | QUERY_FILTERS, NULL, w->until_us, query, NULL) < 0) {
		job_free(job);
		return NULL;
	}
	which = &query->ask.which;
	which->from_us = w->from_us;
	which->until_us = w->until_us;
	if (!service && w->notes && !w->noted) {
		job->question.answer = api_answer_annotations;
		which->from_us = notes_from(w);
	}
	if (service) {
		job->question.answer = api_answer_regressions;
		query->compare_us = DAY_US;
		query->filters[0] =
			(struct history_filter){.field = HISTORY_SERVICE, .value = service, .exactly = true};
		which->filters = query->filters;
		which->n_filters = 1;
	}
	return job;
}

static void forget_services(struct watch *w)
{
	VEC_EACH (service, &w->services)
		free(service->name);
	VEC_DEINIT(&w->services);
	w->listed = w->noted = false;
	w->next = 0;
}

/* What was known of a service whose question had no answer. */
static void keep_known(struct watch *w, const char *service)
{
	size_t n = 0;

	VEC_EACH (finding, &w->newest.list) {
		bool keep = strcmp(finding->service, service) == 0 && w->now.list.n < WATCH_FINDINGS_MAX &&
			    VEC_RESERVE(&w->now.list, w->now.list.n + 1);

		if (keep)
			w->now.list.items[w->now.list.n++] = *finding;
		else
			w->newest.list.items[n++] = *finding;
	}
	w->newest.list.n = n;
}

static void end_round(struct watch *w)
{
	VEC_EACH (service, &w->services)
		if (service->failed)
			keep_known(w, service->name);
	watch_findings_deinit(&w->newest);
	w->newest = w->now;
	w->now = (struct watch_findings){0};
	forget_services(w);
	w->counts.rounds++;
}

static bool take_services(struct watch *w, const char *text, size_t n)
{
	json_t *root = json_loadb(text, n, 0, NULL), *value;
	const json_t *values = json_object_get(root, "values");
	bool ok = json_is_array(values);
	size_t i;

	json_array_foreach(values, i, value)
	{
		const char *service = json_string_value(value);
		char *copy = service && w->services.n < WATCH_SERVICES_MAX ? strdup(service) : NULL;

		if (copy && VEC_RESERVE(&w->services, w->services.n + 1))
			w->services.items[w->services.n++] = (struct watched){.name = copy};
		else
			free(copy);
	}
	json_decref(root);
	w->listed = ok;
	return ok;
}

static void take_answer(struct watch *w, const struct errand_answer *answer)
{
	bool ok = answer && answer->status < 400 && answer->body.len <= ANSWER_MAX;

	if (w->notes && !w->noted) {
		if (ok)
			w->notes(w->notes_ctx, answer->body.data, answer->body.len, notes_from(w));
		w->noted = ok;
	} else if (!w->listed) {
		ok = ok && take_services(w, answer->body.data, answer->body.len);
	} else {
		w->counts.searches++;
		ok = ok && watch_findings_read(&w->now, answer->body.data, answer->body.len) == 0;
		if (!ok)
			w->services.items[w->next].failed = true;
		w->next++;
	}
	if (!ok) {
		w->noted = w->noted && w->listed; /* without a list the round is over */
		w->counts.failures++;
		log_debug("watch: %s", answer && answer->error[0] ? answer->error : "no answer");
	}
}

static void work(void *ctx, struct errand_answer *answer)
{
	struct job *job = ctx;

	job->question.answer(&job->question, answer);
}

static void done(void *ctx, enum errand_end end, struct errand_answer *answer)
{
	struct job *job = ctx;
	struct watch *w = job->watch;

	w->job = NULL;
	take_answer(w, end == ERRAND_DONE ? answer : NULL);
	job_free(job);
	if (w->listed && w->next == w->services.n)
		end_round(w);
}

int watch_new(const struct api *api, uint64_t every_us, uint64_t window_us, struct watch **ret, struct err *err)
{
	struct watch *w = calloc(1, sizeof(*w));

	if (!w)
		return err_set(err, SCRAPE_ENOMEM, "out of memory");
	w->api = api;
	w->every_us = every_us;
	w->window_us = window_us;
	w->due_ns = clock_mono_ns() + (every_us < FIRST_US ? every_us : FIRST_US) * NSEC_PER_USEC;
	*ret = w;
	return 0;
}

void watch_free(struct watch *w)
{
	if (!w)
		return;
	forget_services(w);
	watch_findings_deinit(&w->now);
	watch_findings_deinit(&w->newest);
	free(w);
}

void watch_want_notes(struct watch *w, watch_notes_fn notes, void *ctx)
{
	w->notes = notes;
	w->notes_ctx = ctx;
}

/* False: nothing is stored yet. */
static bool begin_round(struct watch *w, uint64_t now_ns)
{
	struct api_times times = {0};

	w->due_ns = now_ns + w->every_us * NSEC_PER_USEC;
	w->api->source->times(w->api->owner, &times);
	if (times.watermark_us == 0)
		return false;
	w->until_us = times.watermark_us;
	w->from_us = w->until_us > w->window_us ? w->until_us - w->window_us : 0;
	return true;
}

void watch_tend(struct watch *w, uint64_t now_ns)
{
	struct job *job;

	if (w->job || (!w->listed && !w->noted && (now_ns < w->due_ns || !begin_round(w, now_ns))))
		return;
	job = job_new(w, w->listed ? w->services.items[w->next].name : NULL);
	if (!job)
		return;
	w->job = job;
	if (errand_start(w->api->errands, work, done, job))
		return;
	w->job = NULL; /* people have more questions than there is room for: at the next tick */
	job_free(job);
	if (!w->listed && !w->noted)
		w->due_ns = now_ns;
}

const struct watch_findings *watch_findings(const struct watch *w)
{
	return w->counts.rounds ? &w->newest : NULL;
}

void watch_counts(const struct watch *w, struct watch_counts *ret)
{
	*ret = w->counts;
}
