/* SPDX-License-Identifier: MIT */
/*
 * sums: sections of rows (store/blob.h) added up by node and flags, into one section that is weighed.
 *
 *	sums_section(&sums, &head, rows, unseen)     as often as wanted
 *	sums_prune(&sums, &trie, 0.0005)               what is light becomes [pruned] of its parent; totals stay
 *	sums_pack(&sums, &head, &rows)               into a section
 *	sums_clear(&sums)
 */
#ifndef STORE_SUMS_H
#define STORE_SUMS_H

#include <stddef.h>
#include <stdint.h>

#include "base/map.h"
#include "base/vec.h"
#include "scrape.h"
#include "store/blob.h"

/* The trie that nodes are of, whose root is SUMS_ROOT. */
#define SUMS_ROOT 0
struct sums_trie {
	uint32_t (*parent)(void *ctx, uint32_t node);
	int (*pruned)(void *ctx, uint32_t node, uint32_t *ret); /* the child [pruned] of a node, made if need be */
	void *ctx;
};

struct sums_entry {
	uint32_t node, flags;
	uint64_t looks, cpu_ns, wall_ns;
};

struct sums {
	VEC(struct sums_entry) entries;
	struct map by_key; /* node << 8 | flags -> entry */
	uint64_t cpu_ns, wall_ns, looks, running;
	uint64_t lost[SCRAPE_LOSS_COUNT];
};

void sums_deinit(struct sums *sums);
void sums_clear(struct sums *sums);

/* Adds to the entry of a node with these flags. 0 or SCRAPE_ENOMEM, here and below. */
int sums_add(struct sums *sums, uint32_t node, uint32_t flags, uint64_t looks, uint64_t cpu_ns, uint64_t wall_ns);
/* Adds a section; time that no look met goes to the node `unseen`. */
int sums_section(struct sums *sums, const struct pack_thread *head, const struct blob_rows *rows, uint32_t unseen);
/* Stacks that have less than this share both of the CPU and of the wall time, with all below them, go into [pruned] of
 * the nearest one above that has more. */
int sums_prune(struct sums *sums, const struct sums_trie *trie, double share);
/* As one section of thread 0. Weights are nanoseconds, or if coarse in units that make small numbers. */
int sums_pack(const struct sums *sums, bool coarse, struct pack_thread *head, struct blob_rows *rows);

#endif
