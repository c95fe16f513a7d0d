/* SPDX-License-Identifier: MIT */
/* naming: one question: the file and what goes with it are opened, asked, and closed again. */
#include "elf/naming.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "elf/cfi.h"
#include "elf/demangle.h"
#include "elf/elffile_scn.h"
#include "elf/minidebug.h"
#include "elf/naming_dwarf.h"
#include "elf/symtab.h"
#include "scrape.h"

struct naming {
	struct elffile file, debug, mini; /* elf is NULL without one */
	char *mini_bytes;
	size_t n;
	struct symtab_place symbols[NAMING_ADDRS_MAX]; /* sorted by address, as the others */
	struct naming_place places[NAMING_ADDRS_MAX];
	uint64_t starts[NAMING_ADDRS_MAX];
	struct arena texts;
};

static void close_all(struct naming *q)
{
	elffile_close(&q->mini);
	elffile_close(&q->debug);
	elffile_close(&q->file);
	free(q->mini_bytes);
	arena_deinit(&q->texts);
	free(q);
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

static int compare_symbols(const void *a, const void *b)
{
	const struct symtab_place *x = a, *y = b;

	return (x->addr > y->addr) - (x->addr < y->addr);
}

static size_t place_of(const struct naming *q, uint64_t addr)
{
	const struct symtab_place key = {.addr = addr}, *place;

	place = bsearch(&key, q->symbols, q->n, sizeof(key), compare_symbols);
	return (size_t)(place - q->symbols);
}

static int scan_mini(struct naming *q)
{
	size_t size;
	int r = minidebug_unpack(&q->file, &q->mini_bytes, &size);

	if (r == 0)
		r = elffile_open_bytes(q->mini_bytes, size, &q->mini, NULL);
	return r == 0 ? symtab_scan(&q->mini, SHT_SYMTAB, q->symbols, q->n) : r;
}

/* A damaged table only costs its own names. */
static void read_symbols(struct naming *q)
{
	int r = symtab_scan(&q->file, SHT_SYMTAB, q->symbols, q->n);

	if (r < 0 && q->debug.elf)
		r = symtab_scan(&q->debug, SHT_SYMTAB, q->symbols, q->n);
	if (r < 0)
		(void)scan_mini(q); /* as above */
	(void)symtab_scan(&q->file, SHT_DYNSYM, q->symbols, q->n); /* as above */
}

/* Where the functions begin that have no name at all. */
static void read_starts(struct naming *q, int fd)
{
	size_t unnamed = 0;

	for (size_t i = 0; i < q->n; i++)
		unnamed += q->places[i].n == 0 && !symtab_at(q->symbols, i);
	for (size_t i = 0; i < q->n && unnamed > 0; i++)
		q->starts[i] = q->symbols[i].addr;
	if (unnamed > 0 && cfi_starts(fd, q->starts, q->n, q->starts) < 0)
		memset(q->starts, 0, sizeof(q->starts));
}

static void add_u32(struct buf *out, uint32_t value)
{
	value = htole32(value);
	buf_add(out, &value, sizeof(value));
}

static void add_call(struct buf *out, const char *name, size_t len, const char *path, uint32_t line)
{
	size_t path_len = path ? strlen(path) : 0;

	add_u32(out, path ? line : 0);
	add_u32(out, (uint32_t)len);
	add_u32(out, (uint32_t)path_len);
	buf_add(out, name, len);
	buf_add(out, path ? path : "", path_len);
}

/* The function's name is that of the symbol table, which tells of each address one function and no other. */
static void answer(const struct naming *q, size_t at, struct buf *out)
{
	const struct symtab_symbol *symbol = symtab_at(q->symbols, at);
	const struct naming_place *place = &q->places[at];
	const struct naming_call *last = place->n ? &place->calls[place->n - 1] : &(struct naming_call){0};
	uint64_t start = symbol || last->name ? 0 : htole64(q->starts[at]);
	struct buf name = BUF_INIT;

	if (symbol)
		demangle_name(&name, symbol->name, symbol->name_len, NAMING_NAME_MAX);
	else if (last->name)
		buf_str(&name, last->name);
	buf_add(out, &start, sizeof(start));
	if (name.len == 0) {
		add_u32(out, 0);
	} else {
		add_u32(out, place->n ? place->n : 1);
		for (uint32_t i = 0; i + 1 < place->n; i++) {
			const struct naming_call *call = &place->calls[i];
			const char *text = call->name ? call->name : "?";

			add_call(out, text, strlen(text), call->path, call->line);
		}
		add_call(out, name.data, name.len, last->path, last->line);
	}
	out->failed |= name.failed;
	buf_deinit(&name);
}

int naming_resolve(int fd, int debug_fd, bool plain, const uint64_t *addrs, size_t n, struct buf *out, struct err *err)
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
		q->symbols[q->n].addr = addrs[q->n];
	qsort(q->symbols, n, sizeof(q->symbols[0]), compare_symbols);
	for (size_t i = 0; i < n; i++)
		q->places[i].addr = q->symbols[i].addr;
	read_symbols(q);
	if (!plain)
		naming_dwarf_fill(q->debug.elf ? &q->debug : &q->file, q->places, n, &q->texts);
	read_starts(q, fd);
	for (size_t i = 0; i < n; i++)
		answer(q, place_of(q, addrs[i]), out);
	close_all(q);
	return out->failed ? err_set(err, SCRAPE_ENOMEM, "no memory") : 0;
}
