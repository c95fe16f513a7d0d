/* SPDX-License-Identifier: MIT */
/* The null distribution of the largest statistic. */
#include <math.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "compare/permute.h"
#include "compare/random.h"
#include "compare/step.h"
#include "scrape.h"

/* Blocks in a random order (Fisher and Yates), the bins within each in theirs. */
void permute_order(size_t n, size_t block, struct random *random, size_t *blocks, size_t *order)
{
	size_t n_blocks = (n + block - 1) / block, next = 0;

	for (size_t i = 0; i < n_blocks; i++) {
		size_t j = random_below(random, i + 1);

		blocks[i] = blocks[j];
		blocks[j] = i;
	}
	for (size_t i = 0; i < n_blocks; i++)
		for (size_t bin = blocks[i] * block; bin < (blocks[i] + 1) * block && bin < n; bin++)
			order[next++] = bin;
}

/* The largest statistic of all rows in one shuffle. */
static double largest_of(const struct step_frame *frame, const struct step_weights *weights,
			 const struct permute_row *rows, size_t n, const size_t *order)
{
	double largest = 0;

	for (size_t f = 0; f < n; f++)
		if (rows[f].df > 0) {
			double scan = step_scan(frame, weights, &rows[f].series, order, true, NULL);

			largest = fmax(largest, step_statistic(&rows[f].series, rows[f].df, scan));
		}
	return largest;
}

int permute_span(const struct step_frame *frame, const struct permute_row *rows, size_t n, size_t block,
		 struct random *random, double *largest)
{
	_cleanup_free_ size_t *blocks = calloc(frame->n, sizeof(*blocks));
	_cleanup_free_ size_t *order = calloc(frame->n, sizeof(*order));
	_cleanup_free_ double *step = calloc(frame->n + 1, sizeof(*step));
	struct step_weights weights = {.step = step};

	if (!blocks || !order || !step)
		return SCRAPE_ENOMEM;
	for (int p = 0; p < PERMUTE_TIMES; p++) {
		permute_order(frame->n, block, random, blocks, order);
		step_weigh(frame, order, &weights);
		largest[p] = fmax(largest[p], largest_of(frame, &weights, rows, n, order));
	}
	return 0;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double permute_quantile(double *largest, double part)
{
	size_t at = (size_t)ceil(part * (PERMUTE_TIMES + 1));

	qsort(largest, PERMUTE_TIMES, sizeof(*largest), compare);
	return largest[(at > PERMUTE_TIMES ? PERMUTE_TIMES : at) - 1];
}
