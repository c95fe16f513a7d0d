/* SPDX-License-Identifier: MIT */
/* What expressions are taken, and that those which would eat all memory are not. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/expression.h"
#include "scrape.h"

static struct err err;

static int compiles(const char *text)
{
	regex_t regex;
	int r = expression_compile(text, &regex, &err);

	if (r == 0)
		regfree(&regex);
	return r;
}

START_TEST(test_usual)
{
	static const char *const usual[] = {"gunicorn: worker", "^python3?(\\.[0-9]+)? .*shop", "(web|jobs)-[0-9]{1,3}$", "a{,5}b",
					    "[]a+]+x", "[^]+(]", "[[:alpha:]_]+(x+y+)+", "a\\+\\(b", "", "((((a+)+)+)+)+"};

	for (size_t i = 0; i < sizeof(usual) / sizeof(*usual); i++)
		ck_assert_msg(compiles(usual[i]) == 0, "%s: %s", usual[i], err.text);
}
END_TEST

START_TEST(test_too_much)
{
	static const char *const greedy[] = {"x.*y++++++++++++++++++++++++", "(((((((((((((a+)+)+)+)+)+)+)+)+)+)+)+)+)+",
					     "((a{100}){100}){100}", "(a{20000})", "(abcdefghij){1000}", "a{99999999999999999999}"};

	for (size_t i = 0; i < sizeof(greedy) / sizeof(*greedy); i++)
		ck_assert_msg(compiles(greedy[i]) == SCRAPE_ELIMIT, "%s", greedy[i]);
}
END_TEST

START_TEST(test_limit)
{
	char text[EXPRESSION_MAX + 2];

	memset(text, 'a', sizeof(text));
	text[EXPRESSION_MAX] = '\0';
	ck_assert_int_eq(compiles(text), 0);
	text[EXPRESSION_MAX] = 'a';
	text[EXPRESSION_MAX + 1] = '\0';
	ck_assert_int_eq(compiles(text), SCRAPE_ELIMIT);
}
END_TEST

START_TEST(test_groups)
{
	char text[200] = "";

	memset(text, '(', 63);
	memset(text + 63, ')', 63);
	ck_assert_int_eq(compiles(text), 0);
	memset(text, '(', 64);
	memset(text + 64, ')', 64);
	ck_assert_int_eq(compiles(text), SCRAPE_ELIMIT);
}
END_TEST

START_TEST(test_wrong)
{
	ck_assert_int_eq(compiles("(a"), SCRAPE_EINVAL);
	ck_assert_int_eq(compiles("[a"), SCRAPE_EINVAL);
	ck_assert_int_eq(compiles("(a)\\1"), SCRAPE_EINVAL);
	ck_assert_str_eq(err.text, "a back-reference (\\1) is not allowed here");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("expression");
	TCase *tcase = tcase_create("all");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, test_usual);
	tcase_add_test(tcase, test_too_much);
	tcase_add_test(tcase, test_limit);
	tcase_add_test(tcase, test_groups);
	tcase_add_test(tcase, test_wrong);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
