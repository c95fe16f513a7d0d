/* SPDX-License-Identifier: MIT */
/* Work in a child: its answer comes whole or not at all, nobody waits for ever, nothing is left behind. */
#include <check.h>
#include <dirent.h>
#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/errand.h"

#define BIG ((size_t)5 << 20)

struct job {
	struct event_base *base;
	int wanted; /* of which this is one: the last ends the loop */
	int *done;
	int value;
	enum errand_end end;
	int status;
	size_t len;
	char error[512], header[96], body[64];
};

static struct event_base *base;
static struct errands *errands;
static int n_done;

static void setup(void)
{
	base = event_base_new();
	errands = errands_new(base);
	ck_assert_ptr_nonnull(errands);
	n_done = 0;
}

static void teardown(void)
{
	errands_free(errands);
	event_base_free(base);
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1); /* no child is left */
	ck_assert_int_eq(errno, ECHILD);
}

static void done(void *ctx, enum errand_end end, struct errand_answer *answer)
{
	struct job *job = ctx;

	job->end = end;
	if (answer) {
		job->status = answer->status;
		job->len = answer->body.len;
		snprintf(job->error, sizeof(job->error), "%s", answer->error);
		snprintf(job->header, sizeof(job->header), "%s", answer->n_headers ? answer->headers[0].value : "");
		snprintf(job->body, sizeof(job->body), "%.*s", (int)(answer->body.len < 60 ? answer->body.len : 60),
			 answer->body.data ? answer->body.data : "");
	}
	if (++n_done == job->wanted)
		event_base_loopbreak(base);
}

static void wait_all(void)
{
	ck_assert_int_ge(event_base_dispatch(base), 0);
}

static struct job run_one(errand_work_fn work)
{
	struct job job = {.wanted = 1, .value = 42};

	ck_assert_ptr_nonnull(errand_start(errands, work, done, &job));
	wait_all();
	return job;
}

static void say(void *ctx, struct errand_answer *answer)
{
	const struct job *job = ctx;

	errand_header(answer, "X", "%d", job->value);
	buf_fmt(&answer->body, "hello %d", job->value);
}

START_TEST(an_answer_comes_back)
{
	struct job job = run_one(say);
	struct errands_counts counts;

	ck_assert_int_eq(job.end, ERRAND_DONE);
	ck_assert_int_eq(job.status, 200);
	ck_assert_str_eq(job.body, "hello 42");
	ck_assert_str_eq(job.header, "42");
	errands_counts(errands, &counts);
	ck_assert_uint_eq(counts.done, 1);
}
END_TEST

static void say_much(void *ctx, struct errand_answer *answer)
{
	(void)ctx;
	for (size_t i = 0; i < BIG; i++)
		buf_chr(&answer->body, 'x');
}

START_TEST(a_large_answer_comes_whole)
{
	struct job job = run_one(say_much);

	ck_assert_int_eq(job.end, ERRAND_DONE);
	ck_assert_uint_eq(job.len, BIG);
}
END_TEST

static void refuse(void *ctx, struct errand_answer *answer)
{
	(void)ctx;
	buf_str(&answer->body, "half of");
	(void)errand_refuse(answer, 400, "no: %d", 7);
}

START_TEST(a_refusal_has_no_body)
{
	struct job job = run_one(refuse);

	ck_assert_int_eq(job.end, ERRAND_DONE);
	ck_assert_int_eq(job.status, 400);
	ck_assert_str_eq(job.error, "no: 7");
	ck_assert_uint_eq(job.len, 0);
}
END_TEST

static void die(void *ctx, struct errand_answer *answer)
{
	(void)ctx;
	(void)answer;
	raise(SIGKILL);
}

START_TEST(a_child_that_dies_is_a_failure)
{
	ck_assert_int_eq(run_one(die).end, ERRAND_FAILED);
}
END_TEST

static void count_files(void *ctx, struct errand_answer *answer)
{
	DIR *dir = opendir("/proc/self/fd");
	const struct dirent *entry;

	(void)ctx;
	while ((entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			buf_fmt(&answer->body, "%s ", entry->d_name);
	closedir(dir);
}

START_TEST(the_child_holds_nothing_but_its_pipe)
{
	ck_assert_str_eq(run_one(count_files).body, "0 1 2 3 4 "); /* 4 is the folder itself */
}
END_TEST

static void sleep_long(void *ctx, struct errand_answer *answer)
{
	(void)ctx;
	(void)answer;
	sleep(30);
}

START_TEST(one_that_is_cancelled_ends)
{
	struct job job = {.wanted = 1};
	struct errand *errand = errand_start(errands, sleep_long, done, &job);

	ck_assert_int_ge(event_base_loop(base, EVLOOP_ONCE), 0); /* it runs */
	errand_cancel(errand);
	wait_all();
	ck_assert_int_eq(job.end, ERRAND_LATE);
}
END_TEST

START_TEST(they_queue_up_to_a_limit)
{
	enum { N = ERRANDS_QUEUED };
	struct job jobs[N], more = {.wanted = -1};

	for (int i = 0; i < N; i++) {
		jobs[i] = (struct job){.wanted = N, .value = i};
		ck_assert_ptr_nonnull(errand_start(errands, say, done, &jobs[i]));
	}
	ck_assert_ptr_null(errand_start(errands, say, done, &more));
	wait_all();
	for (int i = 0; i < N; i++) {
		char text[32];

		snprintf(text, sizeof(text), "hello %d", i);
		ck_assert_int_eq(jobs[i].end, ERRAND_DONE);
		ck_assert_str_eq(jobs[i].body, text);
	}
}
END_TEST

START_TEST(the_end_ends_all)
{
	struct job jobs[6];

	for (int i = 0; i < 6; i++) {
		jobs[i] = (struct job){.wanted = -1};
		ck_assert_ptr_nonnull(errand_start(errands, sleep_long, done, &jobs[i]));
	}
	ck_assert_int_ge(event_base_loop(base, EVLOOP_ONCE), 0); /* four run, two wait */
	errands_free(errands);
	errands = NULL;
	ck_assert_int_eq(n_done, 6);
	for (int i = 0; i < 6; i++)
		ck_assert_int_eq(jobs[i].end, ERRAND_FAILED);
}
END_TEST

START_TEST(headers_at_their_limit)
{
	struct errand_answer answer = {0};

	for (int i = 0; i <= ERRAND_HEADERS_MAX; i++)
		errand_header(&answer, "X", "%d", i);
	ck_assert_uint_eq(answer.n_headers, ERRAND_HEADERS_MAX);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("errand");
	TCase *tcase = tcase_create("errand");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 30);
	tcase_add_test(tcase, an_answer_comes_back);
	tcase_add_test(tcase, a_large_answer_comes_whole);
	tcase_add_test(tcase, a_refusal_has_no_body);
	tcase_add_test(tcase, a_child_that_dies_is_a_failure);
	tcase_add_test(tcase, the_child_holds_nothing_but_its_pipe);
	tcase_add_test(tcase, one_that_is_cancelled_ends);
	tcase_add_test(tcase, they_queue_up_to_a_limit);
	tcase_add_test(tcase, the_end_ends_all);
	tcase_add_test(tcase, headers_at_their_limit);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
