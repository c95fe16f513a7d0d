/* SPDX-License-Identifier: MIT */
/* pylook: one look at one thread state with the product's own walk, for tests and for making their snapshots. */
#ifndef SUPPORT_PYLOOK_H
#define SUPPORT_PYLOOK_H

#include "python/codes.h"
#include "python/pystack.h"
#include "target/view.h"

/* 0 or the code of the part that failed; the frames are in stack. counter as in codes_resolve. */
static inline int pylook(struct codes *codes, struct view *view, struct pystack *stack, uint64_t state,
			 uint64_t counter)
{
	int r;

	codes_begin(codes);
	view_reset(view);
	pystack_begin(stack);
	pystack_want(stack, view, codes->off, state);
	r = view_fetch(view);
	if (r == 0)
		r = pystack_walk(stack, view, codes->off, state);
	if (r == 0)
		r = codes_resolve(codes, view, stack, counter);
	pystack_learn(stack, view);
	return r;
}

#endif
