/* SPDX-License-Identifier: MIT */
/*
 * stream_maker: for tests of what eats streams. Short calls append records to a stream in memory, feed() gives them to
 * a profile, ask() gives its tree as folded lines. Each test program includes this once.
 */
#ifndef SUPPORT_STREAM_MAKER_H
#define SUPPORT_STREAM_MAKER_H

#include <check.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "profile/profile.h"
#include "profile/tree.h"
#include "scrape.h"
#include "stream/writer.h"

#define START_US 1700000000000000ull

static struct buf bytes, folded;
static struct stream_writer w;
static struct stream_reader reader;
static struct profile *p;
static struct tree tree;

static uint64_t n_strings, n_frames, n_nodes, now_us;

static inline void begin_session(uint64_t rate_mhz)
{
	stream_begin(&w, &bytes,
		     &(struct stream_session){.start_wall_us = START_US, .rate_mhz = rate_mhz, .slice_us = 10000000});
	n_strings = n_frames = n_nodes = now_us = 0;
}

/* An empty profile and the beginning of a stream at 100 Hz. */
static inline void begin_sized(size_t max_bytes)
{
	stream_reader_deinit(&reader);
	profile_free(p);
	p = profile_new(max_bytes);
	ck_assert_ptr_nonnull(p);
	stream_reader_init(&reader, &profile_sink, p);
	buf_reset(&bytes);
	begin_session(100000);
}

static inline void begin_test(void)
{
	begin_sized(0);
}

static inline void end_test(void)
{
	stream_reader_deinit(&reader);
	profile_free(p);
	p = NULL;
	tree_deinit(&tree);
	buf_deinit(&bytes);
	buf_deinit(&folded);
}

static inline void feed(void)
{
	struct err err;
	int code = stream_feed(&reader, bytes.data, bytes.len, &err);

	ck_assert_msg(code == 0, "%s", code ? err.text : "");
	buf_reset(&bytes);
}

static inline uint64_t put_text(const char *text)
{
	stream_put_string(&w, &(struct stream_string){.id = n_strings, .bytes = text, .len = strlen(text)});
	return n_strings++;
}

static inline uint64_t put_frame_of(enum stream_frame_kind kind, const char *function, const char *file,
				    uint64_t short_at, uint64_t line, uint64_t first_line)
{
	struct stream_frame r = {.kind = kind, .short_at = short_at, .line = line, .first_line = first_line};

	r.function = put_text(function);
	r.file = put_text(file);
	r.id = n_frames++;
	stream_put_frame(&w, &r);
	return r.id;
}

static inline uint64_t put_frame_from(enum stream_frame_kind kind, const char *module, const char *function,
				      const char *file, uint64_t line)
{
	struct stream_frame r = {.kind = kind, .line = line, .first_line = 3};

	r.function = put_text(function);
	r.file = put_text(file);
	r.module = put_text(module) + 1;
	r.id = n_frames++;
	stream_put_frame(&w, &r);
	return r.id;
}

/* A function of a module, in m.py. */
static inline uint64_t put_frame_in(const char *module, const char *function, uint64_t line)
{
	return put_frame_from(STREAM_FRAME_PYTHON, module, function, "m.py", line);
}

static inline uint64_t put_frame(const char *function)
{
	return put_frame_of(STREAM_FRAME_PYTHON, function, "f.py", 0, 1, 1);
}

static inline uint64_t put_node(uint64_t parent, uint64_t frame)
{
	stream_put_node(&w, &(struct stream_node){.id = ++n_nodes, .parent = parent, .frame = frame});
	return n_nodes;
}

static inline uint64_t put_stack(uint64_t parent, const char *function)
{
	return put_node(parent, put_frame(function));
}

static inline void put_target(uint64_t id, uint64_t pid, const char *service)
{
	struct stream_target r = {.id = id, .pid = pid, .start_ticks = 5};

	r.command = r.runtime = put_text("python3 x.py");
	r.service = put_text(service);
	stream_put_target(&w, &r);
}

static inline void put_thread(uint64_t id, uint64_t target, uint64_t tid, const char *name)
{
	struct stream_thread r = {.id = id, .target = target, .tid = tid};

	r.name = put_text(name);
	stream_put_thread(&w, &r);
}

/* One target with one thread. */
static inline void put_actors(void)
{
	put_target(0, 42, "app");
	put_thread(0, 0, 43, "worker");
}

static inline void put_looks(uint64_t thread, uint64_t node, uint64_t flags, uint64_t looks)
{
	struct stream_sample r = {thread, node, flags, looks, (int64_t)now_us, (int64_t)(now_us + looks * 10000)};

	stream_put_sample(&w, &r);
}

static inline void put_times(uint64_t thread, double cpu_s, double wall_s)
{
	stream_put_slice_thread(
		&w, &(struct stream_slice_thread){thread, (uint64_t)(cpu_s * 1e9 + .5), (uint64_t)(wall_s * 1e9 + .5)});
}

static inline void put_slice_end(uint64_t ticks)
{
	struct stream_slice_end r = {.from_us = START_US + now_us, .ticks = ticks};

	now_us += 10000000;
	r.until_us = START_US + now_us;
	stream_put_slice_end(&w, &r);
}

/* Sums of self must be the total of the root, and each node's total its own and its children's. */
static inline void check_sums(const struct tree *t)
{
	uint64_t sum = 0;

	ck_assert_uint_ge(t->n_nodes, 1);
	ck_assert_str_eq(t->names[t->nodes[0].name].text, "all");
	for (size_t i = 0; i < t->n_nodes; i++) {
		uint64_t below = t->nodes[i].self;

		sum += t->nodes[i].self;
		for (size_t k = i + 1; k < t->n_nodes && t->nodes[k].depth > t->nodes[i].depth; k++)
			if (t->nodes[k].depth == t->nodes[i].depth + 1)
				below += t->nodes[k].total;
		ck_assert_uint_eq(below, t->nodes[i].total);
		if (i > 0)
			ck_assert_uint_le(t->nodes[i].depth, t->nodes[i - 1].depth + 1);
	}
	ck_assert_uint_eq(sum, t->nodes[0].total);
	for (size_t i = 0; i < t->n_names; i++) {
		size_t k = 0;

		while (k < t->n_nodes && t->nodes[k].name != i)
			k++;
		ck_assert_msg(k < t->n_nodes, "no node has the name \"%s\"", t->names[i].text);
	}
}

/* The tree as folded lines, root left out. */
static inline const char *ask(const struct profile_query *query)
{
	const char *path[64];

	tree_deinit(&tree);
	ck_assert_int_eq(profile_tree(p, query, &tree), 0);
	check_sums(&tree);
	buf_reset(&folded);
	for (size_t i = 0; i < tree.n_nodes; i++) {
		const struct tree_node *node = &tree.nodes[i];

		ck_assert_uint_lt(node->depth, 64);
		path[node->depth] = tree.names[node->name].text;
		if (node->self == 0)
			continue;
		for (size_t d = 1; d <= node->depth; d++)
			buf_fmt(&folded, "%s%s", path[d], d < node->depth ? ";" : "");
		buf_fmt(&folded, " %" PRIu64 "\n", node->self);
	}
	return buf_cstr(&folded);
}

static inline const char *ask_mode(enum profile_mode mode)
{
	return ask(&(struct profile_query){.mode = mode, .no_lines = true});
}

/* The name that reads so; there must be one. */
static inline const struct tree_name *name_of(const char *text)
{
	for (size_t i = 0; i < tree.n_names; i++)
		if (strcmp(tree.names[i].text, text) == 0)
			return &tree.names[i];
	ck_abort_msg("no \"%s\"", text);
	return NULL;
}

/* Sum of the totals of all nodes that read so. */
static inline uint64_t total_of(const char *text)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < tree.n_nodes; i++)
		if (strcmp(tree.names[tree.nodes[i].name].text, text) == 0)
			sum += tree.nodes[i].total;
	return sum;
}

#endif
