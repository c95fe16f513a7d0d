/* SPDX-License-Identifier: MIT */
/*
 * What the front pays for each sample: writing it, and reading it into a profile. Build and run:
 *
 *	make build/obj/bench/bench_profile && build/obj/bench/bench_profile
 *
 * Three mixes: one busy thread with few stacks, many threads that hop between thousands of stacks 30 deep, and one in
 * which every sample is a stack that was never seen (the definitions are counted as part of the sample).
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/err.h"
#include "profile/profile.h"
#include "profile/tree.h"
#include "stream/writer.h"

#define DEPTH 30
#define SAMPLES 1000000

struct mix {
	const char *name;
	unsigned n_threads, n_stacks, samples;
};

static uint64_t cpu_ns(void)
{
	return clock_ns(CLOCK_PROCESS_CPUTIME_ID);
}

static uint32_t next_random(uint32_t *state) /* xorshift32 */
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

static void define(struct stream_writer *w, const struct mix *mix)
{
	char name[32];

	for (unsigned i = 0; i < 2000; i++) {
		int n = snprintf(name, sizeof(name), "function_%u", i);

		stream_put_string(w, &(struct stream_string){.id = i, .bytes = name, .len = (size_t)n});
		stream_put_frame(w, &(struct stream_frame){.id = i, .function = i, .file = i / 20, .line = i});
	}
	stream_put_target(w, &(struct stream_target){.pid = 1});
	for (unsigned i = 0; i < mix->n_threads; i++)
		stream_put_thread(w, &(struct stream_thread){.id = i, .tid = i + 1});
	for (unsigned i = 1; i < DEPTH; i++)
		stream_put_node(w, &(struct stream_node){.id = i, .parent = i - 1, .frame = i});
}

static void write_all(struct stream_writer *w, const struct mix *mix)
{
	uint32_t random = 2463534242u;
	unsigned defined = 0;

	for (unsigned i = 0; i < mix->samples; i++) {
		unsigned stack = defined < mix->n_stacks ? defined : next_random(&random) % mix->n_stacks;
		struct stream_sample sample = {
			.thread = i % mix->n_threads, .node = DEPTH + stack, .flags = 3, .looks = 1};

		if (stack == defined) { /* the last frames of the stack differ */
			stream_put_node(
				w, &(struct stream_node){DEPTH + stack, 1 + stack % (DEPTH - 1), stack / 29 % 2000});
			defined++;
		}
		sample.first_us = sample.last_us = (int64_t)i * 1000;
		stream_put_sample(w, &sample);
		if (i % 10000 == 9999) {
			for (unsigned t = 0; t < mix->n_threads; t++)
				stream_put_slice_thread(
					w, &(struct stream_slice_thread){t, 10000000000ull, 10000000000ull});
			stream_put_slice_end(w, &(struct stream_slice_end){.seq = i, .ticks = 10000});
		}
	}
}

static void run(const struct mix *mix)
{
	struct buf bytes = BUF_INIT;
	struct profile *profile = profile_new(0);
	struct stream_reader reader;
	struct stream_writer w;
	struct profile_stats stats;
	struct tree tree;
	struct err err = {0};
	uint64_t start, wrote, read, asked;

	if (!profile || !buf_reserve(&bytes, 64u << 20))
		exit(1);
	stream_begin(&w, &bytes, &(struct stream_session){.rate_mhz = 1000000});
	define(&w, mix);
	start = cpu_ns();
	write_all(&w, mix);
	wrote = cpu_ns() - start;
	stream_reader_init(&reader, &profile_sink, profile);
	start = cpu_ns();
	for (size_t at = 0; at < bytes.len; at += 65536) /* as from a pipe */
		if (stream_feed(&reader, bytes.data + at, bytes.len - at < 65536 ? bytes.len - at : 65536, &err) < 0) {
			fprintf(stderr, "%s\n", err.text);
			exit(1);
		}
	read = cpu_ns() - start;
	start = cpu_ns();
	if (profile_tree(profile, &(struct profile_query){.split_threads = true}, &tree) < 0)
		exit(1);
	asked = cpu_ns() - start;
	profile_stats(profile, &stats);
	printf("%-26s %8.1f %8.1f %8.1f %9zu %8.1f %9zu %8.1f\n", mix->name, (double)bytes.len / mix->samples,
	       (double)wrote / mix->samples, (double)read / mix->samples, stats.nodes, (double)stats.bytes / 1e6,
	       tree.n_nodes, (double)asked / 1e6);
	tree_deinit(&tree);
	stream_reader_deinit(&reader);
	profile_free(profile);
	buf_deinit(&bytes);
}

int main(void)
{
	static const struct mix mixes[] = {
		{"1 thread, 200 stacks", 1, 200, SAMPLES},
		{"1 thread, 20 000 stacks", 1, 20000, SAMPLES},
		{"64 threads, 5 000 stacks", 64, 5000, SAMPLES},
		{"every stack is new", 1, 300000, 300000},
	};

	printf("%-26s %8s %8s %8s %9s %8s %9s %8s\n", "samples at 1 kHz", "bytes", "write ns", "feed ns", "nodes", "MB",
	       "tree", "ask ms");
	for (size_t i = 0; i < sizeof(mixes) / sizeof(mixes[0]); i++)
		run(&mixes[i]);
	return 0;
}
