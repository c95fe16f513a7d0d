/* SPDX-License-Identifier: MIT */
/*
 * pstats: what `python -m pstats`, snakeviz and gprof2dot open: a dict as marshal writes it (CPython,
 * Python/marshal.c).
 *
 *	{(file, first line, function): (calls, calls, self seconds, total seconds,
 *	                                {caller's (file, line, function): (calls, calls, self, total)})}
 *
 * How often a function was called is not known from looks; as calls stand the units that it was in.
 */
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "encode/callgraph.h"
#include "encode/encoder.h"
#include "encode/formats.h"
#include "encode/meta.h"
#include "profile/tree.h"

struct pstats {
	const struct tree *tree;
	const struct callgraph *graph;
	struct buf *out;
	double seconds;   /* that a unit stands for */
	uint32_t *first;  /* by function: the first of the calls to it + 1 */
	uint32_t *next;   /* by call: the next one to the same function + 1 */
};

static void put_u32(struct buf *out, char type, uint32_t value)
{
	uint32_t little = htole32(value);

	buf_chr(out, type);
	buf_add(out, &little, sizeof(little));
}

static void put_text(struct buf *out, const char *text)
{
	put_u32(out, 'u', (uint32_t)strlen(text));
	buf_str(out, text);
}

static void put_int(struct buf *out, uint64_t value)
{
	put_u32(out, 'i', value < INT32_MAX ? (uint32_t)value : INT32_MAX);
}

static void put_float(struct buf *out, double value)
{
	uint64_t bits;

	memcpy(&bits, &value, sizeof(bits));
	bits = htole64(bits);
	buf_chr(out, 'g');
	buf_add(out, &bits, sizeof(bits));
}

static void put_tuple(struct buf *out, unsigned n)
{
	buf_chr(out, ')');
	buf_chr(out, (char)n);
}

static void put_key(const struct pstats *p, uint32_t function)
{
	const struct tree_name *name = &p->tree->names[p->graph->functions.items[function].name];

	put_tuple(p->out, 3);
	put_text(p->out, name->file[0] ? name->file : "~"); /* as cProfile calls what has no file */
	put_int(p->out, name->first_line);
	put_text(p->out, tree_shown(name));
}

static void put_values(const struct pstats *p, uint64_t self, uint64_t total)
{
	put_int(p->out, total);
	put_int(p->out, total);
	put_float(p->out, (double)self * p->seconds);
	put_float(p->out, (double)total * p->seconds);
}

static void put_function(const struct pstats *p, uint32_t number)
{
	const struct callgraph_function *function = &p->graph->functions.items[number];

	put_key(p, number);
	put_tuple(p->out, 5);
	put_values(p, function->self, function->total);
	buf_chr(p->out, '{');
	for (uint32_t i = p->first[number]; i; i = p->next[i - 1]) {
		const struct callgraph_call *call = &p->graph->calls.items[i - 1];

		put_key(p, p->graph->function_of[call->caller]);
		put_tuple(p->out, 4);
		put_values(p, call->self, call->total);
	}
	buf_chr(p->out, '0');
}

static int write_stats(struct pstats *p)
{
	const struct callgraph *graph = p->graph;
	_cleanup_free_ uint32_t *first = calloc(graph->functions.n + 1, sizeof(*first));
	_cleanup_free_ uint32_t *next = calloc(graph->calls.n + 1, sizeof(*next));

	if (!first || !next)
		return SCRAPE_ENOMEM;
	p->first = first;
	p->next = next;
	for (size_t i = graph->calls.n; i-- > 0;) {
		next[i] = first[graph->calls.items[i].callee];
		first[graph->calls.items[i].callee] = (uint32_t)i + 1;
	}
	buf_chr(p->out, '{');
	for (uint32_t i = 0; i < graph->functions.n; i++)
		if (graph->functions.items[i].total > 0)
			put_function(p, i);
	buf_chr(p->out, '0');
	return p->out->failed ? SCRAPE_ENOMEM : 0;
}

static int encode_pstats(const struct tree *tree, struct buf *out)
{
	uint64_t period_ns = meta_period_ns(&tree->meta);
	struct callgraph graph;
	struct pstats p = {.tree = tree,
			   .graph = &graph,
			   .out = out,
			   .seconds = period_ns ? (double)period_ns / 1e9 : 1};
	int r = callgraph_make(tree, &graph);

	if (r == 0)
		r = write_stats(&p);
	callgraph_deinit(&graph);
	return r;
}

const struct encoder encoder_pstats = {
	.name = "pstats",
	.suffix = ".pstats",
	.mime = "application/octet-stream",
	.what = "functions and callers, for python -m pstats and snakeviz",
	.functions = true,
	.encode = encode_pstats,
};
