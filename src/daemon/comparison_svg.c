/* SPDX-License-Identifier: MIT */
/*
 * comparison_svg: the flame graph of a difference, as a picture that needs nothing else. What each box means in numbers
 * is its <title>, which browsers show beside the pointer.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/text.h"
#include "daemon/comparison.h"
#include "daemon/comparison_tree.h"
#include "encode/picture.h"
#include "scrape.h"

#define HEAD 64 /* px above the first row */
#define FOOT 20
#define BOX_MIN 0.5 /* px: narrower ones are left out */
#define LABEL_MIN 30.0
#define STEPS 5 /* of colour, in either direction */

struct drawing {
	const struct comparison *c;
	const struct comparison_tree *tree;
	struct buf *out;
	double scale; /* px for one core of both sides */
	unsigned rows;
};

static double cores(const struct drawing *d, const struct diff_node *node, int side)
{
	return comparison_cores(&d->c->sides[side], node->total[side]);
}

/* "m3" grew by about half of what there was, "l5" has gone; "e" is equal, or may be. */
static void add_class(const struct drawing *d, size_t i, double base, double comp)
{
	const struct compare_row *row = comparison_tree_row(d->tree, i);
	double part = base + comp > 0 ? (comp - base) / (base + comp) : 0;
	int step = (int)lround(fabs(part) * STEPS);

	if (row && !(row->cores.flags & COMPARE_NO_INTERVAL) && row->cores.lo <= 0 && row->cores.hi >= 0)
		step = 0;
	if (step == 0)
		buf_str(d->out, "e");
	else
		buf_fmt(d->out, "%c%d", part > 0 ? 'm' : 'l', step);
}

static void add_title(const struct drawing *d, size_t i, const struct tree_name *name, double base, double comp)
{
	const struct compare_row *row = comparison_tree_row(d->tree, i);
	double n = (double)d->c->summary.n_hosts;

	buf_str(d->out, "<title>");
	text_xml(d->out, name->text, strlen(name->text));
	buf_fmt(d->out, "\n%.4f cores, before %.4f: %+.4f", comp, base, comp - base);
	if (row && !(row->cores.flags & COMPARE_NO_INTERVAL))
		buf_fmt(d->out, " [%+.4f, %+.4f] with 95 %%", row->cores.lo * n, row->cores.hi * n);
	buf_str(d->out, "</title>");
}

static void add_node(const struct drawing *d, size_t i, double *next)
{
	const struct diff_node *node = &d->tree->nodes.items[i];
	const struct tree_name *name = comparison_tree_name(d->tree, node);
	double base = cores(d, node, DIFF_BASE), comp = cores(d, node, DIFF_COMP);
	double x = next[node->depth], width = (base + comp) * d->scale;
	unsigned y = HEAD + node->depth * PICTURE_ROW;

	next[node->depth + 1] = x;
	next[node->depth] += width;
	if (width < BOX_MIN || node->depth >= d->rows)
		return;
	buf_str(d->out, "<g class=\"");
	add_class(d, i, base, comp);
	buf_str(d->out, "\">");
	add_title(d, i, name, base, comp);
	buf_fmt(d->out, "<rect x=\"%.1f\" y=\"%u\" width=\"%.1f\" height=\"%d\"/>", x, y,
		width > 2 ? width - 0.6 : width, PICTURE_ROW - 1);
	if (width >= LABEL_MIN)
		picture_add_label(d->out, name, x, width, y);
	buf_str(d->out, "</g>\n");
}

static void add_style(struct buf *out)
{
	static const char *const more[STEPS] = {"#fde3df", "#fbc4bc", "#f8a195", "#f27b6c", "#e5533f"};
	static const char *const less[STEPS] = {"#dde9fb", "#bdd5f7", "#97bcf1", "#6d9fe8", "#447fd9"};

	buf_str(out,
		"<style>svg{font:12px system-ui,-apple-system,\"Segoe UI\",Roboto,\"DejaVu Sans\",sans-serif}"
		"text{fill:#1d1d22;pointer-events:none}.heading{font-size:17px;font-weight:600}.facts{fill:#5c5c66}"
		".e{fill:#ececef}rect:hover{stroke:#1d1d22}");
	for (int i = 0; i < STEPS; i++)
		buf_fmt(out, ".m%d{fill:%s}.l%d{fill:%s}", i + 1, more[i], i + 1, less[i]);
	buf_str(out, "</style>\n<rect width=\"100%\" height=\"100%\" style=\"fill:#fff;stroke:none\"/>\n");
}

static void add_head(const struct drawing *d)
{
	const struct compare_summary *sum = &d->c->summary;
	unsigned height = HEAD + d->rows * PICTURE_ROW + FOOT;

	buf_fmt(d->out,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" "
		"height=\"%u\" viewBox=\"0 0 %d %u\">\n<title>difference</title>\n",
		PICTURE_WIDTH, height, PICTURE_WIDTH, height);
	add_style(d->out);
	buf_fmt(d->out,
		"<text class=\"heading\" x=\"10\" y=\"26\">%.3f cores, before %.3f: %+.3f</text>\n"
		"<text class=\"facts\" x=\"10\" y=\"47\">A box is as wide as both sides together. Red grew, blue "
		"shrank; "
		"grey is equal, or may be by chance (95 %%).%s</text>\n",
		sum->comp_cores * (double)sum->n_hosts, sum->base_cores * (double)sum->n_hosts,
		(sum->comp_cores - sum->base_cores) * (double)sum->n_hosts,
		d->c->comparable ? "" : " These sides cannot be compared.");
}

static int draw(struct drawing *d)
{
	double *next = calloc(TREE_DEPTH_ROOM + 2, sizeof(*next)); /* by depth: where the next box begins */
	const struct diff_node *root = d->tree->nodes.items;
	double whole = d->tree->nodes.n ? cores(d, root, DIFF_BASE) + cores(d, root, DIFF_COMP) : 0;

	if (!next)
		return SCRAPE_ENOMEM;
	VEC_EACH (node, &d->tree->nodes)
		if (node->depth >= d->rows && node->depth < PICTURE_ROWS_MAX)
			d->rows = node->depth + 1;
	d->scale = whole > 0 ? (PICTURE_WIDTH - 2 * PICTURE_MARGIN) / whole : 0;
	next[0] = PICTURE_MARGIN;
	add_head(d);
	for (size_t i = 0; i < d->tree->nodes.n; i++)
		add_node(d, i, next);
	buf_str(d->out, "</svg>\n");
	free(next);
	return d->out->failed ? SCRAPE_ENOMEM : 0;
}

int comparison_svg(const struct comparison *c, struct buf *out, struct err *err)
{
	struct comparison_tree tree;
	struct drawing d = {.c = c, .tree = &tree, .out = out};
	int r = comparison_tree_make(c, &tree, err);

	if (r < 0)
		return r;
	r = draw(&d);
	comparison_tree_deinit(&tree);
	return r < 0 ? err_set(err, r, "out of memory") : 0;
}
