/* SPDX-License-Identifier: MIT */
/* Which rule a process gets, what expressions are refused, and rules as bytes. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "daemon/facts.h"
#include "daemon/rules.h"
#include "scrape.h"
#include "stream/labels.h"

#define ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static const struct rules_facts shop = {.pid = 42,
					.uid = 1000,
					.age_us = 5000000,
					.exe = "/usr/bin/python3.11",
					.command = "/usr/bin/python3 -m gunicorn shop:app",
					.cgroup = "/system.slice/shop.service",
					.unit = "shop.service",
					.container = ID};

static struct rule *add(struct rules *rules, const char *name)
{
	struct rule *rule;

	ck_assert_int_eq(rules_add(rules, name, &rule, NULL), 0);
	rule->rate_mhz = 100000;
	return rule;
}

START_TEST(each_key)
{
	static const struct {
		enum rules_text which;
		const char *value;
		bool fits;
	} samples[] = {
		{RULES_EXE, "python*", true},          {RULES_EXE, "/usr/bin/python3.*", true},
		{RULES_EXE, "/usr/bin", false},        {RULES_EXE, "ruby*", false},
		{RULES_COMMAND, "gunicorn.*shop", true}, {RULES_COMMAND, "^gunicorn", false},
		{RULES_UNIT, "shop.service", true},    {RULES_UNIT, "s?op.*", true},
		{RULES_UNIT, "shop", false},           {RULES_CGROUP, "^/system\\.slice/", true},
		{RULES_CGROUP, "user", false},         {RULES_CONTAINER, "*", true},
		{RULES_CONTAINER, "0123456789ab", true}, {RULES_CONTAINER, "01234", false},
		{RULES_CONTAINER, "f*", false},
	};

	for (size_t i = 0; i < sizeof(samples) / sizeof(*samples); i++) {
		struct rules rules = {0};
		struct rule *rule = add(&rules, "r");
		uint64_t again = 9;

		ck_assert_int_eq(rules_set_text(rule, samples[i].which, samples[i].value, NULL), 0);
		ck_assert_int_eq(rules_compile(&rules, NULL), 0);
		ck_assert_msg((rules_find(&rules, &shop, &again) == rule) == samples[i].fits, "%s", samples[i].value);
		ck_assert_uint_eq(again, 0);
		rules_deinit(&rules);
	}
}
END_TEST

START_TEST(the_first_wins)
{
	struct rules rules = {0};
	struct rule *rule = add(&rules, "other user");
	struct rules_facts facts = shop;
	uint64_t again;

	ck_assert_ptr_null(rules_find(&(struct rules){0}, &shop, &again));
	rule->uid = 0;
	rule = add(&rules, "not these");
	rule->exclude = true;
	ck_assert_int_eq(rules_set_text(rule, RULES_COMMAND, "celery", NULL), 0);
	rule = add(&rules, "this pid");
	rule->pid = 43;
	rule = add(&rules, "all");
	rule->rate_mhz = 50000;
	(void)add(&rules, "never reached");
	ck_assert_int_eq(rules_compile(&rules, NULL), 0);
	ck_assert_str_eq(rules_find(&rules, &facts, &again)->name, "all");
	facts.pid = 43;
	ck_assert_str_eq(rules_find(&rules, &facts, &again)->name, "this pid");
	facts.command = "python celery";
	ck_assert(rules_find(&rules, &facts, &again)->exclude);
	facts.uid = 0;
	ck_assert_str_eq(rules_find(&rules, &facts, &again)->name, "other user");
	ck_assert(rules_want_command(&rules));
	ck_assert(!rules_want_exact(&rules));
	ck_assert_uint_eq(rules_top_rate(&rules), 100000);
	rules_deinit(&rules);
}
END_TEST

START_TEST(age)
{
	struct rules rules = {0};
	struct rules_facts facts = shop;
	uint64_t again;

	add(&rules, "old")->min_age_us = 60000000;
	add(&rules, "older")->min_age_us = 90000000;
	ck_assert_ptr_null(rules_find(&rules, &facts, &again));
	ck_assert_uint_eq(again, 55000000);
	facts.age_us = 60000000;
	ck_assert_str_eq(rules_find(&rules, &facts, &again)->name, "old");
	ck_assert_uint_eq(again, 0);
	facts.age_us--;
	ck_assert_ptr_null(rules_find(&rules, &facts, &again));
	ck_assert_uint_eq(again, 1);
	rules_deinit(&rules);
}
END_TEST

START_TEST(expressions)
{
	static const char *const good[] = {"a{1,1000}", "(a{10}){100}", "\\{5000\\}", "a{,3}", "[a-z]+", "a{b}"};
	static const char *const bad[] = {"(", "[", "((a{1000}){1000}){1000}", "a{1,70000}", "a++++", "(a)\\1", "a{99999999999999}",
					  "((((a{60}){60}){60}){60}){60}", ""};
	struct rules rules = {0};
	struct rule *rule = add(&rules, "r");

	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
		ck_assert_int_eq(rules_set_text(rule, RULES_COMMAND, good[i], NULL), 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct err err = {0};

		ck_assert_msg(rules_set_text(rule, RULES_CGROUP, bad[i], &err) < 0, "%s", bad[i]);
		ck_assert(err.text[0]);
	}
	ck_assert_ptr_null(rule->texts[RULES_CGROUP]);
	rules_deinit(&rules);
}
END_TEST

START_TEST(limits)
{
	struct rules rules = {0};
	struct rule *rule = add(&rules, "0");
	char text[RULES_TEXT_MAX + 2], key[32];

	memset(text, 'x', sizeof(text));
	text[RULES_TEXT_MAX + 1] = '\0';
	ck_assert_int_eq(rules_set_text(rule, RULES_UNIT, text, NULL), SCRAPE_ELIMIT);
	text[RULES_TEXT_MAX] = '\0';
	ck_assert_int_eq(rules_set_text(rule, RULES_UNIT, text, NULL), 0);
	for (unsigned i = 0; i < RULES_LABELS_MAX; i++) {
		(void)snprintf(key, sizeof(key), "k%u", i);
		ck_assert_int_eq(rules_set_label(rule, key, "v", NULL), 0);
	}
	ck_assert_int_eq(rules_set_label(rule, "one-more", "v", NULL), SCRAPE_ELIMIT);
	ck_assert_int_eq(rules_set_label(rule, "k0", "other", NULL), 0);
	ck_assert_ptr_nonnull(strstr(rule->labels, "k0=other\n"));
	ck_assert_ptr_null(strstr(rule->labels, "k0=v\n"));
	ck_assert_int_eq(rules_set_label(rule, "k1", "", NULL), 0);
	ck_assert_ptr_null(strstr(rule->labels, "k1="));
	ck_assert_int_eq(rules_set_label(rule, "", "v", NULL), SCRAPE_EINVAL);
	ck_assert_int_eq(rules_set_label(rule, "a=b", "v", NULL), SCRAPE_EINVAL);
	while (rules.list.n < RULES_MAX)
		(void)add(&rules, "more");
	ck_assert_int_eq(rules_add(&rules, "too many", &rule, NULL), SCRAPE_ELIMIT);
	rules_deinit(&rules);
}
END_TEST

static void fill(struct rules *rules)
{
	struct rule *rule = add(rules, "shop");

	rules->slice_us = 10000000;
	rules->budget_target_permille = 20;
	rules->budget_permille = 100;
	ck_assert_int_eq(rules_set_text(rule, RULES_COMMAND, "a|b", NULL), 0);
	ck_assert_int_eq(rules_set_text(rule, RULES_EXE, "python*", NULL), 0);
	ck_assert_int_eq(rules_set_service(rule, "Shop", NULL), 0);
	ck_assert_int_eq(rules_set_label(rule, "zone", "eu", NULL), 0);
	ck_assert_int_eq(rules_set_label(rule, "service.version", "1=2", NULL), 0);
	rule->exact = true;
	rule->min_age_us = 7;
	rule = add(rules, "no");
	rule->exclude = true;
	rule->uid = 33;
	rule->pid = 4711;
}

START_TEST(as_bytes)
{
	struct rules rules = {0}, back = {0};
	struct buf bytes = BUF_INIT, again = BUF_INIT;
	struct err err = {0};

	fill(&rules);
	rules_write(&rules, &bytes);
	ck_assert_int_eq(rules_read(bytes.data, bytes.len, &back, &err), 0);
	rules_write(&back, &again);
	ck_assert_uint_eq(again.len, bytes.len);
	ck_assert_mem_eq(again.data, bytes.data, bytes.len);
	ck_assert_str_eq(back.list.items[0].labels, "zone=eu\nservice.version=1=2\n");
	ck_assert(back.list.items[0].command && back.list.items[1].exclude && back.list.items[0].exact);
	rules_deinit(&back);
	for (size_t n = 0; n < bytes.len; n++) { /* cut anywhere: refused with a sentence, and nothing kept */
		err.text[0] = '\0';
		ck_assert_int_lt(rules_read(bytes.data, n, &back, &err), 0);
		ck_assert(err.text[0]);
		ck_assert_uint_eq(back.list.n, 0);
	}
	buf_chr(&bytes, 0);
	ck_assert_int_eq(rules_read(bytes.data, bytes.len, &back, NULL), SCRAPE_EFORMAT);
	rules_deinit(&rules);
	buf_deinit(&bytes);
	buf_deinit(&again);
}
END_TEST

START_TEST(hostile_bytes)
{
	struct rules rules = {0}, back = {0};
	struct buf bytes = BUF_INIT;
	unsigned seed = 1;

	fill(&rules);
	rules_write(&rules, &bytes);
	for (unsigned round = 0; round < 20000; round++) {
		size_t at = (seed = seed * 1103515245u + 12345u) % bytes.len;
		char old = bytes.data[at];

		bytes.data[at] = (char)(seed >> 16);
		if (rules_read(bytes.data, bytes.len, &back, NULL) == 0)
			rules_deinit(&back);
		bytes.data[at] = old;
	}
	rules.list.items[0].rate_mhz = RULES_RATE_MAX_MHZ + 1; /* one beyond */
	buf_reset(&bytes);
	rules_write(&rules, &bytes);
	ck_assert_int_eq(rules_read(bytes.data, bytes.len, &back, NULL), SCRAPE_EFORMAT);
	rules.list.items[0].rate_mhz = RULES_RATE_MAX_MHZ;
	buf_reset(&bytes);
	rules_write(&rules, &bytes);
	ck_assert_int_eq(rules_read(bytes.data, bytes.len, &back, NULL), 0);
	rules_deinit(&back);
	rules_deinit(&rules);
	buf_deinit(&bytes);
}
END_TEST

START_TEST(cgroups)
{
	static const struct {
		const char *text, *path, *unit, *container;
	} samples[] = {
		{"0::/system.slice/shop.service\n", "/system.slice/shop.service", "shop.service", ""},
		{"0::/user.slice/user-1000.slice/session-3.scope\n", "/user.slice/user-1000.slice/session-3.scope",
		 "session-3.scope", ""},
		{"0::/system.slice/docker-" ID ".scope\n", "/system.slice/docker-" ID ".scope", "docker-" ID ".scope", ID},
		{"12:cpu:/docker/" ID "\n", "/docker/" ID, "", ID},
		{"3:cpu:/a\n1:name=systemd:/b/x.service\n2:mem:/c\n", "/b/x.service", "x.service", ""},
		{"3:cpu:/a\n0::/z\n1:name=systemd:/b\n", "/z", "", ""},
		{"0::/a/b.service/c.service", "/a/b.service/c.service", "c.service", ""},
		{"no colons", "", "", ""},
		{"5:a name that is longer than what is looked for:/x\n1:name:/y\n", "/x", "", ""},
		{"", "", "", ""},
	};
	struct facts facts = {0};

	for (size_t i = 0; i < sizeof(samples) / sizeof(*samples); i++) {
		facts_from_cgroup(&facts, samples[i].text, strlen(samples[i].text));
		ck_assert_str_eq(facts.known.cgroup, samples[i].path);
		ck_assert_str_eq(facts.known.unit, samples[i].unit);
		ck_assert_str_eq(facts.known.container, samples[i].container);
	}
	facts_deinit(&facts);
}
END_TEST

START_TEST(label_lines)
{
	static const char *const texts[] = {"a=b\nc=d=e\nbad\n=x\nlast=", "a=b\\x0ac=d=e\\x0abad\\x0a=x\\x0alast="};

	for (size_t i = 0; i < 2; i++) {
		const char *at = texts[i], *end = at + strlen(at);
		struct buf seen = BUF_INIT;
		struct stream_label label;

		while (stream_label_next(&at, end, &label))
			buf_fmt(&seen, "%.*s:%.*s,", (int)label.key_len, label.key, (int)label.value_len, label.value);
		ck_assert_str_eq(buf_cstr(&seen), "a:b,c:d=e,last:,");
		buf_deinit(&seen);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("rules");
	TCase *tc = tcase_create("rules");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tc, each_key);
	tcase_add_test(tc, the_first_wins);
	tcase_add_test(tc, age);
	tcase_add_test(tc, expressions);
	tcase_add_test(tc, limits);
	tcase_add_test(tc, as_bytes);
	tcase_add_test(tc, hostile_bytes);
	tcase_add_test(tc, cgroups);
	tcase_add_test(tc, label_lines);
	suite_add_tcase(suite, tc);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
