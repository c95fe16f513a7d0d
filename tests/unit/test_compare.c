/* SPDX-License-Identifier: MIT */
/* What comparing is built of: quantiles, memory of a series, ceilings, and panels that are refused. */
#include <check.h>
#include <math.h>
#include <string.h>

#include "base/err.h"
#include "compare/autocorr.h"
#include "compare/ceiling.h"
#include "compare/jackknife.h"
#include "compare/panel.h"
#include "compare/random.h"
#include "compare/student.h"
#include "scrape.h"

/* As every table has them. */
START_TEST(student_is_as_in_tables)
{
	static const struct {
		double df, p, t;
	} rows[] = {
		{1, 0.975, 12.7062},  {2, 0.975, 4.30265},  {5, 0.95, 2.01505},    {7, 0.975, 2.36462},
		{10, 0.995, 3.16927}, {30, 0.975, 2.04227}, {120, 0.975, 1.97993}, {1e7, 0.975, 1.95996},
		{7, 0.9995, 5.40788}, {4, 0.5, 0},          {10, 0.025, -2.22814}, {1, 0.9995, 636.619},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		ck_assert_double_eq_tol(student_quantile(rows[i].p, rows[i].df), rows[i].t,
					1e-5 * fmax(1, fabs(rows[i].t)));
	ck_assert(student_quantile(0.975, 7.5) < student_quantile(0.975, 7));
	ck_assert(student_quantile(0.975, 7.5) > student_quantile(0.975, 8));
}
END_TEST

static double series[20000];

/* An AR(1) series; its integrated time is (1 + memory) / (1 - memory). */
static void remember(double memory, size_t n)
{
	struct random random = {1};
	double last = 0;

	for (size_t i = 0; i < n; i++) {
		last = memory * last + random_unit(&random) - 0.5;
		series[i] = last;
	}
}

START_TEST(time_is_that_of_the_series)
{
	remember(0, 20000);
	ck_assert_double_eq_tol(autocorr_time(series, 20000), 1, 0.1);
	remember(0.5, 20000);
	ck_assert_double_eq_tol(autocorr_time(series, 20000), 3, 0.3);
	remember(0.9, 20000);
	ck_assert_double_eq_tol(autocorr_time(series, 20000), 19, 3);
	remember(-0.5, 20000);
	ck_assert(autocorr_time(series, 20000) == 1);
	memset(series, 0, sizeof(series));
	ck_assert(autocorr_time(series, 100) == 1);
	ck_assert(autocorr_time(series, 0) == 1);
	ck_assert(autocorr_seen(1, 5) == 1);
	ck_assert_double_eq_tol(autocorr_seen(3, 6), 1 - 8.0 / 36, 1e-9);
}
END_TEST

/* Of a mean of n independent values it is their variance / n. */
START_TEST(jackknife_of_a_mean)
{
	double leverage[1000], mean = 0, squares = 0;
	struct jackknife spread;

	remember(0, 1000);
	for (size_t i = 0; i < 1000; i++)
		mean += series[i] / 1000;
	for (size_t i = 0; i < 1000; i++) {
		squares += (series[i] - mean) * (series[i] - mean) / 1000;
		series[i] = (series[i] - mean) / 1000;
		leverage[i] = 0.001;
	}
	spread = jackknife(series, leverage, 1000);
	ck_assert_uint_eq(spread.n_blocks, JACKKNIFE_BLOCKS_MAX);
	ck_assert(spread.df == JACKKNIFE_BLOCKS_MAX - 1);
	ck_assert(spread.variance > 0.2 * squares / 1000 && spread.variance < 3 * squares / 1000);
	ck_assert_uint_lt(jackknife(series, leverage, 7).n_blocks, JACKKNIFE_BLOCKS_MIN);
	ck_assert_uint_eq(jackknife(series, leverage, 0).n_blocks, 0);
}
END_TEST

#define SLOTS 20
static double covered[2 * SLOTS], total[2 * SLOTS];
static size_t starts[2];
static struct compare_cell cells[2];
static struct compare_panel panel;

static void begin_test(void)
{
	for (size_t i = 0; i < 2 * SLOTS; i++) {
		covered[i] = 10;
		total[i] = 10 - 0.02 * (double)(i % 5);
	}
	starts[0] = 0;
	starts[1] = 2;
	cells[0] = (struct compare_cell){0, 0, 1};
	cells[1] = (struct compare_cell){1, SLOTS - 1, 1};
	panel = (struct compare_panel){.n_slots = SLOTS,
				       .n_clusters = 2,
				       .n_functions = 1,
				       .slot_s = 10,
				       .period_s = 0.01,
				       .covered = covered,
				       .total = total,
				       .starts = starts,
				       .cells = cells};
}

static bool is_at_ceiling(double limit)
{
	bool met;

	ck_assert_int_eq(ceiling_is_met(&panel, limit, &met), 0);
	return met;
}

START_TEST(ceiling_is_seen)
{
	ck_assert(is_at_ceiling(0));
	ck_assert(is_at_ceiling(NAN));
	ck_assert(is_at_ceiling(1));
	ck_assert(!is_at_ceiling(2)); /* another CPU is free */
	for (size_t i = 0; i < 10; i++)
		total[i] = 5;
	ck_assert(!is_at_ceiling(0));
	memset(total, 0, sizeof(total));
	ck_assert(!is_at_ceiling(0));
}
END_TEST

static void refused(const char *why)
{
	struct err err = {0};

	ck_assert_int_eq(compare_panel_check(&panel, &err), SCRAPE_EINVAL);
	ck_assert_msg(strstr(err.text, why) != NULL, "%s", err.text);
	begin_test();
}

START_TEST(bad_panels_are_refused)
{
	ck_assert_int_eq(compare_panel_check(&panel, NULL), 0);
	panel.n_slots = 0;
	refused("0 slots");
	panel.n_slots = COMPARE_SLOTS_MAX + 1;
	refused("slots");
	panel.n_clusters = 0;
	refused("0 hosts");
	panel.n_clusters = COMPARE_CLUSTERS_MAX + 1;
	refused("hosts");
	panel.n_clusters = COMPARE_HOST_SLOTS_MAX / COMPARE_SLOTS_MAX + 1;
	panel.n_slots = COMPARE_SLOTS_MAX;
	refused("too many");
	panel.n_functions = 0;
	refused("0 functions");
	panel.n_functions = COMPARE_FUNCTIONS_MAX + 1;
	refused("functions");
	panel.slot_s = 0;
	refused("slot of 0");
	panel.period_s = NAN;
	refused("nan");
	covered[3] = -1;
	refused("covered");
	covered[3] = 10.1;
	refused("covered");
	total[3] = INFINITY;
	refused("inf");
	covered[5] = 0;
	refused("in 0 covered");
	cells[1].cluster = 2;
	refused("host 2");
	cells[1].slot = SLOTS;
	refused("slot 20");
	cells[0].cpu_s = NAN;
	refused("nan");
	cells[0].cpu_s = -1;
	refused("-1");
	covered[0] = total[0] = 0;
	refused("gap");
	starts[0] = 3;
	refused("begin");
	memset(covered, 0, sizeof(covered));
	memset(total, 0, sizeof(total));
	refused("nothing but gaps");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("compare");
	TCase *tcase = tcase_create("compare");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tcase, begin_test, NULL);
	tcase_add_test(tcase, student_is_as_in_tables);
	tcase_add_test(tcase, time_is_that_of_the_series);
	tcase_add_test(tcase, jackknife_of_a_mean);
	tcase_add_test(tcase, ceiling_is_seen);
	tcase_add_test(tcase, bad_panels_are_refused);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
