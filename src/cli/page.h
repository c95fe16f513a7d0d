/* SPDX-License-Identifier: MIT */
/*
 * page: a screenful of text before it meets a terminal: runs of characters, each with its place and a style. What was
 * put later on the same row stands to the right of it. A run never leaves its columns, whatever it is made of.
 *
 *	page_init(&page, 24, 80);
 *	page_put(&page, 0, 0, 40, PAGE_TITLE, "app.py (pid 42)");
 *	r = page_print(&page, &out);                the same as lines, without styles
 */
#ifndef CLI_PAGE_H
#define CLI_PAGE_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/vec.h"

enum page_style {
	PAGE_PLAIN,
	PAGE_TITLE,  /* what this is about */
	PAGE_GOOD,   /* a state: all is well */
	PAGE_WARN,   /* a state: mind this */
	PAGE_FAINT,  /* what may be overlooked */
	PAGE_HEAD,   /* the head of a table, the full width */
	PAGE_STRONG, /* a row that matters */
	PAGE_STYLES
};

struct page_run {
	uint32_t row, column, columns;
	enum page_style style;
	size_t at, len; /* in text */
};

struct page {
	size_t rows, columns;
	VEC(struct page_run) runs;
	struct buf text; /* failed: so is the page */
};

void page_init(struct page *page, size_t rows, size_t columns);
void page_deinit(struct page *page);

/* Puts text at a place, cut to `width` columns and to the page; returns the columns it takes. Nothing outside. */
size_t page_put(struct page *page, size_t row, size_t column, size_t width, enum page_style style, const char *text);
/* The same, to the end of the row. */
size_t page_fmt(struct page *page, size_t row, size_t column, enum page_style style, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));

/* The rows that hold something, as lines. 0 or SCRAPE_ENOMEM. */
int page_print(struct page *page, struct buf *out);

#endif
