/* SPDX-License-Identifier: MIT */
/* instant: the stacks of some threads of one GIL, read while they stand still. */
#include "sample/instant.h"

#include <string.h>
#include <sys/syscall.h>
#include <time.h>

#include "base/clock.h"
#include "native/arch.h"
#include "sample/look.h"
#include "sample/merge.h"
#include "sample/pytarget.h"
#include "sample/pythread.h"
#include "sample/stand.h"
#include "target/cpu.h"

#define TRIES 8 /* to find one anchor at rest */
#define BETWEEN_NS 20000
#define INTERPS_MAX 16 /* of one GIL, whose words are read along; more only when they have own GILs */
#define GIL_BYTES 256  /* _gil_runtime_state with its condition variables: where waiters sleep */
#define NEAR 4096

/* last_holder, locked and switch_number of _gil_runtime_state, as they lie in memory */
struct gil_words {
	uint64_t last_holder;
	uint32_t locked, padding;
	uint64_t switch_number;
};

struct instant {
	struct pytarget *target;
	struct looker *looker;
	struct look *look;
	uint64_t gil;
	struct pythread **pending; /* not verified yet; the array is the caller's, its order changes */
	size_t n_pending;
	struct pythread *anchor;
	struct stand stand;
	/* the guard, read last */
	struct gil_words words;
	uint32_t anchor_cpu, cpu_ids[INSTANT_THREADS_MAX];
	struct mem_range guard[2 + INSTANT_THREADS_MAX];
	size_t n_guard;
	uint64_t counter; /* of code objects, as found; 0 none */
	bool in_gc;
	bool last_try;
	bool between; /* a thread stands where its stack cannot be known */
};

uint64_t instant_gil(const struct pytarget *target, const struct pythread *thread)
{
	const struct pyinterp *interp =
		thread->n_states ? pytarget_interp(target, thread->states[thread->n_states - 1].interp) : NULL;

	return interp ? interp->gil : 0;
}

/* The part of an interpreter that is read in each look: one window where its members lie close together. */
static void want_interp(struct instant *in, const struct pyinterp *interp)
{
	const struct offsets *off = &in->target->runtime.off;
	const uint32_t members[] = {off->interp_threads_head, off->interp_gc_collecting, off->interp_code_generation,
				    off->interp_next_version};
	uint32_t from = 0, to = 0;

	for (size_t i = 0; i < sizeof(members) / sizeof(*members); i++) {
		uint32_t at = members[i];

		if (!offset_has(at))
			continue;
		if (to > from && (at > to + NEAR || at + NEAR < from)) {
			(void)view_want(&in->target->view, interp->addr + at, 8); /* what is missing reads itself */
			continue;
		}
		from = to > from && from < at ? from : at;
		to = to > at + 8 ? to : at + 8;
	}
	(void)view_want(&in->target->view, interp->addr + from, to - from); /* as above */
}

static void want_all(struct instant *in, bool guess)
{
	struct pytarget *target = in->target;
	size_t n_interps = 0;

	view_reset(&target->view);
	for (size_t i = 0; i < in->n_pending; i++) {
		struct pythread *thread = in->pending[i];

		pystack_begin(&thread->stack);
		if (!guess)
			thread->stack.guess.n = 0;
		for (unsigned k = thread->n_states; k-- > 0;)
			pystack_want(&thread->stack, &target->view, &target->runtime.off, thread->states[k].addr);
	}
	if (in->looker->native && regs_has(&in->stand.regs, arch_native.sp))
		unwind_want(&in->anchor->unwind, &target->images, &target->view,
			    in->stand.regs.value[arch_native.sp], guess);
	if (!target->has_python)
		return;
	if (offset_has(target->runtime.off.rt_gc_collecting))
		(void)view_want(&target->view, target->runtime.addr + target->runtime.off.rt_gc_collecting, 4);
	if (target->runtime.next_version)
		(void)view_want(&target->view, target->runtime.next_version, 4); /* as above */
	for (size_t i = 0; i < target->interps.n && n_interps < INTERPS_MAX; i++)
		if (target->interps.items[i].gil == in->gil && ++n_interps)
			want_interp(in, &target->interps.items[i]);
}

/* The words that prove the look: the GIL's, and where the threads last ran. */
static void build_guard(struct instant *in)
{
	const struct offsets *off = &in->target->runtime.off;

	in->n_guard = 0;
	in->anchor_cpu = UINT32_MAX;
	in->words = (struct gil_words){0};
	if (in->gil)
		in->guard[in->n_guard++] =
			(struct mem_range){in->gil + off->gil_last_holder, &in->words, sizeof(in->words)};
	if (in->looker->native)
		return; /* its ring proves the rest */
	for (size_t i = 0; i < in->n_pending; i++) {
		struct pythread *thread = in->pending[i];

		in->cpu_ids[i] = UINT32_MAX;
		if (thread->rseq_addr && thread != in->anchor)
			in->guard[in->n_guard++] =
				(struct mem_range){thread->rseq_addr, &in->cpu_ids[i], sizeof(in->cpu_ids[i])};
	}
	if (in->anchor->rseq_addr)
		in->guard[in->n_guard++] =
			(struct mem_range){in->anchor->rseq_addr, &in->anchor_cpu, sizeof(in->anchor_cpu)};
}

static int read_guard(struct instant *in)
{
	int got = in->n_guard ? mem_readv(&in->target->live.mem, in->guard, in->n_guard) : 0;

	return got < 0 ? got : (size_t)got == in->n_guard ? 0 : SCRAPE_EFAULT;
}

/* What we know of its threads is old, or it runs another program. The loss + 1, or the code. */
static int unreadable(struct instant *in, int r)
{
	in->target->resync = true;
	return r == SCRAPE_EFAULT ? SCRAPE_LOSS_UNREADABLE + 1 : r;
}

static uint64_t read_member(struct instant *in, uint64_t addr, uint32_t offset, size_t size)
{
	uint64_t value = 0;
	const void *p = offset_has(offset) ? view_get(&in->target->view, addr + offset, size, 0) : NULL;

	if (p)
		memcpy(&value, p, size);
	return value;
}

/* What the interpreters say: a new head means new threads; the counter of code objects; a collection in progress. */
static void read_interps(struct instant *in)
{
	struct pytarget *target = in->target;
	const struct offsets *off = &target->runtime.off;

	in->counter = target->runtime.next_version ? read_member(in, target->runtime.next_version, 0, 4) : 0;
	in->in_gc = offset_has(off->rt_gc_collecting) &&
		    read_member(in, target->runtime.addr, off->rt_gc_collecting, 4) != 0;
	for (size_t i = 0; i < target->interps.n; i++) {
		const struct pyinterp *interp = &target->interps.items[i];

		if (interp->gil != in->gil)
			continue;
		if (read_member(in, interp->addr, off->interp_threads_head, 8) != interp->head)
			target->resync = true;
		in->in_gc |= read_member(in, interp->addr, off->interp_gc_collecting, 4) != 0;
		if (target->interps.n > 1 || target->runtime.next_version)
			continue; /* each counts its own code objects, or one counter is for all */
		in->counter = offset_has(off->interp_code_generation)
				      ? read_member(in, interp->addr, off->interp_code_generation, 8) + 1
				      : read_member(in, interp->addr, off->interp_next_version, 4);
	}
}

static struct pythread *holder_of(const struct instant *in)
{
	for (unsigned k = 0; k < in->anchor->n_states; k++)
		if (in->anchor->states[k].addr == in->words.last_holder)
			return in->anchor;
	return pytarget_thread_of(in->target, in->words.last_holder);
}

/* With the holder at rest nobody of this GIL can move; but a thread that is in two interpreters answers to two. */
static bool covered_by_gil(const struct instant *in, const struct pythread *thread)
{
	for (unsigned k = 0; k < thread->n_states; k++) {
		const struct pyinterp *interp = pytarget_interp(in->target, thread->states[k].interp);

		if (!interp || interp->gil != in->gil)
			return false;
	}
	return true;
}

static bool stands(const struct instant *in, size_t i, const struct pythread *holder)
{
	const struct pythread *thread = in->pending[i];

	if (thread == in->anchor || (holder == in->anchor && covered_by_gil(in, thread)))
		return true;
	return in->stand.way == SCRAPE_WAY_CPU && (int)in->cpu_ids[i] == in->stand.here;
}

/* The native frames, and both as one stack. Without registers the Python frames stay as they are. */
static int walk_native(struct instant *in, struct pythread *thread)
{
	struct pytarget *target = in->target;
	int r;

	for (unsigned k = thread->n_states; k-- > 0;)
		pystack_activations(&thread->stack, &target->view, &target->runtime.off, thread->states[k].addr);
	thread->unwind.frames.n = 0;
	thread->unwind.cut = SCRAPE_CUT_REGISTER;
	if (!regs_has(&in->stand.regs, arch_native.sp))
		return 0;
	r = unwind_run(&thread->unwind, &target->images, &target->view, &in->stand.regs);
	target->images_strange |= thread->unwind.strange;
	return r < 0 ? r : merge_frames(&thread->stack, &thread->unwind, &target->images, in->looker->native_all);
}

static int walk(struct instant *in, struct pythread *thread)
{
	struct pytarget *target = in->target;
	const struct offsets *off = &target->runtime.off;
	int r = 0;

	for (unsigned k = thread->n_states; r == 0 && k-- > 0;) {
		/* the anchor word of identity: after an exec, or when the state was freed, it is something else */
		if (read_member(in, thread->states[k].addr, off->ts_interp, 8) != thread->states[k].interp ||
		    read_member(in, thread->states[k].addr, off->ts_id, 8) != thread->states[k].serial)
			return SCRAPE_EFAULT;
		r = pystack_walk(&thread->stack, &target->view, off, thread->states[k].addr);
		if (r == SCRAPE_EMOVED && in->last_try)
			r = 0; /* it stays so: what there is is shown, and that it is cut */
	}
	if (r == 0 && target->has_python)
		r = codes_resolve(&target->codes, &target->view, &thread->stack, in->counter);
	return r == 0 && in->looker->native ? walk_native(in, thread) : r;
}

/* Where a thread waits for a CPU it stands longer than anywhere, and the kernel has its favourite places to take one
 * away (in Linux 6.18 on the way back from calls that wake somebody or ask for CPU times): who had none counts not. Nor
 * does who was found asleep and has been woken since. */
static bool was_met_running(const struct instant *in, const struct pythread *thread)
{
	if (in->stand.way == SCRAPE_WAY_ASLEEP && thread == in->anchor)
		return false;
	return in->stand.way != SCRAPE_WAY_RING || in->stand.moment.time_ns >= in->looker->since_ns;
}

static void set_flags(struct instant *in, struct pythread *thread, const struct pythread *holder)
{
	const struct offsets *off = &in->target->runtime.off;
	struct clocks_doing doing = {.call = -1};
	uint64_t state = thread->n_states ? thread->states[thread->n_states - 1].addr : 0;
	enum scrape_cut cut = thread->stack.cut;
	uint32_t flags = thread->is_main ? SCRAPE_MAIN_THREAD : 0;

	if (in->stand.way == SCRAPE_WAY_STOP && thread == in->anchor)
		doing.running = true; /* or it would not have been stopped; now its state is "traced" */
	else
		thread->dead |= clocks_read_doing(&thread->clocks, &in->target->proc, &doing) == SCRAPE_EGONE;
	thread->runnable = doing.running;
	if (doing.running && was_met_running(in, thread))
		flags |= SCRAPE_ON_CPU;
	if (thread == holder)
		flags |= in->in_gc ? SCRAPE_HAS_GIL | SCRAPE_IN_GC : SCRAPE_HAS_GIL;
	else if (state && ((doing.call == SYS_futex && doing.args[0] - in->gil < GIL_BYTES) ||
			   read_member(in, state, off->ts_gil_requested, 4) == 1))
		flags |= SCRAPE_WANTS_GIL;
	if (cut == SCRAPE_CUT_NONE && in->looker->native)
		cut = thread->unwind.cut;
	if (cut != SCRAPE_CUT_NONE)
		flags |= SCRAPE_TRUNCATED | (uint32_t)cut << SCRAPE_CUT_SHIFT;
	thread->flags = flags;
}

/* One call for everything that can be known beforehand. */
static int fetch(struct instant *in)
{
	struct view *view = &in->target->view;
	int r;

	build_guard(in);
	want_all(in, true);
	r = view_fetch_then(view, in->guard, in->n_guard);
	if (r != SCRAPE_EFAULT)
		return r;
	want_all(in, false); /* a guess was stale */
	return view_fetch_then(view, in->guard, in->n_guard);
}

/* Who is to be held, and where it last ran. Asked before anything else is read: a hop in vain costs as much as a look,
 * and the scheduler lets whoever has just used a CPU for long wait on the next one. */
static int scout(struct instant *in)
{
	struct pythread *holder;
	int r;

	build_guard(in);
	r = read_guard(in);
	if (r < 0)
		return unreadable(in, r);
	for (size_t i = 0; i < in->n_pending; i++)
		if (in->cpu_ids[i] < CPU_SETSIZE)
			in->pending[i]->cpu = (int)in->cpu_ids[i];
	if (in->anchor_cpu < CPU_SETSIZE)
		in->anchor->cpu = (int)in->anchor_cpu;
	holder = in->words.locked == 1 ? holder_of(in) : NULL;
	if (holder && covered_by_gil(in, in->anchor))
		in->anchor = holder;
	return 0;
}

/* Holds the anchor; where several threads may be it, the right one. 0, or the loss + 1, or a code. */
static int hold_anchor(struct instant *in)
{
	const struct proc *proc = &in->target->proc;
	const struct pythread *anchor;
	const int from = cpu_here();
	int r;

	if (in->n_pending == 1)
		return stand_begin(&in->stand, in->looker, proc, in->anchor);
	r = scout(in);
	anchor = in->anchor;
	if (r == 0)
		r = stand_begin(&in->stand, in->looker, proc, in->anchor);
	if (r == 0 && in->stand.way == SCRAPE_WAY_CPU && in->stand.here != from) {
		r = scout(in); /* a hop takes time */
		if (r == 0 && (in->anchor != anchor || anchor->cpu != in->stand.here))
			return SCRAPE_LOSS_MOVED + 1;
	}
	return r;
}

/* Which threads are at rest, by the guard just read: they become fresh. 0, or the loss + 1. */
static int judge(struct instant *in, struct pythread **holder_ret)
{
	struct pythread *holder = in->words.locked == 1 ? holder_of(in) : NULL;

	if (in->words.locked == 1 && !holder) {
		in->target->resync = true; /* a thread that is not known yet */
		if (!in->looker->native)
			return SCRAPE_LOSS_UNREADABLE + 1;
	}
	/* a native look is of one thread, which only itself could move */
	if (holder && holder != in->anchor && covered_by_gil(in, in->anchor) && !in->looker->native) {
		in->anchor = holder;
		return SCRAPE_LOSS_MOVED + 1;
	}
	for (size_t i = 0; i < in->n_pending; i++)
		in->pending[i]->fresh = stands(in, i, holder);
	*holder_ret = holder;
	return stand_check(&in->stand, &in->target->proc, in->anchor, in->anchor_cpu);
}

/* More was read after the guard: it must say the same again. */
static int judge_again(struct instant *in, const struct pythread *holder)
{
	int r = read_guard(in);

	if (r < 0)
		return unreadable(in, r);
	if (holder != (in->words.locked == 1 ? holder_of(in) : NULL))
		return SCRAPE_LOSS_MOVED + 1;
	for (size_t i = 0; i < in->n_pending; i++)
		if (in->pending[i]->fresh && !stands(in, i, holder))
			return SCRAPE_LOSS_MOVED + 1;
	return stand_check(&in->stand, &in->target->proc, in->anchor, in->anchor_cpu);
}

/* Reads everything once while the anchor is held. 0: those that are fresh are verified; positive: the loss + 1;
 * negative: a code. */
static int attempt(struct instant *in, struct pythread **holder_ret)
{
	struct pytarget *target = in->target;
	int r = fetch(in);

	if (r == 0)
		r = judge(in, holder_ret);
	if (r != 0)
		return r < 0 ? unreadable(in, r) : r;
	read_interps(in);
	for (size_t i = 0; r == 0 && i < in->n_pending; i++)
		if (in->pending[i]->fresh)
			r = walk(in, in->pending[i]);
	if (r == SCRAPE_EMOVED) {
		in->between = true;
		return SCRAPE_LOSS_MOVED + 1;
	}
	if (r < 0)
		return unreadable(in, r);
	return target->view.misses > 0 ? judge_again(in, *holder_ret) : 0;
}

/* Lets the caller read more of the verified threads, and shows that they stood still for that too. */
static int show_still(struct instant *in, const struct pythread *holder)
{
	for (size_t i = 0; i < in->n_pending; i++)
		if (in->pending[i]->fresh)
			in->looker->while_still(in->looker->ctx, in->target, in->pending[i]);
	return judge_again(in, holder);
}

static void end_stand(struct instant *in)
{
	uint64_t held = stand_end(&in->stand, in->looker), *place = held ? VEC_PUSH(&in->look->held_ns) : NULL;

	if (place) /* without memory a stop is not told */
		*place = held;
}

/* One try: hold the anchor, read, and take what was verified out of the pending ones. As attempt. */
static int try_once(struct instant *in)
{
	struct pytarget *target = in->target;
	struct pythread *holder = NULL;
	size_t left = 0;
	int r = hold_anchor(in);

	if (r != 0)
		return r;
	codes_begin(&target->codes);
	r = attempt(in, &holder);
	if (r == 0 && in->looker->while_still)
		r = show_still(in, holder);
	for (size_t i = 0; r == 0 && i < in->n_pending; i++)
		if (in->pending[i]->fresh)
			set_flags(in, in->pending[i], holder);
	end_stand(in); /* what follows is of no concern to whoever stood */
	for (size_t i = 0; i < in->n_pending; i++) {
		struct pythread *thread = in->pending[i];

		if (thread->fresh)
			pystack_learn(&thread->stack, &target->view); /* a guess may come from a torn look too */
		if (r == 0 && thread->fresh) {
			thread->way = in->stand.way;
		} else {
			thread->fresh = false;
			in->pending[i] = in->pending[left]; /* a swap: the array stays whole */
			in->pending[left++] = thread;
		}
	}
	if (r == 0 && left == in->n_pending)
		r = SCRAPE_LOSS_MOVED + 1; /* whoever holds the GIL stood, and nobody that is asked for with it */
	if (r != 0) {
		codes_distrust_look(&target->codes);
		return r;
	}
	in->n_pending = left;
	target->cpu = in->stand.here;
	return 0;
}

static struct pythread *first_anchor(const struct instant *in)
{
	for (size_t i = 0; i < in->n_pending; i++)
		if (in->pending[i]->flags & SCRAPE_HAS_GIL)
			return in->pending[i];
	return in->pending[0];
}

/* The thread is given the CPU for some instructions. How long that takes is up to the kernel's timer. */
static void step_aside(struct looker *looker)
{
	uint64_t begin = clock_mono_ns();

	(void)nanosleep(&(struct timespec){.tv_nsec = BETWEEN_NS}, NULL);
	looker->waited_ns += clock_mono_ns() - begin;
}

/* Whoever has ended is nobody to look at, and nothing is lost with it; for the others it must not be in the way. */
static void drop_dead(struct instant *in)
{
	size_t left = 0;

	for (size_t i = 0; i < in->n_pending; i++) {
		struct pythread *thread = in->pending[i];

		if (thread->dead)
			continue;
		in->pending[i] = in->pending[left]; /* a swap: the array stays whole */
		in->pending[left++] = thread;
	}
	in->n_pending = left;
	if (in->anchor->dead)
		in->anchor = in->pending[0];
}

int instant_read(struct pytarget *target, struct looker *looker, uint64_t gil, struct pythread **threads, size_t n,
		 struct look *look)
{
	struct instant in = {
		.target = target, .looker = looker, .look = look, .gil = gil, .pending = threads, .n_pending = n};
	int r = 0;

	in.anchor = first_anchor(&in);
	for (int tries = 0; in.n_pending > 0 && tries < TRIES; tries++) {
		look->retries += tries > 0;
		if (in.between)
			step_aside(looker);
		in.between = false;
		in.last_try = tries == TRIES - 1;
		r = try_once(&in);
		if (r < 0)
			return r;
		if (r == 0) { /* the rest, without a holder to cover them, one after the other */
			tries = -1;
			in.anchor = in.n_pending > 0 ? in.pending[0] : NULL;
		} else if (r == SCRAPE_LOSS_UNREADABLE + 1 && target->resync &&
			   pytarget_resync(target) == SCRAPE_EGONE) {
			return SCRAPE_EGONE;
		}
		if (r > 0)
			drop_dead(&in);
	}
	for (size_t i = 0; i < in.n_pending; i++)
		look->lost[r > 0 ? r - 1 : SCRAPE_LOSS_MOVED] += in.pending[i]->every;
	return 0;
}
