/* SPDX-License-Identifier: MIT */
/*
 * discover: which processes there are, found by listing /proc about once a second, if a PID was given out since: a
 * listing takes a microsecond per process. Only a PID that was not met before is examined; the rest costs a comparison.
 * What was left alone is examined again after an exec: who is wanted and no Python yet, and young processes, are asked
 * each time, the others in turn, as far as DISCOVER_CHECK_NS goes.
 *
 *	discover_open(&discover, &err);
 *	each tick: discover_poll(&discover, now, judge, ctx);      judge says what is to become of each
 *	when a target is lost: discover_set(&discover, pid, DISCOVER_NEW, now);
 */
#ifndef DAEMON_DISCOVER_H
#define DAEMON_DISCOVER_H

#include <dirent.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/vec.h"
#include "daemon/facts.h"

struct err;

#define DISCOVER_EVERY_NS 700000000ull /* so that nobody waits for a second */
#define DISCOVER_CHECK_NS 300000       /* per listing, for those who may have changed their program */
#define DISCOVER_EXAMINE_NS 1500000    /* per call, for new ones */
#define DISCOVER_YOUNG_NS 10000000000ull
#define DISCOVER_UNLISTED_MAX 14 /* all is listed each ten seconds, whatever the newest PID is */
#define DISCOVER_MAX (4u << 20)  /* the kernel's own limit of PIDs */

enum discover_fate {
	DISCOVER_NEW,     /* to be examined, when it is due */
	DISCOVER_LEFT,    /* no rule wants it, or it may not be read: asked again when rules change or after an exec */
	DISCOVER_FOREIGN, /* no Python: asked again after an exec */
	DISCOVER_HELD,    /* a target, or about to be one: whoever holds it tells when it does no more */
	DISCOVER_ASIDE,   /* given away; stays so for its life */
	DISCOVER_NEVER,   /* a thread of the kernel, ourselves */
};

struct discover_entry {
	pid_t pid;
	enum discover_fate fate;
	uint64_t start_ticks, stack_start; /* as examined; tell this program of this process from others */
	uint64_t born_ns, due_ns;
};

struct discover {
	DIR *dir;
	int newest_fd; /* of /proc/loadavg, which tells the newest PID; -1: none */
	long newest;
	unsigned unlisted;                      /* times that nothing was listed, since nobody was new */
	VEC(struct discover_entry) known, next; /* by PID */
	VEC(pid_t) listed, only;
	bool by_list; /* only those of `only` exist */
	bool want_command;
	struct facts facts;
	uint64_t listed_ns;
	uint64_t due_ns; /* nobody is to be examined before */
	size_t turn;     /* of the older ones */
	size_t examined; /* so far */
};

/* What is to become of the process whose facts these are. again_ns, 0 at the call: with DISCOVER_NEW or
 * DISCOVER_LEFT, when (CLOCK_MONOTONIC) to ask again; 0 with LEFT: not by itself. */
typedef enum discover_fate (*discover_fn)(void *ctx, const struct facts *facts, uint64_t *again_ns);

int discover_open(struct discover *discover, struct err *err);
void discover_close(struct discover *discover);

/* Lists if it is time, and examines what is new and due. */
void discover_poll(struct discover *discover, uint64_t now_ns, discover_fn judge, void *ctx);

/* The rules have changed: who was left alone may be wanted now. */
void discover_again(struct discover *discover, bool want_command);

/* Lets only these processes exist; none: all again. SCRAPE_ENOMEM. */
int discover_only(struct discover *discover, const pid_t *pids, size_t n);

/* Another fate for a process that was judged; from when on, for DISCOVER_NEW. One that is not known any more is left
 * to the next listing. */
void discover_set(struct discover *discover, pid_t pid, enum discover_fate fate, uint64_t due_ns);

#endif
