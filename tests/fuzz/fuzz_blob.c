/* SPDX-License-Identifier: MIT */
/* A row of a store, with a hash that fits whatever comes: what can be read makes sense, and packing it again says the
 * same. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/vec.h"
#include "store/blob.h"
#include "store/sums.h"

static void require(bool holds)
{
	if (!holds)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

/* What was read can be packed, and is read again as it was. */
static void pack_again(const struct pack_thread *head, struct blob_rows *rows)
{
	const uint64_t lost[SCRAPE_LOSS_COUNT] = {0};
	struct blob_rows again = {0};
	struct blob_reader reader;
	struct pack_thread same;
	struct pack_fact loss;
	struct buf blob = BUF_INIT;

	blob_begin(&blob, lost, NULL);
	require(blob_section(&blob, head, rows) == 0);
	blob_end(&blob);
	require(blob_open(&reader, blob.data, blob.len));
	require(!blob_next_loss(&reader, &loss));
	require(blob_next_section(&reader, &same, &again) == 1);
	require(same.cpu_ns == head->cpu_ns && same.cpu_weight == head->cpu_weight && again.n == rows->n);
	VEC_DEINIT(&again);
	buf_deinit(&blob);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct buf blob = BUF_INIT;
	struct blob_reader reader;
	struct blob_rows rows = {0};
	struct pack_thread head;
	struct pack_cells cells;
	struct pack_fact loss;
	struct sums sums = {0};

	buf_add(&blob, "\1....", 5);
	buf_add(&blob, bytes, n);
	blob_end(&blob);
	if (blob_open(&reader, blob.data, blob.len)) {
		while (blob_next_loss(&reader, &loss))
			require(loss.what < SCRAPE_LOSS_COUNT);
		(void)blob_cells(&reader, &cells);
		while (blob_next_section(&reader, &head, &rows) > 0) {
			uint64_t cpu = 0;

			for (size_t i = 0; i < rows.n; i++)
				cpu += head.weighed ? rows.items[i].cpu_weight : 0;
			require(!head.weighed || cpu == head.cpu_weight);
			require(sums_section(&sums, &head, &rows, 0) == 0);
			pack_again(&head, &rows);
		}
	}
	sums_deinit(&sums);
	VEC_DEINIT(&rows);
	buf_deinit(&blob);
	return 0;
}
