/* SPDX-License-Identifier: MIT */
/*
 * arrange: a trie of names and nanoseconds becomes the nodes of a tree: in pre-order, children sorted by name, in
 * whole units.
 *
 * Units are shared out from the root down, among a node itself and its children, by largest remainder. So the sum of
 * all is the rounded total, and every node *with all below it* is less than one unit from its exact value. (Largest
 * remainder over all stacks at once would keep only the sum: of two equal halves of a profile, the one made of many
 * stacks of 0.4 units would vanish beside the one made of stacks of 0.6.)
 */
#ifndef PROFILE_ARRANGE_H
#define PROFILE_ARRANGE_H

#include <stddef.h>
#include <stdint.h>

struct merge;
struct tree;

/* Fills ret->nodes and ret->n_nodes, in its arena; ret->names come from the merge, those without a node go. Nodes of
 * less than a unit that got none are left out, except the root. One unit is the period of rate_mhz looks per 1000 s, or
 * with ARRANGE_UNITS what the merge counts, exactly. places gets where each node of the merge has come to stand, which
 * means something where it got a unit; it may be NULL. 0 or SCRAPE_ENOMEM. */
#define ARRANGE_UNITS 1000000000000ull
int arrange(const struct merge *merge, uint32_t root_name, uint64_t rate_mhz, uint32_t *places, struct tree *ret);

#endif
