/* SPDX-License-Identifier: MIT */
/* pystack: the chain of Python frames of one thread state. */
#include "python/pystack.h"

#include <stdlib.h>
#include <string.h>

#include "python/offsets.h"
#include "target/mem.h"
#include "target/view.h"

/* _PyStackChunk { previous, size, top, data[] }: Include/cpython/pystate.h, the same in 3.11 to 3.15. */
#define CHUNK_SIZE_AT 8
#define CHUNK_HEADER 24
#define CHUNK_MAX (4u << 20) /* 16 KiB, or one very large frame */
#define CHUNK_SLACK 512      /* read beyond the last top: a few frames more cost nothing */
#define GUESS_AGE_MAX 64     /* looks after which a guess that never missed is made anew, to shed what is stale */
#define GUESS_SPARE 16       /* windows that a guess may hold beyond twice the stack */
#define MERGE_GAP 2048       /* two windows closer than this cost less as one */

/* Frames that the eval loop keeps for itself have owners from 3 on: FRAME_OWNED_BY_CSTACK is 3 in 3.12 and 3.13;
 * FRAME_OWNED_BY_INTERPRETER 3 and CSTACK 4 in 3.14; INTERPRETER 3 in 3.15 (Include/internal/pycore_frame.h). */
#define CFRAME_SIZE 24 /* use_tracing (3.11), current_frame, previous */
#define OWNER_THREAD 0
#define OWNER_GENERATOR 1
#define OWNER_SHIM 3

void pystack_deinit(struct pystack *stack)
{
	VEC_DEINIT(&stack->touched);
	VEC_DEINIT(&stack->frames);
	VEC_DEINIT(&stack->spare);
	VEC_DEINIT(&stack->guess);
}

static size_t end_of(size_t size, uint32_t offset)
{
	return offset_has(offset) && size < offset + 8 ? offset + 8 : size;
}

size_t pystack_ts_size(const struct offsets *off)
{
	size_t size = 0;

	size = end_of(size, off->ts_interp);
	size = end_of(size, off->ts_frame);
	size = end_of(size, off->ts_cframe);
	size = end_of(size, off->ts_current_frame);
	size = end_of(size, off->ts_thread_id);
	size = end_of(size, off->ts_native_thread_id);
	size = end_of(size, off->ts_id);
	size = end_of(size, off->ts_datastack_top);
	return end_of(size, off->ts_gil_requested);
}

static int by_addr(const void *a, const void *b)
{
	const struct view_window *x = a, *y = b;

	return x->addr < y->addr ? -1 : x->addr > y->addr;
}

/* Sorts the windows and joins those that nearly touch. */
static void merge(struct view_window *g, size_t *n_inout)
{
	size_t n = 0;

	if (*n_inout == 0)
		return;
	qsort(g, *n_inout, sizeof(*g), by_addr);
	for (size_t i = 1; i < *n_inout; i++) {
		uint64_t end = g[n].addr + g[n].len;

		if (g[i].addr <= end + MERGE_GAP) {
			uint64_t other = g[i].addr + g[i].len;

			g[n].len = (uint32_t)((other > end ? other : end) - g[n].addr);
		} else {
			g[++n] = g[i];
		}
	}
	*n_inout = n + 1;
}

void pystack_begin(struct pystack *stack)
{
	stack->frames.n = 0;
	stack->touched.n = 0;
	stack->cut = SCRAPE_CUT_NONE;
}

void pystack_touch(struct pystack *stack, uint64_t addr, size_t len)
{
	struct view_window *w = VEC_PUSH(&stack->touched);

	if (w) /* without memory the next look only reads more often */
		*w = (struct view_window){.addr = addr, .len = (uint32_t)len};
}

void pystack_learn(struct pystack *stack, const struct view *view)
{
	if (++stack->age >= GUESS_AGE_MAX || stack->guess.n > 2 * stack->touched.n + GUESS_SPARE)
		stack->age = 0;
	else if (view->misses == 0)
		return;
	if (stack->age == 0)
		stack->guess.n = 0;
	if (stack->touched.n == 0 || !VEC_RESERVE(&stack->guess, stack->guess.n + stack->touched.n))
		return;
	memcpy(stack->guess.items + stack->guess.n, stack->touched.items,
	       stack->touched.n * sizeof(*stack->guess.items));
	stack->guess.n += stack->touched.n;
	merge(stack->guess.items, &stack->guess.n);
}

void pystack_want(const struct pystack *stack, struct view *view, const struct offsets *off, uint64_t ts_addr)
{
	(void)view_want(view, ts_addr, pystack_ts_size(off)); /* what does not fit is read by view_get, or cut there */
	for (size_t i = 0; i < stack->guess.n; i++)
		(void)view_want(view, stack->guess.items[i].addr, stack->guess.items[i].len); /* as above */
}

/* Bytes of a frame that the walk reads: from its start to its last field. */
static size_t frame_size(const struct offsets *off)
{
	size_t size = 0;

	size = end_of(size, off->frame_previous);
	size = end_of(size, off->frame_code);
	size = end_of(size, off->frame_instr);
	size = end_of(size, off->frame_globals);
	return end_of(size, off->frame_owner);
}

struct walk {
	struct pystack *stack;
	struct view *view;
	const struct offsets *off;
	size_t frame_size;
	uint64_t chunk, chunk_end; /* the data stack's part that is in view; 0 without one */
	uint64_t older;            /* the chunk before it */
	uint64_t top, free_end;    /* what of the top chunk no frame is in */
	size_t before;             /* frames of a state of the same thread that is further in */
	unsigned owner;            /* of the frame taken last */
	/* 3.11 and 3.12, see is_stale() */
	uint64_t caller; /* frame that called this activation of the eval loop; 0: none */
	bool met_caller, met_thread, in_chunk, stale;
};

/* Brings one chunk, from its header to `end`, into the view and makes it the current one. */
static void enter_chunk(struct walk *w, uint64_t chunk, uint64_t end)
{
	const unsigned char *p = view_get(w->view, chunk, (size_t)(end - chunk), 0);

	w->chunk = w->chunk_end = w->older = 0;
	if (!p)
		return; /* its frames are read one by one, or found unreadable, by the walk */
	w->older = mem_u64(p);
	w->chunk = chunk;
	w->chunk_end = end;
	pystack_touch(w->stack, chunk, (size_t)(end - chunk));
}

/* The thread has ended: its chunks were given back, and so may be the state itself (Python/pystate.c of 3.11 to 3.15,
 * where a thread state is deleted). */
static bool has_ended(const struct offsets *off, const unsigned char *ts)
{
	return offset_has(off->ts_datastack_chunk) && mem_u64(ts + off->ts_datastack_chunk) == 0 &&
	       mem_u64(ts + off->ts_datastack_top) != 0;
}

/* The top chunk, as far as it is in use. */
static void enter_data_stack(struct walk *w, const unsigned char *ts)
{
	const unsigned char *p;
	uint64_t chunk, top;

	if (!offset_has(w->off->ts_datastack_chunk))
		return;
	chunk = mem_u64(ts + w->off->ts_datastack_chunk);
	top = mem_u64(ts + w->off->ts_datastack_top);
	if (chunk == 0 || top <= chunk + CHUNK_HEADER || top - chunk > CHUNK_MAX)
		return;
	enter_chunk(w, chunk, top);
	w->top = w->free_end = top;
	p = w->chunk && w->stack->touched.n > 0 ? view_peek(w->view, chunk, CHUNK_HEADER) : NULL;
	if (p) { /* guess a little more than was in use */
		uint64_t left = chunk + mem_u64(p + CHUNK_SIZE_AT) - top;

		w->free_end += left <= CHUNK_MAX ? left : 0;
		w->stack->touched.items[w->stack->touched.n - 1].len += left < CHUNK_SLACK ? (uint32_t)left : 0;
		if (left >= CHUNK_SLACK && left <= CHUNK_MAX)
			w->stack->touched.items[w->stack->touched.n - 1].len += CHUNK_SLACK;
	}
}

/* A frame below the current chunk's first may lie in the chunk before: read all of that up to the frame at once. */
static void maybe_older_chunk(struct walk *w, uint64_t frame)
{
	const unsigned char *head;
	uint64_t size, chunk = w->older;

	if (chunk == 0 || (frame >= w->chunk && frame < w->chunk_end))
		return;
	if (frame < chunk || frame - chunk > CHUNK_MAX)
		return;
	head = view_get(w->view, chunk, CHUNK_HEADER, 0);
	if (!head)
		return;
	size = mem_u64(head + CHUNK_SIZE_AT);
	if (size <= CHUNK_MAX && frame - chunk >= CHUNK_HEADER && frame - chunk + w->frame_size <= size)
		enter_chunk(w, chunk, frame + w->frame_size);
}

/* The frame that an activation of the eval loop names, and the activation before it; both 0 for addr 0. */
static int read_cframe(struct walk *w, uint64_t addr, uint64_t *frame_ret, uint64_t *previous_ret)
{
	const unsigned char *p = addr ? view_get(w->view, addr, CFRAME_SIZE, 0) : NULL;

	if (addr && !p)
		return SCRAPE_EFAULT;
	if (p)
		pystack_touch(w->stack, addr, CFRAME_SIZE);
	*frame_ret = p ? mem_u64(p + w->off->cframe_current_frame) : 0;
	*previous_ret = p ? mem_u64(p + w->off->cframe_previous) : 0;
	return 0;
}

static int first_frame(struct walk *w, const unsigned char *ts, uint64_t *ret)
{
	const struct offsets *off = w->off;
	uint64_t previous = 0, older;
	int r;

	if (!offset_has(off->ts_cframe)) {
		*ret = mem_u64(ts + (offset_has(off->ts_frame) ? off->ts_frame : off->ts_current_frame));
		return 0;
	}
	r = read_cframe(w, mem_u64(ts + off->ts_cframe), ret, &previous);
	if (r < 0)
		return r;
	/* only the first of a thread may be without a frame */
	w->stale = read_cframe(w, previous, &w->caller, &older) < 0 || (*ret == 0 && previous != 0);
	return 0;
}

static uint64_t instr_of(const struct offsets *off, const unsigned char *frame)
{
	if (!offset_has(off->ts_frame))
		return mem_u64(frame + off->frame_instr);
	/* f_lasti counts bytes, from 3.10 on code units of two (Objects/frameobject.c) */
	return (uint64_t)((int64_t)(int32_t)mem_u32(frame + off->frame_instr) *
			  (PY_MINOR(off->version) >= 10 ? 2 : 1));
}

/* A function that makes a generator leaves its frame before that ceases to be named (RETURN_GENERATOR, Python/ceval.c
 * of 3.11 and Python/bytecodes.c of 3.12; 3.11.0 at each return): it lies just beyond the top, and still leads to its
 * caller. */
static bool is_left_frame(const struct walk *w, uint64_t addr)
{
	return offset_has(w->off->ts_cframe) && addr == w->top && w->stack->frames.n == w->before && !w->met_thread;
}

/* One frame's fields into the list; shims are passed over. Returns the next outer frame through *addr. */
static int take_frame(struct walk *w, const unsigned char *p, uint64_t *addr)
{
	const struct offsets *off = w->off;
	struct pyframe *frame;
	size_t n = w->stack->frames.n;
	bool is_left = is_left_frame(w, *addr);

	w->owner = offset_has(off->frame_owner) ? p[off->frame_owner] : OWNER_THREAD;
	w->met_caller |= *addr == w->caller;
	if (w->owner == OWNER_THREAD && !w->met_thread && !is_left) {
		w->met_thread = true;
		w->in_chunk = *addr >= w->chunk && *addr < w->chunk_end;
		w->stale = offset_has(off->ts_cframe) && *addr >= w->top && *addr < w->free_end;
	}
	if (w->owner < OWNER_SHIM && !is_left) {
		frame = VEC_PUSH(&w->stack->frames);
		if (!frame)
			return SCRAPE_ENOMEM;
		frame->addr = *addr;
		frame->activation = 0;
		frame->code = mem_u64(p + off->frame_code) & ~(uint64_t)3; /* 3.14+ tags references in the low bits */
		frame->globals = offset_has(off->frame_globals) ? mem_u64(p + off->frame_globals) : 0;
		frame->instr = instr_of(off, p);
	}
	for (; w->owner >= OWNER_SHIM && n > 0 && w->stack->frames.items[n - 1].activation == 0; n--)
		w->stack->frames.items[n - 1].activation = *addr;
	*addr = mem_u64(p + off->frame_previous);
	return 0;
}

/* A chain may only end where a stack can begin. A moment is met where it does not: a generator that yields lets go
 * of its caller just before it steps down (YIELD_VALUE in Python/bytecodes.c). */
static bool is_root(const struct walk *w)
{
	if (PY_MINOR(w->off->version) >= 12)
		return w->owner >= OWNER_SHIM || w->stack->frames.n == w->before;
	return w->owner != OWNER_GENERATOR;
}

static bool is_broken(const struct walk *w)
{
	return w->stack->cut == SCRAPE_CUT_FAULT || w->stack->cut == SCRAPE_CUT_CYCLE;
}

/* In 3.11 and 3.12 a new activation of the eval loop is linked before it names its frame, or even the activation
 * before it (Python/ceval.c, _PyEval_EvalFrameDefault): for a moment it names whatever an activation that stood at the
 * same place of the C stack did, which may have ended long ago, or what never was a frame. Then that is where none can
 * be, does not lead to the frame that made the call, or to no root. */
static bool is_stale(const struct walk *w)
{
	if (!offset_has(w->off->ts_cframe) || w->stale || w->met_caller)
		return w->stale;
	if (w->stack->cut != SCRAPE_CUT_NONE)
		return is_broken(w);
	return w->caller ? is_root(w) : !is_root(w) && w->owner != OWNER_GENERATOR;
}

/* From a frame to the root. */
static int walk_from(struct walk *w, uint64_t addr)
{
	struct pystack *stack = w->stack;
	uint64_t meeting = 0;
	size_t lap = 1;
	int r = 0;

	for (size_t steps = 0; r == 0 && addr != 0 && !w->stale; steps++) {
		const unsigned char *p;

		if (addr == meeting) {
			stack->cut = SCRAPE_CUT_CYCLE;
			break;
		}
		if (steps == lap) { /* Brent: a chain that comes back meets the frame of some power of two */
			meeting = addr;
			lap *= 2;
		}
		if (stack->frames.n >= SCRAPE_DEPTH_MAX || steps >= 2 * SCRAPE_DEPTH_MAX) {
			stack->cut = SCRAPE_CUT_DEPTH;
			break;
		}
		maybe_older_chunk(w, addr);
		p = view_get(w->view, addr, w->frame_size, 0);
		if (!p) {
			stack->cut = w->view->cut;
			break;
		}
		if (addr < w->chunk || addr >= w->chunk_end)
			pystack_touch(stack, addr, w->frame_size);
		r = take_frame(w, p, &addr);
	}
	return r;
}

/* For who cannot wait until such a moment has passed: the frames outside of it, if they are any. As pystack_walk. */
static int walk_outside(struct walk *w, uint64_t ts_addr)
{
	const unsigned char *ts = view_peek(w->view, ts_addr, pystack_ts_size(w->off));
	int r;

	w->stack->frames.n = w->before;
	w->stack->cut = SCRAPE_CUT_NONE;
	w->stale = w->met_thread = w->in_chunk = false;
	if (ts)
		enter_data_stack(w, ts);
	r = walk_from(w, w->caller);
	if (w->stale || !w->in_chunk || is_broken(w) || !is_root(w))
		w->stack->frames.n = w->before;
	w->stack->cut = SCRAPE_CUT_FAULT;
	return r;
}

int pystack_walk(struct pystack *stack, struct view *view, const struct offsets *off, uint64_t ts_addr)
{
	struct walk w = {
		.stack = stack, .view = view, .off = off, .frame_size = frame_size(off), .before = stack->frames.n};
	const unsigned char *ts = view_get(view, ts_addr, pystack_ts_size(off), 0);
	const enum scrape_cut before = stack->cut;
	uint64_t addr;
	int r;

	if (!ts)
		return SCRAPE_EFAULT;
	if (has_ended(off, ts))
		return 0;
	stack->cut = SCRAPE_CUT_NONE;
	r = first_frame(&w, ts, &addr);
	ts = view_peek(view, ts_addr, pystack_ts_size(off)); /* the view may have moved */
	if (r == 0 && ts)
		enter_data_stack(&w, ts);
	if (r == 0)
		r = walk_from(&w, addr);
	if (r == 0 && is_stale(&w))
		r = walk_outside(&w, ts_addr);
	else if (r == 0 && stack->cut == SCRAPE_CUT_NONE && !is_root(&w))
		stack->cut = SCRAPE_CUT_FAULT;
	if (r == 0 && is_broken(&w))
		r = SCRAPE_EMOVED;
	if (stack->cut == SCRAPE_CUT_NONE)
		stack->cut = before;
	return r;
}

void pystack_activations(struct pystack *stack, struct view *view, const struct offsets *off, uint64_t ts_addr)
{
	struct walk w = {.stack = stack, .view = view, .off = off};
	const unsigned char *p = view_get(view, ts_addr, pystack_ts_size(off), 0);
	uint64_t frame, next, addr, top;
	size_t at = 0;

	if (!p || PY_MINOR(off->version) != 11)
		return;
	addr = mem_u64(p + off->ts_cframe);
	top = mem_u64(p + off->ts_datastack_top);
	while (addr != 0 && at < stack->frames.n && read_cframe(&w, addr, &frame, &next) == 0) {
		size_t from = at;

		while (from < stack->frames.n && stack->frames.items[from].addr != frame)
			from++;
		if (from == stack->frames.n && at == 0 && frame == top)
			from = 0; /* it has been left for its caller, of the same activation */
		if (from == stack->frames.n)
			break; /* the outermost, in the thread state, has no frame */
		/* those before it belong to the activation before */
		for (; at > 0 && at < from; at++)
			stack->frames.items[at].activation = stack->frames.items[at - 1].activation;
		stack->frames.items[from].activation = addr;
		at = from + 1;
		addr = next;
	}
	for (; at > 0 && at < stack->frames.n; at++)
		stack->frames.items[at].activation = stack->frames.items[at - 1].activation;
}
