/* SPDX-License-Identifier: MIT */
/*
 * seek: the frame of a function that finds its caller by a frame pointer, when nobody knows it: of a thread that
 * sleeps since before we came the kernel tells no other registers than its stack pointer and where it stands.
 *
 * The stack is searched for where a call of this very function returns to: a call that names the beginning of the
 * function, directly or by a word that holds it (a procedure linkage table, a global offset table). What earlier calls
 * left behind looks the same, and a function that calls itself has several: so it is believed where it lies as far up
 * as the function's first instructions say; where these tell nothing, if two frames of it lie there alike, or if no
 * other return address lies before it and none that is like it behind.
 */
#ifndef NATIVE_SEEK_H
#define NATIVE_SEEK_H

#include <stdbool.h>
#include <stdint.h>

#include "native/step.h"

struct cfirows_rule;
struct regs;

#define SEEK_MAX 8192 /* bytes of the stack that are searched */

struct seek {
	const struct regs *regs;
	const struct cfirows_rule *rule; /* at their pc */
	uint64_t begin;			 /* of the function */
	step_read_fn read;
	/* ARCH_CODE bytes of a program, NULL if there is none at addr; valid until the next call of either */
	const unsigned char *(*code)(void *ctx, uint64_t addr);
	void *ctx;
};

/* True: *ret is the frame pointer. */
bool seek_frame_pointer(const struct seek *seek, uint64_t *ret);

#endif
