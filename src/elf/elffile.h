/* SPDX-License-Identifier: MIT */
/*
 * elffile: what an ELF file on disk says: symbols, sections, the CPython version it was built as. By libelf with plain
 * reads, so that a file that shrinks meanwhile gives an error and not a signal.
 *
 * libelf allocates what a file claims and has a history of faults: use this only in the symbols child
 * (elf/symbols.h), which has no rights and a limit on memory. All values are link-time addresses.
 *
 *	struct elffile file;
 *	if (elffile_open(fd, &file, &err) < 0) ...
 *	r = elffile_symbol(&file, "_PyRuntime", &value, &size);
 *	elffile_close(&file);
 */
#ifndef ELF_ELFFILE_H
#define ELF_ELFFILE_H

#include <stddef.h>
#include <stdint.h>

struct err;

#define ELFFILE_SECTION_MAX (256u << 20) /* bytes of one section that is read whole */
#define ELFFILE_SECTIONS_MAX 65536
#define ELFFILE_SEGMENTS_MAX 1024
#define ELFFILE_SCAN_MAX (512ull << 20)  /* bytes searched for a version */

struct elffile {
	void *elf; /* libelf's */
	int fd;
	uint64_t size;
	uint16_t type, machine; /* ET_EXEC, ET_DYN; EM_X86_64 */
};

/* Borrows fd. 0; SCRAPE_EFORMAT: not an ELF file, or damaged; SCRAPE_EUNSUP: 32 bit or for another machine (type and
 * machine of ret are set then); SCRAPE_ELIMIT: more sections than ELFFILE_SECTIONS_MAX; SCRAPE_EIO. */
int elffile_open(int fd, struct elffile *ret, struct err *err);
void elffile_close(struct elffile *file);

/* A defined symbol that is not thread-local: in .dynsym, else in .symtab; a global one before a local one. 0;
 * SCRAPE_ENOTFOUND; SCRAPE_EFORMAT; SCRAPE_ELIMIT: its table is longer than ELFFILE_SECTION_MAX. */
int elffile_symbol(struct elffile *file, const char *name, uint64_t *value_ret, uint64_t *size_ret);

/* The first section of that name. Codes as above. */
int elffile_section(struct elffile *file, const char *name, uint64_t *addr_ret, uint64_t *size_ret);

/* The same with its bytes, unpacked if they are compressed; they are libelf's and last until elffile_close. A section
 * that has no bytes in this file (NOBITS) is not found. */
int elffile_section_bytes(struct elffile *file, const char *name, uint64_t *addr_ret, const void **bytes_ret,
			  size_t *size_ret);

/* n bytes of a loaded segment as they are in the file. 0, SCRAPE_ENOTFOUND (nothing of the file is loaded there),
 * SCRAPE_EFORMAT, SCRAPE_EIO. */
int elffile_read(struct elffile *file, uint64_t addr, void *dst, size_t n);

/* The version of the CPython in this file as PY_VERSION_HEX: exact from Py_Version (3.11+) or _Py_DebugOffsets
 * (3.13+); else from the tag of its extension modules, with the last two bytes 0. 0; SCRAPE_ENOTFOUND: none, or
 * several that differ. */
int elffile_python_version(struct elffile *file, uint32_t *ret);

#endif
