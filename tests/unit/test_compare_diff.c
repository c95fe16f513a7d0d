/* SPDX-License-Identifier: MIT */
/* The 95 % interval of a difference covers it in 93 to 97 % of simulated pairs, however looks hang together. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "compare/diff.h"
#include "compare/random.h"
#include "scrape.h"

#define PAIRS 1000
#define SLOTS_MAX 720
#define HOSTS_MAX 4
#define FUNCTIONS 2 /* the one that is watched, and the rest */
#define SLOT_S 10.0
#define PERIOD_S 0.01
#define LOOKS 1000 /* of one CPU in a slot */

/* How one side of a pair comes about; the function's expected share is `share` on every host. */
struct sim {
	size_t n_slots, n_hosts;
	double share;
	double call_s; /* calls of this length follow each other; 0: looks are independent */
	double memory; /* of the load from slot to slot; its logarithm has the standard deviation `swing` */
	double swing;
	bool gaps, mix; /* mix: each host has its own share, and is covered for a part of the time only */
};

struct side {
	struct compare_panel panel;
	double covered[HOSTS_MAX * SLOTS_MAX], total[HOSTS_MAX * SLOTS_MAX];
	struct compare_cell cells[FUNCTIONS * HOSTS_MAX * SLOTS_MAX];
	size_t starts[FUNCTIONS + 1];
};

static struct side sides[2];
static struct random rng;

static double normal(void)
{
	double coins = __builtin_popcountll(random_next(&rng));

	return (coins - 32 + random_unit(&rng) - 0.5) / 4.0104;
}

/* The part of `looks` that meets the function. Calls of call_s last over the end of a slot: what is left of one is in
 * *left, with its kind in *inside. */
static double meet(const struct sim *sim, double share, double looks, double *left, bool *inside)
{
	double met = 0;

	if (sim->call_s == 0)
		return fmin(looks, fmax(0, floor(looks * share + sqrt(looks * share * (1 - share)) * normal() + 0.5)));
	while (looks > 0) {
		double now;

		if (*left <= 0) {
			*left = sim->call_s / PERIOD_S * (0.5 + random_unit(&rng));
			*inside = random_unit(&rng) < share;
		}
		now = fmin(looks, *left);
		met += *inside ? now : 0;
		looks -= now;
		*left -= now;
	}
	return met;
}

static double host_share(const struct sim *sim, size_t host)
{
	return sim->mix ? sim->share * (0.4 + 0.4 * (double)host) : sim->share;
}

static bool is_gap(const struct sim *sim, size_t host, size_t slot, size_t away, size_t *gap)
{
	if (sim->gaps && *gap == 0 && random_unit(&rng) < 0.03)
		*gap = 1 + random_below(&rng, 10);
	if (*gap > 0)
		(*gap)--;
	return *gap > 0 || (sim->mix && host > 0 && (slot + away) % sim->n_slots < sim->n_slots / 2);
}

static void make_host(const struct sim *sim, struct side *side, size_t host, size_t *n_cells)
{
	double course = normal(), left = 0, share = host_share(sim, host);
	size_t gap = 0, away = random_below(&rng, sim->n_slots);
	bool inside = false;

	for (size_t t = 0; t < sim->n_slots; t++) {
		size_t at = host * sim->n_slots + t;
		double load, met;

		course = sim->memory * course + sqrt(1 - sim->memory * sim->memory) * normal();
		load = exp(sim->swing * course);
		side->covered[at] = is_gap(sim, host, t, away, &gap) ? 0 : SLOT_S;
		side->total[at] = 0;
		if (side->covered[at] == 0)
			continue;
		met = meet(sim, share, 0.4 * LOOKS * load, &left, &inside) * PERIOD_S;
		side->total[at] = 0.4 * LOOKS * load * PERIOD_S;
		if (met > 0)
			side->cells[(*n_cells)++] = (struct compare_cell){(uint32_t)host, (uint32_t)t, met};
	}
}

static struct compare_side make_side(const struct sim *sim, struct side *side)
{
	size_t n_cells = 0;

	for (size_t h = 0; h < sim->n_hosts; h++)
		make_host(sim, side, h, &n_cells);
	side->starts[0] = 0;
	side->starts[1] = side->starts[2] = n_cells;
	side->panel = (struct compare_panel){
		.n_slots = sim->n_slots,
		.n_clusters = sim->n_hosts,
		.n_functions = FUNCTIONS,
		.slot_s = SLOT_S,
		.period_s = PERIOD_S,
		.covered = side->covered,
		.total = side->total,
		.starts = side->starts,
		.cells = side->cells,
	};
	return (struct compare_side){.panel = &side->panel, .until = sim->n_slots};
}

/* Of how many pairs, in %, the interval holds the expected difference. A side's load has the mean exp(swing^2 / 2). */
struct covered {
	double share, cores, none;
};

static double expected_share(const struct sim *sim)
{
	double share = 0;

	for (size_t h = 0; h < sim->n_hosts; h++)
		share += host_share(sim, h) / (double)sim->n_hosts;
	return share;
}

static struct covered simulate(const struct sim *base, const struct sim *comp, uint64_t seed)
{
	double share = expected_share(comp) - expected_share(base);
	double cores = 0.4 * (expected_share(comp) * exp(comp->swing * comp->swing / 2) -
			      expected_share(base) * exp(base->swing * base->swing / 2));
	struct covered covered = {0};
	size_t known = 0;

	rng.state = seed;
	for (int i = 0; i < PAIRS; i++) {
		struct compare_side a = make_side(base, &sides[0]), b = make_side(comp, &sides[1]);
		struct compare_row rows[FUNCTIONS];
		struct compare_summary summary;

		ck_assert_int_eq(compare_diff(&a, &b, rows, &summary, NULL), 0);
		if ((rows[0].share.flags | rows[0].cores.flags) & COMPARE_NO_INTERVAL)
			continue;
		known++;
		covered.share += rows[0].share.lo <= share && share <= rows[0].share.hi;
		covered.cores += rows[0].cores.lo <= cores && cores <= rows[0].cores.hi;
	}
	covered.share *= 100.0 / (double)known;
	covered.cores *= 100.0 / (double)known;
	covered.none = 100.0 * (double)(PAIRS - known) / PAIRS;
	return covered;
}

static const struct {
	const char *name;
	struct sim base, comp;
} pairs[] = {
	{"independent looks", {200, 1, 0.1, 0, 0, 0}, {200, 1, 0.12, 0, 0, 0}},
	{"independent looks, rare", {200, 1, 0.003, 0, 0, 0}, {200, 1, 0.003, 0, 0, 0}},
	{"calls of 100 ms", {200, 1, 0.1, 0.1, 0, 0}, {200, 1, 0.12, 0.1, 0, 0}},
	{"calls of 1 s", {200, 1, 0.1, 1, 0, 0}, {200, 1, 0.1, 1, 0, 0}},
	{"load remembers 0.7", {360, 1, 0.1, 0.1, 0.7, 0.3}, {360, 1, 0.1, 0.1, 0.7, 0.3}},
	{"load remembers 0.9", {360, 1, 0.1, 0.1, 0.9, 0.3}, {360, 1, 0.1, 0.1, 0.9, 0.3}},
	{"gaps", {360, 1, 0.1, 1, 0.7, 0.3, .gaps = true}, {360, 1, 0.1, 1, 0.7, 0.3, .gaps = true}},
	{"host mix", {200, 3, 0.1, 1, 0.5, 0.2, .mix = true}, {200, 3, 0.12, 1, 0.5, 0.2, .mix = true}},
	{"hosts with gaps", {200, 4, 0.1, 1, 0.7, 0.3, .gaps = true}, {200, 4, 0.1, 1, 0.7, 0.3, .gaps = true}},
	{"60 and 720 slots", {60, 1, 0.1, 1, 0.5, 0.2}, {720, 1, 0.1, 1, 0.5, 0.2}},
	{"30 and 30 slots", {30, 1, 0.1, 0.1, 0, 0.2}, {30, 1, 0.1, 0.1, 0, 0.2}},
};
#define N_PAIRS (sizeof(pairs) / sizeof(pairs[0]))

START_TEST(interval_covers_the_difference)
{
	const struct sim *base = &pairs[_i].base, *comp = &pairs[_i].comp;
	struct covered covered = simulate(base, comp, (uint64_t)_i + 1);

	printf("%s: share %.1f %%, cores %.1f %%, without interval %.1f %%\n", pairs[_i].name, covered.share,
	       covered.cores, covered.none);
	ck_assert(covered.share >= 93 && covered.share <= 97);
	ck_assert(covered.cores >= 93 && covered.cores <= 97);
	ck_assert(covered.none <= (base->n_slots < 60 ? 15 : 2));
}
END_TEST

static struct compare_row rows[FUNCTIONS];
static struct compare_summary summary;

static void compare(const struct compare_side *base, const struct compare_side *comp)
{
	struct err err = {0};

	ck_assert_msg(compare_diff(base, comp, rows, &summary, &err) == 0, "%s", err.text);
}

/* Each host is what it was; that one was seen for a part of the time only, or had more to do, is no difference. */
START_TEST(host_mix_is_no_difference)
{
	struct sim sim = {100, 2, 0.1, 0, 0, 0};
	struct compare_side base, comp;

	rng.state = 1;
	base = make_side(&sim, &sides[0]);
	for (size_t i = 0; i < base.panel->starts[1]; i++)
		sides[0].cells[i].cpu_s = sides[0].cells[i].cluster == 0 ? 0.5 : 2;
	sides[1] = sides[0];
	sides[1].panel.covered = sides[1].covered;
	sides[1].panel.total = sides[1].total;
	sides[1].panel.starts = sides[1].starts;
	sides[1].panel.cells = sides[1].cells;
	comp = (struct compare_side){.panel = &sides[1].panel, .until = 100};
	for (size_t t = 10; t < 100; t++)
		sides[1].covered[t] = sides[1].total[t] = 0;
	sides[1].starts[1] = sides[1].starts[2] = 0;
	for (size_t i = 0; i < base.panel->starts[1]; i++)
		if (sides[1].covered[sides[0].cells[i].cluster * 100 + sides[0].cells[i].slot] > 0)
			sides[1].cells[sides[1].starts[2]++] = sides[0].cells[i];
	sides[1].starts[1] = sides[1].starts[2];
	compare(&base, &comp);
	ck_assert_double_eq_tol(rows[0].share.delta, 0, 1e-9);
	ck_assert_double_eq_tol(rows[0].cores.delta, 0, 1e-9);
	ck_assert(rows[0].cores.lo <= 0 && rows[0].cores.hi >= 0);
	ck_assert_uint_eq(summary.n_hosts, 2);
}
END_TEST

START_TEST(hosts_of_one_side_are_told)
{
	static const uint64_t base_ids[] = {7, 8, 9}, comp_ids[] = {9, 5, 7}, other_ids[] = {1, 2, 3};
	struct sim sim = {50, 3, 0.1, 0, 0, 0};
	struct compare_side base, comp;
	static const bool first[] = {true, false, false};

	rng.state = 1;
	base = make_side(&sim, &sides[0]);
	comp = make_side(&sim, &sides[1]);
	sides[0].panel.cluster_ids = base_ids;
	sides[1].panel.cluster_ids = comp_ids;
	compare(&base, &comp);
	ck_assert_uint_eq(summary.n_hosts, 2);
	ck_assert_uint_eq(summary.base_only, 1);
	ck_assert_uint_eq(summary.comp_only, 1);
	ck_assert(!summary.pooled);
	sides[1].panel.cluster_ids = other_ids;
	compare(&base, &comp);
	ck_assert(summary.pooled);
	ck_assert_uint_eq(summary.base_only, 3);
	ck_assert_double_eq_tol(rows[0].share.base, 0.1, 0.01);
	base.clusters = comp.clusters = first;
	sides[1].panel.cluster_ids = base_ids;
	compare(&base, &comp);
	ck_assert_uint_eq(summary.n_hosts, 1);
	ck_assert_uint_eq(summary.base_only, 0);
}
END_TEST

START_TEST(no_look_is_an_upper_bound)
{
	struct sim sim = {100, 1, 0.1, 0, 0, 0};
	struct compare_side base, comp;

	rng.state = 1;
	base = make_side(&sim, &sides[0]);
	comp = make_side(&sim, &sides[1]);
	sides[0].starts[1] = sides[0].starts[2] = 0;
	compare(&base, &comp);
	ck_assert_uint_eq(rows[0].share.flags, COMPARE_ZERO_BASE);
	ck_assert_double_eq_tol(rows[0].cores.base_below, 3 * PERIOD_S / (100 * SLOT_S), 1e-12);
	ck_assert_double_eq_tol(rows[0].share.base_below, 3 * PERIOD_S / (0.4 * 100 * SLOT_S), 1e-12);
	ck_assert(rows[0].share.lo > 0.09 && rows[0].share.hi < 0.11);
	ck_assert_uint_eq(rows[1].share.flags, COMPARE_ZERO_BASE | COMPARE_ZERO_COMP);
	ck_assert_double_eq_tol(rows[1].share.lo, -rows[1].share.base_below, 1e-12);
	ck_assert_double_eq_tol(rows[1].share.hi, rows[1].share.comp_below, 1e-12);
	ck_assert(rows[1].share.hi > 0);
}
END_TEST

START_TEST(few_blocks_have_no_interval)
{
	struct sim sim = {100, 1, 0.1, 0, 0, 0};
	struct compare_side base, comp;

	rng.state = 1;
	base = make_side(&sim, &sides[0]);
	comp = make_side(&sim, &sides[1]);
	base.from = 93;
	compare(&base, &comp);
	ck_assert(rows[0].share.flags & COMPARE_NO_INTERVAL);
	ck_assert(isnan(rows[0].share.lo) && isnan(rows[0].share.hi));
	ck_assert(rows[0].share.base > 0.08 && rows[0].share.base < 0.12);
	base.from = 50;
	compare(&base, &comp);
	ck_assert(!(rows[0].share.flags & COMPARE_NO_INTERVAL));
}
END_TEST

/* Shares of nothing are not known to be equal. */
START_TEST(idle_service_has_no_shares)
{
	struct sim sim = {100, 1, 0.1, 0, 0, 0};
	struct compare_side base, comp;

	rng.state = 1;
	base = make_side(&sim, &sides[0]);
	comp = make_side(&sim, &sides[1]);
	memset(sides[0].total, 0, sizeof(sides[0].total));
	sides[0].starts[1] = sides[0].starts[2] = 0;
	compare(&base, &comp);
	ck_assert(rows[0].share.flags & COMPARE_NO_INTERVAL);
	ck_assert(!(rows[0].cores.flags & COMPARE_NO_INTERVAL));
}
END_TEST

START_TEST(bad_input_is_refused)
{
	struct sim sim = {50, 1, 0.1, 0, 0, 0};
	struct compare_side base, comp;
	struct err err = {0};

	rng.state = 1;
	base = make_side(&sim, &sides[0]);
	comp = make_side(&sim, &sides[1]);
	base.until = 51;
	ck_assert_int_eq(compare_diff(&base, &comp, rows, &summary, &err), SCRAPE_EINVAL);
	base.from = base.until = 10;
	ck_assert_int_eq(compare_diff(&base, &comp, rows, &summary, &err), SCRAPE_EINVAL);
	base.until = 50;
	sides[1].panel.n_functions = 1;
	ck_assert_int_eq(compare_diff(&base, &comp, rows, &summary, &err), SCRAPE_EINVAL);
	sides[1].panel.n_functions = FUNCTIONS;
	for (size_t t = 10; t < 50; t++)
		sides[0].covered[t] = sides[0].total[t] = 0;
	sides[0].starts[1] = sides[0].starts[2] = 0;
	ck_assert_int_eq(compare_diff(&base, &comp, rows, &summary, &err), SCRAPE_EINVAL);
	ck_assert(strstr(err.text, "gaps") != NULL);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("compare diff");
	TCase *tcase = tcase_create("compare diff");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_set_timeout(tcase, 120);
	tcase_add_loop_test(tcase, interval_covers_the_difference, 0, (int)N_PAIRS);
	tcase_add_test(tcase, host_mix_is_no_difference);
	tcase_add_test(tcase, hosts_of_one_side_are_told);
	tcase_add_test(tcase, no_look_is_an_upper_bound);
	tcase_add_test(tcase, few_blocks_have_no_interval);
	tcase_add_test(tcase, idle_service_has_no_shares);
	tcase_add_test(tcase, bad_input_is_refused);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
