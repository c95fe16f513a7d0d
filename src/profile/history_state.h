/* SPDX-License-Identifier: MIT */
/*
 * history_state: the inside of a history, shared by its files and nobody else.
 *
 *	feed (one stream) ── SLICE_END ──▶ pending (of all feeds, by slot) ── closed ──▶ slices (by number)
 *
 * A slot is a place on the grid of time, a multiple of slice_us. It closes when every feed has told it or when that
 * takes too long; what comes for a slot that has closed (a late sampler, a clock that was put back) becomes a slice of
 * its own.
 */
#ifndef PROFILE_HISTORY_STATE_H
#define PROFILE_HISTORY_STATE_H

#include "base/buf.h"
#include "base/vec.h"
#include "profile/history.h"
#include "profile/history_pack.h"
#include "profile/state.h"
#include "stream/stream.h"

/* What is packed in a slice. */
enum history_section { SECTION_THREADS, SECTION_LOSSES, SECTION_GONE, SECTION_CELLS, SECTIONS };

struct history_slice {
	uint64_t seq, slot_us;
	uint32_t host;              /* number of a string; STATE_STRING_EMPTY: the history's own */
	uint64_t from_us, until_us; /* what of it was looked at; the whole slot if nobody looked */
	uint64_t rate_mhz;          /* asked; the highest of its feeds */
	uint64_t exact;
	uint64_t
		present_us; /* time of slots that are in it: of one that was merged out of several fewer than its own */
	uint64_t looks, cpu_ns, wall_ns;
	uint64_t ticks, late, cost_ns, stopped_ns;
	struct ways ways;
	uint8_t *bytes; /* one section after the other */
	size_t n_bytes[SECTIONS];
};

/* A machine whose slices were given to the history by a store. */
struct history_host {
	uint32_t name;     /* number of a string */
	uint64_t first_us; /* slots before are not missing */
};

/* A slice that feeds still add to. */
struct history_pending {
	struct history_slice slice;
	uint64_t feed_us; /* time looked at, of each feed */
	struct buf sections[SECTIONS];
};

/* What the stream says a thread id is. */
struct feed_def {
	uint32_t process, tid, name;
	uint32_t tally; /* number + 1, 0: not in this slice */
};

/* A thread in the slice that the feed has open. */
struct feed_tally {
	struct tally sums; /* sums.thread is not used */
	uint32_t process, tid, name;
};

struct history_feed {
	struct history *history;
	bool in_session;
	bool imports; /* slices come with their numbers and close at once */
	struct stream_session session;
	uint64_t delivered_us; /* the slots before are told */
	uint64_t closed_us;    /* wall clock: end of its last slice */
	uint64_t newest_us;    /* wall clock: of its looks */
	struct ids ids;        /* targets: numbers of processes; threads: as they are */
	VEC(struct feed_def) defs;
	VEC(struct feed_tally) tallies;
	struct rows rows; /* thread is a tally; only `open` counts */
	VEC(struct pack_fact) losses;
	VEC(struct pack_fact) gone;
	struct map loss_of; /* process << 8 | reason -> loss */
	VEC(struct pack_cells) cells;
	struct map cells_of; /* process -> cells */
	uint64_t looks;
	struct ways ways;
};

struct history {
	struct profile names; /* strings, frames, trie, actors; without rows, so that label.h and merge.h can read it */
	const char *host;
	size_t max_bytes;
	uint64_t keep_us, slice_us, origin_us, grain_us;
	VEC(struct history_slice) slices; /* seq rises; slot_us too, but for late ones */
	VEC(struct history_pending) pending;
	VEC(struct history_feed *) feeds;
	struct id_list stacks; /* the nodes that rows end in, by a number without holes: sums by it stay in the cache */
	struct id_list stack_of;        /* by node: its number + 1, 0: no row ends there */
	VEC(bool) gone;                 /* by process */
	VEC(struct history_host) hosts; /* besides the own one */
	uint32_t epoch;                 /* how often the tables were made anew */
	uint64_t next_us;               /* the slot that closes next, which is the watermark; 0: none is known */
	bool watched;                   /* a sampler or the clock has been heard of: before that nobody looked */
	bool repeats;                   /* what was read had slices that were there already */
	uint64_t next_seq;
	uint64_t tick_us; /* wall clock of the last tick, 0: none */
	uint32_t spared;  /* records until somebody must look at its bytes */
	size_t packed;    /* bytes of all slices and pending ones */
	size_t stale;     /* slices that went since the tables were made */
	struct times sum; /* of what is kept; stops at SLICE_SUM_MAX */
	uint64_t looks;
	struct history_stats totals; /* the sums of it */
};

#define HISTORY_SLICES_MAX 65536 /* kept, whatever their size */

/* Where a section of a slice begins; *end_ret: and ends. */
static inline uint8_t *history_section(const struct history_slice *slice, enum history_section section,
				       const uint8_t **end_ret)
{
	uint8_t *at = slice->bytes;

	for (size_t i = 0; i < section; i++)
		at += slice->n_bytes[i];
	*end_ret = at + slice->n_bytes[section];
	return at;
}

static inline size_t history_slice_bytes(const struct history_slice *slice)
{
	size_t n = 0;

	for (size_t i = 0; i < SECTIONS; i++)
		n += slice->n_bytes[i];
	return n;
}

static inline size_t history_pending_bytes(const struct history_pending *pending)
{
	size_t n = 0;

	for (size_t i = 0; i < SECTIONS; i++)
		n += pending->sections[i].len;
	return n;
}

static inline uint64_t history_slot(const struct history *history, uint64_t wall_us)
{
	uint64_t origin_us = history->origin_us % history->slice_us;

	return wall_us < origin_us ? 0 : wall_us - (wall_us - origin_us) % history->slice_us;
}

/* The name of a machine, by number of a string. */
static inline const char *history_host_text(const struct history *history, uint32_t host)
{
	return host ? history->names.strings.list.items[host].text : history->host;
}

static inline const char *history_text(const struct history *history, uint32_t string)
{
	return history->names.strings.list.items[string].text;
}

/* The number of the stack that ends in a node. 0 or SCRAPE_ENOMEM. */
int history_stack(struct id_list *stacks, struct id_list *stack_of, uint32_t node, uint32_t *ret);
#define HISTORY_STACK_UNSEEN 0 /* of STATE_NODE_UNSEEN; it is there from the beginning */

size_t history_bytes(const struct history *history);

/* The slice of a slot that feeds add to, made if need be. NULL without memory. Valid until the next call. */
struct history_pending *history_pending(struct history *history, uint64_t slot_us);
void history_pending_deinit(struct history_pending *pending);
/* Packs it up as the slice with this number. Frees what it holds. 0 or SCRAPE_ENOMEM with nothing changed. */
int history_close(struct history *history, struct history_pending *pending, uint64_t seq);
/* Somebody looks, from the slot on. What is before and was not told is a gap: nobody was there to look. */
void history_watch(struct history *history, uint64_t slot_us);
/* Closes the slots that every feed has told. 0 or SCRAPE_ENOMEM. */
int history_advance(struct history *history);

/* What `pending` holds is not kept after all. */
void history_disown(struct history *history, struct history_pending *pending);
/* Drops the n oldest slices. */
void history_drop(struct history *history, size_t n);
/* To be called when something grew: keeps to max_bytes. 0, SCRAPE_ENOMEM, or SCRAPE_ELIMIT if what the streams in hand
 * have defined is too large. */
int history_bound(struct history *history);
/* The same for what one record adds: far from the limit only some look, as adding up costs more than most records. */
static inline int history_grown(struct history *history)
{
	if (history->spared == 0)
		return history_bound(history);
	history->spared--;
	return 0;
}
/* Makes the tables anew with what slices and feeds still name. 0, or SCRAPE_ENOMEM with everything as it was. */
int history_compact(struct history *history);

/* Makes the open rows of a feed fewer until they take max_bytes: the least stacks go into [pruned] of their parent, and
 * where that is not enough the least threads into one of their process. 0, SCRAPE_ENOMEM or SCRAPE_ELIMIT. */
int history_fold(struct history_feed *feed, size_t max_bytes);

/* Bytes of the tables of a feed. */
size_t history_feed_bytes(const struct history_feed *feed);
void history_feed_init(struct history_feed *feed, struct history *history);
void history_feed_deinit(struct history_feed *feed);
/* The open slice of the feed ends. 0 or SCRAPE_ENOMEM. */
void history_feed_clear(struct history_feed *feed);
/* Packs what the feed has open behind what `pending` holds, and counts it as kept. 0, or SCRAPE_ENOMEM with nothing
 * changed. */
int history_feed_pack(struct history_feed *feed, const struct stream_slice_end *end, struct history_pending *pending);
/* Gives what the feed has open to the slot of end->from_us, or, if that has closed, to a slice of its own. 0 or
 * SCRAPE_ENOMEM. */
int history_feed_settle(struct history_feed *feed, const struct stream_slice_end *end);

/* A program has ended: it was not only let go. */
static inline bool history_has_ended(const struct pack_fact *gone)
{
	return gone->what == STREAM_GONE_EXIT || gone->what == STREAM_GONE_EXEC;
}

/* In exports the threads that were pruned have this number: a stream's numbers are positive, and the kernel's lower. */
#define HISTORY_TID_PRUNED INT32_MAX

#endif
