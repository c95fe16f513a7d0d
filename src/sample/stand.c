/* SPDX-License-Identifier: MIT */
/* stand: keeps one thread still for the length of a look. */
#include "sample/stand.h"

#include "base/clock.h"
#include "native/arch.h"
#include "sample/look.h"
#include "sample/pythread.h"
#include "target/cpu.h"
#include "target/mem.h"
#include "target/stop.h"

#define LOST(why) ((int)SCRAPE_LOSS_##why + 1)

static void take_ring_regs(struct stand *stand)
{
	const struct arch *arch = &arch_native;

	for (unsigned i = 0; i < (unsigned)__builtin_popcountll(arch->perf_mask); i++)
		regs_set(&stand->regs, arch->perf_regs[i], stand->moment.regs[i]);
}

static void take_stopped_regs(struct stand *stand, const struct stop *stop)
{
	unsigned char user[512];

	if (arch_native.user_size > sizeof(user) || stop_read_regs(stop, user, arch_native.user_size) < 0)
		return; /* the Python frames are there without */
	for (unsigned reg = 0; reg < arch_native.n_regs; reg++)
		regs_set(&stand->regs, reg, mem_u64(user + arch_native.user_at[reg]));
}

static void take_told_regs(struct stand *stand, const struct clocks_doing *doing)
{
	if (!doing->pc)
		return;
	regs_set(&stand->regs, arch_native.pc, doing->pc);
	regs_set(&stand->regs, arch_native.sp, doing->sp);
	for (size_t i = 0; doing->call >= 0 && i < sizeof(arch_native.call_args); i++)
		regs_set(&stand->regs, arch_native.call_args[i], doing->args[i]);
}

/* The kernel did not say of this thread what a look needs: it has ended, or it is not where it was. */
static int lost_sight(struct pythread *thread, int r)
{
	thread->dead |= r == SCRAPE_EGONE;
	return LOST(MOVED);
}

/* A sleeper of which no switch was seen yet: the kernel tells where it stands, and nothing of other registers. */
static int begin_asleep(struct stand *stand, const struct proc *proc, struct pythread *thread)
{
	struct clocks_doing doing;
	int r = clocks_read_cpu(&thread->clocks, &stand->before);

	stand->way = SCRAPE_WAY_ASLEEP;
	if (r == 0)
		r = clocks_read_doing(&thread->clocks, proc, &doing);
	if (r < 0 || doing.running)
		return lost_sight(thread, r);
	take_told_regs(stand, &doing);
	return 0;
}

static int begin_exact(struct stand *stand, struct looker *looker, const struct proc *proc, struct pythread *thread)
{
	struct clocks_doing doing;
	uint64_t begin;
	int r = clocks_read_cpu(&thread->clocks, &stand->before);

	if (r == 0)
		r = clocks_read_doing(&thread->clocks, proc, &doing);
	if (r < 0) {
		(void)lost_sight(thread, r);
		return LOST(STOP);
	}
	stand->way = SCRAPE_WAY_ASLEEP;
	take_told_regs(stand, &doing);
	if (!doing.running)
		return 0;
	if (!looker->force && !thread->filtered &&
	    clocks_read_filtered(&thread->clocks, proc, &thread->filtered) < 0)
		return LOST(STOP);
	if (!looker->force && thread->filtered)
		return LOST(STOP);
	begin = clock_mono_ns();
	r = stop_begin(looker->stop, thread->tid);
	looker->waited_ns += clock_mono_ns() - begin;
	if (r < 0)
		return LOST(STOP);
	stand->way = SCRAPE_WAY_STOP;
	if (looker->native)
		take_stopped_regs(stand, looker->stop);
	return 0;
}

static int begin_by_stat(struct stand *stand, struct looker *looker, const struct proc *proc, struct pythread *thread)
{
	char state;
	int cpu, r = clocks_read_stat(&thread->clocks, proc, &state, &cpu);

	stand->way = SCRAPE_WAY_STAT;
	if (r < 0)
		return lost_sight(thread, r);
	thread->cpu = cpu;
	if (cpu_hop(looker->cpu, cpu) < 0)
		return LOST(CPU);
	stand->switches = cpu_switches();
	stand->here = cpu_here();
	r = clocks_read_cpu(&thread->clocks, &stand->before);
	if (r == 0)
		r = clocks_read_stat(&thread->clocks, proc, &state, &cpu);
	return r < 0 || cpu != stand->here ? lost_sight(thread, r) : 0;
}

static int begin_by_ring(struct stand *stand, struct looker *looker, const struct proc *proc, struct pythread *thread)
{
	char state;
	int cpu, r;

	stand->way = SCRAPE_WAY_RING;
	ring_read(&thread->ring, &stand->moment);
	if (stand->moment.state == RING_NEW) {
		r = clocks_read_stat(&thread->clocks, proc, &state, &cpu);
		if (r < 0)
			return lost_sight(thread, r);
		if (state != 'R')
			return begin_asleep(stand, proc, thread);
		stand->moment.cpu = cpu;
	}
	if (stand->moment.state != RING_OUT) {
		if (thread->realtime)
			return LOST(REALTIME);
		if (cpu_hop(looker->cpu, stand->moment.cpu) < 0)
			return LOST(CPU);
		ring_read(&thread->ring, &stand->moment);
	}
	if (stand->moment.state != RING_OUT)
		return LOST(MOVED);
	thread->cpu = stand->moment.cpu;
	take_ring_regs(stand);
	return 0;
}

static int begin_native(struct stand *stand, struct looker *looker, const struct proc *proc, struct pythread *thread)
{
	if (ring_is_closed(&thread->ring) &&
	    ring_open(&looker->rings, thread->tid, arch_native.perf_mask, &thread->ring) < 0)
		return begin_asleep(stand, proc, thread);
	return begin_by_ring(stand, looker, proc, thread);
}

int stand_begin(struct stand *stand, struct looker *looker, const struct proc *proc, struct pythread *thread)
{
	stand->here = cpu_here();
	stand->regs.known = 0;
	if (looker->stop)
		return begin_exact(stand, looker, proc, thread);
	if (looker->native)
		return begin_native(stand, looker, proc, thread);
	if (thread->realtime)
		return LOST(REALTIME);
	if (!thread->rseq_addr)
		return begin_by_stat(stand, looker, proc, thread);
	stand->way = SCRAPE_WAY_CPU;
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

	switch (stand->way) {
	case SCRAPE_WAY_STOP:
		return 0;
	case SCRAPE_WAY_RING:
		return ring_is_at(&thread->ring, &stand->moment) ? 0 : LOST(MOVED);
	case SCRAPE_WAY_ASLEEP:
		return same_cpu_time(thread, &stand->before) ? 0 : LOST(MOVED);
	case SCRAPE_WAY_STAT:
		r = check_by_stat(stand, proc, thread);
		break;
	case SCRAPE_WAY_CPU:
	case SCRAPE_WAY_COUNT:
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
	return stand->way == SCRAPE_WAY_STOP ? stop_end(looker->stop) : 0;
}
