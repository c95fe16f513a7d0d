/* SPDX-License-Identifier: MIT */
/*
 * tree_make: trees by hand, for tests of encoders. Out of memory ends the test.
 *
 *	struct tree tree;
 *	tree_make_init(&tree, 10, 10);
 *	all = tree_make_group(&tree, "all");
 *	work = tree_make_name(&tree, "work", "/srv/app.py", 9, TREE_PYTHON);
 *	tree_make_node(&tree, 0, all, 0);
 *	tree_make_node(&tree, 1, work, 8);
 *	tree_make_totals(&tree);
 */
#ifndef TESTS_SUPPORT_TREE_MAKE_H
#define TESTS_SUPPORT_TREE_MAKE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "profile/tree.h"

#define TREE_MAKE_START 1795356300250000000ull /* 2026-11-22T14:05:00.250Z */

static inline void *tree_make_must(void *p)
{
	if (!p)
		abort();
	return p;
}

static inline void tree_make_init(struct tree *tree, size_t names, size_t nodes)
{
	*tree = (struct tree){
		.meta = {
			.title = "app.py (pid 4711)",
			.mode = "cpu",
			.unit = "samples",
			.start_wall_ns = TREE_MAKE_START,
			.duration_ns = 10000000000ull,
			.period_ns = 10000000,
			.rate_asked = 100,
			.rate_reached = 99.7,
			.looks = 998,
			.lost = {[SCRAPE_LOSS_MOVED] = 1, [SCRAPE_LOSS_PREEMPTED] = 2},
		},
	};
	tree->names = tree_make_must(arena_alloc(&tree->arena, names * sizeof(*tree->names)));
	tree->nodes = tree_make_must(arena_alloc(&tree->arena, nodes * sizeof(*tree->nodes)));
}

static inline const char *tree_make_text(struct tree *tree, const char *text)
{
	return tree_make_must(arena_strndup(&tree->arena, text, strlen(text)));
}

static inline uint32_t tree_make_name(struct tree *tree, const char *function, const char *file, uint32_t line,
				      enum tree_kind kind)
{
	const char *slash = strrchr(file, '/');
	struct buf text = BUF_INIT;

	buf_str(&text, function);
	if (file[0] && line)
		buf_fmt(&text, " (%s:%u)", slash ? slash + 1 : file, line);
	tree->names[tree->n_names] = (struct tree_name){
		.text = tree_make_text(tree, tree_make_must((void *)buf_cstr(&text))),
		.function = tree_make_text(tree, function),
		.file = tree_make_text(tree, file),
		.module = "",
		.line = line,
		.kind = kind,
	};
	buf_deinit(&text);
	return (uint32_t)tree->n_names++;
}

/* The same in a module, with the line where the function begins. */
static inline uint32_t tree_make_function(struct tree *tree, const char *module, const char *function, const char *file,
					  uint32_t first_line, uint32_t line)
{
	uint32_t name = tree_make_name(tree, function, file, line, TREE_PYTHON);

	tree->names[name].module = tree_make_text(tree, module);
	tree->names[name].first_line = first_line;
	return name;
}

static inline uint32_t tree_make_group(struct tree *tree, const char *text)
{
	return tree_make_name(tree, text, "", 0, TREE_GROUP);
}

static inline void tree_make_node(struct tree *tree, uint32_t depth, uint32_t name, uint64_t self)
{
	tree->nodes[tree->n_nodes++] = (struct tree_node){.name = name, .depth = depth, .self = self, .total = self};
}

static inline void tree_make_totals(struct tree *tree)
{
	static uint64_t below[SCRAPE_DEPTH_MAX + 2]; /* what the nodes after this one hand to their parent, by depth */

	memset(below, 0, sizeof(below));
	for (size_t i = tree->n_nodes; i-- > 0;) {
		struct tree_node *node = &tree->nodes[i];

		node->total = node->self + below[node->depth + 1];
		below[node->depth + 1] = 0;
		below[node->depth] += node->total;
	}
}

/* Names as a hostile target would choose them; text_clean lets all but the last through. One sample each. */
static inline void tree_make_evil(struct tree *tree)
{
	static const char *const evil[] = {
		"</script><script>window.evil = 1</script>",
		"]]></style></metadata><script>evil = 1</script><![CDATA[",
		"<!-- <img src=x onerror='evil=1'> &amp; &#60; \"quotes\" 'apostrophes' -->",
		"a;b; 42",
		"\\u003c \\x1b back\\slash\\",
		"${evil=1} {{evil}} %s%n",
		"\xf0\x9f\x90\x8d \xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d \xe6\xbc\xa2\xe5\xad\x97\xe6\xbc\xa2\xe5\xad\x97 \xc3\xaf",
		"",
		"line\nend\r\x1b[31m\xe2\x80\xae\xe2\x80\xa8 \xff\xc3 \xef\xbf\xbf ]]>",
	};
	size_t n = sizeof(evil) / sizeof(evil[0]);

	tree_make_init(tree, n + 1, n + 1);
	(void)snprintf(tree->meta.title, sizeof(tree->meta.title), "%s", evil[0]);
	tree_make_node(tree, 0, tree_make_group(tree, "all"), 0);
	for (size_t i = 0; i < n; i++)
		tree_make_node(tree, 1, tree_make_name(tree, evil[i], evil[i], (uint32_t)i, TREE_PYTHON), 1);
	tree_make_totals(tree);
}

/* A service as a person would write it down: groups, Python, native code, a marker, lines merged away. */
static inline void tree_make_small(struct tree *tree)
{
	uint32_t all, worker, run, encode, dumps, copy, gc;

	tree_make_init(tree, 16, 16);
	all = tree_make_group(tree, "all");
	worker = tree_make_group(tree, "web (pid 4711)");
	run = tree_make_function(tree, "app.server", "Server.run", "/srv/app/server.py", 37, 41);
	dumps = tree_make_function(tree, "json", "dumps", "/usr/lib/python3.12/json/__init__.py", 183, 0);
	encode = tree_make_function(tree, "json.encoder", "JSONEncoder.encode",
				    "/usr/lib/python3.12/json/encoder.py", 183, 183);
	copy = tree_make_name(tree, "memcpy", "", 0, TREE_NATIVE);
	gc = tree_make_name(tree, SCRAPE_MARK_GC, "", 0, TREE_MARKER);
	tree_make_node(tree, 0, all, 0);
	tree_make_node(tree, 1, worker, 0);
	tree_make_node(tree, 2, run, 7);
	tree_make_node(tree, 3, dumps, 0);
	tree_make_node(tree, 4, encode, 600);
	tree_make_node(tree, 5, copy, 300);
	tree_make_node(tree, 5, gc, 1);
	tree_make_node(tree, 3, run, 40);
	tree_make_node(tree, 1, gc, 52);
	tree_make_totals(tree);
}

/* Two processes with two threads each, the names of one as a hostile program would choose them; what stands in a
 * process itself, and what stands in none. */
static inline void tree_make_threads(struct tree *tree)
{
	static const char *const groups[] = {
		"web (pid 11)", "thread main (tid 11)", "thread (tid 12)",
		"thread evil (tid 9) (pid 7) (pid 21)", "thread a (pid 3); (tid 21)", "thread (tid 22) (tid 22)",
	};
	uint32_t work, gc;

	tree_make_init(tree, 16, 24);
	tree_make_node(tree, 0, tree_make_group(tree, "all"), 0);
	work = tree_make_function(tree, "app", "work", "/srv/app.py", 1, 3);
	gc = tree_make_name(tree, SCRAPE_MARK_GC, "", 0, TREE_MARKER);
	for (uint32_t i = 0; i < 6; i++) {
		tree_make_node(tree, i % 3 == 0 ? 1 : 2, tree_make_group(tree, groups[i]), i % 3 == 0 ? 0 : i);
		if (i % 3 == 0)
			continue;
		tree_make_node(tree, 3, work, 10 * i);
		tree_make_node(tree, 4, work, 100 * i);
		if (i % 3 == 2)
			tree_make_node(tree, 2, gc, 1000 * i);
	}
	tree_make_node(tree, 1, gc, 7);
	tree_make_totals(tree);
}

static inline void tree_make_run(struct tree *tree, uint32_t node, uint32_t flags, uint64_t from_ms, uint64_t until_ms)
{
	tree->runs[tree->n_runs++] = (struct tree_run){
		.node = node,
		.flags = flags,
		.looks = (until_ms - from_ms) / 10,
		.from_us = from_ms * 1000,
		.until_us = until_ms * 1000,
	};
	tree->nodes[node].self += (until_ms - from_ms) / 10;
	tree->threads[tree->n_threads - 1].n_runs++;
}

static inline void tree_make_thread(struct tree *tree, uint32_t node, uint32_t tid, const char *name)
{
	tree->threads[tree->n_threads++] = (struct tree_thread){.node = node,
								.pid = 11,
								.tid = tid,
								.service = "web",
								.name = tree_make_text(tree, name),
								.runs = &tree->runs[tree->n_runs]};
}

/* Two threads of a process over 200 ms, at 100 Hz: lines that change, calls that begin and end, time in which nothing is
 * found, the collector, and who has the GIL. tests/formats/run has the same by hand. */
static inline void tree_make_timed(struct tree *tree)
{
	const uint32_t cpu = SCRAPE_ON_CPU, gil = SCRAPE_ON_CPU | SCRAPE_HAS_GIL, gc = gil | SCRAPE_IN_GC;
	uint32_t main_3, main_4, work, parse, mark;

	tree_make_init(tree, 16, 16);
	tree->threads = tree_make_must(arena_alloc(&tree->arena, 4 * sizeof(*tree->threads)));
	tree->runs = tree_make_must(arena_alloc(&tree->arena, 16 * sizeof(*tree->runs)));
	main_3 = tree_make_function(tree, "app", "main", "/srv/app.py", 1, 3);
	main_4 = tree_make_function(tree, "app", "main", "/srv/app.py", 1, 4);
	work = tree_make_function(tree, "app", "work", "/srv/app.py", 7, 9);
	parse = tree_make_name(tree, "parse; <b> \"x\"", "/usr/lib/libparse.so", 0, TREE_NATIVE);
	mark = tree_make_name(tree, SCRAPE_MARK_GC, "", 0, TREE_MARKER);
	tree_make_node(tree, 0, tree_make_group(tree, "all"), 0);
	tree_make_node(tree, 1, tree_make_group(tree, "web (pid 11)"), 0);
	tree_make_node(tree, 2, tree_make_group(tree, "thread main (tid 11)"), 0);
	tree_make_node(tree, 3, main_3, 0);
	tree_make_node(tree, 4, work, 0);
	tree_make_node(tree, 5, mark, 0);
	tree_make_node(tree, 5, parse, 0);
	tree_make_node(tree, 3, main_4, 0);
	tree_make_node(tree, 2, tree_make_group(tree, "thread </script> (tid 12)"), 0);
	tree_make_node(tree, 3, work, 0);
	tree_make_thread(tree, 2, 11, "main");
	tree_make_run(tree, 4, gil, 0, 30);
	tree_make_run(tree, 6, cpu, 30, 50);
	tree_make_run(tree, 5, gc, 80, 90);
	tree_make_run(tree, 7, gil, 90, 200);
	tree_make_thread(tree, 8, 12, "</script>");
	tree_make_run(tree, 9, gil, 20, 60);
	tree->meta.duration_ns = 200000000;
	tree_make_totals(tree);
}

/* A small generator that is the same everywhere. */
static inline uint32_t tree_make_random(uint64_t *state)
{
	*state = *state * 6364136223846793005ull + 1442695040888963407ull;
	return (uint32_t)(*state >> 33);
}

/* Shares n nodes out among subtrees, most of it to few of them, in pre-order. */
static inline void tree_make_branch(struct tree *tree, size_t n, uint32_t names, uint64_t *seed)
{
	struct {
		size_t nodes; /* still to come, this one included */
		uint32_t depth, name;
	} todo[512] = {{n, 0, 0}}, at;

	for (size_t open = 1; open > 0;) {
		uint32_t children = 1 + (tree_make_random(seed) % 3 == 0) * (1 + tree_make_random(seed) % 6);

		at = todo[--open];
		tree_make_node(tree, at.depth, at.name, at.nodes < 4 ? 1 + tree_make_random(seed) % 60 : 0);
		at.nodes--;
		for (uint32_t c = 0; c < children && at.nodes > 0; c++) {
			size_t share = c + 1 == children || at.depth == 0 || open > 500
					       ? at.nodes
					       : 1 + at.nodes * (tree_make_random(seed) % 1000) / 1400;

			todo[open].nodes = share < at.nodes ? share : at.nodes;
			todo[open].depth = at.depth + 1;
			todo[open].name = 1 + (at.name * 31 + c * 7 + (uint32_t)(*seed >> 62)) % names;
			at.nodes -= todo[open++].nodes;
		}
	}
}

/* n nodes that look like a service: shallow trunk, bushy crown up to 60 frames deep, a few heavy leaves. */
static inline void tree_make_service(struct tree *tree, size_t n)
{
	static const char *const verbs[] = {"parse", "load", "render", "get", "handle", "encode", "match", "visit"};
	static const char *const nouns[] = {"request", "template", "row", "token", "header", "query", "session"};
	static const char *const files[] = {
		"/srv/app/views.py", "/srv/app/models.py", "/srv/app/db/session.py",
		"/usr/lib/python3.12/json/decoder.py", "/usr/lib/python3.12/json/encoder.py",
		"/usr/lib/python3.12/re/_parser.py", "/usr/lib/python3.12/asyncio/events.py",
		"/srv/venv/site-packages/jinja2/environment.py", "/srv/venv/site-packages/sqlalchemy/orm/query.py",
	};
	uint64_t seed = 42;
	uint32_t names = n < 3000 ? (uint32_t)n / 2 + 8 : 1500;
	char text[64];

	tree_make_init(tree, names + 1, n);
	(void)tree_make_group(tree, "all");
	for (uint32_t i = 0; i < names; i++) {
		uint32_t r = tree_make_random(&seed);

		snprintf(text, sizeof(text), i % 5 ? "%s_%s%.0u" : "%s%s_v%u", verbs[r % 8], nouns[r / 8 % 7], i / 56);
		if (i % 23 == 22)
			(void)tree_make_name(tree, text, "", 0, TREE_NATIVE);
		else
			(void)tree_make_name(tree, text, files[r / 56 % 9], r % 900 + 1, TREE_PYTHON);
	}
	tree_make_branch(tree, n, names, &seed);
	tree_make_totals(tree);
}

#endif
