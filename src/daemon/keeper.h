/* SPDX-License-Identifier: MIT */
/*
 * keeper: the parent of `scrape serve`, and the only one of its processes that keeps the right to read others. It
 * parses nothing but orders of 8 bytes on a socket that only its own front has.
 *
 *	keeper (rights) ──fork──▶ front (none): HTTP, history; it gets each sampler's stream by SCM_RIGHTS
 *	       └──────────fork──▶ samplers (rights, seccomp), when the front asks
 *
 * It starts nothing by itself: a sampler that ended is missed by the front, whose stream has ended, and asked for
 * again. SIGHUP, SIGTERM and SIGINT are passed on to the front; when the front has ended its samplers are killed.
 */
#ifndef DAEMON_KEEPER_H
#define DAEMON_KEEPER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct err;

#define KEEPER_SAMPLERS_MAX 16 /* at a time */
#define KEEPER_STARTS_MAX 20   /* in KEEPER_STARTS_SECONDS */
#define KEEPER_STARTS_SECONDS 10
#define KEEPER_USER "scrape" /* whom the front becomes when it is started by root; else nobody */

struct keeper_plan {
	bool exact; /* a rule asks for --exact: samplers may stop threads by ptrace, each with its watchdog */
	bool debuginfod; /* servers are asked for debug files */
};

/* Forks the front, which runs front(ctx, keeper_fd) with its rights gone and ends with what that returns, and serves it
 * until then. Returns the front's exit code (128 + its signal if it was killed), or SCRAPE_EXIT_FAILURE. */
int keeper_main(const struct keeper_plan *plan, int (*front)(void *ctx, int keeper_fd), void *ctx);

/* For the front. Asks for a sampler that serves: its PID, with the stream in *stream_fd_ret (front_adopt), to be closed
 * by the caller. SCRAPE_ELIMIT: too many were asked for in a short time, try later; SCRAPE_EIO: it cannot be forked, or
 * the keeper is gone. */
int keeper_ask_sampler(int keeper_fd, int *stream_fd_ret, struct err *err);

/* The same for a sampler that looks once at one process, sends that stream and ends. */
int keeper_ask_dump(int keeper_fd, pid_t pid, bool locals, int *stream_fd_ret, struct err *err);

/* Kills a sampler that does not answer any more. SCRAPE_EGONE: no sampler has this PID (any more). */
int keeper_ask_kill(int keeper_fd, pid_t sampler, struct err *err);

/* Gives up every right for good: the user, if it is root's, capabilities, new privileges, core dumps. 0, or
 * SCRAPE_EPERM with a sentence: then the process must end. */
int keeper_drop_rights(struct err *err);

#endif
