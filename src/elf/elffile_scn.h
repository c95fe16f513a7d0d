/* SPDX-License-Identifier: MIT */
/*
 * elffile_scn: sections and tables of an ELF file as libelf has them, checked, for those in elf/ that go through them
 * themselves. What they point to belongs to libelf until elffile_close.
 */
#ifndef ELF_ELFFILE_SCN_H
#define ELF_ELFFILE_SCN_H

#include <libelf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "elf/elffile.h"

/* A string table; its last string may lack its NUL. */
struct elffile_names {
	const char *bytes;
	size_t size;
};

struct elffile_table {
	const Elf64_Sym *syms;
	size_t n;
	struct elffile_names names;
};

/* A file that lies in memory, borrowed until elffile_close; nothing can be read from it with elffile_read. Codes as
 * elffile_open. */
int elffile_open_bytes(char *bytes, size_t n, struct elffile *ret, struct err *err);

/* The bytes of a section. 0; SCRAPE_EFORMAT: it is compressed, has none, or lies outside of the file; SCRAPE_ELIMIT. */
int elffile_data(const struct elffile *file, Elf_Scn *scn, Elf_Data **ret);

/* The first section of that name; the names of all. Codes as elffile_section. */
int elffile_find(const struct elffile *file, const char *name, Elf_Scn **ret);
int elffile_names(const struct elffile *file, struct elffile_names *ret);

/* Are these n bytes in the table at `at`? With n = strlen + 1 the string as a whole. */
bool elffile_begins(const struct elffile_names *names, uint32_t at, const char *text, size_t n);

/* The symbol table of that type (SHT_SYMTAB, SHT_DYNSYM). Codes as elffile_symbol. */
int elffile_table(const struct elffile *file, uint32_t type, struct elffile_table *ret);

#endif
