/* SPDX-License-Identifier: MIT */
/* history_matrix: slices go by, and what their rows count is noted by host and slot. */
#include "profile/history_matrix.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "profile/history_matrix_private.h"

#define CELLS_MAX (1u << 26)

int matrix_add(struct matrix_making *m, uint32_t function, double seconds, enum matrix_what what)
{
	while (m->self.n <= function)
		if (!VEC_PUSH(&m->self) || !VEC_PUSH(&m->total) || !VEC_PUSH(&m->is_touched))
			return SCRAPE_ENOMEM;
	if (!m->is_touched.items[function]) {
		if (id_add(&m->touched, function) < 0)
			return SCRAPE_ENOMEM;
		m->is_touched.items[function] = true;
	}
	*(what == MATRIX_SELF ? &m->self.items[function] : &m->total.items[function]) += seconds;
	return 0;
}

static int add_thread(struct matrix_making *m, const struct pack_thread *thread, double *total, bool *native)
{
	uint64_t value = pack_unseen(thread, m->mode);
	struct pack_values values;
	struct matrix_row row = {
		.thread = thread->thread, .stack = HISTORY_STACK_UNSEEN, .seconds = (double)value / 1e9};
	int code = value ? m->add_row(m, &row) : 0;

	*total += row.seconds;
	pack_values_init(&values, thread, m->mode);
	while (code == 0 && pack_next_value(&values, &value)) {
		if (value == 0)
			continue;
		row.stack = values.row.stack;
		row.flags = values.row.flags;
		row.seconds = (double)value / 1e9;
		code = m->add_row(m, &row);
		*total += row.seconds;
	}
	*native = *native || row.native;
	return code;
}

static int flush(struct matrix_making *m, uint32_t host, uint32_t slot)
{
	VEC_EACH (function, &m->touched) {
		struct matrix_cell *cell = m->matrix->cells.n < CELLS_MAX ? VEC_PUSH(&m->matrix->cells) : NULL;

		if (!cell)
			return m->matrix->cells.n < CELLS_MAX ? SCRAPE_ENOMEM : SCRAPE_ELIMIT;
		*cell = (struct matrix_cell){*function, host, slot, m->self.items[*function],
					     m->total.items[*function]};
		m->self.items[*function] = m->total.items[*function] = 0;
		m->is_touched.items[*function] = false;
	}
	m->touched.n = 0;
	return 0;
}

static int add_slice(struct matrix_making *m, const struct history_slice *slice)
{
	struct history_matrix *matrix = m->matrix;
	uint32_t slot = (uint32_t)((slice->slot_us - matrix->span.from_us) / matrix->slot_us);
	uint32_t host = m->host_of[slice->host] - 1;
	size_t at = host * matrix->n_slots + slot;
	const uint8_t *bytes = slice->bytes;
	struct pack_thread thread;
	uint64_t covered_us;
	bool native = false;
	int code = 0;

	if (slot >= matrix->n_slots)
		return 0;
	covered_us = slice->until_us - slice->from_us;
	matrix->covered_s[at] += (double)(covered_us < slice->present_us ? covered_us : slice->present_us) / 1e6;
	if (matrix->covered_s[at] > (double)matrix->slot_us / 1e6)
		matrix->covered_s[at] = (double)matrix->slot_us / 1e6;
	while (code == 0 && history_scope_thread(&m->scope, slice, &bytes, &thread))
		code = add_thread(m, &thread, &matrix->total_s[at], &native);
	matrix->kinds[slot] |= native ? 1 : 0;
	if (slice->rate_mhz > matrix->kinds[slot] >> 1)
		matrix->kinds[slot] = (uint32_t)(slice->rate_mhz << 1) | (matrix->kinds[slot] & 1);
	return code < 0 ? code : flush(m, host, slot);
}

/* Every host that has a slice in the interval. */
static int find_hosts(struct matrix_making *m)
{
	const struct history *h = m->scope.history;
	struct history_matrix *matrix = m->matrix;

	matrix->hosts = calloc(h->hosts.n + 2, sizeof(*matrix->hosts));
	m->host_of = calloc(h->names.strings.list.n + 1, sizeof(*m->host_of));
	if (!matrix->hosts || !m->host_of)
		return SCRAPE_ENOMEM;
	VEC_EACH (slice, &h->slices) {
		if (!history_scope_has(&m->scope, slice) || m->host_of[slice->host])
			continue;
		matrix->hosts[matrix->n_hosts] = strdup(history_host_text(h, slice->host));
		if (!matrix->hosts[matrix->n_hosts])
			return SCRAPE_ENOMEM;
		m->host_of[slice->host] = (uint32_t)++matrix->n_hosts;
	}
	matrix->covered_s = calloc(matrix->n_hosts * matrix->n_slots + 1, sizeof(double));
	matrix->total_s = calloc(matrix->n_hosts * matrix->n_slots + 1, sizeof(double));
	matrix->kinds = calloc(matrix->n_slots + 1, sizeof(uint32_t));
	return matrix->covered_s && matrix->total_s && matrix->kinds ? 0 : SCRAPE_ENOMEM;
}

static int compare_cells(const void *a, const void *b)
{
	const struct matrix_cell *x = a, *y = b;

	if (x->function != y->function)
		return x->function < y->function ? -1 : 1;
	if (x->host != y->host)
		return x->host < y->host ? -1 : 1;
	return x->slot < y->slot ? -1 : x->slot > y->slot;
}

/* By function; a place that has two slices (one came late) becomes one. */
static void sort_cells(struct history_matrix *matrix)
{
	struct matrix_cell *cells = matrix->cells.items;
	size_t n = 0;

	if (matrix->cells.n > 1)
		qsort(cells, matrix->cells.n, sizeof(*cells), compare_cells);
	for (size_t i = 0; i < matrix->cells.n; i++) {
		if (n > 0 && compare_cells(&cells[n - 1], &cells[i]) == 0) {
			cells[n - 1].self_s += cells[i].self_s;
			cells[n - 1].total_s += cells[i].total_s;
		} else {
			cells[n++] = cells[i];
		}
	}
	matrix->cells.n = n;
}

static int fill(struct matrix_making *m)
{
	const struct history *h = m->scope.history;
	int code = find_hosts(m);

	VEC_EACH (slice, &h->slices)
		if (code == 0 && history_scope_has(&m->scope, slice))
			code = add_slice(m, slice);
	sort_cells(m->matrix);
	return code;
}

static void making_deinit(struct matrix_making *m)
{
	history_scope_deinit(&m->scope);
	VEC_DEINIT(&m->self);
	VEC_DEINIT(&m->total);
	VEC_DEINIT(&m->touched);
	VEC_DEINIT(&m->is_touched);
	free(m->host_of);
}

int matrix_make(const struct history *h, const struct history_query *query,
		int (*add_row)(struct matrix_making *m, struct matrix_row *row), void *owner,
		struct history_matrix *ret, struct err *err)
{
	struct history_matrix matrix = {.slot_us = h->slice_us};
	struct matrix_making m = {.matrix = &matrix, .mode = query->show.mode, .owner = owner, .add_row = add_row};
	int code = history_scope_init(&m.scope, h, query, err);

	if (code == 0) {
		matrix.span = m.scope.span;
		matrix.n_slots = (size_t)((matrix.span.until_us - matrix.span.from_us + h->slice_us - 1) / h->slice_us);
		code = fill(&m);
		matrix.span = m.scope.span; /* now with its sums */
		if (code < 0)
			(void)err_set(err, code,
				      code == SCRAPE_ELIMIT ? "that is too much to compare: choose less"
							    : "out of memory");
	}
	making_deinit(&m);
	if (code < 0)
		history_matrix_deinit(&matrix);
	else
		*ret = matrix;
	return code;
}

void history_matrix_deinit(struct history_matrix *matrix)
{
	for (size_t i = 0; i < matrix->n_hosts; i++)
		free(matrix->hosts[i]);
	free(matrix->hosts);
	free(matrix->covered_s);
	free(matrix->total_s);
	free(matrix->kinds);
	VEC_DEINIT(&matrix->cells);
	*matrix = (struct history_matrix){0};
}
