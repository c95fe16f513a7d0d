/* SPDX-License-Identifier: MIT */
/*
 * filter: what the sampler may ask of the kernel. It reads other processes and must not be able to change one, whatever
 * happens to it: an allow-list with arguments, installed once and never lifted.
 */
#ifndef DAEMON_FILTER_H
#define DAEMON_FILTER_H

#include <stdbool.h>

struct err;

/* write and sendmsg only to stream_fd (and sendmsg to symbols_fd, -1 for none); no process_vm_writev, no signals, no
 * dup, no pwrite; files only for reading; ptrace (if exact) only SEIZE, INTERRUPT and DETACH; scheduling and limits
 * only of itself. Everything else fails with EPERM. SCRAPE_EIO with a sentence. */
int filter_sampler(int stream_fd, int symbols_fd, bool exact, struct err *err);

#endif
