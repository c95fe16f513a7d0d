/* SPDX-License-Identifier: MIT */
/*
 * sqlite_load: rows of an interval become a history. What cannot be told apart by the question is merged on the way: by
 * process, by service and host, or by service.
 *
 *	plan (store/plan.h) ── segments ──▶ rows of each slot ── summed up by group ──▶ slices
 */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "profile/history_filter.h"
#include "store/plan.h"
#include "store/sqlite.h"
#include "store/sqlite_load.h"

#define ROWS_MANY 30000 /* some 0.2 s */
#define SCAN_SHARE                                                                                                     \
	4 /* with more than one series in so many it is faster to read all rows than to seek those wanted              \
	   */

static const char *const sql_range[STORE_TIERS] = {
	"SELECT k, data FROM t0 WHERE k >= ? AND k < ?", "SELECT k, data FROM t1 WHERE k >= ? AND k < ?",
	"SELECT k, data FROM t2 WHERE k >= ? AND k < ?", "SELECT k, data FROM t3 WHERE k >= ? AND k < ?"};
static const char *const sql_one[STORE_TIERS] = {
	"SELECT k, data FROM t0 WHERE k = ?", "SELECT k, data FROM t1 WHERE k = ?",
	"SELECT k, data FROM t2 WHERE k = ?", "SELECT k, data FROM t3 WHERE k = ?"};
static const char *const sql_heads[STORE_TIERS] = {
	"SELECT k, data FROM h0 WHERE k >= ? AND k < ?", "SELECT k, data FROM h1 WHERE k >= ? AND k < ?",
	"SELECT k, data FROM h2 WHERE k >= ? AND k < ?", "SELECT k, data FROM h3 WHERE k >= ? AND k < ?"};

static int grow(struct id_list *list, size_t n)
{
	while (list->n < n)
		if (id_add(list, 0) < 0)
			return SCRAPE_ENOMEM;
	return 0;
}

/* What a group has used in the slot in hand. */
static struct emit_group *group_of_series(struct load *l, uint32_t series)
{
	return &l->e.groups.items[l->group_of.items[series] - 1];
}

static int add_sections(struct load *l, struct emit_group *group, struct blob_reader *reader)
{
	bool rows = !(l->range->needs & STORE_NO_ROWS);
	struct pack_thread head;
	int r;

	while ((r = blob_next_section(reader, &head, rows ? &l->rows : NULL)) > 0) {
		if (!rows)
			l->rows.n = 0;
		r = l->range->needs & STORE_BY_THREAD ? load_thread(l, group, &head)
						      : sums_section(&group->sums, &head, &l->rows, LOAD_UNSEEN);
		if (r < 0)
			return r;
	}
	return r == SCRAPE_ENOMEM ? r : 0; /* of a damaged one what could be read */
}

static int add_row(struct load *l, uint32_t series, const void *bytes, size_t n)
{
	struct emit_group *group = group_of_series(l, series);
	struct blob_reader reader;
	struct pack_cells cells;
	struct pack_fact loss;

	if (!blob_open(&reader, bytes, n))
		return 0; /* `store check` tells */
	while (blob_next_loss(&reader, &loss))
		group->sums.lost[loss.what] = slice_sum(group->sums.lost[loss.what], loss.value);
	if (l->range->needs & STORE_CELLS && blob_cells(&reader, &cells)) {
		cells.process = group->process;
		if (history_draft_cells(emit_draft(&l->e, group), &cells) < 0)
			return SCRAPE_ENOMEM;
	}
	group->met = true;
	return add_sections(l, group, &reader);
}

static bool is_wanted(const struct load *l, uint32_t series)
{
	return series < l->group_of.n && l->group_of.items[series];
}

static int scan_rows(struct load *l, size_t tier, uint64_t from_s, uint64_t until_s)
{
	struct db_stmt *stmt = db_prepare(l->s->db, sql_range[tier]);
	int r;

	db_int(stmt, 1, sqlite_key(from_s, 0));
	db_int(stmt, 2, sqlite_key(until_s, 0));
	while ((r = db_step(stmt)) > 0) {
		uint32_t series = sqlite_key_id(db_get_int(stmt, 0));
		size_t n;
		const void *bytes = db_get_blob(stmt, 1, &n);

		r = is_wanted(l, series) ? add_row(l, series, bytes, n) : 0;
		if (r < 0) {
			db_reset(stmt);
			return r;
		}
	}
	return r;
}

static int seek_rows(struct load *l, size_t tier, uint64_t from_s, uint64_t until_s)
{
	struct db_stmt *stmt = db_prepare(l->s->db, sql_one[tier]);
	enum series_level level = series_level_of_tier(tier);
	int r = 0;

	for (uint64_t at = from_s; at < until_s && r == 0; at += l->s->step_s[tier])
		VEC_EACH (wanted, &l->wanted[level]) {
			size_t n;
			const void *bytes;

			if (r < 0 || at < wanted->first_s || at > wanted->last_s)
				continue;
			db_int(stmt, 1, sqlite_key(at, wanted->id));
			r = db_step(stmt);
			if (r <= 0)
				continue;
			bytes = db_get_blob(stmt, 1, &n);
			r = add_row(l, wanted->id, bytes, n);
			db_reset(stmt);
		}
	return r;
}

static int read_rows(struct load *l, size_t tier, uint64_t from_s, uint64_t until_s)
{
	enum series_level level = series_level_of_tier(tier);

	if (l->wanted[level].n == 0)
		return 0;
	if (l->wanted[level].n * SCAN_SHARE > l->n_series[level])
		return scan_rows(l, tier, from_s, until_s);
	return seek_rows(l, tier, from_s, until_s);
}

static int read_heads(struct load *l, size_t tier, uint64_t from_s, uint64_t until_s)
{
	struct db_stmt *stmt = db_prepare(l->s->db, sql_heads[tier]);
	int r;

	db_int(stmt, 1, sqlite_key(from_s, 0));
	db_int(stmt, 2, sqlite_key(until_s, 0));
	while ((r = db_step(stmt)) > 0) {
		uint32_t id = sqlite_key_id(db_get_int(stmt, 0));
		struct head head;
		size_t n;
		const void *bytes = db_get_blob(stmt, 1, &n);

		if (id < l->host_of.n && l->host_of.items[id] && sqlite_head_unpack(bytes, n, &head)) {
			struct emit_host *host = &l->e.hosts.items[l->host_of.items[id] - 1];

			head_add(&host->head, &head);
			host->met = true;
		}
	}
	return r;
}

/* One slice for each host that was there. */
static int load_slot(struct load *l, uint64_t from_s, uint64_t until_s)
{
	int r = 0;

	for (size_t i = 0; i < l->plan.n && r == 0; i++) {
		const struct plan_segment *segment = &l->plan.segments[i];
		uint64_t a = from_s > segment->from_s ? from_s : segment->from_s;
		uint64_t b = until_s < segment->until_s ? until_s : segment->until_s;

		if (a >= b)
			continue;
		r = read_heads(l, segment->tier, a, b);
		if (r == 0)
			r = read_rows(l, segment->tier, a, b);
	}
	return r < 0 ? r : emit_slot(&l->e, from_s, until_s);
}

static int load_slots(struct load *l)
{
	uint64_t step_s = l->plan.step_s ? l->plan.step_s : l->plan.until_s - l->plan.from_s;
	int r = 0;

	for (uint64_t at = l->plan.from_s; at < l->plan.until_s && r == 0; at += step_s)
		r = load_slot(l, at, at + step_s);
	return r;
}

/* Up to where a tier is made. What is late for a bucket of which the tier below has no rows any more is in it
 * already. */
static uint64_t rolled_of(struct sqlite *s, size_t tier, uint64_t end_s)
{
	struct db_stmt *stmt = db_prepare(s->db, "SELECT min(bucket) FROM todo WHERE tier <= ? AND bucket >= ?");
	uint64_t todo_s = 0;

	db_int(stmt, 1, (int64_t)tier);
	db_int(stmt, 2, tier ? (int64_t)sqlite_horizon(s, tier - 1) : 0);
	if (db_step(stmt) > 0) {
		todo_s = (uint64_t)db_get_int(stmt, 0); /* 0: nothing is to be done */
		db_reset(stmt);
	}
	return todo_s && todo_s < end_s ? todo_s : end_s;
}

/* What there is of each tier. */
static void describe_tiers(struct sqlite *s, uint64_t from_s, uint64_t until_s, uint64_t end_s,
			   struct plan_tier tiers[STORE_TIERS])
{
	static const char *const sql_oldest[STORE_TIERS] = {"SELECT min(k) FROM h0", "SELECT min(k) FROM h1",
							    "SELECT min(k) FROM h2", "SELECT min(k) FROM h3"};
	uint64_t oldest = UINT64_MAX;

	for (size_t i = STORE_TIERS; i-- > 0;) {
		int64_t key = db_number(s->db, 0, sql_oldest[i]);
		uint64_t first = key > 0 ? sqlite_key_bucket(key) : UINT64_MAX;

		tiers[i].step_s = s->step_s[i];
		tiers[i].horizon_s = sqlite_horizon(s, i);
		if (tiers[i].horizon_s > from_s && sqlite_keeps(s, i, from_s, until_s))
			tiers[i].horizon_s = from_s - from_s % s->step_s[i];
		tiers[i].rolled_s = rolled_of(s, i, end_s);
		oldest = first < oldest ? first : oldest;
	}
	for (size_t i = 0; i < STORE_TIERS; i++)
		if (tiers[i].horizon_s <= oldest)
			tiers[i].horizon_s = 0; /* it has all there ever was */
}

static int plan_load(struct load *l, size_t preferred, struct err *err)
{
	struct sqlite *s = l->s;
	uint64_t newest_s = (uint64_t)db_number(s->db, 0, "SELECT max(until) FROM host") / 1000000;
	uint64_t first_s = (uint64_t)db_number(s->db, 0, "SELECT min(first) FROM host WHERE first > 0") / 1000000;
	struct plan_tier tiers[STORE_TIERS];
	struct plan_interval interval;

	plan_interval(l->range, first_s, newest_s, &interval);
	describe_tiers(s, interval.from_s, interval.until_s, interval.end_s, tiers);
	l->end_s = interval.end_s;
	return plan_range(&l->plan, tiers, l->range, &interval, preferred, err);
}

static int make_history(struct load *l)
{
	int r = emit_begin(&l->e, &l->plan, l->s->step_s[0], l->range->needs);

	l->e.stack = load_stack;
	l->e.ctx = l;
	return r < 0 ? r : grow(&l->node_of, 1);
}

static void load_deinit(struct load *l)
{
	for (size_t i = 0; i < SERIES_LEVELS; i++)
		VEC_DEINIT(&l->wanted[i]);
	VEC_DEINIT(&l->group_of);
	VEC_DEINIT(&l->host_of);
	VEC_DEINIT(&l->node_of);
	VEC_DEINIT(&l->frame_of);
	VEC_DEINIT(&l->thread_of);
	VEC_DEINIT(&l->rows);
	emit_deinit(&l->e);
}

/* How many rows the plan is about to read. */
static uint64_t rows_of(const struct load *l)
{
	uint64_t rows = 0;

	for (size_t i = 0; i < l->plan.n; i++) {
		const struct plan_segment *segment = &l->plan.segments[i];

		rows += (segment->until_s - segment->from_s) / l->s->step_s[segment->tier] *
			l->wanted[series_level_of_tier(segment->tier)].n;
	}
	return rows;
}

/* Sums of many series come out of a coarser tier than those of one, if that saves most of the work. */
static int prepare(struct load *l, struct err *err)
{
	const struct load empty = {.s = l->s, .range = l->range};

	for (size_t preferred = 0;; preferred++) {
		int r = plan_load(l, preferred, err);

		if (r == 0)
			r = make_history(l);
		if (r == 0)
			r = load_series(l, err);
		if (r < 0 || rows_of(l) <= ROWS_MANY || preferred + 1 == STORE_TIERS)
			return r;
		load_deinit(l);
		*l = empty;
	}
}

int sqlite_load(struct store *store, const struct store_range *range, struct history **ret, struct err *err)
{
	struct load l = {.s = (struct sqlite *)store, .range = range};
	int r, failed;

	/* All of it as it is at one moment; without this each statement would also lock the file anew, which took half
	 * of the time. */
	(void)db_exec(l.s->db, "SAVEPOINT load");
	r = prepare(&l, err);
	if (r == 0) {
		r = load_slots(&l);
		failed = db_failed(l.s->db, NULL);
		if (failed < 0)
			r = db_failed(l.s->db, err);
		else if (r == SCRAPE_ENOMEM)
			(void)err_set(err, r, "out of memory");
		else if (r == SCRAPE_ELIMIT)
			(void)err_set(err, r, "that is too much for one answer: ask for less time or fewer services");
	}
	if (r == 0) {
		*ret = emit_end(&l.e, &l.plan, l.end_s);
	} else {
		db_clear(l.s->db);
	}
	if (db_exec(l.s->db, "RELEASE load") < 0)
		db_clear(l.s->db); /* a failure has ended it already */
	load_deinit(&l);
	return r;
}
