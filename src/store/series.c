/* SPDX-License-Identifier: MIT */
/* series: hosts, processes, services and threads of a store, as its writer has them. */
#include "store/series.h"

#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "scrape.h"
#include "store/db.h"

#define SERIES_MAX (1u << 28)

static uint64_t add_text(uint64_t hash, const char *text)
{
	return XXH3_64bits_withSeed(text, strlen(text) + 1, hash);
}

static uint64_t hash_of(const struct series *series, enum series_level level, const struct series_process *p)
{
	const uint64_t numbers[] = {level, p->host, p->pid, p->start_ticks};
	uint64_t hash = XXH3_64bits_withSeed(numbers, sizeof(numbers), series->seed);

	hash = add_text(hash, p->service);
	hash = add_text(hash, p->command);
	hash = add_text(hash, p->runtime);
	return add_text(hash, p->labels);
}

static uint64_t thread_hash(const struct series *series, uint32_t id, uint32_t tid, const char *name)
{
	const uint64_t numbers[] = {id, tid};

	return add_text(XXH3_64bits_withSeed(numbers, sizeof(numbers), series->seed), name);
}

static int place(struct series *series, uint32_t id, const struct series_entry *entry)
{
	if (id == 0 || id >= SERIES_MAX || !VEC_RESERVE(&series->list, (size_t)id + 1))
		return SCRAPE_ENOMEM;
	while (series->list.n <= id)
		(void)VEC_PUSH(&series->list); /* there is room */
	series->list.items[id] = *entry;
	return 0;
}

static int read_series(struct series *series)
{
	struct db_stmt *stmt = db_prepare(series->db, "SELECT id, level, up, last, host, pid, start, service, command,"
						      " runtime, labels FROM series");
	int r;

	while ((r = db_step(stmt)) > 0) {
		uint32_t id = (uint32_t)db_get_int(stmt, 0);
		struct series_entry entry = {.level = (uint8_t)db_get_int(stmt, 1),
					     .known = true,
					     .up = (uint32_t)db_get_int(stmt, 2),
					     .last_min = (uint32_t)(db_get_int(stmt, 3) / 60)};
		struct series_process p = {.host = (uint32_t)db_get_int(stmt, 4),
					   .pid = (uint32_t)db_get_int(stmt, 5),
					   .start_ticks = (uint64_t)db_get_int(stmt, 6)};
		size_t len;

		p.service = db_get_text(stmt, 7, &len);
		p.command = db_get_text(stmt, 8, &len);
		p.runtime = db_get_text(stmt, 9, &len);
		p.labels = db_get_text(stmt, 10, &len);
		r = entry.level < SERIES_LEVELS ? place(series, id, &entry) : SCRAPE_EFORMAT;
		if (r == 0)
			r = map_put(&series->by_hash, hash_of(series, entry.level, &p), id);
		if (r < 0) {
			db_reset(stmt);
			return r;
		}
	}
	return r;
}

static int read_threads(struct series *series)
{
	struct db_stmt *stmt = db_prepare(series->db, "SELECT id, series, tid, name FROM thread");
	int r;

	while ((r = db_step(stmt)) > 0) {
		uint32_t id = (uint32_t)db_get_int(stmt, 0);
		size_t len;
		uint64_t hash = thread_hash(series, (uint32_t)db_get_int(stmt, 1), (uint32_t)db_get_int(stmt, 2),
					    db_get_text(stmt, 3, &len));

		if (map_put(&series->threads, hash, id) < 0) {
			db_reset(stmt);
			return SCRAPE_ENOMEM;
		}
		if (id >= series->next_thread)
			series->next_thread = id + 1;
	}
	return r;
}

static int read_hosts(struct series *series)
{
	struct db_stmt *stmt = db_prepare(series->db, "SELECT id, name FROM host");
	int r;

	while ((r = db_step(stmt)) > 0) {
		uint32_t id = (uint32_t)db_get_int(stmt, 0);
		size_t len;

		if (map_put(&series->hosts, add_text(series->seed, db_get_text(stmt, 1, &len)), id) < 0) {
			db_reset(stmt);
			return SCRAPE_ENOMEM;
		}
		if (id >= series->next_host)
			series->next_host = id + 1;
	}
	return r;
}

int series_open(struct series *series, struct db *db)
{
	int r;

	*series = (struct series){.db = db, .next_thread = 1, .next_host = 1};
	series->seed = (uint64_t)db_number(db, 0, "SELECT v FROM meta WHERE k = 'seed'");
	if (!VEC_PUSH(&series->list))
		return SCRAPE_ENOMEM;
	r = read_series(series);
	if (r == 0)
		r = read_threads(series);
	return r < 0 ? r : read_hosts(series);
}

void series_close(struct series *series)
{
	map_deinit(&series->by_hash);
	map_deinit(&series->threads);
	map_deinit(&series->hosts);
	VEC_DEINIT(&series->list);
}

int series_read_again(struct series *series)
{
	struct db *db = series->db;

	series_close(series);
	return series_open(series, db);
}

int series_host(struct series *series, const char *name, uint32_t *ret)
{
	uint64_t hash = add_text(series->seed, name);
	struct db_stmt *stmt;
	int r;

	if (map_get(&series->hosts, hash, ret))
		return 0;
	stmt = db_prepare(series->db, "INSERT INTO host(id, name) VALUES(?, ?)");
	db_int(stmt, 1, series->next_host);
	db_text(stmt, 2, name, strlen(name));
	r = db_run(stmt);
	if (r == 0)
		r = map_put(&series->hosts, hash, series->next_host);
	if (r == 0)
		*ret = series->next_host++;
	return r;
}

static int add(struct series *series, enum series_level level, const struct series_process *p, uint32_t up,
	       uint32_t *ret)
{
	const struct series_entry entry = {.level = (uint8_t)level, .known = true, .up = up};
	uint32_t id = (uint32_t)series->list.n;
	struct db_stmt *stmt = db_prepare(series->db, "INSERT INTO series(id, level, up, host, pid, start, service,"
						      " command, runtime, labels, first, last)"
						      " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0)");
	int r;

	db_int(stmt, 1, id);
	db_int(stmt, 2, level);
	db_int(stmt, 3, up);
	db_int(stmt, 4, p->host);
	db_int(stmt, 5, p->pid);
	db_int(stmt, 6, (int64_t)p->start_ticks);
	db_text(stmt, 7, p->service, strlen(p->service));
	db_text(stmt, 8, p->command, strlen(p->command));
	db_text(stmt, 9, p->runtime, strlen(p->runtime));
	db_text(stmt, 10, p->labels, strlen(p->labels));
	r = db_run(stmt);
	if (r == 0)
		r = map_put(&series->by_hash, hash_of(series, level, p), id);
	if (r == 0)
		r = place(series, id, &entry);
	if (r == 0)
		*ret = id;
	return r;
}

int series_process(struct series *series, const struct series_process *p, uint32_t *ret)
{
	struct series_process above = {
		.host = p->host, .service = p->service, .command = "", .runtime = "", .labels = p->labels};
	const struct series_process *levels[SERIES_LEVELS] = {p, &above, &above};
	uint32_t id = 0;

	for (int level = SERIES_LEVELS - 1; level >= 0; level--) {
		uint32_t up = id;
		int r = 0;

		above.host = level == SERIES_MERGED ? 0 : p->host;
		if (!map_get(&series->by_hash, hash_of(series, (enum series_level)level, levels[level]), &id))
			r = add(series, (enum series_level)level, levels[level], up, &id);
		if (r < 0)
			return r;
	}
	*ret = id;
	return 0;
}

int series_thread(struct series *series, uint32_t id, uint32_t tid, const char *name, uint32_t *ret)
{
	uint64_t hash = thread_hash(series, id, tid, name);
	struct db_stmt *stmt;
	int r;

	if (map_get(&series->threads, hash, ret))
		return 0;
	stmt = db_prepare(series->db, "INSERT INTO thread(id, series, tid, name) VALUES(?, ?, ?, ?)");
	db_int(stmt, 1, series->next_thread);
	db_int(stmt, 2, id);
	db_int(stmt, 3, tid);
	db_text(stmt, 4, name, strlen(name));
	r = db_run(stmt);
	if (r == 0)
		r = map_put(&series->threads, hash, series->next_thread);
	if (r == 0)
		*ret = series->next_thread++;
	return r;
}

int series_touch(struct series *series, uint32_t id, uint64_t bucket_s)
{
	uint32_t last_min = (uint32_t)(bucket_s / 60 + 1);
	int r = 0;

	for (; r == 0 && id; id = series->list.items[id].up) {
		struct series_entry *entry = &series->list.items[id];
		struct db_stmt *stmt;

		if (entry->last_min == last_min)
			continue;
		stmt = db_prepare(series->db, "UPDATE series SET last = max(last, ?1), first = iif(first = 0, ?2,"
					      " min(first, ?2)) WHERE id = ?3");
		db_int(stmt, 1, (int64_t)last_min * 60);
		db_int(stmt, 2, (int64_t)bucket_s);
		db_int(stmt, 3, id);
		r = db_run(stmt);
		if (entry->last_min < last_min)
			entry->last_min = last_min;
	}
	return r;
}

int series_gone(struct series *series, uint32_t id)
{
	struct db_stmt *stmt = db_prepare(series->db, "UPDATE series SET gone = 1 WHERE id = ?");

	db_int(stmt, 1, id);
	return db_run(stmt);
}
