/* SPDX-License-Identifier: MIT */
/* When looks fall due: one in each period, at a random place in it; what was missed is counted. */
#include <check.h>
#include <stdlib.h>

#include "sample/pace.h"
#include "sample/turn.h"

#define MSEC 1000000ull

START_TEST(one_in_each_period)
{
	struct pace pace;
	uint64_t begin = 5000 * MSEC, early = 0;

	pace_init(&pace, 100 * 1000, (uint64_t)_i, begin);
	for (uint64_t k = 1; k <= 1000; k++) {
		ck_assert_uint_eq(pace_next(&pace, pace.at_ns, 0), 0);
		ck_assert_uint_eq(pace.tick, k);
		ck_assert_uint_ge(pace.at_ns, begin + k * 10 * MSEC);
		ck_assert_uint_lt(pace.at_ns, begin + (k + 1) * 10 * MSEC);
		early += pace.at_ns < begin + k * 10 * MSEC + 5 * MSEC;
	}
	ck_assert_uint_gt(early, 420); /* random: 500 +- 5 sigma */
	ck_assert_uint_lt(early, 580);
}
END_TEST

START_TEST(missed_ones_are_counted)
{
	struct pace pace;

	pace_init(&pace, 1000 * 1000, 1, 0);
	(void)pace_next(&pace, 0, 0);
	ck_assert_uint_eq(pace_next(&pace, 10 * MSEC + MSEC / 2, 0), 8); /* 2 to 9; the 10th can still be had */
	ck_assert_uint_eq(pace.tick, 10);
	ck_assert_uint_eq(pace_next(&pace, pace.at_ns, 0), 0);
}
END_TEST

/* Ticks at which nobody is due: passed over they are not missed, and a turn's own number keeps up. */
START_TEST(passed_ones_are_not_missed)
{
	struct turn turn = {0};
	struct pace pace;

	pace_init(&pace, 100 * 1000, 7, 0);
	(void)pace_next(&pace, 0, 0);
	ck_assert(turn_comes(&turn, pace.tick));
	(void)pace_next(&pace, pace.at_ns, 0);
	pace_pass(&pace, 30);
	ck_assert_uint_eq(pace.tick, 32);
	ck_assert_uint_ge(pace.at_ns, 320 * MSEC);
	ck_assert_uint_lt(pace.at_ns, 330 * MSEC);
	ck_assert_uint_eq(turn_own(&turn, pace.tick), 32);
	ck_assert(turn_comes(&turn, pace.tick));
	ck_assert_uint_eq(turn.own, 32);
	ck_assert_uint_eq(pace_next(&pace, pace.at_ns, 0), 0);
	ck_assert_uint_eq(pace.tick, 33);
	turn_divide(&turn, 33, 4);
	ck_assert_uint_eq(turn_own(&turn, 34), 33);
	ck_assert_uint_eq(turn_own(&turn, 38), 34);
}
END_TEST

START_TEST(max_gives_half_back)
{
	struct pace pace;

	pace_init(&pace, 0, 1, 0);
	ck_assert_uint_eq(pace_next(&pace, 1000000, 40000), 0);
	ck_assert_uint_eq(pace.at_ns, 1040000);
	ck_assert_uint_eq(pace_next(&pace, 2000000, 10), 0);
	ck_assert_uint_ge(pace.at_ns, 2005000);
}
END_TEST

START_TEST(another_rate)
{
	struct pace pace;

	pace_init(&pace, 100 * 1000, 1, 5 * MSEC);
	for (unsigned i = 0; i < 50; i++)
		(void)pace_next(&pace, pace.at_ns, 0);
	pace_change(&pace, 10 * 1000, 600 * MSEC); /* 50 periods of 100 ms ago was before the clock began */
	ck_assert_uint_eq(pace_next(&pace, 600 * MSEC, 0), 0);
	ck_assert_uint_eq(pace.tick, 51);
	ck_assert_uint_ge(pace.at_ns, 700 * MSEC);
	ck_assert_uint_lt(pace.at_ns, 800 * MSEC);
	ck_assert_uint_eq(pace_next(&pace, 1050 * MSEC, 0), 2);
	ck_assert_uint_eq(pace.tick, 54);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("pace");
	TCase *tcase = tcase_create("pace");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_loop_test(tcase, one_in_each_period, 0, 5);
	tcase_add_test(tcase, missed_ones_are_counted);
	tcase_add_test(tcase, passed_ones_are_not_missed);
	tcase_add_test(tcase, max_gives_half_back);
	tcase_add_test(tcase, another_rate);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
