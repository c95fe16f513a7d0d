/* SPDX-License-Identifier: MIT */
/*
 * actors: the processes and threads that a profile has met, each once: a process is its pid, its start time and its
 * texts (an exec keeps the first two), a thread its process and tid. A zeroed struct is empty and usable.
 */
#ifndef PROFILE_ACTORS_H
#define PROFILE_ACTORS_H

#include <stddef.h>
#include <stdint.h>

#include "base/map.h"
#include "base/vec.h"

/* No thread has this number: it stands for those of its process that were pruned (profile/prune.h). */
#define ACTORS_TID_PRUNED INT32_MAX

struct actor_process {
	uint64_t start_ticks;
	uint32_t pid;                      /* 0: not known */
	uint32_t service;                  /* numbers of strings */
	uint32_t command, runtime, labels; /* as service; 0 in a profile, which does not ask for them */
	uint32_t host;                     /* as service; 0: this machine */
	uint32_t next;                     /* number + 1 of the next process with the same hash, 0: none */
};

struct actor_thread {
	uint32_t process, tid; /* 0: not known */
	uint32_t name;  /* number of a string; the newest name */
	uint32_t tally; /* number + 1 in the open slice, 0: none */
	uint32_t next;  /* number + 1 of an older one with the same tid and another name, 0: none */
};

struct actors {
	VEC(struct actor_process) processes;
	VEC(struct actor_thread) threads;
	struct map by_start; /* hash of pid and start time -> process */
	struct map by_tid;   /* process << 32 | tid -> thread */
	uint64_t seed;
};

void actors_deinit(struct actors *actors);
size_t actors_bytes(const struct actors *actors);

/* The numbers of a process and of a thread, new or not; `next` of the process is of no matter. A known thread takes the
 * name. 0 or SCRAPE_ENOMEM. */
int actors_process(struct actors *actors, const struct actor_process *process, uint32_t *ret);
int actors_thread(struct actors *actors, uint32_t process, uint32_t tid, uint32_t name, uint32_t *ret);
/* The same where a thread's name belongs to it for good: with another name it is another thread. Not to be mixed with
 * actors_thread. */
int actors_named_thread(struct actors *actors, uint32_t process, uint32_t tid, uint32_t name, uint32_t *ret);

#endif
