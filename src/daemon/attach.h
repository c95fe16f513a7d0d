/* SPDX-License-Identifier: MIT */
/*
 * attach: the processes that are wanted and not attached yet. A runtime may still be initialising, a command or a child
 * may still be the shell that is about to exec the Python: those are tried again until they come, end, or
 *SCRAPE_READY_SECONDS are over.
 *
 *	attach_want(&attach, &wish, now);
 *	each tick: attach_run(&attach, now, budget_ns);
 */
#ifndef DAEMON_ATTACH_H
#define DAEMON_ATTACH_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/vec.h"
#include "target/proc.h"

struct err;
struct pytarget;
struct rule;
struct symbols;

struct attach_wish {
	pid_t pid;
	pid_t parent;            /* 0: not known */
	bool named;              /* somebody named it: waiting for it is worth a word */
	bool waits;              /* for a runtime that is not initialised yet */
	bool may_exec;           /* what runs there may not be the Python yet */
	bool thorough;           /* as in pytarget_open */
	bool native, any;        /* as in pytarget_open; what may_exec for a while first */
	bool exact;              /* to be stopped by ptrace: nobody else may trace it */
	const struct rule *rule; /* of whoever wishes */
};

/* Each wish ends with one of these, but those that attach_forget drops. */
struct attach_events {
	void (*found)(void *ctx, const struct attach_wish *wish, struct pytarget *target); /* takes the target */
	void (*failed)(void *ctx, const struct attach_wish *wish, int code, const char *why);
	void (*waits)(void *ctx, const struct attach_wish *wish, const char *why); /* once, after half a second */
};

struct attach_waiting {
	struct attach_wish wish;
	struct proc proc;
	uint64_t told_ns;  /* when to say that it is being waited for; 0: it was said */
	uint64_t until_ns; /* give up then */
	uint64_t any_ns;   /* from then on it need not be Python */
	uint64_t next_ns;
};

struct attach {
	VEC(struct attach_waiting) list;
	struct symbols *symbols; /* borrowed */
	struct modules *modules; /* borrowed; NULL: no native frames can be had */
	const struct attach_events *events;
	void *ctx;
};

/* Drops all wishes. */
void attach_forget(struct attach *attach);

/* 0, or why the process cannot be had at all: SCRAPE_EGONE, SCRAPE_EPERM, SCRAPE_EIO, SCRAPE_ENOMEM. */
int attach_want(struct attach *attach, const struct attach_wish *wish, uint64_t now_ns, struct err *err);

/* One attempt for each that is due; after budget_ns (0: none) the others wait for the next call, but one is always
 * tried. */
void attach_run(struct attach *attach, uint64_t now_ns, uint64_t budget_ns);

#endif
