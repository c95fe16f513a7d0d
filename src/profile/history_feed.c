/* SPDX-License-Identifier: MIT */
/*
 * history_feed: how a history takes in one stream. Ids have been checked by the reader. What the open slice of the feed
 * holds goes to its slot at SLICE_END, when each thread has its measured times.
 */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "profile/history_state.h"
#include "stream/labels.h"

#define OPEN_SHARE 4 /* the open rows of one feed may take one part in so many of max_bytes */

void history_feed_init(struct history_feed *feed, struct history *history)
{
	*feed = (struct history_feed){.history = history};
}

void history_feed_deinit(struct history_feed *feed)
{
	ids_deinit(&feed->ids);
	VEC_DEINIT(&feed->defs);
	VEC_DEINIT(&feed->tallies);
	rows_deinit(&feed->rows);
	VEC_DEINIT(&feed->losses);
	VEC_DEINIT(&feed->gone);
	VEC_DEINIT(&feed->cells);
	map_deinit(&feed->cells_of);
	map_deinit(&feed->loss_of);
}

size_t history_feed_bytes(const struct history_feed *feed)
{
	return sizeof(*feed) + ids_bytes(&feed->ids) + feed->defs.cap * sizeof(struct feed_def) +
	       feed->tallies.cap * sizeof(struct feed_tally) + rows_bytes(&feed->rows) +
	       (feed->losses.cap + feed->gone.cap) * sizeof(struct pack_fact) + map_bytes(&feed->loss_of) +
	       feed->cells.cap * sizeof(struct pack_cells) + map_bytes(&feed->cells_of);
}

struct history_feed *history_feed_new(struct history *h)
{
	struct history_feed *feed = malloc(sizeof(*feed)), **place;

	if (!feed)
		return NULL;
	history_feed_init(feed, h);
	place = VEC_PUSH(&h->feeds);
	if (!place) {
		free(feed);
		return NULL;
	}
	*place = feed;
	return feed;
}

/* The slice of a sampler that ended without a word. */
static int settle_rest(struct history_feed *feed)
{
	struct stream_slice_end end = {.from_us = feed->closed_us, .until_us = feed->newest_us};

	if (!feed->in_session || feed->imports || (feed->tallies.n == 0 && feed->losses.n == 0 && feed->gone.n == 0))
		return 0;
	return history_feed_settle(feed, &end);
}

void history_feed_free(struct history_feed *feed)
{
	struct history *h;

	if (!feed)
		return;
	h = feed->history;
	(void)settle_rest(feed); /* without memory there is nothing else to be done with it */
	for (size_t i = 0; i < h->feeds.n; i++)
		if (h->feeds.items[i] == feed)
			h->feeds.items[i] = h->feeds.items[--h->feeds.n];
	history_feed_deinit(feed);
	free(feed);
	(void)history_advance(h); /* without memory: when the next feed or tick asks for it */
	(void)history_bound(h);   /* the same */
}

static void add(uint64_t *sum, uint64_t more)
{
	*sum = slice_sum(*sum, more);
}

void history_feed_clear(struct history_feed *feed)
{
	VEC_EACH (def, &feed->defs)
		def->tally = 0;
	feed->tallies.n = feed->losses.n = feed->gone.n = feed->cells.n = 0;
	feed->rows.list.n = 0;
	map_clear(&feed->rows.by_key);
	map_clear(&feed->loss_of);
	map_clear(&feed->cells_of);
	feed->looks = 0;
	feed->ways = (struct ways){0};
}

static int on_session(void *ctx, const struct stream_session *r)
{
	struct history_feed *feed = ctx;
	struct history *h = feed->history;
	int code = settle_rest(feed);

	if (code < 0)
		return code;
	history_feed_clear(feed);
	feed->session = *r;
	feed->in_session = true;
	feed->defs.n = 0;
	feed->closed_us = feed->newest_us = r->start_wall_us;
	feed->delivered_us = history_slot(h, r->start_wall_us);
	if (!feed->imports)
		history_watch(h, feed->delivered_us);
	return ids_begin(&feed->ids);
}

static int on_string(void *ctx, const struct stream_string *r)
{
	struct history_feed *feed = ctx;
	uint32_t number;
	int code = strings_add(&feed->history->names.strings, r->bytes, r->len, &number);

	if (code == 0)
		code = id_add(&feed->ids.strings, number);
	return code < 0 ? code : history_grown(feed->history);
}

static int on_frame(void *ctx, const struct stream_frame *r)
{
	struct history_feed *feed = ctx;
	struct frame frame = profile_frame_of(&feed->history->names.strings, &feed->ids, r);
	uint32_t number;
	int code = frames_add(&feed->history->names.frames, &frame, &number);

	if (code == 0)
		code = id_add(&feed->ids.frames, number);
	return code < 0 ? code : history_grown(feed->history);
}

static int on_node(void *ctx, const struct stream_node *r)
{
	struct history_feed *feed = ctx;
	int code = ids_add_node(&feed->ids, (uint32_t)r->parent, (uint32_t)r->frame);

	return code < 0 ? code : history_grown(feed->history);
}

/* The labels of a target as "key=value" lines, as the number of a string. */
static int labels_of(struct history_feed *feed, const struct stream_target *r, uint32_t *ret)
{
	struct strings *strings = &feed->history->names.strings;
	struct buf text = BUF_INIT;
	struct stream_label label;
	int code;

	if (r->labels > 0) {
		const struct string *found = &strings->list.items[feed->ids.strings.items[r->labels - 1]];
		const char *at = found->text, *end = at + found->len;

		while (stream_label_next(&at, end, &label)) {
			buf_add(&text, label.key, label.key_len);
			buf_chr(&text, '=');
			buf_add(&text, label.value, label.value_len);
			buf_chr(&text, '\n');
		}
	}
	code = text.failed ? SCRAPE_ENOMEM : strings_add(strings, text.data ? text.data : "", text.len, ret);
	buf_deinit(&text);
	return code;
}

static int on_target(void *ctx, const struct stream_target *r)
{
	struct history_feed *feed = ctx;
	struct history *h = feed->history;
	const uint32_t *strings = feed->ids.strings.items;
	struct actor_process process = {.pid = (uint32_t)r->pid,
					.start_ticks = r->start_ticks,
					.service = strings[r->service],
					.command = strings[r->command],
					.runtime = strings[r->runtime]};
	uint32_t number = 0;
	int code = labels_of(feed, r, &process.labels);

	if (h->names.strings.list.items[process.service].len == 0)
		process.service = process.command;
	if (code == 0)
		code = actors_process(&h->names.actors, &process, &number);
	while (code == 0 && h->gone.n <= number)
		if (!VEC_PUSH(&h->gone))
			code = SCRAPE_ENOMEM;
	if (code == 0)
		code = id_add(&feed->ids.targets, number);
	if (code < 0)
		return code;
	if (!feed->imports)
		h->gone.items[number] = false;
	return history_grown(h);
}

static int on_thread(void *ctx, const struct stream_thread *r)
{
	struct history_feed *feed = ctx;
	uint32_t process = feed->ids.targets.items[r->target], tid = (uint32_t)r->tid;
	struct feed_def *def;

	if (feed->imports && tid == HISTORY_TID_PRUNED)
		tid = ACTORS_TID_PRUNED;
	def = r->id < feed->defs.n ? &feed->defs.items[r->id] : VEC_PUSH(&feed->defs);
	if (!def)
		return SCRAPE_ENOMEM;
	if (def->process != process || def->tid != tid)
		def->tally = 0; /* another thread in the place of a dead one */
	def->process = process;
	def->tid = tid;
	def->name = feed->ids.strings.items[r->name];
	if (def->tally && feed->tallies.items[def->tally - 1].tid == tid)
		feed->tallies.items[def->tally - 1].name = def->name;
	return history_grown(feed->history);
}

/* The number of the tally of a thread id. */
static int find_tally(struct history_feed *feed, uint64_t id, uint32_t *ret)
{
	struct feed_def *def = &feed->defs.items[id];
	struct feed_tally *tally;

	if (!def->tally) {
		tally = VEC_PUSH(&feed->tallies);
		if (!tally)
			return SCRAPE_ENOMEM;
		tally->process = def->process;
		tally->tid = def->tid;
		tally->name = def->name;
		def->tally = (uint32_t)feed->tallies.n;
	}
	*ret = def->tally - 1;
	return 0;
}

static void add_cell(uint16_t *cell, uint64_t more)
{
	*cell = more > (uint64_t)(UINT16_MAX - *cell) ? UINT16_MAX : (uint16_t)(*cell + more);
}

/* The cells of a process in the open slice. NULL without memory. */
static struct pack_cells *find_cells(struct history_feed *feed, uint32_t process)
{
	uint32_t number = (uint32_t)feed->cells.n;
	struct pack_cells *cells;

	if (map_get(&feed->cells_of, process, &number))
		return &feed->cells.items[number];
	if (!VEC_RESERVE(&feed->cells, feed->cells.n + 1) || map_put(&feed->cells_of, process, number) < 0)
		return NULL;
	cells = VEC_PUSH(&feed->cells);
	*cells = (struct pack_cells){.process = process};
	return cells;
}

/* Looks that found a thread running, spread from the first to the last over the cells of their slot. */
static int note_cells(struct history_feed *feed, uint32_t process, uint64_t first_us, uint64_t last_us, uint64_t looks)
{
	uint64_t slice_us = feed->history->slice_us, slot_us = history_slot(feed->history, feed->closed_us);
	struct pack_cells *cells;
	uint64_t from, until, n;

	if (first_us < slot_us || last_us < first_us || last_us - slot_us >= 2 * slice_us)
		return 0;
	cells = find_cells(feed, process);
	if (!cells)
		return SCRAPE_ENOMEM;
	from = (first_us - slot_us) * HISTORY_CELLS / slice_us;
	until = (last_us - slot_us) * HISTORY_CELLS / slice_us;
	if (from >= HISTORY_CELLS)
		from = HISTORY_CELLS - 1;
	if (until >= HISTORY_CELLS)
		until = HISTORY_CELLS - 1;
	n = until - from + 1;
	for (uint64_t i = 0; i < n; i++)
		add_cell(&cells->cells[from + i], looks / n + (i < looks % n));
	return 0;
}

static int note_time(struct history_feed *feed, const struct stream_sample *r, uint32_t process, uint64_t looks)
{
	uint64_t start = feed->session.start_wall_us;

	if (r->first_us < 0 || r->last_us < r->first_us || (uint64_t)r->last_us > SLICE_SUM_MAX)
		return 0;
	if (start + (uint64_t)r->last_us > feed->newest_us)
		feed->newest_us = start + (uint64_t)r->last_us;
	if (!(r->flags & SCRAPE_ON_CPU) || feed->imports) /* an export does not tell when, but has cells */
		return 0;
	return note_cells(feed, process, start + (uint64_t)r->first_us, start + (uint64_t)r->last_us, looks);
}

static int on_cells(void *ctx, const struct stream_cells *r)
{
	struct history_feed *feed = ctx;
	struct pack_cells *cells = find_cells(feed, feed->ids.targets.items[r->target]);

	if (!cells)
		return SCRAPE_ENOMEM;
	for (size_t i = 0; i < HISTORY_CELLS; i++)
		add_cell(&cells->cells[i], r->cells[i]);
	return history_grown(feed->history);
}

static int on_sample(void *ctx, const struct stream_sample *r)
{
	struct history_feed *feed = ctx;
	struct history *h = feed->history;
	uint64_t before = slice_sum(h->looks, feed->looks), looks = slice_sum(before, r->looks) - before;
	uint32_t flags = r->flags & SCRAPE_FLAGS_ALL, node = 0, row = 0, number = 0;
	size_t n_rows = feed->rows.list.n;
	struct tally *tally;
	int code;

	if (looks == 0)
		return 0;
	code = ids_meet(&feed->ids, &h->names.trie, r->node, &node);
	if (code == 0)
		code = find_tally(feed, r->thread, &number);
	if (code == 0)
		code = rows_find(&feed->rows, number, node, flags, &row);
	if (code < 0)
		return code;
	tally = &feed->tallies.items[number].sums;
	feed->rows.list.items[row].open += looks;
	tally->looks += looks;
	if (flags & SCRAPE_ON_CPU)
		tally->running += looks;
	feed->looks += looks;
	code = note_time(feed, r, feed->tallies.items[number].process, looks);
	if (code < 0 || feed->rows.list.n == n_rows)
		return code;
	code = history_fold(feed, h->max_bytes / OPEN_SHARE);
	return code < 0 ? code : history_grown(h);
}

static int on_slice_thread(void *ctx, const struct stream_slice_thread *r)
{
	struct history_feed *feed = ctx;
	struct tally *tally;
	uint32_t number;

	if (find_tally(feed, r->thread, &number) < 0)
		return SCRAPE_ENOMEM;
	tally = &feed->tallies.items[number].sums;
	tally->measured = true;
	add(&tally->cpu_ns, r->cpu_ns);
	add(&tally->wall_ns, r->wall_ns);
	return history_grown(feed->history);
}

static int on_loss(void *ctx, const struct stream_loss *r)
{
	struct history_feed *feed = ctx;
	uint32_t process = feed->ids.targets.items[r->target], number = (uint32_t)feed->losses.n;
	uint64_t key = (uint64_t)process << 8 | r->reason;
	struct pack_fact *loss;

	if (!map_get(&feed->loss_of, key, &number)) {
		if (!VEC_RESERVE(&feed->losses, feed->losses.n + 1) || map_put(&feed->loss_of, key, number) < 0)
			return SCRAPE_ENOMEM;
		loss = VEC_PUSH(&feed->losses);
		*loss = (struct pack_fact){.process = process, .what = r->reason};
	}
	add(&feed->losses.items[number].value, r->count);
	return history_grown(feed->history);
}

static int on_way(void *ctx, const struct stream_way *r)
{
	struct history_feed *feed = ctx;

	add(&feed->ways.looks[r->way], r->looks);
	return 0;
}

static int on_hold(void *ctx, const struct stream_hold *r)
{
	struct history_feed *feed = ctx;

	histogram_add(&feed->ways.holds, (unsigned)r->bucket, r->count);
	return 0;
}

static int on_gone(void *ctx, const struct stream_gone *r)
{
	struct history_feed *feed = ctx;
	struct pack_fact *gone = VEC_PUSH(&feed->gone);

	if (!gone)
		return SCRAPE_ENOMEM;
	*gone = (struct pack_fact){feed->ids.targets.items[r->target], r->why, r->status};
	if (!feed->imports || history_has_ended(gone)) /* what is imported is not asked who is looked at now */
		feed->history->gone.items[gone->process] = true;
	return history_grown(feed->history);
}

static int on_reset(void *ctx)
{
	struct history_feed *feed = ctx;

	return ids_reset(&feed->ids);
}

/* A slice of an export takes its place once, however often it comes. */
static int import_slice(struct history_feed *feed, const struct stream_slice_end *r)
{
	struct history *h = feed->history;
	struct history_pending pending = {.slice.slot_us = history_slot(h, r->from_us)};
	int code = SCRAPE_EFORMAT;

	if (r->until_us <= r->from_us || r->until_us - r->from_us > 2 * h->slice_us || r->until_us > SLICE_SUM_MAX ||
	    r->seq > SLICE_SUM_MAX || feed->session.slice_us != h->slice_us)
		return code;
	if (r->seq < h->next_seq && h->slices.n > 0) {
		h->repeats = true;
		history_feed_clear(feed);
		return 0;
	}
	code = history_feed_pack(feed, r, &pending);
	if (code < 0)
		return code;
	code = history_close(h, &pending, r->seq);
	if (code < 0) {
		history_disown(h, &pending);
		return code;
	}
	history_feed_clear(feed);
	if (pending.slice.slot_us + h->slice_us > h->next_us)
		h->next_us = pending.slice.slot_us + h->slice_us;
	if (h->slices.n > HISTORY_SLICES_MAX)
		history_drop(h, 1);
	return history_bound(h);
}

static int on_slice_end(void *ctx, const struct stream_slice_end *r)
{
	struct history_feed *feed = ctx;
	struct history *h = feed->history;
	int code;

	if (feed->imports)
		return import_slice(feed, r);
	if (r->until_us > SLICE_SUM_MAX || r->from_us > r->until_us)
		return SCRAPE_EFORMAT;
	code = history_feed_settle(feed, r);
	if (code < 0)
		return code;
	feed->closed_us = r->until_us;
	feed->delivered_us = history_slot(h, r->until_us);
	code = history_advance(h);
	return code < 0 ? code : history_bound(h);
}

const struct stream_sink history_sink = {
	.session = on_session,
	.string = on_string,
	.frame = on_frame,
	.node = on_node,
	.target = on_target,
	.thread = on_thread,
	.sample = on_sample,
	.slice_thread = on_slice_thread,
	.slice_end = on_slice_end,
	.loss = on_loss,
	.way = on_way,
	.hold = on_hold,
	.cells = on_cells,
	.gone = on_gone,
	.reset = on_reset,
};
