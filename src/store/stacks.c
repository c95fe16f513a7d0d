/* SPDX-License-Identifier: MIT */
/* stacks: frames and nodes of a store, as its writer has them. */
#include "store/stacks.h"

#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "scrape.h"
#include "store/db.h"
#include "stream/stream.h"

static uint64_t add_text(uint64_t hash, const char *text, size_t len)
{
	return XXH3_64bits_withSeed(text, len, hash);
}

static uint64_t hash_of(const struct stacks *stacks, const struct stacks_frame *f)
{
	const uint32_t numbers[] = {f->short_at, f->line, f->first_line, f->kind};
	uint64_t hash = XXH3_64bits_withSeed(numbers, sizeof(numbers), stacks->seed);

	hash = add_text(hash, f->function, f->function_len);
	hash = add_text(hash, f->file, f->file_len);
	return add_text(hash, f->module, f->module_len);
}

static int read_frames(struct stacks *stacks)
{
	struct db_stmt *stmt =
		db_prepare(stacks->db, "SELECT id, function, file, module, short_at, line, first_line, kind"
				       " FROM frame");
	int r;

	while ((r = db_step(stmt)) > 0) {
		struct stacks_frame frame = {.short_at = (uint32_t)db_get_int(stmt, 4),
					     .line = (uint32_t)db_get_int(stmt, 5),
					     .first_line = (uint32_t)db_get_int(stmt, 6),
					     .kind = (uint32_t)db_get_int(stmt, 7)};
		uint32_t id = (uint32_t)db_get_int(stmt, 0);

		frame.function = db_get_text(stmt, 1, &frame.function_len);
		frame.file = db_get_text(stmt, 2, &frame.file_len);
		frame.module = db_get_text(stmt, 3, &frame.module_len);
		if (map_put(&stacks->frames, hash_of(stacks, &frame), id) < 0) {
			db_reset(stmt);
			return SCRAPE_ENOMEM;
		}
		if (id >= stacks->next_frame)
			stacks->next_frame = id + 1;
	}
	return r;
}

static int place_node(struct stacks *stacks, uint32_t id, uint32_t parent, uint32_t frame, uint32_t expiry)
{
	if (id >= STACKS_NODES_MAX || parent >= id)
		return SCRAPE_EFORMAT;
	if (!VEC_RESERVE(&stacks->nodes, (size_t)id + 1) ||
	    map_put(&stacks->edges, (uint64_t)parent << 32 | frame, id) < 0)
		return SCRAPE_ENOMEM;
	while (stacks->nodes.n <= id)
		(void)VEC_PUSH(&stacks->nodes); /* there is room */
	stacks->nodes.items[id] = (struct stacks_node){parent, expiry};
	return 0;
}

static int read_nodes(struct stacks *stacks)
{
	struct db_stmt *stmt = db_prepare(stacks->db, "SELECT id, parent, frame, expiry FROM node");
	int r;

	while ((r = db_step(stmt)) > 0) {
		int64_t id = db_get_int(stmt, 0), parent = db_get_int(stmt, 1), expiry = db_get_int(stmt, 3);

		r = id > 0 && parent >= 0 && id < STACKS_NODES_MAX && parent < id
			    ? place_node(stacks, (uint32_t)id, (uint32_t)parent, (uint32_t)db_get_int(stmt, 2),
					 expiry > 0 ? (uint32_t)expiry : 1)
			    : SCRAPE_EFORMAT;
		if (r < 0) {
			db_reset(stmt);
			return r;
		}
	}
	return r;
}

/* Up to the numbers that were given out once. */
static int skip_numbers(struct stacks *stacks)
{
	size_t next = (size_t)db_number(stacks->db, 0, "SELECT v FROM meta WHERE k = 'next_node'");

	if (next > STACKS_NODES_MAX)
		return SCRAPE_EFORMAT;
	if (!VEC_RESERVE(&stacks->nodes, next))
		return SCRAPE_ENOMEM;
	while (stacks->nodes.n < next)
		(void)VEC_PUSH(&stacks->nodes); /* there is room */
	return 0;
}

static int find_marker(struct stacks *stacks, const char *text, uint32_t *ret)
{
	const struct stacks_frame frame = {
		.function = text, .function_len = strlen(text), .file = "", .module = "", .kind = STREAM_FRAME_MARKER};

	return stacks_frame(stacks, &frame, ret);
}

int stacks_open(struct stacks *stacks, struct db *db)
{
	int r;

	*stacks = (struct stacks){.db = db, .next_frame = 1};
	stacks->seed = (uint64_t)db_number(db, 0, "SELECT v FROM meta WHERE k = 'seed'");
	if (!VEC_PUSH(&stacks->nodes)) /* the root */
		return SCRAPE_ENOMEM;
	stacks->nodes.items[0].expiry = UINT32_MAX;
	r = read_frames(stacks);
	if (r == 0)
		r = read_nodes(stacks);
	if (r == 0)
		r = skip_numbers(stacks);
	if (r == 0)
		r = find_marker(stacks, SCRAPE_MARK_PRUNED, &stacks->pruned);
	if (r == 0)
		r = find_marker(stacks, SCRAPE_MARK_UNSEEN, &stacks->unseen);
	return r;
}

void stacks_close(struct stacks *stacks)
{
	map_deinit(&stacks->frames);
	map_deinit(&stacks->edges);
	VEC_DEINIT(&stacks->nodes);
}

int stacks_frame(struct stacks *stacks, const struct stacks_frame *f, uint32_t *ret)
{
	uint64_t hash = hash_of(stacks, f);
	struct db_stmt *stmt;
	int r;

	if (map_get(&stacks->frames, hash, ret))
		return 0;
	stmt = db_prepare(stacks->db, "INSERT INTO frame(id, function, file, module, short_at, line, first_line, kind)"
				      " VALUES(?, ?, ?, ?, ?, ?, ?, ?)");
	db_int(stmt, 1, stacks->next_frame);
	db_text(stmt, 2, f->function, f->function_len);
	db_text(stmt, 3, f->file, f->file_len);
	db_text(stmt, 4, f->module, f->module_len);
	db_int(stmt, 5, f->short_at);
	db_int(stmt, 6, f->line);
	db_int(stmt, 7, f->first_line);
	db_int(stmt, 8, f->kind);
	r = db_run(stmt);
	if (r == 0)
		r = map_put(&stacks->frames, hash, stacks->next_frame);
	if (r == 0)
		*ret = stacks->next_frame++;
	return r;
}

int stacks_node(struct stacks *stacks, uint32_t parent, uint32_t frame, uint32_t *ret)
{
	uint32_t id = (uint32_t)stacks->nodes.n;
	struct db_stmt *stmt;
	int r;

	if (map_get(&stacks->edges, (uint64_t)parent << 32 | frame, ret))
		return 0;
	if (id >= STACKS_NODES_MAX)
		return SCRAPE_ELIMIT;
	stmt = db_prepare(stacks->db, "INSERT INTO node(id, parent, frame, expiry) VALUES(?, ?, ?, 1)");
	db_int(stmt, 1, id);
	db_int(stmt, 2, parent);
	db_int(stmt, 3, frame);
	r = db_run(stmt);
	if (r == 0)
		r = place_node(stacks, id, parent, frame, 1);
	if (r == 0)
		*ret = id;
	return r;
}

int stacks_touch(struct stacks *stacks, uint32_t node, uint32_t expiry)
{
	uint32_t until = expiry + STACKS_TOUCH_HOURS;
	int r = 0;

	if (stacks->nodes.items[node].expiry >= expiry)
		return 0;
	while (r == 0 && stacks->nodes.items[node].expiry < until) {
		struct db_stmt *stmt = db_prepare(stacks->db, "UPDATE node SET expiry = ? WHERE id = ?");

		db_int(stmt, 1, until);
		db_int(stmt, 2, node);
		r = db_run(stmt);
		stacks->nodes.items[node].expiry = until;
		node = stacks->nodes.items[node].parent;
	}
	return r;
}

int stacks_read_again(struct stacks *stacks)
{
	struct db *db = stacks->db;

	stacks_close(stacks);
	return stacks_open(stacks, db);
}

/* Numbers are never given out again: a row that was overlooked must not come to name another stack. */
static int note_next(struct stacks *stacks)
{
	struct db_stmt *stmt = db_prepare(stacks->db, "UPDATE meta SET v = max(v, ?) WHERE k = 'next_node'");

	db_int(stmt, 1, (int64_t)stacks->nodes.n);
	return db_run(stmt);
}

int stacks_expire(struct stacks *stacks, uint32_t now_hours, size_t most, size_t *ret_n)
{
	struct db_stmt *stmt =
		db_prepare(stacks->db, "DELETE FROM node WHERE id IN (SELECT id FROM node WHERE expiry < ?"
				       " LIMIT ?) RETURNING 1");
	size_t n = 0;
	int r;

	db_int(stmt, 1, now_hours);
	db_int(stmt, 2, (int64_t)most);
	while ((r = db_step(stmt)) > 0)
		n++;
	if (r == 0 && n > 0)
		r = note_next(stacks);
	if (r == 0 && n > 0)
		r = db_exec(stacks->db, "DELETE FROM frame WHERE id NOT IN (SELECT frame FROM node)");
	if (r == 0 && n > 0)
		r = stacks_read_again(stacks);
	*ret_n = n;
	return r;
}
