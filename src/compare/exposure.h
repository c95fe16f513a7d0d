/* SPDX-License-Identifier: MIT */
/*
 * exposure: what CPU seconds are divided by, of one side: covered seconds for cores, all functions' CPU seconds for
 * shares. Slots of which no host that is compared was seen do not exist here, so blocks are as full as can be.
 */
#ifndef COMPARE_EXPOSURE_H
#define COMPARE_EXPOSURE_H

#include <stddef.h>
#include <stdint.h>

struct compare_side;

#define EXPOSURE_NONE UINT32_MAX

enum exposure_unit { EXPOSURE_SHARE, EXPOSURE_CORES, EXPOSURE_UNITS };

struct exposure {
	const struct compare_side *side;
	const uint32_t *stratum_of;       /* [cluster], borrowed */
	size_t n_strata, n;               /* slots that are seen */
	uint32_t *rank;                   /* [slot]: its place among them, or NONE */
	double *slots[EXPOSURE_UNITS];    /* [stratum * n + rank] */
	double *sums[EXPOSURE_UNITS];     /* [stratum] */
	double *leverage[EXPOSURE_UNITS]; /* [rank], exposure_weigh */
	double *cpu;                      /* [stratum * n + rank]: of one function, all 0 in between */
	double *cpu_sums;                 /* [stratum], the same */
	double *influence;                /* [rank] */
};

int exposure_init(struct exposure *exposure, const struct compare_side *side, const uint32_t *stratum_of,
		  size_t n_strata); /* 0, SCRAPE_ENOMEM */
void exposure_deinit(struct exposure *exposure);

/* What each slot holds, given the weights of the strata (sum 1). */
void exposure_weigh(struct exposure *exposure, enum exposure_unit unit, const double *weights);

/* Spreads the cells of a function over cpu and cpu_sums, and takes them away again. */
void exposure_load(struct exposure *exposure, size_t function);
void exposure_unload(struct exposure *exposure, size_t function);

/* The weighted ratio of the loaded function; its influence by slot is left in `influence`. */
double exposure_ratio(struct exposure *exposure, enum exposure_unit unit, const double *weights);

#endif
