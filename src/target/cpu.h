/* SPDX-License-Identifier: MIT */
/*
 * cpu: the place of the sampler itself. It pins itself to one CPU, hops to another when asked, and can tell whether
 * it was switched out since.
 */
#ifndef TARGET_CPU_H
#define TARGET_CPU_H

#include <sched.h>
#include <stdbool.h>
#include <stdint.h>

struct cpu {
	cpu_set_t allowed; /* the sampler's own cpuset */
	int pinned;        /* -1 at first */
	bool fast;         /* the kernel gives us a short slice: a busy CPU is ours within some ten microseconds */
};

/* Asks the scheduler for a slice of 100 us (sched_setattr, kernel 6.12: a waking or hopping thread with a short slice
 * gets the CPU at once) and for exact timers; on older kernels for nice -20, if it is permitted. */
void cpu_init(struct cpu *cpu);

/* Nobody without real-time priority makes the caller wait until cpu_calm, which gives it the short slice again. For a
 * few microseconds in which others depend on it. False: not permitted (CAP_SYS_NICE). */
bool cpu_hurry(void);
void cpu_calm(void);

/* Moves there. 0; SCRAPE_EINVAL if that CPU is not ours to use. Returns when the sampler runs there. */
int cpu_hop(struct cpu *cpu, int to);

/* The CPU on which the caller runs right now. */
static inline int cpu_here(void)
{
	return sched_getcpu();
}

/* How often the calling thread was switched out so far, of itself or not. */
uint64_t cpu_switches(void);

/* True if this thread is scheduled as real-time or deadline: then nobody can make it wait. */
bool cpu_is_realtime(int tid);

#endif
