/* SPDX-License-Identifier: MIT */
/* Rows that waited in an outbox, whatever they are: taken apart without harm; of what is late no time goes amiss, and
 * what is not late stays as it is. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/gzip.h"
#include "scrape.h"
#include "store/clickhouse_late.h"
#include "store/outbox.h"
#include "store/rowbinary.h"

#define NOW_S 1800000000u

static void require(bool holds)
{
	if (!holds)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static uint64_t sum_of_array(struct rowbinary *rows)
{
	uint64_t sum = 0;

	for (size_t i = rowbinary_array(rows, 8); i > 0; i--)
		sum += rowbinary_u64(rows);
	return sum;
}

/* A row of a coarser tier: its entries have all the time of the row. */
static void check_rows(const struct buf *out)
{
	struct rowbinary rows = rowbinary_of(out);

	while (rowbinary_more(&rows)) {
		uint64_t wall, looks, met;

		(void)rowbinary_u64(&rows); /* service, bucket, series, origin, host, process */
		(void)rowbinary_u32(&rows);
		for (int i = 0; i < 4; i++)
			(void)rowbinary_u64(&rows);
		(void)rowbinary_u64(&rows); /* cpu, of which looks on the CPU have shares: as many as they say */
		wall = rowbinary_u64(&rows);
		looks = rowbinary_u64(&rows);
		(void)rowbinary_u64(&rows); /* running */
		(void)sum_of_array(&rows);  /* lost, */
		(void)sum_of_array(&rows);  /* stacks */
		for (size_t i = rowbinary_array(&rows, 1); i > 0; i--)
			(void)rowbinary_u8(&rows);
		met = sum_of_array(&rows);
		(void)sum_of_array(&rows);
		require(sum_of_array(&rows) == wall || met != looks); /* else it was no row of ours */
		(void)rowbinary_u64(&rows);                           /* version */
	}
	require(!rows.bad);
}

static struct outbox_part packed(struct buf *out, const uint8_t *bytes, size_t n)
{
	require(gzip_add(out, bytes, n) == 0);
	return (struct outbox_part){out->data, out->len};
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct clickhouse c = {.seed = 7, .step_s = 10};
	const size_t n_slices = n ? bytes[0] * (n - 1) / 255 : 0;
	struct buf slices = BUF_INIT, heads = BUF_INIT;
	struct outbox_part parts[2];
	struct err err;

	if (n == 0)
		return 0;
	store_config_fill(&c.config);
	parts[0] = packed(&slices, bytes + 1, n_slices);
	parts[1] = packed(&heads, bytes + 1 + n_slices, n - 1 - n_slices);
	for (int when = 0; when < 2; when++) {
		struct clickhouse_late late = {0};
		int r = clickhouse_late_split(&c, &parts[0], &parts[1], when ? NOW_S : 0, &late, &err);

		require(r == 0 || r == SCRAPE_EFORMAT);
		if (r == 0 && when == 0) {
			require(late.slices.len == n_slices && late.heads.len == n - 1 - n_slices);
			require(n_slices == 0 || memcmp(late.slices.data, bytes + 1, n_slices) == 0);
		}
		for (size_t i = 1; i < STORE_TIERS && r == 0; i++)
			check_rows(&late.rows[i]);
		clickhouse_late_deinit(&late);
	}
	buf_deinit(&slices);
	buf_deinit(&heads);
	return 0;
}
