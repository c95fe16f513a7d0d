/* SPDX-License-Identifier: MIT */
/*
 * names: what addresses of modules are called, each asked for once, many in one question (elf/naming.h), while looks go
 * on. An address that is met the first time has no name yet; it is queued.
 *
 *	r = names_get(&names, module, addr, &name);         SCRAPE_ENOTREADY: later
 *	for (i = 0; i < name.n; i++) ... name.calls[i]      innermost first, the last is the function itself
 *	names_work(&names);                                 each tick
 */
#ifndef NATIVE_NAMES_H
#define NATIVE_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/map.h"
#include "base/vec.h"

struct modules;

#define NAMES_MAX (1u << 18) /* addresses; beyond, all are forgotten */

struct names_call {
	const char *function, *path; /* path "" if not known */
	uint32_t line;		     /* 0: not known */
};

struct names_name {
	const struct names_call *calls; /* valid until the next names_work */
	size_t n;			/* 0: nothing is known of it, but perhaps */
	uint64_t start;			/* where its function begins; 0: not known */
};

struct names_entry {
	uint64_t addr;
	uint32_t module;
	uint32_t first, n; /* in calls */
	uint64_t start;
	bool ready;
};

struct names {
	struct modules *modules; /* borrowed */
	struct map by_addr;	 /* hash of module and address -> entry; see find */
	VEC(struct names_entry) entries;
	VEC(struct names_call) calls;
	VEC(uint32_t) waiting; /* entries */
	VEC(uint32_t) asked;   /* those of the question, in its order */
	struct arena texts;
	struct names_call own; /* the last of what a process made itself */
	int asked_fd;
	bool plain; /* the question was put again, without DWARF, which had hurt */
	uint32_t epoch; /* grows when names were learnt */
};

void names_init(struct names *names, struct modules *modules);
void names_deinit(struct names *names);

/* SCRAPE_ENOTREADY; SCRAPE_ENOMEM. Of code that a process made itself there is at once a name or none, and it may have
 * another the next time. */
int names_get(struct names *names, uint32_t module, uint64_t addr, struct names_name *ret);

/* Takes an answer if one has come, asks the next question if nobody else is asking. Returns how many addresses wait. */
size_t names_work(struct names *names);

/* Waits for answers until none is open or the time has come. */
void names_wait(struct names *names, uint64_t until_ns);

#endif
