/* SPDX-License-Identifier: MIT */
/*
 * sqlite_put: slices of a daemon become rows of tier 0.
 *
 * They are read into a history that keeps its names from one put to the next, so what a number of it is in the store is
 * looked up once. Everything is judged before anything is written: a daemon that is to blame leaves no trace.
 */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "profile/ids.h"
#include "store/sqlite.h"

#define SCRATCH_BYTES (128ull << 20)
#define NODES_PER_HOUR 500000 /* of one host: new stacks; who has more is refused until the hour is over */
#define PROCESSES_MAX 65536   /* of one slice */
#define CURSORS_MAX 16        /* instances of a host that are remembered */
#define HOUR_US 3600000000ull

/* One thread, loss or cells of a slice, by process. */
struct put_part {
	uint32_t process;
	enum { PART_THREAD, PART_LOSS, PART_CELLS } kind;
	union {
		struct pack_thread thread;
		struct pack_fact loss;
		size_t cells; /* their place in the list */
	};
};

struct put_ration {
	uint64_t since_us, nodes;
};

struct put_cache {
	uint32_t epoch;
	struct id_list node_of, frame_of; /* by number of the scratch: number in the store + 1, 0: not known yet */
	struct map series_of, thread_of;  /* host << 32 | process or thread of the scratch -> number in the store */
	VEC(struct put_part) parts;
	VEC(struct pack_cells) cells;
	VEC(struct put_ration) rations; /* by host */
	struct blob_rows rows;
	struct buf blob, sections;
};

/* A put in progress. */
struct putting {
	struct sqlite *s;
	struct put_cache *c;
	struct history_names names;
	uint32_t host;
	uint32_t expiry_hours; /* of what is written now */
	uint64_t bucket_s;
};

static void forget(struct put_cache *c)
{
	c->node_of.n = c->frame_of.n = 0;
	map_clear(&c->series_of);
	map_clear(&c->thread_of);
}

void sqlite_put_deinit(struct sqlite *s)
{
	struct put_cache *c = s->cache;

	history_free(s->scratch);
	s->scratch = NULL;
	s->cache = NULL;
	if (!c)
		return;
	VEC_DEINIT(&c->node_of);
	VEC_DEINIT(&c->frame_of);
	map_deinit(&c->series_of);
	map_deinit(&c->thread_of);
	VEC_DEINIT(&c->parts);
	VEC_DEINIT(&c->cells);
	VEC_DEINIT(&c->rations);
	VEC_DEINIT(&c->rows);
	buf_deinit(&c->blob);
	buf_deinit(&c->sections);
	free(c);
}

static int prepare(struct sqlite *s)
{
	const struct history_config config = {.max_bytes = SCRATCH_BYTES, .slice_us = s->step_s[0] * 1000000};

	if (!s->cache)
		s->cache = calloc(1, sizeof(*s->cache));
	if (!s->scratch)
		s->scratch = history_new(&config);
	return s->cache && s->scratch ? 0 : SCRAPE_ENOMEM;
}

static int find_frame(struct putting *p, uint32_t number, uint32_t *ret)
{
	const struct frame *frame = frames_at(p->names.frames, number);
	const struct string *strings = p->names.strings->list.items;
	const struct stacks_frame f = {.function = strings[frame->function].text,
				       .function_len = strings[frame->function].len,
				       .file = strings[frame->file].text,
				       .file_len = strings[frame->file].len,
				       .module = strings[frame->module].text,
				       .module_len = strings[frame->module].len,
				       .short_at = frame->short_at,
				       .line = frame->line,
				       .first_line = frame->first_line,
				       .kind = frame->kind};
	struct id_list *known = &p->c->frame_of;
	int r = 0;

	while (known->n <= number)
		if (id_add(known, 0) < 0)
			return SCRAPE_ENOMEM;
	if (!known->items[number]) {
		r = stacks_frame(&p->s->stacks, &f, ret);
		if (r == 0)
			known->items[number] = *ret + 1;
	}
	*ret = known->items[number] - 1;
	return r;
}

/* From the outermost node on that is not known yet. */
static int find_node(struct putting *p, uint32_t number, uint32_t *ret)
{
	const struct trie_node *nodes = p->names.trie->nodes.items;
	struct id_list *known = &p->c->node_of;
	size_t n = p->s->stacks.nodes.n;
	uint32_t path[STREAM_DEPTH_MAX + 1], depth = 0;

	while (known->n <= number)
		if (id_add(known, known->n == TRIE_ROOT ? STACKS_ROOT + 1 : 0) < 0)
			return SCRAPE_ENOMEM;
	for (uint32_t at = number; !known->items[at] && depth < STREAM_DEPTH_MAX; at = nodes[at].parent)
		path[depth++] = at;
	while (depth > 0) {
		uint32_t at = path[--depth], frame, node;
		int r = find_frame(p, nodes[at].label, &frame);

		if (r == 0)
			r = stacks_node(&p->s->stacks, known->items[nodes[at].parent] - 1, frame, &node);
		if (r < 0)
			return r;
		known->items[at] = node + 1;
	}
	p->c->rations.items[p->host].nodes += p->s->stacks.nodes.n - n;
	*ret = known->items[number] - 1;
	return stacks_touch(&p->s->stacks, *ret, p->expiry_hours);
}

static const char *text_of(const struct putting *p, uint32_t number)
{
	return p->names.strings->list.items[number].text;
}

static int find_series(struct putting *p, uint32_t process, uint32_t *ret)
{
	const struct actor_process *actor = &p->names.actors->processes.items[process];
	const struct series_process s = {.host = p->host,
					 .pid = actor->pid,
					 .start_ticks = actor->start_ticks,
					 .service = text_of(p, actor->service),
					 .command = text_of(p, actor->command),
					 .runtime = text_of(p, actor->runtime),
					 .labels = text_of(p, actor->labels)};
	uint64_t key = (uint64_t)p->host << 32 | process;
	int r;

	if (map_get(&p->c->series_of, key, ret))
		return 0;
	r = series_process(&p->s->series, &s, ret);
	return r < 0 ? r : map_put(&p->c->series_of, key, *ret);
}

static int find_thread(struct putting *p, uint32_t series, uint32_t thread, uint32_t *ret)
{
	const struct actor_thread *actor = &p->names.actors->threads.items[thread];
	uint64_t key = (uint64_t)p->host << 32 | thread;
	int r;

	if (map_get(&p->c->thread_of, key, ret))
		return 0;
	r = series_thread(&p->s->series, series, actor->tid, text_of(p, actor->name), ret);
	return r < 0 ? r : map_put(&p->c->thread_of, key, *ret);
}

static int add_part(struct put_cache *c, uint32_t process, int kind, struct put_part **ret)
{
	struct put_part *part = VEC_PUSH(&c->parts);

	if (!part)
		return SCRAPE_ENOMEM;
	part->process = process;
	part->kind = kind;
	*ret = part;
	return 0;
}

/* Everything that a slice says, to be sorted by process. */
static int list_parts(struct putting *p, size_t slice)
{
	const struct history *h = p->s->scratch;
	const uint8_t *at = NULL;
	struct put_part *part;
	struct pack_thread thread;
	struct pack_cells cells, *kept;
	struct pack_fact fact;

	p->c->parts.n = p->c->cells.n = 0;
	while (history_parts_thread(h, slice, &at, &thread)) {
		if (add_part(p->c, p->names.actors->threads.items[thread.thread].process, PART_THREAD, &part) < 0)
			return SCRAPE_ENOMEM;
		part->thread = thread;
	}
	for (at = NULL; history_parts_loss(h, slice, &at, &fact);) {
		if (add_part(p->c, fact.process, PART_LOSS, &part) < 0)
			return SCRAPE_ENOMEM;
		part->loss = fact;
	}
	for (at = NULL; history_parts_cells(h, slice, &at, &cells);) {
		kept = VEC_PUSH(&p->c->cells);
		if (!kept || add_part(p->c, cells.process, PART_CELLS, &part) < 0)
			return SCRAPE_ENOMEM;
		*kept = cells;
		part->cells = p->c->cells.n - 1;
	}
	return 0;
}

static int compare_parts(const void *a, const void *b)
{
	const struct put_part *x = a, *y = b;

	if (x->process != y->process)
		return x->process < y->process ? -1 : 1;
	return x->kind < y->kind ? -1 : x->kind > y->kind;
}

static int put_thread(struct putting *p, uint32_t series, const struct pack_thread *thread)
{
	struct pack_thread head = *thread;
	const uint8_t *at = thread->rows;
	struct blob_rows *rows = &p->c->rows;
	struct pack_row row = {0};
	int r = find_thread(p, series, thread->thread, &head.thread);

	rows->n = 0;
	while (r == 0 && pack_next_row(&at, thread, &row)) {
		struct pack_row *to = VEC_PUSH(rows);

		if (!to)
			return SCRAPE_ENOMEM;
		*to = row;
		r = find_node(p, history_parts_node(p->s->scratch, row.stack), &to->stack);
	}
	return r < 0 ? r : blob_section(&p->c->sections, &head, rows);
}

/* What a process did in a bucket, besides its sections. */
struct rest {
	uint64_t lost[SCRAPE_LOSS_COUNT];
	struct pack_cells cells;
};

static void add_cells(struct rest *rest, const struct pack_cells *more)
{
	for (size_t i = 0; i < HISTORY_CELLS; i++) {
		uint32_t sum = (uint32_t)rest->cells.cells[i] + more->cells[i];

		rest->cells.cells[i] = (uint16_t)(sum < UINT16_MAX ? sum : UINT16_MAX);
	}
}

static void add_loss(struct rest *rest, const struct pack_fact *loss)
{
	rest->lost[loss->what] = slice_sum(rest->lost[loss->what], loss->value);
}

/* What the row held before is kept: its sections stand behind the new ones, the rest is added. */
static int join(struct putting *p, const void *bytes, size_t n, struct rest *rest)
{
	struct blob_reader reader;
	struct pack_thread head;
	struct pack_cells cells;
	struct pack_fact loss;
	int r;

	if (!blob_open(&reader, bytes, n))
		return 0; /* a damaged one is of no use to anybody */
	while (blob_next_loss(&reader, &loss))
		add_loss(rest, &loss);
	if (blob_cells(&reader, &cells))
		add_cells(rest, &cells);
	while ((r = blob_next_section(&reader, &head, &p->c->rows)) > 0)
		if (blob_section(&p->c->sections, &head, &p->c->rows) < 0)
			return SCRAPE_ENOMEM;
	return r == SCRAPE_ENOMEM ? r : 0;
}

/* A bucket may have been told before: by a clock that was put back, in pieces. */
static int join_row(struct putting *p, int64_t key, struct rest *rest)
{
	struct db_stmt *stmt = db_prepare(p->s->db, "SELECT data FROM t0 WHERE k = ?");
	int r;

	db_int(stmt, 1, key);
	r = db_step(stmt);
	if (r > 0) {
		size_t n;
		const void *bytes = db_get_blob(stmt, 0, &n);

		r = join(p, bytes, n, rest);
		db_reset(stmt);
	}
	return r;
}

static int write_row(struct putting *p, int64_t key, const struct rest *rest)
{
	struct db_stmt *stmt = db_prepare(p->s->db, "INSERT OR REPLACE INTO t0(k, data) VALUES(?, ?)");
	struct buf *blob = &p->c->blob;

	buf_reset(blob);
	blob_begin(blob, rest->lost, &rest->cells);
	buf_add(blob, p->c->sections.data, p->c->sections.len);
	blob_end(blob);
	if (blob->failed)
		return SCRAPE_ENOMEM;
	db_int(stmt, 1, key);
	db_blob(stmt, 2, blob->data, blob->len);
	return db_run(stmt);
}

/* The parts of one process. */
static int put_process(struct putting *p, const struct put_part *parts, size_t n)
{
	struct rest rest = {0};
	uint32_t series;
	int64_t key;
	int r = find_series(p, parts->process, &series);

	buf_reset(&p->c->sections);
	for (size_t i = 0; i < n && r == 0; i++) {
		if (parts[i].kind == PART_THREAD)
			r = put_thread(p, series, &parts[i].thread);
		else if (parts[i].kind == PART_LOSS)
			add_loss(&rest, &parts[i].loss);
		else
			add_cells(&rest, &p->c->cells.items[parts[i].cells]);
	}
	if (r < 0)
		return r;
	key = sqlite_key(p->bucket_s, series);
	r = join_row(p, key, &rest);
	if (r == 0)
		r = write_row(p, key, &rest);
	return r < 0 ? r : series_touch(&p->s->series, series, p->bucket_s);
}

static int put_parts(struct putting *p)
{
	const struct put_part *parts = p->c->parts.items;
	size_t n;
	int r = 0;

	if (p->c->parts.n > 1)
		qsort(p->c->parts.items, p->c->parts.n, sizeof(*parts), compare_parts);
	for (size_t i = 0; i < p->c->parts.n && r == 0; i += n) {
		for (n = 1; i + n < p->c->parts.n && parts[i + n].process == parts[i].process;)
			n++;
		r = put_process(p, parts + i, n);
	}
	return r;
}

static int put_ends(struct putting *p, size_t slice)
{
	const uint8_t *at = NULL;
	struct pack_fact fact;
	uint32_t series;
	int r = 0;

	while (r == 0 && history_parts_ended(p->s->scratch, slice, &at, &fact)) {
		r = find_series(p, fact.process, &series);
		if (r == 0)
			r = series_gone(&p->s->series, series);
	}
	return r;
}

static int put_head(struct putting *p, const struct history_facts *facts)
{
	struct head head = {.from_us = facts->from_us,
				   .covered_us = facts->until_us - facts->from_us,
				   .present_us = facts->present_us,
				   .rate_mhz = facts->rate_mhz,
				   .exact = facts->exact,
				   .ticks = facts->ticks,
				   .late = facts->late,
				   .cost_ns = facts->cost_ns,
				   .stopped_ns = facts->stopped_ns};

	memcpy(head.looks, facts->ways.looks, sizeof(head.looks));
	return sqlite_head_put(p->s, 0, p->bucket_s, p->host, &head);
}

static int put_slice(struct putting *p, size_t i, const struct history_facts *facts)
{
	uint64_t longest = p->s->keep_s[0] > p->s->keep_s[1] ? p->s->keep_s[0] : p->s->keep_s[1];
	int r;

	p->bucket_s = facts->slot_us / 1000000;
	p->expiry_hours = (uint32_t)((p->bucket_s + longest) / 3600 + 2);
	r = list_parts(p, i);
	if (r == 0)
		r = put_parts(p);
	if (r == 0)
		r = put_ends(p, i);
	if (r == 0)
		r = put_head(p, facts);
	return r < 0 ? r : sqlite_todo(p->s, 1, p->bucket_s);
}

static uint64_t cursor_of(struct sqlite *s, uint32_t host, const char *instance, uint64_t otherwise)
{
	struct db_stmt *stmt = db_prepare(s->db, "SELECT next FROM cursor WHERE host = ? AND instance = ?");
	uint64_t next = otherwise;

	db_int(stmt, 1, host);
	db_text(stmt, 2, instance, strlen(instance));
	if (db_step(stmt) > 0) {
		next = (uint64_t)db_get_int(stmt, 0);
		db_reset(stmt);
	}
	return next;
}

static int advance(struct putting *p, const struct store_slices *slices, const struct store_put *put)
{
	struct db *db = p->s->db;
	struct db_stmt *stmt = db_prepare(db, "INSERT INTO cursor(host, instance, next, used) VALUES(?1, ?2, ?3, ?4)"
					      " ON CONFLICT DO UPDATE SET next = max(next, ?3), used = ?4");

	db_int(stmt, 1, p->host);
	db_text(stmt, 2, slices->instance, strlen(slices->instance));
	db_int(stmt, 3, (int64_t)put->next);
	db_int(stmt, 4, (int64_t)slices->now_us);
	(void)db_run(stmt); /* failures stick */
	stmt = db_prepare(db, "UPDATE host SET instance = ?2, first = iif(first = 0, ?3, min(first, iif(?3 = 0, first,"
			      " ?3))), until = max(until, ?4) WHERE id = ?1");
	db_int(stmt, 1, p->host);
	db_text(stmt, 2, slices->instance, strlen(slices->instance));
	db_int(stmt, 3, (int64_t)put->oldest_us);
	db_int(stmt, 4, (int64_t)put->newest_us);
	(void)db_run(stmt);
	stmt = db_prepare(db, "DELETE FROM cursor WHERE host = ?1 AND used < (SELECT used FROM cursor WHERE host = ?1"
			      " ORDER BY used DESC LIMIT 1 OFFSET ?2)");
	db_int(stmt, 1, p->host);
	db_int(stmt, 2, CURSORS_MAX);
	return db_run(stmt);
}

/* A host that invents names all the time would take the room of all others. */
static int check_ration(struct put_cache *c, uint32_t host, uint64_t now_us, struct err *err)
{
	struct put_ration *ration;

	while (c->rations.n <= host)
		if (!VEC_PUSH(&c->rations))
			return err_set(err, SCRAPE_ENOMEM, "out of memory");
	ration = &c->rations.items[host];
	if (now_us - ration->since_us > HOUR_US)
		*ration = (struct put_ration){.since_us = now_us};
	if (ration->nodes > NODES_PER_HOUR)
		return err_set(err, SCRAPE_ELIMIT, "more than %d new stacks within an hour", NODES_PER_HOUR);
	return 0;
}

static int put_all(struct putting *p, const struct store_slices *slices, struct store_put *ret)
{
	uint64_t cursor = cursor_of(p->s, p->host, slices->instance, slices->since);
	int r = 0;

	for (size_t i = 0; r == 0 && i < history_parts_slices(p->s->scratch); i++) {
		struct history_facts facts;
		const uint8_t *at = NULL;
		struct pack_thread thread;

		history_parts_facts(p->s->scratch, i, &facts);
		ret->newest_us = facts.slot_us + p->s->step_s[0] * 1000000;
		if (facts.seq < cursor) {
			ret->known++;
			continue;
		}
		if (!ret->oldest_us || facts.slot_us < ret->oldest_us)
			ret->oldest_us = facts.slot_us;
		r = put_slice(p, i, &facts);
		while (history_parts_thread(p->s->scratch, i, &at, &thread)) {
			ret->cpu_ns += thread.cpu_ns;
			ret->looks += thread.looks;
		}
		ret->slices++;
	}
	ret->next = slices->next > cursor ? slices->next : cursor;
	return r < 0 ? r : advance(p, slices, ret);
}

/* Reads the slices into the scratch. */
static int read_slices(struct sqlite *s, const struct store_slices *slices, struct err *err)
{
	int r = store_read(s->scratch, slices, err);

	if (history_parts_epoch(s->scratch) != s->cache->epoch) {
		forget(s->cache);
		s->cache->epoch = history_parts_epoch(s->scratch);
	}
	return r;
}

/* Nothing of it is written; what memory has of it is not true. */
static int take_back(struct sqlite *s, int r, struct err *err)
{
	int failed = db_failed(s->db, err);

	if (failed == 0)
		(void)err_set(err, r, r == SCRAPE_ELIMIT ? "too many stacks" : "out of memory");
	db_rollback(s->db);
	s->batch_lost = s->in_batch;
	s->in_batch = false;
	forget(s->cache);
	if (stacks_read_again(&s->stacks) < 0 || series_read_again(&s->series) < 0)
		(void)db_failed(s->db, err);
	return failed < 0 ? failed : r;
}

int sqlite_put(struct store *store, const struct store_slices *slices, struct store_put *ret, struct err *err)
{
	struct sqlite *s = (struct sqlite *)store;
	struct putting p = {.s = s};
	struct store_put put = {0};
	bool alone = !s->in_batch;
	int r = prepare(s), blamed;

	if (r < 0)
		return err_set(err, r, "out of memory");
	r = read_slices(s, slices, err);
	if (r < 0)
		return r;
	if (alone)
		r = store_begin(store, err);
	if (r < 0)
		return r;
	p.c = s->cache;
	history_parts_names(s->scratch, &p.names);
	r = series_host(&s->series, slices->host, &p.host);
	if (r < 0)
		return take_back(s, r, err);
	blamed = check_ration(s->cache, p.host, slices->now_us, err);
	if (blamed == 0)
		r = put_all(&p, slices, &put);
	if (r < 0)
		return take_back(s, r, err);
	if (alone)
		r = store_commit(store, blamed ? NULL : err);
	if (r == 0 && blamed == 0)
		*ret = put;
	return blamed ? blamed : r;
}
