/* SPDX-License-Identifier: MIT */
/*
 * clickhouse_roll: buckets of coarser tiers, each made as a whole out of the tier below, whenever that has more or
 * fewer slices than are in it. That may be done by any collector, any number of times.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/map.h"
#include "base/vec.h"
#include "scrape.h"
#include "store/clickhouse_rows.h"
#include "store/outbox.h"
#include "store/plan.h"
#include "store/sums.h"
#include "stream/stream.h"

#define DUE_MAX 10000
#define SLICES_AT_ONCE 3000 /* that are asked for together */
#define GRACE_S 60          /* a bucket that ended so long ago is made, whoever may be late */

uint64_t clickhouse_step(const struct clickhouse *c, size_t tier)
{
	static const uint64_t steps[STORE_TIERS] = {0, 60, 3600, 86400};

	return tier ? steps[tier] : c->step_s;
}

/* How many slices are in each bucket of this tier, as told by one's heads: those from which it was made, or all. */
static void add_counts(struct buf *sql, const struct clickhouse *c, size_t tier, size_t of, uint64_t from_s)
{
	const uint64_t step_s = clickhouse_step(c, tier);

	buf_fmt(sql, "SELECT intDiv(toUInt64(toUInt32(bucket)), %" PRIu64 ") * %" PRIu64 " AS b, ", step_s, step_s);
	if (of == 0)
		buf_fmt(sql, "uniqExact(id) AS n FROM heads WHERE bucket >= toDateTime(%" PRIu64 ")", from_s);
	else
		buf_fmt(sql, "sum(slices) AS n FROM h%zu FINAL WHERE bucket >= toDateTime(%" PRIu64 ")%s", of, from_s,
			of == tier ? " AND origin = 0" : "");
	buf_str(sql, " GROUP BY b");
}

/* A bucket that is not what lies below it, and how many slices that has. */
struct due {
	uint64_t bucket_s, slices;
};

struct dues {
	struct due *items;
	size_t n, cap;
};

static int take_dues(struct rowbinary *rows, struct dues *ret)
{
	while (rowbinary_more(rows)) {
		struct due *due = VEC_PUSH(ret);

		if (!due)
			return SCRAPE_ENOMEM;
		due->bucket_s = rowbinary_u64(rows);
		due->slices = rowbinary_u64(rows);
	}
	return rows->bad ? SCRAPE_EIO : 0;
}

int clickhouse_first(struct clickhouse *c, size_t tier, uint64_t *ret, struct err *err)
{
	const uint64_t step_s = clickhouse_step(c, tier);
	uint64_t oldest_s;
	int r = clickhouse_oldest(c, tier - 1, &oldest_s, err);

	/* of the bucket in which what is kept begins some may be gone */
	*ret = r == 0 && oldest_s ? (oldest_s + step_s - 1) / step_s * step_s : UINT32_MAX;
	return r;
}

/* Those of a tier that are kept below, oldest first, at most DUE_MAX. */
static int find_due(struct clickhouse *c, size_t tier, struct dues *ret, struct err *err)
{
	struct buf sql = BUF_INIT, answer = BUF_INIT;
	struct rowbinary rows = {0};
	uint64_t first_s;
	int r = clickhouse_first(c, tier, &first_s, err);

	if (r < 0)
		return r;
	buf_str(&sql, "SELECT b, n FROM (SELECT b, n, m FROM (");
	add_counts(&sql, c, tier, tier - 1, first_s);
	buf_str(&sql, ") AS x ANY LEFT JOIN (SELECT b, n AS m FROM (");
	add_counts(&sql, c, tier, tier, first_s);
	buf_fmt(&sql, ") AS z) AS y USING b) AS w WHERE n != m ORDER BY b LIMIT %d", DUE_MAX);
	r = clickhouse_ask(c, &sql, &answer, err);
	if (r == 0)
		rows = rowbinary_of(&answer);
	if (r == 0 && take_dues(&rows, ret) < 0)
		r = err_set(err, SCRAPE_EIO, "the server's answer makes no sense");
	buf_deinit(&sql);
	buf_deinit(&answer);
	return r;
}

struct roll_node {
	uint64_t hash, frame;
	uint32_t parent;
};

struct rolling {
	struct clickhouse *c;
	size_t tier;
	uint64_t from_s, until_s; /* of its buckets */
	uint64_t bucket_s;        /* the one in hand */
	uint64_t version;
	struct clickhouse_answer heads, totals, rows, losses;
	VEC(struct roll_node) nodes; /* 0 is the root */
	struct map node_of;          /* hash -> number */
	uint64_t pruned;             /* hash of the frame [pruned] */
	struct sums sums;
	struct clickhouse_entries entries; /* scratch */
	struct buf out, stacks;            /* rows of the tier, and of stacks that are new */
};

static int add_node(struct rolling *roll, uint64_t hash, uint64_t frame, uint32_t parent, uint32_t *ret)
{
	struct roll_node *node;

	if (map_get(&roll->node_of, hash, ret))
		return 0;
	node = VEC_PUSH(&roll->nodes);
	if (!node)
		return SCRAPE_ENOMEM;
	*node = (struct roll_node){hash, frame, parent};
	*ret = (uint32_t)roll->nodes.n - 1;
	return map_put(&roll->node_of, hash, *ret);
}

static uint32_t parent_of(void *ctx, uint32_t node)
{
	const struct rolling *roll = ctx;

	return roll->nodes.items[node].parent;
}

static void put_stack(struct rolling *roll, uint32_t number)
{
	uint64_t path[STREAM_DEPTH_MAX + 1];
	size_t depth = 0;

	for (uint32_t at = number; at != SUMS_ROOT && depth <= STREAM_DEPTH_MAX; at = roll->nodes.items[at].parent)
		path[depth++] = roll->nodes.items[at].frame;
	rowbinary_put_u64(&roll->stacks, roll->nodes.items[number].hash);
	rowbinary_put_u16(&roll->stacks, (uint16_t)(roll->from_s / 86400));
	rowbinary_put_array(&roll->stacks, depth);
	while (depth > 0)
		rowbinary_put_u64(&roll->stacks, path[--depth]);
}

static int pruned_of(void *ctx, uint32_t node, uint32_t *ret)
{
	struct rolling *roll = ctx;
	const size_t known = roll->nodes.n;
	int r = add_node(roll, clickhouse_hash_pair(roll->c, roll->nodes.items[node].hash, roll->pruned), roll->pruned,
			 node, ret);

	if (r == 0 && roll->nodes.n > known)
		put_stack(roll, *ret);
	return r;
}

/* Stacks as the database has them: hash and frames, from which those above it follow. */
static int take_stacks(struct rolling *roll, struct rowbinary *rows)
{
	while (rowbinary_more(rows)) {
		uint64_t at = 0;
		uint32_t node = SUMS_ROOT;
		size_t n;

		(void)rowbinary_u64(rows); /* its hash, which is the last that follows from its frames */
		n = rowbinary_array(rows, 8);

		for (size_t i = 0; i < n; i++) {
			uint64_t frame = rowbinary_u64(rows);

			at = clickhouse_hash_pair(roll->c, at, frame);
			if (add_node(roll, at, frame, node, &node) < 0)
				return SCRAPE_ENOMEM;
		}
	}
	return 0;
}

/* Stacks are asked for in the same words as their rows, so that no list of them has to be sent. */
static int read_stacks(struct rolling *roll, struct err *err)
{
	struct buf sql = BUF_INIT, answer = BUF_INIT;
	struct rowbinary rows = {0};
	int r;

	buf_fmt(&sql,
		"SELECT stack, frames FROM stacks WHERE stack GLOBAL IN (SELECT DISTINCT arrayJoin(stacks) FROM t%zu"
		" WHERE bucket >= toDateTime(%" PRIu64 ") AND bucket < toDateTime(%" PRIu64 ")) LIMIT 1 BY stack",
		roll->tier - 1, roll->from_s, roll->until_s);
	r = clickhouse_ask(roll->c, &sql, &answer, err);
	if (r == 0)
		rows = rowbinary_of(&answer);
	if (r == 0 && take_stacks(roll, &rows) < 0)
		r = err_set(err, SCRAPE_ENOMEM, "out of memory");
	if (r == 0 && rows.bad)
		r = err_set(err, SCRAPE_EIO, "the server's answer was cut");
	buf_deinit(&sql);
	buf_deinit(&answer);
	return r;
}

static int ask_all(struct rolling *roll, struct err *err)
{
	const uint64_t step_s = clickhouse_step(roll->c, roll->tier);
	const struct clickhouse_question q = {.c = roll->c,
					      .tier = roll->tier - 1,
					      .from_s = roll->from_s,
					      .until_s = roll->until_s,
					      .first_s = roll->from_s,
					      .step_s = step_s,
					      .level = clickhouse_level_of_tier(roll->tier),
					      .all = true};
	/* first: who writes meanwhile adds heads behind rows, so what these count is in the rows that are read next */
	int r = clickhouse_ask_heads(&q, &roll->heads, err);

	if (r == 0)
		r = clickhouse_ask_totals(&q, &roll->totals, err);
	if (r == 0)
		r = clickhouse_ask_rows(&q, &roll->rows, err);
	if (r == 0)
		r = clickhouse_ask_losses(&q, &roll->losses, err);
	return r == 0 && roll->tier > 1 ? read_stacks(roll, err) : r;
}

/* Is the row in hand of this slot and group, which stands in front of each? */
static bool is_of(const struct clickhouse_answer *answer, uint64_t slot, uint64_t group)
{
	struct rowbinary rows = answer->rows;

	return answer->slot == slot && slot != UINT64_MAX && rowbinary_u64(&rows) == group;
}

static int take_rows(struct rolling *roll, uint64_t group)
{
	int r = 0;

	for (; r == 0 && is_of(&roll->rows, roll->totals.slot, group); clickhouse_answer_next(&roll->rows)) {
		struct rowbinary *rows = &roll->rows.rows;
		uint64_t stack, looks, cpu, wall;
		uint32_t node = SUMS_ROOT;
		uint8_t flags;

		(void)rowbinary_u64(rows); /* the group */
		stack = rowbinary_u64(rows);
		flags = rowbinary_u8(rows);
		looks = rowbinary_u64(rows);
		cpu = rowbinary_u64(rows);
		wall = rowbinary_u64(rows);
		if (stack)
			r = add_node(roll, stack, 0, SUMS_ROOT, &node);
		if (r == 0)
			r = sums_add(&roll->sums, node, flags, looks, cpu, wall);
	}
	for (; is_of(&roll->losses, roll->totals.slot, group); clickhouse_answer_next(&roll->losses)) {
		struct rowbinary *rows = &roll->losses.rows;
		uint8_t reason;

		(void)rowbinary_u64(rows); /* the group */
		reason = rowbinary_u8(rows);
		if (reason < SCRAPE_LOSS_COUNT)
			roll->sums.lost[reason] = rowbinary_u64(rows);
		else
			(void)rowbinary_u64(rows);
	}
	return r;
}

static int put_row(struct rolling *roll, uint64_t group, uint64_t service, uint64_t at_host)
{
	const struct sums *sums = &roll->sums;
	struct clickhouse_rolled row = {.tier = roll->tier,
					.bucket_s = roll->bucket_s,
					.service = service,
					.at_host = at_host,
					.process = group, /* if it is one */
					.cpu = sums->cpu_ns,
					.wall = sums->wall_ns,
					.looks = sums->looks,
					.running = sums->running,
					.version = roll->version};

	memcpy(row.lost, sums->lost, sizeof(row.lost));
	roll->entries.n = 0;
	if (!VEC_RESERVE(&roll->entries, sums->entries.n))
		return SCRAPE_ENOMEM;
	VEC_EACH (entry, &sums->entries)
		roll->entries.items[roll->entries.n++] =
			(struct clickhouse_entry){.stack = roll->nodes.items[entry->node].hash,
						  .looks = entry->looks,
						  .cpu = entry->cpu_ns,
						  .wall = entry->wall_ns,
						  .flags = (uint8_t)entry->flags};
	clickhouse_put_rolled(&roll->out, roll->c, &row, &roll->entries);
	return 0;
}

/* The group of the total in hand. */
static int make_group(struct rolling *roll)
{
	const struct sums_trie trie = {.parent = parent_of, .pruned = pruned_of, .ctx = roll};
	struct rowbinary *rows = &roll->totals.rows;
	uint64_t group = rowbinary_u64(rows), service = rowbinary_u64(rows), at_host = rowbinary_u64(rows);
	uint64_t cpu_unseen, wall_unseen;
	uint32_t unseen;
	int r = 0;

	sums_clear(&roll->sums);
	roll->sums.cpu_ns = rowbinary_u64(rows);
	roll->sums.wall_ns = rowbinary_u64(rows);
	roll->sums.looks = rowbinary_u64(rows);
	roll->sums.running = rowbinary_u64(rows);
	cpu_unseen = rowbinary_u64(rows);
	wall_unseen = rowbinary_u64(rows);
	if (cpu_unseen || wall_unseen)
		r = add_node(roll, CLICKHOUSE_UNSEEN, 0, SUMS_ROOT, &unseen);
	if (r == 0 && (cpu_unseen || wall_unseen))
		r = sums_add(&roll->sums, unseen, SCRAPE_ON_CPU, 0, cpu_unseen, wall_unseen);
	if (r == 0)
		r = take_rows(roll, group);
	if (r == 0 && roll->tier > 1)
		r = sums_prune(&roll->sums, &trie, roll->c->config.prune);
	return r < 0 ? r : put_row(roll, group, service, at_host);
}

static int send_rows(struct rolling *roll, struct err *err)
{
	struct buf frame = BUF_INIT;
	int r = 0;

	clickhouse_put_marker(roll->c, SCRAPE_MARK_PRUNED, roll->from_s / 86400, &frame);
	if (roll->stacks.len > 0)
		r = clickhouse_send_rows(roll->c, CLICKHOUSE_FRAMES, &frame, err);
	if (r == 0)
		r = clickhouse_send_rows(roll->c, CLICKHOUSE_STACKS, &roll->stacks, err);
	buf_deinit(&frame);
	return r < 0 ? r : clickhouse_send_rows(roll->c, clickhouse_rows_of[roll->tier], &roll->out, err);
}

/* The same columns, but for what a row of a tier has besides. */
static void put_head(struct rolling *roll)
{
	struct rowbinary *rows = &roll->heads.rows;
	struct buf *out = &roll->out;
	size_t n;
	const char *host = rowbinary_text(rows, &n);

	rowbinary_put_text(out, host, n);
	rowbinary_put_u32(out, (uint32_t)(roll->from_s + roll->heads.slot * clickhouse_step(roll->c, roll->tier)));
	rowbinary_put_u64(out, 0);
	for (size_t i = 0; i < 4; i++) /* from_us to rate */
		rowbinary_put_u64(out, rowbinary_u64(rows));
	rowbinary_put_u8(out, rowbinary_u8(rows));
	for (size_t i = 0; i < 4; i++) /* ticks to stopped */
		rowbinary_put_u64(out, rowbinary_u64(rows));
	n = rowbinary_array(rows, 8);
	rowbinary_put_array(out, n);
	for (size_t i = 0; i < n; i++)
		rowbinary_put_u64(out, rowbinary_u64(rows));
	rowbinary_put_u64(out, rowbinary_u64(rows)); /* slices */
	rowbinary_put_u64(out, roll->version);
}

/* Last: by them it is known that the rest is there. */
static int send_heads(struct rolling *roll, struct err *err)
{
	buf_reset(&roll->out);
	for (; roll->heads.slot != UINT64_MAX; clickhouse_answer_next(&roll->heads))
		put_head(roll);
	if (roll->heads.rows.bad)
		return err_set(err, SCRAPE_EIO, "the server's answer was cut");
	return clickhouse_send_rows(roll->c, clickhouse_heads_of[roll->tier], &roll->out, err);
}

static int make_buckets(struct clickhouse *c, size_t tier, uint64_t from_s, uint64_t until_s, struct err *err)
{
	static const struct clickhouse_answer nothing = {.slot = UINT64_MAX};
	struct rolling roll = {.c = c,
			       .tier = tier,
			       .from_s = from_s,
			       .until_s = until_s,
			       .version = clock_wall_ns(),
			       .heads = nothing,
			       .totals = nothing,
			       .rows = nothing,
			       .losses = nothing};
	int r = VEC_PUSH(&roll.nodes) ? 0 : err_set(err, SCRAPE_ENOMEM, "out of memory");

	roll.pruned = clickhouse_put_marker(c, SCRAPE_MARK_PRUNED, 0, NULL);
	if (r == 0)
		r = ask_all(&roll, err);
	for (; r == 0 && roll.totals.slot != UINT64_MAX; clickhouse_answer_next(&roll.totals)) {
		roll.bucket_s = from_s + roll.totals.slot * clickhouse_step(c, tier);
		if (make_group(&roll) < 0)
			r = err_set(err, SCRAPE_ENOMEM, "out of memory");
	}
	if (r == 0 && (roll.totals.rows.bad || roll.rows.rows.bad || roll.losses.rows.bad))
		r = err_set(err, SCRAPE_EIO, "the server's answer was cut");
	if (r == 0)
		r = send_rows(&roll, err);
	if (r == 0)
		r = send_heads(&roll, err);
	buf_deinit(&roll.heads.bytes);
	buf_deinit(&roll.totals.bytes);
	buf_deinit(&roll.rows.bytes);
	buf_deinit(&roll.losses.bytes);
	VEC_DEINIT(&roll.nodes);
	map_deinit(&roll.node_of);
	sums_deinit(&roll.sums);
	VEC_DEINIT(&roll.entries);
	buf_deinit(&roll.out);
	buf_deinit(&roll.stacks);
	return r;
}

/* How many of the buckets from place i on are one behind the other, over, and together not too many rows. */
static size_t count_together(const struct dues *dues, size_t i, uint64_t step_s, uint64_t now_s)
{
	uint64_t slices = 0;
	size_t n = 0;

	while (i + n < dues->n && dues->items[i + n].bucket_s == dues->items[i].bucket_s + n * step_s &&
	       dues->items[i + n].bucket_s + step_s + GRACE_S <= now_s &&
	       (n == 0 || slices + dues->items[i + n].slices <= SLICES_AT_ONCE))
		slices += dues->items[i + n++].slices;
	return n;
}

/* Makes what is due of a tier, from the oldest on. *ret_more: the time was up before all of it was made. */
static int roll_tier(struct clickhouse *c, size_t tier, uint64_t now_s, uint64_t until_mono_ns, bool *ret_more,
		     struct err *err)
{
	const uint64_t step_s = clickhouse_step(c, tier);
	struct dues dues = {0};
	int r = find_due(c, tier, &dues, err);
	uint64_t upto_s;
	size_t i = 0, n;

	for (; r == 0 && (n = count_together(&dues, i, step_s, now_s)) > 0; i += n) {
		*ret_more = clock_mono_ns() >= until_mono_ns;
		if (*ret_more)
			break;
		r = make_buckets(c, tier, dues.items[i].bucket_s, dues.items[i + n - 1].bucket_s + step_s, err);
	}
	*ret_more = *ret_more || (r == 0 && i == DUE_MAX);
	upto_s = i < dues.n ? dues.items[i].bucket_s : *ret_more ? c->upto_s[tier] : now_s / step_s * step_s;
	VEC_DEINIT(&dues);
	return r < 0 || upto_s == c->upto_s[tier] ? r : clickhouse_note(c, tier, upto_s, err);
}

int clickhouse_tend(struct store *store, uint64_t now_us, uint64_t budget_us, bool *ret_more, struct err *err)
{
	struct clickhouse *c = (struct clickhouse *)store;
	const uint64_t now_s = now_us / 1000000, until_mono_ns = clock_mono_ns() + budget_us * 1000;
	int r;

	c->now_s = now_s;
	r = clickhouse_flush(c, until_mono_ns, err);
	*ret_more = r == 0 && c->outbox && outbox_count(c->outbox) > 0;
	if (r < 0 || *ret_more)
		return r;
	r = clickhouse_ready(c, err);
	if (r == 0)
		r = clickhouse_read_progress(c, err);
	for (size_t tier = 1; tier < STORE_TIERS && r == 0 && !*ret_more; tier++)
		r = roll_tier(c, tier, now_s, until_mono_ns, ret_more, err);
	return r < 0 || *ret_more ? r : clickhouse_retain(c, now_s, err);
}
