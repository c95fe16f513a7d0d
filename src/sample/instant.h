/* SPDX-License-Identifier: MIT */
/*
 * instant: the stacks of some threads of one GIL, read while they stand still. One thread is the anchor: the holder of
 * the GIL, whose standing still freezes them all; without a holder each thread is its own anchor.
 */
#ifndef SAMPLE_INSTANT_H
#define SAMPLE_INSTANT_H

#include <stddef.h>
#include <stdint.h>

struct look;
struct looker;
struct pytarget;
struct pythread;

/* Address of the GIL that the thread's innermost interpreter uses. */
uint64_t instant_gil(const struct pytarget *target, const struct pythread *thread);

#define INSTANT_THREADS_MAX 64

/* Reads stacks, flags and runnable of these threads (at most INSTANT_THREADS_MAX) and sets `fresh` on those whose look
 * was verified; the others are counted in look->lost. 0, SCRAPE_EGONE, SCRAPE_ENOMEM. */
int instant_read(struct pytarget *target, struct looker *looker, uint64_t gil, struct pythread **threads, size_t n,
		 struct look *look);

#endif
