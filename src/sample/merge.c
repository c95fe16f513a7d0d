/* SPDX-License-Identifier: MIT */
/* merge: the Python and the native frames of one thread as one stack. */
#include "sample/merge.h"

#include <stdlib.h>
#include <string.h>

#include "native/images.h"
#include "native/unwind.h"
#include "python/pystack.h"
#include "scrape.h"

struct merge {
	struct pystack *stack;
	const struct unwind *unwind;
	const struct images *images;
	bool all;
	size_t next; /* Python frame that is to come */
};

/* The interpreter's own: its module, and code that it made itself (trampolines of -X perf, a JIT of its own). */
static bool is_home(const struct merge *m, const struct native_frame *frame)
{
	const uint32_t module = frame->image == IMAGES_NONE ? IMAGES_NONE : m->images->parts.items[frame->image].module;

	return module != IMAGES_NONE && (module == m->images->home || module == m->images->own);
}

static bool is_eval(const struct merge *m, const struct native_frame *frame)
{
	const struct images *images = m->images;
	uint64_t pc = frame->pc - !frame->exact;

	for (size_t i = 0; i < images->n_eval; i++)
		if (pc >= images->eval[i].from && pc < images->eval[i].until)
			return true;
	return false;
}

static int put_python(struct merge *m)
{
	struct pyframe *place = VEC_PUSH(&m->stack->spare);

	if (!place)
		return SCRAPE_ENOMEM;
	*place = m->stack->frames.items[m->next++];
	return 0;
}

static int put_native(struct merge *m, const struct native_frame *frame)
{
	struct pyframe *place = VEC_PUSH(&m->stack->spare);
	uint64_t pc = frame->pc - !frame->exact;

	if (!place)
		return SCRAPE_ENOMEM;
	*place = (struct pyframe){.index = MERGE_NATIVE | MERGE_NO_MODULE, .instr = pc};
	if (frame->image != IMAGES_NONE && m->images->parts.items[frame->image].module != IMAGES_NONE) {
		place->index = MERGE_NATIVE | m->images->parts.items[frame->image].module;
		place->instr = pc - m->images->parts.items[frame->image].bias;
	}
	return 0;
}

/* The Python frames that this C frame runs, if it is the eval loop's. Returns how many, or a code. */
static int put_activation(struct merge *m, const struct native_frame *frame)
{
	const struct pyframe *frames = m->stack->frames.items;
	size_t n = m->stack->frames.n, first = m->next;
	uint64_t mark = first < n ? frames[first].activation : 0;
	int r = 0;

	if (first == n)
		return 0;
	if (mark == 0) {
		if (!is_eval(m, frame))
			return 0;
		return put_python(m) < 0 ? SCRAPE_ENOMEM : 1;
	}
	if (frame->cfa == 0 || mark < frame->sp || mark >= frame->cfa)
		return 0;
	while (r == 0 && m->next < n && frames[m->next].activation == mark)
		r = put_python(m);
	return r < 0 ? r : (int)(m->next - first);
}

/* Outside of all Python frames is what started the thread: worth telling only if it is somebody's own code. */
static bool is_kept(const struct merge *m, const struct native_frame *frame, bool started)
{
	if (m->all || m->stack->frames.n == 0 || !started)
		return true;
	return !is_home(m, frame);
}

/* What started the program or the thread is outside of everything. */
static void drop_start(struct merge *m, const struct native_frame *last)
{
	size_t n = m->stack->spare.n;

	for (; n > 0 && (m->stack->spare.items[n - 1].index & MERGE_NATIVE); last--) {
		if (is_home(m, last))
			continue; /* was left out */
		if (last->image == IMAGES_NONE || !m->images->parts.items[last->image].starts)
			break;
		n--;
	}
	m->stack->spare.n = n;
}

static void swap(struct pystack *stack)
{
	__typeof__(stack->frames.items) items = stack->frames.items;
	size_t cap = stack->frames.cap;

	stack->frames.items = stack->spare.items;
	stack->frames.n = stack->spare.n;
	stack->frames.cap = stack->spare.cap;
	stack->spare.items = items;
	stack->spare.cap = cap;
}

int merge_frames(struct pystack *stack, struct unwind *unwind, const struct images *images, bool all)
{
	struct merge m = {.stack = stack, .unwind = unwind, .images = images, .all = all};
	size_t n = unwind->frames.n;
	bool started = false;
	int r = 0;

	stack->spare.n = 0;
	for (size_t i = 0; r == 0 && i < n; i++) {
		const struct native_frame *frame = &unwind->frames.items[i];
		int taken = put_activation(&m, frame);

		r = taken < 0 ? taken : 0;
		started |= taken > 0;
		if (r == 0 && (taken == 0 || all) && is_kept(&m, frame, started))
			r = put_native(&m, frame);
	}
	if (r == 0 && n > 0 && started && !all)
		drop_start(&m, &unwind->frames.items[n - 1]);
	while (r == 0 && m.next < stack->frames.n)
		r = put_python(&m);
	if (r == 0)
		swap(stack);
	return r;
}
