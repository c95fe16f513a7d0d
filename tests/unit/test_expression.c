/* SPDX-License-Identifier: MIT */
/* What expressions are taken, what they find, and that those which would eat all memory or time do not. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/expression.h"
#include "scrape.h"

static struct err err;

static int compiles(const char *text)
{
	struct expression *expression = NULL;
	int r = expression_compile(text, &expression, &err);

	expression_free(expression);
	return r;
}

static bool finds(const char *text, const char *subject)
{
	struct expression *expression = NULL;
	bool found;

	ck_assert_msg(expression_compile(text, &expression, &err) == 0, "%s: %s", text, err.text);
	found = expression_matches(expression, subject);
	expression_free(expression);
	return found;
}

START_TEST(test_usual)
{
	ck_assert(finds("gunicorn: worker", "gunicorn: worker [shop]"));
	ck_assert(finds("^python3?(\\.[0-9]+)? .*shop", "python3.12 -m shop"));
	ck_assert(!finds("^python3?(\\.[0-9]+)? .*shop", "/usr/bin/python3.12 -m shop"));
	ck_assert(finds("(web|jobs)-[0-9]{1,3}$", "web-42"));
	ck_assert(!finds("(web|jobs)-[0-9]{1,3}$", "web-4242x"));
	ck_assert(finds("[]a]+x", "]a]x"));
	ck_assert(finds("[[:alpha:]_]+\\(", "f_x("));
	ck_assert(finds("(?i)SHOP", "my shop"));
	ck_assert(finds("", "anything"));
	ck_assert(finds("^gr.n$", "gr\xc3\xbcn"));
	ck_assert(finds("tail", "\xff\xfe tail")); /* what is no UTF-8 does not hide the rest */
}
END_TEST

START_TEST(test_too_much)
{
	static const char *const greedy[] = {"((a{1000}){1000}){1000}", "(a{70000})", "(abcdefghij){60000}",
					     "a{99999999999999999999}"};
	char text[EXPRESSION_MAX + 2];

	for (size_t i = 0; i < sizeof(greedy) / sizeof(*greedy); i++)
		ck_assert_msg(compiles(greedy[i]) == SCRAPE_ELIMIT, "%s: %s", greedy[i], err.text);
	memset(text, 'a', sizeof(text));
	text[EXPRESSION_MAX] = '\0';
	ck_assert_int_eq(compiles(text), 0);
	text[EXPRESSION_MAX] = 'a';
	text[EXPRESSION_MAX + 1] = '\0';
	ck_assert_int_eq(compiles(text), SCRAPE_ELIMIT);
	memset(text, '(', 200);
	memset(text + 200, ')', 200);
	text[400] = '\0';
	ck_assert_int_eq(compiles(text), SCRAPE_ELIMIT);
}
END_TEST

/* Each took seconds and gigabytes in regcomp, or for ever in regexec; here they compile or are refused at once, and a
 * match that would take for ever is none. */
START_TEST(test_bounded)
{
	static const char *const costly[] = {"x.*y++++++++++++++++++++++++", "(((((((((((((a+)+)+)+)+)+)+)+)+)+)+)+)+)+",
					     "(a*)*b", "(a|aa)+$", "(^|^|^|^)*(^|^|^|^)*(^|^|^|^)*x",
					     "((((((((a|b|c|d)*)*)*)*)*)*)*)*e", "(\\ba|\\b){0,50}(\\ba|\\b){0,50}z"};
	char subject[2000];

	memset(subject, 'a', sizeof(subject));
	subject[sizeof(subject) - 1] = '\0';
	for (size_t i = 0; i < sizeof(costly) / sizeof(*costly); i++) {
		struct expression *expression = NULL;

		if (expression_compile(costly[i], &expression, &err) == 0)
			(void)expression_matches(expression, subject);
		expression_free(expression);
	}
	ck_assert(!finds("(a*)*b", subject));
}
END_TEST

START_TEST(test_wrong)
{
	ck_assert_int_eq(compiles("(a"), SCRAPE_EINVAL);
	ck_assert_str_eq(err.text, "not a regular expression: missing closing parenthesis at byte 2");
	ck_assert_int_eq(compiles("[a"), SCRAPE_EINVAL);
	ck_assert_int_eq(compiles("(a)\\1"), SCRAPE_EINVAL);
	ck_assert_int_eq(compiles("a\\C"), SCRAPE_EINVAL);
	ck_assert_int_eq(compiles("\xff"), SCRAPE_EINVAL);
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
	tcase_add_test(tcase, test_bounded);
	tcase_add_test(tcase, test_wrong);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
