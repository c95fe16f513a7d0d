/* SPDX-License-Identifier: MIT */
/*
 * pyfile: what the file of a CPython tells that its loaded image does not: symbols that are not exported, the section
 * .PyRuntime (3.10+), the version before 3.11.
 */
#ifndef PYTHON_PYFILE_H
#define PYTHON_PYFILE_H

#include <stdint.h>

struct maps;
struct mapping;
struct mem;
struct proc;
struct symbols;

struct pyfile {
	uint64_t runtime_addr;   /* run-time addresses; 0: not there */
	uint64_t code_type_addr;
	uint64_t next_version_addr; /* of _Py_next_func_version: 3.12, Objects/funcobject.c */
	uint32_t version;        /* 0: not told; as PY_VERSION_HEX, micro and release level may be missing (0) */
};

/* Asks the symbols child about the file behind the mapping. The mapping is that of file offset 0. Negative codes as
 * symbols_query. */
int pyfile_read(struct symbols *symbols, const struct proc *proc, struct mem *mem, const struct mapping *mapping,
		struct pyfile *ret);

/* The minor version out of the image's read-only data: every CPython carries the tag of its extension modules, e.g.
 * ".cpython-39-x86_64-linux-gnu.so" (3.8 to 3.14; ".cpython-37m-" before). No file is opened. */
int pyfile_read_version(struct mem *mem, const struct maps *maps, const struct mapping *mapping, uint32_t *ret);

#endif
