/* SPDX-License-Identifier: MIT */
/* sink: how a profile takes in the records of a stream. Their ids have been checked by the reader. */
#include <string.h>

#include "profile/profile.h"
#include "profile/prune.h"
#include "profile/state.h"

/* To be called when something grew. */
static int bound(struct profile *p)
{
	return profile_bytes(p) > p->max_bytes ? profile_prune(p) : 0;
}

static void add(uint64_t *sum, uint64_t more)
{
	*sum = slice_sum(*sum, more);
}

/* Is the open slice, which ends at the next multiple of its length, outside of what counts? */
static bool is_outside(const struct profile *p)
{
	const struct profile_window *w = &p->window;
	uint64_t begin = p->session_wall_us + (uint64_t)p->closed_us;
	uint64_t end = p->slice_us ? (begin / p->slice_us + 1) * p->slice_us : UINT64_MAX;
	uint64_t from = w->from_us + (w->from_relative ? p->first_wall_us : 0);
	uint64_t until = w->until_us + (w->until_relative ? p->first_wall_us : 0);

	return end <= from || (w->until_us && begin >= until);
}

/* Does the open slice count? The first that does is where the profile begins. */
static bool begins_or_goes_on(struct profile *p)
{
	if (is_outside(p))
		return false;
	if (!p->stats.start_wall_us)
		p->stats.start_wall_us = p->session_wall_us + (uint64_t)p->closed_us;
	return true;
}

static int on_session(void *ctx, const struct stream_session *r)
{
	struct profile *p = ctx;
	int code = profile_close_slice(p); /* of a sampler that ended without a word */

	if (code < 0)
		return code;
	p->duration_us = profile_duration_us(p);
	p->closed_us = p->newest_us = 0;
	p->session_wall_us = r->start_wall_us;
	p->rate_mhz = r->rate_mhz;
	p->slice_us = r->slice_us;
	if (!p->first_wall_us)
		p->first_wall_us = r->start_wall_us;
	(void)begins_or_goes_on(p); /* where it begins matters also if nothing comes */
	return ids_begin(&p->ids);
}

static int on_string(void *ctx, const struct stream_string *r)
{
	struct profile *p = ctx;
	uint32_t number;
	int code = strings_add(&p->strings, r->bytes, r->len, &number);

	if (code == 0)
		code = id_add(&p->ids.strings, number);
	return code < 0 ? code : bound(p);
}

/* Where the short name begins, if the name has a character there. */
static uint32_t short_name_at(const struct string *file, uint64_t at)
{
	if (at >= file->len || ((unsigned char)file->text[at] & 0xc0) == 0x80)
		return 0;
	return (uint32_t)at;
}

struct frame profile_frame_of(const struct strings *strings, const struct ids *ids, const struct stream_frame *r)
{
	uint32_t file = ids->strings.items[r->file];

	return (struct frame){
		.function = ids->strings.items[r->function],
		.file = file,
		.short_at = short_name_at(&strings->list.items[file], r->short_at),
		.line = (uint32_t)r->line,
		.first_line = (uint32_t)r->first_line,
		.kind = (uint32_t)r->kind,
		.module = r->module ? ids->strings.items[r->module - 1] : STATE_STRING_EMPTY,
	};
}

static int on_frame(void *ctx, const struct stream_frame *r)
{
	struct profile *p = ctx;
	struct frame frame = profile_frame_of(&p->strings, &p->ids, r);
	uint32_t number;
	int code = frames_add(&p->frames, &frame, &number);

	if (code == 0)
		code = id_add(&p->ids.frames, number);
	return code < 0 ? code : bound(p);
}

static int on_node(void *ctx, const struct stream_node *r)
{
	struct profile *p = ctx;
	int code = ids_add_node(&p->ids, (uint32_t)r->parent, (uint32_t)r->frame);

	return code < 0 ? code : bound(p);
}

static int on_target(void *ctx, const struct stream_target *r)
{
	struct profile *p = ctx;
	uint32_t service = p->ids.strings.items[r->service], number;
	struct actor_process process;
	int code;

	if (p->strings.list.items[service].len == 0)
		service = p->ids.strings.items[r->command];
	process = (struct actor_process){.pid = (uint32_t)r->pid, .start_ticks = r->start_ticks, .service = service};
	code = actors_process(&p->actors, &process, &number);
	if (code == 0)
		code = id_add(&p->ids.targets, number);
	return code < 0 ? code : bound(p);
}

static int on_thread(void *ctx, const struct stream_thread *r)
{
	struct profile *p = ctx;
	uint32_t number;
	int code = actors_thread(&p->actors, p->ids.targets.items[r->target], (uint32_t)r->tid,
				 p->ids.strings.items[r->name], &number);

	if (code == 0 && r->id < p->ids.threads.n)
		p->ids.threads.items[r->id] = number; /* another name, or another thread in the place of a dead one */
	else if (code == 0)
		code = id_add(&p->ids.threads, number);
	return code < 0 ? code : bound(p);
}

static void note_time(struct profile *p, const struct stream_sample *r)
{
	if (p->slice.rows.n == 0)
		p->slice.first_us = p->slice.last_us = r->first_us;
	if (r->first_us < p->slice.first_us)
		p->slice.first_us = r->first_us;
	if (r->last_us > p->slice.last_us)
		p->slice.last_us = r->last_us;
	if (r->last_us > p->newest_us)
		p->newest_us = r->last_us;
}

/* The wall clock of a time since the session's start, which may be before it. */
static uint64_t wall_us(const struct profile *p, int64_t us)
{
	return us < 0 && (uint64_t)-us > p->session_wall_us ? 0 : p->session_wall_us + (uint64_t)us;
}

static int keep_run(struct profile *p, const struct stream_sample *r, const struct row *row)
{
	const struct run run = {
		.from_us = wall_us(p, r->first_us),
		.last_us = wall_us(p, r->last_us > r->first_us ? r->last_us : r->first_us),
		.looks = r->looks,
		.thread = row->thread,
		.node = row->node,
		.flags = row->flags,
	};

	return p->runs.kept ? runs_add(&p->runs, &run) : 0;
}

static int on_sample(void *ctx, const struct stream_sample *r)
{
	struct profile *p = ctx;
	uint64_t looks = slice_sum(p->stats.looks, r->looks) - p->stats.looks;
	uint32_t flags = r->flags & SCRAPE_FLAGS_ALL, thread = p->ids.threads.items[r->thread], node = 0, row = 0;
	size_t n_rows = p->rows.list.n;
	struct tally *tally;
	int code;

	if (looks == 0 || !begins_or_goes_on(p))
		return 0;
	code = ids_meet(&p->ids, &p->trie, r->node, &node);
	if (code == 0)
		code = rows_find(&p->rows, thread, node, flags, &row);
	tally = code == 0 ? slice_tally(&p->slice, &p->actors, thread) : NULL;
	if (!tally)
		return code < 0 ? code : SCRAPE_ENOMEM;
	note_time(p, r);
	code = keep_run(p, r, &p->rows.list.items[row]);
	if (code == 0)
		code = slice_look(&p->slice, &p->rows, row, tally, looks);
	if (code < 0)
		return code;
	p->stats.looks += looks;
	if (flags & SCRAPE_ON_CPU)
		p->stats.running += looks;
	if (flags & SCRAPE_TRUNCATED)
		p->stats.truncated += looks;
	return p->rows.list.n > n_rows ? bound(p) : 0;
}

static int on_slice_thread(void *ctx, const struct stream_slice_thread *r)
{
	struct profile *p = ctx;
	struct tally *tally;

	if (is_outside(p))
		return 0;
	tally = slice_tally(&p->slice, &p->actors, p->ids.threads.items[r->thread]);
	if (!tally)
		return SCRAPE_ENOMEM;
	tally->measured = true;
	add(&tally->cpu_ns, r->cpu_ns);
	add(&tally->wall_ns, r->wall_ns);
	return 0;
}

static int on_slice_end(void *ctx, const struct stream_slice_end *r)
{
	struct profile *p = ctx;
	bool outside = !begins_or_goes_on(p);
	/* A session begins inside its first slice. */
	uint64_t from = r->from_us > p->session_wall_us ? r->from_us : p->session_wall_us;
	int code;

	/* Its ticks first: at rate "max" they tell how long a look of an unmeasured thread stands for. */
	add(&p->stats.ticks, outside ? 0 : r->ticks);
	if (r->until_us > from && r->until_us < SLICE_SUM_MAX) {
		add(&p->duration_us, outside ? 0 : r->until_us - from);
		p->closed_us = (int64_t)(r->until_us - p->session_wall_us);
		if (!outside && r->until_us > p->stats.until_wall_us)
			p->stats.until_wall_us = r->until_us;
	}
	code = profile_close_slice(p);
	if (code < 0 || outside)
		return code;
	add(&p->stats.late, r->late);
	add(&p->stats.cost_ns, r->cost_ns);
	add(&p->stats.stopped_ns, r->stopped_ns);
	return bound(p);
}

static int on_way(void *ctx, const struct stream_way *r)
{
	struct profile *p = ctx;

	add(&p->stats.ways.looks[r->way], is_outside(p) ? 0 : r->looks);
	return 0;
}

static int on_hold(void *ctx, const struct stream_hold *r)
{
	struct profile *p = ctx;

	if (!is_outside(p))
		histogram_add(&p->stats.ways.holds, (unsigned)r->bucket, r->count);
	return 0;
}

static int on_loss(void *ctx, const struct stream_loss *r)
{
	struct profile *p = ctx;

	add(&p->stats.lost[r->reason], is_outside(p) ? 0 : r->count);
	return 0;
}

static int on_reset(void *ctx)
{
	struct profile *p = ctx;

	return ids_reset(&p->ids);
}

const struct stream_sink profile_sink = {
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
	.way = on_way,
	.hold = on_hold,
	.reset = on_reset,
};
