/* SPDX-License-Identifier: MIT */
/*
 * pythread: one thread of a target, and what is known of it between looks.
 *
 * A thread is polled every `every` ticks on average, at random: 1 while it is awake, more the longer it sleeps. A look
 * counts `every` times, so time shares stay unbiased. A polled thread is looked at unless it is *settled*: the last
 * look found it asleep and its timeslices, read before that look, have not grown since. Then its stack is still the
 * one seen.
 */
#ifndef SAMPLE_PYTHREAD_H
#define SAMPLE_PYTHREAD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "scrape.h"
#include "native/unwind.h"
#include "python/pystack.h"
#include "target/clocks.h"
#include "target/ring.h"

#define PYTHREAD_STATES_MAX 4 /* nested sub-interpreters of one thread */
#define PYTHREAD_NAME_MAX 256

/* One PyThreadState. A thread that runs a sub-interpreter has one in each; the outer ones come first. */
struct pystate {
	uint64_t addr;
	uint64_t serial; /* PyThreadState.id: addresses are used again */
	uint64_t interp; /* address of its interpreter */
};

struct pythread {
	pid_t tid;
	uint64_t thread_id;     /* pthread_t */
	uint64_t rseq_addr;     /* of its rseq.cpu_id; 0 if it has none */
	struct pystate states[PYTHREAD_STATES_MAX];
	unsigned n_states;
	bool is_main, realtime, filtered /* by seccomp, as last seen */;
	bool named_again;       /* the name changed and was not told yet */
	char name[PYTHREAD_NAME_MAX];

	struct clocks clocks;
	uint64_t slices;        /* timeslices at the last poll */
	uint64_t cpu_ns;        /* CPU time as last read */
	uint64_t cpu_read_ns;   /* when that was */
	uint64_t born_ns, born_cpu_ns; /* when the thread was found, and the CPU time it had then */
	int cpu;                /* where it ran last, -1 not known */
	bool runnable;          /* the last look found it running or waiting for a CPU */
	bool settled;           /* see above */
	bool polled_before_look;
	bool fresh;             /* its stack was read in the tick in progress */

	enum scrape_way way;    /* by which the last look was taken */
	uint32_t flags;         /* enum scrape_flag and cut, as found by the last look */
	struct pystack stack;   /* of a native look with the native frames among them (sample/merge.h) */

	struct ring ring;       /* of a native target; opened when it is looked at */
	struct unwind unwind;

	uint32_t every;         /* ticks between polls on average */
	uint64_t due, last;     /* tick numbers: next poll, last poll */
	uint64_t asleep_since;  /* tick */
	bool dead;              /* ended: freed at the next tick */
	bool keep;              /* of the resync in progress */
	void *account;          /* of whoever keeps accounts of threads (stream/recorder.h), who frees it */
};

/* Reads its CPU time anew; marks it dead if it is. Does not disturb what polls compare. */
void pythread_read_cpu(struct pythread *thread);

#endif
