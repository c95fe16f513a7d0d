/* SPDX-License-Identifier: MIT */
/*
 * clickhouse_retain: what is too old. A tier has a horizon, which is noted for all who read; what lies before it is not
 * asked for any more, and goes with its partition, a day, a month or a year, once all of that lies before it. Pinned
 * intervals keep their partitions.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/err.h"
#include "base/vec.h"
#include "scrape.h"
#include "store/clickhouse.h"
#include "store/rowbinary.h"

#define DAY_S 86400
#define DROPS_MAX 400 /* partitions in one go */

struct pin {
	uint64_t from_s, until_s;
};

struct pins {
	struct pin *items;
	size_t n, cap;
};

static int take_pin(void *ctx, const struct store_note *note)
{
	struct pins *pins = ctx;
	struct pin *pin = note->pin ? VEC_PUSH(pins) : NULL;

	if (note->pin && !pin)
		return SCRAPE_ENOMEM;
	if (pin)
		*pin = (struct pin){note->at_us / 1000000, (note->until_us + 999999) / 1000000};
	return 0;
}

static bool is_pinned(const struct pins *pins, uint64_t from_s, uint64_t until_s)
{
	for (size_t i = 0; i < pins->n; i++)
		if (pins->items[i].from_s < until_s && pins->items[i].until_s > from_s)
			return true;
	return false;
}

int clickhouse_keeps(struct clickhouse *c, uint64_t from_s, uint64_t until_s, bool *ret, struct err *err)
{
	struct pins pins = {0};
	int r = clickhouse_notes(&c->store, 0, UINT64_MAX, take_pin, &pins, err);

	*ret = false;
	for (size_t i = 0; i < pins.n; i++)
		*ret = *ret || (pins.items[i].from_s <= from_s && pins.items[i].until_s >= until_s);
	VEC_DEINIT(&pins);
	return r;
}

/* The partition that a time is in: what it is called, and where it begins and ends. */
static void find_partition(size_t tier, uint64_t time_s, unsigned *ret, uint64_t *begin_s, uint64_t *end_s)
{
	const time_t when = (time_t)time_s;
	struct tm tm;

	(void)gmtime_r(&when, &tm); /* a time of ours */
	tm.tm_hour = tm.tm_min = tm.tm_sec = 0;
	*ret = (unsigned)tm.tm_year + 1900;
	if (tier < 3)
		*ret = *ret * 100 + (unsigned)tm.tm_mon + 1;
	if (tier < 2)
		*ret = *ret * 100 + (unsigned)tm.tm_mday;
	tm.tm_mday = tier < 2 ? tm.tm_mday : 1;
	tm.tm_mon = tier < 3 ? tm.tm_mon : 0;
	*begin_s = (uint64_t)timegm(&tm);
	tm.tm_mday += tier < 2;
	tm.tm_mon += tier == 2;
	tm.tm_year += tier == 3;
	*end_s = (uint64_t)timegm(&tm);
}

static uint64_t horizon(const struct clickhouse *c, size_t tier, uint64_t now_s)
{
	const uint64_t keep_s = c->config.keep_us[tier] / 1000000, step_s = clickhouse_step(c, tier);

	return now_s > keep_s ? (now_s - keep_s) / step_s * step_s : 0;
}

uint64_t clickhouse_gone(const struct clickhouse *c, size_t tier, uint64_t now_s)
{
	uint64_t begin_s, end_s;
	unsigned partition;

	find_partition(tier, horizon(c, tier, now_s), &partition, &begin_s, &end_s);
	return begin_s;
}

static int drop(struct clickhouse *c, const char *table, unsigned partition, struct err *err)
{
	const char *cluster = c->place.cluster;
	char sql[384];

	(void)snprintf(sql, sizeof(sql), "ALTER TABLE %s.%s%s%s%s DROP PARTITION %u", c->place.database, table,
		       cluster[0] ? "_local" : "", cluster[0] ? " ON CLUSTER " : "", cluster, partition);
	return clickhouse_do(c, sql, NULL, 0, err);
}

/* Whole partitions from the oldest on. Rows go before heads, which tell what is kept. */
static int drop_before(struct clickhouse *c, size_t tier, uint64_t oldest_s, uint64_t horizon_s,
		       const struct pins *pins, struct err *err)
{
	char rows[16], heads[16];
	uint64_t begin_s, end_s;
	unsigned partition;
	int r = 0;

	(void)snprintf(rows, sizeof(rows), tier ? "t%zu" : "slices", tier);
	(void)snprintf(heads, sizeof(heads), tier ? "h%zu" : "heads", tier);
	for (int i = 0; i < DROPS_MAX && r == 0; i++) {
		find_partition(tier, oldest_s, &partition, &begin_s, &end_s);
		if (end_s > horizon_s)
			break;
		if (!is_pinned(pins, begin_s, end_s)) {
			r = drop(c, rows, partition, err);
			if (r == 0)
				r = drop(c, heads, partition, err);
		}
		oldest_s = end_s;
	}
	return r;
}

int clickhouse_retain(struct clickhouse *c, uint64_t now_s, struct err *err)
{
	struct pins pins = {0};
	int r;

	if (now_s / 60 == c->retained_min)
		return 0;
	r = clickhouse_notes(&c->store, 0, UINT64_MAX, take_pin, &pins, err);
	for (size_t tier = 0; tier < STORE_TIERS && r == 0; tier++) {
		const uint64_t horizon_s = horizon(c, tier, now_s);
		uint64_t oldest_s = 0;

		r = clickhouse_oldest(c, tier, &oldest_s, err);
		if (r == 0 && oldest_s && oldest_s < horizon_s)
			r = drop_before(c, tier, oldest_s, horizon_s, &pins, err);
		if (r == 0)
			r = clickhouse_note(c, CLICKHOUSE_HORIZON + tier, horizon_s, err);
	}
	VEC_DEINIT(&pins);
	if (r == 0)
		c->retained_min = now_s / 60;
	return r;
}
