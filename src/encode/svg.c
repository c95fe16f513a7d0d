/* SPDX-License-Identifier: MIT */
/*
 * svg: the flame graph as one file that needs nothing else: a still picture for any viewer, the profile as JSON in
 * <metadata>, and the script that makes the picture live where scripts run.
 *
 * Names are hostile. In the picture they are escaped as XML; in the JSON no < > or & is left to end anything early;
 * the script puts them into the document as text only. style and script are ours, and stand in CDATA.
 */
#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "encode/encoder.h"
#include "encode/formats.h"
#include "encode/meta.h"
#include "encode/picture.h"
#include "profile/tree.h"

#define HEAD 64 /* px above the first row */
#define FOOT 30 /* px below the last one */

static const unsigned char style[] = {
#include "encode/flame.css.inc"
};

static const unsigned char script[] = {
#include "encode/flame.js.inc"
#include "encode/flame_ui.js.inc"
};

static bool is_empty(const struct tree *tree)
{
	return tree->n_nodes == 0 || tree->nodes[0].total == 0;
}

static void add_open(struct buf *out, unsigned height)
{
	buf_str(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\"");
	buf_fmt(out, " width=\"%d\" height=\"%u\" viewBox=\"0 0 %d %u\">\n", PICTURE_WIDTH, height, PICTURE_WIDTH,
		height);
}

static void add_element(struct buf *out, const char *open, const char *text, size_t n, const char *close)
{
	buf_str(out, open);
	text_xml(out, text, n);
	buf_str(out, close);
}

static void add_style(struct buf *out)
{
	buf_str(out, "<style><![CDATA[\n");
	buf_add(out, style, sizeof(style));
	buf_str(out, "]]></style>\n");
}

static unsigned rows_drawn(const struct tree *tree)
{
	unsigned rows = picture_rows(tree);

	return rows < PICTURE_ROWS_MAX ? rows : PICTURE_ROWS_MAX;
}

static void add_foot(struct buf *out, const struct tree *tree)
{
	unsigned drawn = rows_drawn(tree), more = picture_rows(tree) - drawn;

	if (!is_empty(tree) && more == 0)
		return;
	buf_fmt(out, "<text class=\"facts\" x=\"%d\" y=\"%u\">", PICTURE_MARGIN, HEAD + drawn * PICTURE_ROW + 18);
	if (is_empty(tree))
		buf_str(out, "No samples: there is nothing to draw.");
	else
		buf_fmt(out, "%u rows more than this picture shows: open it in a browser.", more);
	buf_str(out, "</text>\n");
}

static void add_still(struct buf *out, const struct tree *tree)
{
	const struct tree_meta *meta = &tree->meta;
	struct buf sentence = BUF_INIT;

	meta_add_sentence(&sentence, meta, tree->n_nodes > 0 ? tree->nodes[0].total : 0);
	buf_str(out, "<g class=\"still\">\n<rect class=\"page\" width=\"100%\" height=\"100%\"/>\n");
	add_element(out, "<text class=\"heading\" x=\"10\" y=\"26\">", meta->title,
		    strnlen(meta->title, sizeof(meta->title)), "</text>\n");
	add_element(out, "<text class=\"facts\" x=\"10\" y=\"47\">", sentence.data, sentence.len, "</text>\n");
	if (sentence.failed)
		out->failed = true;
	buf_deinit(&sentence);
	picture_add(out, tree, HEAD);
	add_foot(out, tree);
	buf_str(out, "</g>\n");
}

/* One letter for each name, from 'A' on: the colours of the picture, for the script. */
static int add_profile(struct buf *out, const struct tree *tree)
{
	int r;

	_Static_assert('A' + PICTURE_COLOURS <= 0x7f, "a colour is one printable character");
	buf_str(out, "<metadata data-colours=\"");
	for (size_t i = 0; i < tree->n_names; i++)
		buf_chr(out, (char)('A' + picture_colour(&tree->names[i])));
	buf_str(out, "\">");
	r = encoder_json.encode(tree, out);
	buf_str(out, "</metadata>\n");
	return r;
}

static void add_script(struct buf *out)
{
	buf_str(out, "<script><![CDATA[\n(function () {\n'use strict';\n");
	buf_add(out, script, sizeof(script));
	buf_str(out, "})();\n]]></script>\n");
}

static int encode_svg(const struct tree *tree, struct buf *out)
{
	const char *title = tree->meta.title;
	int r;

	add_open(out, HEAD + rows_drawn(tree) * PICTURE_ROW + FOOT);
	add_element(out, "<title>", title, strnlen(title, sizeof(tree->meta.title)), "</title>\n");
	add_style(out);
	add_still(out, tree);
	r = add_profile(out, tree);
	if (r < 0)
		return r;
	if (!is_empty(tree))
		add_script(out);
	buf_str(out, "</svg>\n");
	return out->failed ? SCRAPE_ENOMEM : 0;
}

const struct encoder encoder_svg = {
	.name = "svg",
	.suffix = ".svg",
	.mime = "image/svg+xml",
	.what = "flame graph for a browser: zoom, search, details",
	.encode = encode_svg,
};
