/* SPDX-License-Identifier: MIT */
/*
 * stream/reader: bytes in pieces of any size become calls. The bytes are hostile (a compromised sampler, a file from
 * a stranger): every id is checked against what was defined, every length and count against its limit, and texts are
 * cleaned (base/text.h), whatever the writer promised. Unknown types of records are skipped; an unknown reason of a
 * loss or kind of a frame is refused, because it could only be counted wrong.
 *
 *	stream_reader_init(&r, &profile_sink, profile);
 *	while ((n = read(fd, bytes, sizeof(bytes))) > 0)
 *		if (stream_feed(&r, bytes, n, &err) < 0) ...
 */
#ifndef STREAM_READER_H
#define STREAM_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/vec.h"
#include "stream/stream.h"

/* Definitions that one reader takes: strings, frames and nodes until the next RESET, targets and threads for good. */
#define STREAM_STRINGS_MAX (4u << 20)
#define STREAM_FRAMES_MAX (4u << 20)
#define STREAM_NODES_MAX (16u << 20)
#define STREAM_TARGETS_MAX (1u << 20)
#define STREAM_THREADS_MAX (4u << 20)

struct err;

/* What a reader of streams does with each record; NULL members are skipped. A negative return stops the reader and is
 * passed on. Ids have been checked: a frame's strings, a node's parent and frame, a sample's node and thread exist.
 * `session` comes before all others, and again when another session begins: all ids are then defined anew. */
struct stream_sink {
	int (*session)(void *ctx, const struct stream_session *r);
	int (*string)(void *ctx, const struct stream_string *r);
	int (*frame)(void *ctx, const struct stream_frame *r);
	int (*node)(void *ctx, const struct stream_node *r);
	int (*target)(void *ctx, const struct stream_target *r);
	int (*thread)(void *ctx, const struct stream_thread *r);
	int (*sample)(void *ctx, const struct stream_sample *r);
	int (*slice_thread)(void *ctx, const struct stream_slice_thread *r);
	int (*slice_end)(void *ctx, const struct stream_slice_end *r);
	int (*loss)(void *ctx, const struct stream_loss *r);
	int (*gone)(void *ctx, const struct stream_gone *r);
	int (*reset)(void *ctx);
	int (*note)(void *ctx, const struct stream_note *r);
	int (*way)(void *ctx, const struct stream_way *r);
	int (*hold)(void *ctx, const struct stream_hold *r);
	int (*cells)(void *ctx, const struct stream_cells *r);
	int (*local)(void *ctx, const struct stream_local *r);
};

struct stream_reader {
	const struct stream_sink *sink;
	void *ctx;
	struct buf pending;     /* the record that is not whole yet */
	struct buf text;        /* the text of one record, cleaned */
	VEC(uint16_t) depths;   /* of each node from the root on */
	uint64_t offset;        /* bytes of the stream before the record in hand */
	bool begun, in_session; /* the magic was met; and the session record after it */
	int failed;             /* what stream_feed returned when it gave up; it says the same ever after */
	uint64_t n_strings, n_frames, n_nodes, n_targets, n_threads; /* defined so far; the root is no definition */
	int64_t time_us;
};

void stream_reader_init(struct stream_reader *r, const struct stream_sink *sink, void *ctx);
void stream_reader_deinit(struct stream_reader *r);

/* Takes all n bytes. 0, SCRAPE_EFORMAT, SCRAPE_ELIMIT (more definitions than a reader takes), SCRAPE_ENOMEM, or what
 * the sink returned; always with a sentence that names the place. The stream cannot be read on after a failure. */
int stream_feed(struct stream_reader *r, const void *bytes, size_t n, struct err *err);

/* True if the stream began and ended between two records. */
bool stream_is_whole(const struct stream_reader *r);

#endif
