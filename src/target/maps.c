/* SPDX-License-Identifier: MIT */
/*
 * maps: reads /proc/PID/maps. File names are the target's choice, but the kernel writes a newline in one as \012, so
 * a line is always a line (fs/proc/task_mmu.c, show_vma_header_prefix and seq_path with "\n" as escape).
 */
#include "target/maps.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/io.h"
#include "base/vec.h"
#include "scrape.h"

#define DELETED " (deleted)"

struct text {
	const char *at, *end;
};

void maps_deinit(struct maps *maps)
{
	VEC_DEINIT(maps);
	arena_deinit(&maps->names);
}

static int digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return 16;
}

/* One to 16 digits (20 in decimal) of a number that fits, then the character `after`, which is eaten. */
static bool take_number(struct text *t, unsigned int base, char after, uint64_t *ret)
{
	const char *from = t->at;
	uint64_t value = 0;

	for (; t->at < t->end; t->at++) {
		unsigned int digit = (unsigned int)digit_value(*t->at);

		if (digit >= base)
			break;
		if (__builtin_mul_overflow(value, (uint64_t)base, &value) ||
		    __builtin_add_overflow(value, (uint64_t)digit, &value))
			return false;
	}
	if (t->at == from || t->at == t->end || *t->at != after)
		return false;
	t->at++;
	*ret = value;
	return true;
}

static bool take_flag(struct text *t, char set, char unset, uint32_t bit, uint32_t *perms)
{
	char c;

	if (t->at == t->end)
		return false;
	c = *t->at++;
	if (c == set)
		*perms |= bit;
	return c == set || c == unset;
}

static bool take_perms(struct text *t, uint32_t *perms)
{
	*perms = 0;
	return take_flag(t, 'r', '-', MAPPING_READ, perms) && take_flag(t, 'w', '-', MAPPING_WRITE, perms) &&
	       take_flag(t, 'x', '-', MAPPING_EXEC, perms) && take_flag(t, 's', 'p', MAPPING_SHARED, perms) &&
	       t->at < t->end && *t->at++ == ' ';
}

/* All but the path: the kernel always puts a space behind the inode, also where no path follows. */
static bool take_fields(struct text *t, struct mapping *m)
{
	uint64_t major_dev, minor_dev;

	if (!take_number(t, 16, '-', &m->start) || !take_number(t, 16, ' ', &m->end) || !take_perms(t, &m->perms) ||
	    !take_number(t, 16, ' ', &m->offset) || !take_number(t, 16, ':', &major_dev) ||
	    !take_number(t, 16, ' ', &minor_dev) || !take_number(t, 10, ' ', &m->inode))
		return false;
	if (major_dev > UINT32_MAX || minor_dev > UINT32_MAX || m->start >= m->end)
		return false;
	m->dev = makedev((unsigned int)major_dev, (unsigned int)minor_dev);
	while (t->at < t->end && *t->at == ' ')
		t->at++;
	return !memchr(t->at, '\0', (size_t)(t->end - t->at));
}

/* Neighbours mostly map the same file: one copy of its name will do. */
static const char *keep_path(struct maps *maps, const struct text *t)
{
	size_t n = (size_t)(t->end - t->at);

	if (maps->n > 0) {
		const char *last = maps->items[maps->n - 1].path;

		if (strlen(last) == n && memcmp(last, t->at, n) == 0)
			return last;
	}
	return n == 0 ? "" : arena_strndup(&maps->names, t->at, n);
}

static bool ends_deleted(const char *path)
{
	size_t n = strlen(path), m = strlen(DELETED);

	return n > m && strcmp(path + n - m, DELETED) == 0;
}

static int parse_line(struct maps *maps, struct text line)
{
	struct mapping m = {0}, *kept;

	if (!take_fields(&line, &m))
		return SCRAPE_EFORMAT;
	if (maps->n > 0 && m.start < maps->items[maps->n - 1].end)
		return SCRAPE_EFORMAT;
	if (maps->n == MAPS_MAX)
		return SCRAPE_ELIMIT;
	m.path = keep_path(maps, &line);
	if (!m.path)
		return SCRAPE_ENOMEM;
	m.deleted = ends_deleted(m.path);
	kept = VEC_PUSH(maps);
	if (!kept)
		return SCRAPE_ENOMEM;
	*kept = m;
	return 0;
}

static int parse_failed(struct err *err, int code, size_t line)
{
	if (code == SCRAPE_ELIMIT)
		return err_set(err, code, "more than %d mappings", MAPS_MAX);
	if (code == SCRAPE_ENOMEM)
		return err_set(err, code, "out of memory");
	return err_set(err, code, "line %zu of the list of mappings cannot be read", line);
}

int maps_parse(struct maps *maps, const char *text, size_t len, struct err *err)
{
	const char *end = text + len;
	size_t line = 0;

	maps_deinit(maps);
	while (text < end) {
		const char *nl = memchr(text, '\n', (size_t)(end - text));
		int r = nl ? parse_line(maps, (struct text){text, nl}) : SCRAPE_EFORMAT;

		line++;
		if (r < 0) {
			maps_deinit(maps);
			return parse_failed(err, r, line);
		}
		text = nl + 1;
	}
	return 0;
}

int maps_read(struct maps *maps, int proc_fd, struct err *err)
{
	struct buf text = BUF_INIT;
	int r = io_read_file(proc_fd, "maps", MAPS_BYTES_MAX, &text);

	if (r == SCRAPE_ELIMIT)
		err_set(err, r, "the list of mappings is longer than %u MiB", MAPS_BYTES_MAX >> 20);
	else if (r < 0)
		err_sys(err, r, "maps");
	else
		r = maps_parse(maps, text.data ? text.data : "", text.len, err);
	if (r < 0)
		maps_deinit(maps);
	buf_deinit(&text);
	return r;
}

const struct mapping *maps_find(const struct maps *maps, uint64_t addr)
{
	size_t lo = 0, hi = maps->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		const struct mapping *m = &maps->items[mid];

		if (addr < m->start)
			hi = mid;
		else if (addr >= m->end)
			lo = mid + 1;
		else
			return m;
	}
	return NULL;
}

bool mapping_may_be_image(const struct mapping *mapping)
{
	if (!(mapping->perms & MAPPING_READ) || mapping->offset != 0)
		return false;
	return mapping->inode != 0 || strcmp(mapping->path, "[vdso]") == 0;
}
