/* SPDX-License-Identifier: MIT */
/* maps: real and hostile texts of /proc/PID/maps, and this program's own. */
#include "target/maps.h"

#include <check.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "scrape.h"

static struct maps maps;
static struct err err;

static int parse(const char *text)
{
	return maps_parse(&maps, text, strlen(text), &err);
}

static void teardown(void)
{
	maps_deinit(&maps);
}

START_TEST(test_fields)
{
	ck_assert_int_eq(parse("55d0c8a00000-55d0c8a28000 r-xp 0000f000 fd:1a 1311                       /usr/bin/x y\n"
			       "7ffd8e1d0000-7ffd8e1f1000 rw-s 00000000 00:00 0                          [stack]\n"
			       "7ffd8e200000-7ffd8e201000 ---p 00000000 00:00 0 \n"
			       "ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]\n"),
			 0);
	ck_assert_uint_eq(maps.n, 4);
	ck_assert_uint_eq(maps.items[0].start, 0x55d0c8a00000);
	ck_assert_uint_eq(maps.items[0].end, 0x55d0c8a28000);
	ck_assert_uint_eq(maps.items[0].offset, 0xf000);
	ck_assert_uint_eq(maps.items[0].dev, makedev(0xfd, 0x1a));
	ck_assert_uint_eq(maps.items[0].inode, 1311);
	ck_assert_uint_eq(maps.items[0].perms, MAPPING_READ | MAPPING_EXEC);
	ck_assert_str_eq(maps.items[0].path, "/usr/bin/x y");
	ck_assert_uint_eq(maps.items[1].perms, MAPPING_READ | MAPPING_WRITE | MAPPING_SHARED);
	ck_assert_str_eq(maps.items[1].path, "[stack]");
	ck_assert_uint_eq(maps.items[2].perms, 0);
	ck_assert_str_eq(maps.items[2].path, "");
	ck_assert_uint_eq(maps.items[3].end, 0xffffffffff601000);
}
END_TEST

START_TEST(test_hostile_names)
{
	ck_assert_int_eq(parse("1000-2000 r--p 00000000 00:01 5 /tmp/a\\012b (deleted)\n"
			       "2000-3000 r--p 00000000 00:01 6 /tmp/1000-2000 r--p 0 0:0 0 x\x1b[31m\n"
			       "3000-4000 r--p 00000000 00:01 7 /tmp/ (deleted) \n"
			       "4000-5000 r--p 00000000 00:01 8 (deleted)\n"),
			 0);
	ck_assert_str_eq(maps.items[0].path, "/tmp/a\\012b (deleted)");
	ck_assert(maps.items[0].deleted);
	ck_assert_str_eq(maps.items[1].path, "/tmp/1000-2000 r--p 0 0:0 0 x\x1b[31m");
	ck_assert(!maps.items[1].deleted);
	ck_assert_str_eq(maps.items[2].path, "/tmp/ (deleted) ");
	ck_assert(!maps.items[2].deleted);
	ck_assert(!maps.items[3].deleted);
}
END_TEST

START_TEST(test_refused)
{
	static const char *const bad[] = {
		"1000-2000 r--p 00000000 00:01 5 /cut",
		"\n",
		"2000-1000 r--p 00000000 00:01 5 /x\n",
		"1000-1000 r--p 00000000 00:01 5 /x\n",
		"1000-2000 r--p 00000000 00:01 5\n",
		"1000-2000 r--q 00000000 00:01 5 /x\n",
		"1000-2000 r-- 00000000 00:01 5 /x\n",
		"-2000 r--p 00000000 00:01 5 /x\n",
		"1000-10000000000000000 r--p 00000000 00:01 5 /x\n",
		"1000-2000 r--p 00000000 00:01 18446744073709551616 /x\n",
		"1000-2000 r--p 00000000 00:100000000 5 /x\n",
		"1000-2000 r--p 00000000 00:01 f /x\n",
		"1000-2000 rw",
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		ck_assert_msg(parse(bad[i]) == SCRAPE_EFORMAT, "accepted: %s", bad[i]);
		ck_assert_uint_eq(maps.n, 0);
	}
	ck_assert_int_eq(maps_parse(&maps, "1000-2000 r--p 0 0:0 0 a\0b\n", 27, &err), SCRAPE_EFORMAT);
	ck_assert_int_eq(parse("1000-2000 r--p 0 0:0 0 a\n1fff-3000 r--p 0 0:0 0 b\n"), SCRAPE_EFORMAT);
	ck_assert_str_eq(err.text, "line 2 of the list of mappings cannot be read");
	ck_assert_int_eq(parse("1000-2000 r--p 0 0:0 18446744073709551615 /x\n"), 0);
}
END_TEST

static int parse_many(size_t n)
{
	struct buf text = BUF_INIT;
	int r;

	for (size_t i = 0; i < n; i++)
		buf_fmt(&text, "%zx-%zx r--p 00000000 00:00 0 \n", (i + 1) * 4096, (i + 2) * 4096);
	r = maps_parse(&maps, text.data, text.len, &err);
	buf_deinit(&text);
	return r;
}

START_TEST(test_limit)
{
	ck_assert_int_eq(parse_many(MAPS_MAX), 0);
	ck_assert_uint_eq(maps.n, MAPS_MAX);
	ck_assert_ptr_eq(maps_find(&maps, 5 * 4096 + 17), &maps.items[4]);
	ck_assert_ptr_null(maps_find(&maps, 4095));
	ck_assert_ptr_null(maps_find(&maps, UINT64_MAX));
	ck_assert_int_eq(parse_many(MAPS_MAX + 1), SCRAPE_ELIMIT);
	ck_assert_uint_eq(maps.n, 0);
	ck_assert_int_eq(parse(""), 0);
}
END_TEST

START_TEST(test_own)
{
	int proc_fd = open("/proc/self", O_PATH | O_DIRECTORY | O_CLOEXEC);
	const struct mapping *stack, *code;
	char exe[4096] = "";
	int on_stack;

	ck_assert_int_eq(maps_read(&maps, proc_fd, &err), 0);
	stack = maps_find(&maps, (uint64_t)(uintptr_t)&on_stack);
	code = maps_find(&maps, (uint64_t)(uintptr_t)&parse_many);
	ck_assert_ptr_nonnull(stack);
	ck_assert_ptr_nonnull(code);
	ck_assert_uint_eq(stack->perms & (MAPPING_READ | MAPPING_WRITE), MAPPING_READ | MAPPING_WRITE);
	ck_assert(code->perms & MAPPING_EXEC);
	ck_assert_int_gt(readlink("/proc/self/exe", exe, sizeof(exe) - 1), 0);
	ck_assert_str_eq(code->path, exe);
	ck_assert(mapping_same_file(code, code));
	ck_assert(!mapping_same_file(code, stack));
	ck_assert(!mapping_may_be_image(stack));
	close(proc_fd);
}
END_TEST

START_TEST(test_gone)
{
	int fd = open("/proc/self/fd", O_PATH | O_DIRECTORY | O_CLOEXEC);

	ck_assert_int_eq(maps_read(&maps, fd, &err), SCRAPE_EGONE);
	close(fd);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("maps");
	TCase *t = tcase_create("maps");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(t, NULL, teardown);
	tcase_add_test(t, test_fields);
	tcase_add_test(t, test_hostile_names);
	tcase_add_test(t, test_refused);
	tcase_add_test(t, test_limit);
	tcase_add_test(t, test_own);
	tcase_add_test(t, test_gone);
	suite_add_tcase(s, t);
	runner = srunner_create(s);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
