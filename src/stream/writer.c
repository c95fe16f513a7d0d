/* SPDX-License-Identifier: MIT */
/* stream/writer: records become bytes. This is on the sampling path: one room check and a run of varints a record. */
#include "stream/writer.h"

#include <string.h>

#define VARINT_MAX 10
#define FIELDS_MAX 12
/* A payload of numbers alone is so short that its length is one byte, filled in when it is known. */
_Static_assert(FIELDS_MAX *VARINT_MAX < 0x80, "the length of a record of numbers must be one byte");

static char *varint(char *p, uint64_t value)
{
	while (value >= 0x80) {
		*p++ = (char)(value | 0x80);
		value >>= 7;
	}
	*p++ = (char)value;
	return p;
}

static void put(struct stream_writer *w, enum stream_type type, const uint64_t *fields, size_t n)
{
	struct buf *out = w->out;
	char *start, *p;

	if (!buf_reserve(out, 2 + n * VARINT_MAX))
		return;
	start = out->data + out->len;
	p = start + 2;
	for (size_t i = 0; i < n; i++)
		p = varint(p, fields[i]);
	start[0] = (char)type;
	start[1] = (char)(p - start - 2);
	out->len += (size_t)(p - start);
}

#define PUT(w, type, ...)                                                                                              \
	do {                                                                                                           \
		const uint64_t fields[] = {__VA_ARGS__};                                                               \
		_Static_assert(sizeof(fields) <= FIELDS_MAX * sizeof(fields[0]), "too many fields");                   \
		put(w, type, fields, sizeof(fields) / sizeof(fields[0]));                                              \
	} while (0)

/* Fields, then a text; cut where the record would be longer than a reader takes. */
static void put_text(struct stream_writer *w, enum stream_type type, const uint64_t *fields, size_t n, const char *text,
		     size_t len)
{
	char head[4 * VARINT_MAX], *p = head;

	for (size_t i = 0; i < n; i++)
		p = varint(p, fields[i]);
	if (len > STREAM_RECORD_MAX - sizeof(head))
		len = STREAM_RECORD_MAX - sizeof(head);
	p = varint(p, len);
	if (!buf_reserve(w->out, 1 + VARINT_MAX + (size_t)(p - head) + len))
		return; /* all or nothing: no half record */
	buf_chr(w->out, (char)type);
	buf_varint(w->out, (size_t)(p - head) + len);
	buf_add(w->out, head, (size_t)(p - head));
	buf_add(w->out, text, len);
}

void stream_begin(struct stream_writer *w, struct buf *out, const struct stream_session *session)
{
	*w = (struct stream_writer){.out = out};
	buf_add(out, STREAM_MAGIC, STREAM_MAGIC_LEN);
	PUT(w, STREAM_SESSION, session->start_wall_us, session->rate_mhz, session->slice_us, session->exact);
}

void stream_put_string(struct stream_writer *w, const struct stream_string *r)
{
	put_text(w, STREAM_STRING, &r->id, 1, r->bytes, r->len);
}

void stream_put_frame(struct stream_writer *w, const struct stream_frame *r)
{
	PUT(w, STREAM_FRAME, r->id, r->function, r->file, r->short_at, r->line, r->first_line, r->kind, r->module);
}

void stream_put_node(struct stream_writer *w, const struct stream_node *r)
{
	PUT(w, STREAM_NODE, r->id, r->parent, r->frame);
}

void stream_put_target(struct stream_writer *w, const struct stream_target *r)
{
	PUT(w, STREAM_TARGET, r->id, r->pid, r->start_ticks, r->command, r->service, r->runtime, r->parent,
	    r->labels);
}

void stream_put_thread(struct stream_writer *w, const struct stream_thread *r)
{
	PUT(w, STREAM_THREAD, r->id, r->target, r->tid, r->name);
}

void stream_put_sample(struct stream_writer *w, const struct stream_sample *r)
{
	/* Differences wrap: every pair of times comes back as it was. */
	uint64_t first = (uint64_t)r->first_us - (uint64_t)w->time_us;
	uint64_t last = (uint64_t)r->last_us - (uint64_t)r->first_us;

	PUT(w, STREAM_SAMPLE, r->thread, r->node, r->flags, r->looks, buf_zigzag((int64_t)first),
	    buf_zigzag((int64_t)last));
	if (r->first_us > w->time_us)
		w->time_us = r->first_us;
	if (r->last_us > w->time_us)
		w->time_us = r->last_us;
}

void stream_put_slice_thread(struct stream_writer *w, const struct stream_slice_thread *r)
{
	PUT(w, STREAM_SLICE_THREAD, r->thread, r->cpu_ns, r->wall_ns);
}

void stream_put_slice_end(struct stream_writer *w, const struct stream_slice_end *r)
{
	PUT(w, STREAM_SLICE_END, r->seq, r->from_us, r->until_us, r->ticks, r->late, r->cost_ns, r->stopped_ns);
}

void stream_put_loss(struct stream_writer *w, const struct stream_loss *r)
{
	PUT(w, STREAM_LOSS, r->target, r->reason, r->count);
}

void stream_put_gone(struct stream_writer *w, const struct stream_gone *r)
{
	PUT(w, STREAM_GONE, r->target, r->why, r->status);
}

void stream_put_way(struct stream_writer *w, const struct stream_way *r)
{
	PUT(w, STREAM_WAY, r->way, r->looks);
}

void stream_put_hold(struct stream_writer *w, const struct stream_hold *r)
{
	PUT(w, STREAM_HOLD, r->bucket, r->count);
}

void stream_put_cells(struct stream_writer *w, const struct stream_cells *r)
{
	char payload[VARINT_MAX + 4 * STREAM_CELLS_COUNT], *p = varint(payload, r->target);

	for (size_t i = 0, run; i < STREAM_CELLS_COUNT; i += run) {
		for (run = 1; r->cells[i] == 0 && i + run < STREAM_CELLS_COUNT && r->cells[i + run] == 0;)
			run++;
		p = varint(p, r->cells[i]);
		if (r->cells[i] == 0)
			p = varint(p, run);
	}
	if (!buf_reserve(w->out, 1 + VARINT_MAX + (size_t)(p - payload)))
		return;
	buf_chr(w->out, STREAM_CELLS);
	buf_varint(w->out, (size_t)(p - payload));
	buf_add(w->out, payload, (size_t)(p - payload));
}

void stream_put_reset(struct stream_writer *w)
{
	put(w, STREAM_RESET, NULL, 0);
}

void stream_put_local(struct stream_writer *w, const struct stream_local *r)
{
	PUT(w, STREAM_LOCAL, r->thread, r->depth, r->argument, r->name, r->text);
}

void stream_put_note(struct stream_writer *w, const struct stream_note *r)
{
	const uint64_t fields[] = {r->pid, buf_zigzag(r->code)};

	put_text(w, STREAM_NOTE, fields, 2, r->text, r->len);
}
