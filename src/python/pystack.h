/* SPDX-License-Identifier: MIT */
/*
 * pystack: the chain of Python frames of one thread state, top (innermost) first. The plainest walk there is; that the
 * memory stands still meanwhile is the caller's business (sample/look.c).
 *
 * Up to 3.10 frames are objects on the heap (PyFrameObject, Include/cpython/frameobject.h). From 3.11 on they lie in
 * chunks of a data stack (_PyStackChunk, _PyInterpreterFrame: Include/internal/pycore_frame.h), but for those of
 * generators, which lie in their generator, and the shims of each activation of the eval loop, which lie on the C
 * stack.
 *
 * What the last walk touched is a good guess of what the next one will: pystack_want queues it, so that usually one
 * call brings it all. A guess costs time when it is wrong, never truth: each frame is found through its pointer.
 */
#ifndef PYTHON_PYSTACK_H
#define PYTHON_PYSTACK_H

#include <stddef.h>
#include <stdint.h>

#include "base/vec.h"
#include "scrape.h"

struct offsets;
struct view;
struct view_window;

struct pyframe {
	uint64_t addr;    /* of the frame */
	uint64_t code;    /* of its code object */
	uint64_t globals; /* of its function, read along with code; 0 where their place is not known */
	uint64_t instr;   /* address of the instruction; up to 3.10 its offset in bytes, -1 before the first */
	uint64_t activation; /* what lies in the C frame of the eval loop that runs it: from 3.12 on its shim, in 3.11
			      * the CFrame (pystack_activations); 0: not known */
	uint32_t index;   /* of the code object in struct codes; set by codes_resolve */
};

struct pystack {
	VEC(struct pyframe) frames;      /* innermost first */
	VEC(struct pyframe) spare;       /* of whoever makes other frames of them (sample/merge.h) */
	VEC(struct view_window) guess;   /* what to read at once next time, by address */
	VEC(struct view_window) touched; /* by this look */
	unsigned age;                    /* looks since the guess was made */
	enum scrape_cut cut;             /* why the outer end is missing */
};

void pystack_deinit(struct pystack *stack);

/* How many bytes of a thread state the walk wants. */
size_t pystack_ts_size(const struct offsets *off);

/* Queues the thread state and what the last walk touched. */
void pystack_want(const struct pystack *stack, struct view *view, const struct offsets *off, uint64_t ts_addr);

/* A new look at this stack: no frames, nothing touched. */
void pystack_begin(struct pystack *stack);

/* Notes a window as needed for this stack. */
void pystack_touch(struct pystack *stack, uint64_t addr, size_t len);

/* What the guess missed is added to it. Now and then, or when it has grown out of proportion, it
 * begins again with what this look touched. */
void pystack_learn(struct pystack *stack, const struct view *view);

/* Walks the stack of the thread state and appends to stack->frames. 0 (with stack->cut if it
 * is deeper than may be); SCRAPE_EMOVED, with stack->cut, if the chain does not end as stacks do: the thread may stand
 * between two instructions where it cannot be known, and must go on a little; SCRAPE_EFAULT if the thread state itself
 * cannot be read; SCRAPE_ENOMEM. */
int pystack_walk(struct pystack *stack, struct view *view, const struct offsets *off, uint64_t ts_addr);

/* 3.11: sets `activation` of the frames that the last walk took from this thread state. Reads the activations' places
 * on the C stack; other versions need no reading. */
void pystack_activations(struct pystack *stack, struct view *view, const struct offsets *off, uint64_t ts_addr);

#endif
