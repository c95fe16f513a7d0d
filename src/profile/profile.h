/* SPDX-License-Identifier: MIT */
/*
 * profile: what a sample stream says, summed up and bounded. It is fed by a stream reader (profile_sink) and asked
 * with profile_tree.
 *
 * Strings and frames are interned once, stacks are nodes of one trie, and per (thread, node, flags) there is one row
 * with looks, CPU and wall. A slice is kept open until its SLICE_END, then scaled and added (stream/stream.h tells
 * how); questions count the open one as it is, so a stream that ends early loses nothing. Past max_bytes the least
 * stacks are pruned into a [pruned] child of their parent: totals stay exact (profile/prune.h).
 *
 *	struct profile *p = profile_new(0);
 *	stream_reader_init(&reader, &profile_sink, p);           one reader at a time; another session adds up
 *	... stream_feed(&reader, bytes, n, &err) ...
 *	r = profile_tree(p, &(struct profile_query){.mode = PROFILE_CPU}, &tree);
 */
#ifndef PROFILE_PROFILE_H
#define PROFILE_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "scrape.h"
#include "stream/reader.h"
#include "stream/ways.h"

struct err;
struct tree;
struct profile;

/* max_bytes 0: the default, 256 MiB; at least 256 KiB, at most 2 GiB. While pruning it takes up to twice as much. NULL
 * without memory. */
struct profile *profile_new(size_t max_bytes);
void profile_free(struct profile *profile);

/* From now on the profile keeps when its looks were taken, which questions with `times` need: 40 bytes for each sample
 * of the stream, beside max_bytes. */
void profile_keep_times(struct profile *profile);
/* Some of what it was fed has none. */
void profile_drop_times(struct profile *profile);

/* Of what it is fed from now on only the slices count that have a part in an interval. A time is wall clock, or if it
 * is relative so much after the begin of the first session; until 0: no end. */
struct profile_window {
	uint64_t from_us, until_us;
	bool from_relative, until_relative;
};
void profile_set_window(struct profile *profile, const struct profile_window *window);

/* The sink to give to stream_reader_init, with the profile as ctx. Its functions return 0, SCRAPE_ENOMEM, or
 * SCRAPE_ELIMIT if what the stream defines takes more than max_bytes. They may be called from another sink that
 * passes records on; `gone` and `note` are not the profile's. */
extern const struct stream_sink profile_sink;

enum profile_mode { PROFILE_CPU, PROFILE_WALL, PROFILE_GIL };

struct profile_filter; /* profile/wanted.h */

struct profile_query {
	enum profile_mode mode;
	const struct profile_filter *filter; /* NULL: everything; only of profile_tree */
	bool by_function; /* -F: one node per function: first line instead of line */
	bool by_module;   /* one node per module: a module that calls itself is one frame */
	bool no_lines;    /* --nolineno: no numbers shown (and merged by file and function) */
	bool full_filenames;
	bool split_targets; /* first frame "service (pid N)" */
	bool split_threads; /* then "thread NAME (tid N)" */
	bool times;         /* the tree has runs; with both splits, and its values are looks, not scaled */
};

/* Merges everything, the open slice too, into a new tree, owned by the caller. Values are scaled seconds x the rate
 * asked for (for "max": reached), rounded from the root down by largest remainder: the total is kept, and every node is
 * less than 1 from its exact total. Looks with SCRAPE_TRUNCATED stand under [truncated], those with SCRAPE_IN_GC end
 * in [gc], those without any frame in [unknown]. 0, SCRAPE_ENOMEM, SCRAPE_ELIMIT beyond 64 million nodes, or
 * SCRAPE_ENOTFOUND for a question that wants times that were not kept, or were too many to be kept. */
int profile_tree(const struct profile *profile, const struct profile_query *query, struct tree *ret);

/* Numbers for the progress line and the closing summary. */
struct profile_stats {
	uint64_t looks;   /* of threads, that found something */
	uint64_t running; /* of these, on a CPU */
	uint64_t lost[SCRAPE_LOSS_COUNT];
	uint64_t truncated;
	uint64_t ticks, late;
	uint64_t cpu_ns, wall_ns;     /* of the targets */
	uint64_t cost_ns, stopped_ns; /* of the sampler */
	struct ways ways;
	uint64_t start_wall_us, until_wall_us; /* of what counts */
	uint64_t first_wall_us;                /* of the first session */
	double rate_asked; /* 0: max */
	size_t targets, threads, nodes, bytes;
	uint64_t pruned; /* rows that were pruned */
};
void profile_stats(const struct profile *profile, struct profile_stats *ret);

#endif
