/* SPDX-License-Identifier: MIT */
/*
 * pytarget: one process, with a CPython in it or (native) without, attached: its identity, memory, runtime, code
 * objects, interpreters and threads.
 */
#ifndef SAMPLE_PYTARGET_H
#define SAMPLE_PYTARGET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/vec.h"
#include "elf/libc.h"
#include "native/images.h"
#include "python/codes.h"
#include "python/runtime.h"
#include "python/syspath.h"
#include "sample/turn.h"
#include "target/mem_live.h"
#include "target/proc.h"
#include "target/view.h"

struct err;
struct pythread;
struct symbols;

struct pyinterp {
	uint64_t addr;
	uint64_t gil;  /* address of the _gil_runtime_state that it uses */
	uint64_t head; /* its newest thread state, as last seen */
	int64_t id;
};

struct pytarget {
	struct proc proc;
	pid_t inner_pid; /* as the target knows itself */
	struct mem_live live;
	bool has_python;         /* else runtime is empty and no thread has states */
	struct runtime runtime;
	struct libc_facts libc;
	struct codes codes;
	struct syspath syspath;
	struct view view;
	VEC(struct pyinterp) interps;
	VEC(struct pythread *) threads;
	VEC(struct pythread *) active; /* of the tick in progress */
	struct proc_program program;
	int cpu;                 /* where the last look was taken */
	bool active_since_check; /* a thread ran since the list of threads was read */
	uint64_t rate_mhz;       /* its own ticks per 1000 s, for the back-off of sleepers */
	struct turn turn;        /* at which ticks of the timer they are */
	uint32_t least_divisor;  /* of the rate that was asked; the budget may have lowered it */
	bool told_switches;      /* that noting them is dear */
	uint64_t look_ns;        /* that looks took since the budget was last judged */
	bool exact;              /* held by ptrace, if the sampler may */
	bool native;             /* native frames are wanted: each thread is looked at for itself */
	struct images images;
	bool images_strange;     /* code was met that none of them holds */
	uint64_t images_next_ns, images_pause_ns; /* when they may be read again, and how long the time after that */
	uint64_t words;          /* hash of the service and labels that a rule gave it; of whoever gave them */
	uint32_t generation;     /* of the rules that it was last judged by */
	uint64_t next_check_ns;  /* of the full list of threads */
	unsigned resyncs;        /* so far */
	uint64_t next_due;       /* tick at which the next thread is polled */
	bool resync;             /* the list of threads is known to be old */
	void *account;           /* as in struct pythread */
};

struct pytarget_options {
	struct symbols *symbols;
	bool thorough;           /* ask about every mapped file, not the program's alone */
	struct modules *modules; /* NULL: no native frames at all */
	bool native;             /* with modules: native frames beside those of a CPython */
	bool any;                /* with modules: a process without a CPython too */
};

/* Attaches: finds the runtime, checks it, lists interpreters and threads. Takes proc (also on failure).
 * SCRAPE_ENOTREADY with a sentence if there is a runtime that is not initialised yet: try again. */
int pytarget_open(struct proc *proc, const struct pytarget_options *options, struct pytarget **ret, struct err *err);
void pytarget_close(struct pytarget *target);

/* Reads interpreters and thread states anew, adds and drops threads. 0, SCRAPE_EGONE, SCRAPE_EFAULT (try later),
 * SCRAPE_ENOMEM. */
int pytarget_resync(struct pytarget *target);

/* Frees the threads that were marked dead; those who keep accounts of them have had a tick's time. */
void pytarget_bury(struct pytarget *target);

/* The thread that owns this thread state, or NULL. */
struct pythread *pytarget_thread_of(const struct pytarget *target, uint64_t state_addr);

const struct pyinterp *pytarget_interp(const struct pytarget *target, uint64_t addr);

#endif
