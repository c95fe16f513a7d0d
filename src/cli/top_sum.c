/* SPDX-License-Identifier: MIT */
/* top_sum: what was found in some span of time. */
#include "cli/top_sum.h"

#include <stdlib.h>
#include <string.h>

void top_sum_deinit(struct top_sum *sum)
{
	for (int merge = 0; merge < TOP_MERGES; merge++) {
		VEC_DEINIT(&sum->items[merge].list);
		map_deinit(&sum->items[merge].by_name);
	}
	VEC_DEINIT(&sum->threads);
	map_deinit(&sum->by_thread);
	*sum = (struct top_sum){0};
}

void top_sum_clear(struct top_sum *sum)
{
	struct top_sum empty = {0};

	for (int merge = 0; merge < TOP_MERGES; merge++) {
		empty.items[merge] = sum->items[merge];
		empty.items[merge].list.n = 0;
		map_clear(&empty.items[merge].by_name);
	}
	empty.threads = sum->threads;
	empty.threads.n = 0;
	empty.by_thread = sum->by_thread;
	map_clear(&empty.by_thread);
	*sum = empty;
}

struct top_item *top_sum_item(struct top_sum *sum, enum top_merge merge, uint32_t name)
{
	struct top_items *items = &sum->items[merge];
	struct top_item *item;
	uint32_t number;

	if (map_get(&items->by_name, name, &number))
		return &items->list.items[number];
	if (!VEC_RESERVE(&items->list, items->list.n + 1) ||
	    map_put(&items->by_name, name, (uint32_t)items->list.n) < 0)
		return NULL;
	item = VEC_PUSH(&items->list);
	item->name = name;
	return item;
}

struct top_thread *top_sum_thread(struct top_sum *sum, uint32_t pid, uint32_t tid)
{
	uint64_t key = (uint64_t)pid << 32 | tid;
	struct top_thread *thread;
	uint32_t number;

	if (map_get(&sum->by_thread, key, &number))
		return &sum->threads.items[number];
	if (!VEC_RESERVE(&sum->threads, sum->threads.n + 1) ||
	    map_put(&sum->by_thread, key, (uint32_t)sum->threads.n) < 0)
		return NULL;
	thread = VEC_PUSH(&sum->threads);
	thread->pid = pid;
	thread->tid = tid;
	return thread;
}

static int add_items(struct top_sum *sum, enum top_merge merge, const struct top_items *more)
{
	VEC_EACH (from, &more->list) {
		struct top_item *item = top_sum_item(sum, merge, from->name);

		if (!item)
			return SCRAPE_ENOMEM;
		for (int mode = 0; mode < TOP_MODES; mode++) {
			item->self_ns[mode] += from->self_ns[mode];
			item->total_ns[mode] += from->total_ns[mode];
		}
	}
	return 0;
}

static int add_threads(struct top_sum *sum, const struct top_sum *more)
{
	VEC_EACH (from, &more->threads) {
		struct top_thread *thread = top_sum_thread(sum, from->pid, from->tid);
		uint64_t before[TOP_MODES];

		if (!thread)
			return SCRAPE_ENOMEM;
		memcpy(before, thread->ns, sizeof(before));
		*thread = *from; /* what it does is what it did last */
		for (int mode = 0; mode < TOP_MODES; mode++)
			thread->ns[mode] += before[mode];
	}
	return 0;
}

int top_sum_add(struct top_sum *sum, const struct top_sum *more)
{
	for (int merge = 0; merge < TOP_MERGES; merge++)
		if (add_items(sum, (enum top_merge)merge, &more->items[merge]) < 0)
			return SCRAPE_ENOMEM;
	if (add_threads(sum, more) < 0)
		return SCRAPE_ENOMEM;
	for (int mode = 0; mode < TOP_MODES; mode++)
		sum->ns[mode] += more->ns[mode];
	for (int reason = 0; reason < SCRAPE_LOSS_COUNT; reason++)
		sum->lost[reason] += more->lost[reason];
	sum->duration_us += more->duration_us;
	sum->until_us = more->until_us;
	sum->looks += more->looks;
	sum->ticks += more->ticks;
	sum->late += more->late;
	sum->cost_ns += more->cost_ns;
	sum->stopped_ns += more->stopped_ns;
	return 0;
}

void top_sum_drop_threads(struct top_sum *sum, uint64_t before_us)
{
	size_t kept = 0;

	map_clear(&sum->by_thread);
	VEC_EACH (thread, &sum->threads) {
		if (thread->until_us < before_us)
			continue;
		/* fewer than there were: this needs no memory */
		(void)map_put(&sum->by_thread, (uint64_t)thread->pid << 32 | thread->tid, (uint32_t)kept);
		sum->threads.items[kept++] = *thread;
	}
	sum->threads.n = kept;
}
