/* SPDX-License-Identifier: MIT */
/*
 * look: the stacks of a target's threads, all of one instant.
 *
 * A CPU runs one thread at a time. If the sampler runs on CPU c from the first read to the last, and a thread's own
 * rseq.cpu_id, read last, still says c, then that thread executed nothing in between: not here, for the sampler was
 * here; not elsewhere, for the kernel writes cpu_id before the thread's first instruction on another CPU and only the
 * thread itself, running here, could have changed it back. (So one cpu_id, read last, proves the whole look; so does
 * one reading of the GIL's words: only the holder's own code could have put its name there again.) A thread that
 * holds the GIL and does not run keeps the Python frames of all threads of that GIL still.
 */
#ifndef SAMPLE_LOOK_H
#define SAMPLE_LOOK_H

#include <stdint.h>

#include "base/vec.h"
#include "scrape.h"
#include "target/ring.h"

struct pytarget;
struct pythread;
struct cpu;
struct stop;

struct look_stack {
	struct pythread *thread;
	uint32_t flags;  /* enum scrape_flag | enum scrape_cut << SCRAPE_CUT_SHIFT */
	uint32_t weight; /* looks that this one stands for */
	enum scrape_way way;
};

struct look {
	VEC(struct look_stack) stacks;
	uint64_t lost[SCRAPE_LOSS_COUNT];
	uint64_t retries;    /* attempts beyond the first */
	uint64_t switches;   /* a second, of the thread that is switched most often; 0: not counted in this tick */
	uint64_t once_ns;    /* of its time, for reading what is mapped: no rate makes that less */
	VEC(uint64_t) held_ns; /* --exact: for how long threads stood */
};

void look_deinit(struct look *look);

/* Where and how looks are taken. */
#define LOOKER_RINGS_MAX 1024 /* threads of native targets whose switches are noted at a time */

struct looker {
	struct cpu *cpu;
	struct stop *stop; /* --exact; NULL otherwise */
	bool force;        /* --exact=force: also threads under a seccomp filter */
	bool native;       /* set for the target that is looked at */
	bool native_all;   /* frames of the interpreter itself are kept */
	struct ring_pool rings;
	uint64_t since_ns; /* CLOCK_MONOTONIC: who left its CPU before that was not met on it; 0: it does not matter */
	uint64_t random;   /* state of the jitter */
	uint64_t waited_ns; /* in all, for what is no fault of the target's memory: pauses between tries, stops */
	/* Called for each thread whose look was verified, while it still stands still; what it reads is checked again.
	 * NULL: nothing. */
	void (*while_still)(void *ctx, struct pytarget *target, struct pythread *thread);
	void *ctx;
};

/* False: at this tick there is nothing to do for the target. */
bool look_is_due(const struct pytarget *target, uint64_t tick, uint64_t now_ns);

/* One tick of one target. Replaces what is in look. 0; SCRAPE_EGONE: the process ended; SCRAPE_EEXEC: it runs another
 * program; SCRAPE_ENOMEM. */
int look_tick(struct pytarget *target, struct looker *looker, uint64_t tick, struct look *look);

#endif
