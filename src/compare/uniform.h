/* SPDX-License-Identifier: MIT */
/* uniform: a step of what all functions take together, beside the slow course of the load. */
#ifndef COMPARE_UNIFORM_H
#define COMPARE_UNIFORM_H

struct hunt;
struct random;

/* Appends it to hunt->ret if there is one, for each span of the grid; functions that changed on their own have been
 * taken out of the totals. 0, SCRAPE_ENOMEM. */
int uniform_find(struct hunt *hunt, struct random *random);

#endif
