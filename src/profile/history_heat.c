/* SPDX-License-Identifier: MIT */
/* history_heat: when within their slices processes ran, and where there is nothing to know it by. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "profile/history_range.h"

static int choose_columns(struct history_heat *heat, uint64_t slice_us, uint64_t step_us, struct err *err)
{
	uint64_t length = heat->span.until_us - heat->span.from_us, most = HISTORY_COLUMNS_MAX * slice_us;

	if (step_us == 0)
		step_us = (length + most - 1) / most * slice_us;
	step_us += (slice_us - step_us % slice_us) % slice_us;
	if (step_us == 0)
		step_us = slice_us;
	heat->span.step_us = step_us;
	heat->n_columns = (size_t)((length + step_us - 1) / step_us);
	if (heat->n_columns > HISTORY_COLUMNS_MAX)
		return err_set(err, SCRAPE_EINVAL, "that is more than %d columns: ask for a larger step",
			       HISTORY_COLUMNS_MAX);
	heat->present = calloc(heat->n_columns + 1, sizeof(*heat->present));
	heat->looks = calloc(heat->n_columns * HISTORY_CELLS + 1, sizeof(*heat->looks));
	return heat->present && heat->looks ? 0 : err_set(err, SCRAPE_ENOMEM, "out of memory");
}

/* A column of several slices has them one below the other. */
static void add_cells(struct history_heat *heat, const struct history *h, const struct history_slice *slice,
		      const uint16_t *cells)
{
	uint64_t n = heat->span.step_us / h->slice_us, offset = slice->slot_us - heat->span.from_us;
	uint64_t place = offset % heat->span.step_us / h->slice_us;
	uint32_t *column = heat->looks + offset / heat->span.step_us * HISTORY_CELLS;

	for (uint64_t i = 0; i < HISTORY_CELLS; i++) {
		uint32_t *cell = &column[(place * HISTORY_CELLS + i) / n];

		*cell += cells[i];
		if (*cell > heat->most)
			heat->most = *cell;
	}
}

static void add_slice(struct history_heat *heat, const struct history_scope *scope, const struct history_slice *slice)
{
	const uint8_t *end, *at = history_section(slice, SECTION_CELLS, &end);
	struct pack_cells cells;

	heat->present[(slice->slot_us - heat->span.from_us) / heat->span.step_us] = true;
	while (pack_next_cells(&at, end, &cells))
		if (scope->match.processes[cells.process])
			add_cells(heat, scope->history, slice, cells.cells);
}

int history_heat(const struct history *h, const struct history_query *query, uint64_t step_us, struct history_heat *ret,
		 struct err *err)
{
	struct history_heat heat = {0};
	struct history_scope scope;
	int code = history_scope_init(&scope, h, query, err);

	for (size_t i = 0; i < query->n_filters && code == 0; i++)
		if (query->filters[i].field == HISTORY_THREAD)
			code = err_set(err, SCRAPE_EINVAL, "a heat map does not tell threads apart");
	heat.span = scope.span;
	if (code == 0)
		code = choose_columns(&heat, h->slice_us, step_us, err);
	VEC_EACH (slice, &h->slices)
		if (code == 0 && history_scope_has(&scope, slice))
			add_slice(&heat, &scope, slice);
	history_scope_deinit(&scope);
	if (code < 0)
		history_heat_deinit(&heat);
	else
		*ret = heat;
	return code;
}

void history_heat_deinit(struct history_heat *heat)
{
	free(heat->present);
	free(heat->looks);
	*heat = (struct history_heat){0};
}

struct seen {
	uint32_t host;
	uint64_t slot_us;
};

static int compare_seen(const void *a, const void *b)
{
	const struct seen *x = a, *y = b;

	if (x->host != y->host)
		return x->host < y->host ? -1 : 1;
	return x->slot_us < y->slot_us ? -1 : x->slot_us > y->slot_us;
}

/* Where in seen[0..n) the slices of a host begin, or would. */
static size_t first_of(const struct seen *seen, size_t n, uint32_t host)
{
	size_t lo = 0, hi = n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (seen[mid].host < host)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* What is missing of one host, whose slices are seen[0..n). */
static int tell_gaps(const struct history *h, const struct seen *seen, size_t n, const char *host, uint64_t from_us,
		     uint64_t until_us, history_gap_fn fn, void *ctx)
{
	uint64_t at = from_us;
	int code = 0;

	for (size_t i = 0; i < n && code >= 0; i++) {
		if (seen[i].slot_us > at)
			code = fn(ctx, host, at, seen[i].slot_us);
		if (seen[i].slot_us + h->slice_us > at)
			at = seen[i].slot_us + h->slice_us;
	}
	return code >= 0 && at < until_us ? fn(ctx, host, at, until_us) : code;
}

int history_gaps(const struct history *h, uint64_t from_us, uint64_t until_us, history_gap_fn fn, void *ctx)
{
	_cleanup_free_ struct seen *seen = calloc(h->slices.n + 1, sizeof(*seen));
	size_t n = 0;
	int code = seen ? 0 : SCRAPE_ENOMEM;

	if (code == 0)
		VEC_EACH (slice, &h->slices)
			if (slice->slot_us < until_us && slice->slot_us + h->slice_us > from_us)
				seen[n++] = (struct seen){slice->host, slice->slot_us};
	if (n > 1)
		qsort(seen, n, sizeof(*seen), compare_seen);
	until_us = until_us < h->next_us ? until_us : h->next_us;
	if (code == 0 && h->hosts.n == 0 && h->slices.n > 0) { /* the own one: since its first slice */
		uint64_t first = h->slices.items[0].slot_us;

		first = history_slot(h, first > from_us ? first : from_us);
		if (first < until_us)
			code = tell_gaps(h, seen, n, h->host, first, until_us, fn, ctx);
	}
	VEC_EACH (host, &h->hosts) {
		uint64_t first = history_slot(h, host->first_us > from_us ? host->first_us : from_us);
		size_t i = first_of(seen, n, host->name), end = first_of(seen, n, host->name + 1);

		if (code >= 0 && first < until_us)
			code = tell_gaps(h, seen + i, end - i, history_text(h, host->name), first, until_us, fn, ctx);
	}
	return code < 0 ? code : 0;
}
