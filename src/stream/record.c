/* SPDX-License-Identifier: MIT */
/* stream/record: reads one payload, checks what it says against what was defined, and hands it to the sink. */
#include "stream/record.h"

#include <string.h>

#include "base/err.h"
#include "base/histogram.h"
#include "base/text.h"
#include "scrape.h"
#include "stream/reader.h"

#define SLICE_US_MAX (24ull * 3600 * 1000000)

/* What is left of the payload. */
struct record {
	const uint8_t *p, *end;
	struct err *err;
};

int record_refuse(const struct stream_reader *r, struct err *err, const char *what)
{
	return err_set(err, SCRAPE_EFORMAT, "byte %llu of the stream: %s", (unsigned long long)r->offset, what);
}

static int out_of_memory(struct err *err)
{
	return err_set(err, SCRAPE_ENOMEM, "out of memory");
}

int record_forget(struct stream_reader *r, struct err *err)
{
	r->n_strings = r->n_frames = r->n_nodes = 0;
	r->depths.n = 0;
	return VEC_PUSH(&r->depths) ? 0 : out_of_memory(err); /* of the root */
}

static int refuse(const struct stream_reader *r, const struct record *rec, const char *what)
{
	return record_refuse(r, rec->err, what);
}

static int too_many(const struct stream_reader *r, const struct record *rec, const char *what, uint64_t max)
{
	return err_set(rec->err, SCRAPE_ELIMIT, "byte %llu of the stream: more than %llu %s",
		       (unsigned long long)r->offset, (unsigned long long)max, what);
}

static int too_short(const struct stream_reader *r, const struct record *rec)
{
	return refuse(r, rec, "a record is too short");
}

static bool read_long(struct record *rec, uint64_t *ret)
{
	uint64_t value = 0;

	for (unsigned shift = 0; shift < 64 && rec->p < rec->end; shift += 7) {
		uint8_t byte = *rec->p++;

		if (shift == 63 && byte > 1)
			return false;
		value |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80) {
			*ret = value;
			return true;
		}
	}
	return false;
}

/* Nearly all have one byte or two, as it comes: no branch could foresee which. */
static inline bool read_varint(struct record *rec, uint64_t *ret)
{
	const uint8_t *p = rec->p;
	unsigned more;

	if (rec->end - p < 2 || (p[0] & p[1] & 0x80))
		return read_long(rec, ret);
	more = p[0] >> 7;
	*ret = (p[0] & 0x7fu) | (p[1] & (0u - more)) << 7;
	rec->p = p + 1 + more;
	return true;
}

static bool read_fields(struct record *rec, uint64_t *ret, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!read_varint(rec, &ret[i]))
			return false;
	return true;
}

/* Reads a text: *ret is its clean form, where it lies or in r->text, never NULL. */
static int read_text(struct stream_reader *r, struct record *rec, const char **ret, size_t *ret_len)
{
	uint64_t len;

	if (!read_varint(rec, &len) || len > (uint64_t)(rec->end - rec->p))
		return refuse(r, rec, "a text is longer than its record");
	*ret = (const char *)rec->p;
	*ret_len = (size_t)len;
	if (len <= SCRAPE_NAME_MAX && text_is_plain(*ret, *ret_len))
		return 0;
	buf_reset(&r->text);
	text_clean(&r->text, *ret, *ret_len, SCRAPE_NAME_MAX);
	if (r->text.failed)
		return out_of_memory(rec->err);
	*ret = r->text.data;
	*ret_len = r->text.len;
	return 0;
}

/* Gives the record to the sink, if it wants it. */
#define HAND_ON(r, rec, member, value) ((r)->sink->member ? handed_on((rec), (r)->sink->member((r)->ctx, &(value))) : 0)

static int handed_on(const struct record *rec, int code)
{
	if (code == SCRAPE_ENOMEM)
		return out_of_memory(rec->err);
	if (code == SCRAPE_ELIMIT)
		return err_set(rec->err, code, "what the stream defines needs more memory than it may have");
	return code < 0 ? err_set(rec->err, code, "the stream was not read to its end") : 0;
}

static int read_session(struct stream_reader *r, struct record *rec)
{
	uint64_t f[4];
	struct stream_session s;

	if (!read_fields(rec, f, 4))
		return too_short(r, rec);
	s = (struct stream_session){.start_wall_us = f[0], .rate_mhz = f[1], .slice_us = f[2], .exact = f[3]};
	if (r->in_session)
		return refuse(r, rec, "a session inside a session");
	if (s.rate_mhz > SCRAPE_RATE_MAX * 1000ull || s.slice_us > SLICE_US_MAX || s.start_wall_us > INT64_MAX / 1000)
		return refuse(r, rec, "a session with an impossible rate or time");
	r->in_session = true;
	return HAND_ON(r, rec, session, s);
}

static int read_string(struct stream_reader *r, struct record *rec)
{
	uint64_t f[1];
	struct stream_string s;
	int code;

	if (!read_fields(rec, f, 1))
		return too_short(r, rec);
	s = (struct stream_string){.id = f[0]};
	if (s.id != r->n_strings)
		return refuse(r, rec, "a string is defined out of order");
	if (s.id >= STREAM_STRINGS_MAX)
		return too_many(r, rec, "strings", STREAM_STRINGS_MAX);
	code = read_text(r, rec, &s.bytes, &s.len);
	if (code < 0)
		return code;
	r->n_strings++;
	return HAND_ON(r, rec, string, s);
}

static int read_frame(struct stream_reader *r, struct record *rec)
{
	uint64_t f[8] = {0};
	struct stream_frame s;

	if (!read_fields(rec, f, 7) || (rec->p < rec->end && !read_varint(rec, &f[7])))
		return too_short(r, rec);
	s = (struct stream_frame){.id = f[0],
				  .function = f[1],
				  .file = f[2],
				  .short_at = f[3],
				  .line = f[4],
				  .first_line = f[5],
				  .kind = f[6],
				  .module = f[7]};
	if (s.id != r->n_frames)
		return refuse(r, rec, "a frame is defined out of order");
	if (s.id >= STREAM_FRAMES_MAX)
		return too_many(r, rec, "frames", STREAM_FRAMES_MAX);
	if (s.function >= r->n_strings || s.file >= r->n_strings || s.module > r->n_strings)
		return refuse(r, rec, "a frame names a string that was not defined");
	if (s.line > INT32_MAX || s.first_line > INT32_MAX)
		return refuse(r, rec, "a frame has an impossible line number");
	if (s.kind > STREAM_FRAME_INLINED)
		return refuse(r, rec, "a frame of a kind that this version does not know");
	r->n_frames++;
	return HAND_ON(r, rec, frame, s);
}

/* Stacks are bounded here, so that nobody behind the reader meets one that is deeper. */
static int add_depth(struct stream_reader *r, const struct record *rec, uint64_t parent)
{
	uint16_t depth = r->depths.items[parent], *place;

	if (depth >= STREAM_DEPTH_MAX)
		return refuse(r, rec, "a stack is deeper than any may be");
	place = VEC_PUSH(&r->depths);
	if (!place)
		return out_of_memory(rec->err);
	*place = (uint16_t)(depth + 1);
	return 0;
}

static int read_node(struct stream_reader *r, struct record *rec)
{
	uint64_t f[3];
	struct stream_node s;
	int code;

	if (!read_fields(rec, f, 3))
		return too_short(r, rec);
	s = (struct stream_node){.id = f[0], .parent = f[1], .frame = f[2]};
	if (s.id != r->n_nodes + 1)
		return refuse(r, rec, "a stack node is defined out of order");
	if (r->n_nodes >= STREAM_NODES_MAX)
		return too_many(r, rec, "stack nodes", STREAM_NODES_MAX);
	if (s.parent >= s.id)
		return refuse(r, rec, "a stack node names a parent that was not defined");
	if (s.frame >= r->n_frames)
		return refuse(r, rec, "a stack node names a frame that was not defined");
	code = add_depth(r, rec, s.parent);
	if (code < 0)
		return code;
	r->n_nodes++;
	return HAND_ON(r, rec, node, s);
}

static int read_target(struct stream_reader *r, struct record *rec)
{
	uint64_t f[8] = {0};
	struct stream_target s;

	if (!read_fields(rec, f, 7) || (rec->p < rec->end && !read_varint(rec, &f[7])))
		return too_short(r, rec);
	s = (struct stream_target){.id = f[0],
				   .pid = f[1],
				   .start_ticks = f[2],
				   .command = f[3],
				   .service = f[4],
				   .runtime = f[5],
				   .parent = f[6],
				   .labels = f[7]};
	if (s.id != r->n_targets)
		return refuse(r, rec, "a target is defined out of order");
	if (s.id >= STREAM_TARGETS_MAX)
		return too_many(r, rec, "targets", STREAM_TARGETS_MAX);
	if (s.pid > INT32_MAX)
		return refuse(r, rec, "a target has an impossible pid");
	if (s.command >= r->n_strings || s.service >= r->n_strings || s.runtime >= r->n_strings ||
	    s.labels > r->n_strings)
		return refuse(r, rec, "a target names a string that was not defined");
	if (s.parent > s.id)
		return refuse(r, rec, "a target names a parent that was not defined");
	r->n_targets++;
	return HAND_ON(r, rec, target, s);
}

static int read_thread(struct stream_reader *r, struct record *rec)
{
	uint64_t f[4];
	struct stream_thread s;

	if (!read_fields(rec, f, 4))
		return too_short(r, rec);
	s = (struct stream_thread){.id = f[0], .target = f[1], .tid = f[2], .name = f[3]};
	if (s.id > r->n_threads)
		return refuse(r, rec, "a thread is defined out of order");
	if (s.id >= STREAM_THREADS_MAX)
		return too_many(r, rec, "threads", STREAM_THREADS_MAX);
	if (s.target >= r->n_targets)
		return refuse(r, rec, "a thread names a target that was not defined");
	if (s.tid > INT32_MAX)
		return refuse(r, rec, "a thread has an impossible number");
	if (s.name >= r->n_strings)
		return refuse(r, rec, "a thread names a string that was not defined");
	r->n_threads += s.id == r->n_threads;
	return HAND_ON(r, rec, thread, s);
}

static int read_sample(struct stream_reader *r, struct record *rec)
{
	uint64_t f[6];
	struct stream_sample s;

	if (!read_fields(rec, f, 6))
		return too_short(r, rec);
	s = (struct stream_sample){.thread = f[0], .node = f[1], .flags = f[2], .looks = f[3]};
	if (s.thread >= r->n_threads)
		return refuse(r, rec, "a sample names a thread that was not defined");
	if (s.node > r->n_nodes)
		return refuse(r, rec, "a sample names a stack node that was not defined");
	s.first_us = (int64_t)((uint64_t)r->time_us + (uint64_t)buf_unzigzag(f[4]));
	s.last_us = (int64_t)((uint64_t)s.first_us + (uint64_t)buf_unzigzag(f[5]));
	if (s.first_us > r->time_us)
		r->time_us = s.first_us;
	if (s.last_us > r->time_us)
		r->time_us = s.last_us;
	return HAND_ON(r, rec, sample, s);
}

static int read_slice_thread(struct stream_reader *r, struct record *rec)
{
	uint64_t f[3];
	struct stream_slice_thread s;

	if (!read_fields(rec, f, 3))
		return too_short(r, rec);
	s = (struct stream_slice_thread){.thread = f[0], .cpu_ns = f[1], .wall_ns = f[2]};
	if (s.thread >= r->n_threads)
		return refuse(r, rec, "the times of a slice name a thread that was not defined");
	return HAND_ON(r, rec, slice_thread, s);
}

static int read_slice_end(struct stream_reader *r, struct record *rec)
{
	uint64_t f[7];
	struct stream_slice_end s;

	if (!read_fields(rec, f, 7))
		return too_short(r, rec);
	s = (struct stream_slice_end){.seq = f[0],
				      .from_us = f[1],
				      .until_us = f[2],
				      .ticks = f[3],
				      .late = f[4],
				      .cost_ns = f[5],
				      .stopped_ns = f[6]};
	return HAND_ON(r, rec, slice_end, s);
}

static int read_loss(struct stream_reader *r, struct record *rec)
{
	uint64_t f[3];
	struct stream_loss s;

	if (!read_fields(rec, f, 3))
		return too_short(r, rec);
	s = (struct stream_loss){.target = f[0], .reason = f[1], .count = f[2]};
	if (s.target >= r->n_targets)
		return refuse(r, rec, "lost looks name a target that was not defined");
	if (s.reason >= SCRAPE_LOSS_COUNT)
		return refuse(r, rec, "looks were lost for a reason that this version does not know");
	return HAND_ON(r, rec, loss, s);
}

static int read_way(struct stream_reader *r, struct record *rec)
{
	uint64_t f[2];
	struct stream_way s;

	if (!read_fields(rec, f, 2))
		return too_short(r, rec);
	s = (struct stream_way){.way = f[0], .looks = f[1]};
	if (s.way >= SCRAPE_WAY_COUNT)
		return 0; /* of a later version: these numbers are told, not counted with */
	return HAND_ON(r, rec, way, s);
}

static int read_hold(struct stream_reader *r, struct record *rec)
{
	uint64_t f[2];
	struct stream_hold s;

	if (!read_fields(rec, f, 2))
		return too_short(r, rec);
	s = (struct stream_hold){.bucket = f[0] < HISTOGRAM_BUCKETS ? f[0] : HISTOGRAM_BUCKETS - 1, .count = f[1]};
	return HAND_ON(r, rec, hold, s);
}

static int read_cells(struct stream_reader *r, struct record *rec)
{
	struct stream_cells s = {0};
	uint64_t value, run;

	if (!read_varint(rec, &s.target))
		return too_short(r, rec);
	if (s.target >= r->n_targets)
		return refuse(r, rec, "cells name a target that was not defined");
	for (uint64_t i = 0; rec->p < rec->end && i < STREAM_CELLS_COUNT; i += run) {
		run = 1;
		if (!read_varint(rec, &value) || value > UINT16_MAX || (value == 0 && !read_varint(rec, &run)) ||
		    run == 0 || run > STREAM_CELLS_COUNT)
			return refuse(r, rec, "cells that cannot be read");
		s.cells[i] = (uint16_t)value;
	}
	return HAND_ON(r, rec, cells, s);
}

static int read_gone(struct stream_reader *r, struct record *rec)
{
	uint64_t f[3];
	struct stream_gone s;

	if (!read_fields(rec, f, 3))
		return too_short(r, rec);
	s = (struct stream_gone){.target = f[0], .why = f[1], .status = f[2]};
	if (s.target >= r->n_targets)
		return refuse(r, rec, "the end of a target that was not defined");
	return HAND_ON(r, rec, gone, s);
}

static int read_reset(struct stream_reader *r, struct record *rec)
{
	int code = record_forget(r, rec->err);

	if (code < 0)
		return code;
	return r->sink->reset ? handed_on(rec, r->sink->reset(r->ctx)) : 0;
}

static int read_note(struct stream_reader *r, struct record *rec)
{
	uint64_t f[2];
	struct stream_note s;

	if (!read_fields(rec, f, 2))
		return too_short(r, rec);
	s = (struct stream_note){.pid = f[0], .code = buf_unzigzag(f[1])};
	int code = read_text(r, rec, &s.text, &s.len);
	return code < 0 ? code : HAND_ON(r, rec, note, s);
}

static int read_local(struct stream_reader *r, struct record *rec)
{
	uint64_t f[5];
	struct stream_local s;

	if (!read_fields(rec, f, 5))
		return too_short(r, rec);
	s = (struct stream_local){.thread = f[0], .depth = f[1], .argument = f[2], .name = f[3], .text = f[4]};
	if (s.thread >= r->n_threads || s.name >= r->n_strings || s.text >= r->n_strings)
		return refuse(r, rec, "a local variable of something that was not defined");
	return HAND_ON(r, rec, local, s);
}

static int (*const readers[])(struct stream_reader *, struct record *) = {
	[STREAM_STRING] = read_string,
	[STREAM_FRAME] = read_frame,
	[STREAM_NODE] = read_node,
	[STREAM_TARGET] = read_target,
	[STREAM_THREAD] = read_thread,
	[STREAM_SAMPLE] = read_sample,
	[STREAM_SLICE_THREAD] = read_slice_thread,
	[STREAM_SLICE_END] = read_slice_end,
	[STREAM_LOSS] = read_loss,
	[STREAM_GONE] = read_gone,
	[STREAM_RESET] = read_reset,
	[STREAM_NOTE] = read_note,
	[STREAM_SESSION] = read_session,
	[STREAM_LOCAL] = read_local,
	[STREAM_WAY] = read_way,
	[STREAM_HOLD] = read_hold,
	[STREAM_CELLS] = read_cells,
};

int record_read(struct stream_reader *r, uint8_t type, const uint8_t *payload, size_t n, struct err *err)
{
	struct record rec = {.p = payload, .end = payload + n, .err = err};

	if (!r->in_session && type != STREAM_SESSION)
		return refuse(r, &rec, "the stream does not begin with a session");
	if (type >= sizeof(readers) / sizeof(readers[0]) || !readers[type])
		return 0;
	return readers[type](r, &rec);
}
