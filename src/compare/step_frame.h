/* SPDX-License-Identifier: MIT */
/* step_frame: a range of bins in which a step is sought, with what is the same for all functions (see compare/step.h).
 */
#ifndef COMPARE_STEP_FRAME_H
#define COMPARE_STEP_FRAME_H

#include <stdbool.h>
#include <stddef.h>

struct grid;

#define STEP_NODES 12 /* between which a way there and back is sought, coarsely: it is looked at again */

/* What a delta of 1 weighs, before the load is regarded, with the bins in some order. */
struct step_weights {
	double *step;                        /* [n + 1]: from k to the end */
	double back[STEP_NODES][STEP_NODES]; /* between two nodes */
};

/* A range of bins, with what is the same for all functions. */
struct step_frame {
	const struct grid *grid;
	size_t from, until, n; /* bins */
	size_t edge;           /* bins that each side of a step has at least */
	bool shares;
	double n_hosts;   /* that are seen in it; 1 for shares: what a delta is multiplied with to be of the service */
	double least;     /* the smallest delta that is told */
	double *exposure; /* [n]: of all hosts */
	struct step_weights weights; /* with the bins in their order */
	double *load;                /* [n]: sum over hosts, each around its mean; NULL for shares */
	double *host_sums;           /* [cluster]: exposure */
	double all;                  /* CPU seconds of grid->total */
};

/* 0, SCRAPE_ENOMEM. */
int step_frame_init(struct step_frame *frame, const struct grid *grid, size_t from, size_t until, bool shares);
void step_frame_deinit(struct step_frame *frame);
/* Anew after grid->total has changed. */
void step_frame_refresh(struct step_frame *frame);

/* Weights with the bins in this order; weights->step has room for n + 1. */
void step_weigh(const struct step_frame *frame, const size_t *order, struct step_weights *weights);

/* Cells, [cluster * grid->n + bin], of a host in the frame. */
const double *step_frame_row(const struct step_frame *frame, const double *cells, size_t cluster);
/* The exposure of a host. */
const double *step_frame_exposure(const struct step_frame *frame, size_t cluster);
/* The first bin behind a node. */
size_t step_frame_node(const struct step_frame *frame, size_t node);
/* Adds cells of all hosts to to[n], each host around its mean, by exposure. */
void step_frame_centre(const struct step_frame *frame, const double *cells, double *to);

static inline double step_sum(const double *values, size_t n)
{
	double total = 0;

	for (size_t i = 0; i < n; i++)
		total += values[i];
	return total;
}

#endif
