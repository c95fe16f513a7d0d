/* SPDX-License-Identifier: MIT */
/*
 * syspath: sys.path of a target, and what a file is called by it: "/usr/lib/python3.12/json/decoder.py" is
 * "json/decoder.py", as it would be imported. Where no entry fits, what stands behind site-packages/, dist-packages/ or
 * lib/pythonX.Y/, else the last part.
 */
#ifndef PYTHON_SYSPATH_H
#define PYTHON_SYSPATH_H

#include <stddef.h>
#include <stdint.h>

#include "base/vec.h"

struct mem;
struct offsets;

#define SYSPATH_MAX 256 /* entries */

struct syspath {
	VEC(char *) entries; /* clean UTF-8, without a slash at the end */
};

void syspath_deinit(struct syspath *path);

/* Reads the list anew from the sys module's dict. 0, SCRAPE_EFAULT, SCRAPE_EFORMAT, SCRAPE_ENOMEM; on failure the
 * entries are what they were. */
int syspath_read(struct syspath *path, struct mem *mem, const struct offsets *off, uint64_t sysdict);

/* Where the short name begins in file; 0 if it is as it is, e.g. "<string>". */
size_t syspath_short_at(const struct syspath *path, const char *file);

#endif
