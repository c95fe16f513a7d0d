/* SPDX-License-Identifier: MIT */
/*
 * view: what one look has read. Windows of the target's memory are queued, read together in one call, and looked up
 * by address; what is missing is read when it is asked for. A view belongs to one instant only as far as the caller
 * can show that nothing moved from the first to the last read (sample/look.c).
 *
 *	view_reset(&v);
 *	view_want(&v, ts_addr, 320);                  known from the last look
 *	view_want(&v, chunk_addr, 4096);
 *	view_fetch(&v);                               one call
 *	ts = view_get(&v, ts_addr, 320);              pointer into the copy, reads by itself if it was not fetched
 *
 * Bounded: VIEW_WINDOWS_MAX windows and VIEW_BYTES_MAX bytes for one look; beyond, view_get returns NULL and `cut`
 * says why.
 */
#ifndef TARGET_VIEW_H
#define TARGET_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/vec.h"
#include "scrape.h"

struct mem;
struct mem_range;

#define VIEW_WINDOWS_MAX 40000
#define VIEW_BYTES_MAX (8u << 20)

struct view_window {
	uint64_t addr;
	uint32_t len;
	uint32_t at; /* in bytes */
};

struct view_place {
	uint64_t addr;
	uint32_t window;
};

struct view {
	struct mem *mem;
	struct view_window *windows;
	size_t n, cap;      /* windows; those from `fetched` on are queued */
	size_t fetched;
	size_t hint;        /* the window of the last hit */
	VEC(struct view_place) places; /* the windows by address, made when there are many; those read later lack */
	unsigned char *bytes;
	size_t used, size;
	enum scrape_cut cut;
	size_t misses;      /* reads made by view_get in this look */
};

void view_init(struct view *view, struct mem *mem);
void view_deinit(struct view *view);
void view_reset(struct view *view);

/* Queues a window; false beyond the limits. Windows may overlap. */
bool view_want(struct view *view, uint64_t addr, size_t len);

/* Reads what is queued. 0, or SCRAPE_EFAULT: a window could not be read, those from it on are dropped; SCRAPE_EGONE,
 * SCRAPE_EPERM. */
int view_fetch(struct view *view);

/* The same, and these ranges after all windows, in the same call where it fits: what is read last proves what was read
 * before it. */
int view_fetch_then(struct view *view, const struct mem_range *last, size_t n_last);

/* Pointer to the copy of these bytes, or NULL (cut is set): valid until the next call that may read. `ahead` is how
 * many bytes more are read if they must be fetched (0: exactly len). */
const void *view_get(struct view *view, uint64_t addr, size_t len, size_t ahead);

/* As view_get, but never reads. */
const void *view_peek(struct view *view, uint64_t addr, size_t len);

#endif
