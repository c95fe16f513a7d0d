/* SPDX-License-Identifier: MIT */
/*
 * label: how frames, processes and threads read.
 *
 * Python and native frames in brackets always have their parentheses, even around nothing: a function that was named
 * "[gc]" must not read like the marker.
 */
#include "profile/label.h"

#include <stdlib.h>
#include <string.h>

#include "profile/state.h"
#include "stream/module.h"

int labels_init(struct labels *l, const struct profile *profile, const struct profile_query *query)
{
	*l = (struct labels){.profile = profile, .query = query};
	l->texts.seed = profile->strings.seed;
	for (size_t i = 0; i < profile->frames.list.n; i++)
		if (id_add(&l->name_of_frame, 0) < 0)
			return SCRAPE_ENOMEM;
	return 0;
}

void labels_deinit(struct labels *l)
{
	strings_deinit(&l->texts);
	VEC_DEINIT(&l->names);
	VEC_DEINIT(&l->name_of_text);
	VEC_DEINIT(&l->name_of_frame);
	buf_deinit(&l->buf);
}

/* A text of the profile as one of the tree, which may live longer. NULL without memory. */
static const char *text_of(struct labels *l, const char *text, size_t len)
{
	uint32_t number;

	if (strings_add(&l->texts, text, len, &number) < 0)
		return NULL;
	while (l->name_of_text.n <= number)
		if (id_add(&l->name_of_text, 0) < 0)
			return NULL;
	return l->texts.list.items[number].text;
}

/* A number of the profile's strings, likewise. */
static const char *string_of(struct labels *l, uint32_t number)
{
	const struct string *string = &l->profile->strings.list.items[number];

	return text_of(l, string->text, string->len);
}

/* Where the code of a frame is from, and of a native one the build id, "" if there is none. */
static struct string module_of(const struct labels *l, const struct frame *frame, const char **ret_build_id)
{
	struct string module = l->profile->strings.list.items[frame->module];

	*ret_build_id = "";
	if (frame->kind == STREAM_FRAME_NATIVE || frame->kind == STREAM_FRAME_INLINED)
		module.len = (uint32_t)stream_module_split(module.text, module.len, ret_build_id);
	return module;
}

/* The name that reads as l->buf does: one that is there, or a new one with the details of this frame, if it is one, and
 * this function. */
static int name_of_buf(struct labels *l, const struct frame *frame, const struct string *function, uint32_t line,
		       enum tree_kind kind, uint32_t *ret)
{
	struct string module = {.text = ""};
	const char *text, *build_id = "";
	struct tree_name *name;
	uint32_t number;

	if (frame)
		module = module_of(l, frame, &build_id);
	if (l->buf.failed || !(text = text_of(l, l->buf.data, l->buf.len)) ||
	    strings_add(&l->texts, text, l->buf.len, &number) < 0)
		return SCRAPE_ENOMEM;
	if (l->name_of_text.items[number]) {
		*ret = l->name_of_text.items[number] - 1;
		name = &l->names.items[*ret];
		name->build_id = strcmp(name->build_id, build_id) == 0 ? name->build_id : "";
		return 0;
	}
	name = VEC_PUSH(&l->names);
	if (!name)
		return SCRAPE_ENOMEM;
	name->text = text;
	name->function = function ? text_of(l, function->text, function->len) : text;
	name->file = frame ? string_of(l, frame->file) : text_of(l, "", 0);
	name->module = text_of(l, module.text, module.len);
	name->build_id = text_of(l, build_id, strlen(build_id));
	name->line = line;
	name->first_line = frame && !l->query->by_module ? frame->first_line : 0;
	name->kind = kind;
	name->inlined = frame && frame->kind == STREAM_FRAME_INLINED && !l->query->by_module;
	if (!name->function || !name->file || !name->module || !name->build_id)
		return SCRAPE_ENOMEM;
	l->name_of_text.items[number] = (uint32_t)l->names.n;
	*ret = (uint32_t)l->names.n - 1;
	return 0;
}

/* What the program calls it; where that is not known "json.decoder" for "json/decoder.py", "json" for
 * "json/__init__.py", the file itself for what is no Python source. */
static void put_module(struct labels *l, const struct frame *frame, const struct string *file)
{
	static const char py[] = ".py", init[] = "/__init__";
	const char *text = file->text + frame->short_at;
	const char *build_id;
	struct string module = module_of(l, frame, &build_id);
	size_t n = file->len - frame->short_at, from = l->buf.len;

	if (module.len > 0) {
		buf_add(&l->buf, module.text, module.len);
		return;
	}
	if (frame->kind == STREAM_FRAME_PYTHON && n > strlen(py) && strcmp(text + n - strlen(py), py) == 0)
		n -= strlen(py);
	if (n > strlen(init) && memcmp(text + n - strlen(init), init, strlen(init)) == 0)
		n -= strlen(init);
	buf_add(&l->buf, text, n);
	for (size_t i = from; frame->kind == STREAM_FRAME_PYTHON && i < l->buf.len; i++)
		if (l->buf.data[i] == '/')
			l->buf.data[i] = '.';
}

static void put_place(struct labels *l, const struct frame *frame, const struct string *file, uint32_t line)
{
	size_t from = l->query->full_filenames ? 0 : frame->short_at;

	if (file->len == 0 && l->buf.len > 0 && l->buf.data[0] != '[')
		return;
	buf_str(&l->buf, " (");
	buf_add(&l->buf, file->text + from, file->len - from);
	if (line)
		buf_fmt(&l->buf, ":%u", line);
	if (frame->kind == STREAM_FRAME_INLINED && file->len > 0)
		buf_str(&l->buf, ", inlined");
	buf_chr(&l->buf, ')');
}

/* Leaves the module of a frame in l->buf and as a text of its own in *ret. */
static int take_module(struct labels *l, const struct frame *frame, const struct string *file, struct string *ret)
{
	const char *text;

	put_module(l, frame, file);
	text = l->buf.failed || !buf_reserve(&l->buf, 1) ? NULL : text_of(l, l->buf.data, l->buf.len);
	if (!text)
		return SCRAPE_ENOMEM;
	*ret = (struct string){.text = text, .len = (uint32_t)l->buf.len};
	return 0;
}

int labels_frame(struct labels *l, uint32_t number, uint32_t *ret)
{
	static const enum tree_kind kinds[] = {
		[STREAM_FRAME_PYTHON] = TREE_PYTHON,
		[STREAM_FRAME_NATIVE] = TREE_NATIVE,
		[STREAM_FRAME_MARKER] = TREE_MARKER,
		[STREAM_FRAME_INLINED] = TREE_NATIVE,
	};
	const struct string *strings = l->profile->strings.list.items, *function, *file;
	const struct frame *frame;
	struct string module;
	uint32_t line;
	int code;

	if (l->name_of_frame.items[number]) {
		*ret = l->name_of_frame.items[number] - 1;
		return 0;
	}
	frame = frames_at(&l->profile->frames, number);
	function = &strings[frame->function];
	file = &strings[frame->file];
	line = l->query->by_function ? frame->first_line : frame->line;
	if (l->query->no_lines || l->query->by_module || frame->kind == STREAM_FRAME_MARKER)
		line = 0;
	buf_reset(&l->buf);
	if (l->query->by_module && frame->kind != STREAM_FRAME_MARKER) {
		if (take_module(l, frame, file, &module) < 0)
			return SCRAPE_ENOMEM;
		function = &module;
	} else {
		buf_add(&l->buf, function->text, function->len);
	}
	if (frame->kind != STREAM_FRAME_MARKER)
		put_place(l, frame, file, line);
	code = name_of_buf(l, frame, function, line, kinds[frame->kind], ret);
	if (code == 0)
		l->name_of_frame.items[number] = *ret + 1;
	return code;
}

int labels_fixed(struct labels *l, const char *text, enum tree_kind kind, uint32_t *ret)
{
	buf_reset(&l->buf);
	buf_str(&l->buf, text);
	return name_of_buf(l, NULL, NULL, 0, kind, ret);
}

int labels_process(struct labels *l, uint32_t number, uint32_t *ret)
{
	const struct actor_process *process = &l->profile->actors.processes.items[number];
	const struct string *service = &l->profile->strings.list.items[process->service];

	buf_reset(&l->buf);
	buf_add(&l->buf, service->text, service->len);
	if (process->pid || !service->len)
		buf_fmt(&l->buf, "%s(pid %u)", service->len ? " " : "", process->pid);
	return name_of_buf(l, NULL, NULL, 0, TREE_GROUP, ret);
}

int labels_thread(struct labels *l, uint32_t number, uint32_t *ret)
{
	const struct actor_thread *thread = &l->profile->actors.threads.items[number];
	const struct string *name = &l->profile->strings.list.items[thread->name];

	if (thread->tid == ACTORS_TID_PRUNED)
		return labels_fixed(l, SCRAPE_MARK_PRUNED, TREE_MARKER, ret);
	buf_reset(&l->buf);
	buf_str(&l->buf, "thread ");
	buf_add(&l->buf, name->text, name->len);
	if (thread->tid || !name->len)
		buf_fmt(&l->buf, "%s(tid %u)", name->len ? " " : "", thread->tid);
	return name_of_buf(l, NULL, NULL, 0, TREE_GROUP, ret);
}

int labels_hand_over(struct labels *l, struct tree *ret)
{
	size_t n = l->names.n;
	struct tree_name *names = arena_alloc(&l->texts.arena, n * sizeof(*names));

	if (!names)
		return SCRAPE_ENOMEM;
	memcpy(names, l->names.items, n * sizeof(*names));
	ret->names = names;
	ret->n_names = n;
	ret->arena = l->texts.arena;
	l->texts.arena = (struct arena){0};
	return 0;
}
