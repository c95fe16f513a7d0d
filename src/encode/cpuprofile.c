/* SPDX-License-Identifier: MIT */
/*
 * cpuprofile: what Chrome's DevTools and VS Code open: the timeline of one thread, the one that was met most often.
 *
 *	{"nodes": [{"id": 1, "callFrame": {"functionName": "(root)", "scriptId": "0", "url": "", "lineNumber": -1,
 *	  "columnNumber": -1}, "hitCount": 0, "children": [2, 3]}, ...],
 *	 "startTime": us, "endTime": us, "samples": [id, ...], "timeDeltas": [us, ...]}
 *
 * (Chrome DevTools protocol, type Profiler.Profile.) lineNumber counts from 0. A sample holds until the next one, so
 * one is written for each run of looks that found the same, and one of "(idle)" where a run is followed by nothing.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "encode/encoder.h"
#include "encode/formats.h"
#include "profile/tree.h"

#define ROOT_ID 1
#define IDLE_ID 2
#define FIRST_ID 3 /* of what is below the thread */

struct cpuprofile {
	const struct tree *tree;
	const struct tree_thread *thread;
	struct buf *out;
	uint32_t *child, *next; /* by node: its first child and its next sibling, 0: none */
	size_t end;             /* of the thread's nodes */
};

static const struct tree_thread *busiest(const struct tree *tree)
{
	const struct tree_thread *found = NULL;

	for (size_t i = 0; i < tree->n_threads; i++)
		if (!found || tree->nodes[tree->threads[i].node].total > tree->nodes[found->node].total)
			found = &tree->threads[i];
	return found;
}

/* The thread's nodes are those below its own, one after the other. */
static void link_nodes(struct cpuprofile *c, const uint32_t *parents)
{
	uint32_t group = c->thread->node;

	c->end = tree_end(c->tree, group);
	for (size_t i = c->end; --i > group;) {
		c->next[i] = c->child[parents[i]];
		c->child[parents[i]] = (uint32_t)i;
	}
}

static uint64_t id_of(const struct cpuprofile *c, uint32_t node)
{
	return node == c->thread->node ? ROOT_ID : node - c->thread->node - 1 + FIRST_ID;
}

static void add_children(const struct cpuprofile *c, uint32_t node, const char *first)
{
	const char *comma = first;

	buf_str(c->out, ",\"children\":[");
	buf_str(c->out, first);
	for (uint32_t child = c->child[node]; child; child = c->next[child]) {
		buf_str(c->out, *comma ? "," : "");
		buf_number(c->out, id_of(c, child));
		comma = ",";
	}
	buf_str(c->out, "]}");
}

static void add_fixed(struct buf *out, unsigned id, const char *name)
{
	buf_fmt(out,
		"{\"id\":%u,\"callFrame\":{\"functionName\":\"%s\",\"scriptId\":\"0\",\"url\":\"\",\"lineNumber\":-1,"
		"\"columnNumber\":-1},\"hitCount\":0",
		id, name);
}

static void add_node(const struct cpuprofile *c, uint32_t node)
{
	const struct tree_name *name = &c->tree->names[c->tree->nodes[node].name];
	const char *shown = tree_shown(name);

	buf_str(c->out, ",\n{\"id\":");
	buf_number(c->out, id_of(c, node));
	buf_str(c->out, ",\"callFrame\":{\"functionName\":");
	text_json(c->out, shown, strlen(shown));
	buf_str(c->out, ",\"scriptId\":\"0\",\"url\":");
	text_json(c->out, name->file, strlen(name->file));
	buf_fmt(c->out, ",\"lineNumber\":%" PRId64 ",\"columnNumber\":-1},\"hitCount\":",
		(int64_t)name->first_line - 1);
	buf_number(c->out, c->tree->nodes[node].self);
	add_children(c, node, "");
}

static void add_nodes(const struct cpuprofile *c)
{
	char idle[8];

	(void)snprintf(idle, sizeof(idle), "%d", IDLE_ID); /* one digit */
	buf_str(c->out, "{\"nodes\":[");
	add_fixed(c->out, ROOT_ID, "(root)");
	if (c->thread)
		add_children(c, c->thread->node, idle);
	else
		buf_fmt(c->out, ",\"children\":[%s]}", idle);
	buf_str(c->out, ",\n");
	add_fixed(c->out, IDLE_ID, "(idle)");
	buf_chr(c->out, '}');
	for (size_t i = c->thread ? c->thread->node + 1 : 0; i < c->end; i++)
		add_node(c, (uint32_t)i);
	buf_chr(c->out, ']');
}

/* A sample of a run, or (with NULL) of the idle time after one and before the first. */
typedef void (*sample_fn)(const struct cpuprofile *c, const struct tree_run *run, uint64_t at, uint64_t *last);

static void each_sample(const struct cpuprofile *c, sample_fn add)
{
	uint64_t last = 0, idle_from = 0;

	for (size_t i = 0; c->thread && i < c->thread->n_runs; i++) {
		const struct tree_run *run = &c->thread->runs[i];

		if (run->from_us > idle_from)
			add(c, NULL, idle_from, &last);
		add(c, run, run->from_us, &last);
		idle_from = run->until_us;
	}
	add(c, NULL, idle_from, &last);
}

static void add_comma(struct buf *out)
{
	if (out->data && out->len > 0 && out->data[out->len - 1] != '[')
		buf_chr(out, ',');
}

static void add_id(const struct cpuprofile *c, const struct tree_run *run, uint64_t at, uint64_t *last)
{
	(void)at, (void)last; /* of the other list */
	add_comma(c->out);
	buf_number(c->out, run ? id_of(c, run->node) : IDLE_ID);
}

static void add_delta(const struct cpuprofile *c, const struct tree_run *run, uint64_t at, uint64_t *last)
{
	(void)run;
	add_comma(c->out);
	buf_number(c->out, at > *last ? at - *last : 0);
	*last = at > *last ? at : *last;
}

static void add_times(const struct cpuprofile *c)
{
	const struct tree_meta *meta = &c->tree->meta;
	const struct tree_thread *thread = c->thread;
	uint64_t start_us = meta->start_wall_ns / 1000, end_us = meta->duration_ns / 1000;

	if (thread && thread->n_runs && thread->runs[thread->n_runs - 1].until_us > end_us)
		end_us = thread->runs[thread->n_runs - 1].until_us;
	buf_fmt(c->out, ",\n\"startTime\":%" PRIu64 ",\"endTime\":%" PRIu64 ",\n\"samples\":[", start_us,
		start_us + end_us);
	each_sample(c, add_id);
	buf_str(c->out, "],\n\"timeDeltas\":[");
	each_sample(c, add_delta);
	buf_str(c->out, "]}\n");
}

static int encode_cpuprofile(const struct tree *tree, struct buf *out)
{
	_cleanup_free_ uint32_t *parents = calloc(tree->n_nodes + 1, sizeof(*parents));
	_cleanup_free_ uint32_t *child = calloc(tree->n_nodes + 1, sizeof(*child));
	_cleanup_free_ uint32_t *next = calloc(tree->n_nodes + 1, sizeof(*next));
	struct cpuprofile c = {.tree = tree, .thread = busiest(tree), .out = out, .child = child, .next = next};

	if (!parents || !child || !next)
		return SCRAPE_ENOMEM;
	tree_parents(tree, parents);
	if (c.thread)
		link_nodes(&c, parents);
	add_nodes(&c);
	add_times(&c);
	return out->failed ? SCRAPE_ENOMEM : 0;
}

const struct encoder encoder_cpuprofile = {
	.name = "cpuprofile",
	.suffix = ".cpuprofile",
	.mime = "application/json",
	.what = "the busiest thread over time, for Chrome's DevTools and VS Code",
	.functions = true,
	.times = ENCODER_NEEDS_TIMES,
	.encode = encode_cpuprofile,
};
