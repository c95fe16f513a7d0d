/* SPDX-License-Identifier: MIT */
/* once: one look at every thread. Locals are read while the thread stands still and kept aside until the look is shown
 * to be of one instant. */
#include "daemon/once.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/map.h"
#include "base/vec.h"
#include "python/locals.h"
#include "python/value.h"
#include "sample/look.h"
#include "sample/merge.h"
#include "sample/pytarget.h"
#include "sample/pythread.h"
#include "scrape.h"
#include "stream/recorder.h"

struct kept_local {
	const struct pythread *thread;
	uint32_t depth;
	bool argument;
	const char *name, *text;
};

struct once {
	struct value_reader reader;
	VEC(struct kept_local) locals;
	struct arena texts;
	/* of the frame being read */
	const struct pythread *thread;
	uint32_t depth;
};

static int keep_local(void *ctx, const struct local *local)
{
	struct once *once = ctx;
	struct kept_local *kept = VEC_PUSH(&once->locals);

	if (!kept)
		return SCRAPE_ENOMEM;
	*kept = (struct kept_local){.thread = once->thread,
				    .depth = once->depth,
				    .argument = local->is_argument,
				    .name = arena_strndup(&once->texts, local->name, strlen(local->name)),
				    .text = arena_strndup(&once->texts, local->text, strlen(local->text))};
	return kept->name && kept->text ? 0 : SCRAPE_ENOMEM;
}

static void forget(struct once *once, const struct pythread *thread)
{
	size_t kept = 0;

	for (size_t i = 0; i < once->locals.n; i++)
		if (once->locals.items[i].thread != thread)
			once->locals.items[kept++] = once->locals.items[i];
	once->locals.n = kept;
}

static void read_locals(void *ctx, struct pytarget *target, struct pythread *thread)
{
	struct once *once = ctx;

	(void)target;
	forget(once, thread);
	once->thread = thread;
	once->depth = 0;
	for (size_t i = 0; i < thread->stack.frames.n && !value_reader_spent(&once->reader); i++) {
		const struct pyframe *frame = &thread->stack.frames.items[i];

		if (frame->index & MERGE_NATIVE)
			continue;
		(void)locals_each(&once->reader, frame->addr, frame->code, keep_local, once); /* what came is shown */
		once->depth++;
	}
}

static void tell_locals(struct once *once, struct recorder *rec, const struct pythread *thread)
{
	for (size_t i = 0; i < once->locals.n; i++) {
		const struct kept_local *kept = &once->locals.items[i];

		if (kept->thread == thread)
			recorder_local(rec, thread, kept->depth, kept->argument, kept->name, kept->text);
	}
	forget(once, thread);
}

void once_look(struct pytarget *target, struct looker *looker, struct recorder *rec, bool locals)
{
	const struct timespec pause = {.tv_nsec = NSEC_PER_MSEC};
	struct once once = {0};
	struct look look = {0};
	struct map seen = {0};

	looker->while_still = locals ? read_locals : NULL;
	looker->ctx = &once;
	for (uint64_t tick = 1; tick <= ONCE_TRIES && (tick == 1 || seen.used < target->threads.n); tick++) {
		value_reader_init(&once.reader, &target->live.mem, &target->runtime.off, VALUE_READS_MAX);
		if (look_tick(target, looker, tick, &look) < 0)
			break;
		if (tick < ONCE_TRIES) /* another try comes */
			memset(look.lost, 0, sizeof(look.lost));
		recorder_look(rec, target, &look, clock_mono_ns());
		VEC_EACH(stack, &look.stacks)
		{
			(void)map_put(&seen, (uint64_t)stack->thread->tid, 1); /* or it is looked at once more */
			tell_locals(&once, rec, stack->thread);
		}
		(void)nanosleep(&pause, NULL);
	}
	looker->while_still = NULL;
	look_deinit(&look);
	map_deinit(&seen);
	VEC_DEINIT(&once.locals);
	arena_deinit(&once.texts);
}
