/* SPDX-License-Identifier: MIT */
/* Hosts of two sides, matched by their ids. */
#include <stdlib.h>

#include "compare/diff.h"
#include "compare/panel.h"
#include "compare/strata.h"
#include "scrape.h"

static bool is_present(const struct compare_side *side, size_t cluster)
{
	const struct compare_panel *panel = side->panel;

	if (side->clusters && !side->clusters[cluster])
		return false;
	for (size_t slot = side->from; slot < side->until; slot++)
		if (panel->covered[compare_panel_at(panel, cluster, slot)] > 0)
			return true;
	return false;
}

/* The cluster of this id that is present (has any stratum but NONE in `present`), or n_clusters. */
static size_t find(const struct compare_panel *panel, const uint32_t *present, uint64_t id)
{
	size_t i = 0;

	while (i < panel->n_clusters && (present[i] == STRATA_NONE || compare_panel_id(panel, i) != id))
		i++;
	return i;
}

/* Presence is marked with stratum 0, which is what it means if all are one stratum. */
static int mark_present(const struct compare_side *side, uint32_t **ret)
{
	uint32_t *of = calloc(side->panel->n_clusters, sizeof(*of));

	if (!of)
		return SCRAPE_ENOMEM;
	for (size_t i = 0; i < side->panel->n_clusters; i++)
		of[i] = is_present(side, i) ? 0 : STRATA_NONE;
	*ret = of;
	return 0;
}

static size_t count_pairs(const struct strata *strata, const struct compare_side *const sides[2])
{
	const struct compare_panel *base = sides[0]->panel, *comp = sides[1]->panel;
	size_t pairs = 0;

	for (size_t i = 0; i < base->n_clusters; i++)
		if (strata->of[0][i] != STRATA_NONE &&
		    find(comp, strata->of[1], compare_panel_id(base, i)) < comp->n_clusters)
			pairs++;
	return pairs;
}

static void match(struct strata *strata, const struct compare_side *const sides[2])
{
	const struct compare_panel *base = sides[0]->panel, *comp = sides[1]->panel;
	uint32_t next = 0;

	for (size_t i = 0; i < comp->n_clusters; i++)
		if (strata->of[1][i] != STRATA_NONE &&
		    find(base, strata->of[0], compare_panel_id(comp, i)) == base->n_clusters)
			strata->of[1][i] = STRATA_NONE;
	for (size_t i = 0; i < base->n_clusters; i++) {
		size_t twin;

		if (strata->of[0][i] == STRATA_NONE)
			continue;
		twin = find(comp, strata->of[1], compare_panel_id(base, i));
		strata->of[0][i] = twin < comp->n_clusters ? next : STRATA_NONE;
		if (twin < comp->n_clusters)
			strata->of[1][twin] = next++;
	}
}

static size_t count_present(const uint32_t *of, size_t n)
{
	size_t present = 0;

	for (size_t i = 0; i < n; i++)
		present += of[i] != STRATA_NONE;
	return present;
}

int strata_init(struct strata *strata, const struct compare_side *const sides[2])
{
	size_t pairs;

	*strata = (struct strata){.n = 1};
	for (int s = 0; s < 2; s++)
		if (mark_present(sides[s], &strata->of[s]) < 0)
			return SCRAPE_ENOMEM;
	pairs = count_pairs(strata, sides);
	for (int s = 0; s < 2; s++)
		strata->only[s] = count_present(strata->of[s], sides[s]->panel->n_clusters) - pairs;
	strata->pooled = pairs == 0;
	if (pairs > 0) {
		match(strata, sides);
		strata->n = pairs;
	}
	return 0;
}

void strata_deinit(struct strata *strata)
{
	for (int s = 0; s < 2; s++) {
		free(strata->of[s]);
		strata->of[s] = NULL;
	}
}
