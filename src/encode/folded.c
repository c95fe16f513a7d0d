/* SPDX-License-Identifier: MIT */
/*
 * folded: one line for each stack, root first, frames joined by ";", a space, the integer.
 *
 * Its readers know no escapes: a line ends at a newline, its number follows the last space and ";" parts frames. So a
 * ";" within a name becomes ":", and a line end (which clean names do not have) a space. What begins with "#" would
 * be a comment for some: an empty frame, which is none, stands before it. A line repeats its whole
 * stack, so deep recursion with a value at every level grows with the square of the depth: hence the limit.
 */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "encode/encoder.h"
#include "encode/formats.h"
#include "profile/tree.h"

#define FOLDED_MAX ((size_t)512 << 20) /* bytes of a whole document, numbers not counted */

static uint32_t deepest(const struct tree *tree)
{
	uint32_t depth = 0;

	for (size_t i = 0; i < tree->n_nodes; i++)
		if (tree->nodes[i].depth > depth)
			depth = tree->nodes[i].depth;
	return depth;
}

/* Readers take an empty frame for none at all. */
static const char *frame_of(const struct tree *tree, const struct tree_node *node)
{
	const char *text = tree->names[node->name].text;

	return text[0] ? text : SCRAPE_MARK_UNKNOWN;
}

/* The bytes of all stacks, or SIZE_MAX above the limit. ends has room for each depth. */
static size_t measure(const struct tree *tree, size_t *ends)
{
	size_t total = 0;

	for (size_t i = 0; i < tree->n_nodes; i++) {
		const struct tree_node *node = &tree->nodes[i];
		size_t parent = node->depth > 1 ? ends[node->depth - 1] : 0;

		ends[node->depth] = parent + strlen(frame_of(tree, node)) + 1;
		if (node->self > 0)
			total += ends[node->depth];
		if (total > FOLDED_MAX || ends[node->depth] > FOLDED_MAX)
			return SIZE_MAX;
	}
	return total;
}

static void add_frame(struct buf *line, const char *name)
{
	for (; *name; name++)
		buf_chr(line, *name == ';' ? ':' : *name == '\n' || *name == '\r' ? ' ' : *name);
}

/* The root is not printed; but what ended in the root itself is on a line of its own, or the sum would not hold. */
static void write_lines(const struct tree *tree, size_t *ends, struct buf *line, struct buf *out)
{
	for (size_t i = 0; i < tree->n_nodes; i++) {
		const struct tree_node *node = &tree->nodes[i];

		line->len = node->depth > 1 ? ends[node->depth - 1] : 0;
		if (line->len > 0 || frame_of(tree, node)[0] == '#')
			buf_chr(line, ';');
		add_frame(line, frame_of(tree, node));
		ends[node->depth] = line->len;
		if (node->self == 0)
			continue;
		buf_add(out, line->data, line->len);
		buf_chr(out, ' ');
		buf_number(out, node->self);
		buf_chr(out, '\n');
	}
}

static int encode_folded(const struct tree *tree, struct buf *out)
{
	size_t depths = (size_t)deepest(tree) + 1;
	_cleanup_free_ size_t *ends = calloc(depths, sizeof(*ends));
	struct buf line = BUF_INIT;
	bool failed;
	size_t n;

	if (!ends)
		return SCRAPE_ENOMEM;
	n = measure(tree, ends);
	if (n == SIZE_MAX)
		return SCRAPE_ELIMIT;
	if (!buf_reserve(out, n))
		return SCRAPE_ENOMEM;
	memset(ends, 0, depths * sizeof(*ends));
	write_lines(tree, ends, &line, out);
	failed = line.failed || out->failed;
	buf_deinit(&line);
	return failed ? SCRAPE_ENOMEM : 0;
}

const struct encoder encoder_folded = {
	.name = "folded",
	.suffix = ".folded",
	.mime = "text/plain; charset=utf-8",
	.what = "one line per stack, for flamegraph.pl, speedscope and inferno",
	.encode = encode_folded,
};
