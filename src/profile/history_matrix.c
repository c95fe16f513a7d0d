/* SPDX-License-Identifier: MIT */
/*
 * history_matrix: rows of slices, summed up by function. What functions a stack has is worked out once for each stack;
 * one that calls itself has each row once.
 */
#include "profile/history_matrix.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "profile/history_range.h"
#include "profile/label.h"

#define CELLS_MAX (1u << 26)

/* The functions of a stack: places in a list, innermost first, each once. */
struct stack_functions {
	uint32_t begin, n;
	bool known, native;
};

struct making {
	struct history_scope scope;
	const struct history_query *query;
	struct labels labels;
	struct matrix_functions *functions;
	struct history_matrix *matrix;
	struct id_list function_of; /* by frame: number of a function + 1 */
	struct id_list met;         /* functions of all stacks, one after the other */
	VEC(struct stack_functions) stacks;
	uint32_t *host_of;       /* by number of a string: its place + 1 */
	uint32_t gc, unknown;    /* functions of their own */
	VEC(double) self, total; /* by function, of the slice in hand */
	struct id_list touched;  /* functions of the slice in hand */
	VEC(bool) is_touched;
};

void matrix_functions_deinit(struct matrix_functions *functions)
{
	strings_deinit(&functions->texts);
	strings_deinit(&functions->others);
	VEC_DEINIT(&functions->list);
}

static const char *keep_text(struct matrix_functions *f, const char *text)
{
	uint32_t number;

	return strings_add(&f->others, text, strlen(text), &number) < 0 ? NULL : f->others.list.items[number].text;
}

static int find_function(struct matrix_functions *f, const char *text, const char *function, const char *file,
			 uint32_t *ret)
{
	struct matrix_function *place;

	if (strings_add(&f->texts, text, strlen(text), ret) < 0)
		return SCRAPE_ENOMEM;
	if (*ret < f->list.n)
		return 0;
	place = VEC_PUSH(&f->list);
	if (!place)
		return SCRAPE_ENOMEM;
	place->text = f->texts.list.items[*ret].text;
	place->function = keep_text(f, function);
	place->file = keep_text(f, file);
	return place->function && place->file ? 0 : SCRAPE_ENOMEM;
}

static int function_of_frame(struct making *m, uint32_t frame, uint32_t *ret)
{
	const struct tree_name *name;
	uint32_t number;
	int code = 0;

	while (m->function_of.n <= frame)
		if (id_add(&m->function_of, 0) < 0)
			return SCRAPE_ENOMEM;
	if (!m->function_of.items[frame]) {
		code = labels_frame(&m->labels, frame, &number);
		if (code < 0)
			return code;
		name = &m->labels.names.items[number];
		code = find_function(m->functions, name->text, name->function, name->file, ret);
		m->function_of.items[frame] = code == 0 ? *ret + 1 : 0;
	}
	*ret = m->function_of.items[frame] - 1;
	return code;
}

static bool has(const struct making *m, const struct stack_functions *s, uint32_t function)
{
	for (uint32_t i = 0; i < s->n; i++)
		if (m->met.items[s->begin + i] == function)
			return true;
	return false;
}

static int work_out(struct making *m, uint32_t stack, struct stack_functions *s)
{
	const struct history *h = m->scope.history;
	int code = 0;

	s->begin = (uint32_t)m->met.n;
	s->known = true;
	for (uint32_t at = h->stacks.items[stack]; at != TRIE_ROOT && code == 0;
	     at = h->names.trie.nodes.items[at].parent) {
		uint32_t frame = h->names.trie.nodes.items[at].label, function;

		code = function_of_frame(m, frame, &function);
		s->native = s->native || frames_at(&h->names.frames, frame)->kind == STREAM_FRAME_NATIVE;
		if (code == 0 && !has(m, s, function)) {
			code = id_add(&m->met, function);
			s->n++;
		}
	}
	return code;
}

static int functions_of(struct making *m, uint32_t stack, struct stack_functions **ret)
{
	while (m->stacks.n <= stack)
		if (!VEC_PUSH(&m->stacks))
			return SCRAPE_ENOMEM;
	*ret = &m->stacks.items[stack];
	return (*ret)->known ? 0 : work_out(m, stack, *ret);
}

static int add(struct making *m, uint32_t function, double seconds, bool self)
{
	while (m->self.n <= function)
		if (!VEC_PUSH(&m->self) || !VEC_PUSH(&m->total) || !VEC_PUSH(&m->is_touched))
			return SCRAPE_ENOMEM;
	if (!m->is_touched.items[function]) {
		if (id_add(&m->touched, function) < 0)
			return SCRAPE_ENOMEM;
		m->is_touched.items[function] = true;
	}
	*(self ? &m->self.items[function] : &m->total.items[function]) += seconds;
	return 0;
}

static int add_row(struct making *m, uint32_t stack, uint32_t flags, double seconds, bool *native)
{
	struct stack_functions *s;
	uint32_t innermost;
	int code = functions_of(m, stack, &s);

	if (code < 0)
		return code;
	innermost = flags & SCRAPE_IN_GC ? m->gc : s->n > 0 ? m->met.items[s->begin] : m->unknown;
	code = add(m, innermost, seconds, true);
	if (code == 0 && (flags & SCRAPE_IN_GC || s->n == 0))
		code = add(m, innermost, seconds, false);
	for (uint32_t i = 0; i < s->n && code == 0; i++)
		code = add(m, m->met.items[s->begin + i], seconds, false);
	*native = *native || s->native;
	return code;
}

static int add_thread(struct making *m, const struct pack_thread *thread, double *total, bool *native)
{
	enum profile_mode mode = m->query->show.mode;
	uint64_t value = pack_unseen(thread, mode);
	struct pack_values values;
	int code = value ? add_row(m, HISTORY_STACK_UNSEEN, 0, (double)value / 1e9, native) : 0;

	*total += (double)value / 1e9;
	pack_values_init(&values, thread, mode);
	while (code == 0 && pack_next_value(&values, &value)) {
		if (value == 0)
			continue;
		code = add_row(m, values.row.stack, values.row.flags, (double)value / 1e9, native);
		*total += (double)value / 1e9;
	}
	return code;
}

static int flush(struct making *m, uint32_t host, uint32_t slot)
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

static int add_slice(struct making *m, const struct history_slice *slice)
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
static int find_hosts(struct making *m)
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

static int fill(struct making *m)
{
	const struct history *h = m->scope.history;
	int code = find_hosts(m);

	if (code == 0)
		code = find_function(m->functions, SCRAPE_MARK_GC, SCRAPE_MARK_GC, "", &m->gc);
	if (code == 0)
		code = find_function(m->functions, SCRAPE_MARK_UNKNOWN, SCRAPE_MARK_UNKNOWN, "", &m->unknown);
	VEC_EACH (slice, &h->slices)
		if (code == 0 && history_scope_has(&m->scope, slice))
			code = add_slice(m, slice);
	sort_cells(m->matrix);
	return code;
}

static void making_deinit(struct making *m)
{
	history_scope_deinit(&m->scope);
	labels_deinit(&m->labels);
	VEC_DEINIT(&m->function_of);
	VEC_DEINIT(&m->met);
	VEC_DEINIT(&m->stacks);
	VEC_DEINIT(&m->self);
	VEC_DEINIT(&m->total);
	VEC_DEINIT(&m->touched);
	VEC_DEINIT(&m->is_touched);
	free(m->host_of);
}

int history_matrix(const struct history *h, const struct history_query *query, struct matrix_functions *functions,
		   struct history_matrix *ret, struct err *err)
{
	const struct profile_query show = {.mode = query->show.mode, .by_function = true, .no_lines = true};
	struct history_matrix matrix = {.slot_us = h->slice_us};
	struct making m = {.query = query, .functions = functions, .matrix = &matrix};
	int code = history_scope_init(&m.scope, h, query, err);

	if (code == 0) {
		matrix.span = m.scope.span;
		matrix.n_slots = (size_t)((matrix.span.until_us - matrix.span.from_us + h->slice_us - 1) / h->slice_us);
		code = labels_init(&m.labels, &h->names, &show);
		if (code == 0)
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
