/* SPDX-License-Identifier: MIT */
/*
 * speedscope: the file format of speedscope, one "sampled" profile for each process or thread that the tree keeps
 * apart, one for all if it does not. A sample is a stack, root first, as indices into the frames that all profiles
 * share; its weight is in seconds. Of a tree with times each thread is a profile in the order of time: a sample for
 * each run of looks that found the same, and an empty stack where there was none. Frames are the names of the tree; the
 * format has no place for a module.
 *
 *	{"$schema": "...", "shared": {"frames": [{"name": "main", "file": "/srv/app.py", "line": 3}]},
 *	 "profiles": [{"type": "sampled", "name": "app.py (pid 4711)", "unit": "seconds", "startValue": 0,
 *	               "endValue": 0.1, "samples": [[0]], "weights": [0.1]}]}
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/text.h"
#include "encode/encoder.h"
#include "encode/formats.h"
#include "encode/meta.h"
#include "profile/tree.h"

#define SPEEDSCOPE_MAX ((size_t)256 << 20) /* bytes of a document: a sample repeats its whole stack */

struct speedscope {
	const struct tree *tree;
	uint64_t period_ns;
	struct buf *out;
	size_t start;     /* of the document in out */
	uint32_t *parent; /* by node */
	uint32_t *group;  /* by node: the process, thread or root that it belongs to */
	uint32_t *end;    /* by node: where its samples end in `order`; they begin where those of the node before end */
	uint32_t *order;  /* nodes with a value, by group */
	uint32_t *stack;  /* scratch, by depth */
};

static const struct tree_name *name_of(const struct speedscope *s, uint32_t node)
{
	return &s->tree->names[s->tree->nodes[node].name];
}

/* Seconds of so many units, 12.340000000; the units themselves where it is not known what they stand for. */
static void add_weight(const struct speedscope *s, uint64_t units)
{
	unsigned __int128 ns = (unsigned __int128)units * s->period_ns;

	if (s->period_ns == 0)
		buf_number(s->out, units);
	else if (ns <= UINT64_MAX)
		buf_decimal(s->out, (uint64_t)ns, 9);
	else
		buf_number(s->out, ns / NSEC_PER_SEC > UINT64_MAX ? UINT64_MAX : (uint64_t)(ns / NSEC_PER_SEC));
}

static void add_frames(const struct speedscope *s)
{
	for (size_t i = 0; i < s->tree->n_names; i++) {
		const struct tree_name *name = &s->tree->names[i];
		const char *shown = tree_shown(name);

		buf_str(s->out, i > 0 ? ",\n{\"name\":" : "{\"name\":");
		text_json(s->out, shown, strlen(shown));
		if (name->file[0]) {
			buf_str(s->out, ",\"file\":");
			text_json(s->out, name->file, strlen(name->file));
		}
		if (name->line > 0) {
			buf_str(s->out, ",\"line\":");
			buf_number(s->out, name->line);
		}
		buf_chr(s->out, '}');
	}
}

/* Finds parents and groups, and sorts the nodes with a value by group. */
static void sort_nodes(const struct speedscope *s)
{
	const struct tree *tree = s->tree;
	uint32_t sum = 0;

	for (uint32_t i = 0; i < tree->n_nodes; i++) {
		uint32_t depth = tree->nodes[i].depth;

		s->stack[depth] = i; /* the last node of each depth; the root is its own parent */
		s->parent[i] = depth > 0 ? s->stack[depth - 1] : i;
		s->group[i] = i == 0 || name_of(s, i)->kind == TREE_GROUP ? i : s->group[s->parent[i]];
		s->end[s->group[i]] += tree->nodes[i].self > 0;
	}
	for (uint32_t i = 0; i < tree->n_nodes; i++) {
		uint32_t n = s->end[i];

		s->end[i] = sum; /* begins there, until it is filled */
		sum += n;
	}
	for (uint32_t i = 0; i < tree->n_nodes; i++)
		if (tree->nodes[i].self > 0)
			s->order[s->end[s->group[i]]++] = i;
}

/* The stack of a node within its group, root first; of the group itself: its own name, since a stack has a frame. */
static void add_stack(const struct speedscope *s, uint32_t node)
{
	size_t n = 0;

	if (node == s->group[node])
		s->stack[n++] = s->tree->nodes[node].name;
	for (uint32_t at = node; at != s->group[node]; at = s->parent[at])
		s->stack[n++] = s->tree->nodes[at].name;
	buf_chr(s->out, '[');
	while (n-- > 0) {
		buf_number(s->out, s->stack[n]);
		if (n > 0)
			buf_chr(s->out, ',');
	}
	buf_chr(s->out, ']');
}

/* "web (pid 4711), thread worker (tid 4712)"; the root is called as the whole document is. */
static void add_group_name(const struct speedscope *s, uint32_t group)
{
	const struct tree_meta *meta = &s->tree->meta;
	struct buf name = BUF_INIT;

	if (group == 0) {
		text_json(s->out, meta->title, strnlen(meta->title, sizeof(meta->title)));
		return;
	}
	if (s->parent[group] != 0)
		buf_fmt(&name, "%s, ", name_of(s, s->parent[group])->text);
	buf_str(&name, name_of(s, group)->text);
	text_json(s->out, name.data, name.len);
	s->out->failed |= name.failed;
	buf_deinit(&name);
}

static int add_profile(const struct speedscope *s, uint32_t group, uint32_t from, uint32_t until, uint64_t *ret_sum)
{
	uint64_t sum = 0;

	buf_str(s->out, "{\"type\":\"sampled\",\"name\":");
	add_group_name(s, group);
	buf_fmt(s->out, ",\"unit\":\"%s\",\"startValue\":0,\"samples\":[", s->period_ns > 0 ? "seconds" : "none");
	for (uint32_t i = from; i < until; i++) {
		if (i > from)
			buf_chr(s->out, ',');
		add_stack(s, s->order[i]);
		if (s->out->len - s->start > SPEEDSCOPE_MAX)
			return SCRAPE_ELIMIT;
	}
	buf_str(s->out, "],\n\"weights\":[");
	for (uint32_t i = from; i < until; i++) {
		uint64_t self = s->tree->nodes[s->order[i]].self;

		if (i > from)
			buf_chr(s->out, ',');
		add_weight(s, self);
		sum += self;
	}
	buf_str(s->out, "],\"endValue\":");
	add_weight(s, sum);
	buf_chr(s->out, '}');
	*ret_sum = sum;
	return 0;
}

/* A profile for each group with samples, or an empty one: a reader wants at least one. The heaviest is shown first. */
static int add_profiles(const struct speedscope *s)
{
	uint64_t sum = 0, most = 0;
	uint32_t from = 0, heaviest = 0, n = 0;
	int r;

	for (uint32_t i = 0; i < s->tree->n_nodes; from = s->end[i++]) {
		if (s->end[i] == from)
			continue;
		buf_str(s->out, n > 0 ? ",\n" : "");
		r = add_profile(s, i, from, s->end[i], &sum);
		if (r < 0)
			return r;
		if (sum > most) {
			most = sum;
			heaviest = n;
		}
		n++;
	}
	if (n == 0)
		(void)add_profile(s, 0, 0, 0, &sum); /* has no stack that could be too large */
	buf_str(s->out, "],\n\"activeProfileIndex\":");
	buf_number(s->out, heaviest);
	return 0;
}

/* Microseconds as seconds. */
static void add_seconds(struct buf *out, uint64_t us)
{
	buf_decimal(out, us, 6);
}

/* Calls add for what a thread did one after the other, from the beginning of the recording on. NULL: nothing. */
static int each_run(const struct speedscope *s, const struct tree_thread *thread,
		    void (*add)(const struct speedscope *s, const struct tree_run *run, uint64_t from, uint64_t until))
{
	uint64_t at = 0;

	for (size_t i = 0; i < thread->n_runs; i++) {
		const struct tree_run *run = &thread->runs[i];

		if (run->from_us > at) {
			add(s, NULL, at, run->from_us);
			buf_chr(s->out, ',');
			at = run->from_us;
		}
		add(s, run, at, run->until_us > at ? run->until_us : at);
		buf_str(s->out, i + 1 < thread->n_runs ? "," : "");
		at = run->until_us > at ? run->until_us : at;
		if (s->out->len - s->start > SPEEDSCOPE_MAX)
			return SCRAPE_ELIMIT;
	}
	return 0;
}

static void add_run_stack(const struct speedscope *s, const struct tree_run *run, uint64_t from, uint64_t until)
{
	(void)from, (void)until; /* of the other list */
	if (run)
		add_stack(s, run->node);
	else
		buf_str(s->out, "[]");
}

static void add_run_weight(const struct speedscope *s, const struct tree_run *run, uint64_t from, uint64_t until)
{
	(void)run;
	add_seconds(s->out, until - from);
}

static int add_timed_profile(const struct speedscope *s, const struct tree_thread *thread)
{
	uint64_t end = 0;
	int r;

	buf_str(s->out, "{\"type\":\"sampled\",\"name\":");
	add_group_name(s, thread->node);
	buf_str(s->out, ",\"unit\":\"seconds\",\"startValue\":0,\"samples\":[");
	r = each_run(s, thread, add_run_stack);
	buf_str(s->out, "],\n\"weights\":[");
	if (r == 0)
		r = each_run(s, thread, add_run_weight);
	for (size_t i = 0; i < thread->n_runs; i++)
		end = thread->runs[i].until_us > end ? thread->runs[i].until_us : end;
	buf_str(s->out, "],\"endValue\":");
	add_seconds(s->out, end);
	buf_chr(s->out, '}');
	return r;
}

/* As add_profiles, in the order of time. */
static int add_timed_profiles(const struct speedscope *s)
{
	uint64_t most = 0;
	size_t busiest = 0;
	int r = 0;

	for (size_t i = 0; i < s->tree->n_threads && r == 0; i++) {
		const struct tree_thread *thread = &s->tree->threads[i];

		buf_str(s->out, i > 0 ? ",\n" : "");
		r = add_timed_profile(s, thread);
		if (s->tree->nodes[thread->node].total > most) {
			most = s->tree->nodes[thread->node].total;
			busiest = i;
		}
	}
	buf_str(s->out, "],\n\"activeProfileIndex\":");
	buf_number(s->out, busiest);
	return r;
}

static int add_document(const struct speedscope *s)
{
	const struct tree_meta *meta = &s->tree->meta;
	int r;

	buf_str(s->out, "{\"$schema\":\"https://www.speedscope.app/file-format-schema.json\",\"exporter\":\"scrape "
			SCRAPE_VERSION "\",\n\"name\":");
	text_json(s->out, meta->title, strnlen(meta->title, sizeof(meta->title)));
	buf_str(s->out, ",\n\"shared\":{\"frames\":[");
	add_frames(s);
	buf_str(s->out, "]},\n\"profiles\":[");
	r = s->tree->n_threads > 0 ? add_timed_profiles(s) : add_profiles(s);
	buf_str(s->out, "}\n");
	if (r == 0 && s->out->len - s->start > SPEEDSCOPE_MAX)
		r = SCRAPE_ELIMIT;
	return r < 0 ? r : s->out->failed ? SCRAPE_ENOMEM : 0;
}

static int encode_speedscope(const struct tree *tree, struct buf *out)
{
	size_t n = tree->n_nodes + 1; /* more than none; and no tree has more depths than nodes */
	_cleanup_free_ uint32_t *parent = calloc(n, sizeof(*parent));
	_cleanup_free_ uint32_t *group = calloc(n, sizeof(*group));
	_cleanup_free_ uint32_t *end = calloc(n, sizeof(*end));
	_cleanup_free_ uint32_t *order = calloc(n, sizeof(*order));
	_cleanup_free_ uint32_t *stack = calloc(n, sizeof(*stack));
	const struct speedscope s = {
		.tree = tree,
		.period_ns = meta_period_ns(&tree->meta),
		.out = out,
		.start = out->len,
		.parent = parent,
		.group = group,
		.end = end,
		.order = order,
		.stack = stack,
	};

	if (!parent || !group || !end || !order || !stack)
		return SCRAPE_ENOMEM;
	sort_nodes(&s);
	return add_document(&s);
}

const struct encoder encoder_speedscope = {
	.name = "speedscope",
	.suffix = ".speedscope.json",
	.mime = "application/json",
	.what = "for speedscope, a profile per process and thread",
	.times = ENCODER_LIKES_TIMES,
	.encode = encode_speedscope,
};
