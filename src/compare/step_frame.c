/* SPDX-License-Identifier: MIT */
/* What all functions of a range share: exposure, load, and what a step weighs. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compare/grid.h"
#include "compare/panel.h"
#include "compare/step_frame.h"
#include "scrape.h"

#define SLOTS_MIN 3    /* that a level holds */
#define CORES_MIN 0.01 /* a change of less is not told ... */
#define SHARE_MIN 0.01 /* ... unless it is that much of the service */

int step_frame_init(struct step_frame *frame, const struct grid *grid, size_t from, size_t until, bool shares)
{
	size_t n = until - from;

	*frame = (struct step_frame){.grid = grid, .from = from, .until = until, .n = n, .shares = shares};
	frame->edge = (SLOTS_MIN + grid->slots_per_bin - 1) / grid->slots_per_bin;
	frame->exposure = calloc(n + 1, sizeof(double));
	frame->weights.step = calloc(n + 1, sizeof(double));
	frame->host_sums = calloc(grid->panel->n_clusters, sizeof(double));
	frame->load = shares ? NULL : calloc(n + 1, sizeof(double));
	if (!frame->exposure || !frame->weights.step || !frame->host_sums || (!shares && !frame->load))
		return SCRAPE_ENOMEM;
	step_frame_refresh(frame);
	return 0;
}

void step_frame_deinit(struct step_frame *frame)
{
	free(frame->exposure);
	free(frame->weights.step);
	free(frame->host_sums);
	free(frame->load);
	*frame = (struct step_frame){0};
}

const double *step_frame_row(const struct step_frame *frame, const double *cells, size_t cluster)
{
	return cells + cluster * frame->grid->n + frame->from;
}

const double *step_frame_exposure(const struct step_frame *frame, size_t cluster)
{
	return step_frame_row(frame, frame->shares ? frame->grid->total : frame->grid->covered, cluster);
}

size_t step_frame_node(const struct step_frame *frame, size_t node)
{
	return node * frame->n / STEP_NODES;
}

/* A new level of one host, apart from the host's mean, weighs inside * outside / all seconds. */
static void weigh_host(const struct step_frame *frame, size_t cluster, const size_t *order,
		       struct step_weights *weights)
{
	const double *exposure = step_frame_exposure(frame, cluster);
	double before = 0, all = frame->host_sums[cluster], nodes[STEP_NODES];

	for (size_t k = 0, next = 0; k < frame->n; k++) {
		for (; next < STEP_NODES && step_frame_node(frame, next) == k; next++)
			nodes[next] = before;
		weights->step[k] += before * (all - before) / all;
		before += exposure[order ? order[k] : k];
	}
	for (size_t i = 1; i < STEP_NODES && frame->n >= STEP_NODES; i++)
		for (size_t j = i + 1; j < STEP_NODES; j++)
			weights->back[i][j] += (nodes[j] - nodes[i]) * (all - nodes[j] + nodes[i]) / all;
}

void step_weigh(const struct step_frame *frame, const size_t *order, struct step_weights *weights)
{
	memset(weights->step, 0, (frame->n + 1) * sizeof(double));
	memset(weights->back, 0, sizeof(weights->back));
	for (size_t c = 0; c < frame->grid->panel->n_clusters; c++)
		if (frame->host_sums[c] > 0)
			weigh_host(frame, c, order, weights);
}

void step_frame_centre(const struct step_frame *frame, const double *cells, double *to)
{
	for (size_t c = 0; c < frame->grid->panel->n_clusters; c++) {
		const double *exposure = step_frame_exposure(frame, c);
		const double *cpu = step_frame_row(frame, cells, c);
		double own = step_sum(cpu, frame->n), mean;

		if (own == 0)
			continue;
		mean = frame->host_sums[c] > 0 ? own / frame->host_sums[c] : 0;
		for (size_t i = 0; i < frame->n; i++)
			to[i] += cpu[i] - mean * exposure[i];
	}
}

static void count(struct step_frame *frame)
{
	const struct grid *grid = frame->grid;

	frame->n_hosts = frame->all = 0;
	for (size_t c = 0; c < grid->panel->n_clusters; c++) {
		frame->all += step_sum(step_frame_row(frame, grid->total, c), frame->n);
		frame->n_hosts += frame->host_sums[c] > 0;
	}
	frame->least = fmin(CORES_MIN, SHARE_MIN * grid->cores);
	if (frame->shares) {
		frame->n_hosts = 1;
		frame->least = grid->cores > 0 ? frame->least / grid->cores : INFINITY;
	} else if (frame->n_hosts > 0) {
		frame->least /= frame->n_hosts;
	}
}

void step_frame_refresh(struct step_frame *frame)
{
	memset(frame->exposure, 0, (frame->n + 1) * sizeof(double));
	for (size_t c = 0; c < frame->grid->panel->n_clusters; c++) {
		const double *exposure = step_frame_exposure(frame, c);

		frame->host_sums[c] = step_sum(exposure, frame->n);
		for (size_t i = 0; i < frame->n; i++)
			frame->exposure[i] += exposure[i];
	}
	step_weigh(frame, NULL, &frame->weights);
	count(frame);
	if (frame->load) {
		memset(frame->load, 0, (frame->n + 1) * sizeof(double));
		step_frame_centre(frame, frame->grid->total, frame->load);
	}
}
