/* SPDX-License-Identifier: MIT */
/* collector_watch: rounds of searches, and a queue of what is to be told. */
#include "daemon/collector_watch.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "daemon/api_compare.h"
#include "daemon/collector_state.h"
#include "daemon/errand.h"
#include "daemon/selector.h"
#include "scrape.h"

#define SECOND_US 1000000ull
#define SLACK_US (60 * SECOND_US) /* by so much the moments of one finding may miss each other, */
#define SLACK_SLICES 2            /* or by so many slices if these are shorter */
#define DAY_US (86400 * SECOND_US)
#define SERVICES_MAX 10000

/* One question of a round. */
struct watching {
	struct collector *c;
	struct api_question question;
	void (*take)(struct collector *c, json_t *root);
};

int collector_watch_init(struct collector *c, struct err *err)
{
	return c->config->webhook ? watch_parse_url(c->config->webhook, &c->watch.url, err) : 0;
}

static void finding_deinit(struct watch_finding *f)
{
	free(f->service);
	free(f->function);
	free(f->file);
	free(f->text);
	free(f->json);
}

static void clear_services(struct collect_watch *w)
{
	VEC_EACH (service, &w->services)
		free(*service);
	w->services.n = w->next = 0;
}

void collector_watch_deinit(struct collector *c)
{
	struct collect_watch *w = &c->watch;

	if (w->fetch)
		http_fetch_cancel(w->fetch);
	w->fetch = NULL;
	VEC_EACH (finding, &w->findings)
		finding_deinit(finding);
	VEC_DEINIT(&w->findings);
	VEC_EACH (note, &w->notes) {
		free(note->service);
		free(note->text);
	}
	VEC_DEINIT(&w->notes);
	clear_services(w);
	VEC_DEINIT(&w->services);
}

/* Rounds. */

static void work(void *job, struct errand_answer *answer)
{
	const struct watching *watching = job;

	watching->question.answer(&watching->question, answer);
}

static void tell_failure(struct collect_watch *w, const char *why)
{
	w->failures++;
	if (!w->failing)
		log_warn("looking for regressions failed: %s", why);
	w->failing = true;
}

static void answered(void *job, enum errand_end end, struct errand_answer *answer)
{
	struct watching *watching = job;
	struct collect_watch *w = &watching->c->watch;
	json_t *root = NULL;

	w->asking = false;
	if (end != ERRAND_DONE)
		tell_failure(w, end == ERRAND_LATE ? "it took longer than 10 s" : "the answer could not be made");
	else if (answer->status >= 400)
		tell_failure(w, answer->error);
	else
		root = json_loadb(answer->body.data, answer->body.len, 0, NULL);
	watching->take(watching->c, root);
	json_decref(root);
	query_deinit(&watching->question.query);
	free(watching);
}

/* Asks what a request would ask. service NULL: about all. False: not now. */
static bool ask(struct collector *c, api_answer_fn answer, uint64_t length_us, const char *service,
		void (*take)(struct collector *c, json_t *root))
{
	struct watching *watching = calloc(1, sizeof(*watching));
	struct selector words = {0};
	struct query_source source;
	struct api_question *q;
	struct err err = {0};
	int r = 0;

	if (!watching)
		return false;
	watching->c = c;
	watching->take = take;
	q = &watching->question;
	q->api = &c->api;
	q->answer = answer;
	q->key = "service";
	c->api.source->times(c, &q->times);
	if (service)
		r = selector_add_exactly(&words, "service", service, &err);
	source = selector_source(&words);
	if (r == 0)
		r = query_parse(&source, QUERY_FILTERS, NULL, q->times.watermark_us, &q->query, &err);
	selector_deinit(&words);
	q->query.ask.which.until_us = q->times.watermark_us;
	q->query.ask.which.from_us = q->times.watermark_us > length_us ? q->times.watermark_us - length_us : 0;
	q->query.compare_us = c->config->watch_us <= DAY_US ? DAY_US : 0;
	c->watch.asking = r == 0 && q->times.watermark_us > 0 && errand_start(c->errands, work, answered, watching);
	if (!c->watch.asking) {
		query_deinit(&q->query);
		free(watching);
	}
	return c->watch.asking;
}

static const char *text_of(const json_t *item, const char *key)
{
	const char *text = json_string_value(json_object_get(item, key));

	return text ? text : "";
}

static uint64_t time_of(const json_t *item, const char *key)
{
	double seconds = json_number_value(json_object_get(item, key));

	return seconds > 0 ? (uint64_t)llround(seconds * 1e6) : 0;
}

static void take_notes(struct collector *c, json_t *root)
{
	size_t i;
	json_t *item;

	json_array_foreach(json_object_get(root, "items"), i, item)
	{
		struct watch_note *note = VEC_PUSH(&c->watch.notes);

		if (note)
			*note = (struct watch_note){strdup(text_of(item, "service")), strdup(text_of(item, "text")),
						    time_of(item, "at")};
	}
	c->watch.noted = root != NULL;
}

static void take_services(struct collector *c, json_t *root)
{
	struct collect_watch *w = &c->watch;
	size_t i;
	json_t *item;

	clear_services(w);
	json_array_foreach(json_object_get(root, "values"), i, item)
	{
		char **place = w->services.n < SERVICES_MAX ? VEC_PUSH(&w->services) : NULL;

		if (place)
			*place = strdup(json_string_value(item) ? json_string_value(item) : "");
	}
	VEC_EACH (finding, &w->findings)
		finding->old = true;
	if (w->services.n == 0)
		w->due_ns = clock_mono_ns() + c->config->watch_every_us * 1000;
}

static uint64_t slack_of(const struct collector *c)
{
	uint64_t slices = SLACK_SLICES * c->config->slice_us;

	return slices < SLACK_US ? slices : SLACK_US;
}

static bool overlaps(const struct collector *c, const struct watch_finding *f, uint64_t lo_us, uint64_t hi_us)
{
	return lo_us <= f->hi_us + slack_of(c) && f->lo_us <= hi_us + slack_of(c);
}

/* An earlier life has told it: its note ends in the same words. */
static bool is_noted(const struct collector *c, const struct watch_finding *f)
{
	struct buf tail = BUF_INIT;
	bool found = false;

	buf_fmt(&tail, " in %s", f->text);
	VEC_EACH (note, &c->watch.notes) {
		size_t n = note->text ? strlen(note->text) : 0;

		if (n >= tail.len && note->service && strncmp(note->text, "regression: ", 12) == 0 &&
		    strcmp(note->service, f->service) == 0 &&
		    memcmp(note->text + n - tail.len, tail.data, tail.len) == 0 &&
		    overlaps(c, f, note->at_us, note->at_us))
			found = true;
	}
	buf_deinit(&tail);
	return found;
}

static bool is_recurring(const json_t *item)
{
	size_t i;
	json_t *flag;

	json_array_foreach(json_object_get(item, "flags"), i,
			   flag) if (strcmp(json_string_value(flag) ? json_string_value(flag) : "", "recurring") ==
				     0) return true;
	return false;
}

static struct watch_finding *find(struct collector *c, const struct watch_finding *like)
{
	VEC_EACH (f, &c->watch.findings)
		if (strcmp(f->service, like->service) == 0 && strcmp(f->function, like->function) == 0 &&
		    strcmp(f->file, like->file) == 0 && f->share == like->share &&
		    (f->delta > 0) == (like->delta > 0) && overlaps(c, f, like->lo_us, like->hi_us))
			return f;
	return NULL;
}

static void take_item(struct collector *c, const json_t *item)
{
	struct watch_finding made = {.service = strdup(text_of(item, "service")),
				     .function = strdup(text_of(item, "function")),
				     .file = strdup(text_of(item, "file")),
				     .text = strdup(text_of(item, "text")),
				     .json = json_dumps(item, JSON_COMPACT),
				     .moment_us = time_of(item, "moment"),
				     .lo_us = time_of(item, "moment_lo"),
				     .hi_us = time_of(item, "moment_hi"),
				     .delta = json_number_value(json_object_get(item, "delta")),
				     .share = strcmp(text_of(item, "unit"), "share") == 0,
				     .current = true,
				     .found_ns = clock_mono_ns()};
	struct watch_finding *known = NULL;

	if (made.service && made.function && made.file && made.text && made.json)
		known = find(c, &made);
	else
		made.moment_us = 0;
	if (known) { /* by what is known now; what was told stays told */
		made.told = known->told;
		made.due_ns = known->due_ns;
		made.pause_ns = known->pause_ns;
		made.found_ns = known->found_ns;
		finding_deinit(known);
	} else if (made.moment_us && c->watch.findings.n < WATCH_FINDINGS_MAX) {
		known = VEC_PUSH(&c->watch.findings);
		made.told = known && is_noted(c, &made);
	}
	if (known)
		*known = made;
	else
		finding_deinit(&made);
}

/* What is not found any more is forgotten once it is too old to be found again. */
static void end_round(struct collector *c)
{
	struct collect_watch *w = &c->watch;
	uint64_t oldest_us = collector_watermark(c);
	size_t n = 0;

	oldest_us = oldest_us > 2 * c->config->watch_us ? oldest_us - 2 * c->config->watch_us : 0;
	for (size_t i = 0; i < w->findings.n; i++) {
		struct watch_finding *f = &w->findings.items[i];

		f->current = f->current && !f->old;
		if (f->hi_us < oldest_us && !(w->fetch && w->sending == i)) {
			finding_deinit(f);
			continue;
		}
		if (w->sending == i)
			w->sending = n;
		w->findings.items[n++] = *f;
	}
	w->findings.n = n;
	w->rounds++;
	w->ended = true;
	w->due_ns = clock_mono_ns() + c->config->watch_every_us * 1000;
	clear_services(w);
}

/* Of a service that could not be searched what was found before stands. */
static void keep_findings(struct collect_watch *w, const char *service)
{
	VEC_EACH (f, &w->findings)
		if (service && strcmp(f->service, service) == 0)
			f->old = false;
}

static void take_regressions(struct collector *c, json_t *root)
{
	size_t i;
	json_t *item;

	json_array_foreach(json_object_get(root, "items"), i, item) if (!is_recurring(item)) take_item(c, item);
	if (root)
		c->watch.failing = false;
	else
		keep_findings(&c->watch, c->watch.services.items[c->watch.next]);
	if (++c->watch.next >= c->watch.services.n)
		end_round(c);
}

static void search(struct collector *c, uint64_t now_ns)
{
	struct collect_watch *w = &c->watch;

	if (w->asking || w->due_ns > now_ns || c->config->watch_us == 0)
		return;
	if (w->next < w->services.n)
		(void)ask(c, api_answer_regressions, c->config->watch_us, w->services.items[w->next], take_regressions);
	else if (!w->noted)
		(void)ask(c, api_answer_annotations, 2 * c->config->watch_us, NULL, take_notes);
	else
		(void)ask(c, api_answer_values, c->config->watch_us, NULL, take_services);
}

void collector_watch_tend(struct collector *c, uint64_t now_ns)
{
	search(c, now_ns);
	collector_webhook_tend(c, now_ns);
}
