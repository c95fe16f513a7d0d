/* SPDX-License-Identifier: MIT */
/* runtime: finds the CPython in a process. */
#include "python/runtime.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "elf/image.h"
#include "python/pyfile.h"
#include "scrape.h"
#include "target/maps.h"
#include "target/mem.h"
#include "target/proc.h"

#define CANDIDATES_MAX 8

/* One _PyRuntime; a process may map two (a static program and a library that some extension pulled in). */
struct candidate {
	uint64_t addr, code_type;
	uint32_t version; /* 0: not known yet */
	const struct mapping *mapping;
};

struct search {
	struct mem *mem;
	const struct maps *maps;
	struct candidate found[CANDIDATES_MAX];
	size_t n;
	bool is_old;    /* a CPython before 3.7 */
	bool is_pypy;
	bool is_ours;   /* it has an ELF image of our class and machine */
	bool is_other;  /* and of another, as who runs on another machine has alone */
};

static void look_at_image(struct search *s, const struct mapping *mapping)
{
	struct candidate c = {.mapping = mapping};
	struct image image;
	uint64_t version_addr;
	int r = image_open(s->mem, s->maps, mapping->start, &image, NULL);

	s->is_ours |= r == 0;
	s->is_other |= r == SCRAPE_EUNSUP;
	if (r < 0)
		return;
	if (image_symbol(&image, "_PyRuntime", &c.addr, NULL) < 0) {
		s->is_old = s->is_old || image_symbol(&image, "_PyThreadState_Current", &c.addr, NULL) == 0;
		s->is_pypy = s->is_pypy || image_symbol(&image, "pypy_main_startup", &c.addr, NULL) == 0;
		return;
	}
	if (image_symbol(&image, "PyCode_Type", &c.code_type, NULL) < 0)
		c.code_type = 0;
	if (image_symbol(&image, "Py_Version", &version_addr, NULL) == 0 &&
	    mem_read_u32(s->mem, version_addr, &c.version) < 0)
		c.version = 0;
	s->found[s->n++] = c;
}

static void search_memory(struct search *s)
{
	for (size_t i = 0; i < s->maps->n && s->n < CANDIDATES_MAX; i++)
		if (s->maps->items[i].offset == 0 && mapping_may_be_image(&s->maps->items[i]))
			look_at_image(s, &s->maps->items[i]);
}

/* The files themselves, for a program that exports nothing, and for the version of one that does not tell it. */
static void search_files(struct search *s, const struct proc *proc, struct symbols *symbols, bool thorough)
{
	bool asked = false;

	for (size_t i = 0; i < s->maps->n && s->n < CANDIDATES_MAX && (thorough || !asked); i++) {
		const struct mapping *mapping = &s->maps->items[i];
		struct candidate c = {.mapping = mapping};
		struct pyfile file;

		if (mapping->offset != 0 || mapping->inode == 0 || !mapping_may_be_image(mapping))
			continue;
		asked = true;
		if (pyfile_read(symbols, proc, s->mem, mapping, &file) < 0 || file.runtime_addr == 0)
			continue;
		c.addr = file.runtime_addr;
		c.code_type = file.code_type_addr;
		c.version = file.version;
		s->found[s->n++] = c;
	}
}

static int version_of(struct search *s, const struct proc *proc, struct symbols *symbols, struct candidate *c)
{
	struct pyfile file;

	if (c->version == 0 && pyfile_read_version(s->mem, s->maps, c->mapping, &c->version) < 0 && symbols &&
	    pyfile_read(symbols, proc, s->mem, c->mapping, &file) == 0)
		c->version = file.version;
	return c->version ? 0 : SCRAPE_EFORMAT;
}

static int take_offsets(struct search *s, const struct proc *proc, struct symbols *symbols, struct candidate *c,
			struct offsets *ret, struct err *err)
{
	unsigned char block[DEBUG_OFFSETS_MAX];
	int r = mem_read(s->mem, c->addr, block, sizeof(block));

	if (r == 0 && memcmp(block, "xdebugpy", 8) == 0) {
		uint32_t version = (uint32_t)mem_u64(block + 8);
		uint32_t known = PY_MINOR(version) > PY_MINOR_LAST ? 0x030000f0u | PY_MINOR_LAST << 16 : version;

		r = offsets_from_table(known, ret, err);
		return r < 0 && PY_MINOR(version) <= PY_MINOR_LAST
			       ? r
			       : offsets_from_debug_block(block, sizeof(block), ret, err);
	}
	if (version_of(s, proc, symbols, c) < 0)
		return err_set(err, SCRAPE_EUNSUP, "its CPython does not tell its version");
	return offsets_from_table(c->version, ret, err);
}

static bool is_ready(struct mem *mem, uint64_t addr, const struct offsets *off)
{
	uint32_t initialized = 1;
	uint64_t head = 0;

	if (offset_has(off->rt_initialized) && mem_read_u32(mem, addr + off->rt_initialized, &initialized) < 0)
		return false;
	return initialized == 1 && mem_read_u64(mem, addr + off->rt_interpreters_head, &head) == 0 && head != 0;
}

static int refuse(const struct search *s, struct err *err)
{
	if (s->is_pypy)
		return err_set(err, SCRAPE_EUNSUP, "it is PyPy; only CPython is understood");
	if (s->is_old)
		return err_set(err, SCRAPE_EUNSUP, "its CPython is older than 3.%d", PY_MINOR_FIRST);
	if (s->is_other && !s->is_ours)
		return err_set(err, SCRAPE_EUNSUP, "it is not a 64-bit x86 program");
	return err_set(err, SCRAPE_ENOTPYTHON, "it is not a Python process");
}

/* 3.12 alone counts code objects in a variable of its own: its file's symbol table tells where, if it was kept. */
static void find_counter(struct runtime *runtime, struct mem *mem, const struct proc *proc, struct symbols *symbols,
			 const struct candidate *c)
{
	struct pyfile file;

	if (PY_MINOR(runtime->off.version) == 12 && symbols && pyfile_read(symbols, proc, mem, c->mapping, &file) == 0)
		runtime->next_version = file.next_version_addr;
}

static void name_it(struct runtime *runtime)
{
	uint32_t version = runtime->off.version;

	if (PY_MICRO(version) || version & 0xff) /* the last byte is 0 where only the minor is known */
		(void)snprintf(runtime->name, sizeof(runtime->name), "CPython 3.%u.%u", PY_MINOR(version),
			       PY_MICRO(version));
	else
		(void)snprintf(runtime->name, sizeof(runtime->name), "CPython 3.%u", PY_MINOR(version));
}

int runtime_find(struct mem *mem, const struct maps *maps, const struct proc *proc, struct symbols *symbols,
		 bool thorough, struct runtime *ret, struct err *err)
{
	struct search s = {.mem = mem, .maps = maps};
	struct err why = {0};
	int r = 0;

	search_memory(&s);
	if (s.n == 0 && symbols && !s.is_old && !s.is_pypy)
		search_files(&s, proc, symbols, thorough);
	if (s.n == 0)
		return refuse(&s, err);
	for (size_t i = 0; i < s.n; i++) {
		struct runtime runtime = {.addr = s.found[i].addr, .code_type = s.found[i].code_type};
		int one = take_offsets(&s, proc, symbols, &s.found[i], &runtime.off, &why);

		if (one == 0 && !is_ready(mem, runtime.addr, &runtime.off))
			one = err_set(&why, SCRAPE_ENOTREADY, "its CPython is not initialised yet");
		if (one == 0) {
			name_it(&runtime);
			find_counter(&runtime, mem, proc, symbols, &s.found[i]);
			*ret = runtime;
			return 0;
		}
		if (r == 0 || one == SCRAPE_ENOTREADY) {
			r = one;
			if (err)
				*err = why;
		}
	}
	return r;
}
