/* SPDX-License-Identifier: MIT */
/*
 * vec: growing arrays of any type, kept as three plain fields that the owner can read.
 *
 *	struct { struct frame *items; size_t n, cap; } frames = {0};
 *	struct frame *f = VEC_PUSH(&frames);      zeroed, or NULL without memory
 */
#ifndef BASE_VEC_H
#define BASE_VEC_H

#include <stdbool.h>
#include <stddef.h>

#define VEC(type)                                                                                                      \
	struct {                                                                                                       \
		type *items;                                                                                           \
		size_t n, cap;                                                                                         \
	}

/* Room for `want` items of `size` bytes; false without memory, with everything as it was. */
bool vec_reserve(void *items_ptr, size_t *cap, size_t want, size_t size);

/* `want` is read twice. */
#define VEC_RESERVE(v, want)                                                                                           \
	((want) <= (v)->cap || vec_reserve(&(v)->items, &(v)->cap, (want), sizeof(*(v)->items)))

#define VEC_PUSH(v)                                                                                                    \
	(VEC_RESERVE(v, (v)->n + 1)                                                                                    \
		 ? (__typeof__((v)->items))memset(&(v)->items[(v)->n++], 0, sizeof(*(v)->items))                       \
		 : NULL)

#define VEC_EACH(item, v) for (__typeof__(*(v)->items) *item = (v)->items; item && item < (v)->items + (v)->n; item++)

#define VEC_DEINIT(v)                                                                                                  \
	do {                                                                                                           \
		free((v)->items);                                                                                      \
		(v)->items = NULL;                                                                                     \
		(v)->n = (v)->cap = 0;                                                                                 \
	} while (0)

#endif
