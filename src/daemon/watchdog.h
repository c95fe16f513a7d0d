/* SPDX-License-Identifier: MIT */
/*
 * watchdog: kills the sampler if it holds a thread of a target for more than WATCHDOG_NS. The kernel lets a tracee run
 * when its tracer dies, so this bounds what a hung sampler can do to a target (--exact only).
 */
#ifndef DAEMON_WATCHDOG_H
#define DAEMON_WATCHDOG_H

#include <stdint.h>
#include <sys/types.h>

#define WATCHDOG_NS 50000000ull

/* Forks the watchdog, which ends with the sampler. *watched is when (CLOCK_MONOTONIC) the hold in progress began, 0
 * without one. Returns its PID, or -1. */
pid_t watchdog_start(int sampler_pidfd, const volatile uint64_t *watched);

#endif
