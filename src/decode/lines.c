/* SPDX-License-Identifier: MIT */
/* lines: text as others write profiles. */
#include "decode/lines.h"

#include <inttypes.h>
#include <string.h>

#include "base/err.h"
#include "scrape.h"

bool lines_next(struct lines *l)
{
	const char *stop;

	if (l->at >= l->end)
		return false;
	stop = memchr(l->at, '\n', (size_t)(l->end - l->at));
	stop = stop ? stop : l->end;
	l->line = l->at;
	l->n = (size_t)(stop - l->at);
	if (l->n > 0 && l->line[l->n - 1] == '\r')
		l->n--;
	l->at = stop + 1;
	l->number++;
	return true;
}

bool lines_next_said(struct lines *l)
{
	while (lines_next(l))
		if (l->n > 0 && l->line[0] != '#')
			return true;
	return false;
}

bool lines_number(const char *text, size_t n, uint64_t max, uint64_t *ret)
{
	uint64_t value = 0;

	for (size_t i = 0; i < n; i++) {
		uint64_t digit = (uint64_t)(unsigned char)text[i] - '0';

		if (digit > 9 || value > (max - digit) / 10)
			return false;
		value = value * 10 + digit;
	}
	*ret = value;
	return n > 0;
}

bool lines_count(const struct lines *l, size_t *ret_len, uint64_t *ret)
{
	const char *blank = memrchr(l->line, ' ', l->n);
	size_t len = blank ? (size_t)(blank - l->line) : 0;

	if (!blank || !lines_number(blank + 1, l->n - len - 1, INT64_MAX, ret))
		return false;
	*ret_len = len;
	return true;
}

bool lines_begins(const char *text, size_t n, const char *with)
{
	size_t len = strlen(with);

	return n >= len && memcmp(text, with, len) == 0;
}

bool lines_ends(const char *text, size_t n, const char *with)
{
	size_t len = strlen(with);

	return n >= len && memcmp(text + n - len, with, len) == 0;
}

bool lines_is_python(const char *file, size_t n)
{
	return lines_ends(file, n, ".py") || lines_begins(file, n, "<");
}

size_t lines_base_name(const char *path, size_t n)
{
	const char *slash = memrchr(path, '/', n);

	return slash ? (size_t)(slash + 1 - path) : 0;
}

int lines_wrap(const struct lines *l, struct err *err)
{
	return err_wrap(err, "line %" PRIu64, l->number);
}
