/* SPDX-License-Identifier: MIT */
/* dump: what one look at every thread found, kept as it comes out of the stream, and printed. */
#ifndef DAEMON_DUMP_H
#define DAEMON_DUMP_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/map.h"
#include "base/vec.h"
#include "stream/reader.h"

struct buf;

struct dump_frame {
	const char *function, *file, *module; /* module as in stream/module.h, "" if it is not known */
	uint32_t short_at, line;
	unsigned kind; /* enum stream_frame_kind */
};

struct dump_node {
	uint32_t parent, frame;
};

struct dump_local {
	uint32_t depth;
	bool argument;
	const char *name, *text;
};

struct dump_thread {
	uint32_t target;
	uint64_t tid;
	const char *name;
	bool seen;
	uint32_t node;
	uint64_t flags;
	VEC(struct dump_local) locals;
};

struct dump_target {
	uint64_t pid;
	const char *command, *service, *runtime;
	uint64_t lost;
};

/* Ids of the stream are indices here. A zeroed struct is empty. */
struct dump {
	struct arena arena; /* owns all texts */
	VEC(const char *) strings;
	VEC(struct dump_frame) frames;
	VEC(struct dump_node) nodes; /* [0] is the root */
	VEC(struct dump_thread) threads;
	VEC(struct dump_target) targets;
};

void dump_deinit(struct dump *dump);

/* The sink to give to a stream reader, with a struct dump as ctx. */
extern const struct stream_sink dump_sink;

/* Once the stream has ended: threads in the order of their TIDs, which is that of their birth, the main one first. */
void dump_sort(struct dump *dump);

/* Appends all targets, threads and stacks, innermost frame first. */
void dump_text(const struct dump *dump, bool full_filenames, bool color, struct buf *out);
/* The same as JSON: an object for one target, an array of them for several. */
void dump_json(const struct dump *dump, struct buf *out);

#endif
