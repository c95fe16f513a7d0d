/* SPDX-License-Identifier: MIT */
/* What a daemon answers, as `scrape top --url` reads it: whatever comes, sums hold and names exist. */
#include <stdint.h>
#include <stdlib.h>

#include "base/err.h"
#include "cli/top.h"
#include "cli/top_json.h"

static void require(bool holds)
{
	if (!holds)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct top_sum sum = {0};
	struct top top;
	struct err err = {0};
	int code;

	require(top_init(&top, 1) == 0);
	code = top_json_read((const char *)bytes, n, PROFILE_WALL, &top.names, &sum, &top.about, &err);
	require(code <= 0 && (code == 0 || err.text[0]));
	if (code == 0) {
		top.view.mode = PROFILE_WALL;
		top_replace(&top, &sum);
		require(top_arrange(&top, 10) == 0);
		VEC_EACH (row, &top.rows)
			require(top_names_function(&top.names, row->name) && top_names_file(&top.names, row->name, false));
	}
	top_sum_deinit(&sum);
	top_deinit(&top);
	return 0;
}
