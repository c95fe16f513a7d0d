/* SPDX-License-Identifier: MIT */
/* history: its life, its slots and its limit. */
#include "profile/history.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/clock.h"
#include "profile/history_state.h"

#define BYTES_DEFAULT (64ull << 20)
#define BYTES_MIN (256ull << 10) /* less cannot hold even one block of each table */
#define BYTES_MAX (2ull << 30)   /* numbers of nodes and strings fit into 32 bits */
#define KEEP_US_DEFAULT (3600ull * 1000000)
#define SLICE_US_DEFAULT (SCRAPE_SLICE_SECONDS * 1000000ull)

#define LATE_SLOTS 3   /* so many slots a feed is waited for */
#define GAP_SLOTS 6    /* more slots without any word are a gap: nobody was there to look */
#define PENDING_MAX 16 /* slots that are open at a time: clocks of feeds may differ */

struct history *history_new(const struct history_config *config)
{
	struct history *h = calloc(1, sizeof(*h));
	uint64_t seed = 0;
	uint32_t unseen;

	if (!h)
		return NULL;
	if (getrandom(&seed, sizeof(seed), GRND_NONBLOCK) < 0)
		seed = clock_mono_ns(); /* at boot: better than nothing */
	h->names.strings.seed = h->names.frames.seed = h->names.actors.seed = seed;
	h->host = config->host ? config->host : "";
	h->max_bytes = config->max_bytes ? config->max_bytes : BYTES_DEFAULT;
	if (h->max_bytes < BYTES_MIN)
		h->max_bytes = BYTES_MIN;
	if (h->max_bytes > BYTES_MAX)
		h->max_bytes = BYTES_MAX;
	h->slice_us = config->slice_us ? config->slice_us : SLICE_US_DEFAULT;
	h->origin_us = config->origin_us;
	h->grain_us = config->grain_us ? config->grain_us : h->slice_us;
	h->keep_us = config->keep_us ? config->keep_us : KEEP_US_DEFAULT;
	if (profile_make_markers(&h->names.strings, &h->names.frames, &h->names.trie) < 0 ||
	    history_stack(&h->stacks, &h->stack_of, STATE_NODE_UNSEEN, &unseen) < 0) {
		history_free(h);
		return NULL;
	}
	return h;
}

void history_free(struct history *h)
{
	if (!h)
		return;
	history_drop(h, h->slices.n);
	VEC_DEINIT(&h->slices);
	VEC_EACH (pending, &h->pending)
		history_pending_deinit(pending);
	VEC_DEINIT(&h->pending);
	VEC_EACH (feed, &h->feeds) {
		history_feed_deinit(*feed);
		free(*feed);
	}
	VEC_DEINIT(&h->feeds);
	VEC_DEINIT(&h->gone);
	VEC_DEINIT(&h->hosts);
	VEC_DEINIT(&h->stacks);
	VEC_DEINIT(&h->stack_of);
	strings_deinit(&h->names.strings);
	frames_deinit(&h->names.frames);
	trie_deinit(&h->names.trie);
	actors_deinit(&h->names.actors);
	free(h);
}

uint64_t history_slice_us(const struct history *h)
{
	return h->slice_us;
}

int history_stack(struct id_list *stacks, struct id_list *stack_of, uint32_t node, uint32_t *ret)
{
	while (stack_of->n <= node)
		if (id_add(stack_of, 0) < 0)
			return SCRAPE_ENOMEM;
	if (!stack_of->items[node]) {
		if (id_add(stacks, node) < 0)
			return SCRAPE_ENOMEM;
		stack_of->items[node] = (uint32_t)stacks->n;
	}
	*ret = stack_of->items[node] - 1;
	return 0;
}

size_t history_bytes(const struct history *h)
{
	size_t n = sizeof(*h) + profile_bytes(&h->names) + h->packed + h->gone.cap +
		   (h->stacks.cap + h->stack_of.cap) * sizeof(uint32_t) + h->slices.cap * sizeof(struct history_slice) +
		   h->pending.cap * sizeof(struct history_pending);

	VEC_EACH (feed, &h->feeds)
		n += history_feed_bytes(*feed);
	return n;
}

void history_pending_deinit(struct history_pending *pending)
{
	for (size_t i = 0; i < SECTIONS; i++)
		buf_deinit(&pending->sections[i]);
}

static struct history_pending *find_pending(struct history *h, uint64_t slot_us)
{
	VEC_EACH (pending, &h->pending)
		if (pending->slice.slot_us == slot_us)
			return pending;
	return NULL;
}

static struct history_pending *first_pending(struct history *h)
{
	struct history_pending *first = NULL;

	VEC_EACH (pending, &h->pending)
		if (!first || pending->slice.slot_us < first->slice.slot_us)
			first = pending;
	return first;
}

static void remove_pending(struct history *h, struct history_pending *pending)
{
	*pending = h->pending.items[--h->pending.n];
}

struct history_pending *history_pending(struct history *h, uint64_t slot_us)
{
	struct history_pending *pending = find_pending(h, slot_us);

	if (pending)
		return pending;
	while (h->pending.n >= PENDING_MAX) {
		pending = first_pending(h);
		if (history_close(h, pending, h->next_seq) < 0)
			return NULL;
		remove_pending(h, pending);
	}
	pending = VEC_PUSH(&h->pending);
	if (pending)
		pending->slice.slot_us = slot_us;
	return pending;
}

/* Of feeds that looked side by side the ticks are those of one: ticks by time are then the rate that was reached. */
static void settle_ticks(struct history_slice *slice, uint64_t feed_us)
{
	uint64_t covered = slice->until_us - slice->from_us;

	if (feed_us <= covered)
		return;
	slice->ticks = (uint64_t)((unsigned __int128)slice->ticks * covered / feed_us);
	slice->late = (uint64_t)((unsigned __int128)slice->late * covered / feed_us);
}

int history_close(struct history *h, struct history_pending *pending, uint64_t seq)
{
	struct history_slice *slice = &pending->slice;
	size_t n = history_pending_bytes(pending);
	struct buf all = BUF_INIT;

	slice->bytes = calloc(1, n + PACK_SLACK);
	if (!slice->bytes)
		return SCRAPE_ENOMEM;
	if (!VEC_RESERVE(&h->slices, h->slices.n + 1)) {
		free(slice->bytes);
		slice->bytes = NULL;
		return SCRAPE_ENOMEM;
	}
	all = (struct buf){.data = (char *)slice->bytes, .cap = n}; /* filled, never grown */
	for (size_t i = 0; i < SECTIONS; i++) {
		buf_add(&all, pending->sections[i].data, pending->sections[i].len);
		slice->n_bytes[i] = pending->sections[i].len;
	}
	slice->seq = seq;
	if (slice->present_us == 0)
		slice->present_us = h->slice_us;
	if (slice->until_us == 0) {
		slice->from_us = slice->slot_us;
		slice->until_us = slice->slot_us + h->slice_us;
	}
	settle_ticks(slice, pending->feed_us);
	*VEC_PUSH(&h->slices) = *slice;
	history_pending_deinit(pending);
	h->next_seq = seq + 1;
	return 0;
}

void history_disown(struct history *h, struct history_pending *pending)
{
	h->packed -= history_pending_bytes(pending);
	h->sum.cpu_ns -= pending->slice.cpu_ns;
	h->sum.wall_ns -= pending->slice.wall_ns;
	h->looks -= pending->slice.looks;
	history_pending_deinit(pending);
}

void history_drop(struct history *h, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct history_slice *slice = &h->slices.items[i];

		h->packed -= history_slice_bytes(slice);
		h->sum.cpu_ns -= slice->cpu_ns;
		h->sum.wall_ns -= slice->wall_ns;
		h->looks -= slice->looks;
		free(slice->bytes);
	}
	h->slices.n -= n;
	if (h->slices.n > 0)
		memmove(h->slices.items, h->slices.items + n, h->slices.n * sizeof(*h->slices.items));
	h->stale += n;
}

/* Closes the slot at the watermark, which may be empty. */
static int close_next(struct history *h)
{
	struct history_pending empty = {.slice.slot_us = h->next_us}, *pending = find_pending(h, h->next_us);
	int code = history_close(h, pending ? pending : &empty, h->next_seq);

	if (code < 0)
		return code;
	if (pending)
		remove_pending(h, pending);
	h->next_us += h->slice_us;
	return 0;
}

/* The slot before which all feeds in session have told everything; 0 without any. */
static uint64_t told_until(const struct history *h)
{
	uint64_t least = 0;

	VEC_EACH (feed, &h->feeds)
		if ((*feed)->in_session && !(*feed)->imports && (!least || (*feed)->delivered_us < least))
			least = (*feed)->delivered_us;
	return least;
}

/* Nobody has a word to say about many slots before `until`: they are a gap. */
static void skip_gap(struct history *h, uint64_t until_us)
{
	const struct history_pending *pending = first_pending(h);

	if (pending && pending->slice.slot_us < until_us)
		until_us = pending->slice.slot_us;
	if (until_us > h->next_us && (until_us - h->next_us) / h->slice_us > GAP_SLOTS)
		h->next_us = until_us;
}

void history_watch(struct history *h, uint64_t slot_us)
{
	if (!h->watched && slot_us > h->next_us)
		h->next_us = slot_us;
	h->watched = true;
}

int history_advance(struct history *h)
{
	uint64_t until_us = told_until(h);
	int code = 0;

	while (code == 0 && h->next_us < until_us) {
		skip_gap(h, until_us);
		if (h->next_us < until_us)
			code = close_next(h);
	}
	return code;
}

/* Closes what is open, wherever its place is: the clock has left it behind. */
static int close_all_pending(struct history *h)
{
	struct history_pending *pending;

	while ((pending = first_pending(h))) {
		int code = history_close(h, pending, h->next_seq);

		if (code < 0)
			return code;
		remove_pending(h, pending);
	}
	return 0;
}

int history_finish(struct history *h)
{
	uint64_t until_us = h->next_us;
	int code;

	VEC_EACH (pending, &h->pending)
		if (pending->slice.slot_us + h->slice_us > until_us)
			until_us = pending->slice.slot_us + h->slice_us;
	code = close_all_pending(h);
	h->next_us = until_us;
	return code;
}

/* Closes the slots that have ended by now. */
static int follow_clock(struct history *h, uint64_t now_us)
{
	uint64_t slot_us = history_slot(h, now_us);
	int code = 0;

	history_watch(h, slot_us);
	if (now_us + h->slice_us < h->next_us) { /* the clock was put back */
		code = close_all_pending(h);
		if (code == 0)
			h->next_us = slot_us;
		return code;
	}
	skip_gap(h, slot_us);
	while (code == 0 && h->next_us < slot_us) {
		uint64_t told = told_until(h);

		if (told && told <= h->next_us && h->next_us + (1 + LATE_SLOTS) * h->slice_us > now_us)
			break;
		code = close_next(h);
	}
	return code;
}

void history_tick(struct history *h, uint64_t now_us)
{
	size_t n = 0, most = h->keep_us / h->slice_us * 2 + PENDING_MAX; /* late slices are slices too */

	if (now_us > SLICE_SUM_MAX)
		return;
	(void)follow_clock(h, now_us); /* without memory: at the next tick */
	if (most > HISTORY_SLICES_MAX)
		most = HISTORY_SLICES_MAX;
	while (n < h->slices.n &&
	       (h->slices.items[n].slot_us + h->slice_us + h->keep_us <= now_us || h->slices.n - n > most))
		n++;
	history_drop(h, n);
	if (h->stale * 4 > h->slices.n)
		(void)history_compact(h); /* without memory: at the next tick */
}

void history_stats(const struct history *h, struct history_stats *ret)
{
	*ret = h->totals;
	ret->bytes = history_bytes(h);
	ret->slices = h->slices.n;
	ret->targets = h->names.actors.processes.n;
	ret->next_seq = h->next_seq;
	ret->watermark_us = h->next_us;
	ret->oldest_us = h->slices.n > 0 ? h->slices.items[0].slot_us : h->next_us;
}
