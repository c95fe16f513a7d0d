/* SPDX-License-Identifier: MIT */
/* images: the executable parts of one target's memory, and the module that each belongs to. */
#ifndef NATIVE_IMAGES_H
#define NATIVE_IMAGES_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/vec.h"
#include "target/maps.h"

struct err;
struct mem;
struct module;
struct modules;
struct proc;
struct view;
struct cfirows_rule;

#define IMAGES_NONE UINT32_MAX
#define IMAGES_EVAL_MAX 4
#define IMAGES_MARK 20
#define IMAGES_FIRST_MAX 128 /* files that the first update opens */
#define IMAGES_NEW_MAX 16 /* and each later one, and images_go_on: others wait meanwhile */
#define IMAGES_CACHE 1024 /* addresses whose rule is remembered */

struct image_part {
	uint64_t start, end; /* end is behind */
	uint64_t dev, inode, offset; /* of the file that is mapped */
	uint64_t bias;	     /* run-time address = link-time address + bias */
	uint32_t module;     /* IMAGES_NONE: no file, or one that cannot be read */
	uint64_t mark_addr;  /* bytes of the file that tell it from others, as they were: its build id or its header */
	unsigned char mark[IMAGES_MARK];
	bool tried;	     /* its file was opened, or cannot be */
	bool starts;	     /* by its name of the C library, or Python's program: what calls main, and main */
};

struct images_hit {
	uint64_t pc;
	uint32_t part; /* IMAGES_NONE: empty */
	const struct cfirows_rule *rule; /* NULL: nothing is known */
};

struct images {
	struct modules *modules; /* borrowed */
	VEC(struct image_part) parts;
	struct images_hit *cache;
	uint32_t own;	/* module of the code that the process makes itself; IMAGES_NONE until there is some */
	pid_t inner_pid;
	bool changed;	/* the last update met what was not known */
	struct maps rest; /* what is mapped, while some of its files wait to be opened; else empty */
	size_t rest_at;	  /* the part from which on */
	uint32_t epoch; /* of the modules, when the cache was begun */
	uint32_t home;	/* module that holds the address given to images_update, IMAGES_NONE */
	uint64_t home_base; /* where its file's beginning is mapped, 0 */
	/* code of the function whose frames run another language's (sample/merge.h); set by whoever knows it */
	struct {
		uint64_t from, until;
	} eval[IMAGES_EVAL_MAX];
	size_t n_eval;
};

/* inner_pid: as the target sees itself. */
void images_init(struct images *images, struct modules *modules, pid_t inner_pid);
void images_deinit(struct images *images);

/* Reads the target's mappings anew. home_addr: an address in the data of one module, 0 without. 0, SCRAPE_ENOMEM, codes
 * of maps_read. */
int images_update(struct images *images, const struct proc *proc, struct mem *mem, uint64_t home_addr,
		  struct err *err);

/* Opens some more of the files that images_update has left. True: there are still others. */
bool images_go_on(struct images *images, const struct proc *proc, struct mem *mem);

/* The part that holds an address and the rule for it; a rule of NULL: nothing is known of it (yet). */
struct images_hit images_find(const struct images *images, uint64_t pc);

/* Queues the reading of what tells whether this part is still what it was; then tells. A library may have been
 * exchanged for another at the same place. */
void images_want_mark(const struct images *images, uint32_t part, struct view *view);
bool images_has_mark(const struct images *images, uint32_t part, struct view *view);

/* The module of a part, NULL without. */
const struct module *images_module(const struct images *images, uint32_t part);

/* The module of home, NULL without. */
const struct module *images_home(const struct images *images);

/* After a module became ready: forgets what was remembered without it. Before each look. */
void images_begin(struct images *images);

#endif
