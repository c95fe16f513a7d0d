/* SPDX-License-Identifier: MIT */
/*
 * look: one tick of one target. Which threads may have run is decided here, from timeslices alone: nanoseconds are
 * booked up to a tick late and a gate on them would miss short bursts. How a stack is read exactly is instant.c's.
 */
#include "sample/look.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "sample/instant.h"
#include "sample/pytarget.h"
#include "sample/pythread.h"
#include "target/stop.h"

#define CHECK_NS NSEC_PER_SEC               /* between two full readings of the list of threads */
#define CHECK_NATIVE_NS (200 * NSEC_PER_MSEC) /* the same where nothing else tells of new ones */
#define IMAGES_NS (10 * NSEC_PER_MSEC)      /* between two readings of what is mapped, at first */
#define IMAGES_SHARE 10                     /* of very many no more than this part of the time is spent */
#define IMAGES_MOST_NS (10 * NSEC_PER_SEC)  /* and of a program that runs code of no file */
#define AWAKE_NS NSEC_PER_SEC               /* asleep for so long, a thread is polled less often */
#define AWAKE_MANY_NS (100 * NSEC_PER_MSEC) /* the same where there are many to poll */
#define FEW 8                               /* threads */
#define SHARE 64                            /* then after this part of the time that it has slept */
#define SHARE_MANY 16
#define EVERY_NS (500 * NSEC_PER_MSEC)      /* but at least this often */
#define REFRESH_NS (10 * NSEC_PER_MSEC)     /* age at which a busy thread's CPU time is read again */

void look_deinit(struct look *look)
{
	VEC_DEINIT(&look->stacks);
	VEC_DEINIT(&look->held_ns);
}

static uint64_t next_random(struct looker *looker) /* xorshift64 */
{
	uint64_t x = looker->random ? looker->random : 0x9e3779b97f4a7c15ull;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return looker->random = x;
}

static uint64_t ticks_of(const struct pytarget *target, uint64_t ns)
{
	return target->rate_mhz * (ns / NSEC_PER_USEC) / 1000000000u;
}

/* When to poll again: after a part of the time that it has slept, at random, so that no rhythm of the program can hide.
 * Whatever begins then is noticed late by no more than some hundredths of the pause before it. */
static void schedule(struct pytarget *target, struct looker *looker, struct pythread *thread, uint64_t tick,
		     bool asleep)
{
	bool few = target->threads.n <= FEW;
	uint64_t slept, part, most;

	if (!asleep)
		thread->asleep_since = tick;
	slept = tick - thread->asleep_since;
	part = slept > ticks_of(target, few ? AWAKE_NS : AWAKE_MANY_NS) ? slept / (few ? SHARE : SHARE_MANY) : 1;
	most = ticks_of(target, EVERY_NS);
	part = part < most ? part : most;
	thread->every = part > 1 ? (uint32_t)part : 1;
	thread->last = tick;
	thread->due = tick + 1 + (thread->every > 1 ? next_random(looker) % (2 * thread->every - 1) : 0);
}

static int add_stack(struct look *look, struct pythread *thread, uint32_t weight, enum scrape_way way)
{
	struct look_stack *stack = VEC_PUSH(&look->stacks);

	if (!stack)
		return SCRAPE_ENOMEM;
	*stack = (struct look_stack){.thread = thread, .flags = thread->flags, .weight = weight, .way = way};
	return 0;
}

static void poll_cpu(struct pythread *thread, bool slices)
{
	struct clocks_cpu now;

	if (clocks_read_cpu(&thread->clocks, &now) < 0) {
		thread->dead = true;
		return;
	}
	thread->cpu_ns = now.ns;
	thread->cpu_read_ns = clock_mono_ns();
	if (slices)
		thread->slices = now.slices;
}

void pythread_read_cpu(struct pythread *thread)
{
	poll_cpu(thread, false);
}

/* A settled thread whose timeslices did not grow slept all the time: its stack is still the one seen, for each of the
 * ticks since. Others become active. */
static int poll_thread(struct pytarget *target, struct looker *looker, struct pythread *thread, uint64_t tick,
		       struct look *look)
{
	struct pythread **place;

	if (!thread->runnable) {
		uint64_t before = thread->slices;

		poll_cpu(thread, true);
		if (thread->dead)
			return 0;
		if (thread->settled && thread->slices == before) {
			uint32_t weight = (uint32_t)(tick - thread->last);

			schedule(target, looker, thread, tick, true);
			return add_stack(look, thread, weight, SCRAPE_WAY_ASLEEP);
		}
		thread->polled_before_look = true;
	}
	place = VEC_PUSH(&target->active);
	if (!place)
		return SCRAPE_ENOMEM;
	*place = thread;
	return 0;
}

static int poll_threads(struct pytarget *target, struct looker *looker, uint64_t tick, struct look *look)
{
	int r = 0;

	target->active.n = 0;
	for (size_t i = 0; r == 0 && i < target->threads.n; i++)
		if (tick >= target->threads.items[i]->due && !target->threads.items[i]->dead)
			r = poll_thread(target, looker, target->threads.items[i], tick, look);
	return r;
}

/* Its stack is cut only until a file has been read: the next look may see all of it. */
static bool is_pending(const struct pythread *thread)
{
	return thread->flags >> SCRAPE_CUT_SHIFT == SCRAPE_CUT_PENDING;
}

/* What the look found of a thread whose stack was read. */
static int take_thread(struct pytarget *target, struct looker *looker, struct pythread *thread, uint64_t tick,
		       struct look *look)
{
	uint32_t weight = thread->every;

	thread->settled = !thread->runnable && thread->polled_before_look && !is_pending(thread);
	thread->polled_before_look = false;
	if (clock_mono_ns() - thread->cpu_read_ns > REFRESH_NS)
		pythread_read_cpu(thread);
	schedule(target, looker, thread, tick, false);
	return add_stack(look, thread, weight, thread->way);
}

static int by_gil(const void *a, const void *b)
{
	const struct pythread *x = *(struct pythread *const *)a, *y = *(struct pythread *const *)b;
	uint64_t i = x->states[x->n_states - 1].interp, k = y->states[y->n_states - 1].interp;

	return i < k ? -1 : i > k;
}

/* The active threads, one GIL after the other. */
static int look_at_active(struct pytarget *target, struct looker *looker, uint64_t tick, struct look *look)
{
	struct pythread **threads = target->active.items;
	size_t n = target->active.n;
	int r = 0;

	if (target->interps.n > 1)
		qsort(threads, n, sizeof(*threads), by_gil);
	for (size_t i = 0; i < n; i++)
		threads[i]->fresh = false;
	for (size_t from = 0, to; r == 0 && from < n; from = to) {
		const size_t max = looker->native ? 1 : INSTANT_THREADS_MAX;
		uint64_t gil = instant_gil(target, threads[from]);

		for (to = from + 1; to < n && to - from < max && instant_gil(target, threads[to]) == gil;)
			to++;
		r = instant_read(target, looker, gil, threads + from, to - from, look);
	}
	for (size_t i = 0; r == 0 && i < n; i++) {
		struct pythread *thread = threads[i];

		if (thread->fresh)
			r = take_thread(target, looker, thread, tick, look);
		else
			thread->due = tick + 1;
	}
	return r;
}

/* Once per second: the process lives, runs the same program, and these are its threads. One that slept all the time
 * can have changed none of it. */
static int check(struct pytarget *target)
{
	struct proc_program program;
	int r;

	if (!proc_alive(&target->proc))
		return SCRAPE_EGONE;
	if (!target->resync && !target->active_since_check)
		return 0;
	target->active_since_check = false;
	if (proc_read_program(&target->proc, &program) == 0 && !proc_same_program(&program, &target->program))
		return SCRAPE_EEXEC;
	r = pytarget_resync(target);
	return r == SCRAPE_EFAULT ? 0 : r; /* the lists moved: again at the next tick */
}

/* What noting them costs is the target's time. */
static uint64_t count_switches(const struct pytarget *target, uint64_t now)
{
	uint64_t most = 0;

	VEC_EACH (thread, &target->threads)
		if (!ring_is_closed(&(*thread)->ring)) {
			uint64_t rate = ring_rate(&(*thread)->ring, now);

			most = rate > most ? rate : most;
		}
	return most;
}

/* What is mapped, again if code was met that is not known: something was loaded, or it makes code itself. */
static int check_images(struct pytarget *target, uint64_t now, struct look *look)
{
	int r;

	images_begin(&target->images);
	if (target->images.rest.n > 0 && now >= target->images_next_ns) {
		(void)images_go_on(&target->images, &target->proc, &target->live.mem);
		look->once_ns = clock_mono_ns() - now;
		target->images_next_ns = now + IMAGES_SHARE * look->once_ns;
		return 0;
	}
	if (!target->images_strange || now < target->images_next_ns)
		return 0;
	target->images_strange = false;
	target->images_pause_ns = target->images_pause_ns ? 2 * target->images_pause_ns : IMAGES_NS;
	if (target->images_pause_ns > IMAGES_MOST_NS)
		target->images_pause_ns = IMAGES_MOST_NS;
	target->images_next_ns = now + target->images_pause_ns;
	r = images_update(&target->images, &target->proc, &target->live.mem, target->runtime.addr, NULL);
	if (target->images.changed)
		target->images_pause_ns = 0;
	look->once_ns = clock_mono_ns() - now;
	return r == SCRAPE_ENOMEM ? r : 0; /* or the old ones serve */
}

bool look_is_due(const struct pytarget *target, uint64_t tick, uint64_t now_ns)
{
	return target->resync || tick >= target->next_due || now_ns >= target->next_check_ns;
}

static uint64_t next_due(const struct pytarget *target, uint64_t tick)
{
	uint64_t due = UINT64_MAX;

	for (size_t i = 0; i < target->threads.n; i++) {
		const struct pythread *thread = target->threads.items[i];

		due = thread->dead ? tick + 1 : thread->due < due ? thread->due : due;
	}
	return due;
}

int look_tick(struct pytarget *target, struct looker *looker, uint64_t tick, struct look *look)
{
	uint64_t now = clock_mono_ns();
	int r = 0;

	look->stacks.n = look->held_ns.n = 0;
	memset(look->lost, 0, sizeof(look->lost));
	look->retries = look->once_ns = look->switches = 0;
	pytarget_bury(target);
	looker->native = target->native;
	if (target->native)
		r = check_images(target, now, look);
	/* the stacks kept of sleepers name code objects by index */
	if (target->has_python && codes_limit(&target->codes))
		for (size_t i = 0; i < target->threads.n; i++)
			target->threads.items[i]->settled = false;
	if (r == 0 && (target->resync || now >= target->next_check_ns)) {
		target->next_check_ns = now + (target->native ? CHECK_NATIVE_NS : CHECK_NS);
		r = check(target);
		if (target->native)
			look->switches = count_switches(target, now);
	}
	if (r == 0)
		r = poll_threads(target, looker, tick, look);
	target->active_since_check |= target->active.n > 0;
	if (r == 0 && target->active.n > 0)
		r = look_at_active(target, looker, tick, look);
	target->next_due = next_due(target, tick);
	return r;
}
