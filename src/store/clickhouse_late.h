/* SPDX-License-Identifier: MIT */
/*
 * clickhouse_late: slices whose partition may have been dropped, because they waited for a server or stayed with their
 * daemon for more than a day. What is in the coarser tiers was made with those that were there in time, and cannot be
 * made again; so each late one becomes rows of its own there (`origin`: its hash), in the finest tier that is kept.
 */
#ifndef STORE_CLICKHOUSE_LATE_H
#define STORE_CLICKHOUSE_LATE_H

#include "base/buf.h"
#include "store/clickhouse.h"

struct clickhouse_late {
	struct buf slices, heads;                             /* rows that are not late */
	struct buf rows[STORE_TIERS], row_heads[STORE_TIERS]; /* of t1 to t3, h1 to h3 */
};

bool clickhouse_is_late(const struct clickhouse *c, uint64_t time_s, uint64_t now_s);
/* Takes rows of `slices` and `heads`, packed, apart. SCRAPE_EFORMAT, SCRAPE_ENOMEM, with a sentence. */
struct outbox_part;
int clickhouse_late_split(const struct clickhouse *c, const struct outbox_part *slices, const struct outbox_part *heads,
			  uint64_t now_s, struct clickhouse_late *ret, struct err *err);
void clickhouse_late_deinit(struct clickhouse_late *late);

#endif
