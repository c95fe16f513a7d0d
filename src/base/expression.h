/* SPDX-License-Identifier: MIT */
/*
 * expression: regular expressions from people one does not know, by PCRE2 (its syntax, UTF-8; bytes that are no UTF-8
 * match nothing). Its cost is bounded: what compiles to more than 64 KiB is refused, and a match that takes more than
 * EXPRESSION_STEPS is none. (regcomp of glibc has no bounds: seconds and gigabytes for a line of nested repeats.)
 */
#ifndef BASE_EXPRESSION_H
#define BASE_EXPRESSION_H

#include <stdbool.h>

struct err;
struct expression; /* for one thread at a time */

#define EXPRESSION_MAX 4096 /* bytes */
#define EXPRESSION_STEPS 100000

/* To be freed. SCRAPE_EINVAL, SCRAPE_ELIMIT, SCRAPE_ENOMEM with a sentence. */
int expression_compile(const char *text, struct expression **ret, struct err *err);

/* Is it found in the subject, anywhere? */
bool expression_matches(const struct expression *expression, const char *subject);

void expression_free(struct expression *expression); /* NULL is fine */

#endif
