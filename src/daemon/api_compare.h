/* SPDX-License-Identifier: MIT */
/* api_compare: what two intervals, or the slots of one, become for the arithmetic of compare/. */
#ifndef DAEMON_API_COMPARE_H
#define DAEMON_API_COMPARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "compare/panel.h"
#include "daemon/api_answer.h"
#include "profile/history_matrix.h"

/* A panel and what it borrows. */
struct compare_data {
	struct compare_panel panel;
	size_t *starts;
	struct compare_cell *cells;
	uint64_t *host_ids;
	uint32_t *segments;
};

/* Self times, or total ones. hosts: their names, by id, shared by all panels that are compared. 0 or SCRAPE_ENOMEM. */
int compare_data_make(struct compare_data *data, const struct history_matrix *matrix, size_t n_functions, bool total,
		      struct strings *hosts);
void compare_data_deinit(struct compare_data *data);

/* The step in which an interval is compared: so that it has some hundred slots. */
uint64_t compare_step(uint64_t slice_us, uint64_t length_us);

/* Loads one side in slots of exactly one tier, snapped inward; tries coarser ones if that is not kept. *step_us is the
 * step to begin with, and the one that was taken. False: the answer is a refusal. */
bool compare_load(const struct api_question *question, const struct history_query *which, uint64_t *step_us,
		  struct api_loaded *ret, struct errand_answer *answer);

/* The handlers' answers. */
void api_answer_diff(const struct api_question *question, struct errand_answer *answer);
void api_answer_regressions(const struct api_question *question, struct errand_answer *answer);

#endif
