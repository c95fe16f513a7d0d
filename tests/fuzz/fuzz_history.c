/* SPDX-License-Identifier: MIT */
/*
 * Exports of strangers: a spool may have been written by anybody. The first bytes choose the limit, a mode and a filter, the
 * rest is imported as it is; without a magic it gets one.
 *
 * What must hold: whatever was taken in comes out again as bytes that, taken in by another history, come out the same;
 * an answer's sums are its total, with and without a limit of nodes; and the limit of bytes is kept.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "profile/history.h"
#include "profile/tree.h"
#include "scrape.h"
#include "stream/writer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CHECK(what)                                                                                                    \
	do {                                                                                                           \
		if (!(what)) {                                                                                         \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #what);                                     \
			abort();                                                                                       \
		}                                                                                                      \
	} while (0)

#define SMALL (300 << 10)

static uint64_t total_of(const struct history *history, const struct history_query *query)
{
	struct history_span span;
	struct tree tree;
	struct err err;
	uint64_t sum = 0, total;

	CHECK(history_tree(history, query, &tree, &span, &err) == 0);
	for (size_t i = 0; i < tree.n_nodes; i++)
		sum += tree.nodes[i].self;
	total = tree.nodes[0].total;
	CHECK(sum == total);
	CHECK(!query->max_nodes || tree.n_nodes <= query->max_nodes);
	tree_deinit(&tree);
	return total;
}

static void ask(const struct history *history, unsigned choice)
{
	struct history_timeline_query series = {.by = HISTORY_BY_THREAD, .function = "f"};
	struct history_query query = {.show.mode = (enum profile_mode)(choice % 3), .merge = choice / 3 % 3};
	struct history_timeline timeline;
	struct err err;
	uint64_t total = total_of(history, &query);

	query.max_nodes = 2 + choice % 7;
	CHECK(total_of(history, &query) == total);
	query.show.split_targets = true;
	CHECK(total_of(history, &query) == total);
	query.show.split_threads = true;
	CHECK(total_of(history, &query) == total);
	series.which = query;
	if (history_timeline(history, &series, &timeline, &err) == 0)
		history_timeline_deinit(&timeline);
}

static void take_out(const struct history *history, struct buf *out)
{
	struct history_stats stats;
	uint64_t next, first;

	history_stats(history, &stats);
	first = stats.slices ? 0 : stats.next_seq;
	if (history_export(history, first, SIZE_MAX, out, &next) == SCRAPE_EGONE)
		CHECK(history_export(history, next, SIZE_MAX, out, &next) == 0);
	CHECK(!out->failed);
}

/* What the first history gave out must be whole and known to the second. */
static void check_round_trip(const struct history *history)
{
	struct history *other = history_new(&(struct history_config){.host = "x"});
	struct buf first = BUF_INIT, second = BUF_INIT;
	struct err err;

	CHECK(other);
	take_out(history, &first);
	CHECK(history_import(other, first.data, first.len, &err) == 0);
	take_out(other, &second);
	CHECK(first.len == second.len && (first.len == 0 || memcmp(first.data, second.data, first.len) == 0));
	buf_deinit(&first);
	buf_deinit(&second);
	history_free(other);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char magic[] = STREAM_MAGIC;
	struct history *history;
	struct history_stats stats;
	struct buf bytes = BUF_INIT;
	struct err err;
	unsigned choice;
	size_t limit;

	if (size < 2)
		return 0;
	limit = data[0] & 1 ? SMALL : 0;
	choice = data[1];
	data += 2;
	size -= 2;
	if (size < STREAM_MAGIC_LEN || memcmp(data, magic, STREAM_MAGIC_LEN) != 0)
		buf_add(&bytes, magic, STREAM_MAGIC_LEN);
	buf_add(&bytes, data, size);
	history = history_new(&(struct history_config){.host = "x", .max_bytes = limit});
	CHECK(history && !bytes.failed);
	(void)history_import(history, bytes.data, bytes.len, &err); /* whole slices before a mistake count */
	history_stats(history, &stats);
	CHECK(!limit || stats.bytes <= limit);
	ask(history, choice);
	check_round_trip(history);
	history_tick(history, stats.watermark_us + (uint64_t)choice * 100000000);
	ask(history, choice);
	check_round_trip(history);
	history_free(history);
	buf_deinit(&bytes);
	return 0;
}
