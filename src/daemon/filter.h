/* SPDX-License-Identifier: MIT */
/*
 * filter: what the sampler may ask of the kernel. It reads other processes and must not be able to change one, whatever
 * happens to it: an allow-list with arguments, installed once and never lifted.
 */
#ifndef DAEMON_FILTER_H
#define DAEMON_FILTER_H

#include <stdbool.h>

struct err;

struct filter_sampler_config {
	int stream_fd;
	int symbols_fd, native_fd; /* of the children that read files; -1: none */
	int servers_fd; /* of the one that asks servers for them; -1: none */
	bool exact;
};

/* write and sendmsg only to stream_fd (and sendmsg to the children); no process_vm_writev, no signals, no dup, no
 * pwrite; files only for reading; ptrace (if exact) only SEIZE, INTERRUPT, DETACH and, with a native_fd, GETREGSET;
 * with a native_fd also perf events of threads; scheduling and limits only of itself. Everything else fails with EPERM.
 * SCRAPE_EIO with a sentence. */
int filter_sampler(const struct filter_sampler_config *config, struct err *err);

#endif
