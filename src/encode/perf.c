/* SPDX-License-Identifier: MIT */
/*
 * perf: text as `perf script` prints it, for stackcollapse-perf.pl, FlameScope and whatever else reads that: one event
 * for each look, innermost frame first, a blank line behind it.
 *
 *	app.py 4711/4712 [000] 1795356300.250000:   10000000 cpu-clock:
 *	                       2 work (/srv/app.py:9)
 *	                       1 main (/srv/app.py:3)
 *
 * Its readers want a CPU, which is not known: [000]. The address of a frame is its number among the names. The period
 * is in nanoseconds. Without times the looks of a stack follow each other, as they are in the tree.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "encode/encoder.h"
#include "encode/formats.h"
#include "encode/meta.h"
#include "profile/tree.h"

#define PERF_MAX ((size_t)512 << 20) /* bytes of a document: every look repeats its stack */
#define EVENTS_MAX (8u << 20)        /* of a document with times; more would not fit anyway */

struct perf {
	const struct tree *tree;
	struct buf *out;
	size_t start; /* of the document in out */
	uint64_t period_ns;
	uint32_t *parents;
	struct buf stack; /* the frames of one event and the blank line */
	struct buf comm;  /* of its process */
	uint32_t pid, tid;
};

/* Readers part words at blanks. */
static void add_word(struct buf *out, const char *text)
{
	for (; *text; text++)
		buf_chr(out, *text == ' ' || *text == '\n' || *text == '\r' || *text == '\t' ? '_' : *text);
}

static void add_frame(struct perf *p, uint32_t number)
{
	const struct tree_name *name = &p->tree->names[number];
	const char *shown = tree_shown(name);

	buf_fmt(&p->stack, "\t%16" PRIx32 " ", number + 1);
	if (shown[0] == '(')
		buf_chr(&p->stack, '_'); /* "(name)" is no function for them */
	buf_str(&p->stack, shown);
	buf_str(&p->stack, " (");
	if (name->file[0])
		add_word(&p->stack, name->file);
	else
		buf_str(&p->stack, name->kind == TREE_MARKER ? "[scrape]" : "[unknown]");
	if (name->line)
		buf_fmt(&p->stack, ":%" PRIu32, name->line);
	buf_str(&p->stack, ")\n");
}

static void take_group(struct perf *p, const struct tree_name *name)
{
	struct tree_group group;

	if (!tree_group(name, &group))
		return;
	if (group.is_thread) {
		p->tid = group.number;
		return;
	}
	p->pid = group.number;
	p->tid = p->tid ? p->tid : p->pid;
	buf_reset(&p->comm);
	buf_add(&p->comm, group.name, group.len);
}

/* From a node up: its frames, and of which thread and process it is. Processes and threads are frames themselves only
 * if there is nothing else. */
static void make_stack(struct perf *p, uint32_t node)
{
	const struct tree *tree = p->tree;

	buf_reset(&p->stack);
	buf_reset(&p->comm);
	p->pid = p->tid = 0;
	for (uint32_t at = node; at != 0; at = p->parents[at]) {
		const struct tree_name *name = &tree->names[tree->nodes[at].name];

		if (name->kind == TREE_GROUP)
			take_group(p, name);
		else
			add_frame(p, tree->nodes[at].name);
	}
	if (p->stack.len == 0)
		add_frame(p, tree->nodes[node].name);
	buf_chr(&p->stack, '\n');
}

/* One look that found the stack just made. */
static int add_event(struct perf *p, uint64_t at_us)
{
	const char *mode = p->tree->meta.mode, *comm = buf_cstr(&p->comm);
	uint64_t wall_us = p->tree->meta.start_wall_ns / 1000 + at_us;

	add_word(p->out, comm && comm[0] ? comm : SCRAPE_MARK_UNKNOWN);
	buf_fmt(p->out, " %" PRIu32 "/%" PRIu32 " [000] %" PRIu64 ".%06" PRIu64 ": %10" PRIu64 " %s:\n", p->pid, p->tid,
		wall_us / 1000000, wall_us % 1000000, p->period_ns,
		mode && strcmp(mode, "cpu") == 0 ? "cpu-clock" : "wall-clock");
	buf_add(p->out, p->stack.data, p->stack.len);
	return p->out->len - p->start > PERF_MAX ? SCRAPE_ELIMIT : p->out->failed ? SCRAPE_ENOMEM : 0;
}

struct moment {
	uint64_t at_us;
	uint32_t node;
	uint32_t order; /* of what is at the same time */
};

static int compare(const void *a, const void *b)
{
	const struct moment *x = a, *y = b;

	if (x->at_us != y->at_us)
		return x->at_us < y->at_us ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

/* The looks of all runs, in the order of time over all threads, as perf has them. */
static int add_runs(struct perf *p)
{
	_cleanup_free_ struct moment *moments = NULL;
	uint64_t looks = 0;
	uint32_t n = 0, last = 0;
	int r = 0;

	for (size_t i = 0; i < p->tree->n_runs && looks <= EVENTS_MAX; i++)
		looks += p->tree->runs[i].looks < EVENTS_MAX ? p->tree->runs[i].looks : EVENTS_MAX;
	if (looks > EVENTS_MAX)
		return SCRAPE_ELIMIT;
	moments = calloc(looks + 1, sizeof(*moments));
	if (!moments)
		return SCRAPE_ENOMEM;
	for (const struct tree_run *run = p->tree->runs; run < p->tree->runs + p->tree->n_runs; run++)
		for (uint64_t k = 0; k < run->looks; k++, n++)
			moments[n] = (struct moment){run->from_us + (run->until_us - run->from_us) * k / run->looks,
						   run->node, n};
	qsort(moments, n, sizeof(*moments), compare);
	for (uint32_t i = 0; i < n && r == 0; i++) {
		if (moments[i].node != last)
			make_stack(p, moments[i].node);
		last = moments[i].node;
		r = add_event(p, moments[i].at_us);
	}
	return r;
}

static int add_nodes(struct perf *p)
{
	uint64_t at_us = 0;
	int r = 0;

	for (uint32_t i = 0; i < p->tree->n_nodes; i++) {
		const struct tree_node *node = &p->tree->nodes[i];

		if (node->self > 0)
			make_stack(p, i);
		for (uint64_t k = 0; k < node->self && r == 0; k++, at_us += p->period_ns / 1000)
			r = add_event(p, at_us);
	}
	return r;
}

static int encode_perf(const struct tree *tree, struct buf *out)
{
	_cleanup_free_ uint32_t *parents = calloc(tree->n_nodes + 1, sizeof(*parents));
	struct perf p = {.tree = tree,
			 .out = out,
			 .start = out->len,
			 .period_ns = meta_period_ns(&tree->meta),
			 .parents = parents};
	int r;

	if (!parents)
		return SCRAPE_ENOMEM;
	tree_parents(tree, parents);
	r = tree->n_threads > 0 ? add_runs(&p) : add_nodes(&p);
	if (p.stack.failed || p.comm.failed)
		r = SCRAPE_ENOMEM;
	buf_deinit(&p.stack);
	buf_deinit(&p.comm);
	return r < 0 ? r : out->failed ? SCRAPE_ENOMEM : 0;
}

const struct encoder encoder_perf = {
	.name = "perf",
	.suffix = ".perf",
	.also = ".linux-perf.txt",
	.mime = "text/plain; charset=utf-8",
	.what = "text as perf script prints it: an event for each look",
	.labels = true,
	.times = ENCODER_LIKES_TIMES,
	.encode = encode_perf,
};
