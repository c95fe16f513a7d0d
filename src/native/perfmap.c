/* SPDX-License-Identifier: MIT */
/* perfmap: what code is called that a process made itself. */
#include "native/perfmap.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "scrape.h"
#include "target/procfile.h"

void perfmap_deinit(struct perfmap *map)
{
	VEC_DEINIT(&map->entries);
	arena_deinit(&map->names);
	*map = (struct perfmap){0};
}

static const char *take_hex(const char *at, const char *end, uint64_t *ret)
{
	uint64_t value = 0;
	const char *from = at;

	if (end - at > 2 && at[0] == '0' && (at[1] | 32) == 'x')
		from = at += 2;
	for (; at < end && at - from < 16; at++) {
		const char c = *at >= 'A' && *at <= 'F' ? (char)(*at | 32) : *at;

		if (c >= '0' && c <= '9')
			value = value << 4 | (uint64_t)(c - '0');
		else if (c >= 'a' && c <= 'f')
			value = value << 4 | (uint64_t)(c - 'a' + 10);
		else
			break;
	}
	*ret = value;
	return at > from && at < end && *at == ' ' ? at + 1 : NULL;
}

/* What is no line of this kind is left out. */
static void take_line(struct perfmap *map, const char *at, const char *end)
{
	struct perfmap_entry entry, *place;
	struct buf name = BUF_INIT;
	uint64_t size;

	at = take_hex(at, end, &entry.start);
	at = at ? take_hex(at, end, &size) : NULL;
	if (!at || at == end || size == 0 || __builtin_add_overflow(entry.start, size, &entry.end) ||
	    map->entries.n >= PERFMAP_ENTRIES_MAX)
		return;
	text_clean(&name, at, (size_t)(end - at), PERFMAP_NAME_MAX);
	entry.name = name.failed ? NULL : arena_strndup(&map->names, name.data, name.len);
	buf_deinit(&name);
	place = entry.name ? VEC_PUSH(&map->entries) : NULL;
	if (place)
		*place = entry;
}

struct numbered {
	struct perfmap_entry entry;
	size_t number;
};

static int compare(const void *a, const void *b)
{
	const struct numbered *x = a, *y = b;

	if (x->entry.start != y->entry.start)
		return x->entry.start < y->entry.start ? -1 : 1;
	return x->number < y->number ? -1 : x->number > y->number;
}

/* In order, and of those with one start the last. Without memory the map is emptied. */
static void sort(struct perfmap *map)
{
	_cleanup_free_ struct numbered *list = malloc((map->entries.n + 1) * sizeof(*list));
	size_t n = list ? map->entries.n : 0, kept = 0;

	for (size_t i = 0; i < n; i++)
		list[i] = (struct numbered){map->entries.items[i], i};
	if (n > 0)
		qsort(list, n, sizeof(*list), compare);
	for (size_t i = 0; i < n; i++)
		if (i + 1 == n || list[i + 1].entry.start != list[i].entry.start)
			map->entries.items[kept++] = list[i].entry;
	map->entries.n = kept;
}

size_t perfmap_add(struct perfmap *map, const char *text, size_t len)
{
	const char *at = text, *end = text + len, *newline;

	while (at < end && (newline = memchr(at, '\n', (size_t)(end - at)))) {
		take_line(map, at, newline);
		at = newline + 1;
	}
	if (at > text)
		sort(map);
	return (size_t)(at - text);
}

static int open_map(int root_fd, pid_t inner_pid, uint32_t uid, int *ret_fd, struct stat *st)
{
	char path[32];
	int r;

	(void)snprintf(path, sizeof(path), "/tmp/perf-%d.map", (int)inner_pid); /* fits */
	r = procfile_open_path(root_fd, path, ret_fd);
	if (r < 0)
		return r;
	if (fstat(*ret_fd, st) == 0 && (st->st_uid == uid || st->st_uid == 0))
		return 0;
	(void)close(*ret_fd); /* somebody else's */
	return SCRAPE_EPERM;
}

int perfmap_read(struct perfmap *map, int root_fd, pid_t inner_pid, uint32_t uid)
{
	_cleanup_close_ int fd = -1;
	_cleanup_free_ char *text = NULL;
	struct stat st;
	size_t used;
	ssize_t n;
	int r = open_map(root_fd, inner_pid, uid, &fd, &st);

	if (r < 0)
		return r;
	if (st.st_dev != map->dev || st.st_ino != map->inode || (uint64_t)st.st_size < map->offset) {
		perfmap_deinit(map);
		map->dev = st.st_dev;
		map->inode = st.st_ino;
	}
	if (map->offset >= PERFMAP_BYTES_MAX)
		return SCRAPE_ELIMIT;
	if ((uint64_t)st.st_size == map->offset)
		return SCRAPE_ENOTREADY;
	text = malloc(PERFMAP_STEP);
	n = text ? pread(fd, text, PERFMAP_STEP, (off_t)map->offset) : 0;
	used = n > 0 ? perfmap_add(map, text, (size_t)n) : 0;
	if (used == 0 && n == PERFMAP_STEP)
		used = (size_t)n; /* a line that never ends */
	map->offset += used;
	return used > 0 ? 0 : SCRAPE_ENOTREADY;
}

const char *perfmap_find(const struct perfmap *map, uint64_t addr)
{
	size_t low = 0, high = map->entries.n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (map->entries.items[mid].start <= addr)
			low = mid + 1;
		else
			high = mid;
	}
	return low > 0 && addr < map->entries.items[low - 1].end ? map->entries.items[low - 1].name : NULL;
}
