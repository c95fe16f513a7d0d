/* SPDX-License-Identifier: MIT */
/* Batches that wait: in order, over a restart, damaged, too many, on a full disk. */
#include <check.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "scrape.h"
#include "store/outbox.h"

#define LARGE (1 << 20)

static char dir[64], folder[80];
static struct outbox *outbox;
static struct err err;
static uint64_t now_us = 1000000;

static void start(uint64_t max_bytes)
{
	outbox_close(outbox);
	outbox = NULL;
	ck_assert_msg(outbox_open(&outbox, folder, max_bytes, &err) == 0, "%s", err.text);
}

static void setup(void)
{
	strcpy(dir, "/tmp/scrape-outbox.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(folder, sizeof(folder), "%s/outbox", dir); /* which it makes */
	start(LARGE);
}

/* Calls fn for each batch's file, in order. How many there are. */
static int each_file(void (*fn)(const char *path))
{
	struct dirent **names;
	int n = scandir(folder, &names, NULL, alphasort), found = 0;
	char path[512];

	for (int i = 0; i < n; i++) {
		if (strncmp(names[i]->d_name, "batch-", 6) == 0) {
			snprintf(path, sizeof(path), "%s/%s", folder, names[i]->d_name);
			found++;
			if (fn)
				fn(path);
		}
		free(names[i]);
	}
	free(names);
	return found;
}

static void teardown(void)
{
	char command[128];

	outbox_close(outbox);
	outbox = NULL;
	snprintf(command, sizeof(command), "rm -r %s", dir);
	ck_assert_int_eq(system(command), 0);
}

/* Part 0 names, part 1 says what was seen. */
static int add(uint64_t number, size_t n_seen)
{
	char names[32], *seen = malloc(n_seen + 1);
	struct outbox_batch batch = {.of = 7,
				     .id = number,
				     .slices = 2,
				     .oldest_us = number * 1000,
				     .newest_us = number * 1000 + 500,
				     .seen = 1 << 1};
	int r;

	memset(seen, (int)('a' + number % 26), n_seen + 1);
	snprintf(names, sizeof(names), "names of %d", (int)number);
	batch.parts[0] = (struct outbox_part){names, strlen(names)};
	batch.parts[1] = (struct outbox_part){seen, n_seen};
	r = outbox_add(outbox, &batch, now_us++, &err);
	free(seen);
	return r;
}

/* The first is this one, with so much of what was seen. */
static void expect(uint64_t number, size_t n_seen)
{
	struct outbox_batch batch;
	char names[32];

	ck_assert_msg(outbox_first(outbox, &batch, &err) == 0, "%s", err.text);
	ck_assert_uint_eq(batch.id, number);
	ck_assert_uint_eq(batch.of, 7);
	snprintf(names, sizeof(names), "names of %d", (int)number);
	ck_assert_uint_eq(batch.parts[0].n, strlen(names));
	ck_assert_mem_eq(batch.parts[0].bytes, names, strlen(names));
	ck_assert_uint_eq(batch.parts[1].n, n_seen);
	for (size_t i = 0; i < n_seen; i++)
		ck_assert_int_eq(((const char *)batch.parts[1].bytes)[i], (int)('a' + number % 26));
	for (size_t i = 2; i < OUTBOX_PARTS; i++)
		ck_assert_uint_eq(batch.parts[i].n, 0);
}

static struct outbox_state state_now(void)
{
	struct outbox_state state;

	outbox_state(outbox, &state);
	return state;
}

START_TEST(in_order_and_over_a_restart)
{
	struct outbox_batch batch;

	ck_assert_int_eq(outbox_first(outbox, &batch, &err), SCRAPE_ENOTFOUND);
	for (uint64_t i = 1; i <= 3; i++)
		ck_assert_int_eq(add(i, 100), 0);
	outbox_settle(outbox);
	expect(1, 100);
	expect(1, 100); /* until it is done */
	outbox_done(outbox);
	start(LARGE);
	ck_assert_uint_eq(outbox_count(outbox), 2);
	now_us = 5; /* the clock went back */
	ck_assert_int_eq(add(4, 0), 0);
	for (uint64_t i = 2; i <= 4; i++) {
		expect(i, i < 4 ? 100 : 0);
		outbox_done(outbox);
	}
	ck_assert_uint_eq(outbox_count(outbox), 0);
	ck_assert_uint_eq(state_now().bytes, 0);
	ck_assert_uint_eq(state_now().lost_slices, 0);
	ck_assert_int_eq(each_file(NULL), 0);
}
END_TEST

START_TEST(one_at_a_time)
{
	struct outbox *other = NULL;

	ck_assert_int_eq(outbox_open(&other, folder, LARGE, &err), SCRAPE_EBUSY);
	ck_assert_ptr_null(other);
	ck_assert_ptr_nonnull(strstr(err.text, "somebody else has it"));
	ck_assert_int_eq(outbox_open(&other, "/nowhere/at/all", LARGE, &err), SCRAPE_EGONE);
	ck_assert_int_eq(outbox_open(&other, "/dev/null", LARGE, &err), SCRAPE_EIO);
}
END_TEST

/* The oldest lose what was seen, and are counted; their names stay. */
START_TEST(too_much)
{
	start(100000);
	for (uint64_t i = 1; i <= 20; i++)
		ck_assert_int_eq(add(i, 10000), 0);
	ck_assert_uint_le(state_now().bytes, 100000);
	ck_assert_uint_eq(outbox_count(outbox), 20);
	ck_assert(!outbox_lost_names(outbox));
	ck_assert_uint_eq(state_now().lost_from_us, 1000);
	ck_assert_uint_eq(state_now().lost_until_us, state_now().lost_slices / 2 * 1000 + 500);
	start(100000); /* which does not know any more which they are */
	ck_assert_int_eq(add(21, 10000), 0);
	for (uint64_t i = 1; i <= 21; i++) {
		struct outbox_batch batch;

		ck_assert_int_eq(outbox_first(outbox, &batch, &err), 0);
		expect(i, batch.parts[1].n);
		ck_assert_uint_eq(batch.parts[1].n, batch.slices ? 10000 : 0);
		ck_assert(batch.slices || i < 14);
		outbox_done(outbox);
	}
}
END_TEST

/* When names alone are too many they go too, and that can be asked. */
START_TEST(too_many_names)
{
	start(2000);
	for (uint64_t i = 1; i <= 30; i++)
		ck_assert_int_eq(add(i, 50), 0);
	ck_assert_uint_lt(outbox_count(outbox), 20);
	ck_assert_uint_le(state_now().bytes, 2000);
	ck_assert(outbox_lost_names(outbox));
	ck_assert(!outbox_lost_names(outbox));
	ck_assert_uint_eq(state_now().lost_slices, 2 * 29);
	for (uint64_t i = 30 - outbox_count(outbox) + 1; i < 30; i++) {
		expect(i, 0);
		outbox_done(outbox);
	}
	expect(30, 50);
}
END_TEST

static void cut(const char *path)
{
	ck_assert_int_eq(truncate(path, 120), 0);
}

static void flip(const char *path)
{
	int fd = open(path, O_RDWR);
	char byte;

	ck_assert_int_eq(pread(fd, &byte, 1, 150), 1);
	byte ^= 4;
	ck_assert_int_eq(pwrite(fd, &byte, 1, 150), 1);
	close(fd);
}

static void lie(const char *path)
{
	int fd = open(path, O_RDWR);
	uint64_t huge = UINT64_MAX - 7;

	ck_assert_int_eq(pwrite(fd, &huge, 8, 64), 8); /* how long a part is */
	close(fd);
}

static void make_empty(const char *path)
{
	ck_assert_int_eq(truncate(path, 0), 0);
}

static void (*const damages[])(const char *path) = {cut, flip, lie, make_empty};

/* What is not as it was written is passed over, and counted. */
START_TEST(damaged)
{
	ck_assert_int_eq(add(1, 300), 0);
	each_file(damages[_i]);
	start(LARGE);
	ck_assert_int_eq(add(2, 300), 0);
	expect(2, 300);
	ck_assert_uint_eq(outbox_count(outbox), 1);
	ck_assert_uint_eq(state_now().lost_slices, 1);
	ck_assert(outbox_lost_names(outbox));
}
END_TEST

START_TEST(remembered)
{
	struct buf text = BUF_INIT;

	ck_assert_int_eq(outbox_recall(outbox, &text), SCRAPE_ENOTFOUND);
	ck_assert_int_eq(outbox_remember(outbox, "one", 3, &err), 0);
	ck_assert_int_eq(outbox_remember(outbox, "a\0b", 3, &err), 0);
	start(LARGE);
	ck_assert_int_eq(outbox_recall(outbox, &text), 0);
	ck_assert_uint_eq(text.len, 3);
	ck_assert_mem_eq(text.data, "a\0b", 3);
	ck_assert_uint_eq(outbox_count(outbox), 0); /* it is no batch */
	buf_deinit(&text);
}
END_TEST

/* What is not written whole is not there, and what was is. */
START_TEST(full_disk)
{
	const struct rlimit little = {2000, RLIM_INFINITY}, all = {RLIM_INFINITY, RLIM_INFINITY};

	signal(SIGXFSZ, SIG_IGN);
	ck_assert_int_eq(add(1, 300), 0);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &little), 0);
	ck_assert_int_eq(add(2, 5000), SCRAPE_EIO);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &all), 0);
	ck_assert_int_eq(add(3, 5000), 0);
	start(LARGE);
	expect(1, 300);
	outbox_done(outbox);
	expect(3, 5000);
	ck_assert_uint_eq(state_now().lost_slices, 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("outbox");
	TCase *tcase = tcase_create("outbox");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, in_order_and_over_a_restart);
	tcase_add_test(tcase, one_at_a_time);
	tcase_add_test(tcase, too_much);
	tcase_add_test(tcase, too_many_names);
	tcase_add_loop_test(tcase, damaged, 0, sizeof(damages) / sizeof(damages[0]));
	tcase_add_test(tcase, remembered);
	tcase_add_test(tcase, full_disk);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
