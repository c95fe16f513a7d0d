/* SPDX-License-Identifier: MIT */
/*
 * naming_dwarf: each compilation unit that holds an address is gone through once for all its addresses, down to the
 * functions that hold one and there down the chain of what was inlined (DWARF 5, 3.3.8: DW_TAG_inlined_subroutine,
 * whose abstract origin is the function and whose call_file and call_line are where the function around it called).
 */
#include "elf/naming_dwarf.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "elf/demangle.h"
#include "elf/elffile.h"

#define DEPTH_MAX 64    /* of namespaces in each other, and of blocks in a function */
#define RANGES_MAX 4096 /* of one entry that are looked at */

struct fill {
	struct naming_place *places;
	size_t n;
	struct arena *texts;
	uint32_t dies; /* that may still be visited */
	Dwarf_Die unit;
	Dwarf_Files *files;
	size_t n_files;
};

/* The first place at or behind an address. */
static size_t first_place(const struct fill *f, uint64_t addr)
{
	size_t low = 0, high = f->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (f->places[mid].addr < addr)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static const char *clean(struct fill *f, const char *text)
{
	struct buf buf = BUF_INIT;
	const char *ret = NULL;

	if (!text)
		return NULL;
	text_clean(&buf, text, strlen(text), NAMING_NAME_MAX);
	if (!buf.failed)
		ret = arena_strndup(f->texts, buf.data, buf.len);
	buf_deinit(&buf);
	return ret;
}

static const char *linkage_name(Dwarf_Die *die)
{
	Dwarf_Attribute attr;

	if (!dwarf_attr_integrate(die, DW_AT_linkage_name, &attr) &&
	    !dwarf_attr_integrate(die, DW_AT_MIPS_linkage_name, &attr))
		return NULL;
	return dwarf_formstring(&attr);
}

/* C++ and Rust give the name that a linker sees, which holds everything; C has only the plain one. */
static const char *name_of(struct fill *f, Dwarf_Die *die)
{
	const char *linkage = linkage_name(die), *ret = NULL;
	struct buf buf = BUF_INIT;

	if (!linkage)
		return clean(f, dwarf_diename(die));
	demangle_name(&buf, linkage, strlen(linkage), NAMING_NAME_MAX);
	if (!buf.failed)
		ret = arena_strndup(f->texts, buf.data, buf.len);
	buf_deinit(&buf);
	return ret;
}

static uint32_t number_in(Dwarf_Die *die, unsigned name)
{
	Dwarf_Attribute attr;
	Dwarf_Word value;

	if (!dwarf_attr(die, name, &attr) || dwarf_formudata(&attr, &value) != 0 || value > INT32_MAX)
		return 0;
	return (uint32_t)value;
}

static void take_line(struct fill *f, uint64_t addr, struct naming_call *call)
{
	Dwarf_Line *line = dwarf_getsrc_die(&f->unit, addr);
	int number;

	if (!line || dwarf_lineno(line, &number) != 0 || number <= 0)
		return;
	call->line = (uint32_t)number;
	call->path = clean(f, dwarf_linesrc(line, NULL, NULL));
}

/* Where an inlined function was called. */
static void take_call_site(struct fill *f, Dwarf_Die *inlined, struct naming_call *call)
{
	uint32_t file = number_in(inlined, DW_AT_call_file);

	call->line = number_in(inlined, DW_AT_call_line);
	if (f->files && file < f->n_files)
		call->path = clean(f, dwarf_filesrc(f->files, file, NULL, NULL));
	if (!call->path)
		call->line = 0;
}

/* The child that holds the address, through which the chain goes on. */
static bool child_at(struct fill *f, Dwarf_Die *die, uint64_t addr, Dwarf_Die *ret)
{
	Dwarf_Die child;

	if (dwarf_child(die, &child) != 0)
		return false;
	do {
		int tag = dwarf_tag(&child);

		if (f->dies == 0)
			return false;
		f->dies--;
		if ((tag == DW_TAG_inlined_subroutine || tag == DW_TAG_lexical_block) &&
		    dwarf_haspc(&child, addr) == 1) {
			*ret = child;
			return true;
		}
	} while (dwarf_siblingof(&child, &child) == 0);
	return false;
}

static void take_calls(struct fill *f, Dwarf_Die *function, struct naming_place *place)
{
	Dwarf_Die chain[NAMING_CALLS_MAX], at = *function; /* outermost first */
	size_t n = 1;

	chain[0] = *function;
	for (int depth = 0; depth < DEPTH_MAX && n < NAMING_CALLS_MAX && child_at(f, &at, place->addr, &at); depth++)
		if (dwarf_tag(&at) == DW_TAG_inlined_subroutine)
			chain[n++] = at;
	place->calls = arena_alloc(f->texts, n * sizeof(*place->calls));
	if (!place->calls)
		return;
	place->n = (uint32_t)n;
	for (size_t i = 0; i < n; i++)
		place->calls[i].name = name_of(f, &chain[n - 1 - i]);
	take_line(f, place->addr, &place->calls[0]);
	for (size_t i = 1; i < n; i++)
		take_call_site(f, &chain[n - i], &place->calls[i]);
}

/* Tells the places in each range of an entry. */
static void each_place(struct fill *f, Dwarf_Die *die, void (*take)(struct fill *, Dwarf_Die *, struct naming_place *))
{
	Dwarf_Addr base, start, end;
	ptrdiff_t offset = 0;

	for (int i = 0; i < RANGES_MAX && (offset = dwarf_ranges(die, offset, &base, &start, &end)) > 0; i++)
		for (size_t at = first_place(f, start); at < f->n && f->places[at].addr < end; at++)
			if (f->places[at].n == 0)
				take(f, die, &f->places[at]);
}

/* Functions stand in their unit, or in what their language nests them in. */
static void walk(struct fill *f, Dwarf_Die *parent, int depth)
{
	Dwarf_Die child;

	if (dwarf_child(parent, &child) != 0)
		return;
	do {
		if (f->dies == 0)
			return;
		f->dies--;
		switch (dwarf_tag(&child)) {
		case DW_TAG_subprogram:
			each_place(f, &child, take_calls);
			break;
		case DW_TAG_namespace:
		case DW_TAG_module:
		case DW_TAG_structure_type:
		case DW_TAG_class_type:
		case DW_TAG_union_type:
		case DW_TAG_enumeration_type:
			if (depth < DEPTH_MAX)
				walk(f, &child, depth + 1);
			break;
		default:
			break;
		}
	} while (dwarf_siblingof(&child, &child) == 0);
}

static void take_nothing(struct fill *f, Dwarf_Die *die, struct naming_place *place)
{
	(void)die;
	(void)place;
	f->dies = 0; /* as a sign: see holds_place */
}

/* Has this unit one of the places that are still unknown? */
static bool holds_place(struct fill *f, Dwarf_Die *unit)
{
	const uint32_t dies = f->dies;
	bool holds;

	f->dies = 1;
	each_place(f, unit, take_nothing);
	holds = f->dies == 0;
	f->dies = dies;
	return holds;
}

/* A function that its unit's tree does not tell (written in assembler) still has lines. */
static void take_line_alone(struct fill *f, Dwarf_Die *unit, struct naming_place *place)
{
	(void)unit;
	place->calls = arena_alloc(f->texts, sizeof(*place->calls));
	if (!place->calls)
		return;
	place->n = 1;
	take_line(f, place->addr, place->calls);
}

static void fill_unit(struct fill *f, Dwarf_Die *unit)
{
	f->unit = *unit;
	f->files = NULL;
	if (dwarf_getsrcfiles(unit, &f->files, &f->n_files) != 0)
		f->files = NULL;
	walk(f, unit, 0);
	each_place(f, unit, take_line_alone);
}

void naming_dwarf_fill(const struct elffile *file, struct naming_place *places, size_t n, struct arena *texts)
{
	struct fill f = {.places = places, .n = n, .texts = texts, .dies = NAMING_DIES_MAX};
	Dwarf *dwarf = dwarf_begin_elf(file->elf, DWARF_C_READ, NULL);
	Dwarf_CU *cu = NULL;
	Dwarf_Die unit, skeleton;
	uint8_t type;

	if (!dwarf)
		return;
	for (uint32_t i = 0; i < NAMING_UNITS_MAX && f.dies > 0; i++) {
		if (dwarf_get_units(dwarf, cu, &cu, NULL, &type, &unit, &skeleton) != 0)
			break;
		if ((type == DW_UT_compile || type == DW_UT_skeleton) && holds_place(&f, &unit))
			fill_unit(&f, &unit);
	}
	(void)dwarf_end(dwarf); /* it cannot fail; the ELF file is not its own */
}
