/* SPDX-License-Identifier: MIT */
/* sqlite_schema: the tables, their version, and what a store was made with. */
#include <string.h>
#include <sys/random.h>

#include "base/err.h"
#include "store/sqlite.h"

static const char tables[] =
	"CREATE TABLE meta(k TEXT PRIMARY KEY, v) WITHOUT ROWID;"
	"CREATE TABLE host(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, instance TEXT NOT NULL DEFAULT '',"
	" first INTEGER NOT NULL DEFAULT 0, until INTEGER NOT NULL DEFAULT 0);"
	"CREATE TABLE cursor(host INTEGER NOT NULL, instance TEXT NOT NULL, next INTEGER NOT NULL,"
	" used INTEGER NOT NULL, PRIMARY KEY(host, instance)) WITHOUT ROWID;"
	"CREATE TABLE series(id INTEGER PRIMARY KEY, level INTEGER NOT NULL, up INTEGER NOT NULL,"
	" host INTEGER NOT NULL, pid INTEGER NOT NULL, start INTEGER NOT NULL, service TEXT NOT NULL,"
	" command TEXT NOT NULL, runtime TEXT NOT NULL, labels TEXT NOT NULL, first INTEGER NOT NULL,"
	" last INTEGER NOT NULL, gone INTEGER NOT NULL DEFAULT 0);"
	"CREATE TABLE thread(id INTEGER PRIMARY KEY, series INTEGER NOT NULL, tid INTEGER NOT NULL,"
	" name TEXT NOT NULL);"
	"CREATE TABLE frame(id INTEGER PRIMARY KEY, function TEXT NOT NULL, file TEXT NOT NULL, module TEXT NOT NULL,"
	" short_at INTEGER NOT NULL, line INTEGER NOT NULL, first_line INTEGER NOT NULL, kind INTEGER NOT NULL);"
	"CREATE TABLE node(id INTEGER PRIMARY KEY, parent INTEGER NOT NULL, frame INTEGER NOT NULL,"
	" expiry INTEGER NOT NULL);"
	"CREATE TABLE t0(k INTEGER PRIMARY KEY, data BLOB NOT NULL);"
	"CREATE TABLE t1(k INTEGER PRIMARY KEY, data BLOB NOT NULL);"
	"CREATE TABLE t2(k INTEGER PRIMARY KEY, data BLOB NOT NULL);"
	"CREATE TABLE t3(k INTEGER PRIMARY KEY, data BLOB NOT NULL);"
	"CREATE TABLE h0(k INTEGER PRIMARY KEY, data BLOB NOT NULL);"
	"CREATE TABLE h1(k INTEGER PRIMARY KEY, data BLOB NOT NULL);"
	"CREATE TABLE h2(k INTEGER PRIMARY KEY, data BLOB NOT NULL);"
	"CREATE TABLE h3(k INTEGER PRIMARY KEY, data BLOB NOT NULL);"
	"CREATE TABLE todo(tier INTEGER NOT NULL, bucket INTEGER NOT NULL, changed INTEGER NOT NULL,"
	" PRIMARY KEY(tier, bucket)) WITHOUT ROWID;"
	"CREATE TABLE note(id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, until INTEGER NOT NULL,"
	" text TEXT NOT NULL, service TEXT NOT NULL, host TEXT NOT NULL, by TEXT NOT NULL, pin INTEGER NOT NULL);";

#define TEXT_OF_(x) #x
#define TEXT_OF(x) TEXT_OF_(x)

static const uint64_t steps_s[STORE_TIERS] = {10, 60, 3600, 86400};

static int put_meta(struct sqlite *s, const char *key, uint64_t value)
{
	struct db_stmt *stmt = db_prepare(s->db, "INSERT INTO meta(k, v) VALUES(?1, ?2)"
						 " ON CONFLICT(k) DO UPDATE SET v = ?2");

	db_text(stmt, 1, key, strlen(key));
	db_int(stmt, 2, (int64_t)value);
	return db_run(stmt);
}

static int create(struct sqlite *s)
{
	uint64_t seed = 0;

	if (getrandom(&seed, sizeof(seed), 0) != sizeof(seed))
		return SCRAPE_EIO;
	(void)db_begin(s->db); /* failures stick */
	(void)db_exec(s->db, tables);
	(void)db_exec(s->db, "PRAGMA application_id = " TEXT_OF(SQLITE_APPLICATION) ";"
										    "PRAGMA user_version = " TEXT_OF(
											    SQLITE_VERSION));
	(void)put_meta(s, "seed", seed >> 1); /* positive */
	(void)put_meta(s, "slice_s", s->step_s[0]);
	(void)put_meta(s, "next_node", 1);
	(void)put_meta(s, "generation", 1);
	return db_commit(s->db);
}

static void choose_tiers(struct sqlite *s, const struct store_config *config)
{
	struct store_config full = *config;

	store_config_fill(&full);
	for (size_t i = 0; i < STORE_TIERS; i++) {
		s->step_s[i] = steps_s[i];
		s->keep_s[i] = full.keep_us[i] / 1000000;
	}
	s->step_s[0] = full.slice_us / 1000000;
	s->max_bytes = full.max_bytes;
	s->prune = full.prune;
}

/* A store that was kept for less long than it is now: what is there lives as long as its rows. */
static int prolong(struct sqlite *s, uint64_t longer_s)
{
	struct db_stmt *stmt = db_prepare(s->db, "UPDATE node SET expiry = expiry + ?");

	db_int(stmt, 1, (int64_t)(longer_s / 3600 + 1));
	return db_run(stmt);
}

static int note_keeps(struct sqlite *s)
{
	static const char *const keys[STORE_TIERS] = {"keep0", "keep1", "keep2", "keep3"};
	static const char *const asks[STORE_TIERS] = {
		"SELECT v FROM meta WHERE k = 'keep0'", "SELECT v FROM meta WHERE k = 'keep1'",
		"SELECT v FROM meta WHERE k = 'keep2'", "SELECT v FROM meta WHERE k = 'keep3'"};
	uint64_t longer = 0;

	(void)db_begin(s->db); /* failures stick */
	for (size_t i = 0; i < STORE_TIERS; i++) {
		uint64_t before = (uint64_t)db_number(s->db, (int64_t)s->keep_s[i], asks[i]);

		if (s->keep_s[i] > before && s->keep_s[i] - before > longer)
			longer = s->keep_s[i] - before;
		(void)put_meta(s, keys[i], s->keep_s[i]);
	}
	if (longer)
		(void)prolong(s, longer);
	return db_commit(s->db);
}

/* Who does not say a length of slices takes the one that is there. */
static int check_version(struct sqlite *s, bool any_slice, struct err *err)
{
	int64_t application = db_number(s->db, 0, "PRAGMA application_id");
	int64_t version = db_number(s->db, 0, "PRAGMA user_version");
	uint64_t slice_s;

	if (db_failed(s->db, err) < 0)
		return db_failed(s->db, NULL);
	if (application != SQLITE_APPLICATION)
		return err_set(err, SCRAPE_EFORMAT, "this is a database, but no store of scrape's");
	if (version > SQLITE_VERSION)
		return err_set(err, SCRAPE_EFORMAT, "the store was made by a later version (%lld, this one knows %d)",
			       (long long)version, SQLITE_VERSION);
	slice_s = (uint64_t)db_number(s->db, 0, "SELECT v FROM meta WHERE k = 'slice_s'");
	if (s->mode == STORE_WRITE && !any_slice && slice_s != s->step_s[0])
		return err_set(err, SCRAPE_EINVAL, "the store has slices of %llu s, not of %llu s",
			       (unsigned long long)slice_s, (unsigned long long)s->step_s[0]);
	s->step_s[0] = slice_s;
	return slice_s > 0 && slice_s <= 60 && 60 % slice_s == 0 ? 0
								 : err_set(err, SCRAPE_EFORMAT, "the store is damaged");
}

int sqlite_schema(struct sqlite *s, const struct store_config *config, struct err *err)
{
	bool empty = db_number(s->db, 0, "SELECT count(*) FROM sqlite_schema") == 0;
	int r = 0;

	choose_tiers(s, config);
	if (config->slice_us % 1000000 || s->step_s[0] == 0 || 60 % s->step_s[0])
		return err_set(err, SCRAPE_EINVAL, "slices of a store are whole seconds and make up a minute");
	if (empty && s->mode == STORE_WRITE)
		r = create(s);
	else if (empty)
		return err_set(err, SCRAPE_EFORMAT, "there is nothing in it yet");
	if (r == 0)
		r = check_version(s, config->slice_us == 0, err);
	else
		(void)db_failed(s->db, err);
	if (r == 0 && s->mode == STORE_WRITE && note_keeps(s) < 0)
		r = db_failed(s->db, err);
	return r;
}
