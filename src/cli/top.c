/* SPDX-License-Identifier: MIT */
/* top: the model of `scrape top`. */
#include "cli/top.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "scrape.h"

int top_init(struct top *top, size_t window)
{
	*top = (struct top){.window = window};
	top->ring.items = calloc(window, sizeof(*top->ring.items));
	return !top->ring.items || top_names_init(&top->names, 0) < 0 ? SCRAPE_ENOMEM : 0;
}

void top_deinit(struct top *top)
{
	for (size_t i = 0; top->ring.items && i < top->window; i++)
		top_sum_deinit(&top->ring.items[i]);
	free(top->ring.items);
	top->ring.items = NULL;
	top_sum_deinit(&top->all);
	top_sum_deinit(&top->recent);
	top_sum_deinit(&top->paused);
	top_names_deinit(&top->names);
	VEC_DEINIT(&top->rows);
}

/* Sums the window up. */
static int look_back(struct top *top)
{
	size_t n = top->ring.n;

	top_sum_clear(&top->recent);
	for (size_t i = 0; i < n; i++) /* the oldest first */
		if (top_sum_add(&top->recent, &top->ring.items[(top->ring.at + top->window - n + i) % top->window]) < 0)
			return SCRAPE_ENOMEM;
	return 0;
}

int top_take(struct top *top, struct top_sum *second)
{
	struct top_sum *slot = &top->ring.items[top->ring.at], other = *slot;
	uint64_t until_us = second->until_us;

	if (top_sum_add(&top->all, second) < 0)
		return SCRAPE_ENOMEM;
	*slot = *second;
	*second = other;
	top->ring.at = (top->ring.at + 1) % top->window;
	top->ring.n += top->ring.n < top->window;
	if (top->all.threads.n > TOP_THREADS_MAX)
		top_sum_drop_threads(&top->all, until_us);
	return top->view.paused ? 0 : look_back(top);
}

void top_replace(struct top *top, struct top_sum *sum)
{
	struct top_sum other = top->recent;

	if (top->view.paused)
		return;
	top->recent = *sum;
	*sum = other;
	top->replaced = true;
}

const struct top_sum *top_shown(const struct top *top)
{
	if (!top->view.since || top->replaced)
		return &top->recent;
	return top->view.paused ? &top->paused : &top->all;
}

static void reset(struct top *top)
{
	if (top->replaced) /* what a daemon has counted is not ours to forget */
		return;
	top_sum_clear(&top->all);
	top_sum_clear(&top->recent);
	top_sum_clear(&top->paused);
	top->ring.n = top->ring.at = 0;
	top->view.scroll = 0;
}

/* What is shown stays as it is. Sampling goes on: afterwards nothing is missing. */
static void pause_or_go_on(struct top *top)
{
	top->view.paused = !top->view.paused;
	top_sum_clear(&top->paused);
	if (!top->view.paused && !top->replaced)
		(void)look_back(top); /* without memory: at the end of the next second */
	else
		(void)top_sum_add(&top->paused, &top->all); /* without memory: less is shown */
}

/* Keys. */

static void type_filter(struct top_view *view, uint32_t key)
{
	size_t len = strlen(view->filter);
	struct buf text = BUF_INIT;

	switch (key) {
	case TOP_KEY_ESC:
		view->filter[0] = '\0';
		view->typing = false;
		return;
	case '\r':
	case '\n':
		view->typing = false;
		return;
	case '\b':
	case TOP_KEY_BACKSPACE:
		while (len > 0 && ((unsigned char)view->filter[--len] & 0xc0) == 0x80)
			;
		view->filter[len] = '\0';
		return;
	}
	if (key < ' ' || key >= TOP_KEY_UP)
		return;
	text_utf8(&text, key);
	if (!text.failed && len + text.len <= TOP_FILTER_MAX) {
		memcpy(view->filter + len, text.data, text.len);
		view->filter[len + text.len] = '\0';
	}
	buf_deinit(&text);
}

static void sort_by(struct top_view *view, enum top_sort sort)
{
	view->upside_down = view->sort == sort && !view->upside_down;
	view->sort = sort;
	view->scroll = 0;
}

static void move_sort(struct top_view *view, int step)
{
	view->sort = (enum top_sort)((view->sort + TOP_SORTS + step) % TOP_SORTS);
	view->upside_down = false;
	view->scroll = 0;
}

/* True if the key scrolls. top_arrange knows where the end is. */
static bool scroll(struct top_view *view, uint32_t key, size_t height)
{
	size_t page = height > 1 ? height - 1 : 1;

	switch (key) {
	case TOP_KEY_UP:
	case 'k':
		view->scroll -= view->scroll > 0;
		return true;
	case TOP_KEY_DOWN:
	case 'j':
		view->scroll++;
		return true;
	case TOP_KEY_PAGE_UP:
		view->scroll -= view->scroll < page ? view->scroll : page;
		return true;
	case TOP_KEY_PAGE_DOWN:
		view->scroll += page;
		return true;
	case TOP_KEY_HOME:
		view->scroll = 0;
		return true;
	case TOP_KEY_END:
		view->scroll = SIZE_MAX / 2;
		return true;
	}
	return false;
}

/* long: the table of keys. */
static void change_view(struct top *top, uint32_t key)
{
	struct top_view *view = &top->view;

	switch (key) {
	case 'm':
		view->mode = (enum profile_mode)((view->mode + 1) % TOP_MODES);
		break;
	case 't':
		view->threads = !view->threads;
		view->scroll = 0;
		break;
	case 'l':
		view->merge = view->merge == TOP_LINES ? TOP_FUNCTIONS : TOP_LINES;
		break;
	case 'i':
		view->since = !view->since;
		break;
	case 's':
		sort_by(view, TOP_BY_SELF);
		break;
	case 'T':
		sort_by(view, TOP_BY_TOTAL);
		break;
	case '<':
	case TOP_KEY_LEFT:
		move_sort(view, -1);
		break;
	case '>':
	case TOP_KEY_RIGHT:
		move_sort(view, 1);
		break;
	case '/':
		view->typing = true;
		view->scroll = 0;
		break;
	case TOP_KEY_ESC:
		view->filter[0] = '\0';
		break;
	case ' ':
		pause_or_go_on(top);
		break;
	case 'r':
		reset(top);
		break;
	case 'h':
	case '?':
		view->help = true;
		break;
	}
}

bool top_key(struct top *top, uint32_t key, size_t height)
{
	struct top_view *view = &top->view;

	if (key == TOP_KEY_NONE)
		return true;
	if (view->help) { /* any key leaves it */
		view->help = false;
		return true;
	}
	if (scroll(view, view->typing && key < TOP_KEY_UP ? TOP_KEY_NONE : key, height))
		return true;
	if (view->typing)
		type_filter(view, key);
	else if (key == 'q')
		return false;
	else
		change_view(top, key);
	return true;
}

/* Rows. */

static bool passes(const struct top *top, const struct top_row *row)
{
	const char *filter = top->view.filter;

	if (!filter[0])
		return true;
	if (row->thread && (strcasestr(row->thread->name, filter) || strcasestr(row->thread->process, filter)))
		return true;
	return strcasestr(top_names_function(&top->names, row->name), filter) ||
	       strcasestr(top_names_file(&top->names, row->name, top->view.full_filenames), filter);
}

static int add_row(struct top *top, const struct top_row *row)
{
	struct top_row *place;

	top->n_all++;
	if (!passes(top, row))
		return 0;
	place = VEC_PUSH(&top->rows);
	if (!place)
		return SCRAPE_ENOMEM;
	*place = *row;
	return 0;
}

static int add_rows(struct top *top, const struct top_sum *sum)
{
	const struct top_view *view = &top->view;
	int code = 0;

	if (view->threads) {
		VEC_EACH (thread, &sum->threads)
			if (code == 0)
				code = add_row(top, &(struct top_row){.thread = thread,
								      .name = thread->leaf,
								      .self_ns = thread->ns[PROFILE_CPU],
								      .total_ns = thread->ns[PROFILE_GIL]});
		return code;
	}
	VEC_EACH (item, &sum->items[view->merge].list)
		if (code == 0 && item->total_ns[view->mode] > 0)
			code = add_row(top, &(struct top_row){.name = item->name,
							      .self_ns = item->self_ns[view->mode],
							      .total_ns = item->total_ns[view->mode]});
	return code;
}

static int compare_numbers(uint64_t a, uint64_t b)
{
	return a < b ? 1 : a > b ? -1 : 0; /* the largest first */
}

static int compare_names(const struct top *top, const struct top_row *a, const struct top_row *b)
{
	int order = 0;

	if (a->thread && b->thread) {
		order = strcmp(a->thread->name, b->thread->name);
		if (order == 0)
			return a->thread->tid < b->thread->tid ? -1 : a->thread->tid > b->thread->tid;
	}
	if (order == 0)
		order = strcmp(top_names_function(&top->names, a->name), top_names_function(&top->names, b->name));
	return order;
}

static int compare_places(const struct top *top, const struct top_row *a, const struct top_row *b)
{
	uint32_t x = top_names_line(&top->names, a->name), y = top_names_line(&top->names, b->name);
	int order = strcmp(top_names_file(&top->names, a->name, true), top_names_file(&top->names, b->name, true));

	return order ? order : x < y ? -1 : x > y;
}

/* What is equal is told apart by name and place, so that nothing jumps about. */
static int compare_rows(const void *left, const void *right, void *ctx)
{
	const struct top_row *a = left, *b = right;
	const struct top *top = ctx;
	int order = 0, numbers;

	switch (top->view.sort) {
	case TOP_BY_SELF:
		order = compare_numbers(a->self_ns, b->self_ns);
		break;
	case TOP_BY_TOTAL:
		order = compare_numbers(a->total_ns, b->total_ns);
		break;
	case TOP_BY_NAME:
		order = compare_names(top, a, b);
		break;
	case TOP_BY_PLACE:
		order = compare_places(top, a, b);
		break;
	case TOP_SORTS:
		break;
	}
	if (order)
		return top->view.upside_down ? -order : order;
	numbers = compare_numbers(a->self_ns, b->self_ns);
	if (numbers == 0)
		numbers = compare_numbers(a->total_ns, b->total_ns);
	order = numbers ? numbers : compare_names(top, a, b);
	return order ? order : compare_places(top, a, b);
}

int top_arrange(struct top *top, size_t height)
{
	size_t last;

	top->rows.n = top->n_all = 0;
	if (add_rows(top, top_shown(top)) < 0)
		return SCRAPE_ENOMEM;
	if (top->rows.n > 1)
		qsort_r(top->rows.items, top->rows.n, sizeof(*top->rows.items), compare_rows, top);
	last = top->rows.n > height ? top->rows.n - height : 0;
	if (top->view.scroll > last)
		top->view.scroll = last;
	return 0;
}
