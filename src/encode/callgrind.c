/* SPDX-License-Identifier: MIT */
/*
 * callgrind: what KCachegrind, QCachegrind and callgrind_annotate read (Callgrind Format Specification, Valgrind
 * manual): for each function what ended in each of its lines, and the calls from each line with what ended below.
 *
 *	fl=(1) /srv/app.py
 *	fn=(1) main
 *	cfi=(1)
 *	cfn=(2) work
 *	calls=1 5
 *	3 8 80000000
 *
 * A name stands behind its number where the number is new. How often a function was called is not known from looks:
 * every call says 1. Names are clean, so no line ends within one.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "encode/callgraph.h"
#include "encode/encoder.h"
#include "encode/formats.h"
#include "encode/meta.h"
#include "profile/tree.h"

struct callgrind {
	const struct tree *tree;
	const struct callgraph *graph;
	struct buf *out;
	uint64_t period_ns;
	struct map files;   /* text of the tree -> its number */
	uint32_t n_files;
	bool *named;        /* by function: its name has been written */
	uint32_t *by_name;  /* by name: first call of it + 1 in `next` */
	uint32_t *next;     /* by call: the next of the same line + 1 */
	uint32_t *lines;    /* names, by function */
	uint32_t *ends;     /* by function: where its names end in `lines` */
};

static const char *text_of(const char *text)
{
	return text[0] ? text : "???"; /* as callgrind itself says it */
}

static void add_file(struct callgrind *c, const char *key, const char *file)
{
	uint32_t number = 0;
	bool known = map_get(&c->files, (uintptr_t)file, &number);

	if (!known) {
		number = ++c->n_files;
		c->out->failed |= map_put(&c->files, (uintptr_t)file, number) < 0;
	}
	buf_fmt(c->out, "%s=(%" PRIu32 ")", key, number);
	if (!known) {
		buf_chr(c->out, ' ');
		buf_str(c->out, text_of(file));
	}
	buf_chr(c->out, '\n');
}

static const struct tree_name *name_of(const struct callgrind *c, uint32_t function)
{
	return &c->tree->names[c->graph->functions.items[function].name];
}

static void add_function(struct callgrind *c, const char *key, uint32_t function)
{
	buf_fmt(c->out, "%s=(%" PRIu32 ")", key, function + 1);
	if (!c->named[function]) {
		buf_chr(c->out, ' ');
		buf_str(c->out, tree_shown(name_of(c, function)));
		c->named[function] = true;
	}
	buf_chr(c->out, '\n');
}

static void add_time(const struct callgrind *c, uint64_t units)
{
	buf_chr(c->out, ' ');
	buf_number(c->out, units < UINT64_MAX / c->period_ns ? units * c->period_ns : UINT64_MAX);
}

static void add_cost(struct callgrind *c, uint32_t line, uint64_t units)
{
	buf_number(c->out, line);
	buf_chr(c->out, ' ');
	buf_number(c->out, units);
	if (c->period_ns)
		add_time(c, units);
	buf_chr(c->out, '\n');
}

static void add_line(struct callgrind *c, uint32_t name)
{
	uint32_t line = c->tree->names[name].line;

	if (c->graph->self_of[name] > 0)
		add_cost(c, line, c->graph->self_of[name]);
	for (uint32_t i = c->by_name[name]; i; i = c->next[i - 1]) {
		const struct callgraph_call *call = &c->graph->calls.items[i - 1];

		add_file(c, "cfi", name_of(c, call->callee)->file);
		add_function(c, "cfn", call->callee);
		buf_fmt(c->out, "calls=1 %" PRIu32 "\n", name_of(c, call->callee)->first_line);
		add_cost(c, line, call->total);
	}
}

/* Which lines a function has, and which calls a line. */
static void sort(struct callgrind *c)
{
	uint32_t sum = 0;

	for (size_t i = c->graph->calls.n; i-- > 0;) {
		c->next[i] = c->by_name[c->graph->calls.items[i].caller];
		c->by_name[c->graph->calls.items[i].caller] = (uint32_t)i + 1;
	}
	for (size_t i = 0; i < c->tree->n_names; i++)
		c->ends[c->graph->function_of[i]]++;
	for (size_t i = 0; i < c->graph->functions.n; i++) {
		uint32_t n = c->ends[i];

		c->ends[i] = sum; /* begins there, until it is filled */
		sum += n;
	}
	for (size_t i = 0; i < c->tree->n_names; i++)
		c->lines[c->ends[c->graph->function_of[i]]++] = (uint32_t)i;
}

static void add_functions(struct callgrind *c)
{
	uint32_t from = 0;

	for (uint32_t i = 0; i < c->graph->functions.n; from = c->ends[i++]) {
		if (c->graph->functions.items[i].total == 0)
			continue; /* the root */
		buf_chr(c->out, '\n');
		add_file(c, "fl", name_of(c, i)->file);
		add_function(c, "fn", i);
		for (uint32_t k = from; k < c->ends[i]; k++)
			add_line(c, c->lines[k]);
	}
}

static void add_header(const struct callgrind *c)
{
	const struct tree_meta *meta = &c->tree->meta;
	uint64_t all = c->tree->n_nodes > 0 ? c->tree->nodes[0].total : 0;

	buf_str(c->out, "# callgrind format\nversion: 1\ncreator: scrape " SCRAPE_VERSION "\ncmd: ");
	buf_add(c->out, meta->title, strnlen(meta->title, sizeof(meta->title)));
	buf_str(c->out, "\npart: 1\ndesc: ");
	meta_add_sentence(c->out, meta, all);
	buf_str(c->out, "\npositions: line\nevent: Samples : looks that found it, scaled to CPU time\n");
	buf_str(c->out, c->period_ns ? "event: Nanoseconds : time\nevents: Samples Nanoseconds\n"
				     : "events: Samples\n");
	buf_fmt(c->out, "summary: %" PRIu64, all);
	if (c->period_ns)
		add_time(c, all);
	buf_chr(c->out, '\n');
}

static int write_graph(struct callgrind *c)
{
	size_t n = c->tree->n_names + 1, functions = c->graph->functions.n + 1;
	_cleanup_free_ bool *named = calloc(functions, sizeof(*named));
	_cleanup_free_ uint32_t *ends = calloc(functions, sizeof(*ends));
	_cleanup_free_ uint32_t *by_name = calloc(n, sizeof(*by_name));
	_cleanup_free_ uint32_t *lines = calloc(n, sizeof(*lines));
	_cleanup_free_ uint32_t *next = calloc(c->graph->calls.n + 1, sizeof(*next));

	if (!named || !ends || !by_name || !lines || !next)
		return SCRAPE_ENOMEM;
	c->named = named;
	c->ends = ends;
	c->by_name = by_name;
	c->lines = lines;
	c->next = next;
	sort(c);
	add_header(c);
	add_functions(c);
	return c->out->failed ? SCRAPE_ENOMEM : 0;
}

static int encode_callgrind(const struct tree *tree, struct buf *out)
{
	struct callgraph graph;
	struct callgrind c = {
		.tree = tree, .graph = &graph, .out = out, .period_ns = meta_period_ns(&tree->meta)};
	int r = callgraph_make(tree, &graph);

	if (r == 0)
		r = write_graph(&c);
	map_deinit(&c.files);
	callgraph_deinit(&graph);
	return r;
}

const struct encoder encoder_callgrind = {
	.name = "callgrind",
	.suffix = ".callgrind",
	.mime = "text/plain; charset=utf-8",
	.what = "functions, lines and calls, for KCachegrind and callgrind_annotate",
	.encode = encode_callgrind,
};
