/* SPDX-License-Identifier: MIT */
/*
 * offsets: where one CPython build keeps what. Filled from the table python/offsets.def and, from 3.13 on, from the
 * target's own _Py_DebugOffsets. OFFSET_NONE stands for a member that the version does not have.
 */
#ifndef PYTHON_OFFSETS_H
#define PYTHON_OFFSETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;

#define OFFSET_NONE UINT32_MAX

struct offsets {
	uint32_t version; /* PY_VERSION_HEX: 0x030c01f0 is 3.12.1 final; the last byte may be unknown (0) */
#define OFFSET(name, ...) uint32_t name;
#include "python/offsets.def"
#undef OFFSET
};

#define PY_MINOR(version) (((version) >> 16) & 0xff)
#define PY_MICRO(version) (((version) >> 8) & 0xff)
#define PY_MINOR_FIRST 7
#define PY_MINOR_LAST 15

/* Every structure lies below this: larger numbers in a debug block are nonsense. */
#define OFFSET_MAX (1u << 20)

static inline bool offset_has(uint32_t offset)
{
	return offset != OFFSET_NONE;
}

/* 0 for a final release of 3.PY_MINOR_FIRST or later (an unknown last byte passes), SCRAPE_EUNSUP with a sentence for
 * prereleases and what is older. Says nothing about minors above PY_MINOR_LAST. */
int offsets_check_version(uint64_t version, struct err *err);

/* The table's column for that version (patch drift applied). 0, or SCRAPE_EUNSUP with a sentence. */
int offsets_from_table(uint32_t version, struct offsets *ret, struct err *err);

/* Size of the longest debug block that is understood; read up to this many bytes from _PyRuntime. */
#define DEBUG_OFFSETS_MAX 1024

/* Overrules the table's members by those of a _Py_DebugOffsets block ("xdebugpy", version, free_threaded, ...). A minor
 * newer than PY_MINOR_LAST is tried with the newest layout. Every value is checked (aligned, below the size that the
 * block itself gives for its structure). *ret->version is the block's. SCRAPE_EUNSUP: free-threaded, prerelease;
 * SCRAPE_EFORMAT: no such block, or a value that cannot be. */
int offsets_from_debug_block(const void *block, size_t len, struct offsets *ret, struct err *err);

#endif
