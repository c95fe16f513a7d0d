/* SPDX-License-Identifier: MIT */
/*
 * width: text in columns of a terminal. Text is clean UTF-8 (base/text.h), but a clean name may still hold characters
 * that are two columns wide, or none, or that this terminal cannot show: those become "?". At most two marks of no
 * width stand on one character, so that no name grows out of its line. What a locale other than UTF-8 cannot show
 * becomes "?" too; setlocale(LC_CTYPE, "") is the program's business.
 */
#ifndef CLI_WIDTH_H
#define CLI_WIDTH_H

#include <stddef.h>

struct buf;

/* Appends as much of the text as fits into so many columns, with a mark at its end if it was cut; returns the columns
 * that it takes. */
size_t width_cut(struct buf *out, const char *text, size_t columns);

/* Columns of the text, counted up to max. */
size_t width_of(const char *text, size_t max);

#endif
