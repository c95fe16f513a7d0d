/* SPDX-License-Identifier: MIT */
/*
 * target: what a request asks for, decoded: "/p/42/x?q=a+b&q=%2F" is a path of segments and named values. Strict: a
 * bad escape, a control character and a dot segment are refused, so that nobody behind this has to think of them.
 */
#ifndef HTTP_TARGET_H
#define HTTP_TARGET_H

#include <stdbool.h>
#include <stddef.h>

#define TARGET_PARAMS_MAX 128

struct target_param {
	const char *name, *value;
};

struct target {
	char *raw;  /* the path as it was sent, without base path and query; a slash in a segment is still %2F there */
	char *path; /* the same, decoded */
	struct target_param *params;
	size_t n_params;
	const char *why; /* of a refusal */
};

/* Reads the target of a head (or any text). 0, 400 or 503 (no memory) with ret->why. On success the caller owns ret. */
int target_parse(const char *text, struct target *ret);
void target_deinit(struct target *target);

/* Takes the base path ("" or "/scrape") off. 0 if it stood there whole, -1 if not, 1 if there was nothing behind it. */
int target_strip(struct target *target, const char *base_path);

/* The i-th value of that name; NULL if there are no more. */
const char *target_param(const struct target *target, const char *name, size_t i);

/* Decodes %XX (and + as a blank if form) in place. The new length, or -1: a bad escape, a control character. */
long target_decode(char *text, bool form);

#endif
