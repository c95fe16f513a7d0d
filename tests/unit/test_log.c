/* SPDX-License-Identifier: MIT */
/* How lines on stderr begin for a person, for a daemon's reader and for the journal, and that no name can forge one. */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"

static int captured;
static char text[64 * 1024];

/* Each test runs in a process of its own, whose stderr is this file from here on. */
static void capture(void)
{
	captured = memfd_create("stderr", 0);
	ck_assert_int_ge(captured, 0);
	ck_assert_int_ge(dup2(captured, STDERR_FILENO), 0);
	ck_assert_int_eq(unsetenv("JOURNAL_STREAM"), 0);
}

static const char *said(void)
{
	ssize_t n = pread(captured, text, sizeof(text) - 1, 0);

	ck_assert_int_ge(n, 0);
	text[n] = '\0';
	return text;
}

static unsigned lines(const char *of)
{
	unsigned n = 0;

	for (; *of; of++)
		n += *of == '\n';
	return n;
}

static void be_journal(long long inode_off)
{
	char value[64];
	struct stat st;

	ck_assert_int_eq(fstat(STDERR_FILENO, &st), 0);
	(void)snprintf(value, sizeof(value), "%llu:%llu", (unsigned long long)st.st_dev,
		       (unsigned long long)st.st_ino + (unsigned long long)inode_off);
	ck_assert_int_eq(setenv("JOURNAL_STREAM", value, 1), 0);
}

START_TEST(a_command_speaks_plainly)
{
	log_error("-p %d: no such process", 42);
	log_debug("not heard");
	ck_assert_str_eq(said(), "scrape: -p 42: no such process\n");
}
END_TEST

START_TEST(levels)
{
	log_set_level(LOG_QUIET);
	log_error("not heard");
	log_set_level(LOG_DEBUG);
	log_debug("heard");
	ck_assert_int_eq(log_get_level(), LOG_DEBUG);
	ck_assert_str_eq(said(), "scrape: heard\n");
}
END_TEST

START_TEST(a_daemon_tells_the_time)
{
	regex_t regex;

	log_begin_daemon();
	log_warn("late");
	ck_assert_int_eq(regcomp(&regex,
				 "^20[0-9]{2}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-6][0-9]\\.[0-9]{3}Z "
				 "scrape: late\n$",
				 REG_EXTENDED | REG_NOSUB),
			 0);
	ck_assert_msg(regexec(&regex, said(), 0, NULL, 0) == 0, "%s", text);
	regfree(&regex);
}
END_TEST

START_TEST(the_journal_is_told_the_level)
{
	be_journal(0);
	log_set_level(LOG_DEBUG);
	if (_i)
		log_begin_daemon();
	log_error("a");
	log_warn("b");
	log_info("c");
	log_debug("d");
	ck_assert_str_eq(said(), "<3>a\n<4>b\n<6>c\n<7>d\n");
}
END_TEST

/* The variable is inherited by what a unit starts with its stderr elsewhere. */
START_TEST(a_journal_of_somebody_else)
{
	static const char *const values[] = {"", ":", "1", "x:y", "1:", ":1", "18446744073709551616:1"};

	if (_i == 0)
		be_journal(1);
	else
		ck_assert_int_eq(setenv("JOURNAL_STREAM", values[_i - 1], 1), 0);
	log_info("hello");
	ck_assert_str_eq(said(), "scrape: hello\n");
}
END_TEST

START_TEST(no_name_forges_a_line)
{
	if (_i)
		be_journal(0);
	log_info("service %s", "x\nscrape: all is well\r\x1b[2J\x7f\xff\xe2\x80\xae<3>y\t");
	ck_assert_str_eq(said() + (_i ? 3 : 8),
			 "service x\\x0ascrape: all is well\\x0d\\x1b[2J\\x7f\\xff\\u202e<3>y\\x09\n");
}
END_TEST

/* At the limit whole, beyond it cut with a hash; one line always, and of bounded length. */
START_TEST(long_lines_are_cut)
{
	static char name[4096];
	const char *line;

	memset(name, 'n', 960);
	log_info("%s", name);
	line = said();
	ck_assert_uint_eq(strlen(line), strlen("scrape: ") + 960 + 1);
	ck_assert_ptr_null(strstr(line, "..."));
	ck_assert_int_eq(ftruncate(captured, 0), 0);
	ck_assert_int_eq(lseek(captured, 0, SEEK_SET), 0);
	memset(name, _i ? '\n' : 'n', _i ? sizeof(name) - 1 : 961);
	log_info("%s", name);
	line = said();
	ck_assert_uint_eq(lines(line), 1);
	ck_assert_ptr_nonnull(strstr(line, "..."));
	ck_assert_uint_le(strlen(line), strlen("scrape: ") + 960 + 1);
}
END_TEST

START_TEST(a_daemon_does_not_repeat_itself)
{
	be_journal(0);
	log_begin_daemon();
	for (int i = 0; i < 25; i++)
		log_warn("PID %d cannot be read", i);
	log_info("something else");
	log_tick(); /* nothing is due yet */
	ck_assert_uint_eq(lines(said()), 11);
	ck_assert_ptr_nonnull(strstr(text, "<4>PID 9 cannot be read\n<6>something else\n"));
	log_end();
	ck_assert_uint_eq(lines(said()), 12);
	ck_assert_ptr_nonnull(strstr(text, "<4>15 more like this: PID 24 cannot be read\n"));
	log_end();
	ck_assert_uint_eq(lines(said()), 12);
}
END_TEST

START_TEST(a_command_repeats_itself)
{
	for (int i = 0; i < 25; i++)
		log_warn("PID %d cannot be read", i);
	log_end();
	ck_assert_uint_eq(lines(said()), 25);
}
END_TEST

START_TEST(errno_is_kept)
{
	errno = EXDEV;
	log_info("hello");
	ck_assert_int_eq(errno, EXDEV);
	ck_assert_int_eq(close(STDERR_FILENO), 0);
	log_begin_daemon();
	errno = EXDEV;
	log_info("nobody is there");
	ck_assert_int_eq(errno, EXDEV);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("log");
	TCase *tcase = tcase_create("log");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tcase, capture, NULL);
	tcase_add_test(tcase, a_command_speaks_plainly);
	tcase_add_test(tcase, levels);
	tcase_add_test(tcase, a_daemon_tells_the_time);
	tcase_add_loop_test(tcase, the_journal_is_told_the_level, 0, 2);
	tcase_add_loop_test(tcase, a_journal_of_somebody_else, 0, 8);
	tcase_add_loop_test(tcase, no_name_forges_a_line, 0, 2);
	tcase_add_loop_test(tcase, long_lines_are_cut, 0, 2);
	tcase_add_test(tcase, a_daemon_does_not_repeat_itself);
	tcase_add_test(tcase, a_command_repeats_itself);
	tcase_add_test(tcase, errno_is_kept);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
