/* SPDX-License-Identifier: MIT */
/*
 * tree: the answer to one question, ready to be printed. A tree is what every encoder takes: stacks merged into
 * nodes, in pre-order (parent before children, children of one parent sorted by name), each with the value that ended
 * in it (self) and the value of it and all below (total). nodes[0] is the root, named "all", depth 0.
 *
 *	all                 depth 0  self 0   total 10
 *	  main (app.py:3)         1       2         10
 *	    work (app.py:9)       2       8          8
 *
 * Values are in units of `unit` (see struct tree_meta); sum of self == nodes[0].total always.
 */
#ifndef PROFILE_TREE_H
#define PROFILE_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "scrape.h"

enum tree_kind { TREE_PYTHON, TREE_NATIVE, TREE_MARKER, TREE_GROUP /* root, process and thread frames */ };

#define TREE_DEPTH_ROOM (SCRAPE_DEPTH_MAX + 128) /* no node is deeper: stacks and the groups before them */

/* One distinct frame text, e.g. "raw_decode (json/decoder.py:353)". All strings are clean (base/text.h), owned by
 * the tree's arena and never NULL. */
struct tree_name {
	const char *text;     /* as shown and as merged by */
	const char *function; /* "JSONDecoder.raw_decode" */
	const char *file;     /* full path, "" if none */
	const char *module;   /* "json.decoder": __name__ of the function's globals; "libc.so.6"; "" if not known */
	const char *build_id; /* of a native module, hex; "": none, not known, or what reads the same is of several */
	uint32_t line;        /* 0 if none or merged away */
	uint32_t first_line;  /* of the function, 0 if not known */
	enum tree_kind kind;
	bool inlined;         /* native: the compiler put it into its caller */
};

struct tree_node {
	uint32_t name;  /* index into names */
	uint32_t depth; /* root is 0 */
	uint64_t self, total;
};

/* Looks of a thread, one after the other, that found the same. Times are microseconds since meta.start_wall_ns; what
 * was found holds from the first of them until the next look, at most for one period after the last. */
struct tree_run {
	uint32_t node;
	uint32_t flags; /* enum scrape_flag */
	uint64_t looks;
	uint64_t from_us, until_us;
};

/* A thread of a tree that was asked for times: its own node is one of TREE_GROUP, what its runs found is below it. */
struct tree_thread {
	uint32_t node;
	uint32_t pid, tid;
	const char *service, *name; /* clean, "" if not known */
	struct tree_run *runs;      /* of tree->runs, by time */
	size_t n_runs;
};

/* What is needed to judge the numbers. */
struct tree_meta {
	char title[256];  /* "app.py (pid 4711)" */
	const char *mode; /* "cpu", "wall", "gil" */
	const char *unit; /* "samples": scaled seconds x rate */
	uint64_t start_wall_ns, duration_ns;
	uint64_t period_ns;              /* what one unit stands for; 0: not known */
	double rate_asked, rate_reached; /* looks per second */
	uint64_t looks;                  /* looks that found something */
	uint64_t lost[SCRAPE_LOSS_COUNT];
};

struct tree {
	struct tree_name *names;
	size_t n_names;
	struct tree_node *nodes;
	size_t n_nodes;
	struct tree_thread *threads; /* with runs: only if the question wanted times (profile_query.times) */
	size_t n_threads;
	struct tree_run *runs;
	size_t n_runs;
	struct tree_meta meta;
	struct arena arena; /* owns everything above */
};

void tree_deinit(struct tree *tree);

/* What is shown of a name where file and line have places of their own: never empty, and of
 * a function in brackets with its parentheses, so that it is not taken for a marker. */
const char *tree_shown(const struct tree_name *name);

/* What the name of a process, "web (pid 4711)", or of a thread, "thread worker (tid 4712)", says. False if it is no
 * group. The root is one, and not to be asked. */
struct tree_group {
	bool is_thread;
	uint32_t number;  /* pid or tid; 0: not known, as of what another tool wrote */
	const char *name; /* len bytes of the text */
	size_t len;
};
bool tree_group(const struct tree_name *name, struct tree_group *ret);

/* Behind the last node below this one: what is below it has the numbers from node + 1 to that. */
uint32_t tree_end(const struct tree *tree, uint32_t node);

/* By node, the node above it; the root is its own. ret has room for n_nodes. */
void tree_parents(const struct tree *tree, uint32_t *ret);

#endif
