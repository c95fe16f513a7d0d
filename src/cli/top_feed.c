/* SPDX-License-Identifier: MIT */
/* top_feed: a sample stream becomes sums. The reader has checked all ids and cleaned all texts. */
#include "cli/top_feed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "profile/profile.h"
#include "scrape.h"
#include "stream/stream.h"

#define TEXT_BYTES_MAX (64u << 20)
#define NODE_UNSEEN 1 /* made first in each slice */
#define PERIOD_NS_OF_MAX 1000000ull

/* As much of a clean text as fits, cut between two characters. */
static void copy_text(char *ret, size_t size, const struct top_feed_text *text)
{
	size_t len = text->len;

	if (len >= size)
		for (len = size - 1; len > 0 && ((unsigned char)text->bytes[len] & 0xc0) == 0x80;)
			len--;
	memcpy(ret, text->bytes, len);
	ret[len] = '\0';
}

static int begin_slice(struct top_feed *f)
{
	uint32_t node;

	slice_clear(&f->slice, &f->rows, &f->actors);
	f->rows.list.n = 0;
	map_clear(&f->rows.by_key);
	trie_deinit(&f->trie);
	ids_unmeet(&f->ids);
	top_sum_clear(&f->sum);
	if (trie_init(&f->trie) < 0)
		return SCRAPE_ENOMEM;
	return trie_child(&f->trie, TRIE_ROOT, TOP_NAME_UNSEEN, &node);
}

int top_feed_init(struct top_feed *f, struct top_names *names, top_slice_fn take, void *ctx)
{
	*f = (struct top_feed){.names = names, .take = take, .ctx = ctx};
	return ids_begin(&f->ids) < 0 || begin_slice(f) < 0 ? SCRAPE_ENOMEM : 0;
}

void top_feed_deinit(struct top_feed *f)
{
	ids_deinit(&f->ids);
	VEC_DEINIT(&f->texts);
	arena_deinit(&f->arena);
	VEC_DEINIT(&f->targets);
	VEC_DEINIT(&f->threads);
	actors_deinit(&f->actors);
	trie_deinit(&f->trie);
	rows_deinit(&f->rows);
	slice_deinit(&f->slice);
	top_sum_deinit(&f->sum);
	VEC_DEINIT(&f->met);
}

/* Definitions. */

static void forget_texts(struct top_feed *f)
{
	f->texts.n = 0;
	arena_deinit(&f->arena);
	f->arena = (struct arena){0};
}

static int on_session(void *ctx, const struct stream_session *r)
{
	struct top_feed *f = ctx;
	int code = begin_slice(f); /* what another sampler left open is not counted */

	f->rate_mhz = r->rate_mhz;
	f->start_wall_us = r->start_wall_us;
	f->targets.n = f->threads.n = f->alive = 0;
	actors_deinit(&f->actors);
	f->actors = (struct actors){0};
	forget_texts(f);
	return code < 0 ? code : ids_begin(&f->ids);
}

static int on_reset(void *ctx)
{
	struct top_feed *f = ctx;

	forget_texts(f);
	return ids_reset(&f->ids);
}

static int on_string(void *ctx, const struct stream_string *r)
{
	struct top_feed *f = ctx;
	struct top_feed_text *text;
	char *copy;

	if (f->arena.bytes + r->len > TEXT_BYTES_MAX)
		return SCRAPE_ELIMIT;
	copy = arena_strndup(&f->arena, r->bytes, r->len);
	text = copy ? VEC_PUSH(&f->texts) : NULL;
	if (!text)
		return SCRAPE_ENOMEM;
	*text = (struct top_feed_text){copy, r->len};
	return 0;
}

static int on_frame(void *ctx, const struct stream_frame *r)
{
	struct top_feed *f = ctx;
	const struct top_feed_text *function = &f->texts.items[r->function], *file = &f->texts.items[r->file];
	struct frame frame = {
		.line = (uint32_t)r->line, .first_line = (uint32_t)r->first_line, .kind = (uint32_t)r->kind};
	uint32_t name;

	if (top_names_text(f->names, function->bytes, function->len, &frame.function) < 0 ||
	    top_names_text(f->names, file->bytes, file->len, &frame.file) < 0)
		return SCRAPE_ENOMEM;
	/* the short name lies in the text that is kept, which may have been cut */
	if (r->short_at < f->names->strings.list.items[frame.file].len &&
	    ((unsigned char)file->bytes[r->short_at] & 0xc0) != 0x80 && file->len <= TOP_TEXT_MAX)
		frame.short_at = (uint32_t)r->short_at;
	if (frame.kind != STREAM_FRAME_PYTHON)
		frame.line = frame.first_line = 0;
	if (top_names_add(f->names, &frame, &name) < 0)
		return SCRAPE_ENOMEM;
	return id_add(&f->ids.frames, name);
}

static int on_node(void *ctx, const struct stream_node *r)
{
	struct top_feed *f = ctx;

	return ids_add_node(&f->ids, (uint32_t)r->parent, (uint32_t)r->frame);
}

static int on_target(void *ctx, const struct stream_target *r)
{
	struct top_feed *f = ctx;
	const struct top_feed_text *service = &f->texts.items[r->service], *command = &f->texts.items[r->command];
	struct top_feed_target *target = VEC_PUSH(&f->targets);

	if (!target)
		return SCRAPE_ENOMEM;
	target->pid = (uint32_t)r->pid;
	copy_text(target->name, sizeof(target->name), service->len ? service : command);
	copy_text(target->runtime, sizeof(target->runtime), &f->texts.items[r->runtime]);
	f->alive++;
	return 0;
}

static int on_gone(void *ctx, const struct stream_gone *r)
{
	struct top_feed *f = ctx;
	struct top_feed_target *target = &f->targets.items[r->target];

	f->alive -= !target->gone;
	target->gone = true;
	return 0;
}

static int on_thread(void *ctx, const struct stream_thread *r)
{
	struct top_feed *f = ctx;
	uint32_t number;
	int code = actors_thread(&f->actors, (uint32_t)r->target, (uint32_t)r->tid, 0, &number);

	while (code == 0 && f->threads.n <= number)
		if (!VEC_PUSH(&f->threads))
			return SCRAPE_ENOMEM;
	if (code < 0)
		return code;
	f->threads.items[number].target = (uint32_t)r->target;
	f->threads.items[number].tid = (uint32_t)r->tid;
	copy_text(f->threads.items[number].name, sizeof(f->threads.items[number].name), &f->texts.items[r->name]);
	if (r->id < f->ids.threads.n)
		f->ids.threads.items[r->id] = number; /* another name, or another thread in the place of a dead one */
	else
		code = id_add(&f->ids.threads, number);
	return code;
}

/* Looks. */

/* Where a look found the thread: what stands innermost. */
static uint32_t leaf_of(const struct top_feed *f, uint32_t node, uint32_t flags)
{
	if (flags & SCRAPE_IN_GC)
		return TOP_NAME_GC;
	if (node != TRIE_ROOT)
		return f->trie.nodes.items[node].label;
	return flags & SCRAPE_TRUNCATED ? TOP_NAME_TRUNCATED : TOP_NAME_UNKNOWN;
}

static int on_sample(void *ctx, const struct stream_sample *r)
{
	struct top_feed *f = ctx;
	uint64_t looks = slice_sum(f->sum.looks, r->looks) - f->sum.looks;
	uint32_t flags = r->flags & SCRAPE_FLAGS_ALL, number = f->ids.threads.items[r->thread], node = 0, row = 0;
	struct top_feed_thread *thread = &f->threads.items[number];
	struct tally *tally;
	int code;

	if (looks == 0)
		return 0;
	code = ids_meet(&f->ids, &f->trie, r->node, &node);
	if (code == 0)
		code = rows_find(&f->rows, number, node, flags, &row);
	tally = code == 0 ? slice_tally(&f->slice, &f->actors, number) : NULL;
	if (!tally)
		return code < 0 ? code : SCRAPE_ENOMEM;
	f->sum.looks += looks;
	if (r->last_us >= thread->seen_us) {
		thread->seen_us = r->last_us;
		thread->flags = flags;
		thread->leaf = leaf_of(f, node, flags);
	}
	return slice_look(&f->slice, &f->rows, row, tally, looks);
}

static int on_slice_thread(void *ctx, const struct stream_slice_thread *r)
{
	struct top_feed *f = ctx;
	struct tally *tally = slice_tally(&f->slice, &f->actors, f->ids.threads.items[r->thread]);

	if (!tally)
		return SCRAPE_ENOMEM;
	tally->measured = true;
	tally->cpu_ns = slice_sum(tally->cpu_ns, r->cpu_ns);
	tally->wall_ns = slice_sum(tally->wall_ns, r->wall_ns);
	return 0;
}

static int on_loss(void *ctx, const struct stream_loss *r)
{
	struct top_feed *f = ctx;

	f->sum.lost[r->reason] = slice_sum(f->sum.lost[r->reason], r->count);
	return 0;
}

/* The end of a slice. */

static void count(uint64_t sums[TOP_MODES], const struct row *row)
{
	sums[PROFILE_CPU] += row->cpu_ns;
	sums[PROFILE_WALL] += row->wall_ns;
	if (row->flags & SCRAPE_HAS_GIL)
		sums[PROFILE_GIL] += row->wall_ns;
}

/* A name on the stack of a row; only the first time there does it count. */
static int count_name(struct top_feed *f, const struct row *row, enum top_merge merge, uint32_t name, bool self)
{
	struct top_item *item;

	if (merge == TOP_FUNCTIONS)
		name = top_names_function_of(f->names, name);
	while (f->met.n <= name)
		if (id_add(&f->met, 0) < 0)
			return SCRAPE_ENOMEM;
	if (f->met.items[name] == f->stack)
		return 0;
	f->met.items[name] = f->stack;
	item = top_sum_item(&f->sum, merge, name);
	if (!item)
		return SCRAPE_ENOMEM;
	count(item->total_ns, row);
	if (self)
		count(item->self_ns, row);
	return 0;
}

static int count_stack(struct top_feed *f, const struct row *row, enum top_merge merge)
{
	uint32_t leaf = leaf_of(f, row->node, row->flags);
	int code;

	if (++f->stack == 0) { /* after four thousand million stacks */
		memset(f->met.items, 0, f->met.n * sizeof(*f->met.items));
		f->stack = 1;
	}
	code = count_name(f, row, merge, leaf, true);
	for (uint32_t node = row->node; code == 0 && node != TRIE_ROOT; node = f->trie.nodes.items[node].parent)
		code = count_name(f, row, merge, f->trie.nodes.items[node].label, false);
	if (code == 0 && row->flags & SCRAPE_TRUNCATED)
		code = count_name(f, row, merge, TOP_NAME_TRUNCATED, false);
	return code;
}

static int count_row(struct top_feed *f, const struct row *row)
{
	const struct top_feed_thread *thread = &f->threads.items[row->thread];
	const struct top_feed_target *target = &f->targets.items[thread->target];
	struct top_thread *of = top_sum_thread(&f->sum, target->pid, thread->tid);
	int code = 0;

	if (!of)
		return SCRAPE_ENOMEM;
	(void)snprintf(of->name, sizeof(of->name), "%s", thread->name);          /* as long */
	(void)snprintf(of->process, sizeof(of->process), "%s", target->name); /* as long */
	of->flags = thread->flags;
	of->leaf = thread->leaf;
	of->until_us = f->sum.until_us;
	count(of->ns, row);
	count(f->sum.ns, row);
	for (int merge = 0; merge < TOP_MERGES && code == 0; merge++)
		code = count_stack(f, row, (enum top_merge)merge);
	return code;
}

static uint64_t period_ns(const struct top_feed *f)
{
	return f->rate_mhz ? 1000000000000ull / f->rate_mhz : PERIOD_NS_OF_MAX;
}

static int on_slice_end(void *ctx, const struct stream_slice_end *r)
{
	struct top_feed *f = ctx;
	struct times sum = {0};
	struct row_list scaled = {0};
	int code = slice_scale(&f->slice, &f->rows, period_ns(f), NODE_UNSEEN, &sum, &scaled);

	f->sum.until_us = r->until_us;
	f->sum.duration_us = r->until_us > r->from_us ? r->until_us - r->from_us : 0;
	f->sum.ticks = r->ticks;
	f->sum.late = r->late;
	f->sum.cost_ns = r->cost_ns;
	f->sum.stopped_ns = r->stopped_ns;
	VEC_EACH (row, &scaled)
		if (code == 0)
			code = count_row(f, row);
	VEC_DEINIT(&scaled);
	if (code == 0)
		code = f->take(f->ctx, &f->sum);
	return code < 0 ? code : begin_slice(f);
}

const struct stream_sink top_feed_sink = {
	.session = on_session,
	.string = on_string,
	.frame = on_frame,
	.node = on_node,
	.target = on_target,
	.thread = on_thread,
	.sample = on_sample,
	.slice_thread = on_slice_thread,
	.slice_end = on_slice_end,
	.loss = on_loss,
	.gone = on_gone,
	.reset = on_reset,
};
