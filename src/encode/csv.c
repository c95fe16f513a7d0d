/* SPDX-License-Identifier: MIT */
/*
 * csv: the top table: a row for each function, most self first (RFC 4180). Seconds are empty where it is not known
 * what a unit stands for.
 *
 *	function,file,line,module,self,self_seconds,self_percent,total,total_seconds,total_percent
 *	JSONDecoder.raw_decode,/usr/lib/python3.12/json/decoder.py,343,json.decoder,8,0.080,80.00,8,0.080,80.00
 *
 * Spreadsheets calculate what begins with = + - or @: names come from strangers, so such a cell gets a ' in front.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "encode/callgraph.h"
#include "encode/encoder.h"
#include "encode/formats.h"
#include "encode/meta.h"
#include "profile/tree.h"

static void add_text(struct buf *out, const char *text)
{
	buf_chr(out, '"');
	if (text[0] && strchr("=+-@\t\r", text[0]))
		buf_chr(out, '\'');
	for (; *text; text++) {
		if (*text == '"')
			buf_chr(out, '"');
		buf_chr(out, *text);
	}
	buf_str(out, "\",");
}

static void add_value(struct buf *out, uint64_t units, uint64_t all, uint64_t period_ns)
{
	uint64_t hundredths = all ? (uint64_t)(((unsigned __int128)units * 10000 + all / 2) / all) : 0;

	buf_number(out, units);
	buf_chr(out, ',');
	if (period_ns)
		meta_add_thousandths(out, (uint64_t)((unsigned __int128)units * period_ns / 1000000));
	buf_fmt(out, ",%" PRIu64 ".%02" PRIu64, hundredths / 100, hundredths % 100);
}

static void add_row(struct buf *out, const struct tree *tree, const struct callgraph_function *function)
{
	const struct tree_name *name = &tree->names[function->name];
	uint64_t all = tree->nodes[0].total, period_ns = meta_period_ns(&tree->meta);

	add_text(out, tree_shown(name));
	add_text(out, name->file);
	if (name->first_line)
		buf_number(out, name->first_line);
	buf_chr(out, ',');
	add_text(out, name->module);
	add_value(out, function->self, all, period_ns);
	buf_chr(out, ',');
	add_value(out, function->total, all, period_ns);
	buf_str(out, "\r\n");
}

static int compare(const void *a, const void *b)
{
	const struct callgraph_function *x = a, *y = b;

	if (x->self != y->self)
		return x->self > y->self ? -1 : 1;
	if (x->total != y->total)
		return x->total > y->total ? -1 : 1;
	return x->name < y->name ? -1 : x->name > y->name;
}

static int encode_csv(const struct tree *tree, struct buf *out)
{
	struct callgraph graph;
	int r = callgraph_make(tree, &graph);

	buf_str(out, "function,file,line,module,self,self_seconds,self_percent,total,total_seconds,total_percent\r\n");
	if (r == 0 && graph.functions.n > 0)
		qsort(graph.functions.items, graph.functions.n, sizeof(*graph.functions.items), compare);
	VEC_EACH (function, &graph.functions)
		if (r == 0 && function->total > 0)
			add_row(out, tree, function);
	callgraph_deinit(&graph);
	return r < 0 ? r : out->failed ? SCRAPE_ENOMEM : 0;
}

const struct encoder encoder_csv = {
	.name = "csv",
	.suffix = ".csv",
	.mime = "text/csv; charset=utf-8",
	.what = "the top table: a row for each function, with self and total",
	.functions = true,
	.encode = encode_csv,
};
