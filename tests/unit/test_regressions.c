/* SPDX-License-Identifier: MIT */
/* The document of regressions: of a history with a service that changes and one that does not. */
#include "support/stream_maker.h"

#include <jansson.h>

#include "daemon/api_compare.h"
#include "daemon/errand.h"
#include "daemon/selector.h"
#include "profile/history.h"
#include "store/store.h"

#define SLICE_US 10000000ull
#define SLOTS 300
#define STEP 150

static struct history *source;
static struct err error;

static void times(void *owner, struct api_times *ret)
{
	(void)owner;
	*ret = (struct api_times){
		.oldest_us = START_US, .watermark_us = START_US + SLOTS * SLICE_US, .slice_us = SLICE_US};
}

static int open_store(void *owner, uint64_t from_us, struct store **ret, struct err *err)
{
	(void)owner;
	(void)from_us;
	return store_open_history(ret, source, err);
}

/* Service "jobs" has a function that becomes three times slower, "~jobs" never changes. */
static void begin(void)
{
	struct stream_reader r;
	struct history_feed *feed;
	uint64_t nodes[5];
	uint32_t seed = 5;

	source = history_new(&(struct history_config){.host = "shop-1", .keep_us = 1000 * SLOTS * SLICE_US});
	feed = history_feed_new(source);
	begin_test();
	put_target(0, 50, "jobs");
	put_thread(0, 0, 50, "MainThread");
	put_target(1, 60, "~jobs");
	put_thread(1, 1, 60, "MainThread");
	for (size_t i = 0; i < 5; i++) {
		char name[] = {(char)('a' + i), '\0'};

		nodes[i] = put_stack(0, name);
	}
	for (int slot = 0; slot < SLOTS; slot++) {
		for (uint64_t thread = 0; thread < 2; thread++) {
			uint64_t all = 0;

			for (size_t i = 0; i < 5; i++) {
				uint64_t looks;

				seed = seed * 1664525u + 1013904223u;
				looks = 20 + (seed >> 16) % 5;
				if (thread == 0 && i == 2 && slot >= STEP)
					looks *= 3;
				put_looks(thread, nodes[i], SCRAPE_ON_CPU, looks);
				all += looks;
			}
			put_times(thread, (double)all / 100, 10);
		}
		put_slice_end(1000);
	}
	stream_reader_init(&r, &history_sink, feed);
	ck_assert_int_eq(stream_feed(&r, bytes.data, bytes.len, &error), 0);
	stream_reader_deinit(&r);
}

/* "service/function@slot ..." of a filter for services; NULL: none. */
static const char *find(const char *service)
{
	static const struct api_source api_source = {.times = times, .open = open_store};
	const struct api api = {.source = &api_source, .name = "shop-1", .instance = ""};
	struct api_question q = {.api = &api, .answer = api_answer_regressions};
	struct errand_answer answer = {.status = 200};
	struct selector words = {0};
	const struct query_source from = selector_source(&words);
	json_t *root, *item;
	size_t i;

	times(NULL, &q.times);
	if (service)
		ck_assert_int_eq(selector_add(&words, "service", service, &error), 0);
	ck_assert_int_eq(query_parse(&from, QUERY_FILTERS, NULL, q.times.watermark_us, &q.query, &error), 0);
	q.query.ask.which.from_us = START_US;
	q.query.ask.which.until_us = q.times.watermark_us;
	q.answer(&q, &answer);
	ck_assert_msg(answer.status == 200, "%s", answer.error);
	root = json_loadb(answer.body.data, answer.body.len, 0, NULL);
	ck_assert_ptr_nonnull(root);
	buf_reset(&folded);
	json_array_foreach(json_object_get(root, "items"), i, item)
	{
		double moment = json_number_value(json_object_get(item, "moment"));

		buf_fmt(&folded, "%s/%s@%d ", json_string_value(json_object_get(item, "service")),
			json_string_value(json_object_get(item, "function")),
			(int)((moment * 1e6 - (double)START_US) / (double)SLICE_US));
	}
	json_decref(root);
	buf_deinit(&answer.body);
	query_deinit(&q.query);
	selector_deinit(&words);
	return folded.len ? buf_cstr(&folded) : "";
}

/* What is found of a service is of it alone, whatever else the question lets through, and whatever its name looks like.
 */
START_TEST(each_service_alone)
{
	begin();
	ck_assert_str_eq(find(NULL), "jobs/c@150 ");
	ck_assert_str_eq(find("jobs"), "jobs/c@150 ");
	ck_assert_str_eq(find("~^~?jobs$"), "jobs/c@150 ");
	ck_assert_str_eq(find("~^~jobs"), "");
	history_free(source);
	end_test();
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("regressions");
	TCase *tcase = tcase_create("regressions");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, each_service_alone);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
