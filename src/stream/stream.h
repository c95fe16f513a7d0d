/* SPDX-License-Identifier: MIT */
/*
 * stream: the sample stream. The bytes that the sampler sends to the front, that `-f scrape` records, that
 * `scrape report` replays and that a collector fetches. One writer (stream/writer.h), one reader (stream/reader.h).
 *
 * A stream is the 8 bytes of STREAM_MAGIC, then records: one byte of type, the payload's length as varint (unsigned
 * LEB128, at most STREAM_RECORD_MAX), the payload. Payload fields are varints and strings (varint length, bytes),
 * in the order of the structs below; signed ones are zigzag. A reader skips types it does not know and fields behind
 * the ones it knows. A stream may end anywhere (a full disk, a crash): whole records count, the rest is dropped.
 * The first record is a SESSION. The magic where a record could begin starts another session, which forgets every
 * id: so streams can be put one behind the other, and a sampler that was replaced goes on in the same recording.
 *
 * Ids are small integers chosen by the writer, defined once before use, dense from 0 in order of definition per kind;
 * node 0 is the root and never defined. RESET forgets all definitions of strings, frames and nodes (not of targets
 * and threads): the writer bounds its tables that way. Times are microseconds.
 *
 * Looks become numbers per slice: SAMPLE records name what looks found, SLICE_THREAD tells the measured CPU time and
 * the time of existence of each thread in the slice, SLICE_END closes it. What counts for a profile is
 *	cpu  = CPU time of the thread in the slice x looks of (node, flags with ON_CPU) / its looks with ON_CPU
 *	wall = its time of existence x looks of (node, flags) / all its looks
 * A slice in which no look met the thread running gives its CPU time to the marker [unseen].
 */
#ifndef STREAM_STREAM_H
#define STREAM_STREAM_H

#include <stddef.h>
#include <stdint.h>

#include "scrape.h"

#define STREAM_MAGIC "scrape1\n"
#define STREAM_MAGIC_LEN 8
#define STREAM_RECORD_MAX (64 * 1024)
#define STREAM_DEPTH_MAX (SCRAPE_DEPTH_MAX + 64) /* of a node; some markers may stand beside the frames */

enum stream_type {
	STREAM_STRING = 1,
	STREAM_FRAME = 2,
	STREAM_NODE = 3,
	STREAM_TARGET = 4,
	STREAM_THREAD = 5,
	STREAM_SAMPLE = 6,
	STREAM_SLICE_THREAD = 7,
	STREAM_SLICE_END = 8,
	STREAM_LOSS = 9,
	STREAM_GONE = 10,
	STREAM_RESET = 11,
	STREAM_NOTE = 12,
	STREAM_SESSION = 13,
	STREAM_LOCAL = 14,
	STREAM_WAY = 15,
	STREAM_HOLD = 16,
	STREAM_CELLS = 17,
};

enum stream_frame_kind {
	STREAM_FRAME_PYTHON = 0,
	STREAM_FRAME_NATIVE = 1, /* `file` is its source, or with line 0 its module's path */
	STREAM_FRAME_MARKER = 2,
	STREAM_FRAME_INLINED = 3, /* native, a call that the compiler put into its caller */
};

/* First record of a session: what was asked. */
struct stream_session {
	uint64_t start_wall_us;
	uint64_t rate_mhz; /* looks per 1000 s asked; 0 for "max" */
	uint64_t slice_us; /* length of a slice, on multiples of it since the epoch */
	uint64_t exact;    /* 1: by ptrace */
};

struct stream_string {
	uint64_t id;
	const char *bytes; /* not terminated; valid during the call; what the reader hands on is clean (base/text.h) */
	size_t len;
};

struct stream_frame {
	uint64_t id;
	uint64_t function, file; /* string ids */
	uint64_t short_at;       /* where the short file name begins in the long one */
	uint64_t line;           /* 0: none */
	uint64_t first_line;
	uint64_t kind;
	/* Added later; 0: none, or the record ends before: string id + 1 of where its code is from, stream/module.h. */
	uint64_t module;
};

struct stream_node {
	uint64_t id, parent, frame;
};

struct stream_target {
	uint64_t id, pid, start_ticks; /* pid 0: not known, of what was no recording */
	uint64_t command, service, runtime; /* string ids: "python3 app.py", "app.py", "CPython 3.12.1" */
	uint64_t parent;                    /* target id + 1 of the process that forked it, 0 if not known */
	/* Added later; 0: none, or the record ends before: string id + 1 of "key=value" lines (stream/labels.h). */
	uint64_t labels;
};

/* Also sent again with the same id when the name changes, or for another thread once the old one is dead: ids may be
 * used again. */
struct stream_thread {
	uint64_t id, target, tid; /* tid as pid */
	uint64_t name; /* string id */
};

/* `looks` looks of a thread all found the same, the first at first_us, the last at last_us. In the bytes first_us is
 * the difference to the newest time sent before in the session (0 at its start) and last_us the difference to first_us;
 * both are signed (time order is not promised between threads) and wrap modulo 2^64. */
struct stream_sample {
	uint64_t thread, node;
	uint64_t flags; /* enum scrape_flag | enum scrape_cut << SCRAPE_CUT_SHIFT */
	uint64_t looks;
	int64_t first_us, last_us; /* since session start, absolute in this struct */
};

struct stream_slice_thread {
	uint64_t thread, cpu_ns, wall_ns;
};

struct stream_slice_end {
	uint64_t seq;
	uint64_t from_us, until_us; /* wall clock */
	uint64_t ticks;             /* ticks of the timer in this slice */
	uint64_t late;              /* of these, later than 300 us */
	uint64_t cost_ns;           /* CPU time of the sampler */
	uint64_t stopped_ns;        /* sum of the time that --exact held threads */
};

struct stream_loss {
	uint64_t target, reason, count;
};

/* How many looks of the slice in progress were taken in one way. Before its end, once for each that came. */
struct stream_way {
	uint64_t way; /* enum scrape_way */
	uint64_t looks;
};

/* How many threads were stopped for about so long in the slice in progress. As above. */
struct stream_hold {
	uint64_t bucket; /* of base/histogram.h */
	uint64_t count;
};

/* When within the slice in progress looks found the target running, for a heat map: how many in each hundredth of the
 * slice. In the bytes a cell that is not 0 stands as it is, others as 0 and their number; what is missing is 0. Only in
 * streams of closed slices, whose samples have no times. */
#define STREAM_CELLS_COUNT 100
struct stream_cells {
	uint64_t target;
	uint16_t cells[STREAM_CELLS_COUNT];
};

enum stream_gone_why {
	STREAM_GONE_EXIT = 0,
	STREAM_GONE_EXEC = 1,
	STREAM_GONE_REFUSED = 2, /* set aside; a note says why */
	/* no rule wants it, or one names it otherwise: then it is defined again, with the same pid and start */
	STREAM_GONE_RULES = 3,
};

struct stream_gone {
	uint64_t target, why;
	uint64_t status; /* of waitpid, if it was our child; else 0 */
};

/* A sentence for the person in front: why a process is not profiled. */
struct stream_note {
	uint64_t pid;
	int64_t code;     /* enum scrape_code, 0 for a mere remark */
	const char *text; /* as stream_string.bytes */
	size_t len;
};

/* One local variable of a frame of the thread's newest stack (`scrape dump -l`). */
struct stream_local {
	uint64_t thread;
	uint64_t depth;    /* among the Python frames; 0: the innermost */
	uint64_t argument; /* 1: an argument */
	uint64_t name, text; /* string ids */
};

#endif
