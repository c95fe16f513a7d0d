/* SPDX-License-Identifier: MIT */
/* ceiling: whether a service takes all the CPU that it can have. The rule stands in compare/change.h. */
#ifndef COMPARE_CEILING_H
#define COMPARE_CEILING_H

#include <stdbool.h>

struct compare_panel;

/* limit_cores of a host; 0 or NAN: not known. 0, SCRAPE_ENOMEM. */
int ceiling_is_met(const struct compare_panel *panel, double limit_cores, bool *ret);

#endif
