/* SPDX-License-Identifier: MIT */
/*
 * clickhouse_outbox: batches on their way. Each is a statement for each table, packed once and sent as the same bytes
 * however often, in the order of enum clickhouse_table: what is named, what was seen, last how far it goes.
 */
#include <inttypes.h>
#include <stdio.h>
#include <sys/random.h>

#include "base/clock.h"
#include "base/err.h"
#include "scrape.h"
#include "store/clickhouse_late.h"
#include "store/clickhouse_put.h"
#include "store/clickhouse_rows.h"
#include "store/outbox.h"

#define PAUSE_NS (NSEC_PER_SEC / 2)       /* after a failure; then twice as long, */
#define PAUSE_MOST_NS (10 * NSEC_PER_SEC) /* up to this */
#define SEND_NS (2 * NSEC_PER_SEC)        /* of catching up at a time */
#define REMEMBER_NS (10 * NSEC_PER_SEC)

static const char *const into[TABLES] = {
	[FRAMES] = CLICKHOUSE_FRAMES,
	[STACKS] = CLICKHOUSE_STACKS,
	[SERIES] = "series (day, process, at_host, service, host, pid, start, service_name, command, runtime,"
		   " labels)",
	[SLICES] = "slices (service, bucket, id, at_host, process, thread, tid, thread_name, cpu, wall,"
		   " looks, running, stacks, flags, counts)",
	[HEADS] = "heads (host, bucket, id, from_us, covered, present, rate, exact, ticks, late, cost,"
		  " stopped, ways, loss_process, loss_reason, loss_count, gone, cells_process, cells, written)",
	[CURSORS] = "cursors (host, instance, next, first, until, used)",
};

/* Slices of which some are so old that they have no place in their table any more. */
static int send_late(struct clickhouse *c, const struct outbox_batch *batch, struct err *err)
{
	struct clickhouse_late late = {0};
	int r = clickhouse_late_split(c, &batch->parts[SLICES], &batch->parts[HEADS], c->now_s, &late, err);

	if (r == 0)
		r = clickhouse_send_rows(c, into[SLICES], &late.slices, err);
	if (r == 0)
		r = clickhouse_send_rows(c, into[HEADS], &late.heads, err);
	for (size_t i = 1; i < STORE_TIERS && r == 0; i++) {
		r = clickhouse_send_rows(c, clickhouse_rows_of[i], &late.rows[i], err);
		if (r == 0)
			r = clickhouse_send_rows(c, clickhouse_heads_of[i], &late.row_heads[i], err);
	}
	clickhouse_late_deinit(&late);
	return r;
}

static int send_part(struct clickhouse *c, const struct outbox_batch *batch, size_t i, struct err *err)
{
	const struct outbox_part *part = &batch->parts[i];
	char token[32];

	(void)snprintf(token, sizeof(token), "%016" PRIx64 "-%zu", batch->id, i); /* fits */
	return part->n > 0 ? clickhouse_send(c, &(struct clickhouse_body){into[i], token, part->bytes, part->n}, err)
			   : 0;
}

static int send_batch(struct clickhouse *c, const struct outbox_batch *batch, struct err *err)
{
	const bool late = batch->slices && clickhouse_is_late(c, batch->oldest_us / 1000000, c->now_s);
	int r = batch->slices ? clickhouse_unmake(c, batch->oldest_us / 1000000, err) : 0;

	for (size_t i = 0; i < TABLES && r == 0; i++)
		if (!late || (i != SLICES && i != HEADS))
			r = send_part(c, batch, i, err);
		else if (i == HEADS)
			r = send_late(c, batch, err); /* both */
	/* another collector may have made them, and said so, between that and the rows */
	return r == 0 && batch->slices ? clickhouse_unmake(c, batch->oldest_us / 1000000, err) : r;
}

static int send_first(struct clickhouse *c, struct err *err)
{
	struct outbox_batch batch;
	int r = outbox_first(c->outbox, &batch, err);

	if (r == SCRAPE_ENOTFOUND)
		return 0;
	if (r == 0 && batch.of != c->seed)
		r = err_set(err, SCRAPE_EFORMAT,
			    "the outbox holds rows of another database: give it a folder of its own");
	if (r == 0)
		r = send_batch(c, &batch, err);
	if (r == 0)
		outbox_done(c->outbox);
	return r;
}

static void failed(struct clickhouse *c, const struct err *err)
{
	outbox_settle(c->outbox);
	c->pause_ns = c->pause_ns ? c->pause_ns * 2 : PAUSE_NS;
	if (c->pause_ns > PAUSE_MOST_NS)
		c->pause_ns = PAUSE_MOST_NS;
	c->retry_ns = clock_mono_ns() + c->pause_ns;
	c->trouble = *err;
}

int clickhouse_flush(struct clickhouse *c, uint64_t until_mono_ns, struct err *err)
{
	struct err why = {0};
	int r;

	if (!c->outbox || outbox_count(c->outbox) == 0)
		return 0;
	if (clock_mono_ns() < c->retry_ns)
		return err_set(err, c->trouble.code, "%s", c->trouble.text);
	r = clickhouse_ready(c, &why);
	while (r == 0 && outbox_count(c->outbox) > 0 && clock_mono_ns() < until_mono_ns)
		r = send_first(c, &why);
	if (r < 0) {
		failed(c, &why);
		return err_set(err, r, "%s", why.text);
	}
	c->pause_ns = 0;
	return 0;
}

/* So that it can go on from there, whether or not there is a server then. */
static void remember(struct clickhouse *c)
{
	const uint64_t now_ns = clock_mono_ns();

	if (outbox_count(c->outbox) == 0 && c->remembered_ns && now_ns < c->remembered_ns + REMEMBER_NS)
		return;
	if (clickhouse_remember(c, NULL) == 0) /* else slices are told again, and count once */
		c->remembered_ns = now_ns;
}

int clickhouse_deliver(struct clickhouse *c, struct outbox_batch *batch, struct err *err)
{
	int r;

	if (getrandom(&batch->id, sizeof(batch->id), 0) != sizeof(batch->id))
		return err_sys(err, SCRAPE_EIO, "getrandom");
	if (!c->outbox)
		return send_batch(c, batch, err);
	r = outbox_add(c->outbox, batch, clock_wall_ns() / NSEC_PER_USEC, err);
	if (r < 0) /* a disk that is full is no reason not to send, if nothing is to go before it */
		return outbox_count(c->outbox) == 0 && clickhouse_ready(c, NULL) == 0 ? send_batch(c, batch, err) : r;
	(void)clickhouse_flush(c, clock_mono_ns() + SEND_NS, NULL); /* what fails waits, and tending tells why */
	remember(c);
	return 0;
}

void clickhouse_outbox(struct store *store, struct store_outbox *ret)
{
	const struct clickhouse *c = (const struct clickhouse *)store;
	struct outbox_state state = {0};

	if (c->outbox)
		outbox_state(c->outbox, &state);
	*ret = (struct store_outbox){.batches = state.batches,
				     .bytes = state.bytes,
				     .lost_slices = state.lost_slices,
				     .lost_from_us = state.lost_from_us,
				     .lost_until_us = state.lost_until_us};
}
