/* SPDX-License-Identifier: MIT */
/* api_regressions: which functions changed within an interval, service by service, and where to look at it. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/text.h"
#include "compare/change.h"
#include "daemon/api_compare.h"
#include "daemon/errand.h"
#include "profile/history.h"
#include "scrape.h"
#include "store/store.h"

#define SERVICES_MAX 1000
#define FINDINGS_DEFAULT 100
#define BESIDE_US (30 * 60000000ull) /* of the links: as much before and after, if there is */
#define SEED 1

struct searching {
	const struct api_question *q;
	struct buf found;
	struct history_span span;
	uint64_t step_us;
	size_t tested, n_found, limit;
	VEC(char *) services;
	struct err err;
};

static void searching_deinit(struct searching *s)
{
	VEC_EACH (service, &s->services)
		free(*service);
	VEC_DEINIT(&s->services);
	buf_deinit(&s->found);
}

/* One service, over the interval or the same hours before. */
struct panel {
	struct api_loaded loaded;
	struct matrix_functions *functions;
	struct history_matrix matrix;
	struct compare_data data;
	struct compare_changes changes;
};

static void panel_deinit(struct panel *p)
{
	compare_changes_deinit(&p->changes);
	compare_data_deinit(&p->data);
	history_matrix_deinit(&p->matrix);
	if (p->loaded.store) {
		store_unload(p->loaded.store, p->loaded.history);
		store_close(p->loaded.store);
	}
}

static int add_service(void *ctx, const char *text)
{
	struct searching *s = ctx;
	char **place, *copy;

	if (s->services.n >= SERVICES_MAX)
		return 0;
	copy = strdup(text);
	place = copy ? VEC_PUSH(&s->services) : NULL;
	if (!place) {
		free(copy);
		return SCRAPE_ENOMEM;
	}
	*place = copy;
	return 0;
}

/* Those of the interval that the filters let through. */
static bool list_services(struct searching *s, struct errand_answer *answer)
{
	struct api_loaded loaded = {NULL, NULL};

	if (!api_load(s->q, &s->q->query.ask.which, STORE_NO_ROWS, 0, &loaded, answer))
		return false;
	if (history_labels_of(loaded.history, &s->q->query.ask.which, "service", add_service, s) < 0) {
		api_refuse(answer, SCRAPE_ENOMEM, "");
		return false;
	}
	store_unload(loaded.store, loaded.history);
	store_close(loaded.store);
	return true;
}

/* The question's interval, moved back by so much, of one service. */
static bool load_panel(struct searching *s, const char *service, uint64_t back_us, struct panel *p,
		       struct errand_answer *answer)
{
	struct history_filter filters[QUERY_FILTERS_MAX + 1];
	struct history_query which = s->q->query.ask.which;
	uint64_t step = s->step_us;
	size_t n = 0;
	bool ok;

	for (size_t i = 0; i < which.n_filters; i++) /* filters of one field are alternatives, and here is only one */
		if (which.filters[i].field != HISTORY_SERVICE)
			filters[n++] = which.filters[i];
	filters[n++] = (struct history_filter){.field = HISTORY_SERVICE, .value = service, .exactly = true};
	which.filters = filters;
	which.n_filters = n;
	which.from_us = which.from_us > back_us ? which.from_us - back_us : 0;
	which.until_us = which.until_us > back_us ? which.until_us - back_us : 0;
	ok = compare_load(s->q, &which, &step, &p->loaded, answer);
	if (!ok)
		return false;
	s->step_us = step;
	which.from_us = (which.from_us + step - 1) / step * step;
	which.until_us = which.until_us / step * step;
	return history_matrix(p->loaded.history, &which, p->functions, &p->matrix, &s->err) == 0;
}

static bool has_time(const struct panel *p)
{
	for (size_t i = 0; i < p->matrix.n_hosts * p->matrix.n_slots; i++)
		if (p->matrix.covered_s[i] > 0 && p->matrix.total_s[i] > 0)
			return true;
	return false;
}

static int search(struct searching *s, struct panel *p, struct strings *hosts)
{
	const struct compare_options options = {.seed = SEED, .limit_cores = NAN};
	int r;

	if (!has_time(p))
		return 0;
	r = compare_data_make(&p->data, &p->matrix, p->functions->list.n, false, hosts);
	return r < 0 ? r : compare_changes(&p->data.panel, &options, &p->changes, &s->err);
}

static uint64_t time_of(const struct panel *p, uint32_t slot)
{
	return p->matrix.span.from_us + slot * p->matrix.slot_us;
}

/* The page's address of a flame graph. */
static void put_url(struct buf *out, const char *key, const char *service, uint64_t from_us, uint64_t until_us)
{
	struct buf text = BUF_INIT;

	buf_str(&text, "#service=");
	text_percent(&text, service);
	buf_fmt(&text, "&from=%" PRIu64 "&until=%" PRIu64, from_us / 1000000, until_us / 1000000);
	if (buf_cstr(&text))
		api_put_string(out, key, text.data);
	buf_deinit(&text);
}

static void put_flags(struct buf *out, const struct compare_change *change)
{
	static const struct {
		unsigned flag;
		const char *name;
	} names[] = {{COMPARE_SATURATED, "saturated"},
		     {COMPARE_UNIFORM, "uniform"},
		     {COMPARE_PER_HOST, "per_host"},
		     {COMPARE_RECURRING, "recurring"}};
	size_t n = 0;

	buf_str(out, ",\"flags\":[");
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (change->flags & names[i].flag)
			buf_fmt(out, n++ ? ",\"%s\"" : "\"%s\"", names[i].name);
	if (change->before == 0)
		buf_fmt(out, n++ ? ",\"%s\"" : "\"%s\"", "new");
	if (change->after == 0)
		buf_fmt(out, n ? ",\"%s\"" : "\"%s\"", "gone");
	buf_chr(out, ']');
}

static void put_moment(struct buf *out, const struct panel *p, uint32_t moment, uint32_t lo, uint32_t hi)
{
	api_put_time(out, "moment", time_of(p, moment));
	api_put_time(out, "moment_lo", time_of(p, lo));
	api_put_time(out, "moment_hi", time_of(p, hi));
}

static void put_hosts(struct buf *out, const struct panel *p, const struct compare_change *change)
{
	buf_str(out, ",\"hosts\":[");
	for (size_t i = 0; i < change->n_hosts; i++) {
		const struct compare_moment *m = &p->changes.hosts[change->hosts + i];
		const char *host = p->matrix.hosts[m->cluster];

		buf_str(out, i ? ",{\"host\":" : "{\"host\":");
		text_json(out, host, strlen(host));
		put_moment(out, p, m->moment, m->lo, m->hi);
		buf_chr(out, '}');
	}
	buf_chr(out, ']');
}

static void put_number(struct buf *out, const char *key, double value)
{
	buf_fmt(out, ",\"%s\":", key);
	api_put_number(out, value);
}

static void put_change(struct searching *s, const char *service, const struct panel *p, const struct compare_change *c)
{
	static const struct matrix_function all = {"all functions", "all functions", ""};
	const struct matrix_function *f = c->function == COMPARE_ALL ? &all : &p->functions->list.items[c->function];
	uint64_t lo = time_of(p, c->moment_lo), hi = time_of(p, c->moment_hi);
	uint64_t from = lo > p->matrix.span.from_us + BESIDE_US ? lo - BESIDE_US : p->matrix.span.from_us;
	uint64_t until = hi + BESIDE_US < p->matrix.span.until_us ? hi + BESIDE_US : p->matrix.span.until_us;
	struct buf *out = &s->found;

	buf_str(out, s->n_found++ ? ",\n{\"service\":" : "\n{\"service\":");
	text_json(out, service, strlen(service));
	api_put_string(out, "function", f->function);
	api_put_string(out, "file", f->file);
	api_put_string(out, "text", f->text);
	put_moment(out, p, c->moment, c->moment_lo, c->moment_hi);
	put_number(out, "before", c->before);
	put_number(out, "after", c->after);
	put_number(out, "delta", c->delta);
	put_number(out, "lo", c->lo);
	put_number(out, "hi", c->hi);
	api_put_string(out, "unit", c->flags & COMPARE_SATURATED ? "share" : "cores");
	put_flags(out, c);
	put_hosts(out, p, c);
	put_url(out, "base_url", service, from, lo > from ? lo : from + p->matrix.slot_us);
	put_url(out, "url", service, hi < until ? hi : until - p->matrix.slot_us, until);
	buf_chr(out, '}');
}

/* A step that is also found in the same hours before is told as such. */
static void flag_recurring(struct searching *s, const char *service, struct panel *p, struct strings *hosts)
{
	struct panel earlier = {.functions = p->functions};
	struct errand_answer ignored = {0};

	if (s->q->query.compare_us && p->changes.n &&
	    load_panel(s, service, s->q->query.compare_us, &earlier, &ignored) && search(s, &earlier, hosts) == 0)
		compare_changes_recurring(&p->changes, &earlier.changes);
	panel_deinit(&earlier);
	buf_deinit(&ignored.body);
}

static int search_service(struct searching *s, const char *service, struct errand_answer *answer)
{
	struct matrix_functions functions = {0};
	struct panel p = {.functions = &functions};
	struct strings hosts = {0};
	int r = load_panel(s, service, 0, &p, answer) ? 0 : SCRAPE_EINVAL;

	if (r == 0) {
		s->span = p.matrix.span;
		s->span.watermark_us = s->q->times.watermark_us;
		r = search(s, &p, &hosts);
	}
	if (r == 0)
		flag_recurring(s, service, &p, &hosts);
	s->tested += p.changes.tested;
	for (size_t i = 0; r == 0 && i < p.changes.n && s->n_found < s->limit; i++)
		put_change(s, service, &p, &p.changes.items[i]);
	panel_deinit(&p);
	strings_deinit(&hosts);
	matrix_functions_deinit(&functions);
	return r;
}

static int search_services(struct searching *s, struct errand_answer *answer)
{
	int r = 0;

	VEC_EACH (service, &s->services)
		if (r == 0)
			r = search_service(s, *service, answer);
	return r;
}

static void put_answer(struct searching *s, struct errand_answer *answer)
{
	struct buf *out = &answer->body;

	api_set_headers(answer, &s->span);
	api_set_mime(answer, "application/json");
	buf_fmt(out, "{\"tested\":%zu,\"services\":%zu,\"step\":", s->tested, s->services.n);
	api_put_seconds(out, s->step_us);
	api_put_span(out, &s->span);
	buf_str(out, ",\"items\":[");
	buf_add(out, s->found.data, s->found.len);
	buf_str(out, "]}\n");
	out->failed = out->failed || s->found.failed;
}

void api_answer_regressions(const struct api_question *q, struct errand_answer *answer)
{
	const struct history_query *which = &q->query.ask.which;
	struct searching s = {.q = q, .limit = q->query.limit ? q->query.limit : FINDINGS_DEFAULT};
	int r;

	s.step_us = compare_step(q->times.slice_us, which->until_us - which->from_us);
	s.span = (struct history_span){
		.from_us = which->from_us, .until_us = which->until_us, .watermark_us = q->times.watermark_us};
	if (list_services(&s, answer)) {
		r = search_services(&s, answer);
		if (r == 0)
			put_answer(&s, answer);
		else if (answer->status < 400)
			api_refuse(answer, r, s.err.text);
	}
	searching_deinit(&s);
}
