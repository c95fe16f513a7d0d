/* SPDX-License-Identifier: MIT */
/* Slices that survive a restart: written, read back, torn, too many, from other instances. */
#include <check.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/spool.h"
#include "profile/history.h"
#include "support/stream_maker.h"

#define ONE "00112233445566778899aabbccddeeff"
#define TWO "ffeeddccbbaa99887766554433221100"
#define SLICE_US 10000000ull

static char dir[64];
static struct spool spool;
static struct history *history;
static struct history_feed *feed_of;
static struct err err;
static uint64_t wall_us;

static void setup(void)
{
	strcpy(dir, "/tmp/scrape-spool.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	spool = (struct spool)SPOOL_INIT;
	wall_us = START_US;
}

static void stop(void)
{
	spool_close(&spool);
	history_feed_free(feed_of);
	feed_of = NULL;
	history_free(history);
	history = NULL;
	stream_reader_deinit(&reader);
}

static void each_file(void (*fn)(const char *path))
{
	struct dirent **names;
	int n = scandir(dir, &names, NULL, alphasort);
	char path[512];

	for (int i = 0; i < n; i++) {
		if (names[i]->d_name[0] != '.') {
			snprintf(path, sizeof(path), "%s/%s", dir, names[i]->d_name);
			fn(path);
		}
		free(names[i]);
	}
	free(names);
}

static void remove_one(const char *path)
{
	ck_assert_int_eq(unlink(path), 0);
}

static void teardown(void)
{
	stop();
	each_file(remove_one);
	(void)rmdir(dir);
	buf_deinit(&bytes);
}

static size_t n_files;
static char newest[512];

static void count_one(const char *path)
{
	n_files++;
	strcpy(newest, path);
}

static void count_files(void)
{
	n_files = 0;
	each_file(count_one);
}

/* A daemon starts: what is in the directory comes back. Returns how many slices. */
static size_t start(const char *instance, uint64_t max_bytes)
{
	size_t n = 99;

	history = history_new(&(struct history_config){.host = "h", .slice_us = SLICE_US});
	ck_assert_ptr_nonnull(history);
	ck_assert_msg(spool_open(&spool, dir, max_bytes, instance, &err) == 0, "%s", err.text);
	ck_assert_msg(spool_read_back(&spool, history, &n, &err) == 0, "%s", err.text);
	feed_of = history_feed_new(history);
	ck_assert_ptr_nonnull(feed_of);
	stream_reader_init(&reader, &history_sink, feed_of);
	buf_reset(&bytes);
	stream_begin(&w, &bytes,
		     &(struct stream_session){.start_wall_us = wall_us, .rate_mhz = 100000, .slice_us = SLICE_US});
	n_strings = n_frames = n_nodes = now_us = 0;
	put_actors();
	(void)put_stack(0, "work");
	return n;
}

/* One slice passes, with a second of CPU. */
static void pass(void)
{
	put_looks(0, 1, SCRAPE_ON_CPU, 100);
	put_times(0, 1, 10);
	stream_put_slice_end(&w, &(struct stream_slice_end){.from_us = wall_us, .until_us = wall_us + SLICE_US, .ticks = 1000});
	ck_assert_msg(stream_feed(&reader, bytes.data, bytes.len, &err) == 0, "%s", err.text);
	buf_reset(&bytes);
	now_us += SLICE_US;
	wall_us += SLICE_US;
	history_tick(history, wall_us);
	ck_assert_msg(spool_tick(&spool, history, wall_us, &err) == 0, "%s", err.text);
}

static uint64_t total(void)
{
	const struct history_query query = {.until_us = 0, .from_us = START_US - SLICE_US};
	struct history_span span;
	struct tree answer = {0};
	uint64_t sum;

	ck_assert_msg(history_tree(history, &query, &answer, &span, &err) == 0, "%s", err.text);
	sum = answer.nodes[0].total;
	tree_deinit(&answer);
	return sum;
}

START_TEST(a_restart_loses_nothing)
{
	ck_assert_uint_eq(start(ONE, 1 << 20), 0);
	for (int i = 0; i < 5; i++)
		pass();
	ck_assert_uint_eq(total(), 500);
	stop();
	ck_assert_uint_eq(start(TWO, 1 << 20), 5);
	ck_assert_uint_eq(total(), 500);
	pass();
	pass();
	ck_assert_uint_eq(total(), 700);
	stop();
	ck_assert_uint_eq(start(ONE, 1 << 20), 7); /* what was read back is not written again */
	ck_assert_uint_eq(total(), 700);
}
END_TEST

START_TEST(numbers_of_before_are_known)
{
	uint64_t seq = 99;

	start(ONE, 1 << 20);
	for (int i = 0; i < 4; i++)
		pass();
	stop();
	start(TWO, 1 << 20);
	pass();
	ck_assert_int_eq(spool_find(&spool, ONE, 0, &seq), 0);
	ck_assert_uint_eq(seq, 0);
	ck_assert_int_eq(spool_find(&spool, ONE, 3, &seq), 0);
	ck_assert_uint_eq(seq, 3);
	ck_assert_int_eq(spool_find(&spool, ONE, 4, &seq), 0); /* it had all of them: on with the first new one */
	ck_assert_uint_eq(seq, 4);
	ck_assert_int_eq(spool_find(&spool, ONE, 5, &seq), 0); /* it had one that is lost here */
	ck_assert_uint_eq(seq, 4);
	ck_assert_int_eq(spool_find(&spool, TWO, 0, &seq), SCRAPE_ENOTFOUND);
}
END_TEST

START_TEST(a_torn_end_costs_its_slice)
{
	struct stat st;

	start(ONE, 1 << 20);
	for (int i = 0; i < 3; i++)
		pass();
	stop();
	count_files();
	ck_assert_uint_eq(n_files, 1);
	ck_assert_int_eq(stat(newest, &st), 0);
	ck_assert_int_eq(truncate(newest, st.st_size - _i), 0);
	ck_assert_uint_eq(start(TWO, 1 << 20), 2);
	pass(); /* in a file of its own, not behind the torn end */
	stop();
	ck_assert_uint_ge(start(ONE, 1 << 20), 3);
	ck_assert_uint_eq(total(), 300);
}
END_TEST

START_TEST(a_flipped_bit_costs_the_rest_of_its_file)
{
	struct stat st;
	char byte;
	int fd;

	start(ONE, 1 << 20);
	for (int i = 0; i < 4; i++)
		pass();
	stop();
	count_files();
	ck_assert_int_eq(stat(newest, &st), 0);
	fd = open(newest, O_RDWR);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(pread(fd, &byte, 1, st.st_size * 5 / 8), 1); /* in the third of four slices alike */
	byte ^= 4;
	ck_assert_int_eq(pwrite(fd, &byte, 1, st.st_size * 5 / 8), 1);
	close(fd);
	ck_assert_uint_eq(start(TWO, 1 << 20), 2);
}
END_TEST

START_TEST(the_oldest_files_go)
{
	size_t n;

	start(ONE, SPOOL_BYTES_MIN);
	for (int i = 0; i < 340; i++)
		pass();
	ck_assert_uint_le(spool.dated.bytes, SPOOL_BYTES_MIN);
	ck_assert_uint_gt(spool.dated.bytes, SPOOL_BYTES_MIN / 2);
	stop();
	count_files();
	ck_assert_uint_gt(n_files, 2);
	ck_assert_uint_le(n_files, 9);
	n = start(TWO, SPOOL_BYTES_MIN);
	ck_assert_uint_gt(n, 10);
	ck_assert_uint_lt(n, 340);
	ck_assert_uint_eq(total(), 100 * n);
}
END_TEST

START_TEST(strangers_files_are_left_alone)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "%s/slices-12.spool.bak", dir);
	fd = open(path, O_CREAT | O_WRONLY, 0600);
	ck_assert_int_eq(write(fd, "hello", 5), 5);
	close(fd);
	snprintf(path, sizeof(path), "%s/slices-%019d.spool", dir, 7);
	fd = open(path, O_CREAT | O_WRONLY, 0600);
	ck_assert_int_eq(write(fd, "no slice", 8), 8);
	close(fd);
	ck_assert_uint_eq(start(ONE, 1 << 20), 0);
	pass();
	count_files();
	ck_assert_uint_eq(n_files, 3);
}
END_TEST

START_TEST(without_a_directory)
{
	struct spool none;
	uint64_t seq;

	ck_assert_int_eq(spool_open(&none, NULL, 1 << 20, ONE, &err), 0);
	ck_assert_int_eq(spool_tick(&none, history, 1, &err), 0);
	ck_assert_int_eq(spool_find(&none, ONE, 0, &seq), SCRAPE_ENOTFOUND);
	spool_close(&none);
	ck_assert_int_eq(spool_open(&none, "/nonexistent/dir", 1 << 20, ONE, &err), SCRAPE_EGONE);
	ck_assert_ptr_nonnull(strstr(err.text, "/nonexistent/dir"));
	spool_close(&none);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("spool");
	TCase *tcase = tcase_create("spool");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, a_restart_loses_nothing);
	tcase_add_test(tcase, numbers_of_before_are_known);
	tcase_add_loop_test(tcase, a_torn_end_costs_its_slice, 1, 4);
	tcase_add_test(tcase, a_flipped_bit_costs_the_rest_of_its_file);
	tcase_add_test(tcase, the_oldest_files_go);
	tcase_add_test(tcase, strangers_files_are_left_alone);
	tcase_add_test(tcase, without_a_directory);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
