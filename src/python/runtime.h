/* SPDX-License-Identifier: MIT */
/*
 * runtime: the CPython in a process: its version, where its _PyRuntime lies, and the offsets that fit it.
 *
 * Found in whatever file is mapped, by symbol and never by name: first the dynamic symbols of each image in memory
 * (no file is opened: deleted, chrooted and renamed ones do not matter), then, for builds that export nothing, the
 * files' symbol tables and the section .PyRuntime, read by the symbols child.
 */
#ifndef PYTHON_RUNTIME_H
#define PYTHON_RUNTIME_H

#include <stdbool.h>
#include <stdint.h>

#include "python/offsets.h"

struct err;
struct maps;
struct mem;
struct proc;
struct symbols;

struct runtime {
	uint64_t addr;      /* of _PyRuntime */
	uint64_t code_type; /* of PyCode_Type; 0 if not exported */
	uint64_t next_version; /* of 3.12's counter of code objects, a uint32_t that no image exports; 0: not found */
	struct offsets off;
	char name[64];      /* "CPython 3.12.1" */
};

/* 0; SCRAPE_ENOTPYTHON, SCRAPE_EUNSUP with a sentence; SCRAPE_ENOTREADY: there is one, not initialised yet. symbols
 * may be NULL: then only memory is searched. thorough: asks about every mapped file, not the program's alone. */
int runtime_find(struct mem *mem, const struct maps *maps, const struct proc *proc, struct symbols *symbols,
		 bool thorough, struct runtime *ret, struct err *err);

/* Shows that the offsets mean what they should in this process: interpreters, thread states and the first frame that
 * can be found hold together. A wrong table ends here, in a sentence (SCRAPE_EFORMAT). */
int runtime_check(const struct runtime *runtime, struct mem *mem, struct err *err);

#endif
