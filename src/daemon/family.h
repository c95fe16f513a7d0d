/* SPDX-License-Identifier: MIT */
/*
 * family: the descendants of some processes, found by reading /proc/PID/task/TID/children. A child that lives shorter
 * than the time between two polls is not seen.
 */
#ifndef DAEMON_FAMILY_H
#define DAEMON_FAMILY_H

#include "base/map.h"
#include "base/vec.h"
#include "target/proc.h"

#define FAMILY_MAX 4096 /* processes that are watched at once */

struct family {
	VEC(struct proc) members; /* owned; watched for children */
	struct map known;         /* PIDs that were reported */
	VEC(pid_t) tids;
};

void family_deinit(struct family *family);

/* Watches this process too. 0, SCRAPE_EGONE, SCRAPE_ELIMIT, SCRAPE_ENOMEM. */
int family_add(struct family *family, pid_t pid);

typedef void (*family_fn)(void *ctx, pid_t child, pid_t parent);

/* Calls fn for each child that was not known yet, and watches it; forgets the dead. */
void family_poll(struct family *family, family_fn fn, void *ctx);

#endif
