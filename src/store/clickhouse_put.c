/* SPDX-License-Identifier: MIT */
/*
 * clickhouse_put: slices of a daemon become rows, which are sent together: first what they name, last the cursors. Who
 * stops in between has written rows that come again, and are the same.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/gzip.h"
#include "profile/history.h"
#include "scrape.h"
#include "store/clickhouse_put.h"
#include "store/outbox.h"
#include "store/rowbinary.h"

#define SCRATCH_BYTES (128ull << 20)
#define TOLD_MAX (1u << 22) /* hashes that are remembered as told; then all are told again */
#define DAY_S 86400

static void begin_rows(struct clickhouse_writing *w)
{
	for (size_t i = 0; i < TABLES; i++)
		buf_reset(&w->rows[i]);
	w->slices = w->oldest_us = w->newest_us = 0;
}

/* What was to be sent is not, so nothing of it was told. */
static void forget_all(struct clickhouse *c)
{
	struct clickhouse_writing *w = c->writing;

	clickhouse_forget_numbers(w);
	map_clear(&w->told);
	clickhouse_forget_cursors(c);
	w->in_batch = false;
	begin_rows(w);
}

void clickhouse_put_deinit(struct clickhouse *c)
{
	struct clickhouse_writing *w = c->writing;

	c->writing = NULL;
	if (!w)
		return;
	history_free(w->scratch);
	map_deinit(&w->told);
	VEC_DEINIT(&w->frames);
	VEC_DEINIT(&w->nodes);
	VEC_DEINIT(&w->processes);
	for (size_t i = 0; i < TABLES; i++)
		buf_deinit(&w->rows[i]);
	buf_deinit(&w->text);
	free(w);
}

static int prepare(struct clickhouse *c)
{
	const struct history_config config = {.max_bytes = SCRATCH_BYTES, .slice_us = c->step_s * 1000000};

	if (!c->writing)
		c->writing = calloc(1, sizeof(*c->writing));
	if (c->writing && !c->writing->scratch)
		c->writing->scratch = history_new(&config);
	return c->writing && c->writing->scratch ? 0 : SCRAPE_ENOMEM;
}

/* Columns that are arrays, of one thread. */
static int put_rows(struct clickhouse_putting *p, const struct pack_thread *thread, struct buf *out)
{
	const uint8_t *at = thread->rows;
	struct pack_row row = {0};
	size_t n = 0;

	while (pack_next_row(&at, thread, &row))
		n++;
	rowbinary_put_array(out, n);
	for (at = thread->rows, row = (struct pack_row){0}; pack_next_row(&at, thread, &row);) {
		uint64_t stack;
		int r = clickhouse_stack(p, history_parts_node(p->w->scratch, row.stack), &stack);

		if (r < 0)
			return r;
		rowbinary_put_u64(out, stack);
	}
	rowbinary_put_array(out, n);
	for (at = thread->rows, row = (struct pack_row){0}; pack_next_row(&at, thread, &row);)
		rowbinary_put_u8(out, (uint8_t)row.flags);
	rowbinary_put_array(out, n);
	for (at = thread->rows, row = (struct pack_row){0}; pack_next_row(&at, thread, &row);)
		rowbinary_put_u32(out, row.looks < UINT32_MAX ? (uint32_t)row.looks : UINT32_MAX);
	return 0;
}

static int put_thread(struct clickhouse_putting *p, const struct history_facts *facts, uint64_t id,
		      const struct pack_thread *thread)
{
	const struct actor_thread *actor = &p->names.actors->threads.items[thread->thread];
	const struct string *name = clickhouse_string(p, actor->name);
	struct buf *out = &p->w->rows[SLICES];
	struct clickhouse_ids ids;
	int r = clickhouse_process(p, actor->process, &ids);

	if (r < 0)
		return r;
	rowbinary_put_u64(out, ids.service);
	rowbinary_put_u32(out, (uint32_t)(facts->slot_us / 1000000));
	rowbinary_put_u64(out, id);
	rowbinary_put_u64(out, ids.at_host);
	rowbinary_put_u64(out, ids.process);
	buf_reset(&p->w->text);
	clickhouse_add_number(&p->w->text, ids.process);
	clickhouse_add_number(&p->w->text, actor->tid);
	clickhouse_add_text(&p->w->text, name->text, name->len);
	rowbinary_put_u64(out, clickhouse_hash(p));
	rowbinary_put_u32(out, actor->tid);
	clickhouse_put_string(out, name);
	rowbinary_put_u64(out, thread->cpu_ns);
	rowbinary_put_u64(out, thread->wall_ns);
	rowbinary_put_u64(out, thread->looks);
	rowbinary_put_u64(out, thread->running);
	return put_rows(p, thread, out);
}

/* The process of each fact, and then a column of something else of it. */
typedef bool (*fact_fn)(const struct history *h, size_t slice, const uint8_t **at, struct pack_fact *ret);

static int put_processes(struct clickhouse_putting *p, size_t slice, fact_fn next, struct buf *out)
{
	const uint8_t *at;
	struct pack_fact fact;
	struct clickhouse_ids ids;
	size_t n = 0;

	for (at = NULL; next(p->w->scratch, slice, &at, &fact);)
		n++;
	rowbinary_put_array(out, n);
	for (at = NULL; next(p->w->scratch, slice, &at, &fact);) {
		int r = clickhouse_process(p, fact.process, &ids);

		if (r < 0)
			return r;
		rowbinary_put_u64(out, ids.process);
	}
	return 0;
}

static int put_losses(struct clickhouse_putting *p, size_t slice, struct buf *out)
{
	const uint8_t *at;
	struct pack_fact loss;
	size_t n = 0;
	int r = put_processes(p, slice, history_parts_loss, out);

	for (at = NULL; history_parts_loss(p->w->scratch, slice, &at, &loss);)
		n++;
	rowbinary_put_array(out, n);
	for (at = NULL; history_parts_loss(p->w->scratch, slice, &at, &loss);)
		rowbinary_put_u8(out, (uint8_t)loss.what);
	rowbinary_put_array(out, n);
	for (at = NULL; history_parts_loss(p->w->scratch, slice, &at, &loss);)
		rowbinary_put_u64(out, loss.value);
	return r;
}

static int put_cells(struct clickhouse_putting *p, size_t slice, struct buf *out)
{
	const uint8_t *at;
	struct pack_cells cells;
	struct clickhouse_ids ids;
	size_t n = 0;

	for (at = NULL; history_parts_cells(p->w->scratch, slice, &at, &cells);)
		n++;
	rowbinary_put_array(out, n);
	for (at = NULL; history_parts_cells(p->w->scratch, slice, &at, &cells);) {
		int r = clickhouse_process(p, cells.process, &ids);

		if (r < 0)
			return r;
		rowbinary_put_u64(out, ids.process);
	}
	rowbinary_put_array(out, n * HISTORY_CELLS);
	for (at = NULL; history_parts_cells(p->w->scratch, slice, &at, &cells);)
		for (size_t i = 0; i < HISTORY_CELLS; i++)
			rowbinary_put_u16(out, cells.cells[i]);
	return 0;
}

static int put_head(struct clickhouse_putting *p, size_t slice, const struct history_facts *facts, uint64_t id)
{
	struct buf *out = &p->w->rows[HEADS];
	int r;

	rowbinary_put_text(out, p->slices->host, strlen(p->slices->host));
	rowbinary_put_u32(out, (uint32_t)(facts->slot_us / 1000000));
	rowbinary_put_u64(out, id);
	rowbinary_put_u64(out, facts->from_us);
	rowbinary_put_u64(out, facts->until_us - facts->from_us);
	rowbinary_put_u64(out, facts->present_us ? facts->present_us : p->c->step_s * 1000000);
	rowbinary_put_u64(out, facts->rate_mhz);
	rowbinary_put_u8(out, facts->exact != 0);
	rowbinary_put_u64(out, facts->ticks);
	rowbinary_put_u64(out, facts->late);
	rowbinary_put_u64(out, facts->cost_ns);
	rowbinary_put_u64(out, facts->stopped_ns);
	rowbinary_put_array(out, SCRAPE_WAY_COUNT);
	for (size_t i = 0; i < SCRAPE_WAY_COUNT; i++)
		rowbinary_put_u64(out, facts->ways.looks[i]);
	r = put_losses(p, slice, out);
	if (r == 0)
		r = put_processes(p, slice, history_parts_ended, out);
	if (r == 0)
		r = put_cells(p, slice, out);
	rowbinary_put_u32(out, (uint32_t)(p->slices->now_us / 1000000));
	return r;
}

static int put_slice(struct clickhouse_putting *p, size_t i, const struct history_facts *facts, struct store_put *put)
{
	const uint8_t *at = NULL;
	struct pack_thread thread;
	uint64_t slice, part = 0;
	int r = 0;

	p->day = (uint32_t)(facts->slot_us / 1000000 / DAY_S);
	buf_reset(&p->w->text);
	clickhouse_add_text(&p->w->text, p->slices->host, strlen(p->slices->host));
	clickhouse_add_text(&p->w->text, p->slices->instance, strlen(p->slices->instance));
	clickhouse_add_number(&p->w->text, facts->seq);
	slice = clickhouse_hash(p);
	while (r == 0 && history_parts_thread(p->w->scratch, i, &at, &thread)) {
		r = put_thread(p, facts, clickhouse_hash_pair(p->c, slice, part++), &thread);
		put->cpu_ns += thread.cpu_ns;
		put->looks += thread.looks;
	}
	return r < 0 ? r : put_head(p, i, facts, slice);
}

static void put_cursor(struct clickhouse_putting *p, struct clickhouse_cursor *cursor, const struct store_put *put)
{
	cursor->next = put->next;
	cursor->used_us = p->slices->now_us;
	if (put->oldest_us && (!cursor->first_us || put->oldest_us < cursor->first_us))
		cursor->first_us = put->oldest_us;
	cursor->until_us = put->newest_us > cursor->until_us ? put->newest_us : cursor->until_us;
	clickhouse_put_cursor(&p->w->rows[CURSORS], cursor);
}

static int put_all(struct clickhouse_putting *p, struct store_put *ret, struct err *err)
{
	const struct store_slices *slices = p->slices;
	struct clickhouse_cursor *cursor = clickhouse_cursor(p->c, slices->host, slices->instance);
	uint64_t next;
	int r = 0;

	if (!cursor)
		return err_set(err, SCRAPE_ENOMEM, "out of memory");
	next = cursor->next ? cursor->next : slices->since;
	p->w->processes.n = 0; /* of another host */
	for (size_t i = 0; r == 0 && i < history_parts_slices(p->w->scratch); i++) {
		struct history_facts facts;

		history_parts_facts(p->w->scratch, i, &facts);
		ret->newest_us = facts.slot_us + p->c->step_s * 1000000;
		if (facts.seq < next) {
			ret->known++;
			continue;
		}
		if (!ret->oldest_us || facts.slot_us < ret->oldest_us)
			ret->oldest_us = facts.slot_us;
		r = put_slice(p, i, &facts, ret);
		ret->slices++;
	}
	if (r < 0)
		return err_set(err, r, "out of memory");
	ret->next = slices->next > next ? slices->next : next;
	put_cursor(p, cursor, ret);
	p->w->slices += ret->slices;
	if (ret->oldest_us && (!p->w->oldest_us || ret->oldest_us < p->w->oldest_us))
		p->w->oldest_us = ret->oldest_us;
	if (ret->slices && ret->newest_us > p->w->newest_us)
		p->w->newest_us = ret->newest_us;
	return 0;
}

/* The rows as they are sent, however often. */
static int deliver(struct clickhouse *c, struct err *err)
{
	struct clickhouse_writing *w = c->writing;
	struct buf packed[TABLES] = {BUF_INIT};
	struct outbox_batch batch = {.of = c->seed,
				     .slices = w->slices,
				     .oldest_us = w->oldest_us,
				     .newest_us = w->newest_us,
				     .seen = 1u << SLICES | 1u << HEADS};
	int r = 0;

	for (size_t i = 0; i < TABLES && r == 0; i++) {
		if (w->rows[i].len == 0 && !w->rows[i].failed)
			continue;
		if (w->rows[i].failed || gzip_add(&packed[i], w->rows[i].data, w->rows[i].len) < 0)
			r = err_set(err, SCRAPE_ENOMEM, "out of memory");
		batch.parts[i] = (struct outbox_part){packed[i].data, packed[i].len};
	}
	if (r == 0)
		r = clickhouse_deliver(c, &batch, err);
	for (size_t i = 0; i < TABLES; i++)
		buf_deinit(&packed[i]);
	return r;
}

/* A database that is not what it was, tables that are gone: no daemon is to blame for that, and what it said is put
 * again. */
static int not_the_daemon(int r)
{
	return r == SCRAPE_EFORMAT || r == SCRAPE_EGONE || r == SCRAPE_EINVAL ? SCRAPE_EIO : r;
}

int clickhouse_begin(struct store *store, struct err *err)
{
	struct clickhouse *c = (struct clickhouse *)store;
	int r = c->known ? 0 : clickhouse_ready(c, err);

	if (r < 0)
		return not_the_daemon(r);
	if (prepare(c) < 0)
		return err_set(err, SCRAPE_ENOMEM, "out of memory");
	r = c->cursors.known ? 0 : clickhouse_read_cursors(c, err);
	c->writing->in_batch = r == 0;
	c->writing->lost = false;
	return not_the_daemon(r);
}

int clickhouse_commit(struct store *store, struct err *err)
{
	struct clickhouse *c = (struct clickhouse *)store;
	struct clickhouse_writing *w = c->writing;
	int r = 0;

	if (!w || (!w->in_batch && !w->lost))
		return 0;
	if (w->lost)
		r = err_set(err, SCRAPE_EIO, "one of several puts took all of them back");
	if (r == 0)
		r = deliver(c, err);
	w->in_batch = w->lost = false;
	if (r < 0) {
		forget_all(c);
		return not_the_daemon(r);
	}
	begin_rows(w);
	if (w->told.used > TOLD_MAX || (c->outbox && outbox_lost_names(c->outbox)))
		map_clear(&w->told);
	return 0;
}

int clickhouse_put(struct store *store, const struct store_slices *slices, struct store_put *ret, struct err *err)
{
	struct clickhouse *c = (struct clickhouse *)store;
	struct clickhouse_putting p = {.c = c, .slices = slices};
	struct store_put put = {0};
	bool alone = !c->writing || !c->writing->in_batch;
	int r = alone ? clickhouse_begin(store, err) : 0;

	if (r < 0)
		return r;
	p.w = c->writing;
	c->now_s = slices->now_us / 1000000;
	r = store_read(p.w->scratch, slices, err);
	if (history_parts_epoch(p.w->scratch) != p.w->epoch) {
		clickhouse_forget_numbers(p.w);
		p.w->epoch = history_parts_epoch(p.w->scratch);
	}
	if (r < 0) { /* the daemon is to blame, and nothing of it has become a row */
		p.w->in_batch = p.w->in_batch && !alone;
		return r;
	}
	history_parts_names(p.w->scratch, &p.names);
	r = put_all(&p, &put, err);
	if (r < 0) {
		forget_all(c);
		p.w->lost = !alone;
		return r;
	}
	if (alone)
		r = clickhouse_commit(store, err);
	if (r == 0)
		*ret = put;
	return r;
}
