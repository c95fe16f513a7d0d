/* SPDX-License-Identifier: MIT */
/*
 * history_matrix_functions: a matrix by function. What functions a stack has is worked out once for each stack; one
 * that calls itself has each row once.
 */
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "profile/history_matrix_private.h"
#include "profile/label.h"

/* The functions of a stack: places in a list, innermost first, each once. */
struct stack_functions {
	uint32_t begin, n;
	bool known, native;
};

struct by_function {
	const struct history *history;
	struct matrix_functions *functions;
	struct labels labels;
	struct id_list function_of; /* by frame: number of a function + 1 */
	struct id_list met;         /* functions of all stacks, one after the other */
	VEC(struct stack_functions) stacks;
	uint32_t gc, unknown; /* functions of their own */
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

static int function_of_frame(struct by_function *m, uint32_t frame, uint32_t *ret)
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

static bool has(const struct by_function *m, const struct stack_functions *s, uint32_t function)
{
	for (uint32_t i = 0; i < s->n; i++)
		if (m->met.items[s->begin + i] == function)
			return true;
	return false;
}

static int work_out(struct by_function *m, uint32_t stack, struct stack_functions *s)
{
	const struct history *h = m->history;
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

static int functions_of(struct by_function *m, uint32_t stack, struct stack_functions **ret)
{
	while (m->stacks.n <= stack)
		if (!VEC_PUSH(&m->stacks))
			return SCRAPE_ENOMEM;
	*ret = &m->stacks.items[stack];
	return (*ret)->known ? 0 : work_out(m, stack, *ret);
}

static int add_row(struct matrix_making *making, struct matrix_row *row)
{
	struct by_function *m = making->owner;
	struct stack_functions *s;
	uint32_t innermost;
	int code = functions_of(m, row->stack, &s);

	if (code < 0)
		return code;
	innermost = row->flags & SCRAPE_IN_GC ? m->gc : s->n > 0 ? m->met.items[s->begin] : m->unknown;
	code = matrix_add(making, innermost, row->seconds, MATRIX_SELF);
	if (code == 0 && (row->flags & SCRAPE_IN_GC || s->n == 0))
		code = matrix_add(making, innermost, row->seconds, MATRIX_TOTAL);
	for (uint32_t i = 0; i < s->n && code == 0; i++)
		code = matrix_add(making, m->met.items[s->begin + i], row->seconds, MATRIX_TOTAL);
	row->native = row->native || s->native;
	return code;
}

int history_matrix(const struct history *h, const struct history_query *query, struct matrix_functions *functions,
		   struct history_matrix *ret, struct err *err)
{
	const struct profile_query show = {.mode = query->show.mode, .by_function = true, .no_lines = true};
	struct by_function m = {.history = h, .functions = functions};
	int code = labels_init(&m.labels, &h->names, &show);

	if (code == 0)
		code = find_function(functions, SCRAPE_MARK_GC, SCRAPE_MARK_GC, "", &m.gc);
	if (code == 0)
		code = find_function(functions, SCRAPE_MARK_UNKNOWN, SCRAPE_MARK_UNKNOWN, "", &m.unknown);
	if (code == 0)
		code = matrix_make(h, query, add_row, &m, ret, err);
	else
		(void)err_set(err, code, "out of memory");
	labels_deinit(&m.labels);
	VEC_DEINIT(&m.function_of);
	VEC_DEINIT(&m.met);
	VEC_DEINIT(&m.stacks);
	return code;
}
