/* SPDX-License-Identifier: MIT */
/*
 * expression: extended regular expressions from people one does not know. regcomp of glibc writes an operand out as
 * often as it is repeated, "+" being twice, so "x++++++++++++++++++++++++++++++++" takes all memory; and a
 * back-reference can take for ever to match. What would be larger than EXPRESSION_MAX parts is refused before.
 */
#ifndef BASE_EXPRESSION_H
#define BASE_EXPRESSION_H

#include <regex.h>

struct err;

#define EXPRESSION_MAX 10000 /* parts, repetitions written out */

/* To be freed by regfree. It only says whether something matches. SCRAPE_EINVAL, SCRAPE_ELIMIT, SCRAPE_ENOMEM with a
 * sentence; then there is nothing to free. */
int expression_compile(const char *text, regex_t *ret, struct err *err);

#endif
