/* SPDX-License-Identifier: MIT */
/*
 * encoder: a tree (profile/tree.h) becomes the bytes of a file. One constant struct per format, one file per struct,
 * one table in encoder.c. Encoders know nothing of targets, files or HTTP.
 *
 *	const struct encoder *e = encoder_by_name("svg");
 *	r = e->encode(tree, &out);
 */
#ifndef ENCODE_ENCODER_H
#define ENCODE_ENCODER_H

#include <stdbool.h>
#include <stddef.h>

struct buf;
struct tree;

enum encoder_times {
	ENCODER_NO_TIMES,
	ENCODER_LIKES_TIMES, /* shows a tree's runs if it has some */
	ENCODER_NEEDS_TIMES, /* is nothing without them */
};

struct encoder {
	const char *name;    /* as in -f and ?format= : "folded" */
	const char *suffix;  /* of the file names that choose it, and of those that it gets: ".folded" */
	const char *also;    /* another suffix that chooses it, or NULL */
	const char *mime;    /* "text/plain; charset=utf-8" */
	const char *what;    /* a few words for --help */
	bool labels;         /* processes and threads become labels, no frames: it is worth to split even one process */
	bool page;           /* a page: who looks about with a browser and takes any page does not mean this one */
	bool functions;      /* a box is a call: the lines of a function are one */
	enum encoder_times times;
	/* Appends the whole document. 0, SCRAPE_ENOMEM, or SCRAPE_ELIMIT if this format would make too much of it
	 * (folded repeats a stack on every line; the others grow with the tree). On failure out holds a part. */
	int (*encode)(const struct tree *tree, struct buf *out);
};

/* The table, ended by a NULL pointer. */
extern const struct encoder *const encoders[];

const struct encoder *encoder_by_name(const char *name); /* NULL if there is none */
/* The one with the longest suffix that ends the path ("a.speedscope.json" is not json's); NULL if there is none. */
const struct encoder *encoder_by_path(const char *path);

#endif
