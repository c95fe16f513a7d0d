/* SPDX-License-Identifier: MIT */
/* writer_wire: what the loop and its writer say to each other: a head, then the payload. Both are this program. */
#ifndef DAEMON_WRITER_WIRE_H
#define DAEMON_WRITER_WIRE_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "daemon/writer.h"

enum wire_type {
	WIRE_PUT = 1, /* wire_put, host, instance, bytes */
	WIRE_NOTE,    /* wire_note, text, service, host, by */
	WIRE_UNNOTE,  /* id */

	WIRE_HOST, /* wire_host, host, instance */
	WIRE_READY,
	WIRE_DONE,   /* wire_done, sentence */
	WIRE_NOTED,  /* wire_noted, sentence */
	WIRE_STATE,  /* wire_state, sentence */
	WIRE_FAILED, /* code, sentence */
};

#define WIRE_PAYLOAD_MAX (256u << 20)

struct wire_head {
	uint32_t type, length;
	uint64_t tag;
};

struct wire_put {
	uint64_t since, next, now_us;
};
struct wire_note {
	uint64_t at_us, until_us, pin;
};
struct wire_host {
	uint64_t next, first_us, until_us;
};
struct wire_done {
	int64_t code;
	struct store_put put;
};
struct wire_noted {
	int64_t code, id;
};
struct wire_state {
	int64_t code;
	uint64_t bytes;
	struct store_outbox outbox;
};

/* In the child, which never returns. */
_Noreturn void writer_main(const struct writer_config *config, int fd);

/* Begins a message in out; the payload is appended by the caller, then wire_end. */
size_t wire_begin(struct buf *out, enum wire_type type, uint64_t tag);
void wire_end(struct buf *out, size_t begin);
/* Appends a text with its NUL. */
void wire_text(struct buf *out, const char *text);
/* A text of a payload; *at moves behind it. "" beyond the end. */
const char *wire_next_text(const char **at, const char *end);

#endif
