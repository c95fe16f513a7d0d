/* SPDX-License-Identifier: MIT */
/* stand: keeps one thread still for the length of a look. */
#include "sample/stand.h"

#include "sample/look.h"
#include "sample/pythread.h"
#include "target/cpu.h"
#include "target/stop.h"

#define LOST(why) ((int)SCRAPE_LOSS_##why + 1)

static int begin_exact(struct stand *stand, struct looker *looker, const struct proc *proc, struct pythread *thread)
{
	struct clocks_doing doing;

	if (clocks_read_cpu(&thread->clocks, &stand->before) < 0 ||
	    clocks_read_doing(&thread->clocks, proc, &doing) < 0)
		return LOST(STOP);
	stand->how = STAND_ASLEEP;
	if (!doing.running)
		return 0;
	if (thread->filtered && !looker->force)
		return LOST(STOP);
	if (stop_begin(looker->stop, thread->tid) < 0)
		return LOST(STOP);
	stand->how = STAND_STOPPED;
	return 0;
}

static int begin_by_stat(struct stand *stand, struct looker *looker, const struct proc *proc, struct pythread *thread)
{
	char state;
	int cpu;

	stand->how = STAND_BY_STAT;
	if (clocks_read_stat(&thread->clocks, proc, &state, &cpu) < 0)
		return LOST(MOVED);
	thread->cpu = cpu;
	if (cpu_hop(looker->cpu, cpu) < 0)
		return LOST(CPU);
	stand->switches = cpu_switches();
	stand->here = cpu_here();
	if (clocks_read_cpu(&thread->clocks, &stand->before) < 0 ||
	    clocks_read_stat(&thread->clocks, proc, &state, &cpu) < 0 || cpu != stand->here)
		return LOST(MOVED);
	return 0;
}

int stand_begin(struct stand *stand, struct looker *looker, const struct proc *proc, struct pythread *thread)
{
	if (looker->stop)
		return begin_exact(stand, looker, proc, thread);
	if (thread->realtime)
		return LOST(REALTIME);
	if (!thread->rseq_addr)
		return begin_by_stat(stand, looker, proc, thread);
	stand->how = STAND_ON_CPU;
	if (thread->cpu >= 0 && cpu_hop(looker->cpu, thread->cpu) < 0)
		return LOST(CPU);
	stand->switches = cpu_switches();
	stand->here = cpu_here();
	return 0;
}

static bool same_cpu_time(struct pythread *thread, const struct clocks_cpu *before)
{
	struct clocks_cpu now;

	return clocks_read_cpu(&thread->clocks, &now) == 0 && now.ns == before->ns && now.slices == before->slices;
}

static int check_by_stat(const struct stand *stand, const struct proc *proc, struct pythread *thread)
{
	char state;
	int cpu;

	if (clocks_read_stat(&thread->clocks, proc, &state, &cpu) < 0 || cpu != stand->here)
		return LOST(MOVED);
	return same_cpu_time(thread, &stand->before) ? 0 : LOST(MOVED);
}

int stand_check(const struct stand *stand, const struct proc *proc, struct pythread *thread, uint32_t cpu_id)
{
	int r = 0;

	switch (stand->how) {
	case STAND_STOPPED:
		return 0;
	case STAND_ASLEEP:
		return same_cpu_time(thread, &stand->before) ? 0 : LOST(MOVED);
	case STAND_BY_STAT:
		r = check_by_stat(stand, proc, thread);
		break;
	case STAND_ON_CPU:
		if ((int)cpu_id != stand->here) {
			thread->cpu = cpu_id < CPU_SETSIZE ? (int)cpu_id : -1;
			return LOST(MOVED);
		}
		thread->cpu = stand->here;
		break;
	}
	/* a taskset or a hot-unplug may have moved the sampler in spite of its pin */
	if (r == 0 && (cpu_here() != stand->here || cpu_switches() != stand->switches))
		r = LOST(PREEMPTED);
	return r;
}

uint64_t stand_end(const struct stand *stand, struct looker *looker)
{
	return stand->how == STAND_STOPPED ? stop_end(looker->stop) : 0;
}
