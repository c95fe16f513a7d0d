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
	else if (until % h->slice_us)
		until = history_slot(h, until) + h->slice_us;
	if (until > h->next_us)
		until = h->next_us;
	if (from > until)
		from = until;
	span->from_us = from;
	span->until_us = until;
	span->step_us = h->slice_us;
	span->watermark_us = h->next_us;
	return 0;
}

static int compare_slots(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* A slot that has two slices (one came late) is there once. */
static int count_slots(struct history_scope *scope)
{
	const struct history *h = scope->history;
	_cleanup_free_ uint64_t *slots = calloc(h->slices.n + 1, sizeof(*slots));
	uint64_t expected = (scope->span.until_us - scope->span.from_us) / h->slice_us;
	size_t n = 0, present = 0;

	if (!slots)
		return SCRAPE_ENOMEM;
	VEC_EACH (slice, &h->slices)
		if (history_scope_has(scope, slice))
			slots[n++] = slice->slot_us;
	qsort(slots, n, sizeof(*slots), compare_slots);
	for (size_t i = 0; i < n; i++)
		present += i == 0 || slots[i] != slots[i - 1];
	scope->span.coverage = expected ? (double)present / (double)expected : 0;
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
		scope->present_us += h->slice_us;
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
		const uint8_t *at = slice->bytes + slice->n_threads, *end = at + slice->n_losses;
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
	const uint8_t *end = slice->bytes + slice->n_threads;

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
