/* SPDX-License-Identifier: MIT */
/* fuzz: any words as a question: lines of "name=value". What is accepted keeps the promises of daemon/query.h. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "daemon/query.h"

#define NOW 1795356300000000ull
#define WORDS_MAX 128

struct words {
	const char *names[WORDS_MAX], *values[WORDS_MAX];
	size_t n;
};

static const char *param(const void *ctx, const char *name, size_t i)
{
	const struct words *w = ctx;

	for (size_t k = 0; k < w->n; k++)
		if (strcmp(w->names[k], name) == 0 && i-- == 0)
			return w->values[k];
	return NULL;
}

static const char *unknown(const void *ctx, const char *const *known)
{
	const struct words *w = ctx;

	for (size_t k = 0; k < w->n; k++) {
		size_t i = 0;

		while (known[i] && strcmp(known[i], w->names[k]) != 0)
			i++;
		if (!known[i])
			return w->names[k];
	}
	return NULL;
}

static void split(char *text, struct words *words)
{
	char *at = NULL;

	for (char *line = strtok_r(text, "\n", &at); line && words->n < WORDS_MAX; line = strtok_r(NULL, "\n", &at)) {
		char *equal = strchr(line, '=');

		if (!equal)
			continue;
		*equal = 0;
		words->names[words->n] = line;
		words->values[words->n++] = equal + 1;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct words words = {.n = 0};
	const struct query_source source = {.param = param, .unknown = unknown, .ctx = &words};
	const struct history_query *which;
	struct query query;
	struct err err = {0};
	char *text;

	if (size < 1)
		return 0;
	text = malloc(size);
	if (!text)
		return 0;
	memcpy(text, data + 1, size - 1);
	text[size - 1] = 0;
	split(text, &words);
	if (query_parse(&source, data[0], NULL, NOW, &query, &err) == 0) {
		which = &query.ask.which;
		if (which->n_filters > QUERY_FILTERS_MAX || (which->until_us && which->from_us >= which->until_us))
			abort();
		for (size_t i = 0; i < which->n_filters; i++)
			if (!which->filters[i].value || (which->filters[i].field == HISTORY_LABEL && !which->filters[i].key))
				abort();
	} else if (!err.text[0]) {
		abort();
	}
	query_deinit(&query);
	free(text);
	return 0;
}
