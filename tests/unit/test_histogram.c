/* SPDX-License-Identifier: MIT */
/* Durations in buckets of a quarter octave. */
#include <check.h>
#include <stdlib.h>

#include "base/histogram.h"

/* Each duration lies between the ends of the bucket before and of its own. */
START_TEST(buckets)
{
	for (uint64_t ns = 1; ns < 800000000; ns += ns / 50 + 1) {
		unsigned bucket = histogram_bucket(ns);

		ck_assert_uint_lt(ns, histogram_until_ns(bucket));
		if (bucket > 0)
			ck_assert_uint_ge(ns, histogram_until_ns(bucket - 1));
	}
	ck_assert_uint_eq(histogram_bucket(0), 0);
	ck_assert_uint_eq(histogram_bucket(UINT64_MAX), HISTOGRAM_BUCKETS - 1);
	for (unsigned i = 1; i < HISTOGRAM_BUCKETS; i++)
		ck_assert_uint_le(histogram_until_ns(i), histogram_until_ns(i - 1) * 5 / 4);
}
END_TEST

START_TEST(quantiles)
{
	struct histogram h = {0}, more = {0};

	ck_assert_uint_eq(histogram_quantile_ns(&h, 0.5), 0);
	for (uint64_t us = 1; us <= 1000; us++)
		histogram_add(us % 2 ? &h : &more, histogram_bucket(us * 1000), 1);
	histogram_merge(&h, &more);
	ck_assert_uint_eq(histogram_total(&h), 1000);
	ck_assert_uint_ge(histogram_quantile_ns(&h, 0.5), 450000);
	ck_assert_uint_le(histogram_quantile_ns(&h, 0.5), 550000);
	ck_assert_uint_ge(histogram_quantile_ns(&h, 0.99), 900000);
	ck_assert_uint_le(histogram_quantile_ns(&h, 0.99), 1100000);
	ck_assert_uint_le(histogram_quantile_ns(&h, 0), 1024);
}
END_TEST

START_TEST(counts_stop_at_their_maximum)
{
	struct histogram h = {0};

	histogram_add(&h, 3, UINT32_MAX);
	histogram_add(&h, 3, 1);
	ck_assert_uint_eq(h.count[3], UINT32_MAX);
	histogram_add(&h, 4, UINT64_MAX);
	histogram_add(&h, 4, UINT64_MAX);
	ck_assert_uint_eq(h.count[4], UINT32_MAX);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("histogram");
	TCase *tcase = tcase_create("histogram");
	SRunner *runner;
	int failed;

	tcase_add_test(tcase, buckets);
	tcase_add_test(tcase, quantiles);
	tcase_add_test(tcase, counts_stop_at_their_maximum);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
