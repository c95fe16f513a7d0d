/* SPDX-License-Identifier: MIT */
/* Pyroscope's queries as words of a question. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/expression.h"
#include "base/proto.h"
#include "daemon/pyroscope.h"
#include "daemon/selector.h"
#include "scrape.h"

static struct buf text;

/* "name=value name=value", or the sentence. */
static const char *read(const char *query)
{
	struct selector s = {0};
	struct err err = {0};

	buf_reset(&text);
	if (selector_add_matchers(&s, query, &err) < 0)
		buf_str(&text, err.text);
	else
		VEC_EACH (word, &s.words)
			buf_fmt(&text, "%s%s=%s", text.len ? " " : "", word->name, word->value);
	selector_deinit(&s);
	return buf_cstr(&text);
}

START_TEST(words)
{
	ck_assert_str_eq(read(SELECTOR_CPU "{service_name=\"shop\",host=~\"a|b\",zone!=\"eu\"}"),
			 "mode=cpu service=shop host=~^(?=(?:a|b)$) label.zone=~^(?!eu$)");
	ck_assert_str_eq(read(SELECTOR_WALL), "mode=wall");
	ck_assert_str_eq(read(" { pid = \"7\" , } "), "pid=7");
	ck_assert_str_eq(read("{}"), "");
	ck_assert_str_eq(read("{a='x\\'y',b=`c\\d`}"), "label.a=x'y label.b=c\\d");
	/* several of one label must all hold */
	ck_assert_str_eq(read("{a=\"x\",b=\"y\",a!~\"z.*\"}"), "label.a=~^(?=x$)(?!(?:z.*)$) label.b=y");
	/* a plain value is no expression, whatever it looks like */
	ck_assert_str_eq(read("{a=\"~x.y\"}"), "label.a=~^(?=\\~x\\.y$)");
	ck_assert_str_eq(read("{a!=\"x.y\"}"), "label.a=~^(?!x\\.y$)");
}
END_TEST

START_TEST(refusals)
{
	static const char *const bad[] = {"{",          "{a}",        "{a=}",        "{a=b}",      "{a=\"b}",
					  "{a=\"b\"",   "{a=\"b\"}}", "{1a=\"b\"}",  "{a==\"b\"}", "{a=\"\\x\"}",
					  "{a=\"b\"c}", "{,}",        "{a=\"b\",,}", "{=\"b\"}",   "{a=\"\\"};

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		ck_assert_msg(strstr(read(bad[i]), "is no selector"), "%s: %s", bad[i], read(bad[i]));
	ck_assert_ptr_nonnull(strstr(read("memory{}"), "is no type of profile"));
}
END_TEST

/* Expressions are of whole values. */
START_TEST(whole_values)
{
	static const struct {
		const char *query, *value;
		bool fits;
	} cases[] = {{"{a=~\"x|y\"}", "x", true},
		     {"{a=~\"x|y\"}", "xy", false},
		     {"{a!~\"x|y\"}", "xy", true},
		     {"{a!~\"x|y\"}", "y", false},
		     {"{a!=\"x.y\"}", "xzy", true},
		     {"{a!=\"x.y\"}", "x.y", false},
		     {"{a=~\"x.*\",a!=\"xy\"}", "xy", false},
		     {"{a=~\"x.*\",a!=\"xy\"}", "xyz", true}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const char *value = strchr(read(cases[i].query), '~') + 1;
		struct expression *expression;
		struct err err;

		ck_assert_int_eq(expression_compile(value, &expression, &err), 0);
		ck_assert_int_eq(expression_matches(expression, cases[i].value), cases[i].fits);
		expression_free(expression);
	}
}
END_TEST

START_TEST(times)
{
	static const char *const cases[][2] = {{"now", "now"},
					       {"now-1h", "1h"},
					       {"now-30m", "30min"},
					       {"now-7d", "7d"},
					       {"1763820300", "1763820300"},
					       {"1763820300250", "1763820300.250"},
					       {"2026-11-22T14:05:00Z", "2026-11-22T14:05:00Z"},
					       {"now-1y", "now-1y"}};
	struct selector s = {0};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		ck_assert_str_eq(pyroscope_time(&s, cases[i][0]), cases[i][1]);
	selector_deinit(&s);
}
END_TEST

/* What is written is read again, and what was cut is refused wherever it was cut within a field. */
START_TEST(messages)
{
	struct proto_reader reader;
	struct proto_field field;
	struct buf out = BUF_INIT;
	size_t whole = 0;

	proto_uint(&out, 3, 1795356300123);
	proto_double(&out, 6, 15.5);
	proto_bytes(&out, 2, "{}", 2);
	reader = (struct proto_reader){out.data, out.data + out.len};
	ck_assert_int_eq(proto_next(&reader, &field), 1);
	ck_assert(field.number == 3 && !field.is_bytes && field.value == 1795356300123);
	ck_assert_int_eq(proto_next(&reader, &field), 1);
	ck_assert(field.number == 6 && proto_get_double(&field) == 15.5);
	ck_assert_int_eq(proto_next(&reader, &field), 1);
	ck_assert(field.number == 2 && field.is_bytes && field.n == 2 && memcmp(field.bytes, "{}", 2) == 0);
	ck_assert_int_eq(proto_next(&reader, &field), 0);
	for (size_t n = 0; n < out.len; n++) {
		int r;

		reader = (struct proto_reader){out.data, out.data + n};
		while ((r = proto_next(&reader, &field)) > 0)
			;
		whole += r == 0;
		ck_assert(r == 0 || r == SCRAPE_EFORMAT);
	}
	ck_assert_uint_eq(whole, 3); /* nothing, one field, two */
	buf_deinit(&out);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("selector");
	TCase *tcase = tcase_create("selector");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, words);
	tcase_add_test(tcase, refusals);
	tcase_add_test(tcase, whole_values);
	tcase_add_test(tcase, times);
	tcase_add_test(tcase, messages);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	buf_deinit(&text);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
