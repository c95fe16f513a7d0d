/* SPDX-License-Identifier: MIT */
/* top_json: a daemon's answer becomes a sum. */
#include "cli/top_json.h"

#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/text.h"
#include "cli/top.h"
#include "encode/meta.h"
#include "scrape.h"
#include "stream/stream.h"

#define SECONDS_MAX 1e9
#define NODE_NS_MAX (1e9 * NSEC_PER_SEC) /* some thirty years */
#define DEPTH_MAX (SCRAPE_DEPTH_MAX + 64) /* with process, thread and markers */

/* The arrays of the answer, borrowed from it; all of one kind are of one length. */
struct answer {
	const json_t *text, *function, *file, *line, *kind; /* by name */
	const json_t *name, *self, *total, *depth;          /* by node */
	const json_t *meta;
	size_t n_names, n_nodes;
};

/* A name of the answer. */
struct known {
	uint32_t name;      /* in struct top_names */
	uint32_t on_path;   /* how often it is on the path to the node in hand */
	bool group, thread;
	uint32_t tid;
};

struct walk {
	struct answer a;
	struct known *known;
	uint32_t *path;       /* numbers of known, by depth */
	double ns_per_unit;
	enum profile_mode mode;
	struct top_names *names;
	struct top_sum *sum;
	uint32_t thread;      /* tid of the thread on the path, 0: none */
	uint64_t thread_most; /* self of its leaf */
	size_t thread_depth;
};

static const json_t *array_of(const json_t *root, const char *key, size_t n, bool *bad)
{
	const json_t *array = json_object_get(root, key);

	*bad = *bad || !json_is_array(array) || json_array_size(array) != n;
	return array;
}

static int find_arrays(const json_t *root, struct answer *a, struct err *err)
{
	bool bad = false;

	a->n_names = json_array_size(json_object_get(root, "names"));
	a->n_nodes = json_array_size(json_object_get(root, "name"));
	a->text = array_of(root, "names", a->n_names, &bad);
	a->function = array_of(root, "function", a->n_names, &bad);
	a->file = array_of(root, "file", a->n_names, &bad);
	a->line = array_of(root, "line", a->n_names, &bad);
	a->kind = array_of(root, "kind", a->n_names, &bad);
	a->name = array_of(root, "name", a->n_nodes, &bad);
	a->self = array_of(root, "self", a->n_nodes, &bad);
	a->total = array_of(root, "total", a->n_nodes, &bad);
	a->depth = array_of(root, "depth", a->n_nodes, &bad);
	a->meta = json_object_get(root, "meta");
	if (bad || !json_is_object(a->meta) || a->n_nodes == 0)
		return err_set(err, SCRAPE_EFORMAT, "the answer is not a profile of scrape");
	return 0;
}

/* A number within 0..max, or -1. */
static double number_in(const json_t *value, double max)
{
	double number = json_is_number(value) ? json_number_value(value) : -1;

	return number >= 0 && number <= max ? number : -1;
}

static int read_meta(struct walk *w, struct top_about *about, struct err *err)
{
	const json_t *meta = w->a.meta, *lost = json_object_get(meta, "lost");
	double duration = number_in(json_object_get(meta, "duration"), SECONDS_MAX);
	double asked = number_in(json_object_get(meta, "rate_asked"), SCRAPE_RATE_MAX);
	double reached = number_in(json_object_get(meta, "rate_reached"), SCRAPE_RATE_MAX);
	double looks = number_in(json_object_get(meta, "looks"), 1e18);
	const char *title = json_string_value(json_object_get(meta, "title"));
	double rate = asked > 0 ? asked : reached > 0 ? reached : SCRAPE_RATE_DEFAULT;
	struct buf clean = BUF_INIT;

	if (duration < 0 || looks < 0)
		return err_set(err, SCRAPE_EFORMAT, "the answer does not say how long and how often it looked");
	w->ns_per_unit = (double)NSEC_PER_SEC / rate;
	w->sum->duration_us = (uint64_t)(duration * 1e6);
	w->sum->until_us = 1; /* of threads too: all are there */
	w->sum->looks = (uint64_t)looks;
	w->sum->ticks = reached > 0 ? (uint64_t)(reached * duration) : 0;
	for (int i = 0; i < SCRAPE_LOSS_COUNT; i++) {
		double n = number_in(json_object_get(lost, meta_losses[i]), 1e18);

		w->sum->lost[i] = n > 0 ? (uint64_t)n : 0;
	}
	about->rate_asked = asked > 0 ? asked : 0;
	text_clean(&clean, title ? title : "", title ? strlen(title) : 0, sizeof(about->title) - 1);
	(void)snprintf(about->title, sizeof(about->title), "%s", buf_cstr(&clean) ? clean.data : ""); /* it fits */
	buf_deinit(&clean);
	return 0;
}

/* "raw_decode (json/decoder.py:353)" tells which part of the file's name is shown. */
static uint32_t short_file_at(const char *text, const char *function, const char *file)
{
	size_t n_function = strlen(function), n_file = strlen(file), n;
	const char *place = text + n_function + 2;

	if (strncmp(text, function, n_function) != 0 || strncmp(text + n_function, " (", 2) != 0)
		return 0;
	n = strlen(place);
	n -= n > 0 && place[n - 1] == ')';
	for (size_t digits = n; digits > 0; digits--)
		if (place[digits - 1] == ':' && digits < n) {
			n = digits - 1;
			break;
		} else if (place[digits - 1] < '0' || place[digits - 1] > '9') {
			break;
		}
	if (n > n_file || n_file > TOP_TEXT_MAX || strncmp(file + n_file - n, place, n) != 0)
		return 0;
	return (uint32_t)(n_file - n);
}

/* "thread worker (tid 43)" */
static bool is_thread(const char *text, uint32_t *tid_ret)
{
	const char *at = strrchr(text, '(');

	return strncmp(text, "thread ", 7) == 0 && at && sscanf(at, "(tid %" SCNu32 ")", tid_ret) == 1 && *tid_ret > 0;
}

static int read_name(struct walk *w, size_t i, struct err *err)
{
	const char *text = json_string_value(json_array_get(w->a.text, i));
	const char *function = json_string_value(json_array_get(w->a.function, i));
	const char *file = json_string_value(json_array_get(w->a.file, i));
	const char *kind = json_string_value(json_array_get(w->a.kind, i));
	double line = number_in(json_array_get(w->a.line, i), UINT32_MAX);
	struct known *known = &w->known[i];
	struct frame frame = {.kind = STREAM_FRAME_PYTHON};

	if (!text || !function || !file || !kind || line < 0)
		return err_set(err, SCRAPE_EFORMAT, "name %zu of the answer is none", i);
	known->group = strcmp(kind, "group") == 0;
	known->thread = known->group && is_thread(text, &known->tid);
	if (strcmp(kind, "native") == 0)
		frame.kind = STREAM_FRAME_NATIVE;
	else if (strcmp(kind, "python") != 0)
		frame.kind = STREAM_FRAME_MARKER;
	frame.line = frame.first_line = (uint32_t)line;
	frame.short_at = short_file_at(text, function, file);
	if (top_names_text(w->names, function, strlen(function), &frame.function) < 0 ||
	    top_names_text(w->names, file, strlen(file), &frame.file) < 0 ||
	    top_names_add(w->names, &frame, &known->name) < 0)
		return err_set(err, SCRAPE_ENOMEM, "out of memory");
	return 0;
}

static void name_thread(struct top_thread *thread, const char *text)
{
	size_t n = strlen(text), end = (size_t)(strrchr(text, '(') - text);
	struct buf clean = BUF_INIT;

	n = end > 7 ? end - 1 - 7 : 0; /* between "thread " and " (tid" */
	text_clean(&clean, text + 7, n, sizeof(thread->name) - 1);
	(void)snprintf(thread->name, sizeof(thread->name), "%s", buf_cstr(&clean) ? clean.data : "");
	buf_deinit(&clean);
	thread->until_us = 1;
}

/* The thread that a node belongs to gets its self time, and its leaf where most of it is. */
static int count_thread(struct walk *w, uint32_t number, uint64_t self_ns, size_t depth)
{
	const struct known *known = &w->known[number];
	struct top_thread *thread;

	if (known->thread) {
		w->thread = known->tid;
		w->thread_depth = depth;
		w->thread_most = 0;
	} else if (depth <= w->thread_depth) {
		w->thread = 0;
	}
	if (w->thread == 0)
		return 0;
	thread = top_sum_thread(w->sum, 0, w->thread);
	if (!thread)
		return SCRAPE_ENOMEM;
	if (known->thread)
		name_thread(thread, json_string_value(json_array_get(w->a.text, number)));
	thread->ns[w->mode] += self_ns;
	if (!known->group && self_ns > w->thread_most) {
		w->thread_most = self_ns;
		thread->leaf = known->name;
	}
	return 0;
}

static int count_node(struct walk *w, uint32_t number, uint64_t self_ns, uint64_t total_ns)
{
	const struct known *known = &w->known[number];

	for (int merge = 0; merge < TOP_MERGES && !known->group; merge++) {
		struct top_item *item = top_sum_item(w->sum, (enum top_merge)merge, known->name);

		if (!item)
			return SCRAPE_ENOMEM;
		item->self_ns[w->mode] += self_ns;
		item->total_ns[w->mode] += known->on_path == 1 ? total_ns : 0; /* not for one that called itself */
	}
	w->sum->ns[w->mode] += self_ns;
	return 0;
}

static int walk_nodes(struct walk *w, struct err *err)
{
	size_t last = 0;

	for (size_t i = 0; i < w->a.n_nodes; i++) {
		double number = number_in(json_array_get(w->a.name, i), (double)w->a.n_names - 1);
		double depth = number_in(json_array_get(w->a.depth, i), i == 0 ? 0 : (double)last + 1);
		double self = number_in(json_array_get(w->a.self, i), NODE_NS_MAX / w->ns_per_unit);
		double total = number_in(json_array_get(w->a.total, i), NODE_NS_MAX / w->ns_per_unit);
		size_t at;

		if (number < 0 || depth < 0 || depth >= DEPTH_MAX || self < 0 || total < 0 || (i > 0 && depth < 1))
			return err_set(err, SCRAPE_EFORMAT, "node %zu of the answer has no place", i);
		at = (size_t)depth;
		for (size_t above = at; i > 0 && above <= last; above++)
			w->known[w->path[above]].on_path--;
		w->path[at] = (uint32_t)number;
		w->known[w->path[at]].on_path++;
		last = at;
		if (count_thread(w, w->path[at], (uint64_t)(self * w->ns_per_unit), at) < 0 ||
		    count_node(w, w->path[at], (uint64_t)(self * w->ns_per_unit),
			       (uint64_t)(total * w->ns_per_unit)) < 0)
			return err_set(err, SCRAPE_ENOMEM, "out of memory");
	}
	return 0;
}

int top_json_read(const char *bytes, size_t n, enum profile_mode mode, struct top_names *names, struct top_sum *sum,
		  struct top_about *about, struct err *err)
{
	struct walk w = {.mode = mode, .names = names, .sum = sum};
	json_error_t why;
	json_t *root = json_loadb(bytes, n, 0, &why);
	int code = root ? find_arrays(root, &w.a, err)
			: err_set(err, SCRAPE_EFORMAT, "the answer is not JSON (line %d)", why.line);

	if (code == 0) {
		w.known = calloc(w.a.n_names + 1, sizeof(*w.known));
		w.path = calloc(DEPTH_MAX + 1, sizeof(*w.path));
		if (!w.known || !w.path)
			code = err_set(err, SCRAPE_ENOMEM, "out of memory");
	}
	if (code == 0)
		code = read_meta(&w, about, err);
	for (size_t i = 0; code == 0 && i < w.a.n_names; i++)
		code = read_name(&w, i, err);
	if (code == 0)
		code = walk_nodes(&w, err);
	free(w.known);
	free(w.path);
	json_decref(root);
	return code;
}
