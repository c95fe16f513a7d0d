/* SPDX-License-Identifier: MIT */
/* sampler: the loop that looks, sends and hears. */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/io.h"
#include "daemon/sampler_private.h"
#include "sample/pytarget.h"
#include "scrape.h"

#define SEND_NS (800 * NSEC_PER_MSEC) /* age at which what was found is sent */
#define SEND_BYTES (32 * 1024)        /* or size */
#define HEAR_NS (10 * NSEC_PER_MSEC)  /* between two looks at what the front wants */
#define HEAR_BYTES 65536
#define SORT_EVERY 16                  /* ticks after which targets are put in the order of their CPUs */
#define FAMILY_NS (10 * NSEC_PER_MSEC) /* between two looks for children */
#define RATE_OF_MAX_MHZ 10000000u      /* what "max" is taken for when sleepers are polled less often */
#define DEAF_NS (4 * HEAR_NS)          /* that long a sleep is not interrupted by anything */
#define IDLE_NS (50 * NSEC_PER_MSEC)   /* between two thoughts of a sampler without targets */
#define ASLEEP_NS (400 * NSEC_PER_MSEC) /* of one whose targets sleep, and that has nothing else to think of */
#define SWITCHES_MANY 50000 /* a second */
#define WAKE_NS (100 * NSEC_PER_USEC)
#define REAP_LAST_NS NSEC_PER_SEC
#define BLOCKED_NS (5 * NSEC_PER_MSEC) /* a look of that length is looked into */

void sampler_send(struct sampler *s, uint64_t now)
{
	s->sent_ns = now;
	recorder_flush(&s->rec, s->targets.items, s->targets.n);
	if (s->out.len > 0 && io_write_all(s->fd, s->out.data, s->out.len) < 0)
		s->stopping = true; /* the front is gone */
	buf_reset(&s->out);
}

struct pytarget *sampler_target(const struct sampler *s, pid_t pid)
{
	for (size_t i = 0; i < s->targets.n; i++)
		if (s->targets.items[i]->proc.pid == pid)
			return s->targets.items[i];
	return NULL;
}

struct pytarget *sampler_welcome(struct sampler *s, struct pytarget *target, pid_t parent,
				 const struct recorder_words *words)
{
	target->rate_mhz = s->rate_mhz ? s->rate_mhz : RATE_OF_MAX_MHZ;
	target->exact = s->config->exact;
	if (!VEC_RESERVE(&s->targets, s->targets.n + 1) ||
	    recorder_add(&s->rec, target, sampler_target(s, parent), words, clock_mono_ns()) < 0) {
		pytarget_close(target);
		return NULL;
	}
	s->targets.items[s->targets.n++] = target;
	s->sent_ns = 0; /* the front counts the time from now on */
	return target;
}

void sampler_drop(struct sampler *s, size_t i, unsigned why, uint64_t now)
{
	struct pytarget *target = s->targets.items[i];

	recorder_drop(&s->rec, target, why, 0, now);
	pytarget_close(target);
	s->targets.items[i] = s->targets.items[--s->targets.n];
}

static void lose_target(struct sampler *s, size_t i, int why, uint64_t now)
{
	pid_t pid = s->targets.items[i]->proc.pid;
	const struct attach_wish wish = {.pid = pid,
					 .parent = pid,
					 .waits = true,
					 .may_exec = true,
					 .thorough = true,
					 .native = s->config->native != SAMPLER_NATIVE_ALONE,
					 .any = true,
					 .exact = s->config->exact};

	sampler_drop(s, i, why == SCRAPE_EEXEC ? STREAM_GONE_EXEC : STREAM_GONE_EXIT, now);
	if (s->config->job == SAMPLER_SERVE)
		serve_lost(s, pid);
	else if (why == SCRAPE_EEXEC)
		(void)attach_want(&s->attach, &wish, now, NULL); /* it may have ended meanwhile */
}

static void found_child(void *ctx, pid_t child, pid_t parent)
{
	struct sampler *s = ctx;
	const struct attach_wish wish = {.pid = child,
					 .parent = parent,
					 .waits = true,
					 .may_exec = true,
					 .thorough = true,
					 .native = s->config->native != SAMPLER_NATIVE_ALONE,
					 .any = s->config->native != SAMPLER_NATIVE_ALONE,
					 .exact = s->config->exact};

	(void)attach_want(&s->attach, &wish, clock_mono_ns(), NULL); /* as above */
}

static void take_orders(struct sampler *s, uint64_t now)
{
	char bytes[HEAR_BYTES];
	ssize_t n = recv(s->fd, bytes, sizeof(bytes), MSG_DONTWAIT);
	struct order order;
	int r = 0;

	if (n == 0 || (n > 0 && orders_take(&s->orders, bytes, (size_t)n) < 0))
		s->stopping = true;
	while (n > 0 && !s->stopping && (r = orders_next(&s->orders, &order)) > 0) {
		if (order.type == ORDER_STOP)
			s->stopping = true;
		else if (s->config->job == SAMPLER_SERVE)
			serve_order(s, &order, now);
	}
	if (r < 0) /* nothing that comes behind can be understood */
		s->stopping = true;
}

/* What the front wants, what became of the command, who was born. */
void sampler_hear(struct sampler *s, uint64_t now)
{
	s->heard_ns = now;
	take_orders(s, now);
	if (s->launched && waitpid(s->launched, &s->launched_status, WNOHANG) == s->launched)
		s->launched = 0;
	if (s->config->subprocesses && now - s->family_ns >= FAMILY_NS) {
		s->family_ns = now;
		family_poll(&s->family, found_child, s);
	}
}

/* Visits each CPU once: what last ran where the sampler is comes first. */
static int by_cpu(const void *a, const void *b)
{
	const struct pytarget *x = *(struct pytarget *const *)a, *y = *(struct pytarget *const *)b;

	return x->cpu - y->cpu;
}

/* Looks of a target that has its turn less often stand for all ticks of its run. */
static void weigh(struct look *look, uint32_t divisor)
{
	if (divisor == 1)
		return;
	VEC_EACH (stack, &look->stacks)
		stack->weight = stack->weight > UINT32_MAX / divisor ? UINT32_MAX : stack->weight * divisor;
	for (unsigned reason = 0; reason < SCRAPE_LOSS_COUNT; reason++)
		look->lost[reason] *= divisor;
}

static void tell_switches(struct sampler *s, struct pytarget *target)
{
	char text[160];

	(void)snprintf(text, sizeof(text),
		       "PID %d: a thread is switched %llu times a second, and noting that takes it %.0f %% of a CPU, "
		       "which it does not without native frames",
		       (int)target->proc.pid, (unsigned long long)s->look.switches,
		       (double)(s->look.switches * RING_NOTE_NS) / 1e7);
	recorder_note(&s->rec, target->proc.pid, 0, text);
	target->told_switches = true;
}

/* False: the target is not in its place any more. */
static bool look_at(struct sampler *s, size_t i, uint64_t now)
{
	struct pytarget *target = s->targets.items[i];
	uint64_t begin, end, waited, blocked;
	int r;

	if (!turn_comes(&target->turn, s->pace.tick) || !look_is_due(target, target->turn.own, now))
		return true;
	begin = clock_mono_ns();
	waited = s->looker.waited_ns;
	s->looker.stop = target->exact && s->config->exact ? &s->stop : NULL;
	r = look_tick(target, &s->looker, target->turn.own, &s->look);
	end = clock_mono_ns();
	target->look_ns += end - begin - s->look.once_ns;
	s->budget.once_ns += s->look.once_ns;
	if (r == SCRAPE_EGONE || r == SCRAPE_EEXEC) {
		lose_target(s, i, r, end);
		return false;
	}
	if (s->look.switches > SWITCHES_MANY && !target->told_switches)
		tell_switches(s, target);
	weigh(&s->look, turn_divisor(&target->turn));
	recorder_look(&s->rec, target, &s->look, end);
	blocked = end - begin - (s->looker.waited_ns - waited);
	return blocked < BLOCKED_NS || s->config->job != SAMPLER_SERVE || !serve_blocked(s, i, blocked, end);
}

static void look_at_all(struct sampler *s, uint64_t now)
{
	size_t i = 0;

	if (s->targets.n > 1 && s->pace.tick % SORT_EVERY == 0)
		qsort(s->targets.items, s->targets.n, sizeof(*s->targets.items), by_cpu);
	while (i < s->targets.n)
		i += look_at(s, i, now);
}

/* How long there is nothing to think of but targets and orders. */
static uint64_t calm_ns(const struct sampler *s)
{
	if (s->config->job == SAMPLER_SERVE)
		return DEAF_NS;
	return s->launched || s->config->subprocesses ? HEAR_NS : ASLEEP_NS;
}

/* How many ticks from the next on find nobody due: all that is looked at sleeps. */
static uint64_t ticks_asleep(const struct sampler *s, uint64_t now)
{
	uint64_t until = now + calm_ns(s), ticks = UINT64_MAX;

	if (s->attach.list.n > 0 || s->targets.n == 0 || s->pace.period_ns == 0)
		return 0;
	for (size_t i = 0; i < s->targets.n && ticks > 0; i++) {
		const struct pytarget *target = s->targets.items[i];
		uint64_t own = turn_own(&target->turn, s->pace.tick);
		uint64_t left = target->resync || own >= target->next_due ? 0 : target->next_due - own;

		ticks = left < ticks ? left : ticks;
		until = target->next_check_ns < until ? target->next_check_ns : until;
	}
	if (s->pace.at_ns >= until)
		return 0;
	until -= s->pace.at_ns;
	return ticks < until / s->pace.period_ns ? ticks : until / s->pace.period_ns;
}

static void sleep_until(struct sampler *s, uint64_t at)
{
	const bool serves = s->config->job == SAMPLER_SERVE;
	uint64_t now = clock_mono_ns();
	struct timespec ts = clock_timespec(at);

	while (now + DEAF_NS < at && !s->stopping) { /* a slow rate must not make deaf */
		struct pollfd p = {.fd = s->fd, .events = POLLIN};
		uint64_t most = s->stop.n_pending > 0 ? STOP_REAP_NS : calm_ns(s);
		struct timespec left = clock_timespec(at - now < most ? at - now : most);

		sampler_send(s, now);
		(void)ppoll(&p, 1, &left, NULL); /* hear tells */
		now = clock_mono_ns();
		stop_reap(&s->stop);
		sampler_hear(s, now);
		if (serves)
			serve_tick(s, now);
	}
	while (s->stop.n_pending > 0 && clock_mono_ns() + STOP_REAP_NS < at) {
		(void)nanosleep(&(struct timespec){.tv_nsec = STOP_REAP_NS}, NULL); /* as below */
		stop_reap(&s->stop);
	}
	(void)clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL); /* an early end is an early look */
	stop_reap(&s->stop);
}

static bool is_done(const struct sampler *s)
{
	if (s->stopping || s->config->job == SAMPLER_SERVE)
		return s->stopping;
	return s->targets.n == 0 && s->attach.list.n == 0 && !(s->launched && s->config->subprocesses);
}

static void lose_ticks(struct sampler *s, uint64_t skipped)
{
	for (size_t i = 0; skipped > 0 && i < s->targets.n; i++) {
		struct turn *turn = &s->targets.items[i]->turn;

		recorder_lose(&s->rec, s->targets.items[i], SCRAPE_LOSS_BEHIND,
			      turn_skip(turn, skipped) * turn_divisor(turn));
	}
}

/* Tables to unwind by, then names: looks do not wait for either. */
static void name_natives(struct sampler *s)
{
	(void)modules_work(&s->modules); /* how many are still to come does not matter here */
	recorder_name(&s->rec);
}

/* Whoever has still not stopped, which can only be in state D by now, is let go by our own end. */
static void reap_last(struct sampler *s)
{
	uint64_t until = clock_mono_ns() + REAP_LAST_NS;

	while (s->stop.n_pending > 0 && clock_mono_ns() < until) {
		(void)nanosleep(&(struct timespec){.tv_nsec = STOP_REAP_NS}, NULL); /* cut short is fine */
		stop_reap(&s->stop);
	}
}

/* The sampler's own waking up takes a CPU from somebody, a little earlier than it can read a clock. */
static uint64_t met_since(const struct sampler *s, uint64_t now)
{
	return s->pace.at_ns + WAKE_NS > now ? s->pace.at_ns : now - WAKE_NS;
}

void sampler_look_on(struct sampler *s)
{
	const bool serves = s->config->job == SAMPLER_SERVE;
	uint64_t now = clock_mono_ns(), took = 0, asleep;
	bool idle = false;

	pace_init(&s->pace, s->rate_mhz, s->looker.random, now);
	while (!is_done(s)) {
		uint64_t skipped = pace_next(&s->pace, now, took);

		lose_ticks(s, idle || s->waited ? 0 : skipped);
		s->waited = false;
		idle = serves && s->targets.n == 0 && s->attach.list.n == 0; /* nobody misses a look */
		if (idle)
			s->pace.at_ns += 2 * IDLE_NS;
		asleep = ticks_asleep(s, now);
		pace_pass(&s->pace, asleep);
		sleep_until(s, s->pace.at_ns);
		now = clock_mono_ns();
		s->looker.since_ns = met_since(s, now);
		/* whoever sleeps is met asleep some 100 us later too, as which poll may come */
		recorder_tick(&s->rec, s->targets.items, s->targets.n, 1 + asleep,
			      asleep == 0 && now - s->pace.at_ns > PACE_LATE_NS);
		if (s->attach.list.n > 0 && !serves)
			attach_run(&s->attach, now, 0);
		if (s->attach.modules)
			name_natives(s);
		if (s->sent_ns == 0)
			sampler_send(s, now);
		look_at_all(s, now);
		if (serves)
			serve_tick(s, clock_mono_ns());
		took = clock_mono_ns() - now;
		now += took;
		s->budget.busy_ns += took;
		if (recorder_slice_due(&s->rec, now)) {
			recorder_close_slice(&s->rec, s->targets.items, s->targets.n, now);
			s->sent_ns = 0; /* somebody waits for it */
		}
		if (now - s->heard_ns >= HEAR_NS)
			sampler_hear(s, now);
		if (now - s->sent_ns >= SEND_NS || s->out.len >= SEND_BYTES)
			sampler_send(s, now);
	}
	reap_last(s);
}
