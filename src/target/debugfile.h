/* SPDX-License-Identifier: MIT */
/*
 * debugfile: where the separate debug file of an ELF file may lie, tried one after the other: by build id, then by
 * debug link, first in the target's root, then in the host's (GDB manual, "Debugging Information in Separate Files"):
 *
 *	/usr/lib/debug/.build-id/ab/cdef....debug
 *	DIR/NAME, DIR/.debug/NAME, /usr/lib/debug/DIR/NAME     for /DIR/FILE whose link is NAME
 *
 * What is found is a regular file and nothing more: whether it belongs to the file is to be asked (elf/symbols.h).
 *
 *	struct debugfile search = {.root_fd = root, .path = "/usr/lib/libx.so", .build_id = id, ...};
 *	while ((r = debugfile_next(&search, &fd)) == 0) ... fd is the caller's
 */
#ifndef TARGET_DEBUGFILE_H
#define TARGET_DEBUGFILE_H

#include <stdint.h>

struct debugfile {
	int root_fd;         /* the target's root directory (O_PATH); -1: only the host's */
	const char *path;    /* of the ELF file, as the target sees it */
	uint64_t dev, inode; /* the file itself is never its own debug file */
	const char *build_id; /* hex digits; "" without */
	const char *link;     /* "" without; nothing of a path */
	unsigned tried;       /* 0 at the beginning */
};

/* The next one that is there, open for reading. SCRAPE_ENOTFOUND: no more. */
int debugfile_next(struct debugfile *search, int *ret_fd);

#endif
