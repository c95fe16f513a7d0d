/* SPDX-License-Identifier: MIT */
/* view: windows of one look. Frames are met in about the order in which they were queued, so the window of the last hit
 * and the next are tried first. Among many windows the rest is found by address. */
#include "target/view.h"

#include <stdlib.h>
#include <string.h>

#include "base/vec.h"
#include "target/mem.h"

#define FEW 24         /* windows that are scanned faster than they are sorted */
#define OVERLAPS_MAX 4

void view_init(struct view *view, struct mem *mem)
{
	*view = (struct view){.mem = mem};
}

void view_deinit(struct view *view)
{
	free(view->windows);
	VEC_DEINIT(&view->places);
	free(view->bytes);
	*view = (struct view){0};
}

void view_reset(struct view *view)
{
	view->n = view->fetched = view->hint = 0;
	view->used = 0;
	view->places.n = 0;
	view->cut = SCRAPE_CUT_NONE;
	view->misses = 0;
}

static bool grow_bytes(struct view *view, size_t want)
{
	return vec_reserve(&view->bytes, &view->size, want, 1);
}

bool view_want(struct view *view, uint64_t addr, size_t len)
{
	if (view->n >= VIEW_WINDOWS_MAX || len > VIEW_BYTES_MAX - view->used || addr > UINT64_MAX - len ||
	    !vec_reserve(&view->windows, &view->cap, view->n + 1, sizeof(*view->windows)) ||
	    !grow_bytes(view, view->used + len)) {
		view->cut = SCRAPE_CUT_BUDGET;
		return false;
	}
	view->windows[view->n++] = (struct view_window){addr, (uint32_t)len, (uint32_t)view->used};
	view->used += len;
	return true;
}

int view_fetch_then(struct view *view, const struct mem_range *last, size_t n_last)
{
	bool is_last = false;

	while (!is_last) {
		struct mem_range ranges[MEM_RANGES_MAX];
		size_t n = view->n - view->fetched, all;
		int got;

		is_last = n + n_last <= MEM_RANGES_MAX;
		n = n < MEM_RANGES_MAX ? n : MEM_RANGES_MAX;
		for (size_t i = 0; i < n; i++) {
			const struct view_window *w = &view->windows[view->fetched + i];

			ranges[i] = (struct mem_range){w->addr, view->bytes + w->at, w->len};
		}
		for (all = n; is_last && all < n + n_last; all++)
			ranges[all] = last[all - n];
		if (all == 0)
			break;
		got = mem_readv(view->mem, ranges, all);
		view->fetched += got < 0 ? 0 : (size_t)got < n ? (size_t)got : n;
		if (got < 0 || (size_t)got < all) {
			view->n = view->fetched;
			return got < 0 ? got : SCRAPE_EFAULT;
		}
	}
	return 0;
}

int view_fetch(struct view *view)
{
	return view->fetched < view->n ? view_fetch_then(view, NULL, 0) : 0;
}

static const void *in_window(const struct view *view, size_t i, uint64_t addr, size_t len)
{
	const struct view_window *w = &view->windows[i];

	if (addr < w->addr || addr - w->addr > w->len || w->len - (addr - w->addr) < len)
		return NULL;
	return view->bytes + w->at + (addr - w->addr);
}

static int by_addr(const void *a, const void *b)
{
	const struct view_place *x = a, *y = b;

	return x->addr < y->addr ? -1 : x->addr > y->addr;
}

static void sort_places(struct view *view)
{
	if (!VEC_RESERVE(&view->places, view->fetched))
		return;
	for (size_t i = 0; i < view->fetched; i++)
		view->places.items[i] = (struct view_place){view->windows[i].addr, (uint32_t)i};
	view->places.n = view->fetched;
	qsort(view->places.items, view->places.n, sizeof(*view->places.items), by_addr);
}

/* Windows may overlap, so some that begin before the nearest are tried too. */
static const void *search_places(struct view *view, uint64_t addr, size_t len)
{
	size_t low = 0, high = view->places.n;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (view->places.items[mid].addr <= addr)
			low = mid + 1;
		else
			high = mid;
	}
	for (size_t k = 0; k < OVERLAPS_MAX && low > 0; k++) {
		size_t i = view->places.items[--low].window;
		const void *p = in_window(view, i, addr, len);

		if (p) {
			view->hint = i;
			return p;
		}
	}
	return NULL;
}

static const void *scan(struct view *view, size_t from, size_t to, uint64_t addr, size_t len)
{
	for (size_t i = from; i < to && i < view->fetched; i++) {
		const void *p = in_window(view, i, addr, len);

		if (p) {
			view->hint = i;
			return p;
		}
	}
	return NULL;
}

const void *view_peek(struct view *view, uint64_t addr, size_t len)
{
	const void *p = scan(view, view->hint, view->hint + 2, addr, len);

	if (p)
		return p;
	if (view->fetched <= FEW)
		return scan(view, 0, view->fetched, addr, len);
	if (view->places.n == 0)
		sort_places(view);
	p = search_places(view, addr, len);
	return p ? p : scan(view, view->fetched - FEW, view->fetched, addr, len);
}

const void *view_get(struct view *view, uint64_t addr, size_t len, size_t ahead)
{
	const void *p = view_peek(view, addr, len);
	int r;

	if (p)
		return p;
	view->misses++;
	if (!view_want(view, addr, len + ahead))
		return NULL;
	r = view_fetch(view);
	if (r == SCRAPE_EFAULT && ahead > 0 && view_want(view, addr, len))
		r = view_fetch(view); /* what lies ahead may end at the mapping's end */
	if (r < 0) {
		view->cut = SCRAPE_CUT_FAULT;
		return NULL;
	}
	view->hint = view->n - 1;
	return in_window(view, view->n - 1, addr, len);
}
