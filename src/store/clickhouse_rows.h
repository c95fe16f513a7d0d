/* SPDX-License-Identifier: MIT */
/*
 * clickhouse_rows: what is asked of the rows of a tier in an interval, merged where they lie: an answer has one row for
 * each slot and group (and stack and flags), in the order of the slots.
 *
 *	heads       what was looked at, by slot and host
 *	totals      times and looks, by slot and group
 *	rows        the same by stack and flags, each with its share of the times
 *	threads     tier 0 as it is: what is told apart by thread
 *	losses, cells
 */
#ifndef STORE_CLICKHOUSE_ROWS_H
#define STORE_CLICKHOUSE_ROWS_H

#include "scrape.h"
#include "store/clickhouse.h"
#include "store/rowbinary.h"

/* The columns of t1 to t3 and h1 to h3, in the order in which rows of them are put. */
#define CLICKHOUSE_ROLLED                                                                                              \
	" (service, bucket, series, origin, at_host, process, cpu, wall, looks, running, lost, stacks, flags, counts," \
	" cpus, walls, version)"
#define CLICKHOUSE_ROLLED_HEADS                                                                                        \
	" (host, bucket, origin, from_us, covered, present, rate, exact, ticks, late, cost, stopped, ways, slices,"    \
	" version)"

extern const char *const clickhouse_rows_of[STORE_TIERS], *const clickhouse_heads_of[STORE_TIERS]; /* from 1 on */

/* Of t1 to t3. */
struct clickhouse_entry {
	uint64_t stack, looks, cpu, wall;
	uint8_t flags;
};
struct clickhouse_entries {
	struct clickhouse_entry *items;
	size_t n, cap;
};
struct clickhouse_rolled {
	size_t tier;
	uint64_t bucket_s;                  /* any time in it */
	uint64_t service, at_host, process; /* what is merged there is left out */
	uint64_t origin;                    /* 0: made of the tier below; a late slice's hash */
	uint64_t cpu, wall, looks, running, version;
	uint64_t lost[SCRAPE_LOSS_COUNT];
};
void clickhouse_put_rolled(struct buf *out, const struct clickhouse *c, const struct clickhouse_rolled *row,
			   const struct clickhouse_entries *entries);

/* The levels at which a question tells rows apart: those of the columns process, at_host and service. */
enum clickhouse_level { BY_PROCESS, BY_HOST, BY_SERVICE };
static inline enum clickhouse_level clickhouse_level_of_tier(size_t tier)
{
	return tier < 2 ? BY_PROCESS : tier == 2 ? BY_HOST : BY_SERVICE;
}
const char *clickhouse_column(enum clickhouse_level level);

struct clickhouse_question {
	struct clickhouse *c;
	size_t tier;
	uint64_t from_s, until_s;
	uint64_t first_s, step_s; /* of the slots; each is so long */
	enum clickhouse_level level;
	bool all;               /* else only these groups */
	const uint64_t *wanted; /* their hashes */
	size_t n_wanted;
	uint64_t most; /* rows of a slot and group on the CPU, and as many off it: those with the most looks; 0: all */
};

/* An answer, and how far it has been read. One that was not asked for is {.slot = UINT64_MAX}. */
struct clickhouse_answer {
	struct buf bytes;
	struct rowbinary rows;
	uint64_t slot; /* of the row in hand; UINT64_MAX: there is none */
};
void clickhouse_answer_next(struct clickhouse_answer *answer);

/* Codes as clickhouse_ask. Behind the slot a row has: */
/* text host; u64 from_us, covered, present, rate; u8 exact; u64 ticks, late, cost, stopped; array of u64 looks by way;
 * u64 how many slices */
int clickhouse_ask_heads(const struct clickhouse_question *q, struct clickhouse_answer *ret, struct err *err);
/* u64 group, service, at_host (0 where hosts are merged), cpu, wall, looks, running, cpu and wall of no row */
int clickhouse_ask_totals(const struct clickhouse_question *q, struct clickhouse_answer *ret, struct err *err);
/* u64 group, stack; u8 flags; u64 looks, cpu, wall */
int clickhouse_ask_rows(const struct clickhouse_question *q, struct clickhouse_answer *ret, struct err *err);
/* u64 process, thread; u32 tid; text name; u64 cpu, wall, looks, running; arrays: u64 stacks, u8 flags, u32 looks */
int clickhouse_ask_threads(const struct clickhouse_question *q, struct clickhouse_answer *ret, struct err *err);
/* u64 group; u8 reason; u64 count */
int clickhouse_ask_losses(const struct clickhouse_question *q, struct clickhouse_answer *ret, struct err *err);
/* u64 group; array of u64 cells */
int clickhouse_ask_cells(const struct clickhouse_question *q, struct clickhouse_answer *ret, struct err *err);

#endif
