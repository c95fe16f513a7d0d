/* SPDX-License-Identifier: MIT */
/* The total has no other series to be compared with, so its slow course is modelled, and what it does by the minute is
 * learned from shuffles of what is left. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compare/autocorr.h"
#include "compare/hunt.h"
#include "compare/panel.h"
#include "compare/permute.h"
#include "compare/random.h"
#include "compare/report.h"
#include "compare/step.h"
#include "compare/uniform.h"
#include "scrape.h"

#define COSINES 3
#define PART 0.99   /* of the shuffles must stay below ... */
#define LARGER 2.0  /* ... this part of its square */
#define CLEAR 7.0   /* standard deviations of a bin: what load that remembers makes in 1 of 500 hours is below */
#define SIDE_PART 5 /* of the span, that either side has at least */
#define AROUND 4    /* a part of the span on either side, in which the step is measured */
#define BLOCK_TIMES 2
#define COLLINEAR 0.02 /* of a step's weight must be left after the cosines */

/* The remaining total of a span; everything is by the root of exposure, so that products are plain sums. */
struct course {
	struct step_frame frame;
	double *root;             /* of the exposure */
	double *cosines[COSINES]; /* orthogonal to each other and to the mean, of length 1 */
	double *rest, *shuffled, *left;
	size_t *order;
};

static void course_deinit(struct course *course)
{
	step_frame_deinit(&course->frame);
	for (int j = 0; j < COSINES; j++)
		free(course->cosines[j]);
	free(course->root);
	free(course->rest);
	free(course->shuffled);
	free(course->left);
	free(course->order);
}

static double product(const double *a, const double *b, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += a[i] * b[i];
	return sum;
}

static void subtract(double *from, const double *what, double times, size_t n)
{
	for (size_t i = 0; i < n; i++)
		from[i] -= times * what[i];
}

/* Gram and Schmidt. */
static void make_cosines(struct course *course)
{
	size_t n = course->frame.n;
	double all = product(course->root, course->root, n);

	for (int j = 0; j < COSINES; j++) {
		double *own = course->cosines[j], length;

		for (size_t i = 0; i < n; i++)
			own[i] = course->root[i] * cos(M_PI * (j + 1) * ((double)i + 0.5) / (double)n);
		subtract(own, course->root, product(own, course->root, n) / all, n);
		for (int other = 0; other < j; other++)
			subtract(own, course->cosines[other], product(own, course->cosines[other], n), n);
		length = sqrt(product(own, own, n));
		for (size_t i = 0; i < n && length > 0; i++)
			own[i] /= length;
	}
}

static int course_init(struct course *course, const struct grid *grid, struct grid_span span)
{
	size_t n = span.until - span.from;

	if (step_frame_init(&course->frame, grid, span.from, span.until, false) < 0)
		return SCRAPE_ENOMEM;
	for (int j = 0; j < COSINES; j++) {
		course->cosines[j] = calloc(n, sizeof(double));
		if (!course->cosines[j])
			return SCRAPE_ENOMEM;
	}
	course->root = calloc(n, sizeof(double));
	course->rest = calloc(n, sizeof(double));
	course->shuffled = calloc(n, sizeof(double));
	course->left = calloc(n, sizeof(double));
	course->order = calloc(2 * n, sizeof(*course->order));
	if (!course->root || !course->rest || !course->shuffled || !course->left || !course->order)
		return SCRAPE_ENOMEM;
	for (size_t i = 0; i < n; i++) {
		course->root[i] = sqrt(course->frame.exposure[i]);
		course->rest[i] = course->root[i] > 0 ? course->frame.load[i] / course->root[i] : 0;
	}
	make_cosines(course);
	return 0;
}

/* The largest square of a step's sum by its weight, both beside the cosines; delta = sum / weight. */
static double scan(const struct course *course, double *rest, size_t *k_ret, double *delta_ret)
{
	size_t n = course->frame.n;
	double sums = 0, slow[COSINES] = {0}, best = 0;

	for (int j = 0; j < COSINES; j++)
		subtract(rest, course->cosines[j], product(rest, course->cosines[j], n), n);
	for (size_t k = 0; k + course->frame.edge <= n; k++) {
		double weight = course->frame.weights.step[k];

		for (int j = 0; j < COSINES; j++)
			weight -= slow[j] * slow[j];
		if (k >= course->frame.edge && weight > COLLINEAR * course->frame.weights.step[k] &&
		    sums * sums > best * weight) {
			best = sums * sums / weight;
			*k_ret = k;
			*delta_ret = sums / weight;
		}
		for (int j = 0; k < n && j < COSINES; j++)
			slow[j] -= course->cosines[j][k] * course->root[k];
		if (k < n)
			sums -= rest[k] * course->root[k];
	}
	return best;
}

/* Variance and memory of what the step leaves. */
static double leave(struct course *course, size_t k, double delta, double *time_ret)
{
	size_t n = course->frame.n;
	double *left = course->left, all = product(course->root, course->root, n);

	for (size_t i = 0; i < n; i++)
		left[i] = course->rest[i] - (i >= k ? delta * course->root[i] : 0);
	subtract(left, course->root, product(left, course->root, n) / all, n);
	for (int j = 0; j < COSINES; j++)
		subtract(left, course->cosines[j], product(left, course->cosines[j], n), n);
	*time_ret = autocorr_time(left, n);
	return product(left, left, n) / (double)(n - COSINES - 2);
}

/* The quantile of the largest scan of what is left, shuffled. */
static double null_of(struct course *course, size_t block, struct random *random)
{
	double largest[PERMUTE_TIMES], delta;
	size_t n = course->frame.n, k;

	for (int p = 0; p < PERMUTE_TIMES; p++) {
		permute_order(n, block, random, course->order + n, course->order);
		for (size_t i = 0; i < n; i++)
			course->shuffled[i] = course->left[course->order[i]];
		largest[p] = scan(course, course->shuffled, &k, &delta);
	}
	return permute_quantile(largest, PART);
}

static int find(struct hunt *hunt, struct course *course, struct random *random)
{
	const struct step_frame *frame = &course->frame;
	size_t k = 0, block, near;
	double delta = 0, best = scan(course, course->rest, &k, &delta), time, variance;

	if (k < frame->n / SIDE_PART || frame->n - k < frame->n / SIDE_PART || fabs(delta) < frame->least)
		return 0;
	variance = leave(course, k, delta, &time);
	if (delta * delta * product(course->root, course->root, frame->n) < CLEAR * CLEAR * variance * (double)frame->n)
		return 0;
	block = (size_t)ceil(time > 1 ? BLOCK_TIMES * time : 1);
	if (frame->n / block < PERMUTE_BLOCKS_MIN)
		return 0;
	if (best <= LARGER * null_of(course, block, random))
		return 0;
	near = frame->n / AROUND;
	memcpy(hunt->cpu, hunt->grid->total, hunt->grid->panel->n_clusters * hunt->grid->n * sizeof(double));
	return report_uniform(hunt,
			      (struct grid_span){frame->from + (k > near ? k - near : 0),
						 k + near < frame->n ? frame->from + k + near : frame->until},
			      frame->from + k, sqrt(best / variance / time));
}

int uniform_find(struct hunt *hunt, struct random *random)
{
	int r = 0;

	for (size_t s = 0; s < hunt->grid->n_spans && r == 0; s++) {
		struct grid_span span = hunt->grid->spans[s];
		struct course course = {0};

		r = course_init(&course, hunt->grid, span);
		if (r == 0)
			r = find(hunt, &course, random);
		course_deinit(&course);
	}
	return r;
}
