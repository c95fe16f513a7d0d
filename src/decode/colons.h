/* SPDX-License-Identifier: MIT */
/* colons: stacks as Austin and CPython's own sampler write them, root first: "app.py:main:3;app.py:work:9". */
#ifndef DECODE_COLONS_H
#define DECODE_COLONS_H

#include <stddef.h>
#include <stdint.h>

struct tell;

/* The node of a stack; what is no such frame (":GC:") is a marker. Codes as tell.h's. */
int colons_stack(struct tell *t, const char *text, size_t n, uint32_t *ret_node);

#endif
