/* SPDX-License-Identifier: MIT */
/* stream/writer: appends records to a buf. The header is written by stream_begin. Nothing here keeps definitions: the
 * caller chooses ids. Only the time base of samples is state. */
#ifndef STREAM_WRITER_H
#define STREAM_WRITER_H

#include "base/buf.h"
#include "stream/stream.h"

struct stream_writer {
	struct buf *out; /* borrowed; out->failed tells of missing memory */
	int64_t time_us; /* newest time sent */
};

void stream_begin(struct stream_writer *w, struct buf *out, const struct stream_session *session);
void stream_put_string(struct stream_writer *w, const struct stream_string *r);
void stream_put_frame(struct stream_writer *w, const struct stream_frame *r);
void stream_put_node(struct stream_writer *w, const struct stream_node *r);
void stream_put_target(struct stream_writer *w, const struct stream_target *r);
void stream_put_thread(struct stream_writer *w, const struct stream_thread *r);
void stream_put_sample(struct stream_writer *w, const struct stream_sample *r);
void stream_put_slice_thread(struct stream_writer *w, const struct stream_slice_thread *r);
void stream_put_slice_end(struct stream_writer *w, const struct stream_slice_end *r);
void stream_put_loss(struct stream_writer *w, const struct stream_loss *r);
void stream_put_gone(struct stream_writer *w, const struct stream_gone *r);
void stream_put_way(struct stream_writer *w, const struct stream_way *r);
void stream_put_hold(struct stream_writer *w, const struct stream_hold *r);
void stream_put_cells(struct stream_writer *w, const struct stream_cells *r);
void stream_put_reset(struct stream_writer *w);
void stream_put_local(struct stream_writer *w, const struct stream_local *r);
void stream_put_note(struct stream_writer *w, const struct stream_note *r);

#endif
