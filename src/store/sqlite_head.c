/* SPDX-License-Identifier: MIT */
/* sqlite_head: what is known of a host in a bucket besides its rows. Varints, of which later versions may add more. */
#include <stdlib.h>

#include "base/buf.h"
#include "profile/slice.h"
#include "store/sqlite.h"

#define N_FIXED 9

void sqlite_head_pack(const struct head *h, struct buf *out)
{
	const uint64_t fixed[N_FIXED] = {h->from_us, h->covered_us, h->present_us, h->rate_mhz,  h->exact,
					 h->ticks,   h->late,       h->cost_ns,    h->stopped_ns};

	for (size_t i = 0; i < N_FIXED; i++)
		buf_varint(out, fixed[i]);
	for (size_t i = 0; i < SCRAPE_WAY_COUNT; i++)
		buf_varint(out, h->looks[i]);
}

static bool take(const uint8_t **p, const uint8_t *end, uint64_t *ret)
{
	*ret = 0;
	for (unsigned shift = 0; shift < 64 && *p < end; shift += 7) {
		uint8_t byte = *(*p)++;

		*ret |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80)
			return *ret <= SLICE_SUM_MAX;
	}
	return false;
}

bool sqlite_head_unpack(const void *bytes, size_t n, struct head *h)
{
	const uint8_t *p = bytes, *end = p + n;
	uint64_t *const fixed[N_FIXED] = {&h->from_us, &h->covered_us, &h->present_us, &h->rate_mhz,  &h->exact,
					  &h->ticks,   &h->late,       &h->cost_ns,    &h->stopped_ns};

	*h = (struct head){0};
	for (size_t i = 0; i < N_FIXED; i++)
		if (!take(&p, end, fixed[i]))
			return false;
	for (size_t i = 0; i < SCRAPE_WAY_COUNT && p < end; i++)
		if (!take(&p, end, &h->looks[i]))
			return false;
	return true;
}

int sqlite_head_put(struct sqlite *s, size_t tier, uint64_t bucket_s, uint32_t host, const struct head *more)
{
	static const char *const selects[STORE_TIERS] = {
		"SELECT data FROM h0 WHERE k = ?", "SELECT data FROM h1 WHERE k = ?", "SELECT data FROM h2 WHERE k = ?",
		"SELECT data FROM h3 WHERE k = ?"};
	static const char *const inserts[STORE_TIERS] = {
		"INSERT OR REPLACE INTO h0(k, data) VALUES(?, ?)", "INSERT OR REPLACE INTO h1(k, data) VALUES(?, ?)",
		"INSERT OR REPLACE INTO h2(k, data) VALUES(?, ?)", "INSERT OR REPLACE INTO h3(k, data) VALUES(?, ?)"};
	struct db_stmt *stmt = db_prepare(s->db, selects[tier]);
	struct head head = {0};
	struct buf packed = BUF_INIT;
	int r;

	db_int(stmt, 1, sqlite_key(bucket_s, host));
	r = db_step(stmt);
	if (r > 0) {
		size_t n;
		const void *bytes = db_get_blob(stmt, 0, &n);

		(void)sqlite_head_unpack(bytes, n, &head); /* of a damaged one what could be read */
		db_reset(stmt);
	}
	head_add(&head, more);
	sqlite_head_pack(&head, &packed);
	if (packed.failed)
		r = SCRAPE_ENOMEM;
	stmt = r < 0 ? NULL : db_prepare(s->db, inserts[tier]);
	if (stmt) {
		db_int(stmt, 1, sqlite_key(bucket_s, host));
		db_blob(stmt, 2, packed.data, packed.len);
		r = db_run(stmt);
	}
	buf_deinit(&packed);
	return r < 0 ? r : db_failed(s->db, NULL);
}
