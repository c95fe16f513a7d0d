/* SPDX-License-Identifier: MIT */
/*
 * gecko: a processed profile of the Firefox Profiler (firefox-devtools/profiler, src/types/profile.ts; processed
 * version 57, which its newer versions upgrade), for profiler.firefox.com.
 *
 * Threads have tables of their own: stacks, whose frames are lines, whose functions are those of callgraph.h; texts are
 * shared. A sample is a look; where there are more than SAMPLES_MAX of them, one stands for several and says so by its
 * weight. Where a thread was found doing nothing that counts there is one without a stack.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/text.h"
#include "encode/callgraph.h"
#include "encode/encoder.h"
#include "encode/formats.h"
#include "encode/meta.h"
#include "profile/tree.h"

#define SAMPLES_MAX 1000000 /* of a profile: beyond, a browser becomes slow */
#define NONE UINT32_MAX

enum category { OTHER, PYTHON, NATIVE, GC, IDLE };

struct gecko {
	const struct tree *tree;
	const struct callgraph *graph;
	struct buf *out;
	struct buf strings;  /* the shared table */
	struct map by_text;  /* text of the tree -> its number there */
	uint32_t n_strings;
	uint32_t *parents;
	uint64_t stride; /* looks that one sample stands for */
	uint64_t before_us; /* the sample before this one, and whether its thread had a CPU */
	bool before_ran;
	/* Of the thread in hand: its nodes, frames (names of the tree) and functions, and back. */
	uint32_t first, end;
	VEC(uint32_t) frames;
	VEC(uint32_t) functions;
	uint32_t *frame_of, *function_of; /* by name, by function of the graph: NONE */
};

static uint32_t string_of(struct gecko *g, const char *text)
{
	uint32_t number = 0;

	if (map_get(&g->by_text, (uintptr_t)text, &number))
		return number;
	number = g->n_strings++;
	g->out->failed |= map_put(&g->by_text, (uintptr_t)text, number) < 0;
	buf_str(&g->strings, number > 0 ? ",\n" : "");
	text_json(&g->strings, text, strlen(text));
	return number;
}

static void add_number_or_null(struct buf *out, uint64_t number, bool is_there)
{
	if (is_there)
		buf_number(out, number);
	else
		buf_str(out, "null");
}

/* A column of n equal values. */
static void add_same(struct buf *out, const char *key, size_t n, const char *value)
{
	buf_fmt(out, ",\"%s\":[", key);
	for (size_t i = 0; i < n; i++) {
		buf_str(out, i > 0 ? "," : "");
		buf_str(out, value);
	}
	buf_chr(out, ']');
}

/* A column of what get says of each. */
static void add_column(struct gecko *g, const char *key, size_t n,
		       void (*add)(struct gecko *g, uint32_t at))
{
	buf_fmt(g->out, ",\"%s\":[", key);
	for (size_t i = 0; i < n; i++) {
		buf_str(g->out, i > 0 ? "," : "");
		add(g, (uint32_t)i);
	}
	buf_chr(g->out, ']');
}

static const struct tree_name *name_of_frame(const struct gecko *g, uint32_t at)
{
	return &g->tree->names[g->frames.items[at]];
}

static const struct tree_name *name_of_function(const struct gecko *g, uint32_t at)
{
	return &g->tree->names[g->graph->functions.items[g->functions.items[at]].name];
}

static void add_frame_function(struct gecko *g, uint32_t at)
{
	buf_number(g->out, g->function_of[g->graph->function_of[g->frames.items[at]]]);
}

static void add_frame_line(struct gecko *g, uint32_t at)
{
	uint32_t line = name_of_frame(g, at)->line;

	add_number_or_null(g->out, line, line > 0);
}

static void add_frame_category(struct gecko *g, uint32_t at)
{
	const struct tree_name *name = name_of_frame(g, at);
	bool is_gc = name->kind == TREE_MARKER && strcmp(name->text, SCRAPE_MARK_GC) == 0;

	if (is_gc)
		buf_number(g->out, GC);
	else
		buf_number(g->out, name->kind == TREE_PYTHON ? PYTHON : name->kind == TREE_NATIVE ? NATIVE : OTHER);
}

static void add_function_name(struct gecko *g, uint32_t at)
{
	buf_number(g->out, string_of(g, tree_shown(name_of_function(g, at))));
}

static void add_function_file(struct gecko *g, uint32_t at)
{
	const char *file = name_of_function(g, at)->file;

	add_number_or_null(g->out, file[0] ? string_of(g, file) : 0, file[0]);
}

static void add_function_line(struct gecko *g, uint32_t at)
{
	uint32_t line = name_of_function(g, at)->first_line;

	add_number_or_null(g->out, line, line > 0);
}

static void add_stack_frame(struct gecko *g, uint32_t at)
{
	buf_number(g->out, g->frame_of[g->tree->nodes[g->first + at].name]);
}

static void add_stack_prefix(struct gecko *g, uint32_t at)
{
	uint32_t parent = g->parents[g->first + at];

	add_number_or_null(g->out, parent - g->first, parent >= g->first);
}

static void add_tables(struct gecko *g)
{
	size_t n = g->end - g->first;

	buf_fmt(g->out, ",\n\"stackTable\":{\"length\":%zu", n);
	add_column(g, "frame", n, add_stack_frame);
	add_column(g, "prefix", n, add_stack_prefix);
	n = g->frames.n;
	buf_fmt(g->out, "},\n\"frameTable\":{\"length\":%zu", n);
	add_same(g->out, "address", n, "-1");
	add_same(g->out, "inlineDepth", n, "0");
	add_column(g, "category", n, add_frame_category);
	add_same(g->out, "subcategory", n, "0");
	add_column(g, "func", n, add_frame_function);
	add_same(g->out, "nativeSymbol", n, "null");
	add_same(g->out, "innerWindowID", n, "null");
	add_column(g, "line", n, add_frame_line);
	add_same(g->out, "column", n, "null");
	n = g->functions.n;
	buf_fmt(g->out, "},\n\"funcTable\":{\"length\":%zu", n);
	add_column(g, "name", n, add_function_name);
	add_same(g->out, "isJS", n, "false");
	add_same(g->out, "relevantForJS", n, "false");
	add_same(g->out, "resource", n, "-1");
	add_column(g, "fileName", n, add_function_file);
	add_column(g, "lineNumber", n, add_function_line);
	add_same(g->out, "columnNumber", n, "null");
	buf_str(g->out, "},\n\"resourceTable\":{\"length\":0,\"lib\":[],\"name\":[],\"host\":[],\"type\":[]},"
			"\"nativeSymbols\":{\"length\":0,\"libIndex\":[],\"address\":[],\"name\":[],"
			"\"functionSize\":[]},\"markers\":{\"length\":0,\"data\":[],\"name\":[],\"startTime\":[],"
			"\"endTime\":[],\"phase\":[],\"category\":[]}");
}

/* Samples of a thread: of a run (its looks in turn), or with NULL the one that says that nothing follows. */
typedef void (*sample_fn)(struct gecko *g, const struct tree_run *run, uint64_t at_us, uint64_t weight);

static size_t each_sample(struct gecko *g, const struct tree_thread *thread, sample_fn add)
{
	uint64_t until = 0;
	size_t n = 0;

	for (size_t i = 0; i <= thread->n_runs; i++) {
		const struct tree_run *run = i < thread->n_runs ? &thread->runs[i] : NULL;

		if (!run || run->from_us > until) {
			buf_str(g->out, n++ > 0 ? "," : "");
			add(g, NULL, until, 1);
		}
		for (uint64_t k = 0; run && k < run->looks; k += g->stride) {
			uint64_t rest = run->looks - k, span = run->until_us - run->from_us;

			buf_str(g->out, n++ > 0 ? "," : "");
			add(g, run, run->from_us + (uint64_t)((unsigned __int128)span * k / run->looks),
			    rest < g->stride ? rest : g->stride);
		}
		until = run ? run->until_us : until;
	}
	return n;
}

static void add_sample_stack(struct gecko *g, const struct tree_run *run, uint64_t at_us, uint64_t weight)
{
	(void)at_us, (void)weight; /* of other columns */
	add_number_or_null(g->out, run ? run->node - g->first : 0, run && run->node >= g->first);
}

static void add_sample_time(struct gecko *g, const struct tree_run *run, uint64_t at_us, uint64_t weight)
{
	(void)run, (void)weight;
	meta_add_thousandths(g->out, at_us);
}

static void add_sample_weight(struct gecko *g, const struct tree_run *run, uint64_t at_us, uint64_t weight)
{
	(void)run, (void)at_us;
	buf_number(g->out, weight);
}

/* CPU time since the sample before, in ns: what the height of the graph of a thread is made of. */
static void add_sample_cpu(struct gecko *g, const struct tree_run *run, uint64_t at_us, uint64_t weight)
{
	(void)weight;
	buf_number(g->out, g->before_ran && at_us > g->before_us ? (at_us - g->before_us) * NSEC_PER_USEC : 0);
	g->before_us = at_us;
	g->before_ran = run && run->flags & SCRAPE_ON_CPU;
}

static void add_samples(struct gecko *g, const struct tree_thread *thread)
{
	size_t n;

	buf_str(g->out, ",\n\"samples\":{\"weightType\":\"samples\",\"stack\":[");
	n = each_sample(g, thread, add_sample_stack);
	buf_str(g->out, "],\n\"time\":[");
	(void)each_sample(g, thread, add_sample_time); /* as many */
	buf_str(g->out, "],\n\"weight\":[");
	(void)each_sample(g, thread, add_sample_weight);
	buf_str(g->out, "],\n\"threadCPUDelta\":[");
	g->before_ran = false;
	(void)each_sample(g, thread, add_sample_cpu);
	buf_fmt(g->out, "],\"length\":%zu}", n);
}

/* Which nodes, frames and functions the thread has. */
static int take_thread(struct gecko *g, const struct tree_thread *thread)
{
	const struct tree *tree = g->tree;
	uint32_t *place;

	memset(g->frame_of, 0xff, tree->n_names * sizeof(*g->frame_of));
	memset(g->function_of, 0xff, g->graph->functions.n * sizeof(*g->function_of));
	g->frames.n = g->functions.n = 0;
	g->first = thread->node + 1;
	g->end = tree_end(tree, thread->node);
	for (uint32_t i = g->first; i < g->end; i++) {
		uint32_t name = tree->nodes[i].name, function = g->graph->function_of[name];

		if (g->frame_of[name] == NONE) {
			g->frame_of[name] = (uint32_t)g->frames.n;
			if (!(place = VEC_PUSH(&g->frames)))
				return SCRAPE_ENOMEM;
			*place = name;
		}
		if (g->function_of[function] == NONE) {
			g->function_of[function] = (uint32_t)g->functions.n;
			if (!(place = VEC_PUSH(&g->functions)))
				return SCRAPE_ENOMEM;
			*place = function;
		}
	}
	return 0;
}

static int add_thread(struct gecko *g, const struct tree_thread *thread)
{
	struct buf name = BUF_INIT;
	int r = take_thread(g, thread);

	if (r < 0)
		return r;
	buf_str(&name, thread->name);
	if (!thread->name[0])
		buf_fmt(&name, "tid %" PRIu32, thread->tid);
	buf_str(g->out, "{\"processType\":\"default\",\"processStartupTime\":0,\"processShutdownTime\":null,"
			"\"registerTime\":0,\"unregisterTime\":null,\"pausedRanges\":[],\"name\":");
	text_json(g->out, name.data, name.len);
	buf_str(g->out, ",\"processName\":");
	text_json(g->out, thread->service, strlen(thread->service));
	buf_fmt(g->out, ",\"isMainThread\":%s,\"pid\":\"%" PRIu32 "\",\"tid\":%" PRIu32,
		thread->pid == thread->tid ? "true" : "false", thread->pid, thread->tid);
	add_samples(g, thread);
	add_tables(g);
	buf_chr(g->out, '}');
	r = name.failed ? SCRAPE_ENOMEM : 0;
	buf_deinit(&name);
	return r;
}

static void add_meta(struct gecko *g)
{
	const struct tree_meta *meta = &g->tree->meta;

	buf_str(g->out, "{\"meta\":{\"version\":32,\"preprocessedProfileVersion\":57,\"processType\":0,\"stackwalk\":0,"
			"\"debug\":false,\"symbolicated\":true,\"symbolicationNotSupported\":true,"
			"\"usesOnlyOneStackType\":true,\"sourceCodeIsNotOnSearchfox\":true,"
			"\"keepProfileThreadOrder\":true,"
			"\"markerSchema\":[],\"extensions\":{\"length\":0,\"baseURL\":[],\"id\":[],\"name\":[]},"
			"\"sampleUnits\":{\"time\":\"ms\",\"eventDelay\":\"ms\",\"threadCPUDelta\":\"ns\"},"
			"\"importedFrom\":\"scrape " SCRAPE_VERSION "\",\"product\":");
	text_json(g->out, meta->title, strnlen(meta->title, sizeof(meta->title)));
	buf_str(g->out, ",\"interval\":");
	meta_add_thousandths(g->out, meta_period_ns(meta) / NSEC_PER_USEC);
	buf_str(g->out, ",\"startTime\":");
	meta_add_thousandths(g->out, meta->start_wall_ns / NSEC_PER_USEC);
	buf_str(g->out, ",\"profilingStartTime\":0,\"profilingEndTime\":");
	meta_add_thousandths(g->out, meta->duration_ns / NSEC_PER_USEC);
	buf_str(g->out, ",\"categories\":["
			"{\"name\":\"Other\",\"color\":\"grey\",\"subcategories\":[\"Other\"]},"
			"{\"name\":\"Python\",\"color\":\"yellow\",\"subcategories\":[\"Other\"]},"
			"{\"name\":\"Native\",\"color\":\"blue\",\"subcategories\":[\"Other\"]},"
			"{\"name\":\"GC\",\"color\":\"orange\",\"subcategories\":[\"Other\"]},"
			"{\"name\":\"Idle\",\"color\":\"transparent\",\"subcategories\":[\"Other\"]}]},\n"
			"\"libs\":[],\"pages\":[],\"counters\":[],\"profilerOverhead\":[],\n\"threads\":[");
}

static int add_document(struct gecko *g)
{
	int r = 0;

	add_meta(g);
	for (size_t i = 0; i < g->tree->n_threads && r == 0; i++) {
		buf_str(g->out, i > 0 ? ",\n" : "");
		r = add_thread(g, &g->tree->threads[i]);
	}
	buf_str(g->out, "],\n\"shared\":{\"stringArray\":[");
	buf_add(g->out, g->strings.data, g->strings.len);
	buf_str(g->out, "]}}\n");
	return r < 0 ? r : g->strings.failed || g->out->failed ? SCRAPE_ENOMEM : 0;
}

static uint64_t stride_of(const struct tree *tree)
{
	uint64_t looks = 0;

	for (size_t i = 0; i < tree->n_runs; i++)
		looks += tree->runs[i].looks;
	return looks / SAMPLES_MAX + 1;
}

static int encode_gecko(const struct tree *tree, struct buf *out)
{
	_cleanup_free_ uint32_t *parents = calloc(tree->n_nodes + 1, sizeof(*parents));
	_cleanup_free_ uint32_t *frame_of = calloc(tree->n_names + 1, sizeof(*frame_of));
	_cleanup_free_ uint32_t *function_of = calloc(tree->n_names + 1, sizeof(*function_of)); /* not more of them */
	struct callgraph graph;
	struct gecko g = {.tree = tree, .graph = &graph, .out = out, .parents = parents, .frame_of = frame_of,
			  .function_of = function_of, .stride = stride_of(tree)};
	int r = callgraph_make(tree, &graph);

	if (!parents || !frame_of || !function_of)
		r = SCRAPE_ENOMEM;
	if (r == 0) {
		tree_parents(tree, parents);
		r = add_document(&g);
	}
	map_deinit(&g.by_text);
	buf_deinit(&g.strings);
	VEC_DEINIT(&g.frames);
	VEC_DEINIT(&g.functions);
	callgraph_deinit(&graph);
	return r;
}

const struct encoder encoder_gecko = {
	.name = "gecko",
	.suffix = ".gecko.json",
	.mime = "application/json",
	.what = "threads over time, for profiler.firefox.com",
	.times = ENCODER_NEEDS_TIMES,
	.encode = encode_gecko,
};
