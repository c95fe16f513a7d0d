/* SPDX-License-Identifier: MIT */
/*
 * stop: holds one thread still by ptrace, for --exact only. The only place that names ptrace.
 *
 * The rules (each has killed or broken somebody's process): never a thread that sleeps (its system call would return
 * EINTR, or die under a seccomp filter without restart_syscall), never a filtered one unless forced, never one that
 * is traced, stopped or in state D; the stop is observed with WNOWAIT, so that a pending signal survives our death;
 * nothing stays attached between looks; no PTRACE_O_EXITKILL. A thread that did not stop in time (it
 * waits for a CPU) is kept on a list and let go within STOP_REAP_NS of its stop; the watchdog sees to it that somebody
 * does.
 */
#ifndef TARGET_STOP_H
#define TARGET_STOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define STOP_PENDING_MAX 64
#define STOP_WAIT_NS 5000000 /* how long a thread may take to stop; it needs a CPU for that */
#define STOP_REAP_NS 1000000 /* how often to ask after those that took longer */

struct stop {
	pid_t tid;        /* held now, 0 none */
	int signal;       /* that it was about to get: given back on release */
	uint64_t since_ns; /* when it was last seen not to stand yet, or the kernel told */
	pid_t pending[STOP_PENDING_MAX]; /* interrupted, not stopped yet */
	unsigned n_pending;
	bool in_hurry;  /* at real-time priority, as long as somebody is held */
	/* shared with the watchdog: since when nobody saw to one that stands or may come to; 0 none; may be NULL */
	volatile uint64_t *watched;
};

/* Blocks SIGCHLD for good: not before what inherits the mask has begun. */
void stop_init(struct stop *stop, volatile uint64_t *watched);

/* Stops the thread, which the caller found running. 0 (held: stop_end must follow), SCRAPE_EPERM (traced by somebody,
 * not permitted), SCRAPE_EGONE, SCRAPE_EMOVED (did not stop in time). */
int stop_begin(struct stop *stop, pid_t tid);

/* The registers of the thread that is held, as the kernel lays them out for debuggers (struct user_regs_struct). 0 or
 * SCRAPE_EGONE. */
int stop_read_regs(const struct stop *stop, void *ret, size_t size);

/* Lets it run. Returns for how long it stood, in ns. */
uint64_t stop_end(struct stop *stop);

/* Lets go those that stopped late. Every STOP_REAP_NS while n_pending is not 0. */
void stop_reap(struct stop *stop);

#endif
