/* SPDX-License-Identifier: MIT */
/* api_compare: histories become panels. */
#include "daemon/api_compare.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "daemon/errand.h"
#include "profile/history.h"
#include "scrape.h"
#include "store/store.h"

#define MIN_US 60000000ull
#define HOUR_US (60 * MIN_US)
#define DAY_US (24 * HOUR_US)

static int number_hosts(struct compare_data *data, const struct history_matrix *matrix, struct strings *hosts)
{
	data->host_ids = calloc(matrix->n_hosts + 1, sizeof(*data->host_ids));
	if (!data->host_ids)
		return SCRAPE_ENOMEM;
	for (size_t i = 0; i < matrix->n_hosts; i++) {
		uint32_t number;

		if (strings_add(hosts, matrix->hosts[i], strlen(matrix->hosts[i]), &number) < 0)
			return SCRAPE_ENOMEM;
		data->host_ids[i] = number;
	}
	return 0;
}

/* A new segment begins where looks are taken otherwise; slots of which nothing is known belong to the one before. */
static int number_segments(struct compare_data *data, const struct history_matrix *matrix)
{
	uint32_t segment = 0, before = 0;

	data->segments = calloc(matrix->n_slots + 1, sizeof(*data->segments));
	if (!data->segments)
		return SCRAPE_ENOMEM;
	for (size_t i = 0; i < matrix->n_slots; i++) {
		uint32_t kind = matrix->kinds[i] >> 1 ? matrix->kinds[i] : before;

		if (before && kind != before)
			segment++;
		before = kind;
		data->segments[i] = segment;
	}
	return 0;
}

static int put_cells(struct compare_data *data, const struct history_matrix *matrix, size_t n_functions, bool total)
{
	size_t n = 0, next = 0;

	data->starts = calloc(n_functions + 2, sizeof(*data->starts));
	data->cells = calloc(matrix->cells.n + 1, sizeof(*data->cells));
	if (!data->starts || !data->cells)
		return SCRAPE_ENOMEM;
	for (size_t i = 0; i < n_functions; i++) {
		data->starts[i] = n;
		for (; next < matrix->cells.n && matrix->cells.items[next].function == i; next++) {
			const struct matrix_cell *cell = &matrix->cells.items[next];
			double seconds = total ? cell->total_s : cell->self_s;

			if (seconds > 0)
				data->cells[n++] = (struct compare_cell){cell->host, cell->slot, seconds};
		}
	}
	data->starts[n_functions] = n;
	return 0;
}

int compare_data_make(struct compare_data *data, const struct history_matrix *matrix, size_t n_functions, bool total,
		      struct strings *hosts)
{
	int r;

	*data = (struct compare_data){0};
	r = number_hosts(data, matrix, hosts);
	if (r == 0)
		r = number_segments(data, matrix);
	if (r == 0)
		r = put_cells(data, matrix, n_functions, total);
	data->panel = (struct compare_panel){.n_slots = matrix->n_slots,
					     .n_clusters = matrix->n_hosts,
					     .n_functions = n_functions,
					     .slot_s = (double)matrix->slot_us / 1e6,
					     .period_s = matrix->span.rate_asked > 0 ? 1 / matrix->span.rate_asked
										     : 1.0 / SCRAPE_RATE_DEFAULT,
					     .covered = matrix->covered_s,
					     .total = matrix->total_s,
					     .starts = data->starts,
					     .cells = data->cells,
					     .cluster_ids = data->host_ids,
					     .segments = data->segments};
	return r;
}

void compare_data_deinit(struct compare_data *data)
{
	free(data->starts);
	free(data->cells);
	free(data->host_ids);
	free(data->segments);
}

uint64_t compare_step(uint64_t slice_us, uint64_t length_us)
{
	if (length_us <= 4 * HOUR_US)
		return slice_us;
	if (length_us <= 4 * DAY_US)
		return MIN_US;
	return length_us <= 180 * DAY_US ? HOUR_US : DAY_US;
}

/* The tier above; 0: there is none. */
static uint64_t coarser(uint64_t step_us)
{
	if (step_us < MIN_US)
		return MIN_US;
	if (step_us < HOUR_US)
		return HOUR_US;
	return step_us < DAY_US ? DAY_US : 0;
}

bool compare_load(const struct api_question *q, const struct history_query *which, uint64_t *step_us,
		  struct api_loaded *ret, struct errand_answer *answer)
{
	struct api_loaded loaded = {NULL, NULL};
	struct err err = {0};
	int r = q->api->source->open(q->api->owner, which->from_us, &loaded.store, &err);

	while (r == 0) {
		const struct store_range range = {.from_us = (which->from_us + *step_us - 1) / *step_us * *step_us,
						  .until_us = which->until_us / *step_us * *step_us,
						  .watermark_us = q->times.watermark_us,
						  .step_us = *step_us,
						  .tier_us = *step_us,
						  .needs = *step_us < DAY_US ? STORE_BY_HOST : 0,
						  .filters = which->filters,
						  .n_filters = which->n_filters};
		uint64_t next = coarser(*step_us);

		if (range.from_us >= range.until_us)
			r = err_set(&err, SCRAPE_EINVAL, "the interval has no whole step of %llu s",
				    (unsigned long long)(*step_us / 1000000));
		else
			r = store_load(loaded.store, &range, &loaded.history, &err);
		if (r != SCRAPE_EINVAL || !next)
			break;
		*step_us = next; /* what is so old is kept coarser */
		r = 0;
	}
	if (r < 0)
		api_refuse(answer, r, err.text);
	else
		*ret = loaded;
	return r == 0;
}
