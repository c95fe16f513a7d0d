/* SPDX-License-Identifier: MIT */
/*
 * spawn: forks a sampler, and with exact its watchdog. Whoever forks it must have the rights that it needs.
 */
#ifndef DAEMON_SPAWN_H
#define DAEMON_SPAWN_H

#include <stdint.h>
#include <sys/types.h>

struct err;
struct sampler_config;

struct spawned {
	pid_t sampler, watchdog;    /* watchdog 0: none */
	int fd;                     /* the stream; owned */
	int pidfd;                  /* of the sampler; owned, -1: none */
	volatile uint64_t *watched; /* shared with both; NULL without exact */
};

#define SPAWNED_INIT                                                                                                   \
	{                                                                                                              \
		.fd = -1, .pidfd = -1                                                                                  \
	}

/* in_child: called in the sampler before its main, NULL for nothing. What is borrowed from config must stay until the
 * sampler's end. SCRAPE_EIO with a sentence; *ret then holds what there is, to be closed. */
int spawn_sampler(const struct sampler_config *config, void (*in_child)(void *ctx, int *stream_fd), void *ctx,
		  struct spawned *ret, struct err *err);

/* Closes the descriptors and unmaps what is shared; the processes are the caller's to wait for. */
void spawn_close(struct spawned *spawned);

#endif
