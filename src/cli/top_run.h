/* SPDX-License-Identifier: MIT */
/*
 * top_run: `scrape top` while it runs: the sampler's stream, the clock, signals and keys on one side, a screen or
 * tables on paper on the other.
 */
#ifndef CLI_TOP_RUN_H
#define CLI_TOP_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/top.h"
#include "cli/top_remote.h"
#include "daemon/sampler.h"

struct err;

struct top_plan {
	struct sampler_config config; /* slices of a second */
	struct top_remote_plan remote; /* url NULL: a sampler of our own looks */
	struct top_view view;         /* to begin with */
	size_t window;                /* seconds */
	bool paper;                   /* tables on standard output, also on a terminal */
	uint64_t tables;              /* of these so many; 0: until the end */
	bool quiet_notes;             /* processes that are refused are not spoken of */
};

/* Runs to its end; the exit code. What went wrong has been said. */
int top_run(struct top_plan *plan);

#endif
