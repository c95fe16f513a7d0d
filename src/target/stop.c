/* SPDX-License-Identifier: MIT */
/* stop: holds one thread still by ptrace. Between PTRACE_INTERRUPT and PTRACE_DETACH nothing allocates, logs or
 * waits for anything but the stop itself. */
#include "target/stop.h"

#include <elf.h>
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>

#include "base/clock.h"
#include "scrape.h"
#include "target/cpu.h"

#define SPINS 20 /* a thread on another CPU stops within a few microseconds */

/* The watchdog hears since when somebody stands, or may come to stand, without our having looked after him. */
static void watch(struct stop *stop, uint64_t since)
{
	if (stop->watched)
		*stop->watched = since;
}

static void watch_pending(struct stop *stop)
{
	watch(stop, stop->n_pending > 0 ? clock_mono_ns() : 0);
}

/* Nobody is held any more. */
static void calm(struct stop *stop)
{
	watch_pending(stop);
	if (stop->in_hurry)
		cpu_calm();
	stop->in_hurry = false;
}

/* 1: stopped, with the signal to give back in *signal; 0: not yet; negative: gone. */
static int is_stopped(pid_t tid, int *signal)
{
	siginfo_t info = {0};

	if (waitid(P_PID, (id_t)tid, &info, WEXITED | WSTOPPED | WNOWAIT | WNOHANG | __WALL) < 0)
		return errno == EINTR ? 0 : SCRAPE_EGONE;
	if (info.si_pid == 0)
		return 0;
	if (info.si_code != CLD_TRAPPED && info.si_code != CLD_STOPPED)
		return SCRAPE_EGONE;
	/* event stops carry PTRACE_EVENT_STOP in the second byte; anything else is a signal on its way */
	*signal = info.si_status >> 8 ? 0 : info.si_status;
	return 1;
}

void stop_init(struct stop *stop, volatile uint64_t *watched)
{
	sigset_t child;

	*stop = (struct stop){.watched = watched};
	(void)sigemptyset(&child); /* these cannot fail for a signal that there is */
	(void)sigaddset(&child, SIGCHLD);
	(void)sigprocmask(SIG_BLOCK, &child, NULL);
}

/* The kernel tells a tracer of a stop by SIGCHLD (do_notify_parent_cldstop), if it is blocked even where nobody handles
 * it. Returns when that was. */
static uint64_t sleep_until_told(uint64_t most_ns)
{
	const struct timespec most = clock_timespec(most_ns);
	sigset_t child;

	(void)sigemptyset(&child);
	(void)sigaddset(&child, SIGCHLD);
	(void)sigtimedwait(&child, NULL, &most); /* however it ends, the thread is asked */
	return clock_mono_ns();
}

int stop_begin(struct stop *stop, pid_t tid)
{
	uint64_t begin;
	int r = 0;

	if (stop->n_pending == STOP_PENDING_MAX)
		return SCRAPE_EMOVED;
	begin = stop->since_ns = clock_mono_ns();
	watch(stop, begin); /* from its seizure on any signal that it gets stops it */
	if (ptrace(PTRACE_SEIZE, tid, NULL, NULL) < 0) {
		r = errno == ESRCH ? SCRAPE_EGONE : SCRAPE_EPERM;
		watch_pending(stop);
		return r;
	}
	stop->in_hurry = cpu_hurry(); /* or it stands until others have had their turn */
	if (ptrace(PTRACE_INTERRUPT, tid, NULL, NULL) < 0)
		r = SCRAPE_EGONE;
	for (unsigned spin = 0; r == 0; spin++) {
		uint64_t now = clock_mono_ns();

		r = is_stopped(tid, &stop->signal);
		if (r == 0)
			stop->since_ns = now;
		if (r == 0 && now - begin > STOP_WAIT_NS)
			r = SCRAPE_EMOVED;
		else if (r == 0 && spin >= SPINS) /* it may wait for this very CPU */
			stop->since_ns = sleep_until_told(begin + STOP_WAIT_NS - now);
	}
	if (r == 1) {
		stop->tid = tid;
		return 0;
	}
	if (r == SCRAPE_EMOVED)
		stop->pending[stop->n_pending++] = tid;
	else
		(void)ptrace(PTRACE_DETACH, tid, NULL, NULL); /* it is gone */
	calm(stop);
	return r;
}

int stop_read_regs(const struct stop *stop, void *ret, size_t size)
{
	struct iovec iov = {ret, size};

	return ptrace(PTRACE_GETREGSET, stop->tid, (void *)NT_PRSTATUS, &iov) == 0 && iov.iov_len == size
		       ? 0
		       : SCRAPE_EGONE;
}

uint64_t stop_end(struct stop *stop)
{
	uint64_t held;

	if (stop->tid == 0)
		return 0;
	(void)ptrace(PTRACE_DETACH, stop->tid, NULL, (void *)(long)stop->signal); /* fails only if it is gone */
	calm(stop);
	held = clock_mono_ns() - stop->since_ns;
	stop->tid = 0;
	return held;
}

void stop_reap(struct stop *stop)
{
	unsigned kept = 0;

	if (stop->n_pending == 0)
		return;
	for (unsigned i = 0; i < stop->n_pending; i++) {
		int signal = 0;
		int r = is_stopped(stop->pending[i], &signal);

		if (r == 0)
			stop->pending[kept++] = stop->pending[i];
		else if (r == 1) /* as above */
			(void)ptrace(PTRACE_DETACH, stop->pending[i], NULL, (void *)(long)signal);
	}
	stop->n_pending = kept;
	watch_pending(stop);
}
