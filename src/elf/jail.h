/* SPDX-License-Identifier: MIT */
/*
 * jail: how a process gives up its rights for good, in two steps. The keeper may fork workers and talk; a worker may
 * read the descriptors it has, write its answer, and use memory. Neither can open a file, make a socket, signal,
 * trace, or run a program. A forbidden call gives EPERM.
 */
#ifndef ELF_JAIL_H
#define ELF_JAIL_H

#include <stdint.h>

#define JAIL_FILE_MAX (512u << 20) /* bytes that a worker may write into one file */

struct jail {
	void *worker_filter; /* libseccomp's; made before the keeper's filter is on */
};

/* Keeps no descriptor but `keep`, which becomes number 3; 0 to 2 lead to /dev/null. Drops capabilities, groups, and
 * the uid if it is root; no core dumps, no new privileges, default signals (but deaf to those of the terminal); filter
 * on. 0, or SCRAPE_EPERM, SCRAPE_EIO, SCRAPE_ENOMEM: then some rights may be gone already and the process must end. */
int jail_keeper(struct jail *jail, int keep);

#define JAIL_KEPT_FD 3

/* In a worker forked by the keeper: limits, an alarm that kills it, the tighter filter. memory 0: no limit. */
int jail_worker(const struct jail *jail, uint64_t memory, uint32_t cpu_seconds, uint32_t wall_ms);

#endif
