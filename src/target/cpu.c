/* SPDX-License-Identifier: MIT */
/* cpu: the place of the sampler itself. */
#include "target/cpu.h"

#include <errno.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "scrape.h"

/* struct sched_attr of the kernel's include/uapi/linux/sched/types.h, whose header quarrels with <sched.h>. */
struct slice_attr {
	uint32_t size, policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t runtime, deadline, period; /* runtime: the slice in ns for SCHED_OTHER */
};

#define SLICE_NS 100000 /* the shortest that EEVDF grants: kernel/sched/fair.c clamps to 0.1 ms */

void cpu_init(struct cpu *cpu)
{
	struct slice_attr attr = {.size = sizeof(attr), .policy = SCHED_OTHER, .runtime = SLICE_NS};
	struct slice_attr got = {0};

	*cpu = (struct cpu){.pinned = -1};
	if (sched_getaffinity(0, sizeof(cpu->allowed), &cpu->allowed) < 0)
		CPU_ZERO(&cpu->allowed); /* then nothing can be looked at, and is counted so */
	(void)prctl(PR_SET_TIMERSLACK, 1UL); /* on failure looks come 50 us later */
	if (syscall(SYS_sched_setattr, 0, &attr, 0) == 0 && syscall(SYS_sched_getattr, 0, &got, sizeof(got), 0) == 0)
		cpu->fast = got.runtime == SLICE_NS; /* older kernels ignore it for SCHED_OTHER */
	if (!cpu->fast)
		(void)setpriority(PRIO_PROCESS, 0, -20); /* a hope; `late` tells what became of it */
}

bool cpu_hurry(void)
{
	struct slice_attr attr = {.size = sizeof(attr), .policy = SCHED_FIFO, .priority = 1};

	return syscall(SYS_sched_setattr, 0, &attr, 0) == 0;
}

void cpu_calm(void)
{
	struct slice_attr attr = {.size = sizeof(attr), .policy = SCHED_OTHER, .runtime = SLICE_NS};

	(void)syscall(SYS_sched_setattr, 0, &attr, 0); /* nobody is refused to give up a priority */
}

int cpu_hop(struct cpu *cpu, int to)
{
	cpu_set_t set;

	if (to < 0 || to >= CPU_SETSIZE || !CPU_ISSET((unsigned)to, &cpu->allowed))
		return SCRAPE_EINVAL;
	if (cpu->pinned == to && cpu_here() == to)
		return 0;
	CPU_ZERO(&set);
	CPU_SET((unsigned)to, &set);
	if (sched_setaffinity(0, sizeof(set), &set) < 0) {
		cpu->pinned = -1;
		return SCRAPE_EINVAL;
	}
	cpu->pinned = to;
	return 0;
}

uint64_t cpu_switches(void)
{
	struct rusage usage;

	(void)getrusage(RUSAGE_THREAD, &usage); /* cannot fail */
	return (uint64_t)usage.ru_nvcsw + (uint64_t)usage.ru_nivcsw;
}

bool cpu_is_realtime(int tid)
{
	int policy = sched_getscheduler(tid) & ~SCHED_RESET_ON_FORK;

	return policy == SCHED_FIFO || policy == SCHED_RR || policy == SCHED_DEADLINE;
}
