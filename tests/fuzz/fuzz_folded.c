/* SPDX-License-Identifier: MIT */
/* The text of another sampler: refused with a sentence, or a slice that a history takes. */
#include <stdint.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/err.h"
#include "daemon/folded_slice.h"
#include "profile/history.h"

static void require(bool holds)
{
	if (!holds)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	const struct folded_slice plan = {
		.service = "shop", .slice_us = 10000000, .now_us = 1700000005000000, .before_us = 1700000000000000};
	struct history *h = history_new(&(struct history_config){.host = ""});
	struct buf slice = BUF_INIT;
	struct err err = {0};
	uint64_t until_us;
	int r = folded_slice(&plan, (const char *)bytes, n, &slice, &until_us, &err);

	require(h != NULL && (r == 0 || err.text[0]));
	if (r == 0 && slice.len > 0)
		require(history_import(h, slice.data, slice.len, &err) == 0);
	buf_deinit(&slice);
	history_free(h);
	return 0;
}
