/* SPDX-License-Identifier: MIT */
/*
 * memory: a store that keeps slices as they are, in a history of several hosts, and forgets them with the process.
 * There is one tier. Also the daemon's own history behind the same table: it is fed by its samplers, and only asked
 * here.
 */
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/vec.h"
#include "profile/history.h"
#include "profile/history_parts.h"
#include "profile/ids.h"
#include "scrape.h"
#include "store/store_ops.h"

#define BYTES_DEFAULT (64ull << 20)
#define KEEP_US_DEFAULT 86400000000ull
#define SLICE_US_DEFAULT 10000000ull
#define NOTES_MAX 10000

struct memory_cursor {
	char host[STORE_HOST_MAX + 1], instance[STORE_INSTANCE_MAX + 1];
	uint64_t next, first_us, until_us;
	bool newest; /* of its host */
};

struct memory_note {
	struct store_note note;
	char *texts; /* holds all of them */
};

struct memory {
	struct store store;
	struct history *h;
	bool borrowed; /* h is somebody else's */
	struct history *scratch;
	uint64_t slice_us, keep_us, newest_us;
	VEC(struct memory_cursor) cursors;
	VEC(struct memory_note) notes;
	int64_t next_note;
	struct id_list node_of; /* by node of the scratch: in h, + 1 */
	VEC(struct pack_row) rows;
};

static struct memory *of(struct store *store)
{
	return (struct memory *)store;
}

static void close_store(struct store *store)
{
	struct memory *m = of(store);

	if (!m->borrowed)
		history_free(m->h);
	history_free(m->scratch);
	VEC_EACH (note, &m->notes)
		free(note->texts);
	VEC_DEINIT(&m->notes);
	VEC_DEINIT(&m->cursors);
	VEC_DEINIT(&m->node_of);
	VEC_DEINIT(&m->rows);
	free(m);
}

/* A put in progress. */
struct putting {
	struct memory *m;
	struct history_names from;
	uint32_t host; /* in h */
	struct history_draft draft;
};

static int move_text(struct putting *p, uint32_t number, uint32_t *ret)
{
	const struct string *string = &p->from.strings->list.items[number];

	return history_parts_add_text(p->m->h, string->text, string->len, ret);
}

static int move_frame(struct putting *p, uint32_t number, uint32_t *ret)
{
	struct frame frame = *frames_at(p->from.frames, number);
	int r = move_text(p, frame.function, &frame.function);

	if (r == 0)
		r = move_text(p, frame.file, &frame.file);
	if (r == 0)
		r = move_text(p, frame.module, &frame.module);
	return r < 0 ? r : history_parts_add_frame(p->m->h, &frame, ret);
}

/* Parents have smaller numbers: all nodes in order. */
static int move_nodes(struct putting *p)
{
	const struct trie *trie = p->from.trie;
	int r = 0;

	p->m->node_of.n = 0;
	for (uint32_t i = 0; i < trie->nodes.n && r == 0; i++) {
		const struct trie_node *node = &trie->nodes.items[i];
		uint32_t frame, moved = TRIE_ROOT;

		if (i != TRIE_ROOT) {
			r = move_frame(p, node->label, &frame);
			if (r == 0)
				r = history_parts_add_node(p->m->h, p->m->node_of.items[node->parent], frame, &moved);
		}
		if (r == 0)
			r = id_add(&p->m->node_of, moved);
	}
	return r;
}

static int move_process(struct putting *p, uint32_t number, uint32_t *ret)
{
	struct actor_process process = p->from.actors->processes.items[number];
	int r = move_text(p, process.service, &process.service);

	if (r == 0)
		r = move_text(p, process.command, &process.command);
	if (r == 0)
		r = move_text(p, process.runtime, &process.runtime);
	if (r == 0)
		r = move_text(p, process.labels, &process.labels);
	process.host = p->host;
	if (r == 0)
		r = history_parts_add_process(p->m->h, &process, history_parts_is_gone(p->m->scratch, number), ret);
	return r;
}

static int move_thread(struct putting *p, const struct pack_thread *thread)
{
	const struct actor_thread *actor = &p->from.actors->threads.items[thread->thread];
	struct pack_thread head = *thread;
	const uint8_t *at = thread->rows;
	struct pack_row row = {0};
	uint32_t process = 0, name = 0;
	int r = move_process(p, actor->process, &process);

	if (r == 0)
		r = move_text(p, actor->name, &name);
	if (r == 0)
		r = history_parts_add_thread(p->m->h, process, actor->tid, name, &head.thread);
	p->m->rows.n = 0;
	while (r == 0 && pack_next_row(&at, thread, &row)) {
		struct pack_row *to = VEC_PUSH(&p->m->rows);

		if (!to)
			return SCRAPE_ENOMEM;
		*to = row;
		r = history_parts_add_stack(p->m->h, p->m->node_of.items[history_parts_node(p->m->scratch, row.stack)],
					    &to->stack);
	}
	return r < 0 ? r : history_draft_thread(&p->draft, &head, p->m->rows.items, p->m->rows.n);
}

static int move_slice(struct putting *p, size_t i, struct store_put *put)
{
	const struct history *from = p->m->scratch;
	const uint8_t *at = NULL;
	struct history_facts facts;
	struct pack_thread thread;
	struct pack_cells cells;
	struct pack_fact fact;
	int r = 0;

	history_parts_facts(from, i, &facts);
	while (r == 0 && history_parts_thread(from, i, &at, &thread)) {
		r = move_thread(p, &thread);
		put->cpu_ns += thread.cpu_ns;
		put->looks += thread.looks;
	}
	for (at = NULL; r == 0 && history_parts_loss(from, i, &at, &fact);) {
		r = move_process(p, fact.process, &fact.process);
		if (r == 0)
			r = history_draft_loss(&p->draft, &fact);
	}
	for (at = NULL; r == 0 && history_parts_gone(from, i, &at, &fact);)
		r = move_process(p, fact.process, &fact.process);
	for (at = NULL; r == 0 && history_parts_cells(from, i, &at, &cells);) {
		r = move_process(p, cells.process, &cells.process);
		if (r == 0)
			r = history_draft_cells(&p->draft, &cells);
	}
	facts.host = p->host;
	if (r == 0)
		r = history_draft_close(&p->draft, p->m->h, &facts);
	history_draft_deinit(&p->draft);
	if (r == 0 && (!put->oldest_us || facts.slot_us < put->oldest_us))
		put->oldest_us = facts.slot_us;
	put->slices++;
	return r;
}

/* Of (host, instance); made if need be. NULL without memory. */
static struct memory_cursor *find_cursor(struct memory *m, const struct store_slices *slices)
{
	struct memory_cursor *cursor;

	VEC_EACH (known, &m->cursors)
		if (strcmp(known->host, slices->host) == 0 && strcmp(known->instance, slices->instance) == 0)
			return known;
	cursor = VEC_PUSH(&m->cursors);
	if (!cursor)
		return NULL;
	memcpy(cursor->host, slices->host, strlen(slices->host)); /* their lengths have been checked */
	memcpy(cursor->instance, slices->instance, strlen(slices->instance));
	cursor->next = slices->since;
	return cursor;
}

static void note_times(struct memory *m, struct memory_cursor *cursor, const struct store_put *put)
{
	VEC_EACH (other, &m->cursors) {
		if (strcmp(other->host, cursor->host) != 0)
			continue;
		other->newest = other == cursor;
		if (put->oldest_us && (!other->first_us || put->oldest_us < other->first_us))
			other->first_us = put->oldest_us;
		if (put->newest_us > other->until_us)
			other->until_us = put->newest_us;
	}
	if (put->newest_us > m->newest_us)
		m->newest_us = put->newest_us;
	history_parts_set_watermark(m->h, m->newest_us);
}

static int move_all(struct putting *p, struct memory_cursor *cursor, struct store_put *put)
{
	struct memory *m = p->m;
	int r = history_parts_add_text(m->h, cursor->host, strlen(cursor->host), &p->host);

	history_parts_names(m->scratch, &p->from);
	if (r == 0)
		r = move_nodes(p);
	for (size_t i = 0; r == 0 && i < history_parts_slices(m->scratch); i++) {
		struct history_facts facts;

		history_parts_facts(m->scratch, i, &facts);
		put->newest_us = facts.slot_us + m->slice_us;
		if (facts.seq < cursor->next) {
			put->known++;
			continue;
		}
		r = move_slice(p, i, put);
	}
	if (r == 0 && put->oldest_us)
		r = history_parts_add_host(m->h, p->host, put->oldest_us);
	return r;
}

static int put(struct store *store, const struct store_slices *slices, struct store_put *ret, struct err *err)
{
	struct memory *m = of(store);
	struct putting p = {.m = m};
	struct store_put done = {0};
	struct memory_cursor *cursor;
	int r;

	if (m->borrowed)
		return err_set(err, SCRAPE_EINVAL, "this history is fed by its own samplers");
	r = store_read(m->scratch, slices, err);
	if (r < 0)
		return r;
	cursor = find_cursor(m, slices);
	if (!cursor)
		return err_set(err, SCRAPE_ENOMEM, "out of memory");
	r = move_all(&p, cursor, &done);
	if (r < 0)
		return err_set(err, r, r == SCRAPE_ELIMIT ? "too many stacks" : "out of memory");
	if (slices->next > cursor->next)
		cursor->next = slices->next;
	done.next = cursor->next;
	note_times(m, cursor, &done);
	*ret = done;
	return 0;
}

static int do_nothing(struct store *store, struct err *err)
{
	(void)store;
	(void)err;
	return 0;
}

static int hosts(struct store *store, store_host_fn fn, void *ctx, struct err *err)
{
	struct memory *m = of(store);
	int r = 0;

	(void)err;
	VEC_EACH (cursor, &m->cursors) {
		const struct store_host host = {cursor->host, cursor->instance, cursor->next, cursor->first_us,
						cursor->until_us};

		if (r >= 0 && cursor->newest)
			r = fn(ctx, &host);
	}
	return r < 0 ? r : 0;
}

/* The questions of a history snap to its slices by themselves. */
static int load(struct store *store, const struct store_range *range, struct history **ret, struct err *err)
{
	struct memory *m = of(store);

	if (range->tier_us && range->tier_us != m->slice_us)
		return err_set(err, SCRAPE_EINVAL, "nothing is kept in steps of %llu s",
			       (unsigned long long)(range->tier_us / 1000000));
	if (!m->borrowed && range->watermark_us && range->watermark_us < m->newest_us)
		history_parts_set_watermark(m->h, range->watermark_us);
	*ret = m->h;
	return 0;
}

static void unload(struct store *store, struct history *history)
{
	struct memory *m = of(store);

	(void)history;
	if (!m->borrowed)
		history_parts_set_watermark(m->h, m->newest_us);
}

static int stats(struct store *store, bool deep, struct store_stats *ret, struct err *err)
{
	struct memory *m = of(store);
	struct history_stats h;

	(void)deep;
	(void)err;
	history_stats(m->h, &h);
	*ret = (struct store_stats){.slice_us = m->slice_us,
				    .oldest_us = h.oldest_us,
				    .newest_us = h.watermark_us,
				    .bytes = h.bytes,
				    .annotations = m->notes.n};
	ret->tiers[0] = (struct store_tier){.step_us = m->slice_us,
					    .oldest_us = h.slices ? h.oldest_us : UINT64_MAX,
					    .bytes = h.bytes,
					    .rows = h.slices};
	for (size_t i = 1; i < STORE_TIERS; i++)
		ret->tiers[i].oldest_us = UINT64_MAX;
	return 0;
}

static int annotate(struct store *store, const struct store_note *note, int64_t *ret_id, struct err *err)
{
	struct memory *m = of(store);
	const char *const texts[] = {note->text, note->service, note->host, note->by};
	const char *copies[4];
	size_t n = 0;
	struct memory_note *place;
	char *all;

	if (m->notes.n >= NOTES_MAX)
		return err_set(err, SCRAPE_ELIMIT, "there are %d annotations already", NOTES_MAX);
	for (size_t i = 0; i < 4; i++)
		n += strlen(texts[i]) + 1;
	all = malloc(n);
	place = all ? VEC_PUSH(&m->notes) : NULL;
	if (!place) {
		free(all);
		return err_set(err, SCRAPE_ENOMEM, "out of memory");
	}
	n = 0;
	for (size_t i = 0; i < 4; i++) {
		size_t len = strlen(texts[i]) + 1;

		copies[i] = memcpy(all + n, texts[i], len);
		n += len;
	}
	place->texts = all;
	place->note = (struct store_note){.id = ++m->next_note,
					  .at_us = note->at_us,
					  .until_us = note->until_us,
					  .text = copies[0],
					  .service = copies[1],
					  .host = copies[2],
					  .by = copies[3],
					  .pin = note->pin};
	*ret_id = place->note.id;
	return 0;
}

static int unannotate(struct store *store, int64_t id, struct err *err)
{
	struct memory *m = of(store);

	VEC_EACH (note, &m->notes) {
		if (note->note.id != id)
			continue;
		free(note->texts);
		memmove(note, note + 1, (size_t)(m->notes.items + --m->notes.n - note) * sizeof(*note));
		return 0;
	}
	return err_set(err, SCRAPE_ENOTFOUND, "there is no annotation %lld", (long long)id);
}

static int compare_notes(const void *a, const void *b)
{
	const struct memory_note *x = a, *y = b;

	if (x->note.at_us != y->note.at_us)
		return x->note.at_us < y->note.at_us ? -1 : 1;
	return x->note.id < y->note.id ? -1 : 1;
}

static int notes(struct store *store, uint64_t from_us, uint64_t until_us, store_note_fn fn, void *ctx, struct err *err)
{
	struct memory *m = of(store);
	int r = 0;

	(void)err;
	if (m->notes.n > 1)
		qsort(m->notes.items, m->notes.n, sizeof(*m->notes.items), compare_notes);
	VEC_EACH (note, &m->notes) {
		uint64_t end = note->note.until_us > note->note.at_us ? note->note.until_us : note->note.at_us + 1;

		if (r >= 0 && note->note.at_us < until_us && end > from_us)
			r = fn(ctx, &note->note);
	}
	return r < 0 ? r : 0;
}

/* A pinned interval keeps everything since it began. */
static int tend(struct store *store, uint64_t now_us, uint64_t budget_us, bool *ret_more, struct err *err)
{
	struct memory *m = of(store);
	uint64_t oldest_us = now_us > m->keep_us ? now_us - m->keep_us : 0;
	int r;

	(void)budget_us;
	*ret_more = false;
	VEC_EACH (note, &m->notes)
		if (note->note.pin && note->note.at_us < oldest_us)
			oldest_us = note->note.at_us;
	r = m->borrowed ? 0 : history_parts_keep(m->h, oldest_us);
	return r < 0 ? err_set(err, r, "out of memory") : 0;
}

static int check(struct store *store, store_say_fn say, void *ctx, uint64_t *ret_bad, struct err *err)
{
	(void)store;
	(void)say;
	(void)ctx;
	(void)err;
	*ret_bad = 0;
	return 0;
}

static int backup(struct store *store, const char *path, struct err *err)
{
	(void)store;
	(void)path;
	return err_set(err, SCRAPE_EINVAL, "what is in memory has no copy");
}

static int delete_some(struct store *store, const struct store_delete *what, uint64_t *ret_rows, struct err *err)
{
	struct memory *m = of(store);
	struct history_stats before, after;
	int r;

	if (what->host || what->service || m->borrowed)
		return err_set(err, SCRAPE_EINVAL, "in memory only what is old can be deleted");
	history_stats(m->h, &before);
	r = history_parts_keep(m->h, what->before_us);
	history_stats(m->h, &after);
	*ret_rows = before.slices - after.slices;
	return r < 0 ? err_set(err, r, "out of memory") : 0;
}

static const struct store_ops ops = {
	.close = close_store,
	.put = put,
	.begin = do_nothing,
	.commit = do_nothing,
	.hosts = hosts,
	.load = load,
	.unload = unload,
	.stats = stats,
	.annotate = annotate,
	.unannotate = unannotate,
	.notes = notes,
	.tend = tend,
	.check = check,
	.backup = backup,
	.remove = delete_some,
};

static int make(struct memory **ret, struct err *err)
{
	struct memory *m = calloc(1, sizeof(*m));

	if (!m)
		return err_set(err, SCRAPE_ENOMEM, "out of memory");
	m->store.ops = &ops;
	*ret = m;
	return 0;
}

int store_open_memory(struct store **ret, const struct store_config *config, struct err *err)
{
	struct history_config history = {
		.host = config->host, .slice_us = config->slice_us, .max_bytes = config->max_bytes};
	struct memory *m = NULL;
	int r = make(&m, err);

	if (r < 0)
		return r;
	m->slice_us = config->slice_us ? config->slice_us : SLICE_US_DEFAULT;
	m->keep_us = config->keep_us[0] ? config->keep_us[0] : KEEP_US_DEFAULT;
	m->h = history_new(&history);
	history.max_bytes = BYTES_DEFAULT;
	m->scratch = history_new(&history);
	if (!m->h || !m->scratch) {
		close_store(&m->store);
		return err_set(err, SCRAPE_ENOMEM, "out of memory");
	}
	*ret = &m->store;
	return 0;
}

int store_open_history(struct store **ret, struct history *history, struct err *err)
{
	struct memory *m = NULL;
	int r = make(&m, err);

	if (r < 0)
		return r;
	m->h = history;
	m->borrowed = true;
	m->slice_us = history_slice_us(history);
	*ret = &m->store;
	return 0;
}
