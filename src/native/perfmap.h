/* SPDX-License-Identifier: MIT */
/*
 * perfmap: what code is called that a process made itself, as it tells in /tmp/perf-PID.map (Linux,
 * tools/perf/Documentation/jit-interface.txt): lines "START SIZE NAME", numbers in hex, a later line above an
 * earlier one.
 * CPython writes it with -X perf, node with --perf-basic-prof, the JVM by an agent. It grows while it is read, and is
 * read a piece at a time.
 *
 *	struct perfmap map = {0};
 *	perfmap_read(&map, root_fd, inner_pid, uid)         from time to time
 *	name = perfmap_find(&map, addr)
 */
#ifndef NATIVE_PERFMAP_H
#define NATIVE_PERFMAP_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/arena.h"
#include "base/vec.h"

#define PERFMAP_ENTRIES_MAX (1u << 19)
#define PERFMAP_BYTES_MAX (64u << 20)
#define PERFMAP_STEP (1u << 20) /* bytes that one call reads */
#define PERFMAP_NAME_MAX 512    /* a longer one is cut */

struct perfmap_entry {
	uint64_t start, end; /* end is behind */
	const char *name;
};

struct perfmap {
	VEC(struct perfmap_entry) entries; /* ascending, no two with the same start */
	struct arena names;
	uint64_t dev, inode, offset; /* the file, and how far it has been taken */
};

void perfmap_deinit(struct perfmap *map);

/* Takes lines, the last without its newline not. Returns how many bytes were used. */
size_t perfmap_add(struct perfmap *map, const char *text, size_t len);

/* Takes what has come to the file; another file begins anew. root_fd: of the process (O_PATH); the file must be
 * root's or that user's. 0: there may be more; SCRAPE_ENOTREADY: nothing new; SCRAPE_ENOTFOUND, SCRAPE_ELIMIT, codes of
 * procfile_open_path. */
int perfmap_read(struct perfmap *map, int root_fd, pid_t inner_pid, uint32_t uid);

/* The name of the code that holds this address, NULL if none is known. Valid until perfmap_deinit or another file. */
const char *perfmap_find(const struct perfmap *map, uint64_t addr);

#endif
