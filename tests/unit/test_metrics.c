/* SPDX-License-Identifier: MIT */
/* Both formats, read line by line by their rules. */
#include <check.h>
#include <ctype.h>
#include <math.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "daemon/metrics.h"
#include "daemon/metrics_page.h"

static struct buf out;

static const struct metrics numbers = {
	.history = {.bytes = 1000,
		    .slices = 3,
		    .targets = 5,
		    .evicted = 2,
		    .watermark_us = 1795356300250000,
		    .looks = 998,
		    .lost = {[SCRAPE_LOSS_MOVED] = 7},
		    .ticks = 100,
		    .late = 1,
		    .cost_ns = 1500000000,
		    .stopped_ns = 5,
		    .cpu_ns = 20000000001,
		    .ways = {.looks = {[SCRAPE_WAY_RING] = 900, [SCRAPE_WAY_STOP] = 98}, .holds.count = {3, [6] = 2}}},
	.targets_gone = 2,
	.samplers_replaced = 1,
	.self_cpu_millionths = 12345,
	.spool_bytes = 77,
	.http_requests = 9,
	.queries_late = 4,
	.process = {.cpu_ns = 250000000, .start_wall_us = 1795356300000000, .resident_bytes = 4096, .open_fds = 3},
};

static void teardown(void)
{
	buf_deinit(&out);
}

static char *page(bool open)
{
	buf_reset(&out);
	metrics_write(&numbers, open, &out);
	ck_assert_ptr_nonnull(buf_cstr(&out));
	return out.data;
}

static void has(const char *line)
{
	const char *at = strstr(out.data, line);

	ck_assert_msg(at && (at == out.data || at[-1] == '\n') && at[strlen(line)] == '\n', "no line %s in\n%s", line,
		      out.data);
}

/* Every sample stands below the TYPE of its family, once, in order. */
static void read_page(char *text, bool open)
{
	char family[128] = "", *at = NULL;
	size_t samples = 0;
	regex_t sample;

	ck_assert_int_eq(regcomp(&sample, "^[a-z_]+(\\{[a-z]+=\"[a-z0-9.+I]+\"\\})? [0-9]+(\\.[0-9]+)?$",
				 REG_EXTENDED | REG_NOSUB),
			 0);
	for (char *line = strtok_r(text, "\n", &at); line; line = strtok_r(NULL, "\n", &at)) {
		char kind[16];

		if (strcmp(line, "# EOF") == 0) {
			ck_assert(open);
			ck_assert_ptr_null(strtok_r(NULL, "\n", &at));
			break;
		}
		if (sscanf(line, "# TYPE %127s %15s", family, kind) == 2) {
			bool total = strlen(family) > 6 && strcmp(family + strlen(family) - 6, "_total") == 0;

			ck_assert_msg(total == (!open && strcmp(kind, "counter") == 0), "%s", line);
			continue;
		}
		if (line[0] == '#')
			continue;
		ck_assert_msg(regexec(&sample, line, 0, NULL, 0) == 0, "%s", line);
		ck_assert_msg(strncmp(line, family, strlen(family)) == 0, "%s is not below its family", line);
		samples++;
	}
	ck_assert_uint_gt(samples, 30);
	regfree(&sample);
}

START_TEST(prometheus)
{
	char *text = page(false);

	has("# TYPE scrape_samples_total counter");
	has("scrape_samples_total{lang=\"python\"} 998");
	has("scrape_sample_errors_total{reason=\"moved\"} 7");
	has("scrape_targets{state=\"profiled\"} 3");
	has("scrape_looks_total{way=\"ring\"} 900");
	has("scrape_looks_total{way=\"cpu\"} 0");
	has("# TYPE scrape_target_stop_duration_seconds histogram");
	has("scrape_target_stop_duration_seconds_bucket{le=\"0.000001024\"} 3");
	has("scrape_target_stop_duration_seconds_bucket{le=\"0.000002048\"} 3");
	has("scrape_target_stop_duration_seconds_bucket{le=\"0.000004096\"} 5");
	has("scrape_target_stop_duration_seconds_bucket{le=\"+Inf\"} 5");
	has("scrape_target_stop_duration_seconds_sum 0.000000005");
	has("scrape_target_stop_duration_seconds_count 5");
	has("scrape_targets{state=\"gone\"} 2");
	has("scrape_target_cpu_seconds_total 20.000000001");
	has("scrape_self_cpu_ratio 0.012345");
	has("scrape_store_bytes{tier=\"spool\"} 77");
	has("scrape_watermark_timestamp_seconds 1795356300.250000");
	has("process_cpu_seconds_total 0.250000000");
	ck_assert_ptr_null(strstr(text, "# EOF"));
	ck_assert_ptr_null(strstr(text, "# UNIT"));
	read_page(text, false);
}
END_TEST

START_TEST(reals)
{
	static const struct {
		double value;
		const char *text;
	} samples[] = {{0.25, "x{a=\"b\"} 0.250000\n"}, {-3, "x{a=\"b\"} -3.000000\n"},
		       {1e9, "x{a=\"b\"} NaN\n"},       {-1e300, "x{a=\"b\"} NaN\n"},
		       {NAN, "x{a=\"b\"} NaN\n"},       {1e-9, "x{a=\"b\"} 0.000000\n"}};

	for (size_t i = 0; i < sizeof(samples) / sizeof(*samples); i++) {
		struct buf line = BUF_INIT;
		struct metrics_page page = {.out = &line, .name = "x", .type = METRICS_GAUGE};

		metrics_sample_real(&page, "{a=\"b\"}", samples[i].value);
		ck_assert_str_eq(buf_cstr(&line), samples[i].text);
		buf_deinit(&line);
	}
}
END_TEST

START_TEST(openmetrics)
{
	char *text = page(true);

	has("# TYPE scrape_samples counter");
	has("# UNIT scrape_target_cpu_seconds seconds");
	has("scrape_samples_total{lang=\"python\"} 998");
	ck_assert_str_eq(text + out.len - 6, "# EOF\n");
	read_page(text, true);
}
END_TEST

START_TEST(this_process)
{
	struct metrics_process p = {0};

	metrics_read_process(&p);
	ck_assert_uint_gt(p.resident_bytes, 100000);
	ck_assert_uint_ge(p.virtual_bytes, p.resident_bytes);
	ck_assert_uint_ge(p.open_fds, 3);
	ck_assert_uint_ge(p.max_fds, p.open_fds);
	ck_assert_uint_gt(p.cpu_ns, 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("metrics");
	TCase *tcase = tcase_create("metrics");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tcase, NULL, teardown);
	tcase_add_test(tcase, prometheus);
	tcase_add_test(tcase, openmetrics);
	tcase_add_test(tcase, reals);
	tcase_add_test(tcase, this_process);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
