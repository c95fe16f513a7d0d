/* SPDX-License-Identifier: MIT */
/* page: a screenful of text. */
#include "cli/page.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/width.h"
#include "scrape.h"

void page_init(struct page *page, size_t rows, size_t columns)
{
	*page = (struct page){.rows = rows, .columns = columns};
}

void page_deinit(struct page *page)
{
	VEC_DEINIT(&page->runs);
	buf_deinit(&page->text);
}

size_t page_put(struct page *page, size_t row, size_t column, size_t width, enum page_style style, const char *text)
{
	struct page_run *run;

	if (row >= page->rows || column >= page->columns || width == 0)
		return 0;
	if (width > page->columns - column)
		width = page->columns - column;
	run = VEC_PUSH(&page->runs);
	if (!run) {
		page->text.failed = true;
		return 0;
	}
	*run = (struct page_run){
		.row = (uint32_t)row, .column = (uint32_t)column, .style = style, .at = page->text.len};
	run->columns = (uint32_t)width_cut(&page->text, text, width);
	run->len = page->text.len - run->at;
	return run->columns;
}

size_t page_fmt(struct page *page, size_t row, size_t column, enum page_style style, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap); /* a cut line is still a line */
	va_end(ap);
	return page_put(page, row, column, page->columns, style, text);
}

static int in_order(const void *left, const void *right)
{
	const struct page_run *a = left, *b = right;

	if (a->row != b->row)
		return a->row < b->row ? -1 : 1;
	return a->column < b->column ? -1 : a->column > b->column;
}

static void pad(struct buf *out, size_t from, size_t to)
{
	for (; from < to; from++)
		buf_chr(out, ' ');
}

int page_print(struct page *page, struct buf *out)
{
	size_t row = 0, column = 0;

	if (page->text.failed)
		return SCRAPE_ENOMEM;
	if (page->runs.n > 1)
		qsort(page->runs.items, page->runs.n, sizeof(*page->runs.items), in_order);
	VEC_EACH (run, &page->runs) {
		for (; row < run->row; row++, column = 0)
			buf_chr(out, '\n');
		if (run->len == 0)
			continue;
		pad(out, column, run->column);
		buf_add(out, page->text.data + run->at, run->len);
		column = run->column + run->columns;
	}
	if (page->runs.n > 0)
		buf_chr(out, '\n');
	return out->failed ? SCRAPE_ENOMEM : 0;
}
