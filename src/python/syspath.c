/* SPDX-License-Identifier: MIT */
/* syspath: what a file is called by sys.path. */
#include "python/syspath.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "python/dict.h"
#include "python/offsets.h"
#include "python/pystr.h"
#include "scrape.h"
#include "target/mem.h"

#define OB_SIZE_AT 16

static void drop(struct syspath *path)
{
	for (size_t i = 0; i < path->entries.n; i++)
		free(path->entries.items[i]);
	path->entries.n = 0;
}

void syspath_deinit(struct syspath *path)
{
	drop(path);
	VEC_DEINIT(&path->entries);
}

static int read_entry(struct syspath *path, struct mem *mem, const struct offsets *off, uint64_t str, struct buf *text)
{
	char **place;

	buf_reset(text);
	if (pystr_read(mem, off, str, text) < 0)
		return 0; /* not a str: an importer may have put a Path there */
	while (text->len > 0 && text->data[text->len - 1] == '/')
		text->len--;
	if (text->len == 0 || text->data[0] != '/')
		return 0; /* relative entries mean nothing outside of the process */
	place = VEC_PUSH(&path->entries);
	if (!place)
		return SCRAPE_ENOMEM;
	*place = strndup(text->data, text->len);
	return *place ? 0 : SCRAPE_ENOMEM;
}

int syspath_read(struct syspath *path, struct mem *mem, const struct offsets *off, uint64_t sysdict)
{
	struct syspath fresh = {0};
	struct buf text = BUF_INIT;
	uint64_t list, size, items;
	struct dict dict;
	int r = dict_open(&dict, mem, off, sysdict);

	if (r == 0)
		r = dict_get(&dict, "path", &list);
	if (r == 0)
		r = mem_read_u64(mem, list + OB_SIZE_AT, &size);
	if (r == 0)
		r = mem_read_u64(mem, list + off->list_items, &items);
	if (r == 0 && size > SYSPATH_MAX)
		r = SCRAPE_EFORMAT;
	for (uint64_t i = 0; r == 0 && i < size; i++) {
		uint64_t str;

		r = mem_read_u64(mem, items + 8 * i, &str);
		if (r == 0)
			r = read_entry(&fresh, mem, off, str, &text);
	}
	buf_deinit(&text);
	if (r < 0) {
		syspath_deinit(&fresh);
		return r;
	}
	syspath_deinit(path);
	*path = fresh;
	return 0;
}

/* Behind the last of the directories in which packages are installed. */
static size_t behind_library(const char *file)
{
	static const char *const marks[] = {"/site-packages/", "/dist-packages/"};
	const char *best = NULL, *p;

	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++)
		for (p = strstr(file, marks[i]); p; p = strstr(p + 1, marks[i]))
			best = p + strlen(marks[i]);
	if (best)
		return (size_t)(best - file);
	p = strstr(file, "/lib/python");
	p = p ? strchr(p + strlen("/lib/python"), '/') : NULL;
	return p ? (size_t)(p + 1 - file) : 0;
}

size_t syspath_short_at(const struct syspath *path, const char *file)
{
	size_t best = 0;
	const char *slash;

	if (file[0] != '/')
		return 0;
	for (size_t i = 0; i < path->entries.n; i++) {
		size_t n = strlen(path->entries.items[i]);

		if (n > best && strncmp(file, path->entries.items[i], n) == 0 && file[n] == '/' && file[n + 1])
			best = n;
	}
	if (best > 0)
		return best + 1;
	best = behind_library(file);
	if (best > 0)
		return best;
	slash = strrchr(file, '/');
	return slash[1] ? (size_t)(slash + 1 - file) : 0;
}
