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
#include <sys/types.h>

#include "base/clock.h"
#include "base/map.h"
#include "base/vec.h"
#include "elf/cfirows.h"
#include "elf/naming.h"

struct debuginfod;
struct mapping;
struct proc;
struct symbols;

#define MODULES_MAX 16384
#define MODULES_VDSO 0
#define MODULES_NO_ROOT UINT32_MAX
#define MODULES_ROOTS_MAX 256
#define MODULES_RETIRE_NS (300 * NSEC_PER_SEC)
#define MODULES_BYTES_MAX (512u << 20) /* of tables, all together */

/* The search for a module's separate debug file. */
enum module_debug { MODULE_DEBUG_NONE, MODULE_DEBUG_WANTED, MODULE_DEBUG_TRIED, MODULE_DEBUG_KNOWN };

enum module_state {
	MODULE_ASKED, /* or waits to be */
	MODULE_READY,
	MODULE_FAILED, /* it has no table; looks go on without */
	MODULE_RETIRED, /* nobody has mapped it for long: table and file are given up until somebody does */
};

struct module {
	uint64_t dev, inode, size;
	int64_t mtime_s, mtime_ns;
	enum module_state state;
	int fd; /* the file; kept for names, -1 if there is none */
	char *path; /* as the first target that had it maps it */
	char build_id[2 * NAMING_BUILD_ID_MAX + 1]; /* hex; "": none, or not known before its names are */
	void *table;
	size_t table_len;
	struct cfirows rows;
	struct perfmap *map;   /* of what a process made itself: its names; NULL for a file */
	uint64_t map_ns;       /* when it was last read, or given back */
	pid_t inner_pid;       /* whose; 0: given back */
	uint32_t uid;
	enum module_debug debug;
	int debug_fd; /* -1: none, or not known */
	uint32_t users;	    /* parts of images that are of it */
	uint64_t unused_ns; /* since when there is none */
	uint32_t root; /* in whose root it was seen first, index; MODULES_NO_ROOT */
};

struct modules_root {
	int fd; /* O_PATH; -1: free */
	uint64_t dev, inode;
};

struct modules {
	VEC(struct module *) list;
	struct map by_file; /* what is told of the file, mixed -> index; one of several that are mixed alike */
	VEC(struct modules_root) roots;
	struct symbols *symbols; /* borrowed; answers about nothing else */
	size_t bytes;
	uint32_t asked; /* the one in question, index + 1; 0 none */
	uint32_t asked_kind; /* enum symbols_kind */
	int asked_fd;	/* where its table is being written, or the debug file that is in question */
	uint32_t search; /* whose debug file is wanted, index + 1; 0 none */
	uint32_t again;	/* whose table is to be made anew, now with its debug file, index + 1; 0 none */
	struct naming_ident ident; /* of the one whose debug file is searched */
	unsigned tried; /* of it, as in struct debugfile */
	const struct debuginfod *servers; /* that are asked then; borrowed, NULL: none */
	bool fetching, fetched; /* they are being asked; they were */
	uint32_t next;	/* before it none waits */
	uint64_t tidied_ns; /* when it was last looked for what to retire */
	uint32_t epoch;	/* grows when a module is ready or failed */
	bool has_vdso;	/* as number MODULES_VDSO */
};

/* Before any filter: the kernel's vdso, the same for all, becomes a module by our own. */
void modules_init(struct modules *modules, struct symbols *symbols, const struct debuginfod *servers);
void modules_deinit(struct modules *modules);

/* The module of a mapping of a file, opened if it is new. SCRAPE_ELIMIT, SCRAPE_ENOMEM, codes of procfile_open. */
int modules_of(struct modules *modules, const struct proc *proc, uint32_t root, const struct mapping *mapping,
	       uint32_t *ret);

/* Which root directory the process has, as modules_of wants it. MODULES_NO_ROOT: too many are known, or it is gone. */
uint32_t modules_root_of(struct modules *modules, const struct proc *proc);

/* That so many more map it. What nobody has mapped for MODULES_RETIRE_NS is retired. */
void modules_use(struct modules *modules, uint32_t module, int more);

/* A module for the code that this process makes itself, which no other has; to be given back. SCRAPE_ELIMIT,
 * SCRAPE_ENOMEM. */
int modules_own_code(struct modules *modules, const struct proc *proc, pid_t inner_pid, uint32_t *ret);
void modules_give_back(struct modules *modules, uint32_t module);

/* What an address of own code is called, NULL: not known. Reads what has come to its perf map, once a second. */
const char *modules_own_name(struct modules *modules, uint32_t module, uint64_t addr);

/* The separate debug file of a module: its descriptor or -1 for none. False: it is being searched for; ask again. */
bool modules_debug_file(struct modules *modules, uint32_t module, int *ret_fd);

/* Takes an answer if one has come, asks the next question. Returns how many are still to be answered. */
size_t modules_work(struct modules *modules);

/* Waits for answers until none is open or the time has come. */
void modules_wait(struct modules *modules, uint64_t until_ns);

#endif
