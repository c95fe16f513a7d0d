/* SPDX-License-Identifier: MIT */
/* Any file is refused with a sentence, or becomes a profile whose tree holds together. */
#include <assert.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/err.h"
#include "decode/decode.h"
#include "encode/encoder.h"
#include "profile/profile.h"
#include "profile/tree.h"
#include "scrape.h"

#define PROFILE_BYTES (4u << 20)

static void show(const struct profile *p)
{
	const struct profile_query query = {.split_targets = true, .split_threads = true};
	struct buf out = BUF_INIT;
	struct tree tree = {0};
	uint64_t sum = 0;

	if (profile_tree(p, &query, &tree) < 0)
		return;
	for (size_t i = 0; i < tree.n_nodes; i++)
		sum += tree.nodes[i].self;
	assert(sum == tree.nodes[0].total);
	if (tree.n_nodes < 1000)
		(void)encoder_by_name("folded")->encode(&tree, &out); /* too large is an answer */
	buf_deinit(&out);
	tree_deinit(&tree);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t n)
{
	struct profile *p = profile_new(PROFILE_BYTES);
	struct stream_reader reader;
	const struct decode_input input = {
		.bytes = (const char *)data, .n = n, .start_us = 1700000000000000, .name = "x", .reader = &reader};
	struct err err = {0};
	int r;

	if (!p)
		abort();
	stream_reader_init(&reader, &profile_sink, p);
	r = decode_bytes(&input, NULL, &err);
	assert(r == 0 || err.text[0]);
	if (r == 0)
		show(p);
	stream_reader_deinit(&reader);
	profile_free(p);
	return 0;
}
