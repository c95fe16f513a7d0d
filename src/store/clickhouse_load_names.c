/* SPDX-License-Identifier: MIT */
/* clickhouse_load_names: what rows name: hosts, processes and what these are merged into, stacks and their frames. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "base/err.h"
#include "profile/history_filter.h"
#include "scrape.h"
#include "store/clickhouse_load.h"
#include "stream/stream.h"

#define HASHES_AT_ONCE 20000
#define DAY_S 86400

int clickhouse_load_ask(struct clickhouse_loading *l, struct buf *answer, struct rowbinary *rows, struct err *err)
{
	int r = clickhouse_ask(l->c, &l->sql, answer, err);

	*rows = (struct rowbinary){0};
	if (r == 0)
		*rows = rowbinary_of(answer);
	return r;
}

static int no_memory(struct err *err)
{
	return err_set(err, SCRAPE_ENOMEM, "out of memory");
}

static int check(const struct rowbinary *rows, struct err *err)
{
	return rows->bad ? err_set(err, SCRAPE_EIO, "the server's answer was cut") : 0;
}

uint32_t clickhouse_load_host(const struct clickhouse_loading *l, const char *name, size_t n)
{
	uint32_t place = 0;

	return map_get(&l->hosts, XXH3_64bits_withSeed(name, n, l->c->seed), &place) ? place : 0;
}

static int read_hosts(struct clickhouse_loading *l, struct err *err)
{
	struct buf answer = BUF_INIT;
	struct rowbinary rows;
	int r;

	buf_reset(&l->sql);
	buf_fmt(&l->sql,
		"SELECT host, min(first) AS begun, max(until) AS ended FROM cursors WHERE first > 0 GROUP BY host"
		" HAVING begun < %" PRIu64 " AND ended > %" PRIu64 " ORDER BY host",
		l->plan.until_s * 1000000, l->plan.from_s * 1000000);
	r = clickhouse_load_ask(l, &answer, &rows, err);
	while (r == 0 && rowbinary_more(&rows)) {
		size_t n;
		const char *name = rowbinary_text(&rows, &n);
		uint64_t first_us = rowbinary_u64(&rows);
		uint32_t place;

		(void)rowbinary_u64(&rows);
		if (rows.bad)
			break;
		r = emit_add_host(&l->e, name, n, first_us, &place);
		if (r == 0)
			r = map_put(&l->hosts, XXH3_64bits_withSeed(name, n, l->c->seed), place);
		if (r < 0)
			(void)no_memory(err);
	}
	buf_deinit(&answer);
	return r < 0 ? r : check(&rows, err);
}

static enum clickhouse_level level_of(const struct store_range *range)
{
	unsigned needs = range->needs;

	for (size_t i = 0; i < range->n_filters; i++) {
		enum history_field field = range->filters[i].field;

		if (field == HISTORY_PID || field == HISTORY_TARGET || field == HISTORY_THREAD)
			needs |= STORE_BY_PROCESS;
		if (field == HISTORY_HOST)
			needs |= STORE_BY_HOST;
	}
	if (needs & (STORE_BY_PROCESS | STORE_BY_THREAD))
		return BY_PROCESS;
	return needs & STORE_BY_HOST ? BY_HOST : BY_SERVICE;
}

/* A row of this: hash, and the texts and numbers of a process, of which a coarser level has fewer. Numbers are last, as
 * clickhouse_failure_behind wants it. */
static void ask_for_series(struct clickhouse_loading *l)
{
	static const char *const columns[] = {
		[BY_PROCESS] = "process, host, service_name, command, runtime, labels, pid, start",
		[BY_HOST] = "at_host, host, service_name, '' AS command, '' AS runtime, labels, toUInt32(0) AS pid,"
			    " toUInt64(0) AS start",
		[BY_SERVICE] = "service, '' AS host, service_name, '' AS command, '' AS runtime, labels, toUInt32(0) AS"
			       " pid, toUInt64(0) AS start",
	};

	buf_reset(&l->sql);
	buf_fmt(&l->sql,
		"SELECT DISTINCT %s FROM series WHERE day >= toDate(%" PRIu64 ") AND day <= toDate(%" PRIu64
		") ORDER BY host, service_name, pid, start",
		columns[l->level], l->plan.from_s / DAY_S, l->plan.until_s / DAY_S);
}

static int take_text(struct clickhouse_loading *l, struct rowbinary *rows, uint32_t *ret)
{
	size_t n;
	const char *text = rowbinary_text(rows, &n);

	return history_parts_add_text(l->e.h, text, n, ret);
}

struct found {
	uint64_t hash;
	uint32_t process, host;
};

struct finds {
	struct found *items;
	size_t n, cap;
};

/* *gone: hashes of processes that have ended. */
static int take_series(struct clickhouse_loading *l, struct rowbinary *rows, const struct map *gone,
		       struct finds *finds)
{
	struct actor_process process = {0};
	struct found *found = VEC_PUSH(finds);
	const char *host;
	uint32_t ended;
	size_t n;
	int r;

	if (!found)
		return SCRAPE_ENOMEM;
	found->hash = rowbinary_u64(rows);
	host = rowbinary_text(rows, &n);
	found->host = n > 0 ? clickhouse_load_host(l, host, n) : 0;
	r = take_text(l, rows, &process.service);
	if (r == 0)
		r = take_text(l, rows, &process.command);
	if (r == 0)
		r = take_text(l, rows, &process.runtime);
	if (r == 0)
		r = take_text(l, rows, &process.labels);
	process.pid = rowbinary_u32(rows);
	process.start_ticks = rowbinary_u64(rows);
	if (found->host)
		process.host = l->e.hosts.items[found->host - 1].name;
	if (r == 0 && !rows->bad)
		r = history_parts_add_process(l->e.h, &process, map_get(gone, found->hash, &ended), &found->process);
	return r;
}

static int read_gone(struct clickhouse_loading *l, struct map *gone, struct err *err)
{
	struct buf answer = BUF_INIT;
	struct rowbinary rows;
	int r = 0;

	if (l->level != BY_PROCESS)
		return 0;
	buf_reset(&l->sql);
	buf_fmt(&l->sql, "SELECT DISTINCT arrayJoin(gone) FROM heads WHERE bucket >= toDateTime(%" PRIu64 ")",
		l->plan.from_s);
	r = clickhouse_load_ask(l, &answer, &rows, err);
	while (r == 0 && rowbinary_more(&rows))
		if (map_put(gone, rowbinary_u64(&rows), 1) < 0)
			r = no_memory(err);
	buf_deinit(&answer);
	return r < 0 ? r : check(&rows, err);
}

static int choose(struct clickhouse_loading *l, const struct finds *finds, const bool *passes)
{
	int r = 0;

	VEC_EACH (found, finds) {
		uint32_t place;
		uint64_t *wanted;

		if (r < 0 || !passes[found->process])
			continue;
		wanted = VEC_PUSH(&l->wanted);
		r = wanted ? emit_add_group(&l->e, found->process, found->host, &place) : SCRAPE_ENOMEM;
		if (r == 0) {
			*wanted = found->hash;
			r = map_put(&l->groups, found->hash, place);
		}
	}
	return r;
}

int clickhouse_load_groups(struct clickhouse_loading *l, struct err *err)
{
	struct history_match match = {0};
	struct buf answer = BUF_INIT;
	struct finds finds = {0};
	struct map gone = {0};
	struct rowbinary rows = {0};
	int r;

	l->level = level_of(l->range);
	r = read_hosts(l, err);
	if (r == 0)
		r = read_gone(l, &gone, err);
	if (r == 0) {
		ask_for_series(l);
		r = clickhouse_load_ask(l, &answer, &rows, err);
	}
	while (r == 0 && rowbinary_more(&rows)) {
		r = take_series(l, &rows, &gone, &finds);
		if (r < 0)
			(void)no_memory(err);
	}
	if (r == 0)
		r = check(&rows, err);
	if (r == 0)
		r = history_match_init(&match, l->e.h, l->range->filters, l->range->n_filters, err);
	if (r == 0 && choose(l, &finds, match.processes) < 0)
		r = no_memory(err);
	history_match_deinit(&match);
	VEC_DEINIT(&finds);
	map_deinit(&gone);
	buf_deinit(&answer);
	return r;
}

static void ask_for(struct clickhouse_loading *l, const char *what, const char *column, const uint64_t *hashes,
		    size_t n)
{
	buf_reset(&l->sql);
	buf_fmt(&l->sql, "%s WHERE %s IN (", what, column);
	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_chr(&l->sql, ',');
		buf_number(&l->sql, hashes[i]);
	}
	buf_fmt(&l->sql, ") ORDER BY %s LIMIT 1 BY %s", column, column);
}

static int take_frame(struct clickhouse_loading *l, struct rowbinary *rows)
{
	struct frame frame = {0};
	uint64_t hash = rowbinary_u64(rows);
	const char *file;
	uint32_t number;
	size_t n;
	int r = take_text(l, rows, &frame.function);

	file = rowbinary_text(rows, &n);
	if (r == 0)
		r = history_parts_add_text(l->e.h, file, n, &frame.file);
	if (r == 0)
		r = take_text(l, rows, &frame.module);
	frame.short_at = rowbinary_u32(rows);
	frame.line = rowbinary_u32(rows);
	frame.first_line = rowbinary_u32(rows);
	frame.kind = rowbinary_u8(rows);
	if (r < 0 || rows->bad)
		return r;
	if (frame.kind > STREAM_FRAME_INLINED || frame.line > INT32_MAX || frame.short_at > n)
		return 0; /* nothing of ours: it stays unknown */
	r = history_parts_add_frame(l->e.h, &frame, &number);
	return r < 0 ? r : map_put(&l->frames, hash, number);
}

static int load_frames(struct clickhouse_loading *l, const struct clickhouse_hashes *hashes, struct err *err)
{
	struct buf answer = BUF_INIT;
	struct rowbinary rows;
	int r = 0;

	for (size_t at = 0; at < hashes->n && r == 0; at += HASHES_AT_ONCE) {
		size_t n = hashes->n - at < HASHES_AT_ONCE ? hashes->n - at : HASHES_AT_ONCE;

		ask_for(l, "SELECT frame, function, file, module, short_at, line, first_line, kind FROM frames",
			"frame", hashes->items + at, n);
		r = clickhouse_load_ask(l, &answer, &rows, err);
		while (r == 0 && rowbinary_more(&rows))
			if (take_frame(l, &rows) < 0)
				r = no_memory(err);
		if (r == 0)
			r = check(&rows, err);
	}
	buf_deinit(&answer);
	return r;
}

/* The frames that a stack names and nobody knows yet. */
static int note_frames(struct clickhouse_loading *l, struct rowbinary *rows, struct map *noted,
		       struct clickhouse_hashes *ret)
{
	size_t n;

	(void)rowbinary_u64(rows);
	n = rowbinary_array(rows, 8);
	for (size_t i = 0; i < n; i++) {
		uint64_t hash = rowbinary_u64(rows), *place;
		uint32_t number;

		if (map_get(&l->frames, hash, &number) || map_get(noted, hash, &number))
			continue;
		place = VEC_PUSH(ret);
		if (!place || map_put(noted, hash, 1) < 0)
			return SCRAPE_ENOMEM;
		*place = hash;
	}
	return 0;
}

/* A frame that nobody has told ends the stack before it. */
static int take_stack(struct clickhouse_loading *l, struct rowbinary *rows)
{
	uint64_t hash = rowbinary_u64(rows);
	size_t n = rowbinary_array(rows, 8);
	uint32_t node = TRIE_ROOT, frame;
	bool known = n <= STREAM_DEPTH_MAX;
	int r = 0;

	for (size_t i = 0; i < n; i++) {
		uint64_t of = rowbinary_u64(rows);

		known = known && map_get(&l->frames, of, &frame);
		if (known && r == 0)
			r = history_parts_add_node(l->e.h, node, frame, &node);
	}
	return r < 0 ? r : map_put(&l->stacks, hash, node);
}

static int by_number(const void *a, const void *b)
{
	uint64_t one = *(const uint64_t *)a, other = *(const uint64_t *)b;

	return (one > other) - (one < other);
}

/* In the order of their hashes, whatever that of rows is: equal questions have equal answers, byte by byte. */
int clickhouse_load_stacks(struct clickhouse_loading *l, struct clickhouse_hashes *hashes, struct err *err)
{
	struct clickhouse_hashes frames = {0};
	struct buf answer = BUF_INIT;
	struct map noted = {0};
	int r = 0;

	if (hashes->n > 1)
		qsort(hashes->items, hashes->n, sizeof(*hashes->items), by_number);
	for (size_t at = 0; at < hashes->n && r == 0; at += HASHES_AT_ONCE) {
		size_t n = hashes->n - at < HASHES_AT_ONCE ? hashes->n - at : HASHES_AT_ONCE;
		struct rowbinary rows, again;

		ask_for(l, "SELECT stack, frames FROM stacks", "stack", hashes->items + at, n);
		r = clickhouse_load_ask(l, &answer, &rows, err);
		frames.n = 0;
		for (again = rows; r == 0 && rowbinary_more(&again);)
			if (note_frames(l, &again, &noted, &frames) < 0)
				r = no_memory(err);
		if (r == 0)
			r = check(&again, err);
		if (r == 0)
			r = load_frames(l, &frames, err);
		while (r == 0 && rowbinary_more(&rows))
			if (take_stack(l, &rows) < 0)
				r = no_memory(err);
	}
	VEC_DEINIT(&frames);
	map_deinit(&noted);
	buf_deinit(&answer);
	return r;
}

uint32_t clickhouse_load_node(const struct clickhouse_loading *l, uint64_t hash)
{
	uint32_t node = TRIE_ROOT;

	if (hash == CLICKHOUSE_UNSEEN)
		return HISTORY_PARTS_UNSEEN;
	(void)map_get(&l->stacks, hash, &node); /* what is not known reads [unknown] */
	return node;
}
