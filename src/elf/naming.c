/* SPDX-License-Identifier: MIT */
/* naming: one question: the file and what goes with it are opened, asked, and closed again. */
#include "elf/naming.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "elf/demangle.h"
#include "elf/elffile_scn.h"
#include "elf/symtab.h"
#include "scrape.h"

struct naming {
	struct elffile file, debug; /* debug.elf is NULL without one */
	size_t n;
	struct symtab_place places[NAMING_ADDRS_MAX]; /* sorted by address */
};

static void close_files(struct naming *q)
{
	elffile_close(&q->debug);
	elffile_close(&q->file);
}

static int open_file(int fd, struct elffile *ret, struct err *err)
{
	int r = elffile_open(fd, ret, err);

	if (r == 0 && ret->type != ET_EXEC && ret->type != ET_DYN) {
		elffile_close(ret);
		r = err_set(err, SCRAPE_EUNSUP, "an ELF file that no program runs");
	}
	return r;
}

static int compare_places(const void *a, const void *b)
{
	const struct symtab_place *x = a, *y = b;

	return (x->addr > y->addr) - (x->addr < y->addr);
}

static size_t place_of(const struct naming *q, uint64_t addr)
{
	const struct symtab_place key = {.addr = addr}, *place;

	place = bsearch(&key, q->places, q->n, sizeof(key), compare_places);
	return (size_t)(place - q->places);
}

/* A damaged table only costs its own names. */
static void read_symbols(struct naming *q)
{
	int r = symtab_scan(&q->file, SHT_SYMTAB, q->places, q->n);

	if (r < 0 && q->debug.elf)
		r = symtab_scan(&q->debug, SHT_SYMTAB, q->places, q->n);
	(void)symtab_scan(&q->file, SHT_DYNSYM, q->places, q->n); /* as above */
}

static void add_u32(struct buf *out, uint32_t value)
{
	value = htole32(value);
	buf_add(out, &value, sizeof(value));
}

static void answer(const struct naming *q, size_t at, struct buf *out)
{
	const struct symtab_symbol *symbol = symtab_at(q->places, at);
	struct buf name = BUF_INIT;

	add_u32(out, symbol != NULL);
	if (!symbol)
		return;
	demangle_name(&name, symbol->name, symbol->name_len, NAMING_NAME_MAX);
	add_u32(out, 0);
	add_u32(out, (uint32_t)name.len);
	add_u32(out, 0);
	buf_add(out, name.data, name.len);
	out->failed |= name.failed;
	buf_deinit(&name);
}

int naming_resolve(int fd, int debug_fd, const uint64_t *addrs, size_t n, struct buf *out, struct err *err)
{
	struct naming *q;
	int r;

	if (n > NAMING_ADDRS_MAX)
		return err_set(err, SCRAPE_ELIMIT, "a question of %zu addresses", n);
	q = calloc(1, sizeof(*q));
	if (!q)
		return err_set(err, SCRAPE_ENOMEM, "no memory");
	r = open_file(fd, &q->file, err);
	if (r < 0) {
		free(q);
		return r;
	}
	if (debug_fd >= 0)
		(void)open_file(debug_fd, &q->debug, NULL); /* a damaged one is as good as none */
	for (q->n = 0; q->n < n; q->n++)
		q->places[q->n].addr = addrs[q->n];
	qsort(q->places, q->n, sizeof(q->places[0]), compare_places);
	read_symbols(q);
	for (size_t i = 0; i < n; i++)
		answer(q, place_of(q, addrs[i]), out);
	close_files(q);
	free(q);
	return out->failed ? err_set(err, SCRAPE_ENOMEM, "no memory") : 0;
}
