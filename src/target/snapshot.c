/* SPDX-License-Identifier: MIT */
/* snapshot: a saved image of parts of a process's memory. The file is a stranger's: every number in it is checked. */
#include "target/snapshot.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/io.h"
#include "base/vec.h"
#include "scrape.h"
#include "target/mem.h"

#define FIRST_LINE "scrape-snapshot 1\n"
#define REGION_HEADER 16

struct region {
	uint64_t addr;
	size_t len;
	const char *bytes;
};

struct key {
	const char *name, *value;
};

struct snapshot {
	struct mem mem;
	struct buf file;
	VEC(struct region) regions; /* by address */
	size_t keys_n;
	struct key keys[SNAPSHOT_KEYS_MAX];
};

/* The region that holds addr, or NULL. */
static const struct region *find(const struct snapshot *s, uint64_t addr)
{
	size_t low = 0, high = s->regions.n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (s->regions.items[middle].addr <= addr)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0 || addr - s->regions.items[low - 1].addr >= s->regions.items[low - 1].len)
		return NULL;
	return &s->regions.items[low - 1];
}

static bool copy(const struct snapshot *s, uint64_t addr, char *dst, size_t len)
{
	while (len > 0) {
		const struct region *region = find(s, addr);
		size_t n;

		if (!region)
			return false;
		n = region->len - (size_t)(addr - region->addr);
		n = n < len ? n : len;
		memcpy(dst, region->bytes + (addr - region->addr), n);
		addr += n;
		dst += n;
		len -= n;
	}
	return true;
}

static int snapshot_readv(struct mem *mem, const struct mem_range *ranges, size_t n)
{
	const struct snapshot *s = (const struct snapshot *)(const void *)mem;

	for (size_t i = 0; i < n; i++)
		if (!copy(s, ranges[i].addr, ranges[i].dst, ranges[i].len))
			return (int)i;
	return (int)n;
}

static const struct mem_ops snapshot_ops = {.readv = snapshot_readv};

/* Cuts the header into NUL-terminated strings in place; *ret_at is where the regions begin. */
static int parse_header(struct snapshot *s, size_t *ret_at, struct err *err)
{
	size_t n = strlen(FIRST_LINE);
	char *p, *end;

	if (s->file.len < n || memcmp(s->file.data, FIRST_LINE, n) != 0)
		return err_set(err, SCRAPE_EFORMAT, "not a snapshot: its first line is not \"scrape-snapshot 1\"");
	end = s->file.data + s->file.len;
	for (p = s->file.data + n; p < end && *p != '\n';) {
		char *line_end = memchr(p, '\n', (size_t)(end - p));
		char *equals = line_end ? memchr(p, '=', (size_t)(line_end - p)) : NULL;

		if (!equals || memchr(p, '\0', (size_t)(line_end - p)))
			return err_set(err, SCRAPE_EFORMAT, "a header line is not key=value");
		if (s->keys_n == SNAPSHOT_KEYS_MAX)
			return err_set(err, SCRAPE_ELIMIT, "more than %d header lines", SNAPSHOT_KEYS_MAX);
		*equals = *line_end = '\0';
		s->keys[s->keys_n++] = (struct key){p, equals + 1};
		p = line_end + 1;
	}
	if (p >= end)
		return err_set(err, SCRAPE_EFORMAT, "the header has no end");
	*ret_at = (size_t)(p + 1 - s->file.data);
	return 0;
}

static int by_addr(const void *a, const void *b)
{
	uint64_t x = ((const struct region *)a)->addr, y = ((const struct region *)b)->addr;

	return (x > y) - (x < y);
}

static int parse_regions(struct snapshot *s, size_t at, struct err *err)
{
	while (at < s->file.len) {
		struct region *region;
		uint64_t addr, len;

		if (s->file.len - at < REGION_HEADER)
			return err_set(err, SCRAPE_EFORMAT, "byte %zu: a region's header is cut", at);
		addr = mem_u64(s->file.data + at);
		len = mem_u64(s->file.data + at + 8);
		at += REGION_HEADER;
		if (len == 0 || len > s->file.len - at || addr > UINT64_MAX - len)
			return err_set(err, SCRAPE_EFORMAT, "byte %zu: a region of %llu bytes is not there", at,
				       (unsigned long long)len);
		if (s->regions.n == SNAPSHOT_REGIONS_MAX)
			return err_set(err, SCRAPE_ELIMIT, "more than %d regions", SNAPSHOT_REGIONS_MAX);
		region = VEC_PUSH(&s->regions);
		if (!region)
			return err_set(err, SCRAPE_ENOMEM, "no memory");
		*region = (struct region){addr, (size_t)len, s->file.data + at};
		at += (size_t)len;
	}
	if (s->regions.n > 0)
		qsort(s->regions.items, s->regions.n, sizeof(*s->regions.items), by_addr);
	for (size_t i = 1; i < s->regions.n; i++)
		if (s->regions.items[i].addr - s->regions.items[i - 1].addr < s->regions.items[i - 1].len)
			return err_set(err, SCRAPE_EFORMAT, "two regions overlap");
	return 0;
}

/* Takes the bytes. */
static int load(struct buf *file, struct snapshot **ret, struct err *err)
{
	struct snapshot *s = calloc(1, sizeof(*s));
	size_t at = 0;
	int r;

	if (!s) {
		buf_deinit(file);
		return err_set(err, SCRAPE_ENOMEM, "no memory");
	}
	s->mem.ops = &snapshot_ops;
	s->file = *file;
	r = parse_header(s, &at, err);
	if (r == 0)
		r = parse_regions(s, at, err);
	if (r < 0) {
		snapshot_close(s);
		return r;
	}
	*ret = s;
	return 0;
}

int snapshot_load(const void *bytes, size_t len, struct snapshot **ret, struct err *err)
{
	struct buf file = BUF_INIT;

	buf_add(&file, bytes, len);
	if (file.failed)
		return err_set(err, SCRAPE_ENOMEM, "no memory");
	return load(&file, ret, err);
}

int snapshot_open(const char *path, struct snapshot **ret, struct err *err)
{
	struct buf file = BUF_INIT;
	int r = io_read_file(AT_FDCWD, path, SNAPSHOT_BYTES_MAX, &file);

	if (r < 0) {
		buf_deinit(&file);
		if (r == SCRAPE_ELIMIT)
			return err_set(err, r, "%s: more than %u bytes", path, SNAPSHOT_BYTES_MAX);
		return err_sys(err, r, "%s", path);
	}
	r = load(&file, ret, err);
	return r < 0 ? err_wrap(err, "%s", path) : 0;
}

void snapshot_close(struct snapshot *snapshot)
{
	if (!snapshot)
		return;
	VEC_DEINIT(&snapshot->regions);
	buf_deinit(&snapshot->file);
	free(snapshot);
}

struct mem *snapshot_mem(struct snapshot *snapshot)
{
	return &snapshot->mem;
}

const char *snapshot_get(const struct snapshot *snapshot, const char *key)
{
	for (size_t i = 0; i < snapshot->keys_n; i++)
		if (strcmp(snapshot->keys[i].name, key) == 0)
			return snapshot->keys[i].value;
	return NULL;
}

int snapshot_get_u64(const struct snapshot *snapshot, const char *key, uint64_t *ret)
{
	const char *text = snapshot_get(snapshot, key);
	unsigned long long value;
	char *end;

	if (!text || *text < '0' || *text > '9')
		return SCRAPE_EINVAL;
	errno = 0;
	value = strtoull(text, &end, 0);
	if (*end != '\0' || errno != 0)
		return SCRAPE_EINVAL;
	*ret = value;
	return 0;
}

void snapshot_write_begin(FILE *file)
{
	fputs(FIRST_LINE, file);
}

void snapshot_write_key(FILE *file, const char *key, const char *value)
{
	fprintf(file, "%s=%s\n", key, value);
}

void snapshot_write_regions(FILE *file)
{
	fputc('\n', file);
}

void snapshot_write_region(FILE *file, uint64_t addr, const void *bytes, size_t len)
{
	uint64_t header[2] = {addr, len};

	fwrite(header, sizeof(header), 1, file);
	fwrite(bytes, 1, len, file);
}
