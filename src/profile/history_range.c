/* SPDX-License-Identifier: MIT */
/* history_range: the interval of a question. */
#include "profile/history_range.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "base/err.h"

static int snap(const struct history *h, const struct history_query *query, struct history_span *span, struct err *err)
{
	uint64_t from = query->from_us, until = query->until_us;

	if (until && from >= until)
		return err_set(err, SCRAPE_EINVAL, "the interval is empty: it ends before it begins");
	if (from == 0)
		from = h->slices.n > 0 ? h->slices.items[0].slot_us : h->next_us;
	from = history_slot(h, from);
	if (until == 0 || until > h->next_us)
		until = h->next_us;
	else if (until != history_slot(h, until))
		until = history_slot(h, until) + h->slice_us;
	if (until > h->next_us)
		until = h->next_us;
	if (from > until)
		from = until;
	span->from_us = from;
	span->until_us = until;
	span->step_us = h->grain_us;
	span->watermark_us = h->next_us;
	return 0;
}

/* A slice's place. Those of one are beside each other when they are sorted. */
struct place {
	uint64_t slot_us;
	uint32_t host;
	uint64_t present_us;
};

static int compare_places(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	if (x->slot_us != y->slot_us)
		return x->slot_us < y->slot_us ? -1 : 1;
	return x->host < y->host ? -1 : x->host > y->host;
}

/* Time of all hosts of which there should be something. */
static uint64_t expected_us(const struct history_scope *scope)
{
	const struct history *h = scope->history;
	const struct history_span *span = &scope->span;
	uint64_t sum = h->hosts.n == 0 && scope->match.hosts[0] ? span->until_us - span->from_us : 0;

	VEC_EACH (host, &h->hosts) {
		uint64_t first = host->first_us - host->first_us % h->grain_us;

		if (scope->match.hosts[host->name] && first < span->until_us)
			sum += span->until_us - (first > span->from_us ? first : span->from_us);
	}
	return sum;
}

static int compare_hosts(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	return x->host < y->host ? -1 : x->host > y->host;
}

static size_t count_hosts(struct place *places, size_t n)
{
	size_t hosts = 0;

	qsort(places, n, sizeof(*places), compare_hosts);
	for (size_t i = 0; i < n; i++)
		hosts += i == 0 || places[i].host != places[i - 1].host;
	return hosts;
}

/* A place that has two slices (one came late) is there once. */
static int count_slots(struct history_scope *scope)
{
	const struct history *h = scope->history;
	_cleanup_free_ struct place *places = calloc(h->slices.n + 1, sizeof(*places));
	uint64_t expected = expected_us(scope), present = 0, slot_us = 0, in_slot = 0;
	size_t n = 0;

	if (!places)
		return SCRAPE_ENOMEM;
	VEC_EACH (slice, &h->slices)
		if (history_scope_has(scope, slice))
			places[n++] = (struct place){slice->slot_us, slice->host, slice->present_us};
	qsort(places, n, sizeof(*places), compare_places);
	for (size_t i = 0; i < n; i++) {
		if (i > 0 && compare_places(&places[i], &places[i - 1]) == 0)
			continue;
		present += places[i].present_us;
		if (places[i].slot_us != slot_us || i == 0)
			in_slot = 0;
		slot_us = places[i].slot_us;
		if (places[i].present_us > in_slot) {
			scope->present_us += places[i].present_us - in_slot;
			in_slot = places[i].present_us;
		}
	}
	scope->span.hosts = count_hosts(places, n);
	scope->span.coverage = expected > present ? (double)present / (double)expected : expected > 0;
	return 0;
}

static void find_rates(struct history_scope *scope)
{
	const struct history *h = scope->history;
	uint64_t ticks = 0, covered_us = 0, asked = 0;
	double reached;

	VEC_EACH (slice, &h->slices) {
		if (!history_scope_has(scope, slice))
			continue;
		ticks = slice_sum(ticks, slice->ticks);
		covered_us += slice->until_us - slice->from_us;
		if (slice->rate_mhz > asked)
			asked = slice->rate_mhz;
	}
	reached = covered_us ? (double)ticks * 1e6 / (double)covered_us : 0;
	scope->span.rate_asked = (double)asked / 1000;
	scope->span.rate_reached = reached;
	scope->rate_mhz = asked;
	if (!asked) {
		reached *= 1000;
		scope->rate_mhz = reached >= SCRAPE_RATE_MAX * 1000.0 ? SCRAPE_RATE_MAX * 1000ull
				  : reached >= 1                      ? (uint64_t)reached
								      : SCRAPE_RATE_DEFAULT * 1000ull;
	}
}

static void add_losses(struct history_scope *scope)
{
	VEC_EACH (slice, &scope->history->slices) {
		const uint8_t *end, *at = history_section(slice, SECTION_LOSSES, &end);
		struct pack_fact loss;

		if (!history_scope_has(scope, slice))
			continue;
		while (pack_next_fact(&at, end, &loss))
			if (scope->match.processes[loss.process])
				scope->span.lost[loss.what] = slice_sum(scope->span.lost[loss.what], loss.value);
	}
}

int history_scope_init(struct history_scope *scope, const struct history *h, const struct history_query *query,
		       struct err *err)
{
	int code;

	*scope = (struct history_scope){.history = h};
	code = snap(h, query, &scope->span, err);
	if (code == 0)
		code = history_match_init(&scope->match, h, query->filters, query->n_filters, err);
	if (code < 0)
		return code;
	if (count_slots(scope) < 0)
		return err_set(err, SCRAPE_ENOMEM, "out of memory");
	find_rates(scope);
	add_losses(scope);
	return 0;
}

void history_scope_deinit(struct history_scope *scope)
{
	history_match_deinit(&scope->match);
}

bool history_scope_thread(struct history_scope *scope, const struct history_slice *slice, const uint8_t **at,
			  struct pack_thread *ret)
{
	const uint8_t *end;

	(void)history_section(slice, SECTION_THREADS, &end);
	while (pack_next_thread(at, end, ret)) {
		if (!scope->match.threads[ret->thread])
			continue;
		scope->span.looks += ret->looks;
		scope->span.cpu_ns += ret->cpu_ns;
		scope->span.wall_ns += ret->wall_ns;
		return true;
	}
	return false;
}
