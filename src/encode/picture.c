/* SPDX-License-Identifier: MIT */
/* picture: the still flame graph. Positions are sums of totals, so neighbours meet exactly, whatever was left out. */
#include "encode/picture.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "profile/tree.h"

#define BOX_MIN 0.5    /* px: narrower ones join the grey run of their row */
#define LABEL_MIN 30.0 /* px */
#define LABEL_PAD 4.0
#define LABEL_LEAST 3  /* characters: less tells nothing */
#define GLYPH 7.0      /* px: no common sans serif is wider on average at 12 px */
#define GLYPH_WIDE 12.5

#define HUE_NATIVE 16
#define HUE_MARKER 17
#define HUE_GROUP 18

struct run {
	double from, to;
};

struct picture {
	const struct tree *tree;
	unsigned top;
	double scale; /* px for one unit */
	struct buf paths[PICTURE_COLOURS];
	struct buf narrow, labels;
	uint64_t next[PICTURE_ROWS_MAX + 1]; /* where the next box of each row begins, in units */
	struct run runs[PICTURE_ROWS_MAX];
};

/* FNV-1a: colours have to be the same in every version of this program, so the hash is written down here. */
static uint32_t hash(const char *text, size_t n)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < n; i++)
		h = (h ^ (unsigned char)text[i]) * 16777619u;
	return h ^ h >> 15;
}

/* The last two parts of the path, "json/decoder.py": the same module has one colour wherever it is installed. */
static const char *module_of(const char *file)
{
	const char *slash = strrchr(file, '/');

	if (!slash)
		return file;
	while (slash > file && slash[-1] != '/')
		slash--;
	return slash;
}

unsigned picture_colour(const struct tree_name *name)
{
	const char *module = module_of(name->file);
	unsigned shade = hash(name->function, strlen(name->function)) % PICTURE_SHADES;

	switch (name->kind) {
	case TREE_PYTHON:
		return hash(module, strlen(module)) % HUE_NATIVE * PICTURE_SHADES + shade;
	case TREE_NATIVE:
		return HUE_NATIVE * PICTURE_SHADES + shade;
	case TREE_MARKER:
		return HUE_MARKER * PICTURE_SHADES;
	case TREE_GROUP:
		break;
	}
	return HUE_GROUP * PICTURE_SHADES;
}

unsigned picture_rows(const struct tree *tree)
{
	unsigned rows = 0;

	for (size_t i = 0; i < tree->n_nodes; i++)
		if (tree->nodes[i].depth >= rows)
			rows = tree->nodes[i].depth + 1;
	return rows;
}

/* One decimal at most, with a point in every locale. */
static void add_px(struct buf *out, double px)
{
	long tenths = (long)(px * 10 + 0.5);

	buf_fmt(out, tenths % 10 ? "%ld.%ld" : "%ld", tenths / 10, tenths % 10);
}

static void add_box(const struct picture *p, struct buf *path, double x, double width, uint32_t row)
{
	double shown = width > 2 ? width - 0.6 : width; /* a gap to the neighbour, where there is room for one */

	buf_chr(path, 'M');
	add_px(path, x);
	buf_fmt(path, " %uh", p->top + row * PICTURE_ROW);
	add_px(path, shown);
	buf_fmt(path, "v%dH", PICTURE_ROW - 1);
	add_px(path, x);
	buf_chr(path, 'z');
}

static void end_run(struct picture *p, uint32_t row)
{
	struct run *run = &p->runs[row];

	if (run->to - run->from >= BOX_MIN)
		add_box(p, &p->narrow, run->from, run->to - run->from, row);
	*run = (struct run){0};
}

static void add_narrow(struct picture *p, double x, double width, uint32_t row)
{
	struct run *run = &p->runs[row];

	if (x - run->to > BOX_MIN) {
		end_run(p, row);
		run->from = x;
	}
	run->to = x + width;
}

/* How many bytes of the text fit into the room, whole characters only; *ret_all says whether that is all of it. */
static size_t fitting(const char *text, double room, bool *ret_all)
{
	size_t i = 0, fits = 0, characters = 0;

	while (text[i]) {
		double glyph = (unsigned char)text[i] >= 0xe1 ? GLYPH_WIDE : GLYPH; /* from U+1000 on */

		if (room < glyph)
			break;
		room -= glyph;
		for (i++; ((unsigned char)text[i] & 0xc0) == 0x80;)
			i++;
		if (++characters >= LABEL_LEAST && room >= GLYPH_WIDE)
			fits = i; /* and the sign that it goes on */
	}
	*ret_all = text[i] == '\0';
	return *ret_all ? i : fits;
}

void picture_add_label(struct buf *out, const struct tree_name *name, double x, double width, unsigned y)
{
	const char *text = name->text;
	bool all;
	size_t n = fitting(text, width - 2 * LABEL_PAD, &all);

	if (!all && name->function[0]) {
		text = name->function;
		n = fitting(text, width - 2 * LABEL_PAD, &all);
	}
	if (n == 0)
		return;
	buf_str(out, "<text x=\"");
	add_px(out, x + LABEL_PAD);
	buf_fmt(out, "\" y=\"%u\">", y + PICTURE_ROW - 5);
	text_xml(out, text, n);
	buf_str(out, all ? "</text>\n" : "\xe2\x80\xa6</text>\n");
}

static void add_node(struct picture *p, const struct tree_node *node)
{
	const struct tree_name *name = &p->tree->names[node->name];
	double x, width = (double)node->total * p->scale;

	if (node->depth >= PICTURE_ROWS_MAX)
		return;
	x = PICTURE_MARGIN + (double)p->next[node->depth] * p->scale;
	p->next[node->depth + 1] = p->next[node->depth];
	p->next[node->depth] += node->total;
	if (width < BOX_MIN) {
		add_narrow(p, x, width, node->depth);
		return;
	}
	add_box(p, &p->paths[picture_colour(name)], x, width, node->depth);
	if (width >= LABEL_MIN)
		picture_add_label(&p->labels, name, x, width, p->top + node->depth * PICTURE_ROW);
}

static void add_path(struct buf *out, struct buf *path, const char *class)
{
	if (path->failed)
		out->failed = true;
	if (path->len > 0) {
		buf_fmt(out, "<path class=\"%s\" d=\"", class);
		buf_add(out, path->data, path->len);
		buf_str(out, "\"/>\n");
	}
	buf_deinit(path);
}

void picture_add(struct buf *out, const struct tree *tree, unsigned top)
{
	struct picture p = {.tree = tree, .top = top};

	if (tree->n_nodes == 0 || tree->nodes[0].total == 0)
		return;
	p.scale = (double)(PICTURE_WIDTH - 2 * PICTURE_MARGIN) / (double)tree->nodes[0].total;
	for (size_t i = 0; i < tree->n_nodes; i++)
		add_node(&p, &tree->nodes[i]);
	for (unsigned row = 0; row < PICTURE_ROWS_MAX; row++)
		end_run(&p, row);
	for (unsigned i = 0; i < PICTURE_COLOURS; i++) {
		char class[24];

		(void)snprintf(class, sizeof(class), "k%u v%u", i / PICTURE_SHADES, i % PICTURE_SHADES); /* fits */
		add_path(out, &p.paths[i], class);
	}
	add_path(out, &p.narrow, "narrow");
	if (p.labels.failed)
		out->failed = true;
	buf_add(out, p.labels.data, p.labels.len);
	buf_deinit(&p.labels);
}
