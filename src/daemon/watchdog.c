/* SPDX-License-Identifier: MIT */
/* watchdog: kills the sampler if it holds a thread for too long. */
#include "daemon/watchdog.h"

#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/clock.h"
#include "target/cpu.h"

#define LOOK_MS 10

static void watch(int pidfd, const volatile uint64_t *watched)
{
	struct pollfd p = {.fd = pidfd, .events = POLLIN};

	/* a copy of the stream's other end would keep the sampler from noticing that nobody listens any more */
	if (pidfd > 3)
		(void)close_range(3, (unsigned)pidfd - 1, 0); /* fails on kernels that are too old for the rest */
	(void)close_range((unsigned)pidfd + 1, ~0u, 0);       /* as above */
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);               /* the front's end is ours */
	(void)signal(SIGINT, SIG_IGN);
	(void)signal(SIGTERM, SIG_IGN);
	(void)cpu_hurry(); /* a busy machine is where it is needed; else it comes when it can */
	while (poll(&p, 1, LOOK_MS) == 0) {
		uint64_t since = *watched;

		if (since != 0 && clock_mono_ns() - since > WATCHDOG_NS)
			(void)syscall(SYS_pidfd_send_signal, pidfd, SIGKILL, NULL, 0); /* gone already is as good */
	}
	_exit(0);
}

pid_t watchdog_start(int sampler_pidfd, const volatile uint64_t *watched)
{
	pid_t pid = fork();

	if (pid == 0)
		watch(sampler_pidfd, watched);
	return pid;
}
