/* SPDX-License-Identifier: MIT */
/* dump_print: a dump as text for people and as JSON for programs. */
#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "daemon/dump.h"
#include "scrape.h"
#include "stream/module.h"

struct flag_name {
	uint32_t flag;
	const char *name, *words; /* in JSON, in text */
};

static const struct flag_name flag_names[] = {
	{SCRAPE_ON_CPU, "cpu", "running"},
	{SCRAPE_HAS_GIL, "gil", "holds the GIL"},
	{SCRAPE_WANTS_GIL, "wants_gil", "waits for the GIL"},
	{SCRAPE_IN_GC, "gc", "collects garbage"},
	{SCRAPE_MAIN_THREAD, "main", NULL},
	{SCRAPE_TRUNCATED, "truncated", "outer frames are missing"},
};

/* The state and its flags: "running, holds the GIL", "asleep". */
static void text_flags(uint64_t flags, struct buf *out)
{
	if (!(flags & SCRAPE_ON_CPU))
		buf_str(out, "asleep");
	for (size_t i = 0; i < sizeof(flag_names) / sizeof(*flag_names); i++)
		if (flags & flag_names[i].flag && flag_names[i].words) {
			if (flag_names[i].flag != SCRAPE_ON_CPU)
				buf_str(out, ", ");
			buf_str(out, flag_names[i].words);
		}
}

static void text_locals(const struct dump_thread *thread, uint32_t depth, struct buf *out)
{
	for (size_t i = 0; i < thread->locals.n; i++) {
		const struct dump_local *local = &thread->locals.items[i];

		if (local->depth == depth)
			buf_fmt(out, "        %s%s = %s\n", local->argument ? "(argument) " : "", local->name,
				local->text);
	}
}

static void text_place(const struct dump_frame *frame, bool full, struct buf *out)
{
	if (!frame->file[0])
		return;
	buf_fmt(out, " (%s", frame->file + (full ? 0 : frame->short_at));
	if (frame->line)
		buf_fmt(out, ":%" PRIu32, frame->line);
	buf_str(out, frame->kind == STREAM_FRAME_INLINED ? ", inlined)" : ")");
}

static void text_thread(const struct dump *dump, const struct dump_thread *thread, bool full, bool color,
			struct buf *out)
{
	uint32_t depth = 0, python = 0;

	buf_fmt(out, "\n%sThread %" PRIu64 "%s%s%s%s: ", color ? "\033[1m" : "", thread->tid,
		thread->name[0] ? " \"" : "", thread->name, thread->name[0] ? "\"" : "", color ? "\033[0m" : "");
	if (!thread->seen) {
		buf_str(out, "could not be read while it stood still\n");
		return;
	}
	text_flags(thread->flags, out);
	buf_chr(out, '\n');
	for (uint32_t node = thread->node; node != 0; node = dump->nodes.items[node].parent, depth++) {
		const struct dump_frame *frame = &dump->frames.items[dump->nodes.items[node].frame];

		buf_fmt(out, "    %s", frame->function);
		text_place(frame, full, out);
		buf_chr(out, '\n');
		if (frame->kind == STREAM_FRAME_PYTHON)
			text_locals(thread, python++, out);
	}
	if (thread->flags & SCRAPE_TRUNCATED)
		buf_str(out, "    " SCRAPE_MARK_TRUNCATED "\n");
	if (depth == 0)
		buf_str(out, "    (no frame)\n");
}

void dump_text(const struct dump *dump, bool full_filenames, bool color, struct buf *out)
{
	for (size_t i = 0; i < dump->targets.n; i++) {
		const struct dump_target *target = &dump->targets.items[i];

		buf_fmt(out, "%sProcess %" PRIu64 ": %s\n%s, service %s\n", i ? "\n" : "", target->pid, target->command,
			target->runtime, target->service);
		for (size_t k = 0; k < dump->threads.n; k++)
			if (dump->threads.items[k].target == i && dump->threads.items[k].name)
				text_thread(dump, &dump->threads.items[k], full_filenames, color, out);
	}
}

static void json_string(struct buf *out, const char *text)
{
	text_json(out, text, strlen(text));
}

static void json_locals(const struct dump_thread *thread, uint32_t depth, struct buf *out)
{
	bool first = true;

	if (thread->locals.n == 0)
		return;
	buf_str(out, ",\"locals\":[");
	for (size_t i = 0; i < thread->locals.n; i++) {
		const struct dump_local *local = &thread->locals.items[i];

		if (local->depth != depth)
			continue;
		buf_str(out, first ? "{\"name\":" : ",{\"name\":");
		json_string(out, local->name);
		buf_str(out, ",\"value\":");
		json_string(out, local->text);
		buf_fmt(out, ",\"argument\":%s}", local->argument ? "true" : "false");
		first = false;
	}
	buf_chr(out, ']');
}

static void json_module(struct buf *out, const struct dump_frame *frame)
{
	const char *build_id = "";
	size_t n = strlen(frame->module);

	if (frame->kind == STREAM_FRAME_NATIVE || frame->kind == STREAM_FRAME_INLINED)
		n = stream_module_split(frame->module, n, &build_id);
	buf_str(out, ",\"module\":");
	text_json(out, frame->module, n);
	if (build_id[0]) {
		buf_str(out, ",\"build_id\":");
		json_string(out, build_id);
	}
}

static void json_frames(const struct dump *dump, const struct dump_thread *thread, struct buf *out)
{
	static const char *const kinds[] = {[STREAM_FRAME_PYTHON] = "python",
					    [STREAM_FRAME_NATIVE] = "native",
					    [STREAM_FRAME_MARKER] = "marker",
					    [STREAM_FRAME_INLINED] = "inlined"};
	uint32_t depth = 0, python = 0;

	for (uint32_t node = thread->node; node != 0; node = dump->nodes.items[node].parent, depth++) {
		const struct dump_frame *frame = &dump->frames.items[dump->nodes.items[node].frame];

		buf_str(out, depth ? ",{\"function\":" : "{\"function\":");
		json_string(out, frame->function);
		buf_str(out, ",\"file\":");
		json_string(out, frame->file);
		buf_str(out, ",\"short_file\":");
		json_string(out, frame->file + frame->short_at);
		json_module(out, frame);
		buf_fmt(out, ",\"line\":%" PRIu32 ",\"kind\":\"%s\"", frame->line, kinds[frame->kind]);
		if (frame->kind == STREAM_FRAME_PYTHON)
			json_locals(thread, python++, out);
		buf_chr(out, '}');
	}
	if (thread->flags & SCRAPE_TRUNCATED)
		buf_fmt(out,
			"%s{\"function\":\"" SCRAPE_MARK_TRUNCATED
			"\",\"file\":\"\",\"short_file\":\"\",\"module\":\"\",\"line\":0,\"kind\":\"marker\"}",
			depth ? "," : "");
}

static void json_thread(const struct dump *dump, const struct dump_thread *thread, struct buf *out)
{
	bool first = true;

	buf_fmt(out, "{\"tid\":%" PRIu64 ",\"name\":", thread->tid);
	json_string(out, thread->name);
	buf_fmt(out, ",\"seen\":%s,\"flags\":[", thread->seen ? "true" : "false");
	for (size_t i = 0; i < sizeof(flag_names) / sizeof(*flag_names); i++)
		if (thread->flags & flag_names[i].flag) {
			buf_fmt(out, "%s\"%s\"", first ? "" : ",", flag_names[i].name);
			first = false;
		}
	buf_str(out, "],\"frames\":[");
	json_frames(dump, thread, out);
	buf_str(out, "]}");
}

static void json_target(const struct dump *dump, size_t i, struct buf *out)
{
	const struct dump_target *target = &dump->targets.items[i];
	bool first = true;

	buf_fmt(out, "{\"pid\":%" PRIu64 ",\"command\":", target->pid);
	json_string(out, target->command);
	buf_str(out, ",\"service\":");
	json_string(out, target->service);
	buf_str(out, ",\"runtime\":");
	json_string(out, target->runtime);
	buf_str(out, ",\"threads\":[");
	for (size_t k = 0; k < dump->threads.n; k++)
		if (dump->threads.items[k].target == i && dump->threads.items[k].name) {
			if (!first)
				buf_chr(out, ',');
			json_thread(dump, &dump->threads.items[k], out);
			first = false;
		}
	buf_str(out, "]}");
}

void dump_json(const struct dump *dump, struct buf *out)
{
	bool several = dump->targets.n != 1;

	if (several)
		buf_chr(out, '[');
	for (size_t i = 0; i < dump->targets.n; i++) {
		if (i)
			buf_chr(out, ',');
		json_target(dump, i, out);
	}
	buf_str(out, several ? "]\n" : "\n");
}
