/* SPDX-License-Identifier: MIT */
/*
 * modname: the module that a function belongs to: "__name__" in the globals that its frame runs with.
 *
 * Globals are a dict, and all else is the program's choice: they may be without the name (exec with a dict of one's
 * own), or have anything else in its place. Only a plain str counts. It is looked for among the first
 * MODNAME_ENTRIES_MAX entries: a module's dict is born with its name as the first, and what a program puts behind that
 * many others is not worth the reads.
 */
#ifndef PYTHON_MODNAME_H
#define PYTHON_MODNAME_H

#include <stdint.h>

struct buf;
struct mem;
struct offsets;

#define MODNAME_MAX 255 /* bytes of clean UTF-8; a longer name ends in "..." and a hash */
#define MODNAME_ENTRIES_MAX 16

/* Appends the name. str_addr is any object that is known to be a plain str: it tells the type. Six calls to mem if all
 * goes well. 0; SCRAPE_EINVAL if there is no name or it is no str; SCRAPE_EMOVED if the dict changed meanwhile;
 * SCRAPE_ENOMEM; or as dict_open and pystr_read. On failure nothing is appended. */
int modname_read(struct mem *mem, const struct offsets *offsets, uint64_t globals_addr, uint64_t str_addr,
		 struct buf *out);

#endif
