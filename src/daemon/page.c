/* SPDX-License-Identifier: MIT */
/* page: the table that src/web/embed made of src/web/dist, and a search in it: there are five files. */
#include "daemon/page.h"

#include <string.h>

#include "web/page.inc"

const struct page_file *page_at(size_t i)
{
	return i < sizeof(page_files) / sizeof(page_files[0]) ? &page_files[i] : NULL;
}

const struct page_file *page_find(const char *path)
{
	const struct page_file *file;

	for (size_t i = 0; (file = page_at(i)); i++)
		if (strcmp(file->path, path) == 0)
			return file;
	return NULL;
}
