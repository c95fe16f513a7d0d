/* SPDX-License-Identifier: MIT */
/*
 * trace: trace events as JSON, for Perfetto and chrome://tracing (the "Trace Event Format" of Chromium). The calls of
 * each thread are built again from its looks: what two looks in a row have in common did not end between them.
 *
 *	{"traceEvents": [{"ph": "M", "pid": 42, "tid": 43, "name": "thread_name", "args": {"name": "worker"}},
 *	  {"ph": "B", "pid": 42, "tid": 43, "ts": 10000, "name": "work", "cat": "python", "args": {"at": "/app.py:3"}},
 *	  {"ph": "E", "pid": 42, "tid": 43, "ts": 20000, "name": "work"}, ...]}
 *
 * ts is in microseconds since the recording began. Two tracks more of each process show who holds the GIL, and where
 * the garbage collector runs; their tids are above all that Linux gives.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "encode/encoder.h"
#include "encode/formats.h"
#include "encode/meta.h"
#include "profile/tree.h"

#define TRACE_MAX ((size_t)512 << 20) /* bytes of a document */
#define TID_GIL 4194305u              /* PID_MAX_LIMIT of Linux is 4 194 304 */
#define TID_GC 4194306u

struct trace {
	const struct tree *tree;
	struct buf *out;
	size_t start; /* of the document in out */
	uint32_t *parents;
	uint32_t *path; /* scratch */
	size_t n_events;
	struct buf texts; /* what an event says of its function, written once for each name */
	struct text {
		size_t name, args, end; /* where `"work"` begins, what follows it, and where that ends */
	} *of_name;
};

static void add_text(struct buf *out, const char *text)
{
	text_json(out, text, strlen(text));
}

/* {"ph":"B","pid":42,"tid":43 */
static void open_event(struct trace *t, char phase, uint32_t pid, uint32_t tid)
{
	buf_str(t->out, t->n_events++ ? ",\n{\"ph\":\"" : "\n{\"ph\":\"");
	buf_chr(t->out, phase);
	buf_str(t->out, "\",\"pid\":");
	buf_number(t->out, pid);
	buf_str(t->out, ",\"tid\":");
	buf_number(t->out, tid);
}

static void add_time(struct trace *t, const char *key, uint64_t us)
{
	buf_str(t->out, key);
	buf_number(t->out, us);
}

static void add_track(struct trace *t, uint32_t pid, uint32_t tid, const char *kind, const char *name)
{
	open_event(t, 'M', pid, tid);
	buf_fmt(t->out, ",\"name\":\"%s\",\"args\":{\"name\":", kind);
	add_text(t->out, name);
	buf_str(t->out, "}}");
}

static void write_text(struct trace *t, const struct tree_name *name, struct text *ret)
{
	static const char *const kinds[] = {
		[TREE_PYTHON] = "python",
		[TREE_NATIVE] = "native",
		[TREE_MARKER] = "marker",
		[TREE_GROUP] = "group",
	};
	struct buf place = BUF_INIT;

	ret->name = t->texts.len;
	add_text(&t->texts, tree_shown(name));
	ret->args = t->texts.len;
	buf_str(&t->texts, ",\"cat\":\"");
	buf_str(&t->texts, kinds[name->kind]);
	buf_chr(&t->texts, '"');
	buf_str(&place, name->file);
	if (name->file[0] && name->first_line)
		buf_fmt(&place, ":%" PRIu32, name->first_line);
	if (place.len > 0) {
		buf_str(&t->texts, ",\"args\":{\"at\":");
		text_json(&t->texts, place.data, place.len);
		buf_chr(&t->texts, '}');
	}
	ret->end = t->texts.len;
	t->out->failed |= place.failed || t->texts.failed;
	buf_deinit(&place);
}

/* A call of a node begins or ends. Some readers (speedscope) want the name at its end too. */
static void add_call(struct trace *t, char phase, const struct tree_thread *thread, uint32_t node, uint64_t at)
{
	const struct text *text = &t->of_name[t->tree->nodes[node].name];

	open_event(t, phase, thread->pid, thread->tid);
	add_time(t, ",\"ts\":", at);
	buf_str(t->out, ",\"name\":");
	buf_add(t->out, t->texts.data + text->name, (phase == 'B' ? text->end : text->args) - text->name);
	buf_chr(t->out, '}');
}

static uint32_t depth_of(const struct trace *t, uint32_t node)
{
	return t->tree->nodes[node].depth;
}

/* The deepest call that both stacks are in. */
static uint32_t common(const struct trace *t, uint32_t a, uint32_t b)
{
	while (a != b) {
		if (depth_of(t, a) >= depth_of(t, b))
			a = t->parents[a];
		else
			b = t->parents[b];
	}
	return a;
}

/* From the stack of one node to that of another, at one moment. */
static void step(struct trace *t, const struct tree_thread *thread, uint32_t from, uint32_t to, uint64_t at)
{
	uint32_t shared = common(t, from, to);
	size_t n = 0;

	for (; from != shared; from = t->parents[from])
		add_call(t, 'E', thread, from, at);
	for (; to != shared; to = t->parents[to])
		t->path[n++] = to;
	while (n-- > 0)
		add_call(t, 'B', thread, t->path[n], at);
}

static int add_calls(struct trace *t, const struct tree_thread *thread)
{
	uint32_t at_node = thread->node;
	uint64_t until = 0;

	for (size_t i = 0; i < thread->n_runs; i++) {
		const struct tree_run *run = &thread->runs[i];

		if (run->from_us > until) {
			step(t, thread, at_node, thread->node, until);
			at_node = thread->node;
		}
		step(t, thread, at_node, run->node, run->from_us > until ? run->from_us : until);
		at_node = run->node;
		until = run->until_us > until ? run->until_us : until;
		if (t->out->len - t->start > TRACE_MAX)
			return SCRAPE_ELIMIT;
	}
	step(t, thread, at_node, thread->node, until);
	return 0;
}

/* A run that counts on a track of its process. */
struct mark {
	uint64_t from_us, until_us;
	const struct tree_thread *thread;
};

static int compare_marks(const void *a, const void *b)
{
	const struct mark *x = a, *y = b;

	return x->from_us < y->from_us ? -1 : x->from_us > y->from_us;
}

static size_t take_marks(const struct trace *t, uint32_t pid, uint32_t flag, struct mark *ret)
{
	size_t n = 0;

	for (size_t i = 0; i < t->tree->n_threads; i++) {
		const struct tree_thread *thread = &t->tree->threads[i];

		for (size_t k = 0; thread->pid == pid && k < thread->n_runs; k++)
			if (thread->runs[k].flags & flag)
				ret[n++] = (struct mark){thread->runs[k].from_us, thread->runs[k].until_us, thread};
	}
	qsort(ret, n, sizeof(*ret), compare_marks);
	return n;
}

static void add_mark(struct trace *t, uint32_t tid, const struct mark *mark)
{
	const struct tree_thread *thread = mark->thread;
	struct buf name = BUF_INIT;

	buf_str(&name, thread->name);
	buf_fmt(&name, "%s(tid %" PRIu32 ")", thread->name[0] ? " " : "", thread->tid);
	open_event(t, 'X', thread->pid, tid);
	add_time(t, ",\"ts\":", mark->from_us);
	add_time(t, ",\"dur\":", mark->until_us - mark->from_us);
	buf_str(t->out, ",\"name\":");
	text_json(t->out, name.data, name.len);
	buf_chr(t->out, '}');
	t->out->failed |= name.failed;
	buf_deinit(&name);
}

/* Who had it, one after the other: what follows at once belongs together, and nobody has it beside another. */
static void add_marks(struct trace *t, uint32_t pid, uint32_t tid, const char *name, struct mark *marks, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		struct mark *last = kept > 0 ? &marks[kept - 1] : NULL;

		if (last && last->thread == marks[i].thread && marks[i].from_us <= last->until_us) {
			last->until_us = marks[i].until_us > last->until_us ? marks[i].until_us : last->until_us;
			continue;
		}
		if (last && last->until_us > marks[i].from_us)
			last->until_us = marks[i].from_us;
		marks[kept++] = marks[i];
	}
	if (kept > 0)
		add_track(t, pid, tid, "thread_name", name);
	for (size_t i = 0; i < kept; i++)
		add_mark(t, tid, &marks[i]);
}

/* Once for each process: its name, and its two tracks. */
static void add_process(struct trace *t, const struct tree_thread *thread, struct mark *marks)
{
	for (const struct tree_thread *before = t->tree->threads; before < thread; before++)
		if (before->pid == thread->pid)
			return;
	add_track(t, thread->pid, 0, "process_name", thread->service);
	add_marks(t, thread->pid, TID_GIL, "GIL", marks, take_marks(t, thread->pid, SCRAPE_HAS_GIL, marks));
	add_marks(t, thread->pid, TID_GC, "GC", marks, take_marks(t, thread->pid, SCRAPE_IN_GC, marks));
}

static int add_threads(struct trace *t, struct mark *marks)
{
	int r = 0;

	for (size_t i = 0; i < t->tree->n_threads && r == 0; i++) {
		const struct tree_thread *thread = &t->tree->threads[i];

		add_process(t, thread, marks);
		add_track(t, thread->pid, thread->tid, "thread_name", thread->name);
		r = add_calls(t, thread);
	}
	return r;
}

static int encode_trace(const struct tree *tree, struct buf *out)
{
	_cleanup_free_ uint32_t *parents = calloc(tree->n_nodes + 1, sizeof(*parents));
	_cleanup_free_ uint32_t *path = calloc(tree->n_nodes + 1, sizeof(*path));
	_cleanup_free_ struct mark *marks = calloc(tree->n_runs + 1, sizeof(*marks));
	_cleanup_free_ struct text *of_name = calloc(tree->n_names + 1, sizeof(*of_name));
	struct trace t = {.tree = tree,
			  .out = out,
			  .start = out->len,
			  .parents = parents,
			  .path = path,
			  .of_name = of_name};
	int r;

	if (!parents || !path || !marks || !of_name)
		return SCRAPE_ENOMEM;
	tree_parents(tree, parents);
	for (size_t i = 0; i < tree->n_names; i++)
		write_text(&t, &tree->names[i], &of_name[i]);
	buf_str(out, "{\"displayTimeUnit\":\"ms\",\"otherData\":{\"title\":");
	text_json(out, tree->meta.title, strnlen(tree->meta.title, sizeof(tree->meta.title)));
	buf_str(out, ",\"start\":\"");
	meta_add_time(out, tree->meta.start_wall_ns);
	buf_str(out, "\",\"exporter\":\"scrape " SCRAPE_VERSION "\"},\n\"traceEvents\":[");
	r = add_threads(&t, marks);
	buf_str(out, "\n]}\n");
	buf_deinit(&t.texts);
	return r < 0 ? r : out->failed ? SCRAPE_ENOMEM : 0;
}

const struct encoder encoder_trace = {
	.name = "trace",
	.suffix = ".trace.json",
	.mime = "application/json",
	.what = "trace events of calls over time, GIL and GC, for Perfetto",
	.functions = true,
	.times = ENCODER_NEEDS_TIMES,
	.encode = encode_trace,
};
