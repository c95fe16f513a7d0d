/* SPDX-License-Identifier: MIT */
/*
 * history_compact: keeps a history to its limit.
 *
 * The tables are made anew beside the old ones, with only what slices and feeds still name, and then change places with
 * them. Numbers keep their order, so none becomes larger and the bytes of no row longer: slices are rewritten where
 * they lie, which cannot fail.
 */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "profile/history_state.h"

struct compaction {
	struct history *h;
	struct profile names; /* the new tables */
	struct id_list stacks, stack_of;
	struct rows *rows;         /* of each feed, anew */
	bool *nodes, *ends;        /* stack nodes that are named, and those that rows of slices end in */
	bool *threads, *processes; /* that are named */
	uint32_t *string_of, *frame_of, *node_of, *thread_of, *process_of; /* new number + 1, 0: not moved */
};

static void compaction_deinit(struct compaction *c)
{
	strings_deinit(&c->names.strings);
	frames_deinit(&c->names.frames);
	trie_deinit(&c->names.trie);
	actors_deinit(&c->names.actors);
	for (size_t i = 0; c->rows && i < c->h->feeds.n; i++)
		rows_deinit(&c->rows[i]);
	free(c->rows);
	free(c->nodes);
	free(c->ends);
	VEC_DEINIT(&c->stacks);
	VEC_DEINIT(&c->stack_of);
	free(c->threads);
	free(c->processes);
	free(c->string_of);
	free(c->frame_of);
	free(c->node_of);
	free(c->thread_of);
	free(c->process_of);
}

static int compaction_init(struct compaction *c, struct history *h)
{
	const struct profile *old = &h->names;

	*c = (struct compaction){.h = h};
	c->names.strings.seed = c->names.frames.seed = c->names.actors.seed = old->strings.seed;
	c->rows = calloc(h->feeds.n + 1, sizeof(*c->rows));
	c->nodes = calloc(old->trie.nodes.n, sizeof(bool));
	c->ends = calloc(old->trie.nodes.n, sizeof(bool));
	c->threads = calloc(old->actors.threads.n + 1, sizeof(bool));
	c->processes = calloc(old->actors.processes.n + 1, sizeof(bool));
	c->string_of = calloc(old->strings.list.n + 1, sizeof(uint32_t));
	c->frame_of = calloc(old->frames.list.n + 1, sizeof(uint32_t));
	c->node_of = calloc(old->trie.nodes.n, sizeof(uint32_t));
	c->thread_of = calloc(old->actors.threads.n + 1, sizeof(uint32_t));
	c->process_of = calloc(old->actors.processes.n + 1, sizeof(uint32_t));
	if (!c->rows || !c->nodes || !c->ends || !c->threads || !c->processes || !c->string_of || !c->frame_of ||
	    !c->node_of || !c->thread_of || !c->process_of)
		return SCRAPE_ENOMEM;
	return profile_make_markers(&c->names.strings, &c->names.frames, &c->names.trie);
}

static void mark_threads(struct compaction *c, const uint8_t *at, size_t n)
{
	const uint8_t *end = n ? at + n : at;
	struct pack_thread thread;

	while (pack_next_thread(&at, end, &thread)) {
		const uint8_t *row_at = thread.rows;
		struct pack_row row = {0};

		c->threads[thread.thread] = true;
		c->processes[c->h->names.actors.threads.items[thread.thread].process] = true;
		while (pack_next_row(&row_at, &thread, &row))
			c->ends[c->h->stacks.items[row.stack]] = true;
	}
}

static void mark_facts(struct compaction *c, const uint8_t *at, size_t n)
{
	const uint8_t *end = n ? at + n : at;
	struct pack_fact fact;

	while (pack_next_fact(&at, end, &fact))
		c->processes[fact.process] = true;
}

static void mark_cells(struct compaction *c, const uint8_t *at, size_t n)
{
	const uint8_t *end = n ? at + n : at;
	struct pack_cells cells;

	while (pack_next_cells(&at, end, &cells))
		c->processes[cells.process] = true;
}

typedef void (*mark_fn)(struct compaction *c, const uint8_t *at, size_t n);
static const mark_fn marks[SECTIONS] = {mark_threads, mark_facts, mark_facts, mark_cells};

static void mark_feed(struct compaction *c, const struct history_feed *feed)
{
	VEC_EACH (row, &feed->rows.list)
		c->nodes[row->node] = true;
	VEC_EACH (process, &feed->ids.targets)
		c->processes[*process] = true;
	VEC_EACH (def, &feed->defs)
		c->processes[def->process] = true;
	VEC_EACH (tally, &feed->tallies)
		c->processes[tally->process] = true;
	VEC_EACH (loss, &feed->losses)
		c->processes[loss->process] = true;
	VEC_EACH (cells, &feed->cells)
		c->processes[cells->process] = true;
	VEC_EACH (gone, &feed->gone)
		c->processes[gone->process] = true;
}

static void mark_all(struct compaction *c)
{
	const struct trie *trie = &c->h->names.trie;

	c->ends[STATE_NODE_UNSEEN] = true;
	for (enum history_section i = 0; i < SECTIONS; i++) {
		const uint8_t *end;

		VEC_EACH (slice, &c->h->slices)
			marks[i](c, history_section(slice, i, &end), slice->n_bytes[i]);
		VEC_EACH (pending, &c->h->pending)
			marks[i](c, (const uint8_t *)pending->sections[i].data, pending->sections[i].len);
	}
	VEC_EACH (feed, &c->h->feeds)
		mark_feed(c, *feed);
	for (size_t i = 0; i < trie->nodes.n; i++)
		c->nodes[i] |= c->ends[i];
	for (size_t i = trie->nodes.n - 1; i > 0; i--)
		if (c->nodes[i])
			c->nodes[trie->nodes.items[i].parent] = true;
}

static int move_string(struct compaction *c, uint32_t old, uint32_t *ret)
{
	if (!c->string_of[old]) {
		const struct string *string = &c->h->names.strings.list.items[old];
		uint32_t number;

		if (strings_add(&c->names.strings, string->text, string->len, &number) < 0)
			return SCRAPE_ENOMEM;
		c->string_of[old] = number + 1;
	}
	*ret = c->string_of[old] - 1;
	return 0;
}

static int move_frame(struct compaction *c, uint32_t old, uint32_t *ret)
{
	if (!c->frame_of[old]) {
		struct frame frame = *frames_at(&c->h->names.frames, old);
		uint32_t number;

		if (move_string(c, frame.function, &frame.function) < 0 ||
		    move_string(c, frame.file, &frame.file) < 0 ||
		    move_string(c, frame.module, &frame.module) < 0 ||
		    frames_add(&c->names.frames, &frame, &number) < 0)
			return SCRAPE_ENOMEM;
		c->frame_of[old] = number + 1;
	}
	*ret = c->frame_of[old] - 1;
	return 0;
}

static int move_nodes(struct compaction *c)
{
	const struct trie *old = &c->h->names.trie;

	c->node_of[TRIE_ROOT] = TRIE_ROOT + 1;
	for (size_t i = 1; i < old->nodes.n; i++) {
		const struct trie_node *node = &old->nodes.items[i];
		uint32_t frame, number;

		if (!c->nodes[i])
			continue;
		if (move_frame(c, node->label, &frame) < 0 ||
		    trie_child(&c->names.trie, c->node_of[node->parent] - 1, frame, &number) < 0)
			return SCRAPE_ENOMEM;
		c->node_of[i] = number + 1;
	}
	return 0;
}

static int move_hosts(struct compaction *c)
{
	uint32_t number;

	VEC_EACH (host, &c->h->hosts)
		if (move_string(c, host->name, &number) < 0)
			return SCRAPE_ENOMEM;
	VEC_EACH (slice, &c->h->slices)
		if (move_string(c, slice->host, &number) < 0)
			return SCRAPE_ENOMEM;
	return 0;
}

/* In the order of their numbers. */
static int move_stacks(struct compaction *c)
{
	uint32_t number;

	VEC_EACH (node, &c->h->stacks)
		if (c->ends[*node] && history_stack(&c->stacks, &c->stack_of, c->node_of[*node] - 1, &number) < 0)
			return SCRAPE_ENOMEM;
	return 0;
}

static int move_actors(struct compaction *c)
{
	const struct actors *old = &c->h->names.actors;
	uint32_t number;

	for (size_t i = 0; i < old->processes.n; i++) {
		struct actor_process process = old->processes.items[i];

		if (!c->processes[i])
			continue;
		if (move_string(c, process.service, &process.service) < 0 ||
		    move_string(c, process.command, &process.command) < 0 ||
		    move_string(c, process.runtime, &process.runtime) < 0 ||
		    move_string(c, process.labels, &process.labels) < 0 ||
		    move_string(c, process.host, &process.host) < 0 ||
		    actors_process(&c->names.actors, &process, &number) < 0)
			return SCRAPE_ENOMEM;
		c->process_of[i] = number + 1;
	}
	for (size_t i = 0; i < old->threads.n; i++) {
		const struct actor_thread *thread = &old->threads.items[i];
		uint32_t name;

		if (!c->threads[i])
			continue;
		if (move_string(c, thread->name, &name) < 0 ||
		    actors_named_thread(&c->names.actors, c->process_of[thread->process] - 1, thread->tid, name,
					&number) < 0)
			return SCRAPE_ENOMEM;
		c->thread_of[i] = number + 1;
	}
	return 0;
}

/* What a stream in hand has defined lives as long as it. */
static int move_feed(struct compaction *c, const struct history_feed *feed, struct rows *rows)
{
	uint32_t number;

	VEC_EACH (string, &feed->ids.strings)
		if (move_string(c, *string, &number) < 0)
			return SCRAPE_ENOMEM;
	VEC_EACH (frame, &feed->ids.frames)
		if (move_frame(c, *frame, &number) < 0)
			return SCRAPE_ENOMEM;
	VEC_EACH (def, &feed->defs)
		if (move_string(c, def->name, &number) < 0)
			return SCRAPE_ENOMEM;
	VEC_EACH (tally, &feed->tallies)
		if (move_string(c, tally->name, &number) < 0)
			return SCRAPE_ENOMEM;
	VEC_EACH (row, &feed->rows.list) {
		if (rows_find(rows, row->thread, c->node_of[row->node] - 1, row->flags, &number) < 0)
			return SCRAPE_ENOMEM;
		rows->list.items[number].open = row->open;
	}
	return 0;
}

/* Rewrites the rows of a thread; `to` is at or before where they lie. Returns the bytes written. */
static size_t rewrite_rows(const struct compaction *c, const struct pack_thread *thread, uint8_t *to)
{
	const uint8_t *at = thread->rows;
	uint8_t bytes[PACK_ROW_MAX];
	struct pack_row row = {0};
	uint32_t before = 0;
	size_t n = 0;

	while (pack_next_row(&at, thread, &row)) {
		uint32_t node = c->node_of[c->h->stacks.items[row.stack]] - 1;
		struct pack_row moved = row;
		size_t len;

		moved.stack = c->stack_of.items[node] - 1;
		len = pack_put_row(bytes, &moved, thread->weighed, before);

		if (to)
			memcpy(to + n, bytes, len);
		n += len;
		before = moved.stack;
	}
	return n;
}

/* Returns the bytes that are left of n. */
static size_t rewrite_threads(const struct compaction *c, uint8_t *bytes, size_t n)
{
	const uint8_t *at = bytes, *end = n ? bytes + n : bytes;
	struct pack_thread thread;
	uint8_t *to = bytes;

	while (pack_next_thread(&at, end, &thread)) {
		struct pack_thread moved = thread;
		uint8_t head[PACK_HEAD_MAX];
		size_t len;

		moved.thread = c->thread_of[thread.thread] - 1;
		moved.n_bytes = rewrite_rows(c, &thread, NULL);
		len = pack_put_thread(head, &moved);
		memcpy(to, head, len); /* what was there has been read: the head is not longer than it was */
		to += len;
		to += rewrite_rows(c, &thread, to);
	}
	return (size_t)(to - bytes);
}

static size_t rewrite_facts(const struct compaction *c, uint8_t *bytes, size_t n)
{
	const uint8_t *at = bytes, *end = n ? bytes + n : bytes;
	struct pack_fact fact;
	uint8_t *to = bytes;

	while (pack_next_fact(&at, end, &fact)) {
		uint8_t moved[PACK_FACT_MAX];
		size_t len;

		fact.process = c->process_of[fact.process] - 1;
		len = pack_put_fact(moved, &fact);
		memcpy(to, moved, len);
		to += len;
	}
	return (size_t)(to - bytes);
}

static size_t rewrite_cells(const struct compaction *c, uint8_t *bytes, size_t n)
{
	const uint8_t *at = bytes, *end = n ? bytes + n : bytes;
	struct pack_cells cells;
	uint8_t *to = bytes;

	while (pack_next_cells(&at, end, &cells)) {
		uint8_t moved[PACK_CELLS_MAX];
		size_t len;

		cells.process = c->process_of[cells.process] - 1;
		len = pack_put_cells(moved, &cells);
		memcpy(to, moved, len);
		to += len;
	}
	return (size_t)(to - bytes);
}

typedef size_t (*rewrite_fn)(const struct compaction *c, uint8_t *bytes, size_t n);
static const rewrite_fn rewrites[SECTIONS] = {rewrite_threads, rewrite_facts, rewrite_facts, rewrite_cells};

static void rewrite_slice(const struct compaction *c, struct history_slice *slice)
{
	size_t before = history_slice_bytes(slice), after = 0;
	uint8_t *from = slice->bytes, *smaller;

	if (slice->host)
		slice->host = c->string_of[slice->host] - 1;
	if (before == 0)
		return;
	for (size_t i = 0; i < SECTIONS; i++) {
		size_t n = rewrites[i](c, from, slice->n_bytes[i]);

		memmove(slice->bytes + after, from, n);
		from += slice->n_bytes[i];
		slice->n_bytes[i] = n;
		after += n;
	}
	c->h->packed -= before - after;
	smaller = realloc(slice->bytes, after + PACK_SLACK);
	if (smaller)
		slice->bytes = smaller;
}

static void rewrite_pending(const struct compaction *c, struct history_pending *pending)
{
	size_t before = history_pending_bytes(pending);

	for (size_t i = 0; i < SECTIONS; i++)
		pending->sections[i].len =
			rewrites[i](c, (uint8_t *)pending->sections[i].data, pending->sections[i].len);
	c->h->packed -= before - history_pending_bytes(pending);
}

#define SWAP(a, b)                                                                                                     \
	do {                                                                                                           \
		__typeof__(a) swapped = (a);                                                                           \
		(a) = (b);                                                                                             \
		(b) = swapped;                                                                                         \
	} while (0)

static void settle_feed(const struct compaction *c, struct history_feed *feed, struct rows *rows)
{
	VEC_EACH (string, &feed->ids.strings)
		*string = c->string_of[*string] - 1;
	VEC_EACH (frame, &feed->ids.frames)
		*frame = c->frame_of[*frame] - 1;
	VEC_EACH (process, &feed->ids.targets)
		*process = c->process_of[*process] - 1;
	VEC_EACH (def, &feed->defs) {
		def->process = c->process_of[def->process] - 1;
		def->name = c->string_of[def->name] - 1;
	}
	VEC_EACH (tally, &feed->tallies) {
		tally->process = c->process_of[tally->process] - 1;
		tally->name = c->string_of[tally->name] - 1;
	}
	VEC_EACH (gone, &feed->gone)
		gone->process = c->process_of[gone->process] - 1;
	VEC_EACH (loss, &feed->losses)
		loss->process = c->process_of[loss->process] - 1;
	map_clear(&feed->cells_of);
	for (size_t i = 0; i < feed->cells.n; i++) { /* as many as before: there is room */
		feed->cells.items[i].process = c->process_of[feed->cells.items[i].process] - 1;
		(void)map_put(&feed->cells_of, feed->cells.items[i].process, (uint32_t)i);
	}
	map_clear(&feed->loss_of);
	for (size_t i = 0; i < feed->losses.n; i++) /* as many as before: there is room */
		(void)map_put(&feed->loss_of, (uint64_t)feed->losses.items[i].process << 8 | feed->losses.items[i].what,
			      (uint32_t)i);
	ids_unmeet(&feed->ids);
	SWAP(feed->rows, *rows);
}

/* Everything has moved: lets the history live in the new tables. Cannot fail. */
static void settle(struct compaction *c)
{
	struct history *h = c->h;

	VEC_EACH (slice, &h->slices)
		rewrite_slice(c, slice);
	VEC_EACH (pending, &h->pending)
		rewrite_pending(c, pending);
	for (size_t i = 0; i < h->feeds.n; i++)
		settle_feed(c, h->feeds.items[i], &c->rows[i]);
	for (size_t i = 0; i < h->gone.n; i++)
		if (c->process_of[i])
			h->gone.items[c->process_of[i] - 1] = h->gone.items[i];
	h->gone.n = c->names.actors.processes.n;
	SWAP(h->stacks, c->stacks);
	SWAP(h->stack_of, c->stack_of);
	SWAP(h->names.strings, c->names.strings);
	SWAP(h->names.frames, c->names.frames);
	SWAP(h->names.trie, c->names.trie);
	SWAP(h->names.actors, c->names.actors);
	VEC_EACH (host, &h->hosts)
		host->name = c->string_of[host->name] - 1;
	h->stale = 0;
	h->epoch++;
}

int history_compact(struct history *h)
{
	struct compaction c;
	int code = compaction_init(&c, h);

	if (code == 0) {
		mark_all(&c);
		code = move_nodes(&c);
	}
	if (code == 0)
		code = move_stacks(&c);
	if (code == 0)
		code = move_actors(&c);
	if (code == 0)
		code = move_hosts(&c);
	for (size_t i = 0; i < h->feeds.n && code == 0; i++)
		code = move_feed(&c, h->feeds.items[i], &c.rows[i]);
	if (code == 0)
		settle(&c);
	compaction_deinit(&c);
	return code;
}
