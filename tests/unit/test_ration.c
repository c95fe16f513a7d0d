/* SPDX-License-Identifier: MIT */
/* How often each thing may be said, and that nothing which was held back is forgotten. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ration.h"

static const char keys[RATION_KEYS + 2];
static struct ration ration;

static unsigned take(const void *key, unsigned times, uint64_t now)
{
	unsigned passed = 0;
	char text[32];

	for (unsigned i = 0; i < times; i++) {
		(void)snprintf(text, sizeof(text), "line %u", i);
		passed += ration_take(&ration, key, 1, text, now);
	}
	return passed;
}

START_TEST(ten_in_a_window)
{
	const uint64_t begin = 7;
	unsigned held;
	int level;

	ck_assert_uint_eq(take(&keys[0], RATION_LINES, begin), RATION_LINES);
	ck_assert_ptr_null(ration_over(&ration, UINT64_MAX, &level, &held)); /* nothing was held back */
	ck_assert_uint_eq(take(&keys[0], 5, begin + RATION_NS - 1), 0);
	ck_assert_ptr_null(ration_over(&ration, begin + RATION_NS - 1, &level, &held));
	ck_assert_str_eq(ration_over(&ration, begin + RATION_NS, &level, &held), "line 4");
	ck_assert_uint_eq(held, 5);
	ck_assert_int_eq(level, 1);
	ck_assert_ptr_null(ration_over(&ration, begin + RATION_NS, &level, &held));
	ck_assert_uint_eq(take(&keys[0], RATION_LINES + 1, begin + RATION_NS), RATION_LINES);
}
END_TEST

START_TEST(a_window_in_which_nothing_was_held_ends_by_itself)
{
	ck_assert_uint_eq(take(&keys[0], RATION_LINES, 1), RATION_LINES);
	ck_assert_uint_eq(take(&keys[0], RATION_LINES + 3, 1 + RATION_NS), RATION_LINES);
}
END_TEST

START_TEST(keys_do_not_disturb_each_other)
{
	unsigned held;
	int level;

	ck_assert_uint_eq(take(&keys[0], 100, 1), RATION_LINES);
	ck_assert_uint_eq(take(&keys[1], 100, 1), RATION_LINES);
	ck_assert_uint_eq(take(&keys[2], 1, 1), 1);
	ck_assert_ptr_nonnull(ration_over(&ration, UINT64_MAX, &level, &held));
	ck_assert_uint_eq(held, 90);
	ck_assert_ptr_nonnull(ration_over(&ration, UINT64_MAX, &level, &held));
	ck_assert_uint_eq(held, 90);
	ck_assert_ptr_null(ration_over(&ration, UINT64_MAX, &level, &held));
}
END_TEST

/* As many keys as there is room for are counted each; one more passes without limit rather than be lost. */
START_TEST(more_keys_than_room)
{
	unsigned held, sum = 0;
	int level;

	for (size_t i = 0; i < RATION_KEYS; i++)
		ck_assert_uint_eq(take(&keys[i], RATION_LINES + 1, 1), RATION_LINES);
	ck_assert_uint_eq(take(&keys[RATION_KEYS], 100, 1), 100);
	while (ration_over(&ration, 1 + RATION_NS, &level, &held))
		sum += held;
	ck_assert_uint_eq(sum, RATION_KEYS);
	ck_assert_uint_eq(take(&keys[RATION_KEYS], 100, 1 + RATION_NS), RATION_LINES);
}
END_TEST

/* Keys that have nothing held back make room when their window is over. */
START_TEST(old_keys_make_room)
{
	for (size_t i = 0; i < RATION_KEYS; i++)
		ck_assert_uint_eq(take(&keys[i], 1, 1), 1);
	ck_assert_uint_eq(take(&keys[RATION_KEYS], 100, RATION_NS), 100);
	ck_assert_uint_eq(take(&keys[RATION_KEYS], 100, 1 + RATION_NS), RATION_LINES);
}
END_TEST

START_TEST(a_long_text_is_cut)
{
	char text[RATION_TEXT_MAX + 2];
	unsigned held;
	int level;

	for (size_t n = RATION_TEXT_MAX - 1; n <= RATION_TEXT_MAX; n++) {
		memset(text, 'a', n);
		text[n] = '\0';
		for (unsigned i = 0; i <= RATION_LINES; i++)
			(void)ration_take(&ration, &keys[n % 2], 0, text, 1);
		ck_assert_uint_eq(strlen(ration_over(&ration, UINT64_MAX, &level, &held)), RATION_TEXT_MAX - 1);
	}
}
END_TEST

static void empty(void)
{
	memset(&ration, 0, sizeof(ration));
}

int main(void)
{
	Suite *suite = suite_create("ration");
	TCase *tcase = tcase_create("ration");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tcase, empty, NULL);
	tcase_add_test(tcase, ten_in_a_window);
	tcase_add_test(tcase, a_window_in_which_nothing_was_held_ends_by_itself);
	tcase_add_test(tcase, keys_do_not_disturb_each_other);
	tcase_add_test(tcase, more_keys_than_room);
	tcase_add_test(tcase, old_keys_make_room);
	tcase_add_test(tcase, a_long_text_is_cut);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
