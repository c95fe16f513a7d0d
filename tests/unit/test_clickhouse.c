/* SPDX-License-Identifier: MIT */
/* ClickHouse without a server: addresses, and rows as bytes. The store itself: tests/cluster. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "scrape.h"
#include "store/clickhouse.h"
#include "store/rowbinary.h"

#define NO_PASSWORD \
	"no password in an address, where everybody can read it: in $CLICKHOUSE_PASSWORD, or in a file"

static struct err error;

static const char *parsed(const char *url)
{
	static char out[1024];
	struct clickhouse_place place;
	size_t n = 0;

	if (clickhouse_place_parse(url, &place, &error) < 0)
		return error.text;
	for (size_t i = 0; i < place.n_hosts; i++)
		n += (size_t)snprintf(out + n, sizeof(out) - n, "%s%s:%u ", place.hosts[i].tls ? "tls " : "",
				      place.hosts[i].host, place.hosts[i].port);
	(void)snprintf(out + n, sizeof(out) - n, "%s|%s|%s|%s", place.user, place.database, place.cluster, place.ca_file);
	return out;
}

START_TEST(places)
{
	static const struct {
		const char *url, *what;
	} urls[] = {
		{"clickhouse://db/scrape", "db:8123 |scrape||"},
		{"clickhouse://me@a:1,b,[::1]:3/x_1?cluster=all&ca=/etc/ca.pem&password-file=/p", "a:1 b:8123 ::1:3 me|x_1|all|/etc/ca.pem"},
		{"clickhouse://a,b:9/x?secure=true", "tls a:8443 tls b:9 |x||"},
		{"clickhouse://a", "\"clickhouse://a\" names no database: clickhouse://host:8123/scrape"},
		{"clickhouse://a/", "\"\" is no name of a database: letters, digits and _"},
		{"clickhouse://a/x;DROP", "\"x;DROP\" is no name of a database: letters, digits and _"},
		{"clickhouse://a/x?cluster='", "\"'\" is no name of a cluster: letters, digits and _"},
		{"clickhouse://a/x?port=3", "\"port=3\" is none of cluster=NAME, secure=true, ca=FILE, password-file=FILE"},
		{"clickhouse://a/x?secure=maybe", "\"secure=maybe\" is none of cluster=NAME, secure=true, ca=FILE, password-file=FILE"},
		{"clickhouse://a:0/x", "'a:0' has no port from 1 to 65535"},
		{"clickhouse:///x", "'' is no address of a server"},
		{"clickhouse://a,/x", "'' is no address of a server"},
		{"clickhouse://me:secret@a/x", NO_PASSWORD},
		{"clickhouse://me:secret@a:8123", NO_PASSWORD}, /* whatever else is wrong */
		{"clickhouse://me:sec/ret@a:8123/x", NO_PASSWORD},
		{"clickhouse://me:sec?ret@a:8123/x", NO_PASSWORD},
	};

	ck_assert_str_eq(parsed(urls[_i].url), urls[_i].what);
}
END_TEST

START_TEST(values)
{
	struct buf out = BUF_INIT;
	struct rowbinary rows;
	const char *text;
	size_t n;

	rowbinary_put_u8(&out, 200);
	rowbinary_put_u16(&out, 60000);
	rowbinary_put_u32(&out, 4000000000u);
	rowbinary_put_u64(&out, UINT64_MAX - 1);
	rowbinary_put_text(&out, "a\0b", 3);
	rowbinary_put_array(&out, 300);
	for (size_t i = 0; i < 300; i++)
		rowbinary_put_u16(&out, (uint16_t)i);
	ck_assert_uint_eq((uint8_t)out.data[1], 0x60); /* little endian */
	for (size_t cut = 0; cut <= out.len; cut++) { /* whole, and ending anywhere */
		rows = (struct rowbinary){.p = (const uint8_t *)out.data, .end = (const uint8_t *)out.data + cut};
		ck_assert_uint_eq(rowbinary_u8(&rows), cut >= 1 ? 200 : 0);
		ck_assert_uint_eq(rowbinary_u16(&rows), cut >= 3 ? 60000 : 0);
		ck_assert_uint_eq(rowbinary_u32(&rows), cut >= 7 ? 4000000000u : 0);
		ck_assert_uint_eq(rowbinary_u64(&rows), cut >= 15 ? UINT64_MAX - 1 : 0);
		text = rowbinary_text(&rows, &n);
		ck_assert_uint_eq(n, cut >= 19 ? 3 : 0);
		ck_assert_mem_eq(text, "a\0b", n);
		n = rowbinary_array(&rows, 2);
		ck_assert_uint_eq(n, cut == out.len ? 300 : 0);
		for (size_t i = 0; i < n; i++)
			ck_assert_uint_eq(rowbinary_u16(&rows), i);
		ck_assert_int_eq(rows.bad, cut < out.len);
		ck_assert(!rowbinary_more(&rows));
	}
	buf_deinit(&out);
}
END_TEST

/* Lengths that no answer can have. */
START_TEST(lies)
{
	static const uint8_t longest[] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 1},
			     endless[] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
	struct rowbinary rows = {.p = longest, .end = longest + sizeof(longest)};
	size_t n;

	ck_assert_str_eq(rowbinary_text(&rows, &n), "");
	ck_assert(rows.bad && n == 0 && !rowbinary_more(&rows));
	rows = (struct rowbinary){.p = endless, .end = endless + sizeof(endless)};
	ck_assert_uint_eq(rowbinary_array(&rows, 8), 0);
	ck_assert(rows.bad);
	rows = (struct rowbinary){0}; /* nothing at all */
	ck_assert(!rowbinary_more(&rows) && rowbinary_u64(&rows) == 0 && rows.bad);
}
END_TEST

START_TEST(quotes)
{
	struct buf out = BUF_INIT;

	clickhouse_quote(&out, "a'b\\c", 5);
	ck_assert_str_eq(buf_cstr(&out), "'a\\'b\\\\c'");
	buf_deinit(&out);
}
END_TEST

/* An answer that was begun, and then something failed. */
START_TEST(failures)
{
	static const struct {
		const char *bytes;
		size_t n;
		bool found;
	} answers[] = {
#define BYTES(text) text, sizeof(text) - 1
		{BYTES(""), false},
		{BYTES("\n"), false},
		{BYTES("18.16.1"), false},
		{BYTES("Code: 210, e.displayText() = DB::NetException: Gone\n"), true},
		{BYTES("\1\2\0\3Code: 210. DB::Exception: Gone.\nMore\n"), true},
		{BYTES("\7Code: \7Code: 1\0\0Code: 210. DB::Exception: Gone\n"), true},
		{BYTES("\7Code: 2"), false},
		{BYTES("\7Code: \n"), false},
		{BYTES("\12Code: 210\n\1\0\0\0\0\0\0\0"), false}, /* a note that says so */
		{BYTES("\12Code: 210\n\n\0\0\0\0\0\0\n"), false},
#undef BYTES
	};
	struct buf answer = BUF_INIT;

	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		buf_reset(&answer);
		buf_add(&answer, answers[i].bytes, answers[i].n);
		ck_assert_msg((clickhouse_failure_behind(&answer) != NULL) == answers[i].found, "%zu", i);
	}
	buf_deinit(&answer);
	for (size_t i = 0; i < 40000; i++)
		buf_chr(&answer, (char)i);
	buf_str(&answer, "Code: 210. DB::Exception: Gone\n");
	ck_assert_str_eq(buf_cstr(&answer) ? clickhouse_failure_behind(&answer) : "", "Code: 210. DB::Exception: Gone\n");
	buf_deinit(&answer);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("clickhouse");
	TCase *tcase = tcase_create("clickhouse");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_loop_test(tcase, places, 0, 16);
	tcase_add_test(tcase, values);
	tcase_add_test(tcase, lies);
	tcase_add_test(tcase, quotes);
	tcase_add_test(tcase, failures);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
