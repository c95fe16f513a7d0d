/* SPDX-License-Identifier: MIT */
/* stacks: texts of which every line that says something is a stack and how much of it there was. */
#ifndef DECODE_STACKS_H
#define DECODE_STACKS_H

#include <stdint.h>

struct decode_input;
struct err;
struct lines;
struct tell;

/* Tells the line in hand. 0, or a code with a sentence in tell->err about it, before which its number is put. */
typedef int (*stacks_fn)(struct tell *tell, const struct lines *line, const void *ctx);

/* Tells all of the input, without times: what take says of each line that is neither empty nor a comment. */
int stacks_decode(const struct decode_input *input, uint64_t rate_mhz, stacks_fn take, const void *ctx,
		  struct err *err);

#endif
