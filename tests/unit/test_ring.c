/* SPDX-License-Identifier: MIT */
/* Rings of this program's own threads. They need perf events, which not everybody may have: then this says so. */
#include <check.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "native/arch.h"
#include "scrape.h"
#include "target/ring.h"

#define THREADS 3

struct helper {
	pthread_t thread;
	sem_t go, told;
	pid_t tid;
	_Atomic bool end;
};

static struct helper helpers[THREADS];
static struct ring_pool pool;

static void *help(void *arg)
{
	struct helper *helper = arg;

	helper->tid = (pid_t)syscall(SYS_gettid);
	sem_post(&helper->told);
	while (!helper->end)
		sem_wait(&helper->go);
	return NULL;
}

static void setup(void)
{
	pool = (struct ring_pool){.max = 2};
	for (int i = 0; i < THREADS; i++) {
		struct helper *helper = &helpers[i];

		*helper = (struct helper){0};
		sem_init(&helper->go, 0, 0);
		sem_init(&helper->told, 0, 0);
		ck_assert_int_eq(pthread_create(&helper->thread, NULL, help, helper), 0);
		sem_wait(&helper->told);
	}
}

static void teardown(void)
{
	for (int i = 0; i < THREADS; i++) {
		helpers[i].end = true;
		sem_post(&helpers[i].go);
		pthread_join(helpers[i].thread, NULL);
	}
}

/* Wakes the thread, and waits until it sleeps again. */
static void wake(struct helper *helper, struct ring *ring, struct ring_moment *moment)
{
	const struct timespec pause = {.tv_nsec = 1000000};
	struct ring_moment before;

	ring_read(ring, &before);
	sem_post(&helper->go);
	for (int i = 0; i < 2000; i++) {
		ring_read(ring, moment);
		if (moment->state == RING_OUT && moment->at != before.at)
			return;
		(void)nanosleep(&pause, NULL);
	}
	ck_abort_msg("the thread does not come to rest");
}

START_TEST(a_sleeper)
{
	struct ring ring = RING_INIT;
	struct ring_moment first, second;
	unsigned pc = 0;
	uint64_t begun;

	ck_assert(ring_is_closed(&ring));
	ck_assert_int_eq(ring_open(&pool, helpers[0].tid, arch_native.perf_mask, &ring), 0);
	ring_read(&ring, &first);
	ck_assert_int_eq(first.state, RING_NEW); /* it sleeps since before */
	ck_assert(ring_is_at(&ring, &first));
	begun = clock_mono_ns();
	wake(&helpers[0], &ring, &first);
	ck_assert_uint_ge(first.time_ns, begun); /* it went to sleep again since */
	ck_assert_uint_le(first.time_ns, clock_mono_ns());
	while (arch_native.perf_regs[pc] != arch_native.pc)
		pc++;
	ck_assert_uint_ne(first.regs[pc], 0);
	ck_assert(ring_is_at(&ring, &first)); /* it sleeps */
	wake(&helpers[0], &ring, &second);
	ck_assert(!ring_is_at(&ring, &first));
	ck_assert_uint_eq(second.regs[pc], first.regs[pc]); /* in the same system call */
	for (int i = 0; i < 100; i++) /* far more than fit: the newest counts */
		wake(&helpers[0], &ring, &first);
	ck_assert_uint_eq(second.regs[pc], first.regs[pc]);
	ring_close(&ring);
	ring_close(&ring);
	ck_assert_uint_eq(pool.n, 0);
}
END_TEST

/* The one that was read least recently gives way. */
START_TEST(few)
{
	struct ring rings[THREADS] = {RING_INIT, RING_INIT, RING_INIT};
	struct ring_moment moment;

	for (int i = 0; i < 2; i++)
		ck_assert_int_eq(ring_open(&pool, helpers[i].tid, arch_native.perf_mask, &rings[i]), 0);
	ring_read(&rings[0], &moment);
	ck_assert_int_eq(ring_open(&pool, helpers[2].tid, arch_native.perf_mask, &rings[2]), 0);
	ck_assert(!ring_is_closed(&rings[0]) && ring_is_closed(&rings[1]) && !ring_is_closed(&rings[2]));
	ck_assert_int_eq(ring_open(&pool, helpers[1].tid, arch_native.perf_mask, &rings[1]), 0);
	ck_assert(ring_is_closed(&rings[0]) && !ring_is_closed(&rings[1]) && !ring_is_closed(&rings[2]));
	ck_assert_uint_eq(pool.n, 2);
	ck_assert_uint_eq(pool.given_way, 2);
	ring_close(&rings[2]); /* in the middle of the list, and its ends */
	ring_close(&rings[1]);
	ck_assert_uint_eq(pool.n, 0);
	ck_assert_ptr_null(pool.newest);
	ck_assert_ptr_null(pool.oldest);
}
END_TEST

START_TEST(nobody)
{
	struct ring ring = RING_INIT;

	ck_assert_int_eq(ring_open(&pool, 0x7fffffff, arch_native.perf_mask, &ring), SCRAPE_EGONE);
	ck_assert(ring_is_closed(&ring));
	ck_assert_uint_eq(pool.n, 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("ring");
	TCase *t = tcase_create("ring");
	struct ring probe = RING_INIT;
	SRunner *runner;
	int failed, r;

	pool.max = 1;
	r = ring_open(&pool, 0, arch_native.perf_mask, &probe);
	ring_close(&probe);
	if (r < 0) {
		printf("skipped: no perf events here (%d)\n", r);
		return 77;
	}
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, a_sleeper);
	tcase_add_test(t, few);
	tcase_add_test(t, nobody);
	suite_add_tcase(s, t);
	runner = srunner_create(s);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
