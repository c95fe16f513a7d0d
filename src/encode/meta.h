/* SPDX-License-Identifier: MIT */
/* meta: the numbers of struct tree_meta as text, alike in every format and in every locale. */
#ifndef ENCODE_META_H
#define ENCODE_META_H

#include <stdint.h>

#include "scrape.h"

struct buf;
struct tree_meta;

/* One word for each reason: "moved", "preempted", ... */
extern const char *const meta_losses[SCRAPE_LOSS_COUNT];

void meta_add_time(struct buf *out, uint64_t wall_ns);       /* RFC 3339, UTC: 2026-11-22T14:05:00.250Z */
void meta_add_thousandths(struct buf *out, uint64_t value);  /* 12345 becomes 12.345 */

/* A sentence for people: "cpu, 1000 samples in 10.0 s, 100 Hz asked, 99.7 reached, 998 looks, 2 lost (moved 2), from
 * 2026-11-22T14:05:00.250Z". */
void meta_add_sentence(struct buf *out, const struct tree_meta *meta, uint64_t total);

/* What one unit of the tree stands for: as it says itself, else by the rate asked for, else by the rate reached; 0 if
 * none of them is known. */
uint64_t meta_period_ns(const struct tree_meta *meta);

/* Rates that are no number, not positive or above SCRAPE_RATE_MAX are not known: 0. Otherwise looks in 1000 s. */
uint64_t meta_rate_thousandths(double rate);

#endif
