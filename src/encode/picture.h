/* SPDX-License-Identifier: MIT */
/*
 * picture: the still flame graph, as SVG elements that need no script. Root at the top, one row for each depth, and
 * the width of a box is its share of the whole.
 *
 * Boxes of one colour are one <path>, so 100 000 nodes stay some dozens of elements. What is too narrow to be seen
 * is drawn as one grey box per run of neighbours. Colours are classes of flame.css: k0 to k18 for hue, v0 to v2 for
 * shade. They depend on nothing but the name, so a function keeps its colour from one profile to the next.
 */
#ifndef ENCODE_PICTURE_H
#define ENCODE_PICTURE_H

struct buf;
struct tree;
struct tree_name;

#define PICTURE_WIDTH 1200
#define PICTURE_MARGIN 10
#define PICTURE_ROW 18
#define PICTURE_ROWS_MAX 512 /* deeper frames are only in the interactive view */
#define PICTURE_SHADES 3
#define PICTURE_HUES 19 /* 16 for Python by module, then native, markers, groups */
#define PICTURE_COLOURS (PICTURE_HUES * PICTURE_SHADES)

/* hue * PICTURE_SHADES + shade */
unsigned picture_colour(const struct tree_name *name);

/* Appends what of a name fits into a box: the whole; or the function alone; or as much of that as there is room for. */
void picture_add_label(struct buf *out, const struct tree_name *name, double x, double width, unsigned y);

/* How deep the tree is, in rows. picture_add draws the first PICTURE_ROWS_MAX. */
unsigned picture_rows(const struct tree *tree);

/* Appends the boxes and their labels, with the first row's upper edge at top. Without memory out (and nothing else)
 * says so. */
void picture_add(struct buf *out, const struct tree *tree, unsigned top);

#endif
