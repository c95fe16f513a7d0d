/* SPDX-License-Identifier: MIT */
/* Binary segmentation of one function, then a closer look at each change between its neighbours. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/vec.h"
#include "compare/change.h"
#include "compare/hunt.h"
#include "compare/report.h"
#include "compare/step.h"
#include "scrape.h"

#define BINS_MIN 12  /* fewer are not split any more: their variance is not known */
#define REFINE_MAX 8 /* times that all changes of a function are looked at again */

/* Bins that begin a new level, ascending, between the ends of the span. */
struct marks {
	size_t *items;
	size_t n, cap;
};

int hunt_init(struct hunt *hunt, const struct grid *grid, bool shares, struct compare_changes *ret)
{
	*hunt = (struct hunt){.grid = grid, .shares = shares, .ret = ret};
	hunt->cpu = calloc(grid->panel->n_clusters * grid->n + 1, sizeof(double));
	hunt->rest = calloc(grid->n + 1, sizeof(double));
	hunt->load = calloc(grid->n + 1, sizeof(double));
	hunt->left = calloc(grid->n + 1, sizeof(double));
	return hunt->cpu && hunt->rest && hunt->load && hunt->left ? 0 : SCRAPE_ENOMEM;
}

void hunt_deinit(struct hunt *hunt)
{
	free(hunt->cpu);
	free(hunt->rest);
	free(hunt->load);
	free(hunt->left);
	*hunt = (struct hunt){0};
}

/* The best step in a range of bins that exceeds the limit; .k and .until are bins of the grid; .k is 0 if there is
 * none. */
static int best_step(struct hunt *hunt, size_t from, size_t until, bool back, struct step *ret)
{
	__attribute__((cleanup(step_frame_deinit))) struct step_frame frame = {0};
	struct step_series series = {.rest = hunt->rest, .load = hunt->load};
	struct step step;

	if (step_frame_init(&frame, hunt->grid, from, until, hunt->shares) < 0)
		return SCRAPE_ENOMEM;
	step_series_fill(&frame, hunt->cpu, &series);
	step = step_fit(&frame, &series, back, hunt->left);
	if (step.k == 0 || step.statistic <= hunt->limit) {
		step.k = 0;
	} else {
		step.k += from;
		step.until += from;
	}
	*ret = step;
	return 0;
}

static int insert(struct marks *marks, size_t at, size_t bin)
{
	if (!VEC_PUSH(marks))
		return SCRAPE_ENOMEM;
	memmove(&marks->items[at + 1], &marks->items[at], (marks->n - 1 - at) * sizeof(*marks->items));
	marks->items[at] = bin;
	return 0;
}

static void drop(struct marks *marks, size_t at)
{
	marks->n--;
	memmove(&marks->items[at], &marks->items[at + 1], (marks->n - at) * sizeof(*marks->items));
}

/* marks begins with the ends of the span. Whatever lies between two marks is split as long as it can be. */
static int split(struct hunt *hunt, struct marks *marks)
{
	for (size_t i = 0; i + 1 < marks->n;) {
		struct step step = {0};

		if (marks->items[i + 1] - marks->items[i] >= BINS_MIN &&
		    best_step(hunt, marks->items[i], marks->items[i + 1], true, &step) < 0)
			return SCRAPE_ENOMEM;
		if (step.k == 0)
			i++;
		else if ((step.until < marks->items[i + 1] && insert(marks, i + 1, step.until) < 0) ||
			 insert(marks, i + 1, step.k) < 0)
			return SCRAPE_ENOMEM;
	}
	return 0;
}

/* Each mark between its neighbours again, which were not known when it was found. */
static int refine(struct hunt *hunt, struct marks *marks)
{
	bool moved = true;

	for (int times = 0; moved && times < REFINE_MAX; times++) {
		moved = false;
		for (size_t i = 1; i + 1 < marks->n; i++) {
			struct step step;

			if (best_step(hunt, marks->items[i - 1], marks->items[i + 1], false, &step) < 0)
				return SCRAPE_ENOMEM;
			moved = moved || step.k != marks->items[i];
			if (step.k == 0)
				drop(marks, i--);
			else
				marks->items[i] = step.k;
		}
	}
	return 0;
}

/* A run of steps in one direction may be one change that went from host to host. */
static int report_run(struct hunt *hunt, size_t function, const struct marks *marks, size_t from, size_t until)
{
	struct grid_span around = {marks->items[from - 1], marks->items[until]};
	bool done = false;

	if (until - from > 1 && report_rollout(hunt, function, around, &done) < 0)
		return SCRAPE_ENOMEM;
	for (size_t i = from; i < until && !done; i++) {
		around = (struct grid_span){marks->items[i - 1], marks->items[i + 1]};
		if (report_change(hunt, function, around, marks->items[i]) < 0)
			return SCRAPE_ENOMEM;
	}
	return 0;
}

static int report_all(struct hunt *hunt, size_t function, const struct marks *marks)
{
	size_t begin = 1;
	bool up = false;

	for (size_t i = 1; i + 1 < marks->n; i++) {
		struct step step;

		if (best_step(hunt, marks->items[i - 1], marks->items[i + 1], false, &step) < 0)
			return SCRAPE_ENOMEM;
		if (i > begin && up != (step.delta > 0)) {
			if (report_run(hunt, function, marks, begin, i) < 0)
				return SCRAPE_ENOMEM;
			begin = i;
		}
		up = step.delta > 0;
	}
	return begin + 1 < marks->n ? report_run(hunt, function, marks, begin, marks->n - 1) : 0;
}

int hunt_function(struct hunt *hunt, size_t function, struct grid_span span)
{
	struct marks marks = {0};
	int r = 0;

	grid_spread(hunt->grid, function, hunt->cpu);
	if (insert(&marks, 0, span.from) < 0 || insert(&marks, 1, span.until) < 0 || split(hunt, &marks) < 0 ||
	    refine(hunt, &marks) < 0 || report_all(hunt, function, &marks) < 0)
		r = SCRAPE_ENOMEM;
	VEC_DEINIT(&marks);
	return r;
}
