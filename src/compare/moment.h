/* SPDX-License-Identifier: MIT */
/*
 * moment: when a step was, slot by slot, with its 95 % interval.
 *
 * For every boundary k of slots the squares that a step there leaves are compared with the least that any leaves. Those
 * boundaries belong to the interval whose excess, by the variance of the slots that lie between, stays below the
 * quantile of the largest likelihood ratio of a random walk against a drift: (1 - exp(-q/2))^2 (Hansen, Econometrica
 * 68:575, 2000: 7.35 for 95 %). Slots between an earlier boundary and the best one would be of the new level, those up
 * to a later one of the old, so each side has its own variance: a function that was not there before cannot have begun
 * after its first look. Where nothing was seen all boundaries are equal, so a change across a gap has an interval that
 * spans it.
 */
#ifndef COMPARE_MOMENT_H
#define COMPARE_MOMENT_H

#include <stddef.h>
#include <stdint.h>

struct grid;
struct step;
struct step_frame;
struct step_series;

/* A function slot by slot, each host around its mean, without load. */
struct moment_slots {
	size_t first, n, n_hosts; /* slots; hosts are clusters */
	double period_s;
	double *rest;     /* [host * n + slot] */
	double *exposure; /* the same */
};

struct moment {
	size_t k, lo, hi;    /* slots of the panel: each is the first of the new level */
	double sums, weight; /* delta = sums / weight */
	double excess;       /* by how much no step leaves more than this one, in variances; 0: there is no step */
};

/* Those of the frame, with the slope that the step left. 0, SCRAPE_ENOMEM. */
int moment_slots_init(struct moment_slots *slots, const struct step_frame *frame, const struct step_series *series,
		      const struct step *step, size_t function);
void moment_slots_deinit(struct moment_slots *slots);

/* The moment of hosts from..until together, in an interval that holds it with this probability. 0, SCRAPE_ENOMEM. */
int moment_find(const struct moment_slots *slots, size_t from_host, size_t until_host, double probability,
		struct moment *ret);

#endif
