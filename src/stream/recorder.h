/* SPDX-License-Identifier: MIT */
/*
 * recorder: turns what looks found into the sample stream. Code objects become frames and stacks become nodes, each
 * defined once; looks of a thread that found the same are one record; slices close with each thread's CPU time.
 *
 *	recorder_init(&rec, &out, &session, NULL, now_ns);
 *	recorder_add(&rec, target, parent, now_ns);
 *	for each tick: recorder_tick(&rec, targets, n, 1, late);
 *		for each target: recorder_look(&rec, target, &look, now);
 *	recorder_close_slice(&rec, targets, n, now);  at its end
 *
 * Times (now_ns) are CLOCK_MONOTONIC.
 */
#ifndef STREAM_RECORDER_H
#define STREAM_RECORDER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "stream/defs.h"
#include "stream/held.h"
#include "stream/natives.h"
#include "stream/ways.h"
#include "stream/writer.h"

struct look;
struct pytarget;
struct pythread;

struct recorder {
	struct buf *out; /* borrowed: where the stream's bytes are appended */
	struct stream_writer writer;
	struct defs defs;
	struct natives natives;
	struct held held;
	uint64_t start_ns, start_wall_us;
	uint64_t slice_us;
	uint64_t slice_from_us;        /* wall clock; the first slice begins with the session */
	struct stream_slice_end slice; /* of the slice in progress */
	struct ways ways;              /* as above */
	uint32_t n_targets, n_threads;
	uint64_t cost_ns; /* CPU time of the sampler when the slice began */
	bool failed;      /* out of memory: looks were lost */
};

/* modules: of targets that are looked at natively, borrowed; NULL: there will be none. */
void recorder_init(struct recorder *rec, struct buf *out, const struct stream_session *session,
		   struct modules *modules, uint64_t now_ns);
void recorder_deinit(struct recorder *rec);

/* How a rule names a target; NULL: it says nothing. */
struct recorder_words {
	const char *service; /* instead of what target/service.h finds */
	const char *labels;  /* "key=value" lines */
};

/* Defines the target. parent: the target that forked it, or NULL; words may be NULL. 0 or SCRAPE_ENOMEM. */
int recorder_add(struct recorder *rec, struct pytarget *target, const struct pytarget *parent,
		 const struct recorder_words *words, uint64_t now_ns);
/* Names it otherwise from now on: the old definition ends (STREAM_GONE_RULES), another begins, and each thread's time
 * is told to the old one up to now. */
void recorder_rename(struct recorder *rec, struct pytarget *target, const struct recorder_words *words,
		     uint64_t now_ns);
/* The target is gone (enum stream_gone_why): flushes and frees its accounts. Call before pytarget_close. */
void recorder_drop(struct recorder *rec, struct pytarget *target, unsigned why, int status, uint64_t now_ns);

/* A tick of the timer, whether it came late, with those before it at which nobody was due: so many in all. May start
 * the definitions again, so all targets are told. */
void recorder_tick(struct recorder *rec, struct pytarget *const *targets, size_t n, uint64_t ticks, bool late);
/* What one tick found in one target. */
void recorder_look(struct recorder *rec, struct pytarget *target, const struct look *look, uint64_t now_ns);
/* Writes down what looks found alike so far: it is not lost if the sampler dies. */
void recorder_flush(struct recorder *rec, struct pytarget *const *targets, size_t n);
/* Asks for names of native frames and takes those that have come. Each tick. */
void recorder_name(struct recorder *rec);
/* Waits for the rest until then; looks go without what has not come. */
void recorder_name_all(struct recorder *rec, uint64_t until_ns);
/* Looks that gave nothing. */
void recorder_lose(struct recorder *rec, struct pytarget *target, unsigned reason, uint64_t count);
/* A local variable of a frame (0: the innermost) of a thread whose stack was just recorded. */
void recorder_local(struct recorder *rec, const struct pythread *thread, uint32_t depth, bool argument,
		    const char *name, const char *text);
/* A sentence for the person in front. */
void recorder_note(struct recorder *rec, int pid, int code, const char *text);

/* True if the slice in progress has ended by now, and it is no use to wait for names a little. */
bool recorder_slice_due(const struct recorder *rec, uint64_t now_ns);
/* Closes the slice in progress, due or not, and begins the next. */
void recorder_close_slice(struct recorder *rec, struct pytarget *const *targets, size_t n, uint64_t now_ns);

#endif
