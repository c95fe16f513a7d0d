/* SPDX-License-Identifier: MIT */
/*
 * What an hour of many services costs in a history: memory, taking it in, and asking for all of it. Build and run:
 *
 *	make build/obj/bench/bench_history && build/obj/bench/bench_history [--spool DIR]
 *
 * 50 services of 4 processes with 2 threads each, 360 slices. In each slice a service shows 30 to 120 stacks of its
 * 400, few of them often and most of them rarely, 25 frames deep; each is seen in one to three of its threads. Times are
 * CPU time, so that other programs on the machine count for little. With --spool the slices are of the hour that ends
 * now, and DIR gets them as the spool of a daemon, for `scrape serve --state-dir DIR`.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "daemon/spool.h"
#include "profile/history.h"
#include "profile/tree.h"
#include "stream/writer.h"

#define SLICES 360
#define SERVICES 50
#define PROCESSES 4
#define THREADS 2
#define OF_SERVICE (PROCESSES * THREADS)
#define STACKS 400
#define DEPTH 25
#define TRUNK 10
#define FUNCTIONS 800 /* of a service */
#define SLICE_US 10000000ull
#define REPEATS 9

static uint32_t state = 2463534242u;
static uint64_t start_us = 1700000000000000ull;
static uint64_t node_of[SERVICES][STACKS];
static uint64_t n_strings, n_frames, n_nodes, n_rows;

static uint64_t cpu_ns(void)
{
	return clock_ns(CLOCK_PROCESS_CPUTIME_ID);
}

static uint32_t next_random(uint32_t n) /* xorshift32 */
{
	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state % n;
}

static uint64_t put_text(struct stream_writer *w, const char *text, int n)
{
	stream_put_string(w, &(struct stream_string){.id = n_strings, .bytes = text, .len = (size_t)n});
	return n_strings++;
}

static uint64_t put_frame(struct stream_writer *w, unsigned service, unsigned function)
{
	char text[96];
	struct stream_frame r = {
		.id = n_frames++, .line = function % 900 + 1, .first_line = function % 900, .short_at = 9};

	r.function = put_text(w, text, snprintf(text, sizeof(text), "Handler%u.method_%u", service, function));
	r.file = put_text(w, text,
			  snprintf(text, sizeof(text), "/srv/app/package_%u/module_%u.py", service, function / 20));
	stream_put_frame(w, &r);
	return r.id;
}

/* Stacks branch off one another at any depth below the trunk, as those of a program do. */
static void put_stacks(struct stream_writer *w, unsigned service)
{
	uint64_t paths[STACKS][DEPTH];
	uint64_t frames[FUNCTIONS];

	for (unsigned i = 0; i < FUNCTIONS; i++)
		frames[i] = put_frame(w, service, i);
	for (unsigned i = 0; i < STACKS; i++) {
		unsigned from = i == 0 ? 0 : TRUNK + next_random(DEPTH - TRUNK), like = i == 0 ? 0 : next_random(i);
		uint64_t node = 0;

		for (unsigned d = 0; d < DEPTH; d++) {
			if (i > 0 && d < from) {
				node = paths[like][d];
			} else {
				stream_put_node(w,
						&(struct stream_node){++n_nodes, node, frames[next_random(FUNCTIONS)]});
				node = n_nodes;
			}
			paths[i][d] = node;
		}
		node_of[service][i] = node;
	}
}

static void define(struct stream_writer *w)
{
	char text[64];

	for (unsigned s = 0; s < SERVICES; s++) {
		uint64_t name = put_text(w, text, snprintf(text, sizeof(text), "service-%u", s));

		for (unsigned p = 0; p < PROCESSES; p++)
			stream_put_target(w, &(struct stream_target){.id = s * PROCESSES + p,
								     .pid = 1000 + s * PROCESSES + p,
								     .start_ticks = 5,
								     .command = name,
								     .service = name,
								     .runtime = name});
		for (unsigned t = 0; t < OF_SERVICE; t++)
			stream_put_thread(w, &(struct stream_thread){.id = s * OF_SERVICE + t,
								     .target = s * PROCESSES + t / THREADS,
								     .tid = 10000 + s * OF_SERVICE + t,
								     .name = name});
		put_stacks(w, s);
	}
}

static void put_service(struct stream_writer *w, unsigned service)
{
	unsigned n = 30 + next_random(91);

	for (unsigned i = 0; i < n; i++) {
		unsigned rare = next_random(STACKS), often = next_random(20), seen = 1 + next_random(3);
		unsigned thread = service * OF_SERVICE + next_random(OF_SERVICE);

		for (unsigned k = 0; k < seen; k++) {
			struct stream_sample sample = {.thread = service * OF_SERVICE + (thread + k) % OF_SERVICE,
						       .node = node_of[service][i % 3 ? rare : often],
						       .flags = i % 3 ? 3 : 2 * (i % 2),
						       .looks = 1 + next_random(i % 3 ? 8 : 200)};

			stream_put_sample(w, &sample);
			n_rows++;
		}
	}
	for (unsigned t = 0; t < OF_SERVICE; t++)
		stream_put_slice_thread(w, &(struct stream_slice_thread){service * OF_SERVICE + t,
									 next_random(2000000000), 10000000000ull});
}

static void feed(struct stream_reader *reader, struct buf *bytes)
{
	struct err err;

	if (stream_feed(reader, bytes->data, bytes->len, &err) < 0) {
		fprintf(stderr, "%s\n", err.text);
		exit(1);
	}
	buf_reset(bytes);
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static void ask(const struct history *history, const char *what, const struct history_query *query)
{
	double ms[REPEATS];
	size_t n_nodes_of_tree = 0;

	for (int i = 0; i < REPEATS; i++) {
		uint64_t start = cpu_ns();
		struct history_span span;
		struct tree tree;
		struct err err;

		if (history_tree(history, query, &tree, &span, &err) < 0) {
			fprintf(stderr, "%s\n", err.text);
			exit(1);
		}
		ms[i] = (double)(cpu_ns() - start) / 1e6;
		n_nodes_of_tree = tree.n_nodes;
		tree_deinit(&tree);
	}
	qsort(ms, REPEATS, sizeof(ms[0]), compare);
	printf("%-44s %8.1f ms (%.1f-%.1f), %zu nodes\n", what, ms[REPEATS / 2], ms[0], ms[REPEATS - 1],
	       n_nodes_of_tree);
}

static void ask_timeline(const struct history *history, const char *what, const struct history_timeline_query *query)
{
	uint64_t start = cpu_ns();
	struct history_timeline timeline;
	struct err err;

	if (history_timeline(history, query, &timeline, &err) < 0)
		exit(1);
	printf("%-44s %8.1f ms, %zu series\n", what, (double)(cpu_ns() - start) / 1e6, timeline.n_series);
	history_timeline_deinit(&timeline);
}

static int write_spool(const char *dir, const struct history *history)
{
	struct spool spool = SPOOL_INIT;
	struct history_stats stats;
	struct err err;
	int r = spool_open(&spool, dir, 1u << 30, "00000000000000000000000000000000", &err);

	history_stats(history, &stats);
	while (r == 0 && spool.next < stats.next_seq) /* some at a time */
		r = spool_tick(&spool, history, start_us + SLICES * SLICE_US, &err);
	if (r < 0)
		fprintf(stderr, "%s\n", err.text);
	spool_close(&spool);
	return r;
}

int main(int argc, char **argv)
{
	const char *spool = argc == 3 && strcmp(argv[1], "--spool") == 0 ? argv[2] : NULL;
	struct history *history = history_new(&(struct history_config){.host = "bench"});
	struct history_feed *taker = history ? history_feed_new(history) : NULL;
	const struct history_filter filter = {HISTORY_SERVICE, NULL, "service-7"};
	const struct history_filter regex = {HISTORY_SERVICE, NULL, "~^service-1"};
	struct buf bytes = BUF_INIT;
	struct stream_reader reader;
	struct stream_writer w;
	struct history_stats stats;
	struct rusage usage;
	uint64_t taken = 0, start, next;

	if (!taker)
		return 1;
	if (spool)
		start_us = (clock_wall_ns() / NSEC_PER_USEC / SLICE_US - SLICES) * SLICE_US;
	stream_reader_init(&reader, &history_sink, taker);
	stream_begin(&w, &bytes, &(struct stream_session){start_us, 100000, SLICE_US, 0});
	define(&w);
	feed(&reader, &bytes);
	for (uint64_t i = 0; i < SLICES; i++) {
		for (unsigned s = 0; s < SERVICES; s++)
			put_service(&w, s);
		stream_put_slice_end(&w, &(struct stream_slice_end){i, start_us + i * SLICE_US,
								    start_us + (i + 1) * SLICE_US, 1000});
		start = cpu_ns();
		feed(&reader, &bytes);
		taken += cpu_ns() - start;
	}
	buf_deinit(&bytes);
	history_stats(history, &stats);
	(void)getrusage(RUSAGE_SELF, &usage);
	printf("%zu slices (%llu evicted), %llu samples, %llu stack nodes\n", stats.slices,
	       (unsigned long long)stats.evicted, (unsigned long long)n_rows, (unsigned long long)n_nodes);
	printf("%-44s %8.1f MiB, %.1f bytes a sample; process at most %.1f MiB\n", "memory",
	       (double)stats.bytes / 1048576, (double)stats.bytes / (double)n_rows, (double)usage.ru_maxrss / 1024);
	printf("%-44s %8.1f ms\n", "taking in one slice", (double)taken / 1e6 / SLICES);
	ask(history, "tree of everything", &(struct history_query){.max_nodes = 8192});
	ask(history, "  by function", &(struct history_query){.max_nodes = 8192, .merge = HISTORY_BY_FUNCTION});
	ask(history, "  wall", &(struct history_query){.max_nodes = 8192, .show.mode = PROFILE_WALL});
	ask(history, "  all nodes", &(struct history_query){0});
	ask(history, "  by process", &(struct history_query){.max_nodes = 8192, .show.split_targets = true});
	ask(history, "  by thread",
	    &(struct history_query){.max_nodes = 8192, .show = {.split_targets = true, .split_threads = true}});
	ask(history, "  of one service",
	    &(struct history_query){.max_nodes = 8192, .filters = &filter, .n_filters = 1});
	ask(history, "  of 11 services by expression",
	    &(struct history_query){.max_nodes = 8192, .filters = &regex, .n_filters = 1});
	ask(history, "  of the last minute",
	    &(struct history_query){.max_nodes = 8192, .from_us = start_us + (SLICES - 6) * SLICE_US});
	ask_timeline(history, "timeline by service", &(struct history_timeline_query){.by = HISTORY_BY_SERVICE});
	ask_timeline(history, "timeline of one function",
		     &(struct history_timeline_query){.function = "Handler7.method_3"});
	if (spool && write_spool(spool, history) < 0)
		return 1;
	start = cpu_ns();
	if (history_export(history, 0, SIZE_MAX, &bytes, &next) < 0)
		return 1;
	printf("%-44s %8.1f ms, %.1f MiB\n", "export of everything", (double)(cpu_ns() - start) / 1e6,
	       (double)bytes.len / 1048576);
	buf_deinit(&bytes);
	start = cpu_ns();
	history_tick(history, start_us + (SLICES + SLICES / 3) * SLICE_US);
	printf("%-44s %8.1f ms\n", "dropping a third, tables anew", (double)(cpu_ns() - start) / 1e6);
	stream_reader_deinit(&reader);
	history_free(history);
	return 0;
}
