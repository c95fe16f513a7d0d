/* SPDX-License-Identifier: MIT */
/*
 * history_pack: the rows of a closed slice in few bytes. Not times but looks are kept, per thread with its measured
 * times, so that what a row stands for is worked out again when it is read, by the rule of profile/slice.h and in the
 * order in which a profile would have done it: to the nanosecond the same, and what is exported is what came in.
 *
 *	thread    number, cpu_ns, wall_ns, looks, running, bytes of its rows        varints, about 18 bytes
 *	row       flags, a byte; difference of the stack to the row before, zigzag; looks
 *	          0x03 0x8c 0x02 0x07                                               about 5 bytes
 *
 * What a store has merged out of several threads or slices is *weighed*: looks of one thread stand for another time
 * than those of another, so each row has its weights for CPU and wall, whose sums stand in the head. A time is shared
 * out by weights as it is by looks else.
 *
 * The bytes are our own and are read unchecked; PACK_SLACK bytes behind them are read with them. Lengths of varints
 * follow no pattern that a processor could guess, so short ones are read without a branch.
 */
#ifndef PROFILE_HISTORY_PACK_H
#define PROFILE_HISTORY_PACK_H

#include <endian.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "profile/history.h"
#include "profile/slice.h"

#define PACK_SLACK 8
#define PACK_HEAD_MAX 80 /* bytes of eight varints */
#define PACK_ROW_MAX 36  /* bytes of a row: flags, a stack of 32 bits, looks, two weights */

struct pack_thread {
	uint32_t thread;
	bool weighed;
	uint64_t cpu_ns, wall_ns;
	uint64_t looks, running;
	uint64_t cpu_weight, wall_weight; /* of all rows; running and looks if it is not weighed */
	const uint8_t *head, *rows;
	size_t n_bytes; /* of the rows */
};

struct pack_row {
	uint32_t stack, flags; /* number of a stack of the history */
	uint64_t looks;
	uint64_t cpu_weight, wall_weight; /* if the thread is weighed; else unset */
};

static inline uint64_t pack_varint(const uint8_t **at)
{
	const uint8_t *byte = *at;
	uint64_t value = 0;
	uint32_t word, ends;

	memcpy(&word, byte, sizeof(word));
	word = le32toh(word);
	ends = ~word & 0x80808080u; /* the bytes that are the last of one */
	if (__builtin_expect(ends != 0, 1)) {
		word &= ends ^ (ends - 1); /* up to the end of the first */
		*at = byte + (__builtin_ctz(ends) >> 3) + 1;
		return (word & 0x7f) | (word >> 1 & 0x3f80) | (word >> 2 & 0x1fc000) | (word >> 3 & 0xfe00000);
	}
	for (unsigned shift = 0;; shift += 7) {
		value |= (uint64_t)(*byte & 0x7f) << shift;
		if (*byte++ < 0x80)
			break;
	}
	*at = byte;
	return value;
}

/* The next thread of a slice; *at goes on behind its rows. False at the end. */
static inline bool pack_next_thread(const uint8_t **at, const uint8_t *end, struct pack_thread *ret)
{
	uint64_t number;

	if (*at >= end)
		return false;
	ret->head = *at;
	number = pack_varint(at);
	ret->thread = (uint32_t)(number >> 1);
	ret->weighed = number & 1;
	ret->cpu_ns = pack_varint(at);
	ret->wall_ns = pack_varint(at);
	ret->looks = ret->wall_weight = pack_varint(at);
	ret->running = ret->cpu_weight = pack_varint(at);
	if (ret->weighed) {
		ret->cpu_weight = pack_varint(at);
		ret->wall_weight = pack_varint(at);
	}
	ret->n_bytes = (size_t)pack_varint(at);
	ret->rows = *at;
	*at += ret->n_bytes;
	return true;
}

/* The next row; *row is the one before, zeroed for the first. *at begins at thread->rows. */
static inline bool pack_next_row(const uint8_t **at, const struct pack_thread *thread, struct pack_row *row)
{
	if (*at >= thread->rows + thread->n_bytes)
		return false;
	row->flags = *(*at)++;
	row->stack = (uint32_t)((int64_t)row->stack + buf_unzigzag(pack_varint(at)));
	row->looks = pack_varint(at);
	if (thread->weighed) {
		row->cpu_weight = pack_varint(at);
		row->wall_weight = pack_varint(at);
	}
	return true;
}

/* Writes to `to`, which has PACK_HEAD_MAX or PACK_ROW_MAX bytes. Returns how many. */
size_t pack_put_thread(uint8_t *to, const struct pack_thread *thread);
size_t pack_put_row(uint8_t *to, const struct pack_row *row, bool weighed, uint32_t stack_before);

/* What a thread's rows stand for in one mode, one after the other. */
struct pack_values {
	const struct pack_thread *thread;
	enum profile_mode mode;
	const uint8_t *at;
	struct pack_row row;
	uint64_t all, of, met, given;
};

static inline void pack_values_init(struct pack_values *v, const struct pack_thread *thread, enum profile_mode mode)
{
	bool cpu = mode == PROFILE_CPU;

	*v = (struct pack_values){.thread = thread, .mode = mode, .at = thread->rows};
	v->all = cpu ? thread->cpu_ns : thread->wall_ns;
	v->of = cpu ? thread->cpu_weight : thread->wall_weight;
}

/* The time of no row: no look met the thread (running). It belongs to [unseen]. */
static inline uint64_t pack_unseen(const struct pack_thread *thread, enum profile_mode mode)
{
	if (mode == PROFILE_CPU)
		return thread->cpu_weight ? 0 : thread->cpu_ns;
	return mode == PROFILE_WALL && !thread->wall_weight ? thread->wall_ns : 0;
}

/* The next row in v->row and its value, which is 0 for what the mode does not count. False at the end. */
static inline bool pack_next_value(struct pack_values *v, uint64_t *ret)
{
	if (!pack_next_row(&v->at, v->thread, &v->row))
		return false;
	*ret = 0;
	if (v->thread->weighed)
		v->met += v->mode == PROFILE_CPU ? v->row.cpu_weight : v->row.wall_weight;
	else if (v->mode == PROFILE_CPU && !(v->row.flags & SCRAPE_ON_CPU))
		return true;
	else
		v->met += v->row.looks;
	*ret = v->of ? slice_share(v->all, v->met, v->of, &v->given) : 0;
	if (v->mode == PROFILE_GIL && !(v->row.flags & SCRAPE_HAS_GIL))
		*ret = 0;
	return true;
}

/* What may have happened in a slice to a whole process: three numbers each. */
struct pack_fact {
	uint32_t process;
	uint64_t what;  /* of a loss its reason, of an end enum stream_gone_why */
	uint64_t value; /* of a loss its count, of an end the status */
};

static inline bool pack_next_fact(const uint8_t **at, const uint8_t *end, struct pack_fact *ret)
{
	if (*at >= end)
		return false;
	ret->process = (uint32_t)pack_varint(at);
	ret->what = pack_varint(at);
	ret->value = pack_varint(at);
	return true;
}

#define PACK_FACT_MAX 30
size_t pack_put_fact(uint8_t *to, const struct pack_fact *fact);

/* The running looks of a process by hundredths of the slice: process, bytes of the rest; a cell that is not 0 as it is,
 * others as 0 and how many of them. */
struct pack_cells {
	uint32_t process;
	uint16_t cells[HISTORY_CELLS];
};
#define PACK_CELLS_MAX (15 + 4 * HISTORY_CELLS)
bool pack_next_cells(const uint8_t **at, const uint8_t *end, struct pack_cells *ret);
size_t pack_put_cells(uint8_t *to, const struct pack_cells *cells);

#endif
