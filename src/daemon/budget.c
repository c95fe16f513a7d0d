/* SPDX-License-Identifier: MIT */
/* budget: what looking may cost. */
#include "daemon/budget.h"

#define RAISE_PERCENT 75 /* of a budget: a rate that comes back must not be taken away at once */

/* Half as often: the cost that is left is the estimate of the next window's. Returns what is saved. */
static uint64_t lower(struct budget_item *item)
{
	uint64_t saved = item->cost_ns / 2;

	item->divisor = item->divisor > item->most / 2 ? item->most : item->divisor * 2;
	item->cost_ns -= saved;
	item->changed = true;
	return saved;
}

/* Both are measured, each in its own way: the parts may be more than the whole. */
static uint64_t less(uint64_t total_ns, uint64_t saved_ns)
{
	return total_ns > saved_ns ? total_ns - saved_ns : 0;
}

static bool may_lower(const struct budget_item *item)
{
	return item->divisor < item->most && item->cost_ns > 0;
}

/* The dearest first, in steps: after each pass the largest cost is half of what it was. */
static uint64_t lower_all(struct budget_item *items, size_t n, uint64_t total_ns, uint64_t limit_ns)
{
	uint64_t most = 1;

	while (total_ns > limit_ns && most > 0) {
		most = 0;
		for (size_t i = 0; i < n; i++)
			if (may_lower(&items[i]) && items[i].cost_ns > most)
				most = items[i].cost_ns;
		for (size_t i = 0; i < n && total_ns > limit_ns; i++)
			if (may_lower(&items[i]) && items[i].cost_ns > most / 2)
				total_ns = less(total_ns, lower(&items[i]));
	}
	return total_ns;
}

static uint64_t share(uint64_t window_ns, unsigned permille)
{
	return permille ? window_ns / 1000 * permille : UINT64_MAX;
}

static uint64_t below(uint64_t limit)
{
	return limit == UINT64_MAX ? limit : limit / 100 * RAISE_PERCENT;
}

void budget_decide(struct budget_item *items, size_t n, uint64_t total_ns, const struct budget_limits *limits)
{
	uint64_t one = share(limits->window_ns, limits->target_permille);
	uint64_t all = share(limits->window_ns, limits->permille);

	for (size_t i = 0; i < n; i++) {
		items[i].changed = false;
		if (items[i].cost_ns > one && items[i].divisor < items[i].most)
			total_ns = less(total_ns, lower(&items[i]));
	}
	total_ns = lower_all(items, n, total_ns, all);
	for (size_t i = 0; limits->may_raise && i < n; i++) {
		struct budget_item *item = &items[i];

		if (item->changed || item->divisor <= item->least || item->cost_ns > below(one) / 2 ||
		    total_ns > below(all) || item->cost_ns > below(all) - total_ns)
			continue;
		total_ns += item->cost_ns;
		item->divisor = item->divisor / 2 < item->least ? item->least : item->divisor / 2;
		item->changed = true;
	}
}
