/* SPDX-License-Identifier: MIT */
/* What text_clean lets through, and that the escapers' output is what a parser gives back. */
#include <check.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "scrape.h"

static void check_clean(const char *bytes, size_t n, size_t max, const char *expect)
{
	struct buf out = BUF_INIT;

	text_clean(&out, bytes, n, max);
	ck_assert_str_eq(buf_cstr(&out), expect);
	ck_assert_uint_eq(out.len, strlen(expect));
	buf_deinit(&out);
}

#define CLEAN(bytes, expect) check_clean(bytes, sizeof(bytes) - 1, SCRAPE_NAME_MAX, expect)

START_TEST(clean_keeps_text)
{
	CLEAN("", "");
	CLEAN("raw_decode", "raw_decode");
	CLEAN("<listcomp> a\\b \"c\" ; d", "<listcomp> a\\b \"c\" ; d");
	CLEAN("na\xc3\xafve \xe2\x82\xac \xf0\x9f\x90\x8d \xed\x9f\xbf\xee\x80\x80 \xf4\x8f\xbf\xbf",
	      "na\xc3\xafve \xe2\x82\xac \xf0\x9f\x90\x8d \xed\x9f\xbf\xee\x80\x80 \xf4\x8f\xbf\xbf");
}
END_TEST

START_TEST(clean_controls)
{
	CLEAN("a\nb\0c\x1b[31m\x7f", "a\\x0ab\\x00c\\x1b[31m\\x7f");
	CLEAN("\xc2\x80\xc2\x85\xc2\x9f\xc2\xa0", "\\x80\\x85\\x9f\xc2\xa0");
	CLEAN("\xe2\x80\xae" "abc\xe2\x81\xa6\xe2\x80\xa8\xd8\x9c", "\\u202eabc\\u2066\\u2028\\u061c");
	CLEAN("\xef\xbf\xbe\xef\xbf\xbf\xef\xbf\xbd", "\\ufffe\\uffff\xef\xbf\xbd");
}
END_TEST

START_TEST(clean_invalid)
{
	CLEAN("\x80", "\\x80");
	CLEAN("\xc0\xaf", "\\xc0\\xaf");                           /* overlong slash */
	CLEAN("\xe0\x80\xaf", "\\xe0\\x80\\xaf");
	CLEAN("\xf0\x80\x80\x80", "\\xf0\\x80\\x80\\x80");
	CLEAN("\xed\xa0\x80", "\\xed\\xa0\\x80");                  /* surrogate */
	CLEAN("\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80");         /* above U+10FFFF */
	CLEAN("\xff\xfe" "a", "\\xff\\xfe" "a");
	CLEAN("a\xe2\x82", "a\\xe2\\x82");                         /* cut at the end */
	CLEAN("\xe2\x82" "A", "\\xe2\\x82" "A");
	CLEAN("\xe2\xe2\x82\xac", "\\xe2\xe2\x82\xac");
}
END_TEST

START_TEST(clean_limit)
{
	static char at[SCRAPE_NAME_MAX + 1], over[SCRAPE_NAME_MAX + 2];
	struct buf a = BUF_INIT, b = BUF_INIT;

	memset(at, 'a', SCRAPE_NAME_MAX);
	check_clean(at, SCRAPE_NAME_MAX, SCRAPE_NAME_MAX, at);

	memset(over, 'a', SCRAPE_NAME_MAX + 1);
	text_clean(&a, over, SCRAPE_NAME_MAX + 1, SCRAPE_NAME_MAX);
	ck_assert_uint_eq(a.len, SCRAPE_NAME_MAX);
	ck_assert_mem_eq(a.data, over, SCRAPE_NAME_MAX - 11);
	ck_assert_mem_eq(a.data + SCRAPE_NAME_MAX - 11, "...", 3);

	over[SCRAPE_NAME_MAX] = 'b'; /* two long names stay two */
	text_clean(&b, over, SCRAPE_NAME_MAX + 1, SCRAPE_NAME_MAX);
	ck_assert_str_ne(buf_cstr(&a), buf_cstr(&b));
	buf_deinit(&a);
	buf_deinit(&b);
}
END_TEST

START_TEST(clean_cuts_between_characters)
{
	/* 5 bytes are kept: two euro signs would be 6, "aaa\x00" would be 7 */
	struct buf out = BUF_INIT;

	text_clean(&out, "\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac", 18, 16);
	ck_assert_uint_eq(out.len, 3 + 11);
	ck_assert_mem_eq(out.data, "\xe2\x82\xac...", 6);
	buf_reset(&out);
	text_clean(&out, "aaa\0aaaaaaaaaaaaaaaaa", 21, 16);
	ck_assert_uint_eq(out.len, 3 + 11);
	ck_assert_mem_eq(out.data, "aaa...", 6);
	buf_deinit(&out);
}
END_TEST

START_TEST(clean_appends_and_repeats)
{
	struct buf once = BUF_INIT, twice = BUF_INIT;

	buf_str(&once, "x=");
	text_clean(&once, "\xff\n\\x41 \xe2\x80\xae long enough to be cut", 30, 30);
	ck_assert_mem_eq(once.data, "x=\\xff\\x0a\\x41", 14);
	text_clean(&twice, once.data + 2, once.len - 2, 30);
	ck_assert_uint_eq(twice.len, once.len - 2);
	ck_assert_mem_eq(twice.data, once.data + 2, twice.len);
	buf_deinit(&once);
	buf_deinit(&twice);
}
END_TEST

START_TEST(utf8_edges)
{
	struct buf out = BUF_INIT;
	static const uint32_t points[] = {'A', 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xffff, 0x10000, 0x10ffff};

	for (size_t i = 0; i < sizeof(points) / sizeof(points[0]); i++)
		text_utf8(&out, points[i]);
	ck_assert_str_eq(buf_cstr(&out), "A\x7f\xc2\x80\xdf\xbf\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf"
					 "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf");
	buf_reset(&out);
	text_utf8(&out, 0xd800);
	text_utf8(&out, 0xdfff);
	text_utf8(&out, 0x110000);
	text_utf8(&out, 0xffffffff);
	ck_assert_str_eq(buf_cstr(&out), "\\ud800\\udfff\\u110000\\uffffffff");
	buf_deinit(&out);
}
END_TEST

static void check_escaped(void (*escape)(struct buf *, const char *, size_t), const char *bytes, size_t n,
			  const char *expect)
{
	struct buf out = BUF_INIT;

	escape(&out, bytes, n);
	ck_assert_str_eq(buf_cstr(&out), expect);
	buf_deinit(&out);
}

#define ESCAPED(escape, bytes, expect) check_escaped(escape, bytes, sizeof(bytes) - 1, expect)

START_TEST(json_escapes)
{
	ESCAPED(text_json, "", "\"\"");
	ESCAPED(text_json, "a\"b\\c</script>&", "\"a\\\"b\\\\c\\u003c/script\\u003e\\u0026\"");
	ESCAPED(text_json, "\xe2\x80\xa8\xe2\x82\xac\n\0\x7f", "\"\\u2028\xe2\x82\xac\\u000a\\u0000\\u007f\"");
	ESCAPED(text_json, "\xef\xbf\xbe", "\"\\ufffe\"");
	ESCAPED(text_json, "\xff.\xe2\x82", "\"\xef\xbf\xbd.\xef\xbf\xbd\xef\xbf\xbd\"");
}
END_TEST

START_TEST(xml_escapes)
{
	ESCAPED(text_xml, "", "");
	ESCAPED(text_xml, "<a b=\"c\" d='e'>&]]>", "&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;]]&gt;");
	ESCAPED(text_xml, "\n\x1b\xc2\x85\xef\xbf\xbf", "&#10;\xef\xbf\xbd&#133;\xef\xbf\xbd");
	ESCAPED(text_xml, "\xff\xe2\x82\xac", "\xef\xbf\xbd\xe2\x82\xac");
}
END_TEST

START_TEST(percent_escapes)
{
	struct buf out = BUF_INIT;

	text_percent(&out, "aZ9-._~ /?&=%+\xe2\x82\xac");
	ck_assert_str_eq(buf_cstr(&out), "aZ9-._~%20%2F%3F%26%3D%25%2B%E2%82%AC");
	buf_deinit(&out);
}
END_TEST

/* Each byte at each place of texts around the eight that are looked at together. */
START_TEST(plain_is_printable_ascii)
{
	char text[20];

	for (size_t n = 0; n <= sizeof(text); n++)
		for (size_t at = 0; at < n; at++)
			for (unsigned byte = 0; byte < 256; byte++) {
				memset(text, byte & 1 ? ' ' : '~', sizeof(text));
				text[at] = (char)byte;
				ck_assert_int_eq(text_is_plain(text, n), byte >= ' ' && byte <= '~');
			}
	ck_assert(text_is_plain("", 0));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("text");
	TCase *tcase = tcase_create("text");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, clean_keeps_text);
	tcase_add_test(tcase, clean_controls);
	tcase_add_test(tcase, clean_invalid);
	tcase_add_test(tcase, clean_limit);
	tcase_add_test(tcase, clean_cuts_between_characters);
	tcase_add_test(tcase, clean_appends_and_repeats);
	tcase_add_test(tcase, utf8_edges);
	tcase_add_test(tcase, json_escapes);
	tcase_add_test(tcase, xml_escapes);
	tcase_add_test(tcase, percent_escapes);
	tcase_add_test(tcase, plain_is_printable_ascii);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
