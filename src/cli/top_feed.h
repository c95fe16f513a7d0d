/* SPDX-License-Identifier: MIT */
/*
 * top_feed: a sample stream becomes one sum (cli/top_sum.h) for each of its slices. Looks become time exactly as in a
 * profile (profile/slice.h does it), but only functions, lines and threads are kept, and stacks not beyond the slice:
 * so memory depends on what a program is, not on how long it runs.
 *
 *	top_feed_init(&feed, &names, take, ctx);
 *	stream_reader_init(&reader, &top_feed_sink, &feed);
 */
#ifndef CLI_TOP_FEED_H
#define CLI_TOP_FEED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/vec.h"
#include "cli/top_names.h"
#include "cli/top_sum.h"
#include "profile/actors.h"
#include "profile/ids.h"
#include "profile/rows.h"
#include "profile/slice.h"
#include "profile/trie.h"
#include "stream/reader.h"

/* The slice that has ended. It may be swapped for another sum; what is there afterwards is cleared. Negative: a code
 * that stops the reader. */
typedef int (*top_slice_fn)(void *ctx, struct top_sum *slice);

struct top_feed_target {
	uint32_t pid;
	char name[48];    /* service */
	char runtime[32]; /* "CPython 3.12.1" */
	bool gone;
};

struct top_feed_thread {
	uint32_t target; /* number in targets */
	uint32_t tid;
	char name[48];
	uint32_t flags, leaf; /* of its newest look */
	int64_t seen_us;
};

struct top_feed_text {
	const char *bytes;
	size_t len;
};

struct top_feed {
	struct top_names *names; /* borrowed */
	top_slice_fn take;
	void *ctx;
	uint64_t rate_mhz;       /* asked; 0: max */
	uint64_t start_wall_us;
	size_t alive;            /* targets that are not gone */

	/* What the ids of the stream mean; texts are void after a RESET. */
	struct ids ids;
	VEC(struct top_feed_text) texts;
	struct arena arena;
	VEC(struct top_feed_target) targets; /* by id */
	VEC(struct top_feed_thread) threads; /* by number in actors */
	struct actors actors;

	/* The open slice. */
	struct trie trie; /* labels are names of lines */
	struct rows rows;
	struct slice slice;
	struct top_sum sum;
	struct id_list met; /* by name: the number of the stack that it was met in last */
	uint32_t stack;
};

/* 0 or SCRAPE_ENOMEM. */
int top_feed_init(struct top_feed *feed, struct top_names *names, top_slice_fn take, void *ctx);
void top_feed_deinit(struct top_feed *feed);

/* Its functions return 0, SCRAPE_ENOMEM, SCRAPE_ELIMIT if the texts of the stream take more than 64 MiB, or what
 * `take` said. Notes are not its own. */
extern const struct stream_sink top_feed_sink;

#endif
