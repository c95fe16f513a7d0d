/* SPDX-License-Identifier: MIT */
/* Words of a question: what they mean, and that nothing else is taken for them. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "daemon/query.h"
#include "scrape.h"

#define NOW 1795356300000000ull /* 2026-11-22T14:05:00Z */
#define SEC 1000000ull

/* "a=1&b=2", not escaped. */
struct words {
	struct {
		char name[300], value[2000];
	} items[128];
	size_t n;
};

static struct words words;
static struct query query;
static struct err err;

static const char *param(const void *ctx, const char *name, size_t i)
{
	const struct words *w = ctx;

	for (size_t k = 0; k < w->n; k++)
		if (strcmp(w->items[k].name, name) == 0 && i-- == 0)
			return w->items[k].value;
	return NULL;
}

static const char *unknown(const void *ctx, const char *const *known)
{
	const struct words *w = ctx;

	for (size_t k = 0; k < w->n; k++) {
		size_t i = 0;

		while (known[i] && strcmp(known[i], w->items[k].name) != 0)
			i++;
		if (!known[i])
			return w->items[k].name;
	}
	return NULL;
}

static const struct query_source source = {.param = param, .unknown = unknown, .ctx = &words};

static void add(const char *name, const char *value)
{
	ck_assert_uint_lt(words.n, sizeof(words.items) / sizeof(*words.items));
	ck_assert_uint_lt(strlen(name), sizeof(words.items->name));
	ck_assert_uint_lt(strlen(value), sizeof(words.items->value));
	strcpy(words.items[words.n].name, name);
	strcpy(words.items[words.n++].value, value);
}

#define ALL (QUERY_INTERVAL | QUERY_FILTERS | QUERY_MODE | QUERY_TREE | QUERY_SERIES)

static int parse_groups(const char *text, unsigned groups)
{
	char copy[4000], *at = NULL;

	ck_assert_uint_lt(strlen(text), sizeof(copy));
	strcpy(copy, text);
	words.n = 0;
	for (char *word = strtok_r(copy, "&", &at); word; word = strtok_r(NULL, "&", &at)) {
		char *equal = strchr(word, '=');

		ck_assert_ptr_nonnull(equal);
		*equal = 0;
		add(word, equal + 1);
	}
	query_deinit(&query);
	err = (struct err){0};
	return query_parse(&source, groups, NULL, NOW, &query, &err);
}

static void parse(const char *text)
{
	ck_assert_msg(parse_groups(text, ALL) == 0, "%s: %s", text, err.text);
}

static void refused(const char *text, const char *why)
{
	ck_assert_int_lt(parse_groups(text, ALL), 0);
	ck_assert_msg(strstr(err.text, why) != NULL, "%s: \"%s\" does not say \"%s\"", text, err.text, why);
}

static void teardown(void)
{
	query_deinit(&query);
}

static const struct {
	const char *text;
	uint64_t us;
} times[] = {
	{"now", NOW},
	{"10s", NOW - 10 * SEC},
	{"-10s", NOW - 10 * SEC},
	{"90 min", NOW - 5400 * SEC},
	{"1.5h", NOW - 5400 * SEC},
	{"0s", NOW},
	{"2hours", NOW - 7200 * SEC},
	{"1d", NOW - 86400 * SEC},
	{"3days", NOW - 3 * 86400 * SEC},
	{"-2weeks", NOW - 14 * 86400 * SEC},
	{"3660d", NOW - 3660ull * 86400 * SEC},
	{"2026-11-22T14:05:00Z", NOW},
	{"2026-11-22t14:05:00z", NOW},
	{"2026-11-22 14:05:00Z", NOW},
	{"2026-11-22T14:05:00.250Z", NOW + 250000},
	{"2026-11-22T14:05:00.1234567Z", NOW + 123456},
	{"2026-11-22T15:05:00+01:00", NOW},
	{"2026-11-22T15:05:00 01:00", NOW}, /* a plus that was not escaped */
	{"2026-11-22T08:35:00-05:30", NOW},
	{"2026-11-22T14:04:60Z", NOW},
	{"1970-01-01T00:00:00Z", 0},
	{"1970-01-01T00:00:00.000001Z", 1},
	{"2000-02-29T00:00:00Z", 951782400 * SEC},
	{"2100-03-01T00:00:00Z", 4107542400 * SEC},
	{"9999-12-31T23:59:59Z", 253402300799 * SEC},
	{"1795356300", NOW},
	{"1795356300.5", NOW + 500000},
	{"0", 0},
	{"999999999999", 999999999999 * SEC},
};

START_TEST(times_mean_what_they_say)
{
	uint64_t us = 7;

	ck_assert_msg(query_time(times[_i].text, NOW, &us, &err) == 0, "%s: %s", times[_i].text, err.text);
	ck_assert_msg(us == times[_i].us, "%s is %llu", times[_i].text, (unsigned long long)us);
}
END_TEST

static const char *const bad_times[] = {
	"", " ", "x", "-", "-10", "10x", "10 ", "s", "--10s", "10s ago", "1e9", "0x10", "inf", "nan", ".5", "5.", "1,5h",
	"3661d", "1000000000000s", "1000000000000", "99999999999999999999", "2026-11-22", "2026-11-22T14:05Z",
	"2026-11-22T14:05:00", "2026-11-22T14:05:00+0100", "2026-11-22T14:05:00+01", "2026-11-22T14:05:00Zulu",
	"2026-11-22T14:05:00.Z", "2026-02-29T00:00:00Z", "2100-02-29T00:00:00Z", "2026-13-01T00:00:00Z",
	"2026-00-01T00:00:00Z", "2026-01-00T00:00:00Z", "2026-04-31T00:00:00Z", "2026-11-22T24:00:00Z",
	"2026-11-22T14:60:00Z", "2026-11-22T14:05:61Z", "1969-12-31T23:59:59Z", "1970-01-01T00:00:00+00:01",
	"2026-11-22T14:05:00+24:00", "+2026-11-22T14:05:00Z", "2026-1-2T00:00:00Z", "yesterday",
};

START_TEST(other_times_are_refused)
{
	uint64_t us = 7;

	ck_assert_msg(query_time(bad_times[_i], NOW, &us, &err) == SCRAPE_EINVAL, "'%s' is taken", bad_times[_i]);
	ck_assert_uint_eq(us, 7);
}
END_TEST

START_TEST(durations)
{
	uint64_t us = 7;

	ck_assert_int_eq(query_duration("10s", &us, &err), 0);
	ck_assert_uint_eq(us, 10 * SEC);
	ck_assert_int_eq(query_duration("20", &us, &err), 0); /* seconds */
	ck_assert_uint_eq(us, 20 * SEC);
	ck_assert_int_eq(query_duration("0s", &us, &err), SCRAPE_EINVAL);
	ck_assert_int_eq(query_duration("0", &us, &err), SCRAPE_EINVAL);
	ck_assert_int_eq(query_duration("-5s", &us, &err), SCRAPE_EINVAL);
	ck_assert_int_eq(query_duration("999999999", &us, &err), SCRAPE_EINVAL);
}
END_TEST

START_TEST(numbers_at_their_limit)
{
	uint64_t n = 7;

	ck_assert_int_eq(query_number("100", 100, &n, &err), 0);
	ck_assert_uint_eq(n, 100);
	ck_assert_int_eq(query_number("101", 100, &n, &err), SCRAPE_EINVAL);
	ck_assert_int_eq(query_number("18446744073709551610", UINT64_MAX, &n, &err), SCRAPE_EINVAL);
	ck_assert_int_eq(query_number("", 100, &n, &err), SCRAPE_EINVAL);
	ck_assert_int_eq(query_number("-1", 100, &n, &err), SCRAPE_EINVAL);
	ck_assert_int_eq(query_number("1x", 100, &n, &err), SCRAPE_EINVAL);
	ck_assert_uint_eq(n, 100);
}
END_TEST

START_TEST(what_is_not_said)
{
	parse("");
	ck_assert_uint_eq(query.ask.which.from_us, NOW - 3600 * SEC);
	ck_assert_uint_eq(query.ask.which.until_us, 0); /* the watermark */
	ck_assert_uint_eq(query.ask.which.n_filters, 0);
	ck_assert_int_eq(query.ask.which.show.mode, PROFILE_CPU);
	ck_assert_int_eq(query.ask.which.merge, HISTORY_BY_LINE);
	ck_assert_uint_eq(query.ask.which.max_nodes, QUERY_NODES_DEFAULT);
	ck_assert(!query.ask.which.show.split_threads && !query.ask.which.show.split_targets);
	ck_assert_ptr_null(query.format);
	ck_assert_ptr_null(query.ask.function);
	ck_assert_int_eq(query.ask.by, HISTORY_BY_NOTHING);
}
END_TEST

START_TEST(intervals)
{
	parse("from=10min&until=5min");
	ck_assert_uint_eq(query.ask.which.from_us, NOW - 600 * SEC);
	ck_assert_uint_eq(query.ask.which.until_us, NOW - 300 * SEC);
	parse("until=1h"); /* an hour before that, without a beginning */
	ck_assert_uint_eq(query.ask.which.from_us, NOW - 7200 * SEC);
	refused("from=5min&until=10min", "empty");
	refused("from=5min&until=5min", "empty");
	refused("from=5min&from=6min", "from is given twice");
	refused("from=soon", "from: 'soon' is no time");
	refused("until=2026-11-22T14:05:00", "until: '2026-11-22T14:05:00' needs a zone");
}
END_TEST

START_TEST(filters)
{
	const struct history_filter *f;

	parse("service=shop&service=~^pay&pid=42&host=a&thread=worker&target=a/42/7&label.zone=eu&label.zone=us&label.x=1");
	ck_assert_uint_eq(query.ask.which.n_filters, 9);
	f = query.ask.which.filters;
	ck_assert_int_eq(f[0].field, HISTORY_SERVICE);
	ck_assert_str_eq(f[0].value, "shop");
	ck_assert_str_eq(f[1].value, "~^pay");
	ck_assert_int_eq(f[2].field, HISTORY_HOST);
	ck_assert_int_eq(f[3].field, HISTORY_PID);
	ck_assert_int_eq(f[4].field, HISTORY_THREAD);
	ck_assert_int_eq(f[5].field, HISTORY_TARGET);
	ck_assert_int_eq(f[6].field, HISTORY_LABEL);
	ck_assert_str_eq(f[6].key, "zone");
	ck_assert_str_eq(f[7].value, "us");
	ck_assert_str_eq(f[8].key, "x");
	parse("pid=~^4");
	refused("pid=abc", "pid: 'abc'");
	refused("pid=-1", "pid:");
	refused("pid=2147483648", "pid:");
	refused("label.=x", "'label.' is no parameter");
	refused("labelzone=x", "'labelzone' is no parameter");
}
END_TEST

START_TEST(filters_at_their_limit)
{
	char long_value[QUERY_VALUE_MAX + 2];

	query_deinit(&query);
	words.n = 0;
	for (int i = 0; i < QUERY_FILTERS_MAX; i++)
		add("service", "x");
	ck_assert_int_eq(query_parse(&source, ALL, NULL, NOW, &query, &err), 0);
	query_deinit(&query);
	add("service", "x");
	ck_assert_int_eq(query_parse(&source, ALL, NULL, NOW, &query, &err), SCRAPE_ELIMIT);
	query_deinit(&query);

	memset(long_value, 'x', sizeof(long_value) - 1);
	long_value[QUERY_VALUE_MAX] = 0;
	words.n = 0;
	add("service", long_value);
	ck_assert_int_eq(query_parse(&source, ALL, NULL, NOW, &query, &err), 0);
	query_deinit(&query);
	long_value[QUERY_VALUE_MAX] = 'x';
	long_value[QUERY_VALUE_MAX + 1] = 0;
	words.n = 0;
	add("service", long_value);
	ck_assert_int_eq(query_parse(&source, ALL, NULL, NOW, &query, &err), SCRAPE_EINVAL);
}
END_TEST

START_TEST(labels_at_their_limit)
{
	char name[32];

	query_deinit(&query);
	words.n = 0;
	for (int i = 0; i < QUERY_LABELS_MAX; i++) {
		snprintf(name, sizeof(name), "label.k%d", i);
		add(name, "x");
	}
	ck_assert_int_eq(query_parse(&source, ALL, NULL, NOW, &query, &err), 0);
	ck_assert_uint_eq(query.ask.which.n_filters, QUERY_LABELS_MAX);
	query_deinit(&query);
	add("label.more", "x");
	ck_assert_int_eq(query_parse(&source, ALL, NULL, NOW, &query, &err), SCRAPE_ELIMIT);
}
END_TEST

START_TEST(trees)
{
	parse("mode=gil&merge=module&max_nodes=0&threads=1&processes=1&full_filenames=1&format=svg");
	ck_assert_int_eq(query.ask.which.show.mode, PROFILE_GIL);
	ck_assert_int_eq(query.ask.which.merge, HISTORY_BY_MODULE);
	ck_assert_uint_eq(query.ask.which.max_nodes, 0);
	ck_assert(query.ask.which.show.split_threads && query.ask.which.show.split_targets);
	ck_assert(query.ask.which.show.full_filenames);
	ck_assert_str_eq(query.format, "svg");
	refused("mode=CPU", "mode is one of: cpu, wall, gil");
	refused("merge=stack", "merge is one of: line, function, module");
	refused("max_nodes=-1", "max_nodes:");
	refused("max_nodes=many", "max_nodes:");
	refused("threads=yes", "threads is one of: 0, 1");
	refused("mode=cpu&mode=cpu", "mode is given twice");
}
END_TEST

START_TEST(series)
{
	parse("function=work&value=self&unit=share&step=1min&by=label.zone");
	ck_assert_str_eq(query.ask.function, "work");
	ck_assert(query.ask.self && query.ask.share);
	ck_assert_uint_eq(query.ask.step_us, 60 * SEC);
	ck_assert_int_eq(query.ask.by, HISTORY_BY_LABEL);
	ck_assert_str_eq(query.ask.label_key, "zone");
	parse("by=pid");
	ck_assert_int_eq(query.ask.by, HISTORY_BY_PID);
	refused("by=colour", "by is one of");
	refused("by=label.", "by is one of");
	refused("value=both", "value is one of: total, self");
	refused("step=0s", "step:");
}
END_TEST

START_TEST(each_endpoint_takes_its_own)
{
	ck_assert_int_lt(parse_groups("step=10s", QUERY_INTERVAL | QUERY_FILTERS), 0);
	ck_assert_ptr_nonnull(strstr(err.text, "'step' is no parameter here"));
	ck_assert_int_lt(parse_groups("service=x", QUERY_INTERVAL), 0);
	ck_assert_int_lt(parse_groups("label.x=x", QUERY_INTERVAL), 0);
	ck_assert_int_lt(parse_groups("", 0), 1);
	ck_assert_int_lt(parse_groups("form=json", ALL), 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("query");
	TCase *tcase = tcase_create("query");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tcase, NULL, teardown);
	tcase_add_loop_test(tcase, times_mean_what_they_say, 0, sizeof(times) / sizeof(*times));
	tcase_add_loop_test(tcase, other_times_are_refused, 0, sizeof(bad_times) / sizeof(*bad_times));
	tcase_add_test(tcase, durations);
	tcase_add_test(tcase, numbers_at_their_limit);
	tcase_add_test(tcase, what_is_not_said);
	tcase_add_test(tcase, intervals);
	tcase_add_test(tcase, filters);
	tcase_add_test(tcase, filters_at_their_limit);
	tcase_add_test(tcase, labels_at_their_limit);
	tcase_add_test(tcase, trees);
	tcase_add_test(tcase, series);
	tcase_add_test(tcase, each_endpoint_takes_its_own);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
