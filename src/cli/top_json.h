/* SPDX-License-Identifier: MIT */
/*
 * top_json: what a daemon answers to /api/v1/profile?format=json (encode/json.c tells the shape) becomes a sum. The
 * answer is from a stranger: every type, index and depth is checked, texts are cleaned, and numbers that cannot be are
 * refused.
 */
#ifndef CLI_TOP_JSON_H
#define CLI_TOP_JSON_H

#include <stddef.h>

#include "profile/profile.h"

struct err;
struct top_about;
struct top_names;
struct top_sum;

/* The answer was asked with threads=1: frames that are threads become threads of the sum, with the time of this mode,
 * and as leaf the function in which most of it ended. The sum must be empty; it gets times of this mode only, in
 * functions and lines alike (what `merge` was asked is the caller's to know). about gets title and rate. SCRAPE_EFORMAT
 * with a sentence, SCRAPE_ENOMEM; then both are of no use. */
int top_json_read(const char *bytes, size_t n, enum profile_mode mode, struct top_names *names, struct top_sum *sum,
		  struct top_about *about, struct err *err);

#endif
