/* SPDX-License-Identifier: MIT */
/*
 * top_page: how `scrape top` looks: a header, the head of a table, its rows, a line of keys. What does not fit is left
 * out in an order that keeps the least terminal (20 columns, 5 rows) of use: keys, numbers of the header, seconds,
 * files.
 */
#ifndef CLI_TOP_PAGE_H
#define CLI_TOP_PAGE_H

#include <stddef.h>

struct page;
struct top;

/* Rows of the table that can be seen on a terminal of so many rows. */
size_t top_page_height(const struct top *top, size_t rows);

/* Draws what top_arrange has made. */
void top_page_draw(const struct top *top, struct page *page);

/* The same for paper: every row, no keys. `page` has as many rows as that needs (top_page_paper_rows). */
size_t top_page_paper_rows(const struct top *top);
void top_page_draw_paper(const struct top *top, struct page *page);

#endif
