/* SPDX-License-Identifier: MIT */
/*
 * A stranger's recording: any bytes into the reader and a small profile, then every kind of question.
 *
 * The first byte chooses the pieces in which the rest is fed, and whether a good beginning is put before it, so that
 * the fuzzer need not find one. What must hold: no crash, no read out of bounds, sums that agree, clean texts, and that
 * the pieces make no difference.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "profile/profile.h"
#include "profile/tree.h"
#include "scrape.h"
#include "stream/writer.h"

#define PIECE_BITS 0x7f

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CHECK(what)                                                                                                    \
	do {                                                                                                           \
		if (!(what)) {                                                                                         \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #what);                                     \
			abort();                                                                                       \
		}                                                                                                      \
	} while (0)

static int feed(struct profile *profile, const uint8_t *data, size_t size, size_t piece)
{
	struct stream_reader reader;
	struct err err = {0};
	int code = 0;

	stream_reader_init(&reader, &profile_sink, profile);
	for (size_t at = 0; at < size && code == 0; at += piece)
		code = stream_feed(&reader, data + at, size - at < piece ? size - at : piece, &err);
	CHECK(code == 0 || (err.code == code && err.text[0] != '\0'));
	stream_reader_deinit(&reader);
	return code;
}

/* A session with two strings, frames, nodes and threads of one process. */
static void begin_well(struct buf *out)
{
	struct stream_writer w;

	stream_begin(&w, out, &(struct stream_session){.start_wall_us = 1000000, .rate_mhz = 100000});
	for (uint64_t id = 0; id < 2; id++) {
		stream_put_string(&w, &(struct stream_string){.id = id, .bytes = id ? "f.py" : "main", .len = 4});
		stream_put_frame(&w, &(struct stream_frame){.id = id, .file = 1, .line = 7 + id, .module = id});
		stream_put_node(&w, &(struct stream_node){.id = id + 1, .parent = id, .frame = id});
	}
	stream_put_target(&w, &(struct stream_target){.pid = 42, .service = 1});
	for (uint64_t id = 0; id < 2; id++)
		stream_put_thread(&w, &(struct stream_thread){.id = id, .tid = 42 + id});
}

static void check_clean(const char *text)
{
	struct buf buf = BUF_INIT;
	size_t n = strlen(text);

	text_clean(&buf, text, n, n);
	CHECK(buf.failed || (buf.len == n && memcmp(buf.data, text, n) == 0));
	buf_deinit(&buf);
}

static void check_tree(const struct tree *tree)
{
	uint64_t sum = 0;

	CHECK(tree->n_nodes > 0 && tree->nodes[0].depth == 0);
	for (size_t i = 0; i < tree->n_nodes; i++) {
		const struct tree_node *node = &tree->nodes[i];

		CHECK(node->name < tree->n_names);
		CHECK(node->self <= node->total);
		CHECK(i == 0 || (node->depth > 0 && node->depth <= tree->nodes[i - 1].depth + 1 && node->total > 0));
		sum += node->self;
	}
	CHECK(sum == tree->nodes[0].total);
	for (size_t i = 0; i < tree->n_names; i++)
		check_clean(tree->names[i].text);
}

static void ask(const struct profile *profile)
{
	for (unsigned i = 0; i < 12; i++) {
		struct profile_query query = {
			.mode = (enum profile_mode)(i % 3),
			.by_function = i % 4 == 1,
			.no_lines = i % 4 == 2,
			.full_filenames = i % 2,
			.split_targets = i >= 6,
			.split_threads = i >= 9,
		};
		struct profile_stats stats;
		struct tree tree;

		if (profile_tree(profile, &query, &tree) < 0)
			continue;
		check_tree(&tree);
		profile_stats(profile, &stats);
		CHECK(stats.running <= stats.looks && stats.truncated <= stats.looks);
		tree_deinit(&tree);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct profile *profile = profile_new(1), *other = profile_new(1); /* the smallest there is */
	size_t piece = size ? data[0] & PIECE_BITS : 0;
	struct profile_stats a, b;
	struct buf bytes = BUF_INIT;
	const uint8_t *all;
	int code;

	if (size && data[0] > PIECE_BITS)
		begin_well(&bytes);
	if (size)
		buf_add(&bytes, data + 1, size - 1);
	if (!profile || !other || bytes.failed || !bytes.len)
		goto out;
	all = (const uint8_t *)bytes.data;
	code = feed(profile, all, bytes.len, piece ? piece : bytes.len);
	CHECK(feed(other, all, bytes.len, bytes.len) == code);
	profile_stats(profile, &a);
	profile_stats(other, &b);
	CHECK(a.looks == b.looks && a.cpu_ns == b.cpu_ns && a.wall_ns == b.wall_ns && a.nodes == b.nodes);
	ask(profile);
out:
	buf_deinit(&bytes);
	profile_free(profile);
	profile_free(other);
	return 0;
}
