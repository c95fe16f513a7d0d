/* SPDX-License-Identifier: MIT */
/* Snapshots: written, read back, recorded from another memory, and damaged in every way. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "scrape.h"
#include "target/mem.h"
#include "target/mem_record.h"
#include "target/snapshot.h"

static char *image;
static size_t image_len;

static FILE *begin(void)
{
	FILE *file;

	free(image);
	image = NULL;
	file = open_memstream(&image, &image_len);
	ck_assert_ptr_nonnull(file);
	snapshot_write_begin(file);
	return file;
}

static void sample(void)
{
	FILE *file = begin();

	snapshot_write_key(file, "version", "0x030c01f0");
	snapshot_write_key(file, "text", "a=b");
	snapshot_write_key(file, "bad", "12x");
	snapshot_write_regions(file);
	snapshot_write_region(file, 0x2000, "second!!", 8);
	snapshot_write_region(file, 0x1000, "first", 5);
	snapshot_write_region(file, 0x2008, "third", 5);
	ck_assert_int_eq(fclose(file), 0);
}

START_TEST(test_read)
{
	struct snapshot *s;
	struct mem *mem;
	char bytes[14] = {0};
	uint64_t value;

	sample();
	ck_assert_int_eq(snapshot_load(image, image_len, &s, NULL), 0);
	mem = snapshot_mem(s);
	ck_assert_int_eq(mem_read(mem, 0x1001, bytes, 4), 0);
	ck_assert_str_eq(bytes, "irst");
	ck_assert_int_eq(mem_read(mem, 0x2000, bytes, 13), 0); /* two regions without a gap */
	ck_assert_str_eq(bytes, "second!!third");
	ck_assert_int_eq(mem_read(mem, 0x2000, bytes, 14), SCRAPE_EFAULT);
	ck_assert_int_eq(mem_read(mem, 0x1004, bytes, 2), SCRAPE_EFAULT);
	ck_assert_int_eq(mem_read(mem, 0xfff, bytes, 1), SCRAPE_EFAULT);
	ck_assert_int_eq(mem_read(mem, UINT64_MAX, bytes, 8), SCRAPE_EFAULT);
	ck_assert_int_eq(snapshot_get_u64(s, "version", &value), 0);
	ck_assert_uint_eq(value, 0x030c01f0);
	ck_assert_str_eq(snapshot_get(s, "text"), "a=b");
	ck_assert_ptr_null(snapshot_get(s, "none"));
	ck_assert_int_eq(snapshot_get_u64(s, "none", &value), SCRAPE_EINVAL);
	ck_assert_int_eq(snapshot_get_u64(s, "bad", &value), SCRAPE_EINVAL);
	snapshot_close(s);
	snapshot_close(NULL);
}
END_TEST

START_TEST(test_readv_stops)
{
	struct snapshot *s;
	char a[4], b[4], c[4];
	struct mem_range ranges[3] = {{0x1000, a, 4}, {0x5000, b, 4}, {0x2000, c, 4}};

	sample();
	ck_assert_int_eq(snapshot_load(image, image_len, &s, NULL), 0);
	ck_assert_int_eq(mem_readv(snapshot_mem(s), ranges, 3), 1);
	snapshot_close(s);
}
END_TEST

/* Every prefix either ends between two regions or is refused. */
START_TEST(test_cut)
{
	struct err err;
	size_t good = 0;

	sample();
	for (size_t n = 0; n < image_len; n++) {
		struct snapshot *s = NULL;
		int r = snapshot_load(image, n, &s, &err);

		ck_assert(r == 0 || r == SCRAPE_EFORMAT);
		good += r == 0;
		snapshot_close(s);
	}
	ck_assert_uint_eq(good, 3); /* behind the header, the first and the second region */
}
END_TEST

static int load_regions(const uint64_t (*regions)[2], size_t n)
{
	struct snapshot *s = NULL;
	FILE *file = begin();
	char bytes[64] = {0};
	int r;

	snapshot_write_regions(file);
	for (size_t i = 0; i < n; i++) {
		fwrite(regions[i], 16, 1, file);
		fwrite(bytes, 1, 16, file);
	}
	ck_assert_int_eq(fclose(file), 0);
	r = snapshot_load(image, image_len, &s, NULL);
	snapshot_close(s);
	return r;
}

START_TEST(test_refused)
{
	static const uint64_t overlap[][2] = {{100, 16}, {115, 16}}, twice[][2] = {{100, 16}, {100, 16}};
	static const uint64_t wraps[][2] = {{UINT64_MAX - 14, 16}}, huge[][2] = {{0, UINT64_MAX}}, empty[][2] = {{0, 0}};
	static const uint64_t touch[][2] = {{100, 16}, {116, 16}};
	struct snapshot *s;
	FILE *file;

	ck_assert_int_eq(load_regions(touch, 2), 0);
	ck_assert_int_eq(load_regions(overlap, 2), SCRAPE_EFORMAT);
	ck_assert_int_eq(load_regions(twice, 2), SCRAPE_EFORMAT);
	ck_assert_int_eq(load_regions(wraps, 1), SCRAPE_EFORMAT);
	ck_assert_int_eq(load_regions(huge, 1), SCRAPE_EFORMAT);
	ck_assert_int_eq(load_regions(empty, 1), SCRAPE_EFORMAT);
	for (int lines = SNAPSHOT_KEYS_MAX; lines <= SNAPSHOT_KEYS_MAX + 1; lines++) {
		file = begin();
		for (int i = 0; i < lines; i++)
			snapshot_write_key(file, "k", "v");
		snapshot_write_regions(file);
		ck_assert_int_eq(fclose(file), 0);
		ck_assert_int_eq(snapshot_load(image, image_len, &s, NULL),
				 lines > SNAPSHOT_KEYS_MAX ? SCRAPE_ELIMIT : 0);
		if (lines == SNAPSHOT_KEYS_MAX)
			snapshot_close(s);
	}
}
END_TEST

START_TEST(test_file)
{
	char path[] = "/tmp/test_snapshot.XXXXXX";
	struct snapshot *s;
	struct err err;
	int fd = mkstemp(path);

	ck_assert_int_ge(fd, 0);
	sample();
	ck_assert_int_eq(write(fd, image, image_len), (ssize_t)image_len);
	ck_assert_int_eq(snapshot_open(path, &s, &err), 0);
	snapshot_close(s);
	ck_assert_int_eq(ftruncate(fd, 5), 0);
	ck_assert_int_eq(snapshot_open(path, &s, &err), SCRAPE_EFORMAT);
	ck_assert_mem_eq(err.text, path, strlen(path));
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_lt(snapshot_open(path, &s, &err), 0);
	ck_assert_int_eq(close(fd), 0);
}
END_TEST

/* What was read through a recorder, and nothing else, can be read from the snapshot it makes. */
START_TEST(test_record)
{
	struct snapshot *from, *to;
	struct mem_record *record;
	char bytes[8192], want[8192];
	FILE *file = begin();

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)(i * 31 >> 3);
	memcpy(want, bytes, sizeof(want));
	snapshot_write_regions(file);
	snapshot_write_region(file, 0x10800, bytes, sizeof(bytes));
	ck_assert_int_eq(fclose(file), 0);
	ck_assert_int_eq(snapshot_load(image, image_len, &from, NULL), 0);
	ck_assert_int_eq(mem_record_new(snapshot_mem(from), &record), 0);
	ck_assert_int_eq(mem_read(mem_record_mem(record), 0x10900, bytes, 10), 0);
	ck_assert_int_eq(mem_read(mem_record_mem(record), 0x10905, bytes, 10), 0);
	ck_assert_int_eq(mem_read(mem_record_mem(record), 0x11ff0, bytes, 32), 0); /* across pages */
	ck_assert_int_eq(mem_read(mem_record_mem(record), 0x20000, bytes, 1), SCRAPE_EFAULT);

	file = begin();
	snapshot_write_regions(file);
	ck_assert_int_eq(mem_record_write(record, file), 0);
	ck_assert_int_eq(fclose(file), 0);
	mem_record_free(record);
	mem_record_free(NULL);
	snapshot_close(from);
	ck_assert_int_eq(snapshot_load(image, image_len, &to, NULL), 0);
	ck_assert_int_eq(mem_read(snapshot_mem(to), 0x10900, bytes, 15), 0);
	ck_assert_mem_eq(bytes, want + 0x100, 15);
	ck_assert_int_eq(mem_read(snapshot_mem(to), 0x11ff0, bytes, 32), 0);
	ck_assert_mem_eq(bytes, want + 0x17f0, 32);
	ck_assert_int_eq(mem_read(snapshot_mem(to), 0x10900, bytes, 16), SCRAPE_EFAULT);
	ck_assert_int_eq(mem_read(snapshot_mem(to), 0x20000, bytes, 1), SCRAPE_EFAULT);
	snapshot_close(to);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("snapshot");
	TCase *tc = tcase_create("snapshot");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tc, test_read);
	tcase_add_test(tc, test_readv_stops);
	tcase_add_test(tc, test_cut);
	tcase_add_test(tc, test_refused);
	tcase_add_test(tc, test_file);
	tcase_add_test(tc, test_record);
	suite_add_tcase(suite, tc);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	free(image);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
