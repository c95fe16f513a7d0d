/* SPDX-License-Identifier: MIT */
/* Sections, keys and values, and what is said of lines that are none. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/ini.h"
#include "base/units.h"
#include "scrape.h"

static int on_section(void *ctx, const char *kind, const char *name, struct err *err)
{
	buf_fmt(ctx, "[%s|%s]", kind, name);
	return strcmp(kind, "bad") == 0 ? err_set(err, SCRAPE_EINVAL, "no such section") : 0;
}

static int on_key(void *ctx, const char *key, const char *value, struct err *err)
{
	buf_fmt(ctx, "%s=%s;", key, value);
	return strcmp(key, "bad") == 0 ? err_set(err, SCRAPE_EINVAL, "no such key") : 0;
}

static const struct ini_visitor visitor = {.section = on_section, .key = on_key};

static int parse(const char *text, size_t n, struct buf *out, struct err *err)
{
	return ini_parse("x.conf", text, n, &visitor, out, err);
}

START_TEST(what_is_read)
{
	static const struct {
		const char *text, *seen;
	} samples[] = {
		{"", ""},
		{"# only this\n\n ; and this", ""},
		{"[daemon]\na = b\n", "[daemon|]a=b;"},
		{"\xef\xbb\xbf[daemon]\r\na=b\r\n", "[daemon|]a=b;"},
		{"  [ rule   my shop ]  \n\tkey.x-y_z =  v # no comment ;  \n", "[rule|my shop]key.x-y_z=v # no comment ;;"},
		{"[rule \"a [b] #c\"]\nx=\n", "[rule|a [b] #c]x=;"},
		{"[a]\nx = y = z\n[b]\nx==\n", "[a|]x=y = z;[b|]x==;"},
		{"[a]\nx=last", "[a|]x=last;"},
	};

	for (size_t i = 0; i < sizeof(samples) / sizeof(*samples); i++) {
		struct buf out = BUF_INIT;
		struct err err = {0};

		ck_assert_int_eq(parse(samples[i].text, strlen(samples[i].text), &out, &err), 0);
		ck_assert_str_eq(buf_cstr(&out), samples[i].seen);
		buf_deinit(&out);
	}
}
END_TEST

START_TEST(what_is_refused)
{
	static const struct {
		const char *text, *place;
	} samples[] = {
		{"a=b\n", "x.conf:1: a key before"},
		{"[a]\nword\n", "x.conf:2: neither"},
		{"[a]\n\n= b\n", "x.conf:3: a key is"},
		{"[a]\na b = c\n", "x.conf:2: a key is"},
		{"[a\n", "x.conf:1: a section ends"},
		{"[]\n", "x.conf:1: not a section"},
		{"[a/b]\n", "x.conf:1: not a section"},
		{"[a \"b]\n", "x.conf:1: the name"},
		{"[a b\"c]\n", "x.conf:1: the name"},
		{"[a \"b\"c\"]\n", "x.conf:1: the name"},
		{"[a [b]]\n", "x.conf:1: the name"},
		{"[a]\nx = \x01\n", "x.conf:2: a control character"},
		{"[a]\nx = \x7f\n", "x.conf:2: a control character"},
		{"[bad]\n", "x.conf:1: no such section"},
		{"[a]\n#\nbad=1\n", "x.conf:3: no such key"},
	};

	for (size_t i = 0; i < sizeof(samples) / sizeof(*samples); i++) {
		struct buf out = BUF_INIT;
		struct err err = {0};
		int r = parse(samples[i].text, strlen(samples[i].text), &out, &err);

		ck_assert_int_lt(r, 0);
		ck_assert_int_eq(err.code, r);
		ck_assert_msg(strncmp(err.text, samples[i].place, strlen(samples[i].place)) == 0, "%s", err.text);
		ck_assert_int_eq(parse(samples[i].text, strlen(samples[i].text), &out, NULL), r);
		buf_deinit(&out);
	}
	{
		struct buf out = BUF_INIT;

		ck_assert_int_eq(parse("[a]\nx = \0y\n", 11, &out, NULL), SCRAPE_EFORMAT);
		buf_deinit(&out);
	}
}
END_TEST

START_TEST(long_lines)
{
	struct buf text = BUF_INIT, out = BUF_INIT;
	struct err err = {0};

	buf_str(&text, "[a]\nx=");
	for (size_t i = 0; i < INI_LINE_MAX - 2; i++)
		buf_chr(&text, 'v');
	ck_assert_int_eq(parse(text.data, text.len, &out, &err), 0);
	ck_assert_uint_eq(out.len, strlen("[a|]x=;") + INI_LINE_MAX - 2);
	buf_chr(&text, 'v');
	ck_assert_int_eq(parse(text.data, text.len, &out, &err), SCRAPE_ELIMIT);
	ck_assert_ptr_nonnull(strstr(err.text, "x.conf:2: "));
	buf_deinit(&text);
	buf_deinit(&out);
}
END_TEST

START_TEST(files)
{
	struct buf out = BUF_INIT;
	struct err err = {0};

	ck_assert_int_eq(ini_read("/nonexistent/x.conf", &visitor, &out, &err), SCRAPE_EGONE);
	ck_assert_ptr_nonnull(strstr(err.text, "/nonexistent/x.conf"));
	ck_assert_int_lt(ini_read("/", &visitor, &out, &err), 0);
	buf_deinit(&out);
}
END_TEST

START_TEST(durations)
{
	static const struct {
		const char *text;
		uint64_t ns;
	} good[] = {{"10", 10000000000u}, {"10s", 10000000000u}, {"500ms", 500000000u}, {"2 min", 120000000000u},
		    {"1h", 3600000000000u}, {"1.5d", 129600000000000u}, {".5s", 500000000u}, {"365d", 31536000000000000u}};
	static const char *const bad[] = {"", "0", "-1", "s", "1x", "nan", "inf", "0x10", " 1", "366d", "1e400", "1s1"};
	uint64_t ns = 7;

	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		ck_assert_int_eq(units_duration(good[i].text, &ns), 0);
		ck_assert_uint_eq(ns, good[i].ns);
	}
	ns = 7;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		ck_assert_msg(units_duration(bad[i], &ns) < 0 && ns == 7, "%s", bad[i]);
}
END_TEST

START_TEST(sizes_rates_and_shares)
{
	uint64_t n = 0;
	unsigned permille = 0;

	ck_assert_int_eq(units_size("64M", &n), 0);
	ck_assert_uint_eq(n, 64u << 20);
	ck_assert_int_eq(units_size("1.5 GiB", &n), 0);
	ck_assert_uint_eq(n, 3ull << 29);
	ck_assert_int_eq(units_size("0", &n), 0);
	ck_assert_uint_eq(n, 0);
	ck_assert_int_eq(units_size("1024T", &n), 0);
	ck_assert_int_lt(units_size("1025T", &n), 0);
	ck_assert_int_lt(units_size("-1", &n), 0);
	ck_assert_int_lt(units_size("64 M B", &n), 0);
	ck_assert_int_eq(units_rate("10khz", &n), 0);
	ck_assert_uint_eq(n, 10000000);
	ck_assert_int_eq(units_rate("1mhz", &n), 0);
	ck_assert_uint_eq(n, 1000000000);
	ck_assert_int_eq(units_rate("max", &n), 0);
	ck_assert_uint_eq(n, 0);
	ck_assert_int_eq(units_rate("1.1mhz", &n), SCRAPE_ELIMIT);
	ck_assert_int_eq(units_rate("0", &n), SCRAPE_ELIMIT);
	ck_assert_int_eq(units_rate("fast", &n), SCRAPE_EINVAL);
	ck_assert_int_eq(units_permille("2.5%", &permille), 0);
	ck_assert_uint_eq(permille, 25);
	ck_assert_int_eq(units_permille("100", &permille), 0);
	ck_assert_uint_eq(permille, 1000);
	ck_assert_int_lt(units_permille("101%", &permille), 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("ini");
	TCase *tc = tcase_create("ini");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tc, what_is_read);
	tcase_add_test(tc, what_is_refused);
	tcase_add_test(tc, long_lines);
	tcase_add_test(tc, files);
	tcase_add_test(tc, durations);
	tcase_add_test(tc, sizes_rates_and_shares);
	suite_add_tcase(suite, tc);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
