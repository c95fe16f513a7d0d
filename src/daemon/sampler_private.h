/* SPDX-License-Identifier: MIT */
/*
 * What the files of the sampler share: sampler.c begins and ends it, sampler_loop.c looks, sampler_serve.c finds
 * targets by rules.
 */
#ifndef DAEMON_SAMPLER_PRIVATE_H
#define DAEMON_SAMPLER_PRIVATE_H

#include "base/err.h"
#include "daemon/attach.h"
#include "daemon/discover.h"
#include "daemon/family.h"
#include "daemon/orders.h"
#include "daemon/rules.h"
#include "daemon/sampler.h"
#include "elf/debuginfod.h"
#include "elf/symbols.h"
#include "native/modules.h"
#include "sample/look.h"
#include "sample/pace.h"
#include "stream/recorder.h"
#include "target/cpu.h"
#include "target/stop.h"

struct sampler {
	const struct sampler_config *config;
	int fd;
	struct symbols symbols, native_symbols; /* the second answers about native code only */
	struct modules modules;
	struct err no_native; /* why there are no native frames: attach.modules is NULL */
	struct cpu cpu;
	struct debuginfod servers; /* fd -1: none are asked */
	volatile uint64_t *watched; /* of the watchdog */
	struct stop stop;
	struct looker looker;
	struct look look;
	struct recorder rec;
	struct buf out;
	uint64_t sent_ns, heard_ns, family_ns;
	uint64_t rate_mhz; /* of the timer */
	struct pace pace;
	VEC(struct pytarget *) targets;
	struct attach attach;
	struct family family;
	struct orders orders;
	pid_t launched; /* 0: none, or its status is known */
	int launched_status;
	bool stopping;
	bool waited; /* for tables, instead of looking */
	/* with SAMPLER_SERVE */
	struct rules rules;
	bool has_rules;
	bool tell_missing;   /* PIDs that rules name and nobody has */
	struct err refused;  /* why the first rules were not taken */
	uint32_t generation; /* of the rules */
	bool to_judge;       /* some targets were not judged by them yet */
	struct discover discover;
	struct { /* of the window in progress */
		uint64_t from_ns, cpu_ns, busy_ns;
		uint64_t once_ns; /* CPU time of what no rate could make less: targets attached, files asked for */
		uint64_t changed_ns; /* when a rate was last changed */
	} budget;
	struct { /* at the last reading */
		uint64_t cpu_ns, wait_ns;
		int fd; /* own schedstat */
	} blocked;
};

/* sampler_loop.c */

/* Looks until it is done. */
void sampler_look_on(struct sampler *s);
/* Sends what there is. */
void sampler_send(struct sampler *s, uint64_t now_ns);
/* Takes what the front says. */
void sampler_hear(struct sampler *s, uint64_t now_ns);
/* Forgets the i-th target; the last takes its place. */
void sampler_drop(struct sampler *s, size_t i, unsigned why, uint64_t now_ns);
/* A new target, which is taken; NULL if there is no memory. */
struct pytarget *sampler_welcome(struct sampler *s, struct pytarget *target, pid_t parent,
				 const struct recorder_words *words);
struct pytarget *sampler_target(const struct sampler *s, pid_t pid);

/* sampler_serve.c */

int serve_prepare(struct sampler *s, struct err *err);
void serve_deinit(struct sampler *s);
/* Waits for the first rules. */
void serve_wait(struct sampler *s);
void serve_order(struct sampler *s, const struct order *order, uint64_t now_ns);
/* After the looks of each tick. */
void serve_tick(struct sampler *s, uint64_t now_ns);
/* A look took so long: was it kept waiting? Then the target (the i-th) is set aside: true. */
bool serve_blocked(struct sampler *s, size_t i, uint64_t took_ns, uint64_t now_ns);
/* The target is gone, or runs another program. */
void serve_lost(struct sampler *s, pid_t pid);
extern const struct attach_events serve_events;

#endif
