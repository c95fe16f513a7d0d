/* SPDX-License-Identifier: MIT */
/*
 * history_export: closed slices as sample streams. Each defines what it names in the order in which it names it, so its
 * bytes depend on the slice alone, and not on the numbers that the tables have for it today.
 */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "profile/history_state.h"
#include "stream/writer.h"

/* Which id of the stream in hand a number has; + 1, 0: not defined yet. */
struct id_table {
	uint32_t *ids; /* by number */
	struct id_list defined;
};

struct exporter {
	const struct history *h;
	struct stream_writer w;
	struct id_table strings, frames, nodes, processes;
	uint32_t n_threads;  /* defined: one for each thread of the slice and feed */
	struct id_list path; /* scratch */
};

static int table_init(struct id_table *table, size_t n)
{
	table->ids = calloc(n + 1, sizeof(*table->ids));
	return table->ids ? 0 : SCRAPE_ENOMEM;
}

static void table_deinit(struct id_table *table)
{
	free(table->ids);
	VEC_DEINIT(&table->defined);
}

/* For the next slice. */
static void table_clear(struct id_table *table)
{
	VEC_EACH (number, &table->defined)
		table->ids[*number] = 0;
	table->defined.n = 0;
}

static int table_define(struct id_table *table, uint32_t number)
{
	if (id_add(&table->defined, number) < 0)
		return SCRAPE_ENOMEM;
	table->ids[number] = (uint32_t)table->defined.n;
	return 0;
}

static int exporter_init(struct exporter *e, const struct history *h)
{
	*e = (struct exporter){.h = h};
	if (table_init(&e->strings, h->names.strings.list.n) < 0 ||
	    table_init(&e->frames, h->names.frames.list.n) < 0 || table_init(&e->nodes, h->names.trie.nodes.n) < 0 ||
	    table_init(&e->processes, h->names.actors.processes.n) < 0)
		return SCRAPE_ENOMEM;
	return 0;
}

static void exporter_deinit(struct exporter *e)
{
	table_deinit(&e->strings);
	table_deinit(&e->frames);
	table_deinit(&e->nodes);
	table_deinit(&e->processes);
	VEC_DEINIT(&e->path);
}

static int put_string(struct exporter *e, uint32_t number, uint64_t *ret)
{
	const struct string *string = &e->h->names.strings.list.items[number];

	if (!e->strings.ids[number]) {
		if (table_define(&e->strings, number) < 0)
			return SCRAPE_ENOMEM;
		stream_put_string(&e->w, &(struct stream_string){.id = e->strings.ids[number] - 1u,
								 .bytes = string->text,
								 .len = string->len});
	}
	*ret = e->strings.ids[number] - 1;
	return 0;
}

/* What is "" is not there; any other text is the id of its string + 1. */
static int put_optional(struct exporter *e, uint32_t number, uint64_t *ret)
{
	int r = number == STATE_STRING_EMPTY ? 0 : put_string(e, number, ret);

	*ret += r == 0 && number != STATE_STRING_EMPTY;
	return r;
}

static int put_frame(struct exporter *e, uint32_t number, uint64_t *ret)
{
	const struct frame *frame = frames_at(&e->h->names.frames, number);
	struct stream_frame r = {
		.short_at = frame->short_at, .line = frame->line, .first_line = frame->first_line, .kind = frame->kind};

	if (!e->frames.ids[number]) {
		if (put_string(e, frame->function, &r.function) < 0 || put_string(e, frame->file, &r.file) < 0 ||
		    put_optional(e, frame->module, &r.module) < 0 || table_define(&e->frames, number) < 0)
			return SCRAPE_ENOMEM;
		r.id = e->frames.ids[number] - 1;
		stream_put_frame(&e->w, &r);
	}
	*ret = e->frames.ids[number] - 1;
	return 0;
}

/* The root is 0 and never defined, so others have their place in order as id. */
static int put_node(struct exporter *e, uint32_t number, uint64_t *ret)
{
	const struct trie_node *nodes = e->h->names.trie.nodes.items;

	e->path.n = 0;
	for (uint32_t at = number; at != TRIE_ROOT && !e->nodes.ids[at]; at = nodes[at].parent)
		if (id_add(&e->path, at) < 0)
			return SCRAPE_ENOMEM;
	while (e->path.n > 0) {
		uint32_t at = e->path.items[--e->path.n];
		struct stream_node r = {.parent = nodes[at].parent ? e->nodes.ids[nodes[at].parent] : 0};

		if (put_frame(e, nodes[at].label, &r.frame) < 0 || table_define(&e->nodes, at) < 0)
			return SCRAPE_ENOMEM;
		r.id = e->nodes.ids[at];
		stream_put_node(&e->w, &r);
	}
	*ret = number == TRIE_ROOT ? 0 : e->nodes.ids[number];
	return 0;
}

static int put_target(struct exporter *e, uint32_t number, uint64_t *ret)
{
	const struct actor_process *process = &e->h->names.actors.processes.items[number];
	struct stream_target r = {.pid = process->pid, .start_ticks = process->start_ticks};

	if (!e->processes.ids[number]) {
		if (put_string(e, process->command, &r.command) < 0 ||
		    put_string(e, process->service, &r.service) < 0 ||
		    put_string(e, process->runtime, &r.runtime) < 0 ||
		    put_optional(e, process->labels, &r.labels) < 0 || table_define(&e->processes, number) < 0)
			return SCRAPE_ENOMEM;
		r.id = e->processes.ids[number] - 1;
		stream_put_target(&e->w, &r);
	}
	*ret = e->processes.ids[number] - 1;
	return 0;
}

static int put_thread(struct exporter *e, const struct pack_thread *thread)
{
	const struct actor_thread *actor = &e->h->names.actors.threads.items[thread->thread];
	struct stream_thread r = {.id = e->n_threads++, .tid = actor->tid};
	const uint8_t *at = thread->rows;
	struct pack_row row = {0};

	if (actor->tid == ACTORS_TID_PRUNED)
		r.tid = HISTORY_TID_PRUNED;
	if (put_target(e, actor->process, &r.target) < 0 || put_string(e, actor->name, &r.name) < 0)
		return SCRAPE_ENOMEM;
	stream_put_thread(&e->w, &r);
	while (pack_next_row(&at, thread, &row)) {
		struct stream_sample sample = {.thread = r.id, .flags = row.flags, .looks = row.looks};

		if (put_node(e, e->h->stacks.items[row.stack], &sample.node) < 0)
			return SCRAPE_ENOMEM;
		stream_put_sample(&e->w, &sample);
	}
	stream_put_slice_thread(&e->w, &(struct stream_slice_thread){r.id, thread->cpu_ns, thread->wall_ns});
	return 0;
}

static int put_facts(struct exporter *e, const struct history_slice *slice)
{
	const uint8_t *end, *at = history_section(slice, SECTION_LOSSES, &end);
	struct pack_fact fact;
	struct pack_cells cells;
	uint64_t target;

	while (pack_next_fact(&at, end, &fact)) {
		if (put_target(e, fact.process, &target) < 0)
			return SCRAPE_ENOMEM;
		stream_put_loss(&e->w, &(struct stream_loss){target, fact.what, fact.value});
	}
	at = history_section(slice, SECTION_GONE, &end);
	while (pack_next_fact(&at, end, &fact)) {
		if (put_target(e, fact.process, &target) < 0)
			return SCRAPE_ENOMEM;
		stream_put_gone(&e->w, &(struct stream_gone){target, fact.what, fact.value});
	}
	at = history_section(slice, SECTION_CELLS, &end);
	while (pack_next_cells(&at, end, &cells)) {
		struct stream_cells r = {0};

		if (put_target(e, cells.process, &r.target) < 0)
			return SCRAPE_ENOMEM;
		memcpy(r.cells, cells.cells, sizeof(r.cells));
		stream_put_cells(&e->w, &r);
	}
	return 0;
}

static int put_slice(struct exporter *e, const struct history_slice *slice, struct buf *out)
{
	const struct stream_session session = {.start_wall_us = slice->from_us,
					       .rate_mhz = slice->rate_mhz,
					       .slice_us = e->h->slice_us,
					       .exact = slice->exact};
	const struct stream_slice_end end = {.seq = slice->seq,
					     .from_us = slice->from_us,
					     .until_us = slice->until_us,
					     .ticks = slice->ticks,
					     .late = slice->late,
					     .cost_ns = slice->cost_ns,
					     .stopped_ns = slice->stopped_ns};
	const uint8_t *end_at, *at = history_section(slice, SECTION_THREADS, &end_at);
	struct pack_thread thread;

	stream_begin(&e->w, out, &session);
	while (pack_next_thread(&at, end_at, &thread))
		if (put_thread(e, &thread) < 0)
			return SCRAPE_ENOMEM;
	if (put_facts(e, slice) < 0)
		return SCRAPE_ENOMEM;
	ways_put(&slice->ways, &e->w);
	stream_put_slice_end(&e->w, &end);
	table_clear(&e->strings);
	table_clear(&e->frames);
	table_clear(&e->nodes);
	table_clear(&e->processes);
	e->n_threads = 0;
	return out->failed ? SCRAPE_ENOMEM : 0;
}

/* The first slice with this number or a later one. */
static size_t find_slice(const struct history *h, uint64_t seq)
{
	size_t low = 0, high = h->slices.n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (h->slices.items[middle].seq < seq)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

int history_export(const struct history *h, uint64_t since, size_t max_bytes, struct buf *out, uint64_t *next_ret)
{
	uint64_t oldest = h->slices.n > 0 ? h->slices.items[0].seq : h->next_seq, next = since;
	size_t begin = out->len, last = begin;
	struct exporter e;
	int code;

	if (since < oldest) {
		*next_ret = oldest;
		return SCRAPE_EGONE;
	}
	code = exporter_init(&e, h);
	for (size_t i = find_slice(h, since); i < h->slices.n && code == 0; i++) {
		code = put_slice(&e, &h->slices.items[i], out);
		if (code == 0 && last > begin && out->len - begin > max_bytes)
			break; /* one too many */
		if (code == 0) {
			last = out->len;
			next = h->slices.items[i].seq + 1;
		}
	}
	exporter_deinit(&e);
	out->len = last;
	if (code == 0)
		*next_ret = next;
	return code;
}

int history_import(struct history *h, const void *bytes, size_t n, struct err *err)
{
	struct history_feed *feed = history_feed_new(h);
	struct stream_reader reader;
	int code;

	if (!feed)
		return err_set(err, SCRAPE_ENOMEM, "out of memory");
	feed->imports = true;
	stream_reader_init(&reader, &history_sink, feed);
	code = stream_feed(&reader, bytes, n, err);
	if (code == 0 && n > 0 && !stream_is_whole(&reader))
		code = err_set(err, SCRAPE_EFORMAT, "the stream ends in the middle of a record");
	stream_reader_deinit(&reader);
	history_feed_free(feed);
	return code;
}
