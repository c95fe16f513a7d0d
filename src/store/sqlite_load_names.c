/* SPDX-License-Identifier: MIT */
/* sqlite_load_names: what rows name, looked up in the tables of names as it is met. */
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "profile/history_filter.h"
#include "store/sqlite_load.h"
#include "stream/stream.h"

static int read_hosts(struct load *l)
{
	struct db_stmt *stmt = db_prepare(l->s->db, "SELECT id, name, first FROM host WHERE first > 0 AND first < ?1"
						    " AND until > ?2 ORDER BY name");
	int r;

	db_int(stmt, 1, (int64_t)l->plan.until_s * 1000000);
	db_int(stmt, 2, (int64_t)l->plan.from_s * 1000000);
	while ((r = db_step(stmt)) > 0) {
		uint32_t id = (uint32_t)db_get_int(stmt, 0), host;
		size_t len;
		const char *name = db_get_text(stmt, 1, &len);

		r = emit_add_host(&l->e, name, len, (uint64_t)db_get_int(stmt, 2), &host);
		while (r == 0 && l->host_of.n <= id)
			r = id_add(&l->host_of, 0);
		if (r < 0) {
			db_reset(stmt);
			return r;
		}
		l->host_of.items[id] = host;
	}
	return r;
}

/* The level at which the question tells series apart. */
static enum series_level group_level(const struct load *l)
{
	unsigned needs = l->range->needs;

	for (size_t i = 0; i < l->range->n_filters; i++) {
		enum history_field field = l->range->filters[i].field;

		if (field == HISTORY_PID || field == HISTORY_TARGET || field == HISTORY_THREAD)
			return SERIES_PROCESS;
		if (field == HISTORY_HOST)
			needs |= STORE_BY_HOST;
	}
	if (needs & (STORE_BY_PROCESS | STORE_BY_THREAD))
		return SERIES_PROCESS;
	return needs & STORE_BY_HOST ? SERIES_SERVICE : SERIES_MERGED;
}

/* A series of the interval, before the filters have been asked. */
struct found {
	struct load_series series;
	enum series_level level;
	uint32_t process; /* in the history: of the group that it goes into */
	uint32_t host;
};

struct finds {
	struct found *items;
	size_t n, cap;
};

static int add_text(struct load *l, struct db_stmt *stmt, int column, uint32_t *ret)
{
	size_t len;
	const char *text = db_get_text(stmt, column, &len);

	return history_parts_add_text(l->e.h, text, len, ret);
}

/* The process of the history that stands for the series' group: what is told apart is left of its identity. */
static int add_process(struct load *l, struct db_stmt *stmt, struct found *found)
{
	enum series_level at = group_level(l) > found->level ? group_level(l) : found->level;
	struct actor_process process = {0};
	int r = add_text(l, stmt, 5, &process.service);

	if (r == 0)
		r = add_text(l, stmt, 8, &process.labels);
	if (r == 0 && at == SERIES_PROCESS) {
		process.pid = (uint32_t)db_get_int(stmt, 3);
		process.start_ticks = (uint64_t)db_get_int(stmt, 4);
		r = add_text(l, stmt, 6, &process.command);
		if (r == 0)
			r = add_text(l, stmt, 7, &process.runtime);
	}
	if (at < SERIES_MERGED && found->host < l->host_of.n && l->host_of.items[found->host])
		process.host = l->e.hosts.items[l->host_of.items[found->host] - 1].name;
	else
		found->host = 0;
	if (r < 0)
		return r;
	return history_parts_add_process(l->e.h, &process, at == SERIES_PROCESS && db_get_int(stmt, 11),
					 &found->process);
}

static bool plan_has_level(const struct load *l, enum series_level level)
{
	for (size_t i = 0; i < l->plan.n; i++)
		if (series_level_of_tier(l->plan.segments[i].tier) == level)
			return true;
	return false;
}

static int find_series(struct load *l, struct finds *finds)
{
	struct db_stmt *stmt = db_prepare(l->s->db, "SELECT id, level, host, pid, start, service, command, runtime,"
						    " labels, first, last, gone FROM series WHERE last >= ?1 AND"
						    " first < ?2 ORDER BY id");
	int r;

	db_int(stmt, 1, (int64_t)l->plan.from_s);
	db_int(stmt, 2, (int64_t)l->plan.until_s);
	while ((r = db_step(stmt)) > 0) {
		struct found found = {.level = (enum series_level)db_get_int(stmt, 1),
				      .host = (uint32_t)db_get_int(stmt, 2)};
		struct found *place;

		found.series.id = (uint32_t)db_get_int(stmt, 0);
		/* touched once a minute, and a bucket of a coarser tier begins before what is in it */
		found.series.first_s = (uint64_t)db_get_int(stmt, 9);
		found.series.last_s = (uint64_t)db_get_int(stmt, 10) + 60;
		if (found.level >= SERIES_LEVELS || !plan_has_level(l, found.level))
			continue;
		found.series.first_s -= found.series.first_s % 86400;
		r = add_process(l, stmt, &found);
		place = r == 0 ? VEC_PUSH(finds) : NULL;
		if (!place) {
			db_reset(stmt);
			return r < 0 ? r : SCRAPE_ENOMEM;
		}
		*place = found;
		l->n_series[found.level]++;
	}
	return r;
}

static int find_group(struct load *l, const struct found *found, struct id_list *group_of, uint32_t *ret)
{
	int r = 0;

	while (group_of->n <= found->process)
		if (id_add(group_of, 0) < 0)
			return SCRAPE_ENOMEM;
	if (!group_of->items[found->process])
		r = emit_add_group(&l->e, found->process, found->host ? l->host_of.items[found->host] : 0,
				   &group_of->items[found->process]);
	*ret = group_of->items[found->process];
	return r;
}

static int choose_series(struct load *l, const struct finds *finds, const bool *passes)
{
	struct id_list group_of_process = {0};
	int r = 0;

	VEC_EACH (found, finds) {
		struct load_series *place;
		uint32_t group = 0;

		if (r < 0 || !passes[found->process])
			continue;
		r = find_group(l, found, &group_of_process, &group);
		while (r == 0 && l->group_of.n <= found->series.id)
			r = id_add(&l->group_of, 0);
		place = r == 0 ? VEC_PUSH(&l->wanted[found->level]) : NULL;
		if (!place) {
			r = r < 0 ? r : SCRAPE_ENOMEM;
			continue;
		}
		*place = found->series;
		l->group_of.items[found->series.id] = group;
	}
	VEC_DEINIT(&group_of_process);
	return r;
}

int load_series(struct load *l, struct err *err)
{
	struct finds finds = {0};
	struct history_match match = {0};
	int r = read_hosts(l);

	if (r == 0)
		r = find_series(l, &finds);
	if (r == 0) {
		r = history_match_init(&match, l->e.h, l->range->filters, l->range->n_filters, err);
		if (r == 0)
			r = choose_series(l, &finds, match.processes);
		history_match_deinit(&match);
	}
	VEC_DEINIT(&finds);
	return r;
}

static int find_frame(struct load *l, uint32_t id, uint32_t *ret)
{
	struct db_stmt *stmt;
	struct frame frame = {0};
	size_t file_len = 0;
	int r = 0;

	while (l->frame_of.n <= id)
		if (id_add(&l->frame_of, 0) < 0)
			return SCRAPE_ENOMEM;
	if (l->frame_of.items[id]) {
		*ret = l->frame_of.items[id] - 1;
		return 0;
	}
	stmt = db_prepare(l->s->db, "SELECT function, file, module, short_at, line, first_line, kind FROM frame"
				    " WHERE id = ?");
	db_int(stmt, 1, id);
	r = db_step(stmt);
	if (r > 0) {
		(void)db_get_text(stmt, 1, &file_len);
		r = add_text(l, stmt, 0, &frame.function);
		if (r == 0)
			r = add_text(l, stmt, 1, &frame.file);
		if (r == 0)
			r = add_text(l, stmt, 2, &frame.module);
		frame.short_at = (uint32_t)db_get_int(stmt, 3);
		frame.line = (uint32_t)db_get_int(stmt, 4);
		frame.first_line = (uint32_t)db_get_int(stmt, 5);
		frame.kind = (uint32_t)db_get_int(stmt, 6);
		db_reset(stmt);
	} else if (r == 0) {
		r = SCRAPE_ENOTFOUND;
	}
	if (r == 0 && (frame.kind > STREAM_FRAME_INLINED || frame.line > INT32_MAX || frame.short_at > file_len))
		r = SCRAPE_EFORMAT;
	if (r == 0)
		r = history_parts_add_frame(l->e.h, &frame, ret);
	if (r == 0)
		l->frame_of.items[id] = *ret + 1;
	return r;
}

/* The parent and the frame of a node. SCRAPE_ENOTFOUND: there is none of that number. */
static int read_node(struct load *l, uint32_t id, uint32_t *parent_ret, uint32_t *frame_ret)
{
	struct db_stmt *stmt = db_prepare(l->s->db, "SELECT parent, frame FROM node WHERE id = ?");
	int r;

	db_int(stmt, 1, id);
	r = db_step(stmt);
	if (r <= 0)
		return r < 0 ? r : SCRAPE_ENOTFOUND;
	*parent_ret = (uint32_t)db_get_int(stmt, 0);
	*frame_ret = (uint32_t)db_get_int(stmt, 1);
	db_reset(stmt);
	return *parent_ret < id && *frame_ret < STACKS_NODES_MAX ? 0 : SCRAPE_EFORMAT;
}

/* The node of the history; of a damaged store's the root, which reads [unknown]. */
static int find_node(struct load *l, uint32_t id, uint32_t *ret)
{
	uint32_t path[STREAM_DEPTH_MAX + 1], frames[STREAM_DEPTH_MAX + 1], at = id, depth = 0, node = TRIE_ROOT;
	int r = 0;

	while (l->node_of.n <= id)
		if (id_add(&l->node_of, l->node_of.n == STACKS_ROOT ? TRIE_ROOT + 1 : 0) < 0)
			return SCRAPE_ENOMEM;
	if (!l->node_of.items[STACKS_ROOT])
		l->node_of.items[STACKS_ROOT] = TRIE_ROOT + 1;
	while (!l->node_of.items[at] && depth <= STREAM_DEPTH_MAX && r == 0) {
		uint32_t parent = 0;

		path[depth] = at;
		r = read_node(l, at, &parent, &frames[depth]);
		depth++;
		at = parent;
	}
	if (r == SCRAPE_ENOTFOUND || r == SCRAPE_EFORMAT || depth > STREAM_DEPTH_MAX) {
		*ret = TRIE_ROOT;
		return 0;
	}
	node = r == 0 ? l->node_of.items[at] - 1 : TRIE_ROOT;
	while (r == 0 && depth > 0) {
		uint32_t frame = 0;

		depth--;
		r = find_frame(l, frames[depth], &frame);
		if (r == 0)
			r = history_parts_add_node(l->e.h, node, frame, &node);
		if (r == 0)
			l->node_of.items[path[depth]] = node + 1;
	}
	*ret = node;
	if (r == SCRAPE_ENOTFOUND || r == SCRAPE_EFORMAT)
		r = 0;
	return r;
}

int load_stack(void *ctx, uint32_t id, uint32_t *ret)
{
	struct load *l = ctx;
	uint32_t node = HISTORY_PARTS_UNSEEN;
	int r = id == LOAD_UNSEEN ? 0 : id < STACKS_NODES_MAX ? find_node(l, id, &node) : SCRAPE_EFORMAT;

	return r < 0 ? r : history_parts_add_stack(l->e.h, node, ret);
}

/* The thread of a section, by its number in the store. */
static int find_thread(struct load *l, uint32_t process, uint32_t id, uint32_t *ret)
{
	struct db_stmt *stmt;
	uint32_t tid = 0, name = 0;
	int r;

	while (l->thread_of.n <= id)
		if (id_add(&l->thread_of, 0) < 0)
			return SCRAPE_ENOMEM;
	if (l->thread_of.items[id]) {
		*ret = l->thread_of.items[id] - 1;
		return 0;
	}
	stmt = db_prepare(l->s->db, "SELECT tid, name FROM thread WHERE id = ?");
	db_int(stmt, 1, id);
	r = db_step(stmt);
	if (r > 0) {
		size_t len;
		const char *text = db_get_text(stmt, 1, &len);

		tid = (uint32_t)db_get_int(stmt, 0);
		r = history_parts_add_text(l->e.h, text, len, &name);
		db_reset(stmt);
	}
	if (r == 0)
		r = history_parts_add_thread(l->e.h, process, tid, name, ret);
	if (r == 0)
		l->thread_of.items[id] = *ret + 1;
	return r;
}

int load_thread(struct load *l, struct emit_group *group, const struct pack_thread *head)
{
	struct pack_thread thread = *head;
	int r = head->thread >= STACKS_NODES_MAX ? SCRAPE_EFORMAT
						 : find_thread(l, group->process, head->thread, &thread.thread);

	if (r == 0)
		r = emit_translate(&l->e, &l->rows);
	return r < 0 ? r : history_draft_thread(emit_draft(&l->e, group), &thread, l->rows.items, l->rows.n);
}
