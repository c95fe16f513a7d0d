/* SPDX-License-Identifier: MIT */
/*
 * callgraph: a tree as functions and calls between them, for formats that know no stacks. The lines of a function
 * (names of the tree with the same function and file that begin at the same line) are one function, and a call is known
 * by the line that made it.
 *
 *	all -> main:3 -> work:9 (self 8)     functions: main total 8, work self 8 total 8
 *	                                     calls: main:3 -> work total 8
 *
 * What recurs counts once: the total of a function is that of the stacks which it is in, however often.
 */
#ifndef ENCODE_CALLGRAPH_H
#define ENCODE_CALLGRAPH_H

#include <stddef.h>
#include <stdint.h>

#include "base/map.h"
#include "base/vec.h"

struct tree;

struct callgraph_function {
	uint32_t name; /* of the tree: one of its lines */
	uint64_t self, total;
};

struct callgraph_call {
	uint32_t caller; /* name of the tree: the line that calls */
	uint32_t callee; /* function */
	uint64_t self, total; /* of the callee, called from there */
};

struct callgraph {
	VEC(struct callgraph_function) functions;
	VEC(struct callgraph_call) calls;
	uint32_t *function_of; /* by name of the tree */
	uint64_t *self_of;     /* by name of the tree: what ended in this line */
	struct map by_ends;    /* caller << 32 | callee -> call */
};

/* 0 or SCRAPE_ENOMEM; to be deinited in both cases. The root of the tree is no function. */
int callgraph_make(const struct tree *tree, struct callgraph *ret);
void callgraph_deinit(struct callgraph *graph);

#endif
