/* SPDX-License-Identifier: MIT */
/*
 * stand: keeps one thread still for the length of a look, and tells afterwards whether it was.
 *
 * By default the sampler stands on the thread's CPU (sample/look.h); without rseq the CPU comes from field 39 of the
 * thread's stat, and schedstat must not have moved. With --exact a running thread is stopped; a sleeping one must have
 * slept on. A native target's thread stands still as long as its ring (target/ring.h) says so, wherever we are: only
 * one that is on a CPU has to be pushed aside.
 */
#ifndef SAMPLE_STAND_H
#define SAMPLE_STAND_H

#include <stdbool.h>
#include <stdint.h>

#include "scrape.h"
#include "native/regs.h"
#include "target/clocks.h"
#include "target/ring.h"

struct looker;
struct proc;
struct pythread;

struct stand {
	enum scrape_way way;
	int here;               /* the CPU on which the sampler stands */
	uint64_t switches;      /* of the sampler, when it began */
	struct clocks_cpu before;
	struct ring_moment moment;
	struct regs regs; /* of a native target's thread, as far as they are known */
};

/* 0, or the loss (enum scrape_loss) + 1. */
int stand_begin(struct stand *stand, struct looker *looker, const struct proc *proc, struct pythread *thread);

/* Did the thread stand still until now? cpu_id is its rseq.cpu_id, read last. 0, or the loss + 1. A thread that was
 * elsewhere has its cpu noted for the next try. */
int stand_check(const struct stand *stand, const struct proc *proc, struct pythread *thread, uint32_t cpu_id);

/* Lets it go. Returns for how long it was stopped, in ns. */
uint64_t stand_end(const struct stand *stand, struct looker *looker);

#endif
