/* SPDX-License-Identifier: MIT */
/*
 * debuginfod: asks the servers that DEBUGINFOD_URLS names for the separate debug file with a build id, by elfutils'
 * libdebuginfod (loaded only then), in a child process of its own: what speaks with the network has no capability, is
 * nobody if we are root, and keeps what it fetched in a directory that ends with it.
 *
 *	struct debuginfod d;
 *	r = debuginfod_start(&d, &err);                     early, before any filter
 *	r = debuginfod_ask(&d, build_id, len);
 *	while ((r = debuginfod_answer(&d, &fd)) == SCRAPE_ENOTREADY) ... later
 *	debuginfod_stop(&d);
 *
 * After the start the caller needs only sendmsg and recvmsg on d.fd.
 */
#ifndef ELF_DEBUGINFOD_H
#define ELF_DEBUGINFOD_H

#include <stdint.h>
#include <sys/types.h>

struct err;

#define DEBUGINFOD_ID_MAX 64

struct debuginfod {
	int fd; /* -1: not running */
	pid_t pid;
};

/* SCRAPE_EUNSUP: no libdebuginfod, or no servers are named; SCRAPE_EIO, SCRAPE_ENOMEM; with a sentence. */
int debuginfod_start(struct debuginfod *ret, struct err *err);
void debuginfod_stop(struct debuginfod *d);

/* One question at a time. 0 or SCRAPE_EIO: the child is gone. */
int debuginfod_ask(const struct debuginfod *d, const uint8_t *build_id, uint32_t len);

/* Does not wait. 0: *ret_fd is a file open for reading, the caller's; whether it belongs is to be asked.
 * SCRAPE_ENOTREADY; SCRAPE_ENOTFOUND: no server has it; SCRAPE_EIO. */
int debuginfod_answer(const struct debuginfod *d, int *ret_fd);

#endif
