/* SPDX-License-Identifier: MIT */
/* Slots gathered in bins. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "compare/grid.h"
#include "compare/panel.h"
#include "scrape.h"

#define BINS 128

static bool is_seen(const struct compare_panel *panel, size_t slot)
{
	for (size_t c = 0; c < panel->n_clusters; c++)
		if (panel->covered[compare_panel_at(panel, c, slot)] > 0)
			return true;
	return false;
}

static bool same_segment(const struct compare_panel *panel, size_t a, size_t b)
{
	return !panel->segments || panel->segments[a] == panel->segments[b];
}

static void begin_span(struct grid *grid)
{
	grid->spans[grid->n_spans++] = (struct grid_span){grid->n, grid->n};
}

/* Forgets it if it is too short. */
static void end_span(struct grid *grid)
{
	const struct grid_span *span = &grid->spans[grid->n_spans - 1];

	if (span->until - span->from >= GRID_SPAN_MIN)
		return;
	for (size_t bin = span->from; bin < span->until; bin++)
		for (size_t slot = grid->first[bin]; slot <= grid->last[bin]; slot++)
			grid->bin_of[slot] = GRID_NONE;
	grid->n = span->from;
	grid->n_spans--;
}

static void add_slot(struct grid *grid, size_t slot, size_t *in_bin)
{
	if (*in_bin == 0) {
		grid->first[grid->n] = (uint32_t)slot;
		grid->spans[grid->n_spans - 1].until = ++grid->n;
	}
	grid->bin_of[slot] = (uint32_t)(grid->n - 1);
	grid->last[grid->n - 1] = (uint32_t)slot;
	*in_bin = (*in_bin + 1) % grid->slots_per_bin;
}

static void cut(struct grid *grid)
{
	const struct compare_panel *panel = grid->panel;
	size_t in_bin = 0, seen = 0;

	for (size_t slot = 0; slot < panel->n_slots; slot++)
		seen += is_seen(panel, slot);
	grid->slots_per_bin = (seen + BINS - 1) / BINS;
	for (size_t slot = 0; slot < panel->n_slots; slot++) {
		if (slot == 0 || !same_segment(panel, slot - 1, slot)) {
			if (slot > 0)
				end_span(grid);
			begin_span(grid);
			in_bin = 0;
		}
		if (is_seen(panel, slot))
			add_slot(grid, slot, &in_bin);
	}
	end_span(grid);
}

static void sum(struct grid *grid)
{
	const struct compare_panel *panel = grid->panel;

	for (size_t c = 0; c < panel->n_clusters; c++) {
		double seconds = 0, all = 0;

		for (size_t slot = 0; slot < panel->n_slots; slot++) {
			size_t from = compare_panel_at(panel, c, slot);

			if (panel->covered[from] == 0)
				continue;
			seconds += panel->covered[from];
			all += panel->total[from];
			if (grid->bin_of[slot] == GRID_NONE)
				continue;
			grid->covered[c * grid->n + grid->bin_of[slot]] += panel->covered[from];
			grid->total[c * grid->n + grid->bin_of[slot]] += panel->total[from];
		}
		grid->cores += seconds > 0 ? all / seconds : 0;
	}
}

int grid_init(struct grid *grid, const struct compare_panel *panel)
{
	size_t n = panel->n_slots;

	*grid = (struct grid){.panel = panel};
	grid->spans = calloc(n, sizeof(*grid->spans));
	grid->bin_of = malloc(n * sizeof(*grid->bin_of));
	grid->first = calloc(n, sizeof(*grid->first));
	grid->last = calloc(n, sizeof(*grid->last));
	if (!grid->spans || !grid->bin_of || !grid->first || !grid->last)
		return SCRAPE_ENOMEM;
	memset(grid->bin_of, 0xff, n * sizeof(*grid->bin_of));
	cut(grid);
	grid->covered = calloc(panel->n_clusters * grid->n + 1, sizeof(double));
	grid->total = calloc(panel->n_clusters * grid->n + 1, sizeof(double));
	grid->slot_total = malloc(panel->n_clusters * n * sizeof(double));
	if (!grid->covered || !grid->total || !grid->slot_total)
		return SCRAPE_ENOMEM;
	memcpy(grid->slot_total, panel->total, panel->n_clusters * n * sizeof(double));
	sum(grid);
	return 0;
}

void grid_deinit(struct grid *grid)
{
	free(grid->spans);
	free(grid->bin_of);
	free(grid->first);
	free(grid->last);
	free(grid->covered);
	free(grid->total);
	free(grid->slot_total);
	*grid = (struct grid){0};
}

void grid_spread(const struct grid *grid, size_t function, double *cpu)
{
	const struct compare_panel *panel = grid->panel;

	memset(cpu, 0, panel->n_clusters * grid->n * sizeof(*cpu));
	for (size_t i = panel->starts[function]; i < panel->starts[function + 1]; i++) {
		const struct compare_cell *cell = &panel->cells[i];

		if (grid->bin_of[cell->slot] != GRID_NONE)
			cpu[cell->cluster * grid->n + grid->bin_of[cell->slot]] += cell->cpu_s;
	}
}

static void subtract(double *from, double what)
{
	*from = what < *from ? *from - what : 0;
}

void grid_take_out(struct grid *grid, size_t function)
{
	const struct compare_panel *panel = grid->panel;

	for (size_t i = panel->starts[function]; i < panel->starts[function + 1]; i++) {
		const struct compare_cell *cell = &panel->cells[i];

		if (grid->bin_of[cell->slot] == GRID_NONE)
			continue;
		subtract(&grid->total[cell->cluster * grid->n + grid->bin_of[cell->slot]], cell->cpu_s);
		subtract(&grid->slot_total[compare_panel_at(panel, cell->cluster, cell->slot)], cell->cpu_s);
	}
}
