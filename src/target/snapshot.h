/* SPDX-License-Identifier: MIT */
/*
 * snapshot: a saved image of parts of a process's memory, readable as a struct mem. Walkers are tested on snapshots of
 * every CPython version, without rights and in milliseconds; a defect met in production can be kept as one.
 *
 * The file is a header of text lines, an empty line, then regions until the end, numbers little-endian:
 *
 *	scrape-snapshot 1
 *	version=0x030c01f0
 *	runtime=0x7f3a5c2e1d20
 *
 *	u64 address, u64 length, bytes ...
 *
 *	struct snapshot *s;
 *	r = snapshot_open("3.12.snap", &s, &err);
 *	r = mem_read_u64(snapshot_mem(s), addr, &word);
 *	snapshot_close(s);
 */
#ifndef TARGET_SNAPSHOT_H
#define TARGET_SNAPSHOT_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct err;
struct mem;
struct snapshot;

#define SNAPSHOT_BYTES_MAX (64u << 20) /* of one file */
#define SNAPSHOT_REGIONS_MAX 65536
#define SNAPSHOT_KEYS_MAX 64

/* 0, SCRAPE_EIO, SCRAPE_ELIMIT (too large), SCRAPE_EFORMAT (not a snapshot, cut, regions that overlap or wrap),
 * SCRAPE_ENOMEM. */
int snapshot_open(const char *path, struct snapshot **ret, struct err *err);

/* The same from bytes, which are copied. */
int snapshot_load(const void *bytes, size_t len, struct snapshot **ret, struct err *err);
void snapshot_close(struct snapshot *snapshot);

/* Borrowed, until snapshot_close. A range is read whole if regions without a gap cover it. */
struct mem *snapshot_mem(struct snapshot *snapshot);

/* The header's value, or NULL. Borrowed. */
const char *snapshot_get(const struct snapshot *snapshot, const char *key);

/* The header's value as a number (0x, 0 or decimal). 0, or SCRAPE_EINVAL if it is missing or no number. */
int snapshot_get_u64(const struct snapshot *snapshot, const char *key, uint64_t *ret);

/* Writing: begin, one line a key, then regions in any order (no overlaps). Errors of file show in ferror. */
void snapshot_write_begin(FILE *file);
void snapshot_write_key(FILE *file, const char *key, const char *value);
void snapshot_write_regions(FILE *file); /* ends the header */
void snapshot_write_region(FILE *file, uint64_t addr, const void *bytes, size_t len);

#endif
