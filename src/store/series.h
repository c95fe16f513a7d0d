/* SPDX-License-Identifier: MIT */
/*
 * series: what a row of a store belongs to. Of tiers 0 and 1 a process, of tier 2 a service on a host, of tier 3 a
 * service; services with different labels (another version) are different ones. Each has the series above it, in which
 * it is merged.
 */
#ifndef STORE_SERIES_H
#define STORE_SERIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/map.h"
#include "base/vec.h"

struct db;

enum series_level { SERIES_PROCESS, SERIES_SERVICE, SERIES_MERGED, SERIES_LEVELS };
static inline enum series_level series_level_of_tier(size_t tier)
{
	return tier < 2 ? SERIES_PROCESS : tier == 2 ? SERIES_SERVICE : SERIES_MERGED;
}

struct series_entry {
	uint8_t level;     /* enum series_level */
	bool known;        /* false: a number that means nothing (any more) */
	uint32_t up;       /* the series above, 0: none */
	uint32_t last_min; /* minutes since 1970: its newest bucket is not later */
};

struct series {
	struct db *db;
	struct map by_hash;            /* of what it is -> number */
	struct map threads;            /* of series, tid and name -> number of a thread */
	struct map hosts;              /* of a name -> number of a host */
	VEC(struct series_entry) list; /* by number, from 1 */
	uint32_t next_thread, next_host;
	uint64_t seed;
};

struct series_process {
	uint32_t host, pid;
	uint64_t start_ticks;
	const char *service, *command, *runtime, *labels;
};

/* Reads all there is. 0, SCRAPE_ENOMEM, or what the database says. */
int series_open(struct series *series, struct db *db);
void series_close(struct series *series);
int series_read_again(struct series *series); /* what was added was rolled back */

/* The number of a host, new or not. */
int series_host(struct series *series, const char *name, uint32_t *ret);
/* The number of the series of a process, new (with those above it) or not. */
int series_process(struct series *series, const struct series_process *process, uint32_t *ret);
/* The number of one of its threads. */
int series_thread(struct series *series, uint32_t id, uint32_t tid, const char *name, uint32_t *ret);
/* A series and those above it have a row in the bucket that begins then. */
int series_touch(struct series *series, uint32_t id, uint64_t bucket_s);
int series_gone(struct series *series, uint32_t id); /* the process has ended */

#endif
