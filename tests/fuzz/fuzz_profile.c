/* SPDX-License-Identifier: MIT */
/*
 * Good streams of any shape: the input is a recipe, each byte an operation with the few bytes behind it as arguments,
 * out of which the writer makes records whose ids are always right. So the fuzzer spends its time behind the reader.
 *
 * What must hold: a profile that had to prune has the same totals, in every mode, as one that had not; and the looks
 * are those that were put in.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "profile/profile.h"
#include "profile/tree.h"
#include "scrape.h"
#include "stream/writer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CROWD 600 /* stacks of one operation */
#define RECORDS_MAX 20000

#define CHECK(what)                                                                                                    \
	do {                                                                                                           \
		if (!(what)) {                                                                                         \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #what);                                     \
			abort();                                                                                       \
		}                                                                                                      \
	} while (0)

struct kitchen {
	const uint8_t *data;
	size_t size;
	struct buf bytes;
	struct stream_writer w;
	uint64_t strings, frames, nodes, targets, threads; /* defined */
	uint64_t looks, slices, records;
	int64_t now_us;
};

static uint64_t next(struct kitchen *k)
{
	if (!k->size)
		return 0;
	k->size--;
	return *k->data++;
}

/* A number with few bits or with many. */
static uint64_t next_number(struct kitchen *k)
{
	uint64_t byte = next(k);

	return byte < 200 ? byte : next(k) << (byte - 200);
}

static uint64_t next_id(struct kitchen *k, uint64_t n)
{
	return (next(k) << 8 | next(k)) % n;
}

static void put_string(struct kitchen *k)
{
	struct stream_string r = {.id = k->strings++, .bytes = (const char *)k->data, .len = next(k) % 16};

	r.bytes = (const char *)k->data;
	if (r.len > k->size)
		r.len = k->size;
	k->data += r.len;
	k->size -= r.len;
	stream_put_string(&k->w, &r);
}

static void put_frame(struct kitchen *k)
{
	struct stream_frame r = {.id = k->frames++};

	r.function = next_id(k, k->strings);
	r.file = next_id(k, k->strings);
	r.short_at = next(k);
	r.line = next(k);
	r.first_line = next(k) % 4;
	r.kind = next(k) % 3;
	r.module = next_id(k, k->strings + 1);
	stream_put_frame(&k->w, &r);
}

static void put_node(struct kitchen *k, uint64_t parent, uint64_t frame)
{
	stream_put_node(&k->w, &(struct stream_node){++k->nodes, parent, frame});
}

static void put_sample(struct kitchen *k, uint64_t thread, uint64_t node, uint64_t flags, uint64_t looks)
{
	struct stream_sample r = {thread, node, flags, looks, k->now_us, k->now_us};

	k->looks += looks; /* few enough that it cannot overflow */
	stream_put_sample(&k->w, &r);
}

/* What every operation may refer to. */
static void put_basics(struct kitchen *k)
{
	k->strings = k->frames = k->nodes = 0;
	put_string(k);
	put_frame(k);
	put_node(k, 0, 0);
}

static void put_actors(struct kitchen *k)
{
	stream_put_target(&k->w, &(struct stream_target){.id = k->targets++, .pid = 1 + next(k)});
	stream_put_thread(&k->w,
			  &(struct stream_thread){.id = k->threads++, .target = k->targets - 1, .tid = 1 + next(k)});
}

static void put_session(struct kitchen *k)
{
	struct stream_session r = {.start_wall_us = 5000000, .rate_mhz = next(k) * 1000};

	stream_begin(&k->w, &k->bytes, &r);
	k->targets = k->threads = 0;
	k->now_us = 0;
	put_basics(k);
	put_actors(k);
}

static void put_slice_end(struct kitchen *k)
{
	struct stream_slice_end r = {.seq = k->slices++, .from_us = 5000000 + (uint64_t)k->now_us};

	k->now_us += (int64_t)next(k) * 1000;
	r.until_us = 5000000 + (uint64_t)k->now_us;
	r.ticks = next_number(k);
	stream_put_slice_end(&k->w, &r);
}

/* Many stacks at once, so that the profile must prune: a comb of `wide` and deep parts. */
static void put_crowd(struct kitchen *k)
{
	uint64_t thread = next_id(k, k->threads), wide = 1 + next(k), flags = next(k), first = k->nodes;

	for (uint64_t i = 0; i < CROWD; i++) {
		put_node(k, i < wide ? 0 : first + 1 + i - wide, i % k->frames);
		put_sample(k, thread, k->nodes, flags ^ (i & 63), 1 + i % 3);
	}
	k->records += 2 * CROWD;
}

/* One thread after the other. */
static void put_thread_crowd(struct kitchen *k)
{
	uint64_t target = next_id(k, k->targets), node = next_id(k, k->nodes + 1);

	for (uint64_t i = 0; i < CROWD; i++) {
		stream_put_thread(&k->w, &(struct stream_thread){k->threads, target, 1000 + k->threads, 0});
		put_sample(k, k->threads, node, i & 63, 1);
		k->threads++;
	}
	k->records += 2 * CROWD;
}

static void cook(struct kitchen *k)
{
	struct stream_slice_thread times;
	uint64_t thread, node;

	switch (next(k) % 14) {
	case 0:
		put_string(k);
		break;
	case 1:
		put_frame(k);
		break;
	case 2:
		node = next_id(k, k->nodes + 1);
		put_node(k, node, next_id(k, k->frames));
		break;
	case 3:
		put_node(k, k->nodes, next_id(k, k->frames));
		break;
	case 4:
		put_actors(k);
		break;
	case 5:
		thread = next_id(k, k->threads + 1);
		stream_put_thread(&k->w, &(struct stream_thread){thread, next_id(k, k->targets), 1 + next(k), 0});
		k->threads += thread == k->threads;
		break;
	case 6:
	case 7:
		thread = next_id(k, k->threads);
		node = next_id(k, k->nodes + 1);
		put_sample(k, thread, node, next(k), next_number(k) & UINT32_MAX);
		break;
	case 8:
		times = (struct stream_slice_thread){.thread = next_id(k, k->threads)};
		times.cpu_ns = next_number(k);
		times.wall_ns = next_number(k);
		stream_put_slice_thread(&k->w, &times);
		break;
	case 9:
		put_slice_end(k);
		break;
	case 10:
		stream_put_reset(&k->w);
		put_basics(k);
		break;
	case 11:
		put_session(k);
		break;
	case 12:
		put_crowd(k);
		break;
	case 13:
		put_thread_crowd(k);
		break;
	}
	k->records++;
}

static struct profile *fill(const struct buf *bytes, size_t max, int *ret)
{
	struct profile *profile = profile_new(max);
	struct stream_reader reader;
	struct err err = {0};

	if (!profile)
		abort();
	stream_reader_init(&reader, &profile_sink, profile);
	*ret = stream_feed(&reader, bytes->data, bytes->len, &err);
	CHECK(*ret == 0 || *ret == SCRAPE_ELIMIT);
	CHECK(*ret < 0 || stream_is_whole(&reader));
	stream_reader_deinit(&reader);
	return profile;
}

static uint64_t total_of(const struct profile *profile, enum profile_mode mode, bool split)
{
	struct profile_query query = {.mode = mode, .split_targets = split, .split_threads = split};
	uint64_t sum = 0, total;
	struct tree tree;

	CHECK(profile_tree(profile, &query, &tree) == 0);
	for (size_t i = 0; i < tree.n_nodes; i++)
		sum += tree.nodes[i].self;
	total = tree.nodes[0].total;
	CHECK(sum == total);
	tree_deinit(&tree);
	return total;
}

static void compare(const struct kitchen *k)
{
	struct profile_stats a, b;
	struct profile *small, *large;
	int small_code, large_code;

	small = fill(&k->bytes, 1, &small_code);
	large = fill(&k->bytes, 0, &large_code);
	CHECK(large_code == 0);
	profile_stats(large, &b);
	CHECK(b.looks == k->looks && b.pruned == 0);
	if (small_code == 0) {
		profile_stats(small, &a);
		CHECK(a.looks == b.looks && a.running == b.running && a.cpu_ns == b.cpu_ns && a.wall_ns == b.wall_ns);
		for (unsigned mode = PROFILE_CPU; mode <= PROFILE_GIL; mode++)
			CHECK(total_of(small, (enum profile_mode)mode, false) ==
			      total_of(large, (enum profile_mode)mode, true));
	}
	profile_free(small);
	profile_free(large);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kitchen k = {.data = data, .size = size};

	put_session(&k);
	while (k.size && k.records < RECORDS_MAX)
		cook(&k);
	CHECK(!k.bytes.failed);
	compare(&k);
	buf_deinit(&k.bytes);
	return 0;
}
