/* SPDX-License-Identifier: MIT */
/* Answers of name servers, good ones and hostile ones. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "daemon/srv.h"
#include "daemon/srv_answer.h"
#include "scrape.h"

#define QUESTION "\x03_sc\x04_tcp\x01x\x00\x00\x21\x00\x01"
#define ROUND "\xc0\x0c" /* a pointer to the question's name */

static struct err error;

static void put16(struct buf *out, unsigned value)
{
	const char bytes[2] = {(char)(value >> 8), (char)value};

	buf_add(out, bytes, sizeof(bytes));
}

static void begin(struct buf *out, unsigned records)
{
	put16(out, 0x1234);
	put16(out, 0x8180);
	put16(out, 1);
	put16(out, records);
	put16(out, 0);
	put16(out, 0);
	buf_add(out, QUESTION, sizeof(QUESTION) - 1);
}

/* target: as labels, with their lengths; what C ends it with is the root. */
static void put_record(struct buf *out, unsigned type, unsigned ttl_s, unsigned port, const char *target, size_t n)
{
	buf_add(out, ROUND, 2);
	put16(out, type);
	put16(out, 1);
	put16(out, ttl_s >> 16);
	put16(out, ttl_s & 0xffff);
	put16(out, (unsigned)n + 6);
	put16(out, 10);
	put16(out, 20);
	put16(out, port);
	buf_add(out, target, n);
}

#define RECORD(out, ttl, port, target) put_record(out, 33, ttl, port, target, sizeof(target))

static int read_all(struct buf *bytes, struct srv_answer *ret)
{
	/* of its own size, so that sanitizers see who reads beyond it */
	char *copy = malloc(bytes->len ? bytes->len : 1);
	int r;

	ck_assert_ptr_nonnull(copy);
	ck_assert(!bytes->failed);
	if (bytes->len)
		memcpy(copy, bytes->data, bytes->len);
	error.text[0] = '\0';
	r = srv_answer_read(copy, bytes->len, ret, &error);
	ck_assert(r == 0 || error.text[0]);
	free(copy);
	return r;
}

START_TEST(records)
{
	struct buf bytes = BUF_INIT;
	struct srv_answer answer;

	begin(&bytes, 4);
	RECORD(&bytes, 300, 16384,
	       "\x06shop-1\x07"
	       "example\x03"
	       "com");
	put_record(&bytes, 5, 1, 0, "\x01y", 3); /* a CNAME, whose time does not count */
	RECORD(&bytes, 60, 9000,
	       "\x02"
	       "b_");
	RECORD(&bytes, 90, 0, ""); /* "." with whatever port is none */
	ck_assert_msg(read_all(&bytes, &answer) == 0, "%s", error.text);
	ck_assert_uint_eq(answer.targets.n, 2);
	ck_assert_str_eq(answer.targets.items[0].host, "shop-1.example.com");
	ck_assert_uint_eq(answer.targets.items[0].port, 16384);
	ck_assert_str_eq(answer.targets.items[1].host, "b_");
	ck_assert_uint_eq(answer.targets.items[1].port, 9000);
	ck_assert_uint_eq(answer.ttl_s, 60);
	srv_answer_deinit(&answer);
	for (size_t n = 0; n < bytes.len; n++) { /* cut anywhere it is none */
		struct buf cut = BUF_INIT;

		buf_add(&cut, bytes.data, n);
		ck_assert_msg(read_all(&cut, &answer) == SCRAPE_EFORMAT, "the first %zu bytes were taken", n);
		buf_deinit(&cut);
	}
	buf_reset(&bytes);
	begin(&bytes, 0);
	ck_assert_int_eq(read_all(&bytes, &answer), 0);
	ck_assert_uint_eq(answer.targets.n, 0);
	srv_answer_deinit(&answer);
	buf_deinit(&bytes);
}
END_TEST

START_TEST(hostile_targets)
{
	static const struct {
		const char *labels;
		size_t n;
		unsigned port;
	} bad[] = {{"\x03"
		    "a b",
		    5, 1},
		   {"\x03"
		    "a/b",
		    5, 1},
		   {"\x03"
		    "a\nb",
		    5, 1},
		   {"\x03"
		    "a.b",
		    5, 1},
		   {"\x03"
		    "a\0b",
		    5, 1},
		   {"\x03"
		    "a=b",
		    5, 1},
		   {"\x03"
		    "a@b",
		    5, 1},
		   {"\x02\xc3\xa4", 4, 1},
		   {"\x02"
		    "-a",
		    4, 1},
		   {"\x01"
		    "a",
		    3, 0},
		   {"\x01"
		    "a\0x",
		    4, 1},
		   {"\x3f"
		    "a",
		    3, 1},
		   {"\xc0\xff", 2, 1},
		   {"\x01"
		    "a",
		    2, 1},
		   {"", 0, 1},
		   {"\x80", 1, 1}};
	struct srv_answer answer;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct buf bytes = BUF_INIT;

		begin(&bytes, 2);
		RECORD(&bytes, 60, 1, "\x04good");
		put_record(&bytes, 33, 60, bad[i].port, bad[i].labels, bad[i].n);
		ck_assert_msg(read_all(&bytes, &answer) == SCRAPE_EFORMAT, "target %zu was taken", i);
		buf_deinit(&bytes);
	}
}
END_TEST

/* A name that points to itself. */
START_TEST(rings)
{
	struct buf bytes = BUF_INIT;
	struct srv_answer answer;
	char at[2];

	begin(&bytes, 1);
	at[0] = (char)0xc0;
	at[1] = (char)(bytes.len + 2 + 10 + 6);
	put_record(&bytes, 33, 60, 1, at, 2);
	ck_assert_int_eq(read_all(&bytes, &answer), SCRAPE_EFORMAT);
	buf_deinit(&bytes);
}
END_TEST

static int read_many(unsigned n)
{
	struct buf bytes = BUF_INIT;
	struct srv_answer answer;
	int r;

	begin(&bytes, n);
	for (unsigned i = 0; i < n; i++)
		put_record(&bytes, 33, 60, 1 + i, ROUND, 2);
	r = read_all(&bytes, &answer);
	if (r == 0) {
		ck_assert_uint_eq(answer.targets.n, n);
		ck_assert_str_eq(answer.targets.items[n - 1].host, "_sc._tcp.x");
		srv_answer_deinit(&answer);
	}
	buf_deinit(&bytes);
	return r;
}

START_TEST(limits)
{
	ck_assert_int_eq(read_many(SRV_ANSWER_MAX), 0);
	ck_assert_int_eq(read_many(SRV_ANSWER_MAX + 1), SCRAPE_ELIMIT);
}
END_TEST

START_TEST(times_to_live)
{
	static const uint32_t times[][2] = {
		{0, 0}, {7, 7}, {0x10000, 0x10000}, {INT32_MAX, INT32_MAX}, {0x80000000u, 0}};

	for (size_t i = 0; i < sizeof(times) / sizeof(*times); i++) {
		struct buf bytes = BUF_INIT;
		struct srv_answer answer;

		begin(&bytes, 1);
		RECORD(&bytes, times[i][0], 1,
		       "\x01"
		       "a");
		ck_assert_int_eq(read_all(&bytes, &answer), 0);
		ck_assert_uint_eq(answer.ttl_s, times[i][1]);
		srv_answer_deinit(&answer);
		buf_deinit(&bytes);
	}
}
END_TEST

static void read_two(const char *one, const char *other, struct srv_answer *ret)
{
	struct buf bytes = BUF_INIT;

	begin(&bytes, 2);
	put_record(&bytes, 33, 60, 1, one, 3);
	put_record(&bytes, 33, 60, 1, other, 3);
	ck_assert_int_eq(read_all(&bytes, ret), 0);
	buf_deinit(&bytes);
}

START_TEST(order_does_not_matter)
{
	struct srv_answer ab, ba, ac, none = {.ttl_s = 0};

	read_two("\x01"
		 "a",
		 "\x01"
		 "b",
		 &ab);
	read_two("\x01"
		 "b",
		 "\x01"
		 "a",
		 &ba);
	read_two("\x01"
		 "a",
		 "\x01"
		 "c",
		 &ac);
	ck_assert(srv_answer_is_same(&ab, &ba));
	ck_assert(!srv_answer_is_same(&ab, &ac));
	ck_assert(!srv_answer_is_same(&ab, &none));
	ck_assert(srv_answer_is_same(&none, &none));
	srv_answer_deinit(&ab);
	srv_answer_deinit(&ba);
	srv_answer_deinit(&ac);
}
END_TEST

START_TEST(configured)
{
	static const char *const names[] = {"_scrape._tcp.example.com", "https://_a._tcp.x", "x."},
				 *const bad_names[] = {"",     "https://", "http://a", "a b",     ".",
						       "a..b", "-a",       "a/b",      "\xc3\xa4"},
				 *const servers[] = {"127.0.0.1", "127.0.0.1:5353", "[::1]:53", "::1"},
				 *const bad_servers[] = {"", "localhost", "127.0.0.1:0x", "127.0.0.1:70000", "1.2.3"};
	char longest[SRV_NAME_MAX + 2];

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		ck_assert_msg(srv_check_name(names[i], &error) == 0, "%s: %s", names[i], error.text);
	for (size_t i = 0; i < sizeof(bad_names) / sizeof(*bad_names); i++)
		ck_assert_msg(srv_check_name(bad_names[i], &error) == SCRAPE_EINVAL, "'%s'", bad_names[i]);
	for (size_t i = 0; i < sizeof(servers) / sizeof(*servers); i++)
		ck_assert_msg(srv_check_server(servers[i], &error) == 0, "%s: %s", servers[i], error.text);
	for (size_t i = 0; i < sizeof(bad_servers) / sizeof(*bad_servers); i++)
		ck_assert_msg(srv_check_server(bad_servers[i], &error) == SCRAPE_EINVAL, "'%s'", bad_servers[i]);
	memset(longest, 'a', sizeof(longest) - 1);
	longest[SRV_NAME_MAX + 1] = '\0';
	ck_assert(!srv_name_is_good(longest));
	longest[SRV_NAME_MAX] = '\0';
	ck_assert(srv_name_is_good(longest));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("srv_answer");
	TCase *tcase = tcase_create("answers");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, records);
	tcase_add_test(tcase, hostile_targets);
	tcase_add_test(tcase, rings);
	tcase_add_test(tcase, limits);
	tcase_add_test(tcase, times_to_live);
	tcase_add_test(tcase, order_does_not_matter);
	tcase_add_test(tcase, configured);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
