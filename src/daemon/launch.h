/* SPDX-License-Identifier: MIT */
/* launch: starts the command of `-- CMD ARGS`, with the descriptors, signals and limits that it would have had. */
#ifndef DAEMON_LAUNCH_H
#define DAEMON_LAUNCH_H

#include <signal.h>
#include <sys/types.h>

struct err;

/* Returns when the command runs (its exec succeeded). mask is the signal mask to give it. SCRAPE_EIO with a sentence
 * that names the command. */
int launch(char *const *argv, const sigset_t *mask, pid_t *ret, struct err *err);

#endif
