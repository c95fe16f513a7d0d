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

#define POLL_NS 10000
#define STOP_PATIENCE_NS (40 * NSEC_PER_MSEC) /* less than the watchdog's */

static void watch(struct stop *stop, uint64_t since)
{
	if (stop->watched)
		*stop->watched = since;
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

/* It did not stop in time for a look, but it will as soon as it gets a CPU, and must not stand until somebody comes by
 * again. False if even that takes too long: whatever holds it, nobody can say when it ends. */
static bool let_go(struct stop *stop, pid_t tid, uint64_t begin)
{
	const struct timespec pause = {.tv_nsec = POLL_NS};
	int r = 0;

	while (r == 0 && clock_mono_ns() - begin < STOP_PATIENCE_NS) {
		r = is_stopped(tid, &stop->signal);
		if (r == 0)
			(void)nanosleep(&pause, NULL); /* cut short is fine */
	}
	if (r == 1)
		(void)ptrace(PTRACE_DETACH, tid, NULL, (void *)(long)stop->signal); /* fails only if it is gone */
	return r != 0;
}

int stop_begin(struct stop *stop, pid_t tid)
{
	const struct timespec pause = {.tv_nsec = POLL_NS};
	uint64_t begin;
	int r = 0;

	if (ptrace(PTRACE_SEIZE, tid, NULL, NULL) < 0)
		return errno == ESRCH ? SCRAPE_EGONE : SCRAPE_EPERM;
	begin = clock_mono_ns();
	watch(stop, begin);
	if (ptrace(PTRACE_INTERRUPT, tid, NULL, NULL) < 0)
		r = SCRAPE_EGONE;
	for (unsigned spin = 0; r == 0; spin++) {
		r = is_stopped(tid, &stop->signal);
		if (r == 0 && clock_mono_ns() - begin > STOP_WAIT_NS)
			r = SCRAPE_EMOVED;
		else if (r == 0 && spin >= 20) /* it may wait for this very CPU */
			(void)nanosleep(&pause, NULL);
	}
	if (r == 1) {
		stop->tid = tid;
		stop->since_ns = begin;
		return 0;
	}
	if (r == SCRAPE_EMOVED && !let_go(stop, tid, begin) && stop->n_pending < STOP_PENDING_MAX)
		stop->pending[stop->n_pending++] = tid;
	else if (r != SCRAPE_EMOVED)
		(void)ptrace(PTRACE_DETACH, tid, NULL, NULL); /* it is gone */
	watch(stop, 0);
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
	watch(stop, 0);
	held = clock_mono_ns() - stop->since_ns;
	stop->tid = 0;
	return held;
}

void stop_reap(struct stop *stop)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < stop->n_pending; i++) {
		int signal = 0;
		int r = is_stopped(stop->pending[i], &signal);

		if (r == 0)
			stop->pending[kept++] = stop->pending[i];
		else if (r == 1) /* as above */
			(void)ptrace(PTRACE_DETACH, stop->pending[i], NULL, (void *)(long)signal);
	}
	stop->n_pending = kept;
}
