/* SPDX-License-Identifier: MIT */
/* stream_log: a sink that writes each record down as one line in the struct buf that is its ctx. */
#ifndef SUPPORT_STREAM_LOG_H
#define SUPPORT_STREAM_LOG_H

#include <inttypes.h>

#include "base/buf.h"
#include "stream/reader.h"

static inline int log_session(void *ctx, const struct stream_session *r)
{
	buf_fmt(ctx, "session %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 "\n", r->start_wall_us, r->rate_mhz,
		r->slice_us, r->exact);
	return 0;
}

static inline int log_string(void *ctx, const struct stream_string *r)
{
	buf_fmt(ctx, "string %" PRIu64 " %.*s\n", r->id, (int)r->len, r->bytes);
	return 0;
}

static inline int log_frame(void *ctx, const struct stream_frame *r)
{
	buf_fmt(ctx,
		"frame %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 "\n",
		r->id, r->function, r->file, r->short_at, r->line, r->first_line, r->kind, r->module);
	return 0;
}

static inline int log_node(void *ctx, const struct stream_node *r)
{
	buf_fmt(ctx, "node %" PRIu64 " %" PRIu64 " %" PRIu64 "\n", r->id, r->parent, r->frame);
	return 0;
}

static inline int log_target(void *ctx, const struct stream_target *r)
{
	buf_fmt(ctx, "target %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 "\n",
		r->id, r->pid, r->start_ticks, r->command, r->service, r->runtime, r->parent);
	return 0;
}

static inline int log_thread(void *ctx, const struct stream_thread *r)
{
	buf_fmt(ctx, "thread %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 "\n", r->id, r->target, r->tid, r->name);
	return 0;
}

static inline int log_sample(void *ctx, const struct stream_sample *r)
{
	buf_fmt(ctx, "sample %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRId64 " %" PRId64 "\n", r->thread,
		r->node, r->flags, r->looks, r->first_us, r->last_us);
	return 0;
}

static inline int log_slice_thread(void *ctx, const struct stream_slice_thread *r)
{
	buf_fmt(ctx, "slice_thread %" PRIu64 " %" PRIu64 " %" PRIu64 "\n", r->thread, r->cpu_ns, r->wall_ns);
	return 0;
}

static inline int log_slice_end(void *ctx, const struct stream_slice_end *r)
{
	buf_fmt(ctx, "slice_end %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 "\n",
		r->seq, r->from_us, r->until_us, r->ticks, r->late, r->cost_ns, r->stopped_ns);
	return 0;
}

static inline int log_loss(void *ctx, const struct stream_loss *r)
{
	buf_fmt(ctx, "loss %" PRIu64 " %" PRIu64 " %" PRIu64 "\n", r->target, r->reason, r->count);
	return 0;
}

static inline int log_gone(void *ctx, const struct stream_gone *r)
{
	buf_fmt(ctx, "gone %" PRIu64 " %" PRIu64 " %" PRIu64 "\n", r->target, r->why, r->status);
	return 0;
}

static inline int log_reset(void *ctx)
{
	buf_str(ctx, "reset\n");
	return 0;
}

static inline int log_local(void *ctx, const struct stream_local *r)
{
	buf_fmt(ctx, "local %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 "\n", r->thread, r->depth, r->argument,
		r->name, r->text);
	return 0;
}

static inline int log_note(void *ctx, const struct stream_note *r)
{
	buf_fmt(ctx, "note %" PRIu64 " %" PRId64 " %.*s\n", r->pid, r->code, (int)r->len, r->text);
	return 0;
}

static const struct stream_sink log_sink = {
	.session = log_session,
	.string = log_string,
	.frame = log_frame,
	.node = log_node,
	.target = log_target,
	.thread = log_thread,
	.sample = log_sample,
	.slice_thread = log_slice_thread,
	.slice_end = log_slice_end,
	.loss = log_loss,
	.gone = log_gone,
	.reset = log_reset,
	.note = log_note,
	.local = log_local,
};

#endif
