/* SPDX-License-Identifier: MIT */
/*
 * modules: the ELF files that targets have mapped, each read once however many targets map it, and what was learnt of
 * them: how to unwind (elf/cfirows.h). The reading is done by the symbols child (elf/symbols.h), one question after the
 * other, while looks go on: a module is `asked` until its answer has come.
 *
 * A module is (device, inode, mtime, size) of the file, never its build id alone: that is the target's to choose.
 */
#ifndef NATIVE_MODULES_H
#define NATIVE_MODULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/map.h"
#include "base/vec.h"
#include "elf/cfirows.h"

struct mapping;
struct proc;
struct symbols;

#define MODULES_MAX 16384
#define MODULES_VDSO 0
#define MODULES_BYTES_MAX (512u << 20) /* of tables, all together */

enum module_state {
	MODULE_ASKED, /* or waits to be */
	MODULE_READY,
	MODULE_FAILED, /* it has no table; looks go on without */
};

struct module {
	uint64_t dev, inode, size;
	int64_t mtime_s, mtime_ns;
	enum module_state state;
	int fd; /* the file; kept for names, -1 if there is none */
	char *path; /* as the first target that had it maps it */
	void *table;
	size_t table_len;
	struct cfirows rows;
	uint64_t type; /* ET_EXEC or ET_DYN, when ready */
};

struct modules {
	VEC(struct module *) list;
	struct symbols *symbols; /* borrowed; answers about nothing else */
	size_t bytes;
	uint32_t asked; /* the one in question, index + 1; 0 none */
	int asked_fd;	/* where its table is being written */
	uint32_t next;	/* before it none waits */
	uint32_t epoch;	/* grows when a module is ready or failed */
	bool has_vdso;	/* as number MODULES_VDSO */
};

/* Before any filter: the kernel's vdso, the same for all, becomes a module by our own. */
void modules_init(struct modules *modules, struct symbols *symbols);
void modules_deinit(struct modules *modules);

/* The module of a mapping of a file, opened if it is new. SCRAPE_ELIMIT, SCRAPE_ENOMEM, codes of procfile_open. */
int modules_of(struct modules *modules, const struct proc *proc, const struct mapping *mapping, uint32_t *ret);

/* Takes an answer if one has come, asks the next question. Returns how many are still to be answered. */
size_t modules_work(struct modules *modules);

/* Waits for answers until none is open or the time has come. */
void modules_wait(struct modules *modules, uint64_t until_ns);

#endif
