/* SPDX-License-Identifier: MIT */
/* What a collector takes from its own search for regressions. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "daemon/watch.h"
#include "daemon/webhook.h"
#include "scrape.h"

#define ITEM(function, moment, more)                                                                                   \
	"{\"service\":\"shop\",\"function\":\"" function "\",\"file\":\"/a.py\",\"unit\":\"cores\",\"moment\":" moment \
	",\"moment_lo\":9,\"moment_hi\":12" more "}"

static struct watch_findings read_text(const char *text, int code)
{
	struct watch_findings findings = {.list = {0}};

	ck_assert_int_eq(watch_findings_read(&findings, text, strlen(text)), code);
	return findings;
}

START_TEST(items)
{
	struct watch_findings findings =
		read_text("{\"items\":[" ITEM("f", "10", ",\"delta\":0.25,\"flags\":[\"per_host\"]") "," ITEM(
				  "g", "10", ",\"delta\":-1,\"flags\":[]") "]}",
			  0);

	ck_assert_uint_eq(findings.list.n, 2);
	ck_assert_str_eq(findings.list.items[0].service, "shop");
	ck_assert_str_eq(findings.list.items[0].function, "f");
	ck_assert_str_eq(findings.list.items[0].file, "/a.py");
	ck_assert(findings.list.items[0].delta == 0.25 && findings.list.items[1].delta == -1);
	ck_assert(findings.list.items[0].moment_lo == 9 && findings.list.items[0].moment_hi == 12);
	ck_assert(!findings.list.items[0].share);
	ck_assert_ptr_nonnull(strstr(findings.list.items[0].json, "\"per_host\""));
	watch_findings_deinit(&findings);
	ck_assert_uint_eq(findings.list.n, 0);
}
END_TEST

/* A metric has one value for its labels: the newest change of a function is the one. */
START_TEST(newest)
{
	struct watch_findings findings =
		read_text("{\"items\":[" ITEM("f", "20", ",\"delta\":2") "," ITEM("f", "30", ",\"delta\":3") "," ITEM(
				  "f", "10", ",\"delta\":1") "]}",
			  0);

	ck_assert_uint_eq(findings.list.n, 1);
	ck_assert(findings.list.items[0].delta == 3);
	watch_findings_deinit(&findings);
}
END_TEST

START_TEST(left_out)
{
	static const char *const texts[] = {
		"{\"items\":[]}",
		"{\"items\":[7,null,[],{}]}",
		"{\"items\":[" ITEM("f", "10", ",\"delta\":1,\"flags\":[\"recurring\"]") "]}",
		"{\"items\":[" ITEM("f", "10", ",\"delta\":null") "]}",
		"{\"items\":[" ITEM("f", "\"x\"", ",\"delta\":1") "]}",
	};
	static const char *const bad[] = {"", "[]", "{", "{\"items\":{}}", "7"};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		struct watch_findings findings = read_text(texts[i], 0);

		ck_assert_msg(findings.list.n == 0, "something was found in %s", texts[i]);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		(void)read_text(bad[i], SCRAPE_EFORMAT);
}
END_TEST

static size_t read_many(unsigned n)
{
	struct watch_findings findings;
	struct buf text = BUF_INIT;
	size_t found;

	buf_str(&text, "{\"items\":[");
	for (unsigned i = 0; i < n; i++)
		buf_fmt(&text,
			"%s{\"service\":\"s\",\"function\":\"f%u\",\"file\":\"\",\"unit\":\"share\",\"moment\":1,"
			"\"delta\":1}",
			i ? "," : "", i);
	buf_str(&text, "]}");
	findings = read_text(buf_cstr(&text), 0);
	found = findings.list.n;
	ck_assert(findings.list.items[0].share);
	watch_findings_deinit(&findings);
	buf_deinit(&text);
	return found;
}

START_TEST(limits)
{
	ck_assert_uint_eq(read_many(WATCH_FINDINGS_MAX), WATCH_FINDINGS_MAX);
	ck_assert_uint_eq(read_many(WATCH_FINDINGS_MAX + 1), WATCH_FINDINGS_MAX);
}
END_TEST

START_TEST(addresses)
{
	static const char *const good[] = {"http://a", "https://hooks.test/x?key=1", "http://[::1]:80/"};
	static const char *const bad[] = {"", "a", "ftp://a", "http://", "https://a b", "http:/a"};
	struct err err;

	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
		ck_assert_msg(webhook_check(good[i], &err) == 0, "%s", good[i]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		ck_assert_msg(webhook_check(bad[i], &err) == SCRAPE_EINVAL, "'%s'", bad[i]);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("watch");
	TCase *tcase = tcase_create("findings");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, items);
	tcase_add_test(tcase, newest);
	tcase_add_test(tcase, left_out);
	tcase_add_test(tcase, limits);
	tcase_add_test(tcase, addresses);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
