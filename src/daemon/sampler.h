/* SPDX-License-Identifier: MIT */
/*
 * sampler: the process that reads other processes, and the only one that may. It takes what it shall do from whoever
 * forked it and from orders (daemon/orders.h), sends the sample stream, and knows nothing of profiles, files or
 * networks.
 */
#ifndef DAEMON_SAMPLER_H
#define DAEMON_SAMPLER_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum sampler_job {
	SAMPLER_LOOK,  /* look at the rate asked until told to stop or all targets are gone */
	SAMPLER_ONCE,  /* one look at every thread, then the end */
	SAMPLER_LIST,  /* only attach: what is there */
	SAMPLER_SERVE, /* find targets by the rules that come as orders, look at them until told to stop */
};

/* Native frames: of processes without a CPython alone; of CPython's too, as far as they tell something; all of them. */
enum sampler_native { SAMPLER_NATIVE_ALONE, SAMPLER_NATIVE_BOTH, SAMPLER_NATIVE_ALL };

struct sampler_config {
	enum sampler_job job;
	const pid_t *pids;
	size_t n_pids;
	char *const *command; /* of `-- CMD ARGS`, NULL without; argv */
	sigset_t mask;        /* signal mask for the command */
	uint64_t rate_mhz;    /* ticks per 1000 s, 0: as fast as it can; the rules tell with SAMPLER_SERVE */
	uint64_t slice_us;    /* as above */
	bool exact, force;    /* with SAMPLER_SERVE: where a rule says so, and else never */
	enum sampler_native native; /* with SAMPLER_SERVE the rules tell */
	bool debuginfod; /* servers are asked for debug files (elf/debuginfod.h) */
	bool subprocesses;
	bool locals; /* with SAMPLER_ONCE */
};

/* Runs in the forked process until done. watched: shared with the watchdog, NULL without --exact. Returns the exit
 * status for _exit. */
int sampler_main(const struct sampler_config *config, int stream_fd, volatile uint64_t *watched);

#endif
