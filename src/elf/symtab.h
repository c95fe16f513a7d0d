/* SPDX-License-Identifier: MIT */
/*
 * symtab: which functions of a file's symbol tables hold some addresses. Tables are gone through once for all
 * addresses, and several may be: what fits an address best stays. For the symbols child only, as elf/elffile.h.
 *
 *	struct symtab_place places[] = {{.addr = 0x1000}, {.addr = 0x2000}};       sorted by addr
 *	r = symtab_scan(&file, SHT_SYMTAB, places, 2);
 *	r = symtab_scan(&file, SHT_DYNSYM, places, 2);
 *	symbol = symtab_at(places, 0);
 */
#ifndef ELF_SYMTAB_H
#define ELF_SYMTAB_H

#include <stddef.h>
#include <stdint.h>

#define SYMTAB_NAME_MAX 65536 /* bytes of a name that are looked at */

struct elffile;

struct symtab_symbol {
	uint64_t value, size;
	uint64_t end;     /* of its section: how far it may reach if its size is 0 */
	const char *name; /* in the file's table, valid until elffile_close; NULL: no symbol */
	uint32_t name_len;
	uint32_t rank; /* of several at one address the lowest is taken */
};

struct symtab_place {
	uint64_t addr;
	struct symtab_symbol around; /* the innermost whose size reaches to addr */
	struct symtab_symbol before; /* the last that begins at addr or before it, but behind the place before */
};

/* Takes in the defined functions of the table of that type (SHT_SYMTAB, SHT_DYNSYM); labels without a type count if
 * they are in code. 0; SCRAPE_ENOTFOUND: no such table; SCRAPE_EFORMAT; SCRAPE_ELIMIT. */
int symtab_scan(const struct elffile *file, uint32_t type, struct symtab_place *places, size_t n);

/* The function of places[at]: the innermost that reaches to it; else the symbol before it if that has no size and is in
 * the same section. NULL: none is known. */
const struct symtab_symbol *symtab_at(const struct symtab_place *places, size_t at);

#endif
