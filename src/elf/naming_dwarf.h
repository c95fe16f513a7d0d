/* SPDX-License-Identifier: MIT */
/*
 * naming_dwarf: lines and inlined calls of addresses, from the DWARF of one file by libdw. For the symbols child only.
 * What is damaged costs its own part; how much is looked at in all is bounded.
 */
#ifndef ELF_NAMING_DWARF_H
#define ELF_NAMING_DWARF_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/vec.h"
#include "elf/naming.h"

struct elffile;

#define NAMING_DIES_MAX (1u << 23) /* entries that one question may visit */
#define NAMING_UNITS_MAX (1u << 17)

struct naming_call {
	const char *name; /* clean text; NULL: DWARF does not know */
	const char *path; /* as above */
	uint32_t line;    /* 0: not known */
};

/* One address. */
struct naming_place {
	uint64_t addr;
	uint32_t n; /* calls, innermost first; the last is the function itself; 0: nothing is known */
	struct naming_call *calls;
};

/* Fills in those of the places, ascending by address, that the file's DWARF knows; texts are the arena's. A file
 * without DWARF fills in nothing. */
void naming_dwarf_fill(const struct elffile *file, struct naming_place *places, size_t n, struct arena *texts);

#endif
