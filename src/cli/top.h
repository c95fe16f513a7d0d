/* SPDX-License-Identifier: MIT */
/*
 * top: what `scrape top` knows and shows, without a terminal. Sums of one second each (cli/top_sum.h) go in; a window
 * over the newest of them slides along, so that what is shown is what happens now, and beside it everything since the
 * start is summed up. Keys change what is shown; the answer is a list of rows, sorted and filtered.
 *
 *	top_init(&top, 10);
 *	top_take(&top, &second);        at the end of each second
 *	top_key(&top, 'm', height);     when somebody pressed a key
 *	top_arrange(&top, height);      then top.rows is what is to be drawn (cli/top_page.h)
 *
 * Memory: TOP_WINDOW_MAX sums and one since the start, each with at most TOP_NAMES_MAX names.
 */
#ifndef CLI_TOP_H
#define CLI_TOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/vec.h"
#include "cli/top_names.h"
#include "cli/top_sum.h"
#include "profile/profile.h"

#define TOP_WINDOW_MAX 60   /* seconds */
#define TOP_THREADS_MAX 4096 /* kept since the start; beyond that those go that are gone */
#define TOP_FILTER_MAX 64   /* bytes */

enum top_sort { TOP_BY_SELF, TOP_BY_TOTAL, TOP_BY_NAME, TOP_BY_PLACE, TOP_SORTS };

/* Keys are characters (code points) and these. */
enum top_key_code {
	TOP_KEY_ESC = 27,
	TOP_KEY_BACKSPACE = 127,
	TOP_KEY_UP = 0x110000,
	TOP_KEY_DOWN,
	TOP_KEY_LEFT,
	TOP_KEY_RIGHT,
	TOP_KEY_PAGE_UP,
	TOP_KEY_PAGE_DOWN,
	TOP_KEY_HOME,
	TOP_KEY_END,
	TOP_KEY_NONE, /* one that means nothing */
};

/* Of the thread view: `name` is the innermost function; self is CPU time, total time with the GIL. */
struct top_row {
	const struct top_thread *thread; /* NULL in the other views */
	uint32_t name;
	uint64_t self_ns, total_ns;
};

struct top_view {
	enum profile_mode mode;
	enum top_merge merge;
	bool threads;
	bool since;       /* everything since the start, not the window */
	bool paused, help;
	bool typing;      /* keys go to the filter */
	bool full_filenames;
	enum top_sort sort;
	bool upside_down; /* least first */
	char filter[TOP_FILTER_MAX + 1];
	size_t scroll;    /* rows above the first one shown */
};

/* What was found so far, as the header tells it. */
struct top_about {
	char title[128];   /* "app.py (pid 42)", "3 processes" */
	char runtime[128]; /* "CPython 3.12.1"; of a daemon its URL */
	char message[512]; /* the newest remark of the sampler */
	uint64_t elapsed_ns;
	double rate_asked; /* 0: max */
	bool ended;
	bool remote;       /* a daemon tells: what only a sampler knows is not known */
};

struct top {
	struct top_view view;
	struct top_about about;
	struct top_names names;
	size_t window; /* seconds */
	struct {
		struct top_sum *items; /* the newest `window` sums, the next one to be overwritten at `at` */
		size_t n, at;
	} ring;
	struct top_sum all;            /* since the start or the last reset */
	struct top_sum recent, paused; /* the window; what `all` was when the pause began */
	bool replaced;                 /* sums come whole: `recent` is the newest of them */
	VEC(struct top_row) rows;
	size_t n_all;                  /* rows without the filter */
};

/* window: 1 to TOP_WINDOW_MAX. 0 or SCRAPE_ENOMEM. */
int top_init(struct top *top, size_t window);
void top_deinit(struct top *top);

/* Takes the sum of a second and leaves another in its place, to be cleared. 0 or SCRAPE_ENOMEM. */
int top_take(struct top *top, struct top_sum *second);

/* Shows this sum instead of all before, and leaves another in its place. While it is paused nothing happens. */
void top_replace(struct top *top, struct top_sum *sum);

/* What a key does; `height` rows of the table can be seen. False: the viewer wants to quit. */
bool top_key(struct top *top, uint32_t key, size_t height);

/* Makes `rows` of what is there; never scrolls past the last row. 0 or SCRAPE_ENOMEM. */
int top_arrange(struct top *top, size_t height);

/* The sum that is shown. */
const struct top_sum *top_shown(const struct top *top);

#endif
