/* SPDX-License-Identifier: MIT */
/* fuzz: what a name server answered. What is taken is clean, and is the same as itself. */
#include <stdint.h>
#include <stdlib.h>

#include "base/err.h"
#include "daemon/srv_answer.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct srv_answer answer;
	struct err err = {0};

	if (srv_answer_read(bytes, n, &answer, &err) < 0) {
		if (!*err.text)
			abort(); /* refused without a sentence */
		return 0;
	}
	VEC_EACH (target, &answer.targets)
		if (!srv_name_is_good(target->host) || !target->port)
			abort();
	if (!srv_answer_is_same(&answer, &answer))
		abort();
	srv_answer_deinit(&answer);
	return 0;
}
