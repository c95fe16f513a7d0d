/* SPDX-License-Identifier: MIT */
/*
 * ring: what the kernel notes of one thread each time it leaves or gets a CPU, with the registers that it had: a perf
 * event (context switches) whose records go into memory shared with us, the newest over the oldest. Reading it is no
 * system call and touches nothing of the target's. The only place that names perf_event_open.
 *
 * When a thread leaves its CPU two records are written, its user registers and "out"; when it gets one, "in" (kernel:
 * __schedule, prepare_task_switch and finish_task_switch; Documentation of PERF_RECORD_SWITCH in
 * include/uapi/linux/perf_event.h). So as long as the newest record says "out" and no other has come, the thread has
 * executed nothing and its registers are those of the record: that is the proof of a look, on whatever CPU we are.
 *
 *	ring_read(&ring, &moment);
 *	if (moment.state == RING_OUT) ... moment.regs, read the target's memory ...
 *	still = ring_is_at(&ring, &moment);
 *
 * It needs CAP_PERFMON or kernel.perf_event_paranoid <= 1: the event happens in the kernel. Each ring locks two pages,
 * of which an ordinary user has kernel.perf_event_mlock_kb per CPU and RLIMIT_MEMLOCK.
 */
#ifndef TARGET_RING_H
#define TARGET_RING_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define RING_REGS_MAX 32

struct ring {
	int fd; /* -1: closed */
	void *pages;
	unsigned n_regs;
	uint64_t counted_at, counted_ns; /* of ring_rate */
	struct ring_pool *pool; /* where it is while it is open */
	struct ring *newer, *older;
};

#define RING_INIT {.fd = -1}

/* Rings are few: each is a descriptor and two locked pages. The one that was read least recently gives way. A ring
 * must stay where it is in memory while it is open. */
struct ring_pool {
	struct ring *newest, *oldest;
	unsigned n, max;
	uint64_t given_way; /* so far */
};

enum ring_state {
	RING_NEW, /* nothing has been noted yet: it runs, or has slept since the ring was opened */
	RING_IN,  /* on a CPU */
	RING_OUT, /* on none */
};

struct ring_moment {
	enum ring_state state;
	uint64_t at;  /* which record was the newest */
	int cpu;      /* where; -1 if new */
	uint64_t time_ns; /* CLOCK_MONOTONIC: since when it is in or out; 0 if new */
	uint64_t regs[RING_REGS_MAX]; /* of state out: in the order of the bits of the mask */
};

/* Watches a thread; if there are enough, or the system gives no more, in place of another. mask: which registers (enum
 * perf_event_x86_regs and the like). 0; SCRAPE_EPERM: not permitted, or no memory may be locked; SCRAPE_EGONE;
 * SCRAPE_EUNSUP: this kernel has no such event; SCRAPE_ELIMIT: no descriptors; SCRAPE_EIO. */
int ring_open(struct ring_pool *pool, pid_t tid, uint64_t mask, struct ring *ret);
void ring_close(struct ring *ring);

/* Is there no ring, or was it closed because others needed one? */
static inline bool ring_is_closed(const struct ring *ring)
{
	return ring->fd < 0;
}

/* The newest records. If the thread is switched meanwhile they are read again; one that never rests is "in". */
void ring_read(struct ring *ring, struct ring_moment *ret);

/* How often a second the thread left its CPU since this was last asked (CLOCK_MONOTONIC). Each time costs it about
 * RING_NOTE_NS. 0 the first time. */
uint64_t ring_rate(struct ring *ring, uint64_t now_ns);
#define RING_NOTE_NS 900 /* measured: two threads that wake each other by pipes, with and without rings */

/* Has nothing been noted since? */
bool ring_is_at(const struct ring *ring, const struct ring_moment *moment);

#endif
