/* SPDX-License-Identifier: MIT */
/* history_settle: what a feed had open becomes packed rows in the slot they belong to. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "profile/history_state.h"

static uint64_t period_ns(const struct history_feed *feed, const struct stream_slice_end *end)
{
	uint64_t rate_mhz = feed->session.rate_mhz, time_us = end->until_us - end->from_us;

	if (!rate_mhz && time_us && end->ticks && end->ticks <= UINT64_MAX / 1000000000)
		rate_mhz = end->ticks * 1000000000 / time_us;
	if (!rate_mhz)
		rate_mhz = SCRAPE_RATE_DEFAULT * 1000ull;
	return 1000000000000ull / rate_mhz;
}

/* The numbers of the rows by tally, those of one in the order in which they were met; *starts: where each begins. */
static uint32_t *order_rows(const struct history_feed *feed, size_t *starts)
{
	size_t n = feed->rows.list.n;
	uint32_t *order = calloc(n + 1, sizeof(*order));

	if (!order)
		return NULL;
	for (size_t i = 0; i < n; i++)
		starts[feed->rows.list.items[i].thread + 1]++;
	for (size_t i = 0; i < feed->tallies.n; i++)
		starts[i + 1] += starts[i];
	for (size_t i = 0; i < n; i++)
		order[starts[feed->rows.list.items[i].thread]++] = (uint32_t)i;
	for (size_t i = feed->tallies.n; i > 0; i--)
		starts[i] = starts[i - 1];
	starts[0] = 0;
	return order;
}

static int pack_rows(const struct history_feed *feed, const uint32_t *order, size_t n, struct buf *out)
{
	struct history *h = feed->history;
	uint32_t stack_before = 0;

	buf_reset(out);
	if (!buf_reserve(out, n * PACK_ROW_MAX + 1))
		return SCRAPE_ENOMEM;
	for (size_t i = 0; i < n; i++) {
		const struct row *row = &feed->rows.list.items[order[i]];
		struct pack_row packed = {.flags = row->flags, .looks = row->open};

		if (history_stack(&h->stacks, &h->stack_of, row->node, &packed.stack) < 0)
			return SCRAPE_ENOMEM;
		out->len += pack_put_row((uint8_t *)out->data + out->len, &packed, false, stack_before);
		stack_before = packed.stack;
	}
	return 0;
}

/* Appends one thread with its rows, which are in `rows`. */
static int pack_thread(struct history_feed *feed, const struct feed_tally *tally, struct times times, struct buf *rows,
		       struct buf *out)
{
	struct pack_thread thread = {.cpu_ns = times.cpu_ns,
				     .wall_ns = times.wall_ns,
				     .looks = tally->sums.looks,
				     .running = tally->sums.running,
				     .n_bytes = rows->len};

	if (actors_named_thread(&feed->history->names.actors, tally->process, tally->tid, tally->name, &thread.thread) <
	    0)
		return SCRAPE_ENOMEM;
	if (!buf_reserve(out, PACK_HEAD_MAX))
		return SCRAPE_ENOMEM;
	out->len += pack_put_thread((uint8_t *)out->data + out->len, &thread);
	buf_add(out, rows->data, rows->len);
	return out->failed ? SCRAPE_ENOMEM : 0;
}

static int pack_threads(struct history_feed *feed, uint64_t period, struct times *sum, struct buf *out)
{
	_cleanup_free_ size_t *starts = calloc(feed->tallies.n + 2, sizeof(*starts));
	_cleanup_free_ uint32_t *order = starts ? order_rows(feed, starts) : NULL;
	struct buf rows = BUF_INIT;
	int code = order ? 0 : SCRAPE_ENOMEM;

	for (size_t i = 0; i < feed->tallies.n && code == 0; i++) {
		const struct feed_tally *tally = &feed->tallies.items[i];
		struct times times = slice_times(&tally->sums, period, sum);

		if (tally->sums.looks == 0 && times.cpu_ns == 0 && times.wall_ns == 0)
			continue;
		code = pack_rows(feed, order + starts[i], starts[i + 1] - starts[i], &rows);
		if (code == 0)
			code = pack_thread(feed, tally, times, &rows, out);
	}
	buf_deinit(&rows);
	return code;
}

static int pack_facts(const struct pack_fact *facts, size_t n, struct buf *out)
{
	if (!buf_reserve(out, n * PACK_FACT_MAX + 1))
		return SCRAPE_ENOMEM;
	for (size_t i = 0; i < n; i++)
		out->len += pack_put_fact((uint8_t *)out->data + out->len, &facts[i]);
	return 0;
}

static int pack_cells(const struct history_feed *feed, struct buf *out)
{
	if (!buf_reserve(out, feed->cells.n * PACK_CELLS_MAX + 1))
		return SCRAPE_ENOMEM;
	VEC_EACH (cells, &feed->cells)
		out->len += pack_put_cells((uint8_t *)out->data + out->len, cells);
	return 0;
}

/* Bytes behind the packed ones may be read with them. */
static int slacken(struct buf *buf)
{
	if (!buf_reserve(buf, PACK_SLACK))
		return SCRAPE_ENOMEM;
	memset(buf->data + buf->len, 0, PACK_SLACK);
	return 0;
}

static void cut_buf(struct buf *buf, size_t len)
{
	buf->len = len;
	buf->failed = false;
}

static void add(uint64_t *sum, uint64_t more)
{
	*sum = slice_sum(*sum, more);
}

static void sum_up(const struct history_feed *feed, const struct stream_slice_end *end, struct history_slice *slice)
{
	add(&slice->ticks, end->ticks);
	add(&slice->late, end->late);
	add(&slice->cost_ns, end->cost_ns);
	add(&slice->stopped_ns, end->stopped_ns);
	ways_merge(&slice->ways, &feed->ways);
	slice->looks += feed->looks;
	slice->exact |= feed->session.exact != 0;
	if (feed->session.rate_mhz > slice->rate_mhz)
		slice->rate_mhz = feed->session.rate_mhz;
	if (end->until_us > end->from_us) {
		if (slice->until_us == 0 || end->from_us < slice->from_us)
			slice->from_us = end->from_us;
		if (end->until_us > slice->until_us)
			slice->until_us = end->until_us;
	}
}

static int pack_sections(struct history_feed *feed, uint64_t period, struct times *sum, struct buf *sections)
{
	int code = pack_threads(feed, period, sum, &sections[SECTION_THREADS]);

	if (code == 0)
		code = pack_facts(feed->losses.items, feed->losses.n, &sections[SECTION_LOSSES]);
	if (code == 0)
		code = pack_facts(feed->gone.items, feed->gone.n, &sections[SECTION_GONE]);
	if (code == 0)
		code = pack_cells(feed, &sections[SECTION_CELLS]);
	for (size_t i = 0; i < SECTIONS && code == 0; i++)
		code = slacken(&sections[i]);
	return code;
}

int history_feed_pack(struct history_feed *feed, const struct stream_slice_end *end, struct history_pending *pending)
{
	struct history *h = feed->history;
	size_t lens[SECTIONS], before = history_pending_bytes(pending);
	struct times sum = h->sum;
	int code;

	for (size_t i = 0; i < SECTIONS; i++)
		lens[i] = pending->sections[i].len;
	code = pack_sections(feed, period_ns(feed, end), &sum, pending->sections);
	if (code < 0) {
		for (size_t i = 0; i < SECTIONS; i++)
			cut_buf(&pending->sections[i], lens[i]);
		return code;
	}
	h->packed += history_pending_bytes(pending) - before;
	pending->slice.cpu_ns += sum.cpu_ns - h->sum.cpu_ns;
	pending->slice.wall_ns += sum.wall_ns - h->sum.wall_ns;
	pending->feed_us += end->until_us > end->from_us ? end->until_us - end->from_us : 0;
	sum_up(feed, end, &pending->slice);
	if (!feed->imports)
		add(&h->totals.cpu_ns, sum.cpu_ns - h->sum.cpu_ns);
	h->sum = sum;
	h->looks += feed->looks;
	return 0;
}

static void sum_totals(const struct history_feed *feed, const struct stream_slice_end *end,
		       struct history_stats *totals)
{
	add(&totals->looks, feed->looks);
	add(&totals->ticks, end->ticks);
	add(&totals->late, end->late);
	add(&totals->cost_ns, end->cost_ns);
	add(&totals->stopped_ns, end->stopped_ns);
	ways_merge(&totals->ways, &feed->ways);
	VEC_EACH (loss, &feed->losses)
		add(&totals->lost[loss->what], loss->value);
}

int history_feed_settle(struct history_feed *feed, const struct stream_slice_end *r)
{
	struct history *h = feed->history;
	struct stream_slice_end end = *r;
	struct history_pending own = {0}, *pending = &own;
	int code;

	if (end.from_us < feed->session.start_wall_us) /* a session begins inside its first slice */
		end.from_us = feed->session.start_wall_us;
	if (end.until_us < end.from_us)
		end.until_us = end.from_us;
	own.slice.slot_us = history_slot(h, end.from_us);
	if (own.slice.slot_us >= h->next_us)
		pending = history_pending(h, own.slice.slot_us);
	else if (feed->tallies.n == 0 && feed->losses.n == 0 && feed->gone.n == 0)
		return 0; /* late, and with nothing to say */
	code = pending ? history_feed_pack(feed, &end, pending) : SCRAPE_ENOMEM;
	if (code == 0 && pending == &own) {
		code = history_close(h, &own, h->next_seq);
		if (code < 0)
			history_disown(h, &own);
	}
	if (code < 0)
		return code;
	sum_totals(feed, &end, &h->totals);
	history_feed_clear(feed);
	return 0;
}
