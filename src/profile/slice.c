/* SPDX-License-Identifier: MIT */
/* slice: the open slice and its scaling. */
#include "profile/slice.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "profile/actors.h"
#include "scrape.h"

void slice_deinit(struct slice *slice)
{
	VEC_DEINIT(&slice->tallies);
	VEC_DEINIT(&slice->rows);
}

size_t slice_bytes(const struct slice *slice)
{
	return slice->tallies.cap * sizeof(struct tally) + slice->rows.cap * sizeof(struct slice_row);
}

struct tally *slice_tally(struct slice *slice, struct actors *actors, uint32_t thread)
{
	uint32_t *number = &actors->threads.items[thread].tally;
	struct tally *tally;

	if (*number)
		return &slice->tallies.items[*number - 1];
	tally = VEC_PUSH(&slice->tallies);
	if (!tally)
		return NULL;
	tally->thread = thread;
	*number = (uint32_t)slice->tallies.n;
	return tally;
}

int slice_look(struct slice *slice, struct rows *rows, uint32_t row, struct tally *tally, uint64_t looks)
{
	struct row *r = &rows->list.items[row];

	if (r->open == 0) {
		struct slice_row *open = VEC_PUSH(&slice->rows);

		if (!open)
			return SCRAPE_ENOMEM;
		open->row = row;
		open->tally = (uint32_t)(tally - slice->tallies.items);
	}
	r->open += looks;
	tally->looks += looks;
	if (r->flags & SCRAPE_ON_CPU)
		tally->running += looks;
	return 0;
}

uint64_t slice_sum(uint64_t a, uint64_t b)
{
	return b > SLICE_SUM_MAX - a ? SLICE_SUM_MAX : a + b;
}

static uint64_t cut(unsigned __int128 want, uint64_t *sum)
{
	uint64_t have = want > SLICE_SUM_MAX - *sum ? SLICE_SUM_MAX - *sum : (uint64_t)want;

	*sum += have;
	return have;
}

struct times slice_times(const struct tally *tally, uint64_t period_ns, struct times *sum)
{
	unsigned __int128 cpu = tally->cpu_ns, wall = tally->wall_ns;

	if (!tally->measured) {
		cpu = (unsigned __int128)tally->running * period_ns;
		wall = (unsigned __int128)tally->looks * period_ns;
	}
	return (struct times){.cpu_ns = cut(cpu, &sum->cpu_ns), .wall_ns = cut(wall, &sum->wall_ns)};
}

/* How far the times of one tally have been shared out. */
struct sharing {
	struct times all, given;
	uint64_t looks, running;
};

static int scale_row(const struct row *row, const struct tally *tally, struct sharing *sharing, struct row_list *ret)
{
	struct row *scaled = VEC_PUSH(ret);

	if (!scaled)
		return SCRAPE_ENOMEM;
	*scaled = (struct row){.thread = row->thread, .node = row->node, .flags = row->flags, .looks = row->open};
	sharing->looks += row->open;
	scaled->wall_ns = slice_share(sharing->all.wall_ns, sharing->looks, tally->looks, &sharing->given.wall_ns);
	if (row->flags & SCRAPE_ON_CPU) {
		sharing->running += row->open;
		scaled->cpu_ns =
			slice_share(sharing->all.cpu_ns, sharing->running, tally->running, &sharing->given.cpu_ns);
	}
	return 0;
}

static int add_unseen(uint32_t thread, uint32_t node, const struct sharing *sharing, struct row_list *ret)
{
	uint64_t cpu_ns = sharing->all.cpu_ns - sharing->given.cpu_ns;
	uint64_t wall_ns = sharing->all.wall_ns - sharing->given.wall_ns;
	struct row *unseen;

	if (cpu_ns == 0 && wall_ns == 0)
		return 0;
	unseen = VEC_PUSH(ret);
	if (!unseen)
		return SCRAPE_ENOMEM;
	*unseen = (struct row){.thread = thread, .node = node, .cpu_ns = cpu_ns, .wall_ns = wall_ns};
	return 0;
}

int slice_scale(const struct slice *slice, const struct rows *rows, uint64_t period_ns, uint32_t unseen_node,
		struct times *sum, struct row_list *ret)
{
	_cleanup_free_ struct sharing *sharing = calloc(slice->tallies.n + 1, sizeof(*sharing));

	if (!sharing)
		return SCRAPE_ENOMEM;
	for (size_t i = 0; i < slice->tallies.n; i++)
		sharing[i].all = slice_times(&slice->tallies.items[i], period_ns, sum);
	VEC_EACH (open, &slice->rows) {
		int code = scale_row(&rows->list.items[open->row], &slice->tallies.items[open->tally],
				     &sharing[open->tally], ret);

		if (code < 0)
			return code;
	}
	for (size_t i = 0; i < slice->tallies.n; i++)
		if (add_unseen(slice->tallies.items[i].thread, unseen_node, &sharing[i], ret) < 0)
			return SCRAPE_ENOMEM;
	return 0;
}

void slice_clear(struct slice *slice, struct rows *rows, struct actors *actors)
{
	VEC_EACH (open, &slice->rows)
		rows->list.items[open->row].open = 0;
	VEC_EACH (tally, &slice->tallies)
		actors->threads.items[tally->thread].tally = 0;
	slice->rows.n = slice->tallies.n = 0;
	slice->first_us = slice->last_us = 0;
}
