/* SPDX-License-Identifier: MIT */
/*
 * naming: what addresses of an ELF file are called: the function, and with DWARF the file, the line and the calls that
 * were inlined there. For the symbols child only, as elf/elffile.h: libdw and the demanglers of libiberty read here
 * what strangers wrote.
 *
 * A function's name comes from .symtab, else .dynsym, of the file, its separate debug file, and the small .symtab in
 * its .gnu_debugdata (MiniDebugInfo, xz); C++ and Rust names demangled, without parameters ("ns::Class::method",
 * "crate::module::function"), template arguments kept.
 */
#ifndef ELF_NAMING_H
#define ELF_NAMING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;
struct err;

#define NAMING_ADDRS_MAX 256   /* of one question */
#define NAMING_CALLS_MAX 64    /* inlined into each other at one address */
#define NAMING_BUILD_ID_MAX 64 /* bytes */
#define NAMING_NAME_MAX 1024   /* bytes of a name or path; longer ones are cut */

/* Appends for each address (link-time), in order, a list of calls, innermost first; the last is the function itself,
 * those before it are inlined:
 *	u64 start of the function by its call frame information, only if its name is not known (0: that neither)
 *	u32 n (0: nothing is known); n times: u32 line (0: not known), u32 name length, u32 path length, the name's
 *	bytes, the path's bytes (length 0: not known)
 * All little-endian, not aligned. The line is that of the address itself: for return addresses the caller passes
 * address - 1. fd: the file; debug_fd: its separate debug file (already checked to belong to it) or -1; plain: by
 * symbol tables alone. 0; codes as cfi_compile. */
int naming_resolve(int fd, int debug_fd, bool plain, const uint64_t *addrs, size_t n, struct buf *out,
		   struct err *err);

/* The build id, and the name in .gnu_debuglink ("" without) and its checksum. 0; codes as above. */
struct naming_ident {
	uint8_t build_id[NAMING_BUILD_ID_MAX];
	uint32_t build_id_len;
	uint32_t debuglink_crc;
	char debuglink[128];
};
int naming_ident(int fd, struct naming_ident *ret, struct err *err);

/* Is debug_fd the separate debug file of a file that says this of itself? By its build id, else by the checksum. */
bool naming_belongs(int debug_fd, const struct naming_ident *ident);

#endif
