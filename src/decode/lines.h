/* SPDX-License-Identifier: MIT */
/* lines: a text, line by line, and what such lines are made of: bytes without a NUL behind them. */
#ifndef DECODE_LINES_H
#define DECODE_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;

struct lines {
	const char *at, *end; /* of what is not read yet */
	const char *line;     /* n bytes, without its end */
	size_t n;
	uint64_t number; /* of it; the first is 1 */
};

/* The next line; false at the end. */
bool lines_next(struct lines *lines);
/* The next that is neither empty nor a comment (#). */
bool lines_next_said(struct lines *lines);

/* "main;work 8": where the stack ends, which may be empty, and the number behind the last blank. */
bool lines_count(const struct lines *lines, size_t *ret_len, uint64_t *ret);

/* Do n bytes begin, or end, like that? */
bool lines_begins(const char *text, size_t n, const char *with);
bool lines_ends(const char *text, size_t n, const char *with);

/* Where a path's last name begins. */
size_t lines_base_name(const char *path, size_t n);

/* Is it a file of Python, or what Python calls so ("<string>")? */
bool lines_is_python(const char *file, size_t n);

/* What went wrong with the line in hand: puts "line N" before the sentence of err. Returns its code. */
int lines_wrap(const struct lines *lines, struct err *err);

/* The number that n bytes are, at most max. */
bool lines_number(const char *text, size_t n, uint64_t max, uint64_t *ret);

#endif
