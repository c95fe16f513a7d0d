/* SPDX-License-Identifier: MIT */
/*
 * clickhouse_put: a put in progress, shared by its files: rows of slices, and of what they name.
 */
#ifndef STORE_CLICKHOUSE_PUT_H
#define STORE_CLICKHOUSE_PUT_H

#include "base/map.h"
#include "base/vec.h"
#include "profile/history_parts.h"
#include "store/clickhouse.h"

enum clickhouse_table { FRAMES, STACKS, SERIES, SLICES, HEADS, CURSORS, TABLES };

/* A process of the scratch: what it and what it is merged into are called. */
struct clickhouse_ids {
	uint64_t process, at_host, service; /* 0: not known yet */
};

struct clickhouse_writing {
	struct history *scratch;
	uint32_t epoch;
	struct map told;             /* hash of a frame, stack or process -> the day or month when it was told */
	VEC(uint64_t) frames, nodes; /* by number of the scratch: their hash, 0: not known yet */
	VEC(struct clickhouse_ids) processes; /* of the host in hand */
	bool in_batch, lost;
	struct buf rows[TABLES];
	uint64_t slices, oldest_us, newest_us; /* of these */
	struct buf text;                       /* scratch */
};

struct clickhouse_putting {
	struct clickhouse *c;
	struct clickhouse_writing *w;
	const struct store_slices *slices;
	struct history_names names;
	uint32_t day; /* since 1970: today's, of the slice in hand */
};

/* clickhouse_names.c: hashes of what rows name, which is told where it was not yet. 0 or SCRAPE_ENOMEM. */
int clickhouse_stack(struct clickhouse_putting *p, uint32_t node, uint64_t *ret);
int clickhouse_process(struct clickhouse_putting *p, uint32_t process, struct clickhouse_ids *ret);
void clickhouse_forget_numbers(struct clickhouse_writing *w); /* those of the scratch mean something else now */

/* The hash of what stands in w->text, to which these add; never 0. */
uint64_t clickhouse_hash(const struct clickhouse_putting *p);
void clickhouse_add_text(struct buf *out, const char *text, size_t n);
void clickhouse_add_number(struct buf *out, uint64_t number);

const struct string *clickhouse_string(const struct clickhouse_putting *p, uint32_t number);
void clickhouse_put_string(struct buf *out, const struct string *string);

#endif
