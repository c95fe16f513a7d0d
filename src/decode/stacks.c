/* SPDX-License-Identifier: MIT */
/* stacks: from line to line. */
#include "decode/stacks.h"

#include "decode/decode.h"
#include "decode/lines.h"
#include "decode/tell.h"

int stacks_decode(const struct decode_input *input, uint64_t rate_mhz, stacks_fn take, const void *ctx,
		  struct err *err)
{
	struct lines lines = {.at = input->bytes, .end = input->bytes + input->n};
	struct tell t;
	int r = tell_begin(&t, input->reader, rate_mhz, input->start_us, err);

	while (r == 0 && lines_next_said(&lines)) {
		r = take(&t, &lines, ctx);
		if (r < 0)
			(void)lines_wrap(&lines, err); /* the same code */
	}
	if (r == 0)
		r = tell_end(&t);
	tell_deinit(&t);
	return r;
}
