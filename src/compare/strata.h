/* SPDX-License-Identifier: MIT */
/*
 * strata: which host of one side is compared with which of the other. A host that is on one side only is left out; if
 * no host is on both, all hosts of a side are one stratum together.
 */
#ifndef COMPARE_STRATA_H
#define COMPARE_STRATA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct compare_side;

#define STRATA_NONE UINT32_MAX

struct strata {
	size_t n;
	uint32_t *of[2]; /* [side][cluster]: its stratum, or STRATA_NONE */
	size_t only[2];  /* hosts that only this side has */
	bool pooled;     /* none is on both */
};

int strata_init(struct strata *strata, const struct compare_side *const sides[2]); /* 0, SCRAPE_ENOMEM */
void strata_deinit(struct strata *strata);

#endif
