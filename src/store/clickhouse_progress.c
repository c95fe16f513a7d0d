/* SPDX-License-Identifier: MIT */
/*
 * clickhouse_progress: how far each tier is made, and how far back it is kept, as all collectors note it: of what an
 * answer is put together.
 */
#include <inttypes.h>

#include "base/clock.h"
#include "base/err.h"
#include "scrape.h"
#include "store/clickhouse.h"
#include "store/clickhouse_rows.h"
#include "store/plan.h"
#include "store/rowbinary.h"

static const char *const head_tables[STORE_TIERS] = {"heads", "h1", "h2", "h3"};

int clickhouse_oldest(struct clickhouse *c, size_t tier, uint64_t *ret, struct err *err)
{
	struct buf sql = BUF_INIT;
	int r;

	buf_fmt(&sql, "SELECT toUInt64(toUInt32(min(bucket))) FROM %s", head_tables[tier]);
	r = clickhouse_numbers(c, &sql, ret, 1, err);
	buf_deinit(&sql);
	return r;
}

int clickhouse_note(struct clickhouse *c, size_t number, uint64_t time_s, struct err *err)
{
	struct buf rows = BUF_INIT;
	int r;

	rowbinary_put_u8(&rows, (uint8_t)number);
	rowbinary_put_u64(&rows, time_s);
	rowbinary_put_u64(&rows, clock_wall_ns());
	r = clickhouse_send_rows(c, "progress (tier, upto, version)", &rows, err);
	buf_deinit(&rows);
	return r;
}

int clickhouse_read_progress(struct clickhouse *c, struct err *err)
{
	struct buf sql = BUF_INIT, answer = BUF_INIT;
	struct rowbinary rows = {0};
	int r;

	buf_fmt(&sql, "SELECT toUInt64(tier) AS what, argMax(upto, version) AS number FROM progress WHERE tier < %d"
		      " GROUP BY tier", STORE_TIERS);
	r = clickhouse_ask(c, &sql, &answer, err);
	if (r == 0)
		rows = rowbinary_of(&answer);
	while (r == 0 && rowbinary_more(&rows)) {
		uint64_t tier = rowbinary_u64(&rows), upto_s = rowbinary_u64(&rows);

		if (!rows.bad && tier < STORE_TIERS)
			c->upto_s[tier] = upto_s;
	}
	buf_deinit(&sql);
	buf_deinit(&answer);
	return r == 0 && rows.bad ? err_set(err, SCRAPE_EIO, "the server's answer was cut") : r;
}

int clickhouse_unmake(struct clickhouse *c, uint64_t from_s, struct err *err)
{
	const uint64_t minute_s = clickhouse_step(c, 1);
	int r;

	if (from_s / minute_s * minute_s + minute_s > c->now_s)
		return 0; /* nothing of it can be made */
	r = clickhouse_read_progress(c, err);
	for (size_t tier = 1; tier < STORE_TIERS && r == 0; tier++) {
		const uint64_t step_s = clickhouse_step(c, tier), gone_s = clickhouse_gone(c, tier - 1, c->now_s);
		const uint64_t begin_s = from_s > gone_s ? from_s : gone_s + step_s - 1;
		const uint64_t upto_s = begin_s / step_s * step_s;

		if (upto_s < c->upto_s[tier])
			r = clickhouse_note(c, tier, upto_s, err);
	}
	return r;
}

/* Of each tier its oldest bucket, its horizon, and how far it has been made; 0: nothing. */
struct tiers {
	uint64_t rolled_s[CLICKHOUSE_HORIZON], horizon_s[CLICKHOUSE_HORIZON], oldest_s[CLICKHOUSE_HORIZON];
};

/* All in one: then the servers look for all of it at a time. */
static int ask_tiers(struct clickhouse *c, struct tiers *ret, struct err *err)
{
	struct buf sql = BUF_INIT, answer = BUF_INIT;
	struct rowbinary rows = {0};
	uint64_t *const numbers[] = {ret->rolled_s, ret->horizon_s, ret->oldest_s};
	int r;

	buf_str(&sql, "SELECT what, number FROM (SELECT toUInt64(tier) AS what, argMax(upto, version) AS number FROM"
		      " progress GROUP BY tier");
	for (size_t i = 0; i < STORE_TIERS; i++)
		buf_fmt(&sql, " UNION ALL SELECT toUInt64(%zu), toUInt64(toUInt32(min(bucket))) FROM %s",
			2 * CLICKHOUSE_HORIZON + i, head_tables[i]);
	buf_str(&sql, ") AS t ORDER BY what");
	r = clickhouse_ask(c, &sql, &answer, err);
	if (r == 0)
		rows = rowbinary_of(&answer);
	while (r == 0 && rowbinary_more(&rows)) {
		uint64_t what = rowbinary_u64(&rows), number = rowbinary_u64(&rows);

		if (!rows.bad && what / CLICKHOUSE_HORIZON < sizeof(numbers) / sizeof(*numbers))
			numbers[what / CLICKHOUSE_HORIZON][what % CLICKHOUSE_HORIZON] = number;
	}
	buf_deinit(&sql);
	buf_deinit(&answer);
	return r == 0 && rows.bad ? err_set(err, SCRAPE_EIO, "the server's answer was cut") : r;
}

int clickhouse_tiers(struct clickhouse *c, const struct plan_interval *interval, struct plan_tier *ret, struct err *err)
{
	struct tiers tiers = {0};
	uint64_t first_s = UINT64_MAX;
	bool pinned = false;
	int r = ask_tiers(c, &tiers, err);

	if (r == 0 && interval->from_s < tiers.horizon_s[0])
		r = clickhouse_keeps(c, interval->from_s, interval->until_s, &pinned, err);
	for (size_t i = 0; r == 0 && i < STORE_TIERS; i++) {
		const uint64_t oldest_s = tiers.oldest_s[i], rolled_s = tiers.rolled_s[i];
		const uint64_t horizon_s = pinned ? 0 : tiers.horizon_s[i], end_s = interval->end_s;

		ret[i].step_s = clickhouse_step(c, i);
		ret[i].horizon_s = !oldest_s ? UINT64_MAX : oldest_s > horizon_s ? oldest_s : horizon_s;
		ret[i].rolled_s = i == 0 || rolled_s > end_s ? end_s : rolled_s;
		if (i > 1 && ret[i].rolled_s > ret[i - 1].rolled_s)
			ret[i].rolled_s = ret[i - 1].rolled_s;
		first_s = oldest_s && oldest_s < first_s ? oldest_s : first_s;
	}
	for (size_t i = 0; r == 0 && i < STORE_TIERS; i++)
		if (ret[i].horizon_s <= first_s)
			ret[i].horizon_s = 0; /* it has all there ever was */
	return r;
}
