/* SPDX-License-Identifier: MIT */
/* dump: keeps what one look found. */
#include "daemon/dump.h"

#include <stdlib.h>
#include <string.h>

#include "scrape.h"

void dump_deinit(struct dump *dump)
{
	for (size_t i = 0; i < dump->threads.n; i++)
		VEC_DEINIT(&dump->threads.items[i].locals);
	VEC_DEINIT(&dump->threads);
	VEC_DEINIT(&dump->targets);
	VEC_DEINIT(&dump->nodes);
	VEC_DEINIT(&dump->frames);
	VEC_DEINIT(&dump->strings);
	arena_deinit(&dump->arena);
}

static int take_string(void *ctx, const struct stream_string *r)
{
	struct dump *dump = ctx;
	const char **place = VEC_PUSH(&dump->strings);

	if (!place)
		return SCRAPE_ENOMEM;
	*place = arena_strndup(&dump->arena, r->bytes, r->len);
	return *place ? 0 : SCRAPE_ENOMEM;
}

static int take_frame(void *ctx, const struct stream_frame *r)
{
	struct dump *dump = ctx;
	struct dump_frame *frame = VEC_PUSH(&dump->frames);

	if (!frame)
		return SCRAPE_ENOMEM;
	*frame = (struct dump_frame){.function = dump->strings.items[r->function],
				     .file = dump->strings.items[r->file],
				     .module = r->module ? dump->strings.items[r->module - 1] : "",
				     .short_at = (uint32_t)r->short_at,
				     .line = (uint32_t)r->line,
				     .kind = (unsigned)r->kind};
	if (frame->short_at > strlen(frame->file))
		frame->short_at = 0;
	return 0;
}

static int take_node(void *ctx, const struct stream_node *r)
{
	struct dump *dump = ctx;
	struct dump_node *node;

	while (dump->nodes.n <= r->id) { /* the root is never defined */
		node = VEC_PUSH(&dump->nodes);
		if (!node)
			return SCRAPE_ENOMEM;
	}
	dump->nodes.items[r->id] = (struct dump_node){(uint32_t)r->parent, (uint32_t)r->frame};
	return 0;
}

static int take_target(void *ctx, const struct stream_target *r)
{
	struct dump *dump = ctx;
	struct dump_target *target = VEC_PUSH(&dump->targets);

	if (!target)
		return SCRAPE_ENOMEM;
	*target = (struct dump_target){.pid = r->pid,
				       .command = dump->strings.items[r->command],
				       .service = dump->strings.items[r->service],
				       .runtime = dump->strings.items[r->runtime]};
	return 0;
}

static int take_thread(void *ctx, const struct stream_thread *r)
{
	struct dump *dump = ctx;
	struct dump_thread *thread;

	while (dump->threads.n <= r->id) {
		thread = VEC_PUSH(&dump->threads);
		if (!thread)
			return SCRAPE_ENOMEM;
	}
	thread = &dump->threads.items[r->id];
	thread->target = (uint32_t)r->target;
	thread->tid = r->tid;
	thread->name = dump->strings.items[r->name];
	return 0;
}

static int take_sample(void *ctx, const struct stream_sample *r)
{
	struct dump *dump = ctx;
	struct dump_thread *thread = &dump->threads.items[r->thread];

	thread->node = (uint32_t)r->node;
	thread->flags = r->flags;
	thread->seen = true;
	return 0;
}

static int take_local(void *ctx, const struct stream_local *r)
{
	struct dump *dump = ctx;
	struct dump_local *local = VEC_PUSH(&dump->threads.items[r->thread].locals);

	if (!local)
		return SCRAPE_ENOMEM;
	*local = (struct dump_local){.depth = (uint32_t)r->depth,
				     .argument = r->argument != 0,
				     .name = dump->strings.items[r->name],
				     .text = dump->strings.items[r->text]};
	return 0;
}

static int take_loss(void *ctx, const struct stream_loss *r)
{
	struct dump *dump = ctx;

	dump->targets.items[r->target].lost += r->count;
	return 0;
}

const struct stream_sink dump_sink = {
	.string = take_string,
	.frame = take_frame,
	.node = take_node,
	.target = take_target,
	.thread = take_thread,
	.sample = take_sample,
	.local = take_local,
	.loss = take_loss,
};

static int by_age(const void *a, const void *b)
{
	const struct dump_thread *x = a, *y = b;

	if (x->target != y->target)
		return x->target < y->target ? -1 : 1;
	return x->tid < y->tid ? -1 : x->tid > y->tid;
}

void dump_sort(struct dump *dump)
{
	if (dump->threads.n > 0)
		qsort(dump->threads.items, dump->threads.n, sizeof(*dump->threads.items), by_age);
}
