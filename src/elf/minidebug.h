/* SPDX-License-Identifier: MIT */
/*
 * minidebug: the small ELF file, with a symbol table of the functions that .dynsym lacks, that some distributions pack
 * into .gnu_debugdata (GDB manual, "MiniDebugInfo": xz). For the symbols child only.
 */
#ifndef ELF_MINIDEBUG_H
#define ELF_MINIDEBUG_H

#include <stddef.h>

struct elffile;

#define MINIDEBUG_MEMORY (64u << 20) /* that unpacking may take */
#define MINIDEBUG_MAX (64u << 20)    /* bytes that come out of it */

/* Unpacks it into memory that the caller frees, behind the last elffile_close. 0; SCRAPE_ENOTFOUND; SCRAPE_EFORMAT;
 * SCRAPE_ELIMIT; SCRAPE_ENOMEM. */
int minidebug_unpack(struct elffile *file, char **ret, size_t *size_ret);

#endif
