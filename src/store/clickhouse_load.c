/* SPDX-License-Identifier: MIT */
/*
 * clickhouse_load: rows of an interval become a history. They are merged where they lie (store/clickhouse_rows.h): what
 * comes over the network is a sum for each slot, group, stack and flags.
 */
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "profile/history.h"
#include "profile/slice.h"
#include "scrape.h"
#include "store/clickhouse_load.h"

#define ROWS_MANY 5000 /* some 50 ms */

/* What is asked of one segment of the plan. */
struct answers {
	struct clickhouse_answer heads, totals, rows, losses, cells;
};

static uint64_t slot_s(const struct clickhouse_loading *l)
{
	uint64_t length_s = l->plan.until_s - l->plan.from_s;

	return l->plan.step_s ? l->plan.step_s : length_s ? length_s : l->c->step_s;
}

static struct emit_group *group_of(struct clickhouse_loading *l, uint64_t hash)
{
	uint32_t place;

	return map_get(&l->groups, hash, &place) ? &l->e.groups.items[place - 1] : NULL;
}

static int take_head(struct clickhouse_loading *l, struct rowbinary *rows)
{
	struct head head = {0};
	size_t n;
	const char *name = rowbinary_text(rows, &n);
	uint32_t place = clickhouse_load_host(l, name, n);

	head.from_us = rowbinary_u64(rows);
	head.covered_us = rowbinary_u64(rows);
	head.present_us = rowbinary_u64(rows);
	head.rate_mhz = rowbinary_u64(rows);
	head.exact = rowbinary_u8(rows);
	head.ticks = rowbinary_u64(rows);
	head.late = rowbinary_u64(rows);
	head.cost_ns = rowbinary_u64(rows);
	head.stopped_ns = rowbinary_u64(rows);
	n = rowbinary_array(rows, 8);
	for (size_t i = 0; i < n; i++) {
		uint64_t looks = rowbinary_u64(rows);

		if (i < SCRAPE_WAY_COUNT)
			head.looks[i] = looks;
	}
	(void)rowbinary_u64(rows); /* how many slices */
	if (place && !rows->bad) {
		head_add(&l->e.hosts.items[place - 1].head, &head);
		l->e.hosts.items[place - 1].met = true;
	}
	return 0;
}

static int take_total(struct clickhouse_loading *l, struct rowbinary *rows)
{
	struct emit_group *group = group_of(l, rowbinary_u64(rows));
	uint64_t cpu, wall, looks, running, cpu_unseen, wall_unseen;

	(void)rowbinary_u64(rows); /* service, */
	(void)rowbinary_u64(rows); /* and host */
	cpu = rowbinary_u64(rows);
	wall = rowbinary_u64(rows);
	looks = rowbinary_u64(rows);
	running = rowbinary_u64(rows);
	cpu_unseen = rowbinary_u64(rows);
	wall_unseen = rowbinary_u64(rows);
	if (!group || rows->bad)
		return 0;
	group->met = true;
	group->sums.cpu_ns = slice_sum(group->sums.cpu_ns, cpu);
	group->sums.wall_ns = slice_sum(group->sums.wall_ns, wall);
	group->sums.looks = slice_sum(group->sums.looks, looks);
	group->sums.running = slice_sum(group->sums.running, running);
	if (!cpu_unseen && !wall_unseen)
		return 0;
	return sums_add(&group->sums, HISTORY_PARTS_UNSEEN, SCRAPE_ON_CPU, 0, cpu_unseen, wall_unseen);
}

static void count_run(struct clickhouse_loading *l, uint64_t group, bool running)
{
	l->run.n = l->run.group == group && l->run.running == running ? l->run.n + 1 : 1;
	l->run.group = group;
	l->run.running = running;
	l->run.cut = l->run.cut || l->run.n >= l->c->config.stacks;
}

static int take_row(struct clickhouse_loading *l, struct rowbinary *rows)
{
	const uint64_t hash = rowbinary_u64(rows), stack = rowbinary_u64(rows);
	struct emit_group *group = group_of(l, hash);
	uint8_t flags = rowbinary_u8(rows);
	uint64_t looks = rowbinary_u64(rows), cpu = rowbinary_u64(rows), wall = rowbinary_u64(rows);

	if (!group || rows->bad)
		return 0;
	count_run(l, hash, flags & SCRAPE_ON_CPU);
	return sums_add(&group->sums, clickhouse_load_node(l, stack), flags, looks, cpu, wall);
}

/* The stack that stands for all that were not sent. */
static int find_pruned(struct clickhouse_loading *l, uint32_t *ret)
{
	struct frame frame = {.kind = STREAM_FRAME_MARKER};
	uint32_t number;
	int r = history_parts_add_text(l->e.h, SCRAPE_MARK_PRUNED, strlen(SCRAPE_MARK_PRUNED), &frame.function);

	if (r == 0)
		r = history_parts_add_text(l->e.h, "", 0, &frame.file);
	frame.module = frame.file;
	if (r == 0)
		r = history_parts_add_frame(l->e.h, &frame, &number);
	return r < 0 ? r : history_parts_add_node(l->e.h, TRIE_ROOT, number, ret);
}

static uint64_t rest_of(uint64_t all, uint64_t part)
{
	return all > part ? all - part : 0;
}

/* What the totals have and the rows that came do not. Its wall time is shared out by looks. */
static int add_rest(struct emit_group *group, uint32_t pruned)
{
	const struct sums *sums = &group->sums;
	uint64_t looks = sums->looks, running = sums->running, cpu = sums->cpu_ns, wall = sums->wall_ns;
	uint64_t wall_running, given = 0;
	int r;

	VEC_EACH (entry, &sums->entries) {
		looks = rest_of(looks, entry->looks);
		running = rest_of(running, entry->flags & SCRAPE_ON_CPU ? entry->looks : 0);
		cpu = rest_of(cpu, entry->cpu_ns);
		wall = rest_of(wall, entry->wall_ns);
	}
	if (!looks && !cpu && !wall)
		return 0;
	running = running < looks ? running : looks;
	wall_running = looks ? slice_share(wall, running, looks, &given) : wall;
	r = sums_add(&group->sums, pruned, SCRAPE_ON_CPU, running, cpu, wall_running);
	return r < 0 ? r : sums_add(&group->sums, pruned, 0, looks - running, 0, wall - wall_running);
}

static int add_rests(struct clickhouse_loading *l)
{
	uint32_t pruned;
	int r = find_pruned(l, &pruned);

	VEC_EACH (group, &l->e.groups)
		if (r == 0 && group->met)
			r = add_rest(group, pruned);
	return r;
}

static int find_thread(struct clickhouse_loading *l, uint32_t process, uint64_t hash, uint32_t tid, const char *name,
		       size_t n, uint32_t *ret)
{
	uint32_t text;
	int r;

	if (map_get(&l->threads, hash, ret))
		return 0;
	r = history_parts_add_text(l->e.h, name, n, &text);
	if (r == 0)
		r = history_parts_add_thread(l->e.h, process, tid, text, ret);
	return r < 0 ? r : map_put(&l->threads, hash, *ret);
}

/* Three arrays of the same length; others of the row are longer than what is there. */
static int take_sections(struct clickhouse_loading *l, struct rowbinary *rows, struct blob_rows *ret)
{
	size_t n = rowbinary_array(rows, 8);

	ret->n = 0;
	if (!VEC_RESERVE(ret, n + 1))
		return SCRAPE_ENOMEM;
	for (size_t i = 0; i < n; i++) {
		ret->items[i] = (struct pack_row){.stack = clickhouse_load_node(l, rowbinary_u64(rows))};
		ret->n++;
	}
	for (size_t i = 0, k = rowbinary_array(rows, 1); i < k; i++) {
		uint8_t flags = rowbinary_u8(rows);

		if (i < n)
			ret->items[i].flags = flags;
	}
	for (size_t i = 0, k = rowbinary_array(rows, 4); i < k; i++) {
		uint32_t looks = rowbinary_u32(rows);

		if (i < n)
			ret->items[i].looks = looks;
	}
	return 0;
}

static int take_thread(struct clickhouse_loading *l, struct rowbinary *rows)
{
	struct emit_group *group = group_of(l, rowbinary_u64(rows));
	uint64_t hash = rowbinary_u64(rows);
	uint32_t tid = rowbinary_u32(rows);
	size_t n;
	const char *name = rowbinary_text(rows, &n);
	struct pack_thread head = {0};
	int r;

	head.cpu_ns = slice_sum(0, rowbinary_u64(rows)); /* cut to what can be counted */
	head.wall_ns = slice_sum(0, rowbinary_u64(rows));
	head.looks = slice_sum(0, rowbinary_u64(rows));
	head.running = slice_sum(0, rowbinary_u64(rows));
	r = take_sections(l, rows, &l->e.out);
	if (r < 0 || !group || rows->bad)
		return r;
	r = find_thread(l, group->process, hash, tid, name, n, &head.thread);
	if (r == 0)
		r = emit_translate(&l->e, &l->e.out);
	return r < 0 ? r : history_draft_thread(emit_draft(&l->e, group), &head, l->e.out.items, l->e.out.n);
}

static int take_loss(struct clickhouse_loading *l, struct rowbinary *rows)
{
	struct emit_group *group = group_of(l, rowbinary_u64(rows));
	uint8_t reason = rowbinary_u8(rows);
	uint64_t count = rowbinary_u64(rows);

	if (group && !rows->bad && reason < SCRAPE_LOSS_COUNT) {
		group->sums.lost[reason] = slice_sum(group->sums.lost[reason], count);
		group->met = true;
	}
	return 0;
}

static int take_cells(struct clickhouse_loading *l, struct rowbinary *rows)
{
	struct emit_group *group = group_of(l, rowbinary_u64(rows));
	size_t n = rowbinary_array(rows, 8);
	struct pack_cells cells = {.process = group ? group->process : 0};

	for (size_t i = 0; i < n; i++) {
		uint64_t cell = rowbinary_u64(rows);

		if (i < HISTORY_CELLS)
			cells.cells[i] = (uint16_t)(cell < UINT16_MAX ? cell : UINT16_MAX);
	}
	return group && !rows->bad ? history_draft_cells(emit_draft(&l->e, group), &cells) : 0;
}

/* From the beginning of a row, behind its slot, to its stacks. How many there are. */
static size_t skip_to_stacks(struct rowbinary *rows, bool threads)
{
	size_t n;

	(void)rowbinary_u64(rows); /* group, or process */
	if (!threads)
		return 1;
	(void)rowbinary_u64(rows); /* thread, tid, name, */
	(void)rowbinary_u32(rows);
	(void)rowbinary_text(rows, &n);
	for (int i = 0; i < 4; i++) /* times and looks */
		(void)rowbinary_u64(rows);
	return rowbinary_array(rows, 8);
}

/* From behind them to behind the slot of the next row. */
static void skip_rest(struct rowbinary *rows, bool threads)
{
	const size_t n_flags = threads ? rowbinary_array(rows, 1) : 1;

	for (size_t i = 0; i < n_flags; i++)
		(void)rowbinary_u8(rows);
	for (size_t i = threads ? rowbinary_array(rows, 4) : 0; i > 0; i--)
		(void)rowbinary_u32(rows);
	for (int i = threads ? 3 : 0; i < 3; i++)
		(void)rowbinary_u64(rows);
	if (rowbinary_more(rows))
		(void)rowbinary_u64(rows);
}

/* The stacks of the rows that are to come, each once. */
static int note_stacks(struct clickhouse_loading *l, struct rowbinary rows, struct clickhouse_hashes *ret)
{
	const bool threads = l->range->needs & STORE_BY_THREAD;
	struct map noted = {0};
	int r = 0;

	while (r == 0 && rowbinary_more(&rows)) {
		size_t n = skip_to_stacks(&rows, threads);

		for (size_t i = 0; i < n && r == 0; i++) {
			uint64_t hash = rowbinary_u64(&rows), *place;
			uint32_t known;

			if (rows.bad || map_get(&noted, hash, &known))
				continue;
			place = VEC_PUSH(ret);
			r = place ? map_put(&noted, hash, 1) : SCRAPE_ENOMEM;
			if (place)
				*place = hash;
		}
		skip_rest(&rows, threads);
	}
	map_deinit(&noted);
	return r;
}

static int ask_segment(struct clickhouse_loading *l, const struct plan_segment *segment, struct answers *a,
		       struct err *err)
{
	const struct clickhouse_question q = {.c = l->c,
					      .tier = segment->tier,
					      .from_s = segment->from_s,
					      .until_s = segment->until_s,
					      .first_s = l->plan.from_s,
					      .step_s = slot_s(l),
					      .level = l->level,
					      .all = l->range->n_filters == 0,
					      .wanted = l->wanted.items,
					      .n_wanted = l->wanted.n,
					      .most = l->c->config.stacks};
	struct clickhouse_hashes hashes = {0};
	bool threads = l->range->needs & STORE_BY_THREAD;
	int r = clickhouse_ask_heads(&q, &a->heads, err);

	if (r == 0 && threads)
		r = clickhouse_ask_threads(&q, &a->rows, err);
	if (r == 0 && !threads)
		r = clickhouse_ask_totals(&q, &a->totals, err);
	if (r == 0 && !threads && !(l->range->needs & STORE_NO_ROWS))
		r = clickhouse_ask_rows(&q, &a->rows, err);
	if (r == 0)
		r = clickhouse_ask_losses(&q, &a->losses, err);
	if (r == 0 && l->range->needs & STORE_CELLS)
		r = clickhouse_ask_cells(&q, &a->cells, err);
	if (r == 0 && note_stacks(l, a->rows.rows, &hashes) < 0)
		r = err_set(err, SCRAPE_ENOMEM, "out of memory");
	if (r == 0)
		r = clickhouse_load_stacks(l, &hashes, err);
	VEC_DEINIT(&hashes);
	return r;
}

typedef int (*take_fn)(struct clickhouse_loading *l, struct rowbinary *rows);

static int take_slot(struct clickhouse_loading *l, struct clickhouse_answer *answer, uint64_t slot, take_fn take)
{
	int r = 0;

	for (; r == 0 && answer->slot == slot; clickhouse_answer_next(answer))
		r = take(l, &answer->rows);
	return r;
}

static int take_segment(struct clickhouse_loading *l, struct answers *a, uint64_t slot)
{
	int r = take_slot(l, &a->heads, slot, take_head);

	if (r == 0)
		r = take_slot(l, &a->totals, slot, take_total);
	if (r == 0)
		r = take_slot(l, &a->rows, slot, l->range->needs & STORE_BY_THREAD ? take_thread : take_row);
	if (r == 0)
		r = take_slot(l, &a->losses, slot, take_loss);
	return r < 0 ? r : take_slot(l, &a->cells, slot, take_cells);
}

static int load_slots(struct clickhouse_loading *l, struct answers *a, struct err *err)
{
	uint64_t step_s = slot_s(l), n = (l->plan.until_s - l->plan.from_s + step_s - 1) / step_s;
	int r = 0;

	for (uint64_t slot = 0; slot < n && r == 0; slot++) {
		for (size_t i = 0; i < l->plan.n && r == 0; i++) {
			l->run.n = 0;
			r = take_segment(l, &a[i], slot);
		}
		if (r == 0 && l->run.cut)
			r = add_rests(l);
		l->run.cut = false;
		if (r == 0)
			r = emit_slot(&l->e, l->plan.from_s + slot * step_s, l->plan.from_s + (slot + 1) * step_s);
	}
	if (r == SCRAPE_ELIMIT)
		return err_set(err, r, "that is too much for one answer: ask for less time or fewer services");
	if (r < 0)
		return err_set(err, r, "out of memory");
	for (size_t i = 0; i < l->plan.n; i++)
		if (a[i].heads.rows.bad || a[i].totals.rows.bad || a[i].rows.rows.bad || a[i].losses.rows.bad ||
		    a[i].cells.rows.bad)
			return err_set(err, SCRAPE_EIO, "the server's answer was cut");
	return 0;
}

/* About how many rows the plan reads of each host. */
static uint64_t rows_of(const struct clickhouse_loading *l)
{
	uint64_t rows = 0;

	for (size_t i = 0; i < l->plan.n; i++) {
		const struct plan_segment *segment = &l->plan.segments[i];

		rows += (segment->until_s - segment->from_s) / clickhouse_step(l->c, segment->tier);
	}
	return rows;
}

/* Sums of many hosts come out of a coarser tier than those of one, if that saves most of the work. */
static int plan_load(struct clickhouse_loading *l, struct err *err)
{
	struct plan_tier tiers[STORE_TIERS];
	struct plan_interval interval;
	uint64_t found[3]; /* first, until, hosts */
	int r;

	buf_reset(&l->sql);
	buf_str(&l->sql, "SELECT min(if(first = 0, 18446744073709551615, first)), max(until), uniqExact(host) FROM"
			 " cursors");
	r = clickhouse_numbers(l->c, &l->sql, found, 3, err);
	if (r < 0)
		return r;
	plan_interval(l->range, found[1] ? found[0] / 1000000 : 0, found[1] / 1000000, &interval);
	l->end_s = interval.end_s;
	r = clickhouse_tiers(l->c, &interval, tiers, err);
	for (size_t preferred = 0; r == 0 && preferred < STORE_TIERS; preferred++) {
		r = plan_range(&l->plan, tiers, l->range, &interval, preferred, err);
		if (rows_of(l) * found[2] <= ROWS_MANY)
			break;
	}
	return r;
}

/* Nodes of the sums are the history's own. */
static int stack_of(void *ctx, uint32_t node, uint32_t *ret)
{
	struct clickhouse_loading *l = ctx;

	return history_parts_add_stack(l->e.h, node, ret);
}

static void answers_deinit(struct answers *a)
{
	buf_deinit(&a->heads.bytes);
	buf_deinit(&a->totals.bytes);
	buf_deinit(&a->rows.bytes);
	buf_deinit(&a->losses.bytes);
	buf_deinit(&a->cells.bytes);
}

static int load(struct clickhouse_loading *l, struct err *err)
{
	static const struct clickhouse_answer nothing = {.slot = UINT64_MAX};
	struct answers a[PLAN_SEGMENTS_MAX];
	int r = plan_load(l, err);

	for (size_t i = 0; i < PLAN_SEGMENTS_MAX; i++)
		a[i] = (struct answers){nothing, nothing, nothing, nothing, nothing};
	if (r == 0 && emit_begin(&l->e, &l->plan, l->c->step_s, l->range->needs) < 0)
		r = err_set(err, SCRAPE_ENOMEM, "out of memory");
	l->e.stack = stack_of;
	l->e.ctx = l;
	if (r == 0)
		r = clickhouse_load_groups(l, err);
	for (size_t i = 0; i < l->plan.n && r == 0 && l->e.hosts.n > 0; i++)
		r = ask_segment(l, &l->plan.segments[i], &a[i], err);
	if (r == 0 && l->e.hosts.n > 0)
		r = load_slots(l, a, err);
	for (size_t i = 0; i < PLAN_SEGMENTS_MAX; i++)
		answers_deinit(&a[i]);
	return r;
}

int clickhouse_load(struct store *store, const struct store_range *range, struct history **ret, struct err *err)
{
	struct clickhouse_loading l = {.c = (struct clickhouse *)store, .range = range};
	int r = clickhouse_ready(l.c, err);

	if (r == 0)
		r = load(&l, err);
	if (r == 0)
		*ret = emit_end(&l.e, &l.plan, l.end_s);
	emit_deinit(&l.e);
	map_deinit(&l.hosts);
	map_deinit(&l.groups);
	VEC_DEINIT(&l.wanted);
	map_deinit(&l.stacks);
	map_deinit(&l.frames);
	map_deinit(&l.threads);
	buf_deinit(&l.sql);
	return r;
}
