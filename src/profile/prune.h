/* SPDX-License-Identifier: MIT */
/*
 * prune: makes a profile smaller without changing a total.
 *
 * First go the names that nothing refers to any more; then the least stacks, into a [pruned] child of their parent; and
 * where threads rather than stacks fill the table, the least threads that do not run now, into one of their process.
 * A stack weighs by its share of the profile's CPU time plus its share of the wall time, so neither mode loses what
 * is large in it. Afterwards the profile takes at most three quarters of max_bytes, so that this is rare.
 */
#ifndef PROFILE_PRUNE_H
#define PROFILE_PRUNE_H

struct profile;

/* 0, SCRAPE_ENOMEM with the profile as it was, or SCRAPE_ELIMIT if what cannot be pruned (the names and stacks that
 * the stream in hand has defined, processes, the open slice) is too large. */
int profile_prune(struct profile *profile);

#endif
