/* SPDX-License-Identifier: MIT */
/* One side of a difference, by stratum and seen slot. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "compare/diff.h"
#include "compare/exposure.h"
#include "compare/strata.h"
#include "scrape.h"

static bool is_seen(const struct exposure *e, size_t slot)
{
	const struct compare_panel *panel = e->side->panel;

	for (size_t c = 0; c < panel->n_clusters; c++)
		if (e->stratum_of[c] != STRATA_NONE && panel->covered[compare_panel_at(panel, c, slot)] > 0)
			return true;
	return false;
}

static int rank_slots(struct exposure *e)
{
	size_t n_slots = e->side->panel->n_slots;

	e->rank = malloc(n_slots * sizeof(*e->rank));
	if (!e->rank)
		return SCRAPE_ENOMEM;
	memset(e->rank, 0xff, n_slots * sizeof(*e->rank));
	for (size_t slot = e->side->from; slot < e->side->until; slot++)
		if (is_seen(e, slot))
			e->rank[slot] = (uint32_t)e->n++;
	return 0;
}

static void add_cluster(struct exposure *e, size_t cluster)
{
	const struct compare_panel *panel = e->side->panel;
	size_t stratum = e->stratum_of[cluster];

	for (size_t slot = e->side->from; slot < e->side->until; slot++) {
		size_t from = compare_panel_at(panel, cluster, slot), to = stratum * e->n + e->rank[slot];

		if (e->rank[slot] == EXPOSURE_NONE)
			continue;
		e->slots[EXPOSURE_SHARE][to] += panel->total[from];
		e->slots[EXPOSURE_CORES][to] += panel->covered[from];
		e->sums[EXPOSURE_SHARE][stratum] += panel->total[from];
		e->sums[EXPOSURE_CORES][stratum] += panel->covered[from];
	}
}

int exposure_init(struct exposure *e, const struct compare_side *side, const uint32_t *stratum_of, size_t n_strata)
{
	*e = (struct exposure){.side = side, .stratum_of = stratum_of, .n_strata = n_strata};
	if (rank_slots(e) < 0)
		return SCRAPE_ENOMEM;
	for (int unit = 0; unit < EXPOSURE_UNITS; unit++) {
		e->slots[unit] = calloc(n_strata * e->n + 1, sizeof(double));
		e->sums[unit] = calloc(n_strata, sizeof(double));
		e->leverage[unit] = calloc(e->n + 1, sizeof(double));
		if (!e->slots[unit] || !e->sums[unit] || !e->leverage[unit])
			return SCRAPE_ENOMEM;
	}
	e->cpu = calloc(n_strata * e->n + 1, sizeof(double));
	e->cpu_sums = calloc(n_strata, sizeof(double));
	e->influence = calloc(e->n + 1, sizeof(double));
	if (!e->cpu || !e->cpu_sums || !e->influence)
		return SCRAPE_ENOMEM;
	for (size_t c = 0; c < side->panel->n_clusters; c++)
		if (stratum_of[c] != STRATA_NONE)
			add_cluster(e, c);
	return 0;
}

void exposure_deinit(struct exposure *e)
{
	for (int unit = 0; unit < EXPOSURE_UNITS; unit++) {
		free(e->slots[unit]);
		free(e->sums[unit]);
		free(e->leverage[unit]);
	}
	free(e->rank);
	free(e->cpu);
	free(e->cpu_sums);
	free(e->influence);
	*e = (struct exposure){0};
}

void exposure_weigh(struct exposure *e, enum exposure_unit unit, const double *weights)
{
	for (size_t s = 0; s < e->n_strata; s++)
		for (size_t i = 0; weights[s] > 0 && i < e->n; i++)
			e->leverage[unit][i] += weights[s] * e->slots[unit][s * e->n + i] / e->sums[unit][s];
}

/* Where a cell belongs, or false: its slot or cluster takes no part. */
static bool place(const struct exposure *e, const struct compare_cell *cell, size_t *stratum_ret, size_t *rank_ret)
{
	*stratum_ret = e->stratum_of[cell->cluster];
	*rank_ret = e->rank[cell->slot];
	return *stratum_ret != STRATA_NONE && *rank_ret != EXPOSURE_NONE;
}

void exposure_load(struct exposure *e, size_t function)
{
	const struct compare_panel *panel = e->side->panel;
	size_t stratum, rank;

	for (size_t i = panel->starts[function]; i < panel->starts[function + 1]; i++)
		if (place(e, &panel->cells[i], &stratum, &rank)) {
			e->cpu[stratum * e->n + rank] += panel->cells[i].cpu_s;
			e->cpu_sums[stratum] += panel->cells[i].cpu_s;
		}
}

void exposure_unload(struct exposure *e, size_t function)
{
	const struct compare_panel *panel = e->side->panel;
	size_t stratum, rank;

	for (size_t i = panel->starts[function]; i < panel->starts[function + 1]; i++)
		if (place(e, &panel->cells[i], &stratum, &rank)) {
			e->cpu[stratum * e->n + rank] = 0;
			e->cpu_sums[stratum] = 0;
		}
}

double exposure_ratio(struct exposure *e, enum exposure_unit unit, const double *weights)
{
	double ratio = 0;

	memset(e->influence, 0, e->n * sizeof(*e->influence));
	for (size_t s = 0; s < e->n_strata; s++) {
		const double *cpu = e->cpu + s * e->n, *slots = e->slots[unit] + s * e->n;
		double own, weight;

		if (e->cpu_sums[s] == 0 || weights[s] == 0)
			continue;
		own = e->cpu_sums[s] / e->sums[unit][s];
		weight = weights[s] / e->sums[unit][s];
		ratio += weights[s] * own;
		for (size_t i = 0; i < e->n; i++)
			e->influence[i] += weight * (cpu[i] - own * slots[i]);
	}
	return ratio;
}
