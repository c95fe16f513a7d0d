/* SPDX-License-Identifier: MIT */
/*
 * resync: the list of interpreters and thread states, read anew. New thread states show in their interpreter's head
 * (the newest comes first), so this runs when a head changed and once per second for those that ended.
 *
 * The target runs meanwhile: what does not hold together is left for the next time.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/text.h"
#include "python/pystr.h"
#include "python/threadname.h"
#include "sample/pytarget.h"
#include "sample/pythread.h"
#include "scrape.h"
#include "target/cpu.h"

#define RENAME_EVERY 10 /* readings of the list of threads after which their names are read again */

/* One thread state as read. */
struct found {
	struct pystate state;
	uint64_t thread_id;
	pid_t inner_tid;
};

typedef VEC(struct found) found_vec;

/* The GIL that an interpreter uses: its own or shared (3.12+), or the runtime's. */
static int read_gil(struct pytarget *target, uint64_t interp, uint64_t *ret)
{
	const struct offsets *off = &target->runtime.off;

	if (!offset_has(off->interp_ceval_gil)) {
		*ret = target->runtime.addr + off->rt_gil;
		return 0;
	}
	return mem_read_u64(&target->live.mem, interp + off->interp_ceval_gil, ret);
}

static int read_interps(struct pytarget *target)
{
	const struct offsets *off = &target->runtime.off;
	struct mem *mem = &target->live.mem;
	uint64_t addr;
	int r = mem_read_u64(mem, target->runtime.addr + off->rt_interpreters_head, &addr);

	target->interps.n = 0;
	while (r == 0 && addr != 0 && target->interps.n < SCRAPE_INTERPRETERS_MAX) {
		struct pyinterp *interp = VEC_PUSH(&target->interps);

		if (!interp)
			return SCRAPE_ENOMEM;
		interp->addr = addr;
		r = read_gil(target, addr, &interp->gil);
		if (r == 0)
			r = mem_read(mem, addr + off->interp_id, &interp->id, sizeof(interp->id));
		if (r == 0)
			r = mem_read_u64(mem, addr + off->interp_threads_head, &interp->head);
		if (r == 0)
			r = mem_read_u64(mem, addr + off->interp_next, &addr);
	}
	return r;
}

static int read_state(struct pytarget *target, uint64_t addr, const struct pyinterp *interp, struct found *ret,
		      uint64_t *next)
{
	const struct offsets *off = &target->runtime.off;
	unsigned char ts[1024];
	size_t size = pystack_ts_size(off);
	int r;

	if (size > sizeof(ts))
		return SCRAPE_ELIMIT;
	r = mem_read(&target->live.mem, addr, ts, size);
	if (r < 0)
		return r;
	if (mem_u64(ts + off->ts_interp) != interp->addr)
		return SCRAPE_EFAULT;
	*ret = (struct found){
		.state = {.addr = addr, .serial = mem_u64(ts + off->ts_id), .interp = interp->addr},
		.thread_id = mem_u64(ts + off->ts_thread_id),
	};
	if (offset_has(off->ts_native_thread_id))
		ret->inner_tid = (pid_t)mem_u64(ts + off->ts_native_thread_id);
	else if (libc_read_tid(&target->libc, &target->live.mem, ret->thread_id, &ret->inner_tid) < 0)
		ret->inner_tid = 0;
	*next = mem_u64(ts + off->ts_next);
	return 0;
}

/* Before 3.11 thread states hold no TID: the main thread, whose TID is the PID, teaches where struct pthread does. */
static void learn_tid_offset(struct pytarget *target)
{
	const struct offsets *off = &target->runtime.off;
	struct mem *mem = &target->live.mem;
	uint64_t thread_id;

	if (target->libc.tid_offset)
		return;
	for (size_t i = 0; i < target->interps.n; i++) {
		uint64_t state = target->interps.items[i].head;

		for (size_t n = 0; state != 0 && n < SCRAPE_THREADS_MAX; n++) {
			if (mem_read_u64(mem, state + off->ts_thread_id, &thread_id) == 0 &&
			    libc_learn_tid(&target->libc, mem, thread_id, target->inner_pid) == 0)
				return;
			if (mem_read_u64(mem, state + off->ts_next, &state) < 0)
				break;
		}
	}
}

static int read_states(struct pytarget *target, found_vec *found)
{
	for (size_t i = target->interps.n; i-- > 0;) { /* oldest interpreter first: its frames are the outer ones */
		const struct pyinterp *interp = &target->interps.items[i];
		uint64_t addr = interp->head;

		for (size_t n = 0; addr != 0; n++) {
			struct found one;
			int r;

			if (n >= SCRAPE_THREADS_MAX)
				return SCRAPE_EFAULT;
			r = read_state(target, addr, interp, &one, &addr);
			if (r < 0)
				return r;
			if (!VEC_RESERVE(found, found->n + 1))
				return SCRAPE_ENOMEM;
			found->items[found->n++] = one;
		}
	}
	return 0;
}

/* TIDs of the target as we count them, for TIDs as it counts them itself: the same, but in a PID namespace. */
static int outer_tids(struct pytarget *target, struct map *ret)
{
	VEC(pid_t) tids = {0};
	int r = proc_threads(&target->proc, &tids.items, &tids.n, &tids.cap);

	for (size_t i = 0; r == 0 && i < tids.n; i++) {
		pid_t inner = tids.items[i];

		if (target->inner_pid != target->proc.pid && proc_inner_tid(&target->proc, tids.items[i], &inner) < 0)
			continue;
		r = map_put(ret, (uint64_t)inner, (uint32_t)tids.items[i]);
	}
	VEC_DEINIT(&tids);
	return r;
}

static struct pythread *add_thread(struct pytarget *target, pid_t tid, const struct found *found)
{
	struct pythread *thread = calloc(1, sizeof(*thread));
	struct pythread **place;
	struct clocks_cpu cpu;

	if (!thread)
		return NULL;
	thread->clocks = (struct clocks)CLOCKS_INIT;
	thread->ring = (struct ring)RING_INIT;
	if (clocks_open(&target->proc, tid, &thread->clocks) < 0 || clocks_read_cpu(&thread->clocks, &cpu) < 0) {
		clocks_close(&thread->clocks);
		free(thread);
		return NULL;
	}
	place = VEC_PUSH(&target->threads);
	if (!place) {
		clocks_close(&thread->clocks);
		free(thread);
		return NULL;
	}
	thread->tid = tid;
	thread->thread_id = found ? found->thread_id : 0;
	thread->is_main = tid == target->proc.pid;
	thread->realtime = cpu_is_realtime(tid);
	thread->cpu = -1;
	thread->every = 1;
	thread->born_ns = thread->cpu_read_ns = clock_mono_ns();
	thread->born_cpu_ns = thread->cpu_ns = cpu.ns;
	thread->named_again = true;
	*place = thread;
	return thread;
}

/* Gives the thread its state; the rseq area is only believed where struct pthread names the same thread. */
static void put_state(struct pytarget *target, struct pythread *thread, const struct found *found)
{
	pid_t tid;

	if (thread->n_states >= PYTHREAD_STATES_MAX)
		return;
	thread->states[thread->n_states++] = found->state;
	if (thread->thread_id == found->thread_id && thread->rseq_addr)
		return;
	thread->thread_id = found->thread_id;
	if (!target->libc.tid_offset)
		(void)libc_learn_tid(&target->libc, &target->live.mem, found->thread_id,
				     found->inner_tid); /* or later */
	if (libc_read_tid(&target->libc, &target->live.mem, found->thread_id, &tid) == 0 && tid == found->inner_tid)
		thread->rseq_addr = libc_cpu_id_addr(&target->libc, &target->live.mem, found->thread_id);
}

struct naming {
	struct pytarget *target;
	struct map by_ident; /* pthread_t -> index of the thread */
	struct buf text;
};

static int name_one(void *ctx, uint64_t ident, uint64_t name_addr)
{
	struct naming *naming = ctx;
	struct pythread *thread;
	size_t len;
	uint32_t i;

	if (!map_get(&naming->by_ident, ident, &i))
		return 0;
	thread = naming->target->threads.items[i];
	buf_reset(&naming->text);
	if (pystr_read(&naming->target->live.mem, &naming->target->runtime.off, name_addr, &naming->text) < 0)
		return 0;
	len = naming->text.len < sizeof(thread->name) - 1 ? naming->text.len : sizeof(thread->name) - 1;
	if (strlen(thread->name) == len && memcmp(thread->name, naming->text.data, len) == 0)
		return 0;
	memcpy(thread->name, naming->text.data, len);
	thread->name[len] = '\0';
	thread->named_again = true;
	return 0;
}

/* A thread that gets no name is shown by its TID, so every failure here is a quiet one. */
static void name_threads(struct pytarget *target)
{
	struct naming naming = {.target = target};

	for (size_t i = 0; i < target->threads.n; i++)
		(void)map_put(&naming.by_ident, target->threads.items[i]->thread_id, (uint32_t)i);
	for (size_t i = 0; i < target->interps.n; i++)
		(void)threadname_each(&target->live.mem, &target->runtime.off, target->interps.items[i].addr, name_one,
				      &naming);
	map_deinit(&naming.by_ident);
	buf_deinit(&naming.text);
}

static void read_syspath(struct pytarget *target)
{
	const struct offsets *off = &target->runtime.off;
	uint64_t sysdict;

	for (size_t i = 0; i < target->interps.n; i++)
		if (target->interps.items[i].id == 0 &&
		    mem_read_u64(&target->live.mem, target->interps.items[i].addr + off->interp_sysdict, &sysdict) == 0)
			(void)syspath_read(&target->syspath, &target->live.mem, off, sysdict); /* or the last one */
}

/* As the kernel shows it; a Python name, if there is one, comes over it. */
static void name_by_comm(struct pytarget *target, struct pythread *thread)
{
	char path[48], text[64];
	_cleanup_close_ int fd = -1;
	struct buf clean = BUF_INIT;
	ssize_t n;

	(void)snprintf(path, sizeof(path), "task/%d/comm", (int)thread->tid);
	fd = openat(target->proc.dirfd, path, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? -1 : read(fd, text, sizeof(text));
	if (n > 1) {
		text_clean(&clean, text, (size_t)n - 1, sizeof(thread->name) - 1);
		(void)snprintf(thread->name, sizeof(thread->name), "%s", buf_cstr(&clean) ? clean.data : "");
	}
	buf_deinit(&clean);
	thread->named_again = true;
}

/* Joins thread states to threads by TID; threads without any are dead. */
static int apply(struct pytarget *target, const found_vec *found, const struct map *tids)
{
	struct map known = {0};
	int r = 0;

	for (size_t i = 0; r == 0 && i < target->threads.n; i++) {
		target->threads.items[i]->keep = false;
		r = map_put(&known, (uint64_t)target->threads.items[i]->tid, (uint32_t)i);
	}
	for (size_t i = 0; r == 0 && i < found->n; i++) {
		const struct found *one = &found->items[i];
		struct pythread *thread;
		uint32_t tid, at;

		if (!map_get(tids, (uint64_t)one->inner_tid, &tid))
			continue; /* not started yet, or gone */
		if (map_get(&known, tid, &at)) {
			thread = target->threads.items[at];
		} else {
			thread = add_thread(target, (pid_t)tid, one);
			if (!thread)
				continue; /* gone meanwhile */
			r = map_put(&known, tid, (uint32_t)(target->threads.n - 1));
		}
		if (!thread->keep)
			thread->n_states = 0;
		thread->keep = true;
		put_state(target, thread, one);
	}
	for (size_t i = 0; r == 0 && i < target->threads.n; i++)
		target->threads.items[i]->dead |= !target->threads.items[i]->keep;
	map_deinit(&known);
	return r;
}

/* Threads that no interpreter knows: all that there are, for a native look. */
static int add_others(struct pytarget *target, const struct map *tids)
{
	struct map known = {0};
	int r = 0;

	for (size_t i = 0; r == 0 && i < target->threads.n; i++)
		r = map_put(&known, (uint64_t)target->threads.items[i]->tid, (uint32_t)i);
	for (size_t i = 0; r == 0 && i < tids->size; i++) {
		struct pythread *thread;
		uint32_t at, tid = tids->slots[i].value;

		if (!tids->slots[i].used)
			continue;
		if (map_get(&known, tid, &at)) {
			thread = target->threads.items[at];
			thread->n_states = thread->keep ? thread->n_states : 0;
			thread->dead = false;
		} else {
			thread = add_thread(target, (pid_t)tid, NULL);
		}
		if (thread && !thread->name[0])
			name_by_comm(target, thread);
	}
	map_deinit(&known);
	return r;
}

int pytarget_resync(struct pytarget *target)
{
	found_vec found = {0};
	struct map tids = {0};
	size_t threads = target->threads.n;
	int r = target->has_python ? read_interps(target) : 0;

	if (r == 0)
		learn_tid_offset(target);
	if (r == 0)
		r = read_states(target, &found);
	if (r == 0)
		r = outer_tids(target, &tids);
	if (r == 0)
		r = apply(target, &found, &tids);
	if (r == 0 && target->native)
		r = add_others(target, &tids);
	if (r == 0 && target->has_python && (target->threads.n != threads || ++target->resyncs % RENAME_EVERY == 1)) {
		name_threads(target);
		read_syspath(target);
	}
	target->resync = r != 0;
	VEC_DEINIT(&found);
	map_deinit(&tids);
	return r;
}
