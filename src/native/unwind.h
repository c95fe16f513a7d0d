/* SPDX-License-Identifier: MIT */
/*
 * unwind: the chain of native frames of one thread, innermost first, from its registers and its stack. That the memory
 * stands still meanwhile is the caller's business (sample/look.c).
 *
 *	images_update(&images, &proc, &mem, 0, &err)      when code was mapped
 *	unwind_run(&u, &images, &modules, &view, &regs)
 */
#ifndef NATIVE_UNWIND_H
#define NATIVE_UNWIND_H

#include <stdbool.h>
#include <stdint.h>

#include "base/vec.h"
#include "scrape.h"

struct images;
struct modules;
struct regs;
struct view;

#define UNWIND_FRAMES_MAX 4096
#define UNWIND_USED_MAX 32	       /* images whose identity is checked in each look */
#define UNWIND_STACK_FIRST 4096        /* bytes of a stack that are read at once the first time */
#define UNWIND_STACK_MAX (1u << 20)    /* and of one look at most */

struct native_frame {
	uint64_t pc;
	uint64_t sp, cfa; /* where its part of the stack begins and ends; cfa 0: not known */
	uint32_t image;	  /* index in struct images, IMAGES_NONE */
	bool exact;	  /* pc is where it stands, not where a call returns to */
};

struct unwind {
	VEC(struct native_frame) frames;
	enum scrape_cut cut; /* why the outer end is missing */
	uint32_t stack_want; /* bytes of the stack to read at once */
	uint32_t used[UNWIND_USED_MAX]; /* images of the frames, each once */
	unsigned n_used;
	bool strange;	     /* an address that no image holds was met, or an image is not what it was: they are old */
};

void unwind_deinit(struct unwind *unwind);

/* Queues the stack from this stack pointer on: to the end of its page, and with guess as much as the last look took,
 * and what tells that its images are what they were. */
void unwind_want(const struct unwind *unwind, const struct images *images, struct view *view, uint64_t sp, bool guess);

/* Walks. 0, with cut if it could not come to the end; SCRAPE_EMOVED: an image is not what it was; SCRAPE_ENOMEM. */
int unwind_run(struct unwind *unwind, const struct images *images, struct view *view, const struct regs *regs);

#endif
