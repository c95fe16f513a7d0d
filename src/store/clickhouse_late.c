/* SPDX-License-Identifier: MIT */
/* clickhouse_late: rows of slices become rows of minutes, hours or days. */
#include "store/clickhouse_late.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/gzip.h"
#include "base/vec.h"
#include "profile/slice.h"
#include "scrape.h"
#include "store/clickhouse_rows.h"
#include "store/outbox.h"
#include "store/rowbinary.h"

#define BYTES_MAX ((size_t)1 << 30)

/* What a process is merged into. */
struct actor {
	uint64_t service, at_host;
};

struct splitting {
	const struct clickhouse *c;
	struct clickhouse_late *late;
	uint64_t now_s, version;
	struct clickhouse_entries entries; /* of the row in hand */
	VEC(struct actor) actors;
	struct map actor_of; /* hash of a process -> place */
};

bool clickhouse_is_late(const struct clickhouse *c, uint64_t time_s, uint64_t now_s)
{
	return time_s < clickhouse_gone(c, 0, now_s);
}

/* The finest that keeps this time; the coarsest is the last that could. */
static size_t tier_of(const struct splitting *s, uint64_t time_s)
{
	size_t tier = 0;

	while (tier < STORE_TIERS - 1 && time_s < clickhouse_gone(s->c, tier, s->now_s))
		tier++;
	return tier;
}

/* Three arrays of the same length. */
static int read_entries(struct splitting *s, struct rowbinary *rows)
{
	const size_t n = rowbinary_array(rows, 8);

	s->entries.n = 0;
	if (!VEC_RESERVE(&s->entries, n + 1)) /* and one for time that no look met */
		return SCRAPE_ENOMEM;
	for (; s->entries.n < n; s->entries.n++)
		s->entries.items[s->entries.n] = (struct clickhouse_entry){.stack = rowbinary_u64(rows)};
	if (rowbinary_array(rows, 1) != n)
		return SCRAPE_EFORMAT;
	VEC_EACH (entry, &s->entries)
		entry->flags = rowbinary_u8(rows);
	if (rowbinary_array(rows, 4) != n)
		return SCRAPE_EFORMAT;
	VEC_EACH (entry, &s->entries)
		entry->looks = rowbinary_u32(rows);
	return 0;
}

/* As clickhouse_ask_rows has it done. */
static void share_out(struct splitting *s, const struct clickhouse_rolled *row)
{
	uint64_t met = 0, met_running = 0, given_cpu = 0, given_wall = 0;
	const bool unseen = (row->cpu && !row->running) || (row->wall && !row->looks);

	VEC_EACH (entry, &s->entries) {
		met += entry->looks;
		met_running += entry->flags & SCRAPE_ON_CPU ? entry->looks : 0;
		entry->cpu = row->running ? slice_share(row->cpu, met_running, row->running, &given_cpu) : 0;
		entry->wall = row->looks ? slice_share(row->wall, met, row->looks, &given_wall) : 0;
	}
	if (unseen) /* there is room */
		s->entries.items[s->entries.n++] = (struct clickhouse_entry){.stack = CLICKHOUSE_UNSEEN,
									     .flags = SCRAPE_ON_CPU,
									     .cpu = row->running ? 0 : row->cpu,
									     .wall = row->looks ? 0 : row->wall};
}

static int know_actor(struct splitting *s, uint64_t process, const struct actor *actor)
{
	struct actor *known;
	uint32_t place;

	if (map_get(&s->actor_of, process, &place))
		return 0;
	known = VEC_PUSH(&s->actors);
	if (!known)
		return SCRAPE_ENOMEM;
	*known = *actor;
	return map_put(&s->actor_of, process, (uint32_t)s->actors.n - 1);
}

static int take_slice(struct splitting *s, struct rowbinary *rows)
{
	const uint8_t *begin = rows->p;
	struct actor actor = {.service = rowbinary_u64(rows)};
	const uint64_t bucket_s = rowbinary_u32(rows), id = rowbinary_u64(rows);
	const size_t tier = tier_of(s, bucket_s);
	struct clickhouse_rolled row = {.tier = tier, .bucket_s = bucket_s, .origin = id, .version = s->version};
	size_t n;
	int r;

	actor.at_host = rowbinary_u64(rows);
	row.process = rowbinary_u64(rows);
	(void)rowbinary_u64(rows); /* thread, tid, name */
	(void)rowbinary_u32(rows);
	(void)rowbinary_text(rows, &n);
	row.cpu = rowbinary_u64(rows);
	row.wall = rowbinary_u64(rows);
	row.looks = rowbinary_u64(rows);
	row.running = rowbinary_u64(rows);
	r = read_entries(s, rows);
	if (r < 0 || rows->bad)
		return r < 0 ? r : SCRAPE_EFORMAT;
	if (tier == 0) {
		buf_add(&s->late->slices, begin, (size_t)(rows->p - begin));
		return 0;
	}
	share_out(s, &row);
	row.service = actor.service;
	row.at_host = actor.at_host;
	clickhouse_put_rolled(&s->late->rows[tier], s->c, &row, &s->entries); /* what was lost stands in the head */
	return know_actor(s, row.process, &actor);
}

/* Of processes of which something was seen as well; the others' losses go. */
static void put_losses(struct splitting *s, size_t tier, uint64_t bucket_s, uint64_t id, struct rowbinary *processes,
		       struct rowbinary *reasons, struct rowbinary *counts)
{
	s->entries.n = 0; /* no times, no looks */
	for (uint64_t i = 0; rowbinary_more(processes); i++) {
		struct clickhouse_rolled row = {.tier = tier, .bucket_s = bucket_s, .version = s->version};
		const uint64_t count = rowbinary_u64(counts);
		const uint8_t reason = rowbinary_u8(reasons);
		uint32_t place;

		row.process = rowbinary_u64(processes);
		if (reason >= SCRAPE_LOSS_COUNT || !map_get(&s->actor_of, row.process, &place))
			continue;
		row.service = s->actors.items[place].service;
		row.at_host = s->actors.items[place].at_host;
		row.origin = clickhouse_hash_pair(s->c, id, UINT64_MAX - i); /* threads are counted from 0 on */
		row.lost[reason] = count;
		clickhouse_put_rolled(&s->late->rows[tier], s->c, &row, &s->entries);
	}
}

/* An array of values of a size; where they are. */
static struct rowbinary take_array(struct rowbinary *rows, size_t size)
{
	const size_t n = rowbinary_array(rows, size);
	const struct rowbinary values = {.p = rows->p, .end = rows->p + n * size};

	rows->p += n * size;
	return values;
}

static int take_head(struct splitting *s, struct rowbinary *rows)
{
	const uint8_t *begin = rows->p, *facts;
	struct rowbinary processes, reasons, counts;
	const uint8_t *facts_end;
	struct buf *out;
	uint64_t bucket_s, id, step_s;
	size_t n, tier;
	const char *host = rowbinary_text(rows, &n);

	bucket_s = rowbinary_u32(rows);
	id = rowbinary_u64(rows);
	facts = rows->p;
	for (int i = 0; i < 4; i++) /* from_us, covered, present, rate */
		(void)rowbinary_u64(rows);
	(void)rowbinary_u8(rows);
	for (int i = 0; i < 4; i++) /* ticks, late, cost, stopped */
		(void)rowbinary_u64(rows);
	(void)take_array(rows, 8); /* ways */
	facts_end = rows->p;
	processes = take_array(rows, 8);
	reasons = take_array(rows, 1);
	counts = take_array(rows, 8);
	(void)take_array(rows, 8); /* gone, */
	(void)take_array(rows, 8); /* processes of cells, */
	(void)take_array(rows, 2); /* cells */
	(void)rowbinary_u32(rows);
	if (rows->bad)
		return SCRAPE_EFORMAT;
	tier = tier_of(s, bucket_s);
	if (tier == 0) {
		buf_add(&s->late->heads, begin, (size_t)(rows->p - begin));
		return 0;
	}
	step_s = clickhouse_step(s->c, tier);
	out = &s->late->row_heads[tier];
	rowbinary_put_text(out, host, n);
	rowbinary_put_u32(out, (uint32_t)(bucket_s / step_s * step_s));
	rowbinary_put_u64(out, id);
	buf_add(out, facts, (size_t)(facts_end - facts));
	rowbinary_put_u64(out, 1); /* slice */
	rowbinary_put_u64(out, s->version);
	put_losses(s, tier, bucket_s, id, &processes, &reasons, &counts);
	return 0;
}

static int take_all(struct splitting *s, const struct outbox_part *part,
		    int (*take)(struct splitting *s, struct rowbinary *rows))
{
	struct buf bytes = BUF_INIT;
	struct rowbinary rows;
	int r = part->n > 0 ? gzip_read(&bytes, part->bytes, part->n, BYTES_MAX) : 0;

	rows = rowbinary_of(&bytes);
	while (r == 0 && rowbinary_more(&rows))
		r = take(s, &rows);
	buf_deinit(&bytes);
	return r;
}

int clickhouse_late_split(const struct clickhouse *c, const struct outbox_part *slices, const struct outbox_part *heads,
			  uint64_t now_s, struct clickhouse_late *ret, struct err *err)
{
	struct splitting s = {.c = c, .late = ret, .now_s = now_s, .version = clock_wall_ns()};
	int r = take_all(&s, slices, take_slice);

	if (r == 0)
		r = take_all(&s, heads, take_head);
	VEC_DEINIT(&s.entries);
	VEC_DEINIT(&s.actors);
	map_deinit(&s.actor_of);
	if (r == SCRAPE_ENOMEM)
		return err_set(err, r, "out of memory");
	return r < 0 ? err_set(err, SCRAPE_EFORMAT, "a batch of the outbox makes no sense") : 0;
}

void clickhouse_late_deinit(struct clickhouse_late *late)
{
	buf_deinit(&late->slices);
	buf_deinit(&late->heads);
	for (size_t i = 0; i < STORE_TIERS; i++) {
		buf_deinit(&late->rows[i]);
		buf_deinit(&late->row_heads[i]);
	}
}
