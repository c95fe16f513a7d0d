/* SPDX-License-Identifier: MIT */
/*
 * demangle: a symbol's name as a person knows it, by libiberty. For the symbols child only, as elf/elffile.h: the names
 * are a stranger's, and some of a few hundred bytes print as gigabytes.
 */
#ifndef ELF_DEMANGLE_H
#define ELF_DEMANGLE_H

#include <stdbool.h>
#include <stddef.h>

struct buf;

#define DEMANGLE_NAME_MAX 4096   /* bytes of a symbol's name; a longer one stays as it is */
#define DEMANGLE_PRINTED_MAX 65536 /* bytes of a name that are looked at before it is cut to what is asked for */

/* Does it look like a mangled name: C++ ("_Z"; Rust's older ones too), Rust ("_R")? */
bool demangle_is_mangled(const char *name, size_t n);

/* Appends the name without what compilers and linkers put behind it (".cold", ".part.0", "@@GLIBC_2.14"), demangled if
 * it is mangled, clean text of at most max bytes. Without parameters, return type and Rust's hashes; template arguments
 * are kept: "ns::Class<int>::method", "crate::module::function". What no demangler takes is appended as it is. */
void demangle_name(struct buf *out, const char *name, size_t n, size_t max);

#endif
