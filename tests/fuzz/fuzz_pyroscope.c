/* SPDX-License-Identifier: MIT */
/* fuzz: the first byte chooses a call, the rest is its message; or a selector as text. What is read becomes a question
 * as daemon/query.h takes it, and an expression that has room in it. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/proto.h"
#include "daemon/pyroscope.h"

#define NOW 1795356300000000ull

static void ask(const struct selector *words, unsigned groups)
{
	const struct query_source source = selector_source(words);
	struct query query;
	struct err err = {0};

	if (query_parse(&source, groups, NULL, NOW, &query, &err) < 0 && !*err.text)
		abort(); /* refused without a sentence */
	query_deinit(&query);
}

static void read_text(const uint8_t *bytes, size_t n)
{
	struct selector words = {0};
	struct err err = {0};
	char *text = malloc(n + 1);

	if (!text)
		abort();
	memcpy(text, bytes, n);
	text[n] = '\0';
	(void)pyroscope_time(&words, text);
	if (selector_add_matchers(&words, text, &err) == 0)
		ask(&words, QUERY_FILTERS | QUERY_MODE);
	else if (!*err.text)
		abort();
	selector_deinit(&words);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	static const char *const names[] = {"ProfileTypes", "LabelNames", "LabelValues", "SelectSeries",
					    "SelectMergeStacktraces"};
	const struct pyroscope_call *call;
	struct selector words = {0};
	const char *key = NULL;
	struct err err = {0};
	size_t limit = 0;

	if (n == 0)
		return 0;
	if (bytes[0] % 8 >= sizeof(names) / sizeof(*names)) {
		read_text(bytes + 1, n - 1);
		return 0;
	}
	call = pyroscope_call(names[bytes[0] % 8]);
	if (pyroscope_read(call, (const char *)bytes + 1, n - 1, &words, &key, &limit, &err) == 0)
		ask(&words, call->groups);
	else if (!*err.text)
		abort();
	selector_deinit(&words);
	return 0;
}
