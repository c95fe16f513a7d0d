/* SPDX-License-Identifier: MIT */
/*
 * ini: reads text of the kind
 *
 *	# a comment, as is what begins with ;
 *	[daemon]
 *	listen = 127.0.0.1:16384
 *	[rule shop]                or [rule "a name with ] in it"]
 *	command = gunicorn.*shop
 *
 * A line is a comment, a section, or a key, "=" and a value, which is everything behind it without the blanks at both
 * ends: a "#" in it is part of it. Keys are letters, digits, and . _ -. What a section or key means is the visitor's
 * business. Every complaint, also the visitor's, gets "file:line: " in front.
 */
#ifndef BASE_INI_H
#define BASE_INI_H

#include <stddef.h>

struct err;

#define INI_LINE_MAX 65536 /* bytes, without the newline */
#define INI_BYTES_MAX (4u << 20)

/* Texts are valid during the call. Each returns 0, or a negative code with a sentence, which ends the reading. */
struct ini_visitor {
	int (*section)(void *ctx, const char *kind, const char *name, struct err *err); /* name: "" without one */
	int (*key)(void *ctx, const char *key, const char *value, struct err *err);     /* value may be "" */
};

/* 0; SCRAPE_EFORMAT, SCRAPE_ELIMIT, SCRAPE_ENOMEM, or what the visitor returned. `file` is only for the sentences. */
int ini_parse(const char *file, const char *text, size_t n, const struct ini_visitor *visitor, void *ctx,
	      struct err *err);

/* The same for what the file holds. Also SCRAPE_EGONE: it is not there; SCRAPE_EPERM, SCRAPE_EIO. */
int ini_read(const char *path, const struct ini_visitor *visitor, void *ctx, struct err *err);

#endif
