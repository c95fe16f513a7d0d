/* SPDX-License-Identifier: MIT */
/* Slots at a ceiling. */
#include <stddef.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "compare/ceiling.h"
#include "compare/panel.h"
#include "scrape.h"

#define MOST 0.8        /* of the slots are at the ceiling */
#define NEAR_LIMIT 0.95 /* of what is given */
#define NEAR_HIGHEST 0.98
#define HIGHEST 0.99 /* the quantile of a host's slots */

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Cores of the seen slots of a host, sorted. */
static size_t sort_host(const struct compare_panel *panel, size_t cluster, double *cores)
{
	size_t n = 0;

	for (size_t slot = 0; slot < panel->n_slots; slot++) {
		size_t at = compare_panel_at(panel, cluster, slot);

		if (panel->covered[at] > 0)
			cores[n++] = panel->total[at] / panel->covered[at];
	}
	qsort(cores, n, sizeof(*cores), compare);
	return n;
}

int ceiling_is_met(const struct compare_panel *panel, double limit_cores, bool *ret)
{
	_cleanup_free_ double *cores = calloc(panel->n_slots, sizeof(*cores));
	size_t seen = 0, high = 0;

	if (!cores)
		return SCRAPE_ENOMEM;
	for (size_t c = 0; c < panel->n_clusters; c++) {
		size_t n = sort_host(panel, c, cores);
		double near;

		if (n == 0)
			continue;
		near = limit_cores > 0 ? NEAR_LIMIT * limit_cores
				       : NEAR_HIGHEST * cores[(size_t)(HIGHEST * (double)(n - 1))];
		seen += n;
		for (size_t i = n; i > 0 && cores[i - 1] >= near && cores[i - 1] > 0; i--)
			high++;
	}
	*ret = (double)high >= MOST * (double)seen && seen > 0;
	return 0;
}
