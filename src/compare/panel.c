/* SPDX-License-Identifier: MIT */
/* Panels come from a store: they are checked once, so that nothing behind has to. */
#include <math.h>
#include <stdbool.h>

#include "base/err.h"
#include "compare/panel.h"
#include "scrape.h"

#define COVERED_SLACK 1.001 /* a slice may have been looked at some microseconds longer than it is long */

static bool is_amount(double value)
{
	return isfinite(value) && value >= 0;
}

static int check_sizes(const struct compare_panel *p, struct err *err)
{
	if (p->n_slots == 0 || p->n_slots > COMPARE_SLOTS_MAX)
		return err_set(err, SCRAPE_EINVAL, "%zu slots; 1 to %d can be compared", p->n_slots, COMPARE_SLOTS_MAX);
	if (p->n_clusters == 0 || p->n_clusters > COMPARE_CLUSTERS_MAX)
		return err_set(err, SCRAPE_EINVAL, "%zu hosts; 1 to %d can be compared", p->n_clusters,
			       COMPARE_CLUSTERS_MAX);
	if (p->n_clusters * p->n_slots > COMPARE_HOST_SLOTS_MAX)
		return err_set(err, SCRAPE_EINVAL, "%zu hosts with %zu slots are too many to be compared",
			       p->n_clusters, p->n_slots);
	if (p->n_functions == 0 || p->n_functions > COMPARE_FUNCTIONS_MAX)
		return err_set(err, SCRAPE_EINVAL, "%zu functions; 1 to %d can be compared", p->n_functions,
			       COMPARE_FUNCTIONS_MAX);
	if (!is_amount(p->slot_s) || p->slot_s == 0)
		return err_set(err, SCRAPE_EINVAL, "a slot of %g seconds", p->slot_s);
	if (!is_amount(p->period_s) || p->period_s == 0)
		return err_set(err, SCRAPE_EINVAL, "a look stands for %g seconds", p->period_s);
	return 0;
}

static int check_slots(const struct compare_panel *p, struct err *err)
{
	double covered = 0;

	for (size_t i = 0; i < p->n_clusters * p->n_slots; i++) {
		if (!is_amount(p->covered[i]) || p->covered[i] > p->slot_s * COVERED_SLACK)
			return err_set(err, SCRAPE_EINVAL, "%g covered seconds in a slot of %g", p->covered[i],
				       p->slot_s);
		if (!is_amount(p->total[i]) || (p->covered[i] == 0 && p->total[i] > 0))
			return err_set(err, SCRAPE_EINVAL, "%g CPU seconds in %g covered seconds", p->total[i],
				       p->covered[i]);
		covered += p->covered[i];
	}
	if (covered == 0)
		return err_set(err, SCRAPE_EINVAL, "nothing but gaps");
	return 0;
}

static int check_cells(const struct compare_panel *p, struct err *err)
{
	if (p->starts[0] != 0)
		return err_set(err, SCRAPE_EINVAL, "cells begin at %zu", p->starts[0]);
	for (size_t f = 0; f < p->n_functions; f++)
		if (p->starts[f] > p->starts[f + 1])
			return err_set(err, SCRAPE_EINVAL, "the cells of function %zu end before they begin", f);
	for (size_t i = 0; i < p->starts[p->n_functions]; i++) {
		const struct compare_cell *cell = &p->cells[i];

		if (cell->cluster >= p->n_clusters || cell->slot >= p->n_slots)
			return err_set(err, SCRAPE_EINVAL, "cell %zu is of host %u and slot %u", i, cell->cluster,
				       cell->slot);
		if (!is_amount(cell->cpu_s))
			return err_set(err, SCRAPE_EINVAL, "cell %zu has %g CPU seconds", i, cell->cpu_s);
		if (p->covered[compare_panel_at(p, cell->cluster, cell->slot)] == 0)
			return err_set(err, SCRAPE_EINVAL, "cell %zu lies in a gap", i);
	}
	return 0;
}

int compare_panel_check(const struct compare_panel *panel, struct err *err)
{
	int r = check_sizes(panel, err);

	if (r == 0)
		r = check_slots(panel, err);
	return r < 0 ? r : check_cells(panel, err);
}
