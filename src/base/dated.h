/* SPDX-License-Identifier: MIT */
/*
 * dated: files of one folder that are named after the wall clock at which they were begun
 * ("slices-0001763820300000000.spool"), so names in order are files in order.
 */
#ifndef BASE_DATED_H
#define BASE_DATED_H

#include <stddef.h>
#include <stdint.h>

#include "base/vec.h"

#define DATED_NAME_MAX 64

struct dated_file {
	uint64_t began_us; /* of its name */
	uint64_t bytes;
};

struct dated {
	const char *prefix, *suffix;  /* "slices-", ".spool" */
	VEC(struct dated_file) files; /* oldest first */
	uint64_t bytes;               /* of all of them */
};

void dated_name(const struct dated *dated, uint64_t began_us, char ret[DATED_NAME_MAX]);
/* Those that are there: regular files with such a name. 0, SCRAPE_ENOMEM or why the folder cannot be read. */
int dated_list(struct dated *dated, int dir);
/* One more, behind all others, even if the clock went back; the caller makes the file. NULL without memory. */
struct dated_file *dated_add(struct dated *dated, uint64_t now_us);
/* Removes one, from the folder too. */
void dated_remove(struct dated *dated, int dir, size_t i);
void dated_deinit(struct dated *dated);

#endif
