/* SPDX-License-Identifier: MIT */
/* clickhouse_rows: questions about rows. */
#include "store/clickhouse_rows.h"

#include <inttypes.h>
#include <string.h>

#include "base/vec.h"
#include "profile/history.h"
#include "scrape.h"

const char *const clickhouse_rows_of[STORE_TIERS] = {"", "t1" CLICKHOUSE_ROLLED, "t2" CLICKHOUSE_ROLLED,
						     "t3" CLICKHOUSE_ROLLED};
const char *const clickhouse_heads_of[STORE_TIERS] = {"", "h1" CLICKHOUSE_ROLLED_HEADS, "h2" CLICKHOUSE_ROLLED_HEADS,
						      "h3" CLICKHOUSE_ROLLED_HEADS};

const char *clickhouse_column(enum clickhouse_level level)
{
	static const char *const columns[] = {
		[BY_PROCESS] = "process", [BY_HOST] = "at_host", [BY_SERVICE] = "service"};

	return columns[level];
}

void clickhouse_put_rolled(struct buf *out, const struct clickhouse *c, const struct clickhouse_rolled *row,
			   const struct clickhouse_entries *entries)
{
	const uint64_t step_s = clickhouse_step(c, row->tier);
	const uint64_t series[] = {[BY_PROCESS] = row->process, [BY_HOST] = row->at_host, [BY_SERVICE] = row->service};

	rowbinary_put_u64(out, row->service);
	rowbinary_put_u32(out, (uint32_t)(row->bucket_s / step_s * step_s));
	rowbinary_put_u64(out, series[clickhouse_level_of_tier(row->tier)]);
	rowbinary_put_u64(out, row->origin);
	rowbinary_put_u64(out, row->tier < 3 ? row->at_host : 0);
	rowbinary_put_u64(out, row->tier < 2 ? row->process : 0);
	rowbinary_put_u64(out, row->cpu);
	rowbinary_put_u64(out, row->wall);
	rowbinary_put_u64(out, row->looks);
	rowbinary_put_u64(out, row->running);
	rowbinary_put_array(out, SCRAPE_LOSS_COUNT);
	for (size_t i = 0; i < SCRAPE_LOSS_COUNT; i++)
		rowbinary_put_u64(out, row->lost[i]);
	rowbinary_put_array(out, entries->n);
	VEC_EACH (entry, entries)
		rowbinary_put_u64(out, entry->stack);
	rowbinary_put_array(out, entries->n);
	VEC_EACH (entry, entries)
		rowbinary_put_u8(out, entry->flags);
	rowbinary_put_array(out, entries->n);
	VEC_EACH (entry, entries)
		rowbinary_put_u64(out, entry->looks);
	rowbinary_put_array(out, entries->n);
	VEC_EACH (entry, entries)
		rowbinary_put_u64(out, entry->cpu);
	rowbinary_put_array(out, entries->n);
	VEC_EACH (entry, entries)
		rowbinary_put_u64(out, entry->wall);
	rowbinary_put_u64(out, row->version);
}

void clickhouse_answer_next(struct clickhouse_answer *answer)
{
	answer->slot = rowbinary_more(&answer->rows) ? rowbinary_u64(&answer->rows) : UINT64_MAX;
}

static int ask(const struct clickhouse_question *q, struct buf *sql, struct clickhouse_answer *ret, struct err *err)
{
	int r = clickhouse_ask(q->c, sql, &ret->bytes, err);

	if (r == 0)
		ret->rows = rowbinary_of(&ret->bytes);
	clickhouse_answer_next(ret);
	buf_deinit(sql);
	return r;
}

static void add_slot(struct buf *sql, const struct clickhouse_question *q)
{
	buf_fmt(sql, "intDiv(toUInt64(toUInt32(bucket)) - %" PRIu64 ", %" PRIu64 ") AS slot", q->first_s, q->step_s);
}

static void add_interval(struct buf *sql, const struct clickhouse_question *q)
{
	buf_fmt(sql, "bucket >= toDateTime(%" PRIu64 ") AND bucket < toDateTime(%" PRIu64 ")", q->from_s, q->until_s);
}

static void add_wanted(struct buf *sql, const struct clickhouse_question *q)
{
	if (q->all)
		return;
	buf_fmt(sql, " AND %s IN (0", clickhouse_column(q->level));
	for (size_t i = 0; i < q->n_wanted; i++) {
		buf_chr(sql, ',');
		buf_number(sql, q->wanted[i]);
	}
	buf_chr(sql, ')');
}

/* Of rows with the same key that which was made last. (FINAL takes twice as long.) */
static void add_newest(struct buf *sql, const struct clickhouse_question *q, const char *table, const char *key)
{
	buf_fmt(sql, " AND (%s, version) GLOBAL IN (SELECT %s, max(version) FROM %s%zu WHERE ", key, key, table,
		q->tier);
	add_interval(sql, q);
	buf_fmt(sql, " GROUP BY %s)", key);
}

/* Rows that were written more than once are one. */
static void add_source(struct buf *sql, const struct clickhouse_question *q, const char *columns)
{
	const char *column = clickhouse_column(q->level);

	if (q->tier > 0)
		buf_fmt(sql, "(SELECT bucket, %s, %s FROM t%zu WHERE ", column, columns, q->tier);
	else
		buf_fmt(sql, "(SELECT bucket, %s, %s FROM slices WHERE ", column, columns);
	add_interval(sql, q);
	add_wanted(sql, q);
	if (q->tier > 0)
		add_newest(sql, q, "t", "service, bucket, series, origin");
	buf_fmt(sql, " LIMIT 1 BY service, bucket, %s) AS s", q->tier > 0 ? "series, origin" : "id");
}

static void add_heads(struct buf *sql, const struct clickhouse_question *q, const char *columns)
{
	if (q->tier > 0)
		buf_fmt(sql, "(SELECT bucket, %s FROM h%zu WHERE ", columns, q->tier);
	else
		buf_fmt(sql, "(SELECT bucket, %s FROM heads WHERE ", columns);
	add_interval(sql, q);
	if (q->tier > 0)
		add_newest(sql, q, "h", "host, bucket, origin");
	buf_fmt(sql, " LIMIT 1 BY bucket, host, %s) AS h", q->tier > 0 ? "origin" : "id");
}

int clickhouse_ask_heads(const struct clickhouse_question *q, struct clickhouse_answer *ret, struct err *err)
{
	struct buf sql = BUF_INIT;

	buf_str(&sql, "SELECT ");
	add_slot(&sql, q);
	buf_str(&sql, ", host, min(from_us), sum(covered), sum(present), max(rate), max(exact), sum(ticks), sum(late),"
		      " sum(cost), sum(stopped), sumForEach(ways), sum(slices) FROM ");
	add_heads(&sql, q,
		  q->tier > 0 ? "host, from_us, covered, present, rate, exact, ticks, late, cost, stopped, ways, slices"
			      : "host, id, from_us, covered, present, rate, exact, ticks, late, cost, stopped, ways,"
				" toUInt64(1) AS slices");
	buf_str(&sql, " GROUP BY slot, host ORDER BY slot, host");
	return ask(q, &sql, ret, err);
}

int clickhouse_ask_totals(const struct clickhouse_question *q, struct clickhouse_answer *ret, struct err *err)
{
	const char *column = clickhouse_column(q->level);
	struct buf sql = BUF_INIT;

	buf_str(&sql, "SELECT ");
	add_slot(&sql, q);
	buf_fmt(&sql, ", %s, any(of_service), %s, sum(cpu), sum(wall), sum(looks), sum(running), %s FROM ", column,
		q->level == BY_SERVICE ? "toUInt64(0)" : "any(of_host)",
		q->tier > 0 ? "toUInt64(0), toUInt64(0)" /* of a row of its own */
			    : "sum(if(running = 0, cpu, 0)), sum(if(looks = 0, wall, 0))");
	add_source(&sql, q, "service AS of_service, at_host AS of_host, cpu, wall, looks, running");
	buf_fmt(&sql, " GROUP BY slot, %s ORDER BY slot, %s", column, column);
	return ask(q, &sql, ret, err);
}

/* A time is shared out by looks, from the first on, cut: slice_share of profile/slice.h. */
int clickhouse_ask_rows(const struct clickhouse_question *q, struct clickhouse_answer *ret, struct err *err)
{
	const char *column = clickhouse_column(q->level);
	struct buf sql = BUF_INIT;

	if (q->most)
		buf_str(&sql, "SELECT * FROM (");
	buf_str(&sql, "SELECT ");
	add_slot(&sql, q);
	buf_fmt(&sql, ", %s, stack, flag, sum(toUInt64(n)) AS met, ", column);
	if (q->tier > 0) {
		buf_str(&sql, "sum(c), sum(w) FROM ");
		add_source(&sql, q, "stacks, flags, counts, cpus, walls");
		buf_str(&sql, " ARRAY JOIN stacks AS stack, flags AS flag, counts AS n, cpus AS c, walls AS w");
	} else {
		buf_str(&sql, "sum(intDiv(cpu * upto_running, greatest(running, 1)) -"
			      " intDiv(cpu * (upto_running - bitAnd(flag, 1) * n), greatest(running, 1))),"
			      " sum(intDiv(wall * upto, greatest(looks, 1)) - intDiv(wall * (upto - n), greatest(looks,"
			      " 1))) FROM ");
		add_source(&sql, q, "cpu, wall, looks, running, stacks, flags, counts");
		buf_str(&sql, " ARRAY JOIN stacks AS stack, flags AS flag, counts AS n,"
			      " arrayCumSum(arrayMap((f, k) -> toUInt64(bitAnd(f, 1) * k), flags, counts)) AS"
			      " upto_running, arrayCumSum(arrayMap(k -> toUInt64(k), counts)) AS upto");
	}
	buf_fmt(&sql, " GROUP BY slot, %s, stack, flag", column);
	if (q->most)
		buf_fmt(&sql, " ORDER BY met DESC LIMIT %" PRIu64 " BY slot, %s, bitAnd(flag, %d)) AS most", q->most,
			column, SCRAPE_ON_CPU);
	buf_fmt(&sql, " ORDER BY slot, %s, bitAnd(flag, %d)", column, SCRAPE_ON_CPU);
	return ask(q, &sql, ret, err);
}

int clickhouse_ask_threads(const struct clickhouse_question *q, struct clickhouse_answer *ret, struct err *err)
{
	struct buf sql = BUF_INIT;

	buf_str(&sql, "SELECT ");
	add_slot(&sql, q);
	buf_str(&sql, ", process, thread, tid, thread_name, cpu, wall, looks, running, stacks, flags, counts FROM ");
	add_source(&sql, q, "thread, tid, thread_name, cpu, wall, looks, running, stacks, flags, counts");
	buf_str(&sql, " ORDER BY slot, bucket, process, thread");
	return ask(q, &sql, ret, err);
}

/* What heads tell of processes, by what these are merged into. Of one process there is one row to join: an ANY INNER
 * JOIN would not do for it, for later servers take each row of the left side once as well. */
static void join_groups(struct buf *sql, const struct clickhouse_question *q)
{
	if (q->level == BY_PROCESS)
		return;
	buf_fmt(sql,
		" ALL INNER JOIN (SELECT process, %s FROM series WHERE day >= toDate(%" PRIu64
		") AND day <= toDate(%" PRIu64 ") LIMIT 1 BY process) AS p USING process",
		clickhouse_column(q->level), q->from_s / 86400, q->until_s / 86400);
}

int clickhouse_ask_losses(const struct clickhouse_question *q, struct clickhouse_answer *ret, struct err *err)
{
	const char *column = clickhouse_column(q->level);
	struct buf sql = BUF_INIT;

	buf_fmt(&sql, "SELECT slot, %s, reason, sum(count) FROM (SELECT ", column);
	add_slot(&sql, q);
	if (q->tier > 0) {
		buf_fmt(&sql, ", %s, toUInt8(i - 1) AS reason, count FROM ", column);
		add_source(&sql, q, "lost");
		buf_str(&sql, " ARRAY JOIN lost AS count, arrayEnumerate(lost) AS i WHERE count > 0) AS x");
	} else {
		buf_str(&sql, ", process, reason, count FROM ");
		add_heads(&sql, q, "host, id, loss_process, loss_reason, loss_count");
		buf_str(&sql, " ARRAY JOIN loss_process AS process, loss_reason AS reason, loss_count AS count) AS x");
		join_groups(&sql, q);
	}
	buf_fmt(&sql, " GROUP BY slot, %s, reason ORDER BY slot, %s, reason", column, column);
	return ask(q, &sql, ret, err);
}

int clickhouse_ask_cells(const struct clickhouse_question *q, struct clickhouse_answer *ret, struct err *err)
{
	const char *column = clickhouse_column(q->level);
	struct buf sql = BUF_INIT;

	buf_fmt(&sql, "SELECT slot, %s, sumForEach(part) FROM (SELECT ", column);
	add_slot(&sql, q);
	buf_fmt(&sql, ", process, arraySlice(cells, (i - 1) * %d + 1, %d) AS part FROM ", HISTORY_CELLS, HISTORY_CELLS);
	add_heads(&sql, q, "host, id, cells_process, cells");
	buf_str(&sql, " ARRAY JOIN cells_process AS process, arrayEnumerate(cells_process) AS i) AS x");
	join_groups(&sql, q);
	buf_fmt(&sql, " GROUP BY slot, %s ORDER BY slot, %s", column, column);
	return ask(q, &sql, ret, err);
}
