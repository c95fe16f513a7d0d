/* SPDX-License-Identifier: MIT */
/* plan: an interval in tiers. */
#include "store/plan.h"

#include "base/err.h"
#include "profile/history.h"
#include "scrape.h"

#define SLOTS_MAX 20000

/* From which length on sums are taken out of a tier: so that some hundred buckets are read. */
static const uint64_t long_s[STORE_TIERS] = {0, 20 * 60, 12 * 3600, 60 * 86400};

static uint64_t floor_to(uint64_t time_s, uint64_t step_s)
{
	return time_s - time_s % step_s;
}

static uint64_t ceil_to(uint64_t time_s, uint64_t step_s)
{
	return floor_to(time_s + step_s - 1, step_s);
}

/* The finest tier that is kept at a time, of those up to `coarsest`. STORE_TIERS: none. */
static size_t finest_at(const struct plan_tier *tiers, uint64_t time_s, size_t coarsest)
{
	for (size_t i = 0; i <= coarsest; i++)
		if (tiers[i].horizon_s <= time_s)
			return i;
	return STORE_TIERS;
}

static void add(struct plan *plan, size_t tier, uint64_t from_s, uint64_t until_s)
{
	struct plan_segment *last = plan->n ? &plan->segments[plan->n - 1] : NULL;

	if (from_s >= until_s)
		return;
	if (last && last->tier == tier && last->until_s == from_s)
		last->until_s = until_s;
	else if (plan->n < PLAN_SEGMENTS_MAX)
		plan->segments[plan->n++] = (struct plan_segment){tier, from_s, until_s};
}

/* In order of time: a finer edge, the whole buckets, a finer edge. Where no finer one is kept there is no edge: the
 * interval was snapped. */
static void fill(struct plan *plan, const struct plan_tier *tiers, size_t tier, size_t finest, uint64_t from_s,
		 uint64_t until_s)
{
	uint64_t step = tiers[tier].step_s, a, b;

	if (from_s >= until_s)
		return;
	if (tier == finest) {
		add(plan, tier, from_s, until_s);
		return;
	}
	a = ceil_to(from_s, step);
	b = floor_to(until_s, step);
	if (b > tiers[tier].rolled_s)
		b = floor_to(tiers[tier].rolled_s, step);
	if (a < tiers[tier - 1].horizon_s) /* of the edge there is nothing finer */
		a = floor_to(from_s, step);
	if (b < tiers[tier - 1].horizon_s && until_s <= tiers[tier].rolled_s) /* nor of this one */
		b = ceil_to(until_s, step);
	if (a >= b) {
		fill(plan, tiers, tier - 1, finest, from_s, until_s);
		return;
	}
	fill(plan, tiers, tier - 1, finest, from_s, a);
	add(plan, tier, a, b);
	fill(plan, tiers, tier - 1, finest, b, until_s);
}

static size_t wanted_tier(const struct plan_tier *tiers, uint64_t length_s, uint64_t step_s, size_t coarsest)
{
	for (size_t i = coarsest; i > 0; i--)
		if (step_s ? step_s % tiers[i].step_s == 0 : length_s >= long_s[i])
			return i;
	return 0;
}

/* A step that every tier in use has whole. */
static uint64_t lengthen(const struct plan_tier *tiers, uint64_t step_s, size_t finest)
{
	return step_s ? ceil_to(step_s, tiers[finest].step_s) : 0;
}

static void choose_grain(struct plan *plan, const struct plan_tier *tiers)
{
	plan->grain_s = tiers[0].step_s;
	for (size_t i = 0; i < plan->n; i++)
		if (tiers[plan->segments[i].tier].step_s > plan->grain_s)
			plan->grain_s = tiers[plan->segments[i].tier].step_s;
}

static size_t choose_tier(const struct plan_tier *tiers, const struct plan_question *q, uint64_t length_s,
			  uint64_t step_s, size_t finest)
{
	size_t tier = wanted_tier(tiers, length_s, step_s, q->coarsest);

	if (!step_s && tier < q->preferred)
		tier = q->preferred < q->coarsest ? q->preferred : q->coarsest;
	return tier < finest ? finest : tier;
}

int plan_make(struct plan *plan, const struct plan_tier tiers[STORE_TIERS], const struct plan_question *q,
	      uint64_t *oldest_ret)
{
	size_t coarsest = q->coarsest, finest = q->exactly ? coarsest : finest_at(tiers, q->from_s, coarsest), tier;
	uint64_t from_s, until_s, step_s;

	*plan = (struct plan){0};
	if (finest == STORE_TIERS || (q->exactly && tiers[coarsest].horizon_s > q->from_s)) {
		*oldest_ret = tiers[coarsest].horizon_s;
		return SCRAPE_EINVAL;
	}
	step_s = lengthen(tiers, q->step_s, finest);
	from_s = floor_to(q->from_s, step_s ? step_s : tiers[finest].step_s);
	until_s = ceil_to(q->until_s, step_s ? step_s : tiers[q->exactly ? coarsest : 0].step_s);
	tier = q->exactly ? coarsest : choose_tier(tiers, q, until_s - from_s, step_s, finest);
	if (q->exactly && until_s > floor_to(tiers[tier].rolled_s, tiers[tier].step_s))
		until_s = floor_to(tiers[tier].rolled_s, tiers[tier].step_s);
	if (until_s < from_s)
		until_s = from_s;
	if (q->exactly)
		add(plan, tier, from_s, until_s);
	else
		fill(plan, tiers, tier, 0, from_s, until_s);
	plan->from_s = from_s;
	plan->until_s = plan->n && plan->segments[plan->n - 1].until_s > until_s ? plan->segments[plan->n - 1].until_s
										 : until_s;
	plan->step_s = step_s;
	choose_grain(plan, tiers);
	return 0;
}

void plan_interval(const struct store_range *range, uint64_t first_s, uint64_t newest_s, struct plan_interval *ret)
{
	uint64_t watermark_s = range->watermark_us / 1000000;

	ret->end_s = watermark_s && watermark_s < newest_s ? watermark_s : newest_s;
	ret->from_s = range->from_us ? range->from_us / 1000000 : first_s;
	ret->until_s = range->until_us ? (range->until_us + 999999) / 1000000 : ret->end_s;
	if (ret->until_s > ret->end_s)
		ret->until_s = ret->end_s;
	if (ret->from_s > ret->until_s)
		ret->from_s = ret->until_s;
}

/* The last tier that tells what is asked. */
static size_t coarsest_of(const struct store_range *range)
{
	unsigned needs = range->needs;

	for (size_t i = 0; i < range->n_filters; i++)
		switch (range->filters[i].field) {
		case HISTORY_THREAD:
			needs |= STORE_BY_THREAD;
			break;
		case HISTORY_PID:
		case HISTORY_TARGET:
			needs |= STORE_BY_PROCESS;
			break;
		case HISTORY_HOST:
			needs |= STORE_BY_HOST;
			break;
		default:
			break;
		}
	if (needs & (STORE_BY_THREAD | STORE_CELLS))
		return 0;
	return needs & STORE_BY_PROCESS ? 1 : needs & STORE_BY_HOST ? 2 : 3;
}

static int find_tier(const struct plan_tier *tiers, uint64_t tier_us)
{
	for (int i = 0; i < STORE_TIERS; i++)
		if (tiers[i].step_s * 1000000 == tier_us)
			return i;
	return -1;
}

static int refuse_split(const struct plan_tier *tiers, size_t coarsest, struct err *err)
{
	static const char *const splits[STORE_TIERS] = {"threads and tenths of seconds", "processes", "hosts",
							"anything"};

	return err_set(err, SCRAPE_EINVAL, "%s can be told apart since %llu (seconds since 1970), not before",
		       splits[coarsest], (unsigned long long)tiers[coarsest].horizon_s);
}

int plan_range(struct plan *plan, const struct plan_tier tiers[STORE_TIERS], const struct store_range *range,
	       const struct plan_interval *interval, size_t preferred, struct err *err)
{
	size_t coarsest = coarsest_of(range);
	int tier = range->tier_us ? find_tier(tiers, range->tier_us) : 0;
	struct plan_question question;
	uint64_t oldest_s = 0;

	if (tier < 0)
		return err_set(err, SCRAPE_EINVAL, "nothing is kept in steps of %llu s",
			       (unsigned long long)(range->tier_us / 1000000));
	if (range->tier_us && (size_t)tier > coarsest)
		return refuse_split(tiers, coarsest, err);
	question = (struct plan_question){.from_s = interval->from_s,
					  .until_s = interval->until_s,
					  .step_s = range->step_us / 1000000,
					  .coarsest = range->tier_us ? (size_t)tier : coarsest,
					  .preferred = preferred,
					  .exactly = range->tier_us > 0};
	if (plan_make(plan, tiers, &question, &oldest_s) < 0)
		return refuse_split(tiers, question.coarsest, err);
	if (plan->step_s && (plan->until_s - plan->from_s) / plan->step_s > SLOTS_MAX)
		return err_set(err, SCRAPE_EINVAL, "that is more than %d steps: ask for a larger one", SLOTS_MAX);
	return 0;
}
