/* SPDX-License-Identifier: MIT */
/*
 * bench_encode: what each format costs for a profile of 1 000 000 samples in 100 000 nodes, those of time with as many
 * looks: bench_encode prints a line for each, "svg MS BYTES PEAK_BYTES", the median of RUNS. Peak is what the process
 * grew by beyond the tree itself. Arguments choose formats by name.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "encode/encoder.h"
#include "support/tree_make.h"

#define NODES 100000
#define SAMPLES 1000000
#define THREADS 8
#define LOOKS 4
#define RUNS 5

struct result {
	double ms;
	size_t bytes, peak;
};

/* Values as large that there are so many samples. */
static void scale(struct tree *tree)
{
	uint64_t total = tree->nodes[0].total, given = 0, seen = 0;

	for (size_t i = 0; i < tree->n_nodes; i++) {
		seen += tree->nodes[i].self;
		tree->nodes[i].self = seen * SAMPLES / total - given;
		given += tree->nodes[i].self;
	}
	tree_make_totals(tree);
}

/* Threads that each walk about in the tree as a program does, mostly to a stack beside the last one; a run is LOOKS
 * looks on the average. */
static void add_runs(struct tree *tree)
{
	size_t n = tree->nodes[0].total;
	uint32_t nodes = (uint32_t)tree->n_nodes - 1, node = nodes / 2;
	uint64_t seed = 7;

	tree->threads = tree_make_must(arena_alloc(&tree->arena, THREADS * sizeof(*tree->threads)));
	tree->runs = tree_make_must(arena_alloc(&tree->arena, n * sizeof(*tree->runs)));
	for (size_t t = 0; t < THREADS; t++) {
		uint64_t at_us = 0;

		tree->threads[t] = (struct tree_thread){
			.node = 0, .pid = 11, .tid = 12 + (uint32_t)t, .service = "web", .name = "worker",
			.runs = &tree->runs[tree->n_runs]};
		for (size_t left = n / THREADS, looks; left > 0; left -= looks) {
			looks = 1 + tree_make_random(&seed) % (2 * LOOKS - 1);
			looks = looks < left ? looks : left;
			node = tree_make_random(&seed) % 32 ? (node + tree_make_random(&seed) % 17 + nodes - 8) % nodes
							    : tree_make_random(&seed) % nodes;
			tree->runs[tree->n_runs++] = (struct tree_run){.node = 1 + node,
								       .flags = SCRAPE_ON_CPU,
								       .looks = looks,
								       .from_us = at_us,
								       .until_us = at_us + looks * 1000};
			at_us += looks * 1000;
			tree->threads[t].n_runs++;
		}
	}
	tree->n_threads = THREADS;
}

static size_t peak_bytes(void)
{
	struct rusage usage;

	return getrusage(RUSAGE_SELF, &usage) == 0 ? (size_t)usage.ru_maxrss * 1024 : 0;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static int measure(const struct encoder *encoder, const struct tree *tree, struct result *ret)
{
	size_t before = peak_bytes();
	double ms[RUNS];
	int r = 0;

	for (int i = 0; i < RUNS && r == 0; i++) {
		struct buf out = BUF_INIT;
		uint64_t begin = clock_mono_ns();

		r = encoder->encode(tree, &out);
		ms[i] = (double)(clock_mono_ns() - begin) / 1e6;
		ret->bytes = out.len;
		buf_deinit(&out);
	}
	qsort(ms, RUNS, sizeof(*ms), compare);
	ret->ms = ms[RUNS / 2];
	ret->peak = peak_bytes() - before;
	return r;
}

/* In a child of its own, so that each begins with nothing but the tree. */
static int bench(const struct encoder *encoder, bool timed)
{
	struct result result = {0};
	struct tree tree;
	int status, r;
	pid_t pid = fork();

	if (pid != 0)
		return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0 ? 0 : -1;
	tree_make_service(&tree, NODES);
	scale(&tree);
	if (timed)
		add_runs(&tree);
	r = measure(encoder, &tree, &result);
	if (r == 0)
		printf("%s%s %.1f %zu %zu\n", encoder->name, timed && encoder->times == ENCODER_LIKES_TIMES ? "+times" : "",
		       result.ms, result.bytes, result.peak);
	else
		printf("%s%s refused %d\n", encoder->name, timed ? "+times" : "", r);
	_exit(fflush(stdout) == 0 ? 0 : 1);
}

static bool is_wanted(const char *name, char **wanted)
{
	while (*wanted && strcmp(*wanted, name) != 0)
		wanted++;
	return *wanted;
}

int main(int argc, char **argv)
{
	int failed = 0;

	for (size_t i = 0; encoders[i]; i++) {
		if (argc > 1 && !is_wanted(encoders[i]->name, argv + 1))
			continue;
		if (encoders[i]->times != ENCODER_NEEDS_TIMES)
			failed |= bench(encoders[i], false);
		if (encoders[i]->times != ENCODER_NO_TIMES)
			failed |= bench(encoders[i], true);
	}
	return failed ? 1 : 0;
}
