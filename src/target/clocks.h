/* SPDX-License-Identifier: MIT */
/*
 * clocks: what the kernel tells about one thread, on descriptors that stay open.
 *
 *	schedstat  "1203948 3928 17\n"  ns on a CPU, ns waiting for one, timeslices                      0.75 us
 *	syscall    "running\n" | "202 0x7f.. ...\n"  runnable, or the call it sleeps in and its arguments 1-2 us
 *	stat       "17 (x) R 1 ..."     state; field 39 is the CPU it last ran on                         3.8 us
 *	status     "...Seccomp:\t0\n"    whether a filter is on it, which each thread has for itself       10 us
 *
 * Timeslices are exact at once: they grow each time the thread gets a CPU. Nanoseconds are booked up to a tick late,
 * except while the reader stands on the thread's own CPU.
 */
#ifndef TARGET_CLOCKS_H
#define TARGET_CLOCKS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct proc;

struct clocks {
	pid_t tid;
	int schedstat_fd;
	int syscall_fd; /* -1 where not permitted: stat serves */
	int stat_fd, status_fd; /* -1 until they are needed */
};

#define CLOCKS_INIT {.schedstat_fd = -1, .syscall_fd = -1, .stat_fd = -1, .status_fd = -1}

struct clocks_cpu {
	uint64_t ns, wait_ns, slices;
};

struct clocks_doing {
	bool running;      /* runnable: on a CPU or waiting for one */
	long call;         /* number of the system call it sleeps in, -1 if running or unknown */
	uint64_t args[6];  /* of that call */
	uint64_t sp, pc;   /* of its user code, where it sleeps and this is told; else 0 */
};

/* SCRAPE_EGONE, SCRAPE_EPERM, SCRAPE_EIO. */
int clocks_open(const struct proc *proc, pid_t tid, struct clocks *ret);
void clocks_close(struct clocks *clocks);

int clocks_read_cpu(const struct clocks *clocks, struct clocks_cpu *ret);
int clocks_read_doing(struct clocks *clocks, const struct proc *proc, struct clocks_doing *ret);
/* State letter and the CPU it last ran on (field 39). */
int clocks_read_stat(struct clocks *clocks, const struct proc *proc, char *state_ret, int *cpu_ret);
/* Is it under seccomp now? A thread may put a filter on at any time, and never off again. */
int clocks_read_filtered(struct clocks *clocks, const struct proc *proc, bool *ret);

#endif
