/* SPDX-License-Identifier: MIT */
/* http_get: http_get BASE PATH [TIMEOUT_MS [MAX_BODY [TOKEN]]]; prints status, type and body, or "error CODE SENTENCE"
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"
#include "http/client.h"

int main(int argc, char **argv)
{
	struct http_limits limits = {5000, 1 << 20};
	struct http_answer answer = {0};
	struct err err = {0};
	int r;

	if (argc < 3)
		return 2;
	if (argc > 3)
		limits.timeout_ms = (unsigned)strtoul(argv[3], NULL, 10);
	if (argc > 4)
		limits.max_body = strtoul(argv[4], NULL, 10);
	r = http_get(argv[1], argv[2], argc > 5 ? argv[5] : NULL, &limits, &answer, &err);
	if (r == 0)
		printf("%d %s\n%.*s", answer.status, answer.mime, (int)answer.body.len,
		       answer.body.data ? answer.body.data : "");
	else
		printf("error %d %s\n", r, err.text);
	http_answer_deinit(&answer);
	return 0;
}
