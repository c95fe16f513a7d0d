/* SPDX-License-Identifier: MIT */
/* What a process says of the code it made itself. */
#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "native/perfmap.h"
#include "scrape.h"

static struct perfmap map;
static char root[] = "/tmp/test-perfmap.XXXXXX";
static int root_fd;
static char path[64];

static void setup(void)
{
	char tmp[64];

	map = (struct perfmap){0};
	(void)strcpy(root + strlen(root) - 6, "XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(root));
	(void)snprintf(tmp, sizeof(tmp), "%s/tmp", root);
	ck_assert_int_eq(mkdir(tmp, 0755), 0);
	(void)snprintf(path, sizeof(path), "%s/tmp/perf-7.map", root);
	root_fd = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	ck_assert_int_ge(root_fd, 0);
}

static void teardown(void)
{
	char tmp[64];

	(void)unlink(path);
	(void)snprintf(tmp, sizeof(tmp), "%s/tmp", root);
	(void)rmdir(tmp);
	(void)rmdir(root);
	(void)close(root_fd);
	perfmap_deinit(&map);
}

static void add(const char *text)
{
	ck_assert_uint_eq(perfmap_add(&map, text, strlen(text)), strlen(text));
}

static void expect(uint64_t addr, const char *name)
{
	const char *found = perfmap_find(&map, addr);

	ck_assert_msg(name ? found && strcmp(found, name) == 0 : !found, "%#lx is %s, not %s", (unsigned long)addr,
		      found ? found : "nothing", name ? name : "nothing");
}

START_TEST(lines)
{
	expect(0x1000, NULL);
	add("2000 10 second\n1000 20 first one\n0xABCD 1 hex\n");
	expect(0xfff, NULL);
	expect(0x1000, "first one");
	expect(0x101f, "first one");
	expect(0x1020, NULL);
	expect(0x200f, "second");
	expect(0x2010, NULL);
	expect(0xabcd, "hex");
}
END_TEST

START_TEST(a_later_line_wins)
{
	add("1000 20 old\n1000 8 new\n");
	expect(0x1000, "new");
	expect(0x1008, NULL);
	add("1000 30 newest\n");
	expect(0x102f, "newest");
	ck_assert_uint_eq(map.entries.n, 1);
}
END_TEST

/* What is no line of a map is left out, the others stay. */
START_TEST(damage)
{
	add("\n \nx\n1000\n1000 \n1000 20\n1000 20 \n1000 0 empty\nffffffffffffffff 2 over\n11112222333344445 1 long\n"
	    "zz 1 no\n1000 1 good\n-5 1 no\n2000 20 name \x1b[31m\xff\n");
	ck_assert_uint_eq(map.entries.n, 2);
	expect(0x1000, "good");
	expect(0x2000, "name \\x1b[31m\\xff");
}
END_TEST

START_TEST(half_a_line)
{
	static const char text[] = "1000 10 a\n2000 10 b";

	ck_assert_uint_eq(perfmap_add(&map, text, strlen(text)), 10);
	expect(0x1000, "a");
	expect(0x2000, NULL);
}
END_TEST

static void write_file(const char *text, int flags)
{
	int fd = open(path, O_WRONLY | O_CREAT | flags, 0644);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	(void)close(fd);
}

START_TEST(a_file_that_grows)
{
	const uint32_t me = geteuid();

	ck_assert_int_eq(perfmap_read(&map, root_fd, 7, me), SCRAPE_ENOTFOUND);
	write_file("1000 10 a\n2000 1", 0);
	ck_assert_int_eq(perfmap_read(&map, root_fd, 7, me), 0);
	expect(0x1000, "a");
	ck_assert_int_eq(perfmap_read(&map, root_fd, 7, me), SCRAPE_ENOTREADY);
	write_file("0 b\n", O_APPEND);
	ck_assert_int_eq(perfmap_read(&map, root_fd, 7, me), 0);
	expect(0x2000, "b");
	ck_assert_int_eq(perfmap_read(&map, root_fd, 7, me), SCRAPE_ENOTREADY);
	write_file("3000 10 c\n", O_TRUNC);
	ck_assert_int_eq(perfmap_read(&map, root_fd, 7, me), 0);
	expect(0x1000, NULL);
	expect(0x3000, "c");
}
END_TEST

/* Whoever may write to /tmp shall not name the code of others, nor make us open what is no file. */
START_TEST(a_file_of_somebody_else)
{
	char link[80];

	write_file("1000 10 a\n", 0);
	if (geteuid() != 0)
		ck_assert_int_eq(perfmap_read(&map, root_fd, 7, geteuid() + 1), SCRAPE_EPERM);
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(mkfifo(path, 0644), 0);
	ck_assert_int_eq(perfmap_read(&map, root_fd, 7, geteuid()), SCRAPE_EUNSUP);
	ck_assert_int_eq(unlink(path), 0);
	(void)snprintf(link, sizeof(link), "/etc/passwd");
	ck_assert_int_eq(symlink(link, path), 0); /* in its own root there is none */
	ck_assert_int_eq(perfmap_read(&map, root_fd, 7, geteuid()), SCRAPE_ENOTFOUND);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("perfmap");
	TCase *t = tcase_create("perfmap");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, lines);
	tcase_add_test(t, a_later_line_wins);
	tcase_add_test(t, damage);
	tcase_add_test(t, half_a_line);
	tcase_add_test(t, a_file_that_grows);
	tcase_add_test(t, a_file_of_somebody_else);
	suite_add_tcase(s, t);
	runner = srunner_create(s);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
