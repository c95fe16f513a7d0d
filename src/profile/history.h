/* SPDX-License-Identifier: MIT */
/*
 * history: what sample streams say, kept slice by slice, so that any interval can be asked for. Fed by stream readers
 * (one feed each), bounded in bytes and age; the oldest slices go first and are counted.
 *
 *	history = history_new(&(struct history_config){.host = "shop-1"});
 *	feed = history_feed_new(history);
 *	stream_reader_init(&reader, &history_sink, feed);
 *	...
 *	r = history_tree(history, &query, &tree, &span);
 *
 * Strings, frames, stacks and actors are interned once for all slices; a slice is its rows (thread, node, flags: looks)
 * with the measured times of each thread, packed, and what is needed to judge it. When slices go, what only they named
 * goes too. The slice that is not closed yet is not part of any answer: answers end at the watermark. Reading never
 * changes anything, so a forked child may do it.
 *
 * A slot of the grid closes when every feed in session has told it; a feed that is silent is waited for three slots
 * more (history_tick). What a feed tells later, or of a time that has been told already (a clock that was put back),
 * becomes a slice of its own with its own number: a look is in exactly one slice. More than six slots of which nobody
 * has a word are a gap (a machine that slept); fewer are empty slices.
 *
 * A stream's clock is its session's start and what has gone by since, so a sampler that notices a step of the wall
 * clock should begin a new session, lest its slices come late ever after.
 */
#ifndef PROFILE_HISTORY_H
#define PROFILE_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "profile/profile.h"
#include "stream/reader.h"

struct buf;
struct err;
struct history;
struct history_feed;
struct tree;

#define HISTORY_CELLS STREAM_CELLS_COUNT /* of a slice in the heat map */
#define HISTORY_SERIES_MAX 4096    /* of one timeline */
#define HISTORY_POINTS_DEFAULT 720 /* of one series */
#define HISTORY_POINTS_MAX 100000

struct history_config {
	const char *host;  /* borrowed: the value of `host` in filters and series */
	size_t max_bytes;  /* 0: 64 MiB; at least 256 KiB, at most 2 GiB. While tables are made anew it takes their size
			      more */
	uint64_t keep_us;  /* 0: one hour */
	uint64_t slice_us; /* 0: 10 s */
	uint64_t origin_us; /* slices begin here or a multiple of slice_us later; 0: 1970 */
	uint64_t grain_us;  /* answers are of this step: slices were merged out of such; 0: slice_us */
};

struct history *history_new(const struct history_config *config); /* NULL without memory */
void history_free(struct history *history);
uint64_t history_slice_us(const struct history *history);

/* One sampler's stream. A feed that is freed takes part in no watermark any more. NULL without memory. */
struct history_feed *history_feed_new(struct history *history);
void history_feed_free(struct history_feed *feed);
/* With a feed as ctx. Codes as profile_sink; SCRAPE_ELIMIT is returned when every closed slice has gone and the
 * definitions of the streams in hand are still too large. SCRAPE_EFORMAT for a slice that ends before it begins. */
extern const struct stream_sink history_sink;

/* Drops what is older than keep_us at `now` (wall clock), and closes slices that have ended although no sample came:
 * every slice exists, also an empty one. Call about once a second. */
void history_tick(struct history *history, uint64_t now_wall_us);

/* No stream goes on (a recording has ended): what is open is closed. 0 or SCRAPE_ENOMEM. */
int history_finish(struct history *history);

/* Which rows. Several of one kind (and key) are alternatives, different kinds must all hold. A thread goes by its name
 * ("tid 43" if it has none) or its number, a target by "host/pid/start ticks"; a label that is not there is "". At most
 * 64 filters; expressions have at most 256 bytes. */
enum history_field { HISTORY_SERVICE, HISTORY_HOST, HISTORY_PID, HISTORY_THREAD, HISTORY_TARGET, HISTORY_LABEL };
struct history_filter {
	enum history_field field;
	const char *key;   /* of HISTORY_LABEL */
	const char *value; /* exact, or "~RE": a regular expression (base/expression.h) that is found in it */
	bool exactly;      /* it is no expression, whatever it begins with */
};

enum history_merge { HISTORY_BY_LINE, HISTORY_BY_FUNCTION, HISTORY_BY_MODULE };

struct history_query {
	uint64_t from_us, until_us; /* wall clock; 0: the oldest slice, the watermark. Snapped outward to slices. */
	const struct history_filter *filters;
	size_t n_filters;
	struct profile_query show; /* mode, splits, file names; by_function and by_module are overruled by merge */
	enum history_merge merge;
	size_t max_nodes; /* 0: all; at least 2. The least go into [pruned] of their parent, which count too */
};

/* What an answer covers. */
struct history_span {
	uint64_t from_us, until_us; /* effective */
	uint64_t step_us;
	uint64_t watermark_us;
	double coverage; /* share of the expected slices that are there; 0 if the interval is past the watermark */
	size_t hosts;    /* of which there is anything */
	uint64_t looks, lost[SCRAPE_LOSS_COUNT]; /* of what matches; losses are known by process */
	double rate_asked, rate_reached;
	uint64_t cpu_ns, wall_ns; /* of what matches */
};

/* 0; SCRAPE_EINVAL (a bad expression, an empty interval) with a sentence; SCRAPE_ENOMEM; SCRAPE_ELIMIT. tree->meta is
 * filled but for the title. Units: scaled seconds x rate asked. */
int history_tree(const struct history *history, const struct history_query *query, struct tree *ret,
		 struct history_span *span_ret, struct err *err);

/* Series of CPU (or wall, gil) over time: of all rows that match, or of one function. */
enum history_by {
	HISTORY_BY_NOTHING,
	HISTORY_BY_SERVICE,
	HISTORY_BY_HOST,
	HISTORY_BY_PID,
	HISTORY_BY_THREAD,
	HISTORY_BY_LABEL
};
struct history_timeline_query {
	struct history_query which; /* interval, filters, mode */
	const char *function;       /* NULL: all; its name, or what it reads like in the tree of the same question */
	bool self;                  /* of the function: where it is innermost, else where it is anywhere */
	bool share;                 /* of all that matches, instead of cores */
	uint64_t step_us;           /* 0: chosen so that there are at most 720 points; rounded up to slices */
	enum history_by by;
	const char *label_key; /* of HISTORY_BY_LABEL */
};
struct history_series {
	char *label; /* value of `by`, "" for HISTORY_BY_NOTHING */
	double *v;   /* n points; NAN is a gap */
};
struct history_timeline {
	struct history_span span; /* step_us is that of the points */
	struct history_series *series;
	size_t n_series, n_points;
};
/* Series are sorted by label. As history_tree; SCRAPE_EINVAL for too many points, SCRAPE_ELIMIT for too many series. */
int history_timeline(const struct history *history, const struct history_timeline_query *query,
		     struct history_timeline *ret, struct err *err);
void history_timeline_deinit(struct history_timeline *timeline);

/* A heat map: the running looks of what matches, in columns of time that are one or more slices long, each in
 * HISTORY_CELLS rows. */
#define HISTORY_COLUMNS_MAX 1440
struct history_heat {
	struct history_span span; /* step_us is that of a column */
	size_t n_columns;
	bool *present;   /* by column; those that are not are gaps */
	uint32_t *looks; /* HISTORY_CELLS for each column */
	uint32_t most;   /* of one cell */
};
/* As history_tree; step_us 0: as long as it takes to have at most HISTORY_COLUMNS_MAX columns. Of the query the
 * interval and the filters count; those of threads cannot be told apart: SCRAPE_EINVAL. */
int history_heat(const struct history *history, const struct history_query *query, uint64_t step_us,
		 struct history_heat *ret, struct err *err);
void history_heat_deinit(struct history_heat *heat);

/* Where a host was not looked at between its first slice and the watermark (or the end of the interval), in order of
 * hosts and time. A negative return of `fn` stops and is returned. */
typedef int (*history_gap_fn)(void *ctx, const char *host, uint64_t from_us, uint64_t until_us);
int history_gaps(const struct history *history, uint64_t from_us, uint64_t until_us, history_gap_fn fn, void *ctx);

/* The processes that have been met within what is kept. One that another session called otherwise is there twice. */
struct history_target {
	const char *host;
	uint32_t pid; /* 0: a store has merged processes of the same name */
	uint64_t start_ticks;
	const char *service, *command, *runtime;
	const char *labels;         /* "key=value" lines, "" none */
	uint64_t first_us, last_us; /* slices in which it was looked at */
	uint64_t cpu_ns;            /* of the newest closed slice */
	uint32_t threads;           /* of that slice; 0: a store has merged them */
	bool gone; /* the sampler has said so */
};
typedef int (*history_target_fn)(void *ctx, const struct history_target *target); /* negative stops and is returned */
int history_targets(const struct history *history, history_target_fn fn, void *ctx);

/* With key NULL all label keys ("service", "host", "pid", "thread" and those of rules), else the values of one. `fn`
 * gets each once; a negative return stops and is returned. */
int history_labels(const struct history *history, const char *key, int (*fn)(void *ctx, const char *text), void *ctx);

/* Closed slices with sequence numbers from `since` on, each a whole sample stream of its own (stream/stream.h), until
 * max_bytes are reached (at least one). *next_ret: the number to ask for next. SCRAPE_EGONE: since is older than what
 * is kept (*next_ret is the oldest). The same question gives the same bytes as long as the slices are kept. */
int history_export(const struct history *history, uint64_t since, size_t max_bytes, struct buf *out,
		   uint64_t *next_ret);
/* Takes back what history_export wrote (a spool, after a restart), with the same sequence numbers, and goes on behind
 * them. Slices whose numbers have been met are passed over, so nothing counts twice; whole slices before a mistake or a
 * cut count. To be done before streams are fed. 0, SCRAPE_EFORMAT (also slices of another length, and a cut within a
 * record), SCRAPE_ENOMEM, SCRAPE_ELIMIT, with a sentence. */
int history_import(struct history *history, const void *bytes, size_t n, struct err *err);

/* The values of what a query's filters let through. */
int history_labels_of(const struct history *history, const struct history_query *query, const char *key,
		      int (*fn)(void *ctx, const char *text), void *ctx);

struct history_stats {
	size_t bytes, slices, targets;
	uint64_t evicted;  /* slices that went because of max_bytes */
	uint64_t next_seq; /* of the slice that will close next */
	uint64_t oldest_us, watermark_us;
	uint64_t looks, lost[SCRAPE_LOSS_COUNT], ticks, late, cost_ns, stopped_ns, cpu_ns; /* since the start */
	struct ways ways;
};
void history_stats(const struct history *history, struct history_stats *ret);

#endif
