/* SPDX-License-Identifier: MIT */
/*
 * tell: how a decoder says what it found: as the sample stream that a recording of the same would be, given to a reader
 * of streams, which checks and cleans it like any other. Texts, frames and stacks are sent once each.
 *
 *	tell_begin(&t, &reader, 100000, start_us, &err);
 *	r = tell_process(&t, 42, "app.py", &process);
 *	r = tell_thread(&t, process, 43, "worker", &thread);
 *	r = tell_frame(&t, &(struct tell_frame){.function = "work", .file = "app.py", .line = 9}, &frame);
 *	r = tell_child(&t, TELL_ROOT, frame, &node);
 *	r = tell_looks(&t, thread, node, 8, 0);
 *	r = tell_end(&t);
 *
 * A look counts as one on a CPU, and as one period of the rate. Each call returns 0 or what the reader said, then with
 * its sentence in err.
 */
#ifndef DECODE_TELL_H
#define DECODE_TELL_H

#include <stdint.h>

#include "base/buf.h"
#include "base/map.h"
#include "base/vec.h"
#include "profile/frames.h"
#include "profile/strings.h"
#include "profile/trie.h"
#include "stream/reader.h"
#include "stream/writer.h"

#define TELL_ROOT TRIE_ROOT
#define TELL_RATE_UNKNOWN 100000u /* mHz: what a file that does not say it is taken for */
#define TELL_RATE_US 1000000000u  /* mHz: so that a look is a microsecond */

struct tell_thread {
	uint32_t process, tid, name;
	uint64_t looks; /* in the open slice */
};

struct tell {
	struct stream_reader *reader;
	struct stream_writer writer;
	struct buf out, text; /* not read yet; scratch */
	struct err *err;
	struct strings strings;
	struct frames frames;
	struct trie trie;
	VEC(uint32_t) depths; /* by node of the trie */
	struct map processes; /* pid and service -> number */
	struct map threads;   /* process, tid and name -> number */
	VEC(struct tell_thread) list;
	VEC(uint32_t) open; /* threads with looks in the open slice */
	uint32_t n_processes;
	uint64_t rate_mhz, start_us, end_us; /* wall clock */
	uint64_t from_us;                    /* the same, of the open slice */
	uint64_t next_us;                    /* since start_us: of looks in turn */
	uint64_t lasted_us;                  /* 0: not said */
	uint64_t looks;                      /* in all */
};

struct tell_frame {
	enum stream_frame_kind kind;
	const char *function, *file, *module; /* not clean; NULL is "" */
	size_t function_len, file_len, module_len;
	size_t short_at; /* where the name begins that is shown */
	uint32_t line, first_line;
};

int tell_begin(struct tell *t, struct stream_reader *reader, uint64_t rate_mhz, uint64_t start_us, struct err *err);
void tell_deinit(struct tell *t);

int tell_process(struct tell *t, uint32_t pid, const char *service, size_t len, uint32_t *ret);
int tell_thread(struct tell *t, uint32_t process, uint32_t tid, const char *name, size_t len, uint32_t *ret);
int tell_frame(struct tell *t, const struct tell_frame *frame, uint32_t *ret);
/* The stack that is another one and a frame. SCRAPE_ELIMIT with a sentence when it is too deep. */
int tell_child(struct tell *t, uint32_t node, uint32_t frame, uint32_t *ret);
/* at_us is since start_us: of the first; they are a period apart. Times that go on past the end of a slice (10 s, on
 * multiples of it since the epoch) close it; one before it is counted in the open one. SCRAPE_ELIMIT with a sentence
 * for more time than a profile can count (146 years). */
int tell_looks(struct tell *t, uint32_t thread, uint32_t node, uint64_t looks, uint64_t at_us);
/* How long it was looked for is known (if it is not 0): what is told in turn was all of that time. */
void tell_lasted(struct tell *t, uint64_t lasted_us);
/* Looks without a time: they follow those that were told so before, as if one thread had done one after the other, all
 * in one slice. */
int tell_in_turn(struct tell *t, uint32_t thread, uint32_t node, uint64_t looks);
/* Closes the open slice with the last look. */
int tell_end(struct tell *t);

#endif
