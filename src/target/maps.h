/* SPDX-License-Identifier: MIT */
/*
 * maps: what a target has mapped, as /proc/PID/maps tells it. Mappings are in ascending order and never overlap.
 *
 *	7f2a1c400000-7f2a1c428000 r--p 00001000 fd:01 1311                       /usr/lib/libc.so.6
 *	start        end          perms offset  dev   inode                      path
 *
 * The path is kept exactly as printed, and what is printed is ambiguous: a newline in a name and the four characters
 * \012 look alike, " (deleted)" may be part of a name, and in a chroot the path is seen from the reader's root. So a
 * path is a hint, and to open the file is the business of target/procfile.h, which compares inodes. Before a path is
 * shown to a person it goes through text_clean().
 *
 *	struct maps maps = {0};
 *	r = maps_read(&maps, proc_fd, &err);
 *	VEC_EACH(m, &maps) ...
 *	maps_deinit(&maps);
 */
#ifndef TARGET_MAPS_H
#define TARGET_MAPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

struct err;

#define MAPS_MAX 65536            /* mappings of one target: the kernel's own default limit is 65530 */
#define MAPS_BYTES_MAX (64u << 20) /* text of one /proc/PID/maps */

enum mapping_perms { MAPPING_READ = 1, MAPPING_WRITE = 2, MAPPING_EXEC = 4, MAPPING_SHARED = 8 };

struct mapping {
	uint64_t start, end; /* end is the first address behind */
	uint64_t offset;     /* of the file, in bytes */
	uint64_t dev;        /* makedev(major, minor) */
	uint64_t inode;      /* 0: not a file */
	uint32_t perms;      /* enum mapping_perms */
	bool deleted;        /* the path ends in " (deleted)" */
	const char *path;    /* "" for anonymous memory; "[heap]", "[vdso]"; owned by the maps */
};

/* A zeroed struct is an empty maps. */
struct maps {
	struct mapping *items;
	size_t n, cap;
	struct arena names;
};

void maps_deinit(struct maps *maps);

/* Replaces the contents by those of the text. 0, SCRAPE_EFORMAT (with the line's number), SCRAPE_ELIMIT (more than
 * MAPS_MAX mappings), SCRAPE_ENOMEM. On failure the maps are empty. */
int maps_parse(struct maps *maps, const char *text, size_t len, struct err *err);

/* The same from "maps" below the directory /proc/PID. Besides: SCRAPE_EGONE, SCRAPE_EPERM, SCRAPE_EIO. A zombie and a
 * kernel thread have no mappings: 0 with n == 0. */
int maps_read(struct maps *maps, int proc_fd, struct err *err);

/* The mapping that holds addr, or NULL. */
const struct mapping *maps_find(const struct maps *maps, uint64_t addr);

/* True if the two map the same file. */
static inline bool mapping_same_file(const struct mapping *a, const struct mapping *b)
{
	return a->inode != 0 && a->inode == b->inode && a->dev == b->dev;
}

/* True if an ELF file may be loaded here: the readable beginning of a file, or the kernel's vdso. */
bool mapping_may_be_image(const struct mapping *mapping);

#endif
