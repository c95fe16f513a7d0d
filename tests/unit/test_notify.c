/* SPDX-License-Identifier: MIT */
/* What a service manager hears, on sockets of both kinds; and what its environment may not do to us. */
#include <check.h>
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "daemon/notify.h"
#include "scrape.h"

static char dir[] = "/tmp/scrape-notify-XXXXXX";
static char address[256];
static int manager = -1; /* the socket that systemd would read */
static struct notify notify = NOTIFY_INIT;
static struct err err;

/* Binds the manager's socket to a name of n bytes as the variable has it: a path, or "@" and a name. */
static void listen_at(bool abstract, size_t n)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	size_t len;

	if (abstract)
		(void)snprintf(address, sizeof(address), "@%s", dir + 5); /* short names, all of them */
	else
		(void)snprintf(address, sizeof(address), "%s/n", dir);
	len = strlen(address);
	while (len < n)
		address[len++] = 'x';
	address[len] = '\0';
	memcpy(addr.sun_path, address, len < sizeof(addr.sun_path) ? len : sizeof(addr.sun_path));
	if (abstract)
		addr.sun_path[0] = '\0';
	manager = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	ck_assert_int_ge(manager, 0);
	ck_assert_int_eq(bind(manager, (struct sockaddr *)&addr,
			      (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len + !abstract)),
			 0);
	ck_assert_int_eq(setenv("NOTIFY_SOCKET", address, 1), 0);
}

static const char *heard(void)
{
	static char message[4096];
	ssize_t n = recv(manager, message, sizeof(message) - 1, 0);

	if (n < 0)
		return NULL;
	message[n] = '\0';
	return message;
}

static void open_well(void)
{
	ck_assert_msg(notify_open(&notify, &err) == 0, "%s", err.text);
	ck_assert_ptr_null(getenv("NOTIFY_SOCKET"));
	ck_assert_ptr_null(getenv("WATCHDOG_USEC"));
	ck_assert_ptr_null(getenv("WATCHDOG_PID"));
}

START_TEST(every_message_on_both_kinds)
{
	listen_at(_i, 0);
	open_well();
	notify_ready(&notify, "3 targets");
	ck_assert_str_eq(heard(), "READY=1\nSTATUS=3 targets\n");
	notify_status(&notify, "4 targets");
	ck_assert_str_eq(heard(), "STATUS=4 targets\n");
	notify_status(&notify, NULL);
	ck_assert_ptr_null(heard());
	notify_alive(&notify);
	ck_assert_str_eq(heard(), "WATCHDOG=1\n");
	notify_stopping(&notify, NULL);
	ck_assert_str_eq(heard(), "STOPPING=1\n");
}
END_TEST

START_TEST(a_reload_says_when_it_began)
{
	uint64_t before, said, after;

	listen_at(true, 0);
	open_well();
	before = clock_mono_ns() / NSEC_PER_USEC;
	notify_reloading(&notify, "reading the configuration");
	after = clock_mono_ns() / NSEC_PER_USEC;
	ck_assert_int_eq(sscanf(heard(), "RELOADING=1\nMONOTONIC_USEC=%" SCNu64 "\nSTATUS=reading", &said), 1);
	ck_assert_uint_ge(said, before);
	ck_assert_uint_le(said, after);
	notify_ready(&notify, NULL);
	ck_assert_str_eq(heard(), "READY=1\n");
}
END_TEST

/* The front speaks after the keeper has opened, from another process. */
START_TEST(a_child_speaks)
{
	pid_t child;
	int status;

	listen_at(false, 0);
	open_well();
	child = fork();
	if (child == 0) {
		notify_ready(&notify, "from the front");
		_exit(0);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_str_eq(heard(), "READY=1\nSTATUS=from the front\n");
}
END_TEST

START_TEST(a_status_stays_one_line)
{
	char name[1024];
	const char *message;

	listen_at(true, 0);
	open_well();
	notify_status(&notify, "svc\nMAINPID=1\nREADY=1");
	ck_assert_str_eq(heard(), "STATUS=svc\\x0aMAINPID=1\\x0aREADY=1\n");
	for (size_t n = NOTIFY_STATUS_MAX; n <= NOTIFY_STATUS_MAX + 1; n++) {
		memset(name, 'n', n);
		name[n] = '\0';
		notify_status(&notify, name);
		message = heard();
		ck_assert_uint_le(strlen(message), strlen("STATUS=\n") + NOTIFY_STATUS_MAX);
		ck_assert_int_eq(strstr(message, "...") != NULL, n > NOTIFY_STATUS_MAX);
	}
}
END_TEST

START_TEST(nobody_listens)
{
	open_well();
	ck_assert_int_eq(notify.fd, -1);
	notify_ready(&notify, "hello");
	notify_reloading(&notify, NULL);
	notify_alive(&notify);
	ck_assert_uint_eq(notify_alive_us(&notify), 0);
	notify_close(&notify);
}
END_TEST

START_TEST(the_watchdog_is_ours_or_not)
{
	char pid[32];

	listen_at(true, 0);
	(void)snprintf(pid, sizeof(pid), "%d", (int)getpid() + (_i == 2));
	ck_assert_int_eq(setenv("WATCHDOG_USEC", "30000001", 1), 0);
	if (_i > 0)
		ck_assert_int_eq(setenv("WATCHDOG_PID", pid, 1), 0);
	open_well();
	ck_assert_uint_eq(notify_alive_us(&notify), _i == 2 ? 0 : 15000001);
}
END_TEST

START_TEST(an_environment_that_makes_no_sense)
{
	static const struct {
		const char *name, *value;
	} bad[] = {{"NOTIFY_SOCKET", ""},
		   {"NOTIFY_SOCKET", "@"},
		   {"NOTIFY_SOCKET", "/"},
		   {"NOTIFY_SOCKET", "relative"},
		   {"NOTIFY_SOCKET", "vsock:2:1234"},
		   {"NOTIFY_SOCKET", "/nowhere/to/be/found"},
		   {"WATCHDOG_USEC", ""},
		   {"WATCHDOG_USEC", "0"},
		   {"WATCHDOG_USEC", "-1"},
		   {"WATCHDOG_USEC", "1s"},
		   {"WATCHDOG_USEC", " 1"},
		   {"WATCHDOG_USEC", "18446744073709551615"},
		   {"WATCHDOG_USEC", "18446744073709551616"},
		   {"WATCHDOG_PID", ""},
		   {"WATCHDOG_PID", "0x10"},
		   {"WATCHDOG_PID", "2147483648"}};

	ck_assert_int_eq(setenv("WATCHDOG_USEC", "1000", 1), 0);
	ck_assert_int_eq(setenv(bad[_i].name, bad[_i].value, 1), 0);
	ck_assert_int_lt(notify_open(&notify, &err), 0);
	ck_assert_ptr_nonnull(strstr(err.text, bad[_i].name));
	ck_assert_int_eq(notify.fd, -1);
	ck_assert_ptr_null(getenv("NOTIFY_SOCKET"));
	ck_assert_ptr_null(getenv("WATCHDOG_USEC"));
	ck_assert_ptr_null(getenv("WATCHDOG_PID"));
}
END_TEST

START_TEST(the_longest_names)
{
	struct sockaddr_un addr;
	size_t max = sizeof(addr.sun_path) - (_i ? 0 : 1);

	listen_at(_i, max);
	open_well();
	notify_ready(&notify, NULL);
	ck_assert_str_eq(heard(), "READY=1\n");
	if (!_i)
		ck_assert_int_eq(unlink(address), 0);
	strcat(address, "x");
	ck_assert_int_eq(setenv("NOTIFY_SOCKET", address, 1), 0);
	ck_assert_int_eq(notify_open(&notify, &err), SCRAPE_EINVAL);
	ck_assert_ptr_nonnull(strstr(err.text, "longer than"));
}
END_TEST

/* Neither a manager that went away nor one that does not read stops us. */
START_TEST(a_manager_that_does_not_hear)
{
	uint64_t begin = clock_mono_ns();

	listen_at(true, 0);
	open_well();
	for (int i = 0; i < 100000; i++)
		notify_alive(&notify);
	ck_assert_uint_lt(clock_mono_ns() - begin, 20 * NSEC_PER_SEC);
	begin = clock_mono_ns();
	notify_ready(&notify, "the queue is full");
	ck_assert_uint_lt(clock_mono_ns() - begin, 10 * NSEC_PER_SEC);
	ck_assert_int_eq(close(manager), 0);
	manager = -1;
	notify_stopping(&notify, NULL);
	notify_alive(&notify);
}
END_TEST

static void begin(void)
{
	ck_assert_ptr_nonnull(mkdtemp(dir));
	ck_assert_int_eq(unsetenv("NOTIFY_SOCKET"), 0);
	ck_assert_int_eq(unsetenv("WATCHDOG_USEC"), 0);
	ck_assert_int_eq(unsetenv("WATCHDOG_PID"), 0);
}

static void end(void)
{
	notify_close(&notify);
	if (manager >= 0)
		(void)close(manager); /* nothing is lost */
	if (address[0] == '/')
		(void)unlink(address); /* gone already in one test */
	(void)rmdir(dir); /* what a failed test left is in /tmp */
}

int main(void)
{
	Suite *suite = suite_create("notify");
	TCase *tcase = tcase_create("notify");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_set_timeout(tcase, 60);
	tcase_add_checked_fixture(tcase, begin, end);
	tcase_add_loop_test(tcase, every_message_on_both_kinds, 0, 2);
	tcase_add_test(tcase, a_reload_says_when_it_began);
	tcase_add_test(tcase, a_child_speaks);
	tcase_add_test(tcase, a_status_stays_one_line);
	tcase_add_test(tcase, nobody_listens);
	tcase_add_loop_test(tcase, the_watchdog_is_ours_or_not, 0, 3);
	tcase_add_loop_test(tcase, an_environment_that_makes_no_sense, 0, 16);
	tcase_add_loop_test(tcase, the_longest_names, 0, 2);
	tcase_add_test(tcase, a_manager_that_does_not_hear);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
