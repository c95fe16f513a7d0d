/* SPDX-License-Identifier: MIT */
/* clickhouse_names: frames, stacks and processes by their hashes. */
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "scrape.h"
#include "store/clickhouse_put.h"
#include "store/rowbinary.h"
#include "stream/stream.h"

void clickhouse_forget_numbers(struct clickhouse_writing *w)
{
	w->frames.n = w->nodes.n = w->processes.n = 0;
}

void clickhouse_add_text(struct buf *out, const char *text, size_t n)
{
	buf_add(out, text, n);
	buf_chr(out, '\0');
}

void clickhouse_add_number(struct buf *out, uint64_t number)
{
	rowbinary_put_u64(out, number);
}

/* Of what is in the scratch text; never 0. */
static uint64_t hash_bytes(const struct clickhouse *c, const struct buf *bytes)
{
	uint64_t hash = XXH3_64bits_withSeed(bytes->data, bytes->len, c->seed);

	return hash > CLICKHOUSE_UNSEEN ? hash : CLICKHOUSE_UNSEEN + 1;
}

uint64_t clickhouse_hash(const struct clickhouse_putting *p)
{
	return hash_bytes(p->c, &p->w->text);
}

uint64_t clickhouse_hash_pair(const struct clickhouse *c, uint64_t a, uint64_t b)
{
	const uint64_t pair[] = {a, b};
	uint64_t hash = XXH3_64bits_withSeed(pair, sizeof(pair), c->seed);

	return hash > CLICKHOUSE_UNSEEN ? hash : CLICKHOUSE_UNSEEN + 1;
}

/* True if it is to be told, once within this time (a day, a month). */
static int must_tell(struct clickhouse_writing *w, uint64_t hash, uint32_t when, bool *ret)
{
	uint32_t told;

	*ret = !map_get(&w->told, hash, &told) || told != when;
	return *ret ? map_put(&w->told, hash, when) : 0;
}

/* Months of 31 days: a partition is a calendar's month, in which it is told at least once. */
static uint32_t month_of(uint32_t day)
{
	return day / 14;
}

const struct string *clickhouse_string(const struct clickhouse_putting *p, uint32_t number)
{
	return &p->names.strings->list.items[number];
}

void clickhouse_put_string(struct buf *out, const struct string *string)
{
	rowbinary_put_text(out, string->text, string->len);
}

static int tell_frame(struct clickhouse_putting *p, const struct frame *frame, uint64_t hash)
{
	struct buf *out = &p->w->rows[FRAMES];
	bool tell;
	int r = must_tell(p->w, hash, month_of(p->day), &tell);

	if (r < 0 || !tell)
		return r;
	rowbinary_put_u64(out, hash);
	rowbinary_put_u16(out, (uint16_t)p->day);
	clickhouse_put_string(out, clickhouse_string(p, frame->function));
	clickhouse_put_string(out, clickhouse_string(p, frame->file));
	clickhouse_put_string(out, clickhouse_string(p, frame->module));
	rowbinary_put_u32(out, frame->short_at);
	rowbinary_put_u32(out, frame->line);
	rowbinary_put_u32(out, frame->first_line);
	rowbinary_put_u8(out, (uint8_t)frame->kind);
	return 0;
}

static int find_frame(struct clickhouse_putting *p, uint32_t number, uint64_t *ret)
{
	const struct frame *frame = frames_at(p->names.frames, number);
	struct buf *text = &p->w->text;

	while (p->w->frames.n <= number) {
		uint64_t *place = VEC_PUSH(&p->w->frames);

		if (!place)
			return SCRAPE_ENOMEM;
	}
	if (!p->w->frames.items[number]) {
		const uint32_t texts[] = {frame->function, frame->file, frame->module};

		buf_reset(text);
		for (size_t i = 0; i < 3; i++)
			clickhouse_add_text(text, clickhouse_string(p, texts[i])->text,
					    clickhouse_string(p, texts[i])->len);
		clickhouse_add_number(text, (uint64_t)frame->short_at << 32 | frame->line);
		clickhouse_add_number(text, (uint64_t)frame->first_line << 32 | frame->kind);
		if (text->failed)
			return SCRAPE_ENOMEM;
		p->w->frames.items[number] = clickhouse_hash(p);
	}
	*ret = p->w->frames.items[number];
	return tell_frame(p, frame, *ret);
}

uint64_t clickhouse_put_marker(const struct clickhouse *c, const char *text, uint64_t day, struct buf *row)
{
	struct buf key = BUF_INIT;
	uint64_t hash;

	clickhouse_add_text(&key, text, strlen(text));
	clickhouse_add_text(&key, "", 0); /* file */
	clickhouse_add_text(&key, "", 0); /* module */
	clickhouse_add_number(&key, 0);
	clickhouse_add_number(&key, STREAM_FRAME_MARKER);
	hash = hash_bytes(c, &key);
	buf_deinit(&key);
	if (row) {
		rowbinary_put_u64(row, hash);
		rowbinary_put_u16(row, (uint16_t)day);
		rowbinary_put_text(row, text, strlen(text));
		rowbinary_put_text(row, "", 0);
		rowbinary_put_text(row, "", 0);
		for (int i = 0; i < 3; i++)
			rowbinary_put_u32(row, 0);
		rowbinary_put_u8(row, STREAM_FRAME_MARKER);
	}
	return hash;
}

static int tell_stack(struct clickhouse_putting *p, uint32_t number, uint64_t hash)
{
	const struct trie_node *nodes = p->names.trie->nodes.items;
	struct buf *out = &p->w->rows[STACKS];
	uint64_t path[STREAM_DEPTH_MAX + 1];
	size_t depth = 0;
	bool tell;
	int r = must_tell(p->w, hash, month_of(p->day), &tell);

	if (r < 0 || !tell)
		return r;
	for (uint32_t at = number; at != TRIE_ROOT && depth <= STREAM_DEPTH_MAX && r == 0; at = nodes[at].parent)
		r = find_frame(p, nodes[at].label, &path[depth++]);
	if (r < 0)
		return r;
	rowbinary_put_u64(out, hash);
	rowbinary_put_u16(out, (uint16_t)p->day);
	rowbinary_put_array(out, depth);
	while (depth > 0)
		rowbinary_put_u64(out, path[--depth]);
	return 0;
}

/* From the outermost node on whose hash is not known yet. The root's is 0. */
int clickhouse_stack(struct clickhouse_putting *p, uint32_t number, uint64_t *ret)
{
	const struct trie_node *nodes = p->names.trie->nodes.items;
	uint32_t path[STREAM_DEPTH_MAX + 1], depth = 0;

	while (p->w->nodes.n <= number)
		if (!VEC_PUSH(&p->w->nodes))
			return SCRAPE_ENOMEM;
	for (uint32_t at = number; at != TRIE_ROOT && !p->w->nodes.items[at] && depth <= STREAM_DEPTH_MAX;
	     at = nodes[at].parent)
		path[depth++] = at;
	while (depth > 0) {
		uint32_t at = path[--depth];
		uint64_t frame;
		int r = find_frame(p, nodes[at].label, &frame);

		if (r < 0)
			return r;
		p->w->nodes.items[at] = clickhouse_hash_pair(p->c, p->w->nodes.items[nodes[at].parent], frame);
	}
	*ret = number == TRIE_ROOT ? 0 : p->w->nodes.items[number];
	return number == TRIE_ROOT ? 0 : tell_stack(p, number, *ret);
}

static void make_ids(struct clickhouse_putting *p, const struct actor_process *actor, struct clickhouse_ids *ret)
{
	const struct string *service = clickhouse_string(p, actor->service),
			    *labels = clickhouse_string(p, actor->labels);
	const char *host = p->slices->host;
	struct buf *text = &p->w->text;

	buf_reset(text);
	clickhouse_add_text(text, service->text, service->len);
	clickhouse_add_text(text, labels->text, labels->len);
	ret->service = clickhouse_hash(p);
	clickhouse_add_text(text, host, strlen(host));
	ret->at_host = clickhouse_hash(p);
	clickhouse_add_text(text, clickhouse_string(p, actor->command)->text,
			    clickhouse_string(p, actor->command)->len);
	clickhouse_add_text(text, clickhouse_string(p, actor->runtime)->text,
			    clickhouse_string(p, actor->runtime)->len);
	clickhouse_add_number(text, actor->pid);
	clickhouse_add_number(text, actor->start_ticks);
	ret->process = clickhouse_hash(p);
}

static int tell_process(struct clickhouse_putting *p, const struct actor_process *actor,
			const struct clickhouse_ids *ids)
{
	struct buf *out = &p->w->rows[SERIES];
	bool tell;
	int r = must_tell(p->w, ids->process, p->day, &tell);

	if (r < 0 || !tell)
		return r;
	rowbinary_put_u16(out, (uint16_t)p->day);
	rowbinary_put_u64(out, ids->process);
	rowbinary_put_u64(out, ids->at_host);
	rowbinary_put_u64(out, ids->service);
	rowbinary_put_text(out, p->slices->host, strlen(p->slices->host));
	rowbinary_put_u32(out, actor->pid);
	rowbinary_put_u64(out, actor->start_ticks);
	clickhouse_put_string(out, clickhouse_string(p, actor->service));
	clickhouse_put_string(out, clickhouse_string(p, actor->command));
	clickhouse_put_string(out, clickhouse_string(p, actor->runtime));
	clickhouse_put_string(out, clickhouse_string(p, actor->labels));
	return 0;
}

int clickhouse_process(struct clickhouse_putting *p, uint32_t number, struct clickhouse_ids *ret)
{
	const struct actor_process *actor = &p->names.actors->processes.items[number];
	struct clickhouse_ids *ids;

	while (p->w->processes.n <= number)
		if (!VEC_PUSH(&p->w->processes))
			return SCRAPE_ENOMEM;
	ids = &p->w->processes.items[number];
	if (!ids->process)
		make_ids(p, actor, ids);
	if (p->w->text.failed)
		return SCRAPE_ENOMEM;
	*ret = *ids;
	return tell_process(p, actor, ids);
}
