/* SPDX-License-Identifier: MIT */
/*
 * locals: the local variables of a frame: its arguments, its own names, and those it shares with closures, in the order
 * of the code object. Where they are: co_varnames, co_cellvars and co_freevars beside f_localsplus up to 3.10;
 * co_localsplusnames and -kinds beside localsplus from 3.11 on. A frame of a module or class has none here.
 */
#ifndef PYTHON_LOCALS_H
#define PYTHON_LOCALS_H

#include <stdbool.h>
#include <stdint.h>

struct value_reader;

#define LOCALS_MAX 256 /* of one frame */

struct local {
	const char *name; /* clean text, valid during the call */
	bool is_argument; /* *args and **kwargs too */
	const char *text; /* clean, as of python/value.h; "<unbound>" for a name without a value */
};

/* A negative result ends the pass and is its result. */
typedef int (*locals_fn)(void *arg, const struct local *local);

/* frame_addr: a PyFrameObject up to 3.10, an _PyInterpreterFrame from 3.11. 0; SCRAPE_ELIMIT: the reader has no read
 * left, what fn got is right but not all; SCRAPE_EFAULT, SCRAPE_EFORMAT, SCRAPE_EGONE, SCRAPE_EPERM, SCRAPE_ENOMEM. */
int locals_each(struct value_reader *reader, uint64_t frame_addr, uint64_t code_addr, locals_fn fn, void *arg);

#endif
