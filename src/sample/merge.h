/* SPDX-License-Identifier: MIT */
/*
 * merge: the Python and the native frames of one thread, read at one instant, as one stack.
 *
 * They are paired by address, never by counting: what marks an activation of the eval loop (pyframe.activation) lies in
 * the C frame of that activation, between its stack pointer and its CFA. Up to 3.10, where nothing marks it, each C
 * frame of the eval loop runs one Python frame.
 *
 * Frames of the interpreter itself are left out where a Python frame is further in: what called Python code was Python
 * code, or stands in another module. Behind the innermost Python frame they tell what it is doing, and stay.
 */
#ifndef SAMPLE_MERGE_H
#define SAMPLE_MERGE_H

#include <stdbool.h>
#include <stdint.h>

struct images;
struct pystack;
struct unwind;

/* Of a native frame in a struct pyframe: `index` is this bit and its module, or MERGE_NO_MODULE; `instr` is the
 * link-time address of the instruction, of a caller that of the call's last byte. */
#define MERGE_NATIVE (1u << 31)
#define MERGE_NO_MODULE (MERGE_NATIVE - 1)

/* Replaces stack->frames. all: nothing is left out. 0 or SCRAPE_ENOMEM. */
int merge_frames(struct pystack *stack, struct unwind *unwind, const struct images *images, bool all);

#endif
