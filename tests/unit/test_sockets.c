/* SPDX-License-Identifier: MIT */
/* Listening sockets that were handed over, and all that may be handed over instead. */
#include <arpa/inet.h>
#include <check.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/err.h"
#include "daemon/sockets.h"
#include "scrape.h"

#define FIRST 100 /* out of the way of what the test program has open */

static struct sockets sockets;
static struct err err;

/* A socket of loopback or (abstract) Unix at descriptor `at`, listening or not. */
static void make(int at, int family, int type, bool listens)
{
	const struct sockaddr_in in = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	const struct sockaddr_un un = {.sun_family = AF_UNIX};
	int fd = socket(family, type, 0);

	ck_assert_int_ge(fd, 0);
	if (family == AF_UNIX) /* an empty name: the kernel gives an abstract one */
		ck_assert_int_eq(bind(fd, (const struct sockaddr *)&un, sizeof(sa_family_t)), 0);
	else
		ck_assert_int_eq(bind(fd, (const struct sockaddr *)&in, sizeof(in)), 0);
	if (listens)
		ck_assert_int_eq(listen(fd, 5), 0);
	ck_assert_int_eq(dup2(fd, at), at);
	ck_assert_int_eq(close(fd), 0);
}

static void hand_over(const char *pid, const char *fds, const char *names)
{
	char mine[32];

	(void)snprintf(mine, sizeof(mine), "%d", (int)getpid());
	ck_assert_int_eq(setenv("LISTEN_PID", pid ? pid : mine, 1), 0);
	ck_assert_int_eq(setenv("LISTEN_FDS", fds, 1), 0);
	if (names)
		ck_assert_int_eq(setenv("LISTEN_FDNAMES", names, 1), 0);
}

static int take(void)
{
	int r = sockets_take(FIRST, &sockets, &err);

	ck_assert_ptr_null(getenv("LISTEN_PID"));
	ck_assert_ptr_null(getenv("LISTEN_FDS"));
	ck_assert_ptr_null(getenv("LISTEN_FDNAMES"));
	return r;
}

static bool is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

START_TEST(both_kinds_with_names)
{
	make(FIRST, AF_INET, SOCK_STREAM, true);
	make(FIRST + 1, AF_UNIX, SOCK_STREAM, true);
	hand_over(NULL, "2", "http:unix");
	ck_assert_msg(take() == 0, "%s", err.text);
	ck_assert_uint_eq(sockets.n, 2);
	ck_assert_str_eq(sockets.items[0].name, "http");
	ck_assert_str_eq(sockets.items[1].name, "unix");
	for (int i = 0; i < 2; i++) {
		ck_assert_int_eq(sockets.items[i].fd, FIRST + i);
		ck_assert_int_ne(fcntl(FIRST + i, F_GETFL) & O_NONBLOCK, 0);
		ck_assert_int_eq(fcntl(FIRST + i, F_GETFD), FD_CLOEXEC);
	}
	sockets.items[0].fd = -1; /* somebody took it */
	sockets_close(&sockets);
	ck_assert(is_open(FIRST));
	ck_assert(!is_open(FIRST + 1));
}
END_TEST

START_TEST(without_names)
{
	make(FIRST, AF_INET, SOCK_STREAM, true);
	hand_over(NULL, "1", NULL);
	ck_assert_int_eq(take(), 0);
	ck_assert_uint_eq(sockets.n, 1);
	ck_assert_str_eq(sockets.items[0].name, "");
}
END_TEST

START_TEST(meant_for_somebody_else)
{
	make(FIRST, AF_INET, SOCK_STREAM, true);
	hand_over(_i == 0 ? "1" : NULL, _i == 1 ? "0" : "1", "a");
	if (_i == 2)
		ck_assert_int_eq(unsetenv("LISTEN_PID"), 0);
	if (_i == 3)
		ck_assert_int_eq(unsetenv("LISTEN_FDS"), 0);
	ck_assert_int_eq(take(), 0);
	ck_assert_uint_eq(sockets.n, 0);
	ck_assert(is_open(FIRST)); /* not ours to close */
}
END_TEST

START_TEST(numbers_that_are_none)
{
	static const struct {
		const char *pid, *fds;
	} bad[] = {{"", "1"},   {"1x", "1"}, {"-1", "1"}, {"2147483648", "1"}, {NULL, ""},
		   {NULL, "x"}, {NULL, "-1"}, {NULL, "+1"}, {NULL, "33"},       {NULL, "99999999999999999999"}};

	make(FIRST, AF_INET, SOCK_STREAM, true);
	hand_over(bad[_i].pid, bad[_i].fds, NULL);
	ck_assert_int_eq(take(), SCRAPE_EINVAL);
	ck_assert_ptr_nonnull(strstr(err.text, bad[_i].pid ? "LISTEN_PID" : "LISTEN_FDS"));
	ck_assert_uint_eq(sockets.n, 0);
}
END_TEST

START_TEST(as_many_as_allowed)
{
	for (int i = 0; i < SOCKETS_MAX; i++)
		make(FIRST + i, AF_UNIX, SOCK_STREAM, true);
	hand_over(NULL, "32", NULL);
	ck_assert_int_eq(SOCKETS_MAX, 32);
	ck_assert_msg(take() == 0, "%s", err.text);
	ck_assert_uint_eq(sockets.n, SOCKETS_MAX);
}
END_TEST

/* What is not a listening stream socket is refused, and everything that came with it is closed. */
START_TEST(descriptors_that_are_something_else)
{
	make(FIRST, AF_INET, SOCK_STREAM, true);
	switch (_i) {
	case 0:
		break; /* not open */
	case 1:
		ck_assert_int_eq(dup2(open("/dev/null", O_RDWR), FIRST + 1), FIRST + 1);
		break;
	case 2:
		make(FIRST + 1, AF_INET, SOCK_STREAM, false);
		break;
	case 3:
		make(FIRST + 1, AF_INET, SOCK_DGRAM, false);
		break;
	case 4:
		make(FIRST + 1, AF_UNIX, SOCK_SEQPACKET, true);
		break;
	case 5:
		ck_assert_int_eq(dup2(socket(AF_NETLINK, SOCK_RAW, 0), FIRST + 1), FIRST + 1);
		break;
	}
	hand_over(NULL, "2", NULL);
	ck_assert_int_eq(take(), SCRAPE_EINVAL);
	ck_assert_ptr_nonnull(strstr(err.text, "descriptor 101"));
	ck_assert(!is_open(FIRST));
	ck_assert(!is_open(FIRST + 1));
}
END_TEST

START_TEST(names_that_do_not_fit)
{
	static const char *const bad[] = {"", "a", "a:b:c", "a:b:"};

	make(FIRST, AF_INET, SOCK_STREAM, true);
	make(FIRST + 1, AF_INET, SOCK_STREAM, true);
	hand_over(NULL, "2", bad[_i]);
	ck_assert_int_eq(take(), SCRAPE_EINVAL);
	ck_assert_ptr_nonnull(strstr(err.text, "LISTEN_FDNAMES"));
	ck_assert(!is_open(FIRST));
}
END_TEST

START_TEST(names_are_cleaned_and_cut)
{
	char names[2 * SOCKETS_NAME_MAX] = "a\nb:";
	size_t n = strlen(names), len = SOCKETS_NAME_MAX - 1 + (size_t)_i;

	memset(names + n, 'n', len);
	names[n + len] = '\0';
	make(FIRST, AF_INET, SOCK_STREAM, true);
	make(FIRST + 1, AF_INET, SOCK_STREAM, true);
	hand_over(NULL, "2", names);
	ck_assert_int_eq(take(), 0);
	ck_assert_str_eq(sockets.items[0].name, "a\\x0ab");
	ck_assert_uint_eq(strlen(sockets.items[1].name), SOCKETS_NAME_MAX - 1);
	ck_assert_int_eq(strstr(sockets.items[1].name, "...") != NULL, _i);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("sockets");
	TCase *tcase = tcase_create("sockets");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, both_kinds_with_names);
	tcase_add_test(tcase, without_names);
	tcase_add_loop_test(tcase, meant_for_somebody_else, 0, 4);
	tcase_add_loop_test(tcase, numbers_that_are_none, 0, 10);
	tcase_add_test(tcase, as_many_as_allowed);
	tcase_add_loop_test(tcase, descriptors_that_are_something_else, 0, 6);
	tcase_add_loop_test(tcase, names_that_do_not_fit, 0, 4);
	tcase_add_loop_test(tcase, names_are_cleaned_and_cut, 0, 2);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
