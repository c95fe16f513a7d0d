/* SPDX-License-Identifier: MIT */
/* shown: from texts back to frames. */
#include "decode/shown.h"

#include <stdio.h>
#include <string.h>

#include "decode/lines.h"
#include "decode/tell.h"

static const char inlined[] = ", inlined";

/* What stands before the last " (" of a text that ends in ")"; 0: it is not so. */
static size_t before_parenthesis(const char *text, size_t n)
{
	if (n < 4 || text[n - 1] != ')')
		return 0;
	for (size_t i = n - 1; i-- > 1;)
		if (text[i] == '(')
			return text[i - 1] == ' ' ? i - 1 : 0;
	return 0;
}

/* The line behind a file; one that would be written otherwise ("007") is a part of its name. */
static uint32_t take_line(const char *file, size_t *n)
{
	const char *colon = memrchr(file, ':', *n);
	uint64_t line = 0;

	if (!colon || colon == file || colon[1] == '0' ||
	    !lines_number(colon + 1, *n - (size_t)(colon + 1 - file), UINT32_MAX, &line))
		return 0;
	*n = (size_t)(colon - file);
	return (uint32_t)line;
}

struct tell_frame shown_frame(const char *text, size_t n)
{
	size_t len = before_parenthesis(text, n), file_len;
	const char *file = text + len + 2;
	struct tell_frame frame = {.kind = STREAM_FRAME_NATIVE, .function = text, .function_len = n};

	if (len == 0) { /* as it is; what is in brackets only a marker is shown so */
		frame.kind = n > 0 && text[0] == '[' ? STREAM_FRAME_MARKER : STREAM_FRAME_NATIVE;
		return frame;
	}
	file_len = n - len - 3;
	if (file_len == 0) { /* "name ()" is what a function in brackets is shown as, and nothing else */
		frame.function_len = text[0] == '[' ? len : n;
		return frame;
	}
	frame.function_len = len;
	frame.file = file;
	if (lines_ends(file, file_len, inlined) && file_len > strlen(inlined)) {
		frame.kind = STREAM_FRAME_INLINED;
		file_len -= strlen(inlined);
	}
	frame.line = take_line(file, &file_len);
	frame.file_len = file_len;
	if (frame.kind == STREAM_FRAME_NATIVE && lines_is_python(file, file_len))
		frame.kind = STREAM_FRAME_PYTHON;
	return frame;
}

bool shown_actor(const char *text, size_t n, const char *kind, uint32_t *ret, size_t *len_ret)
{
	size_t open = n;
	uint64_t number = 0;

	if (n < 7 || text[n - 1] != ')')
		return false;
	while (open > 0 && text[open - 1] != '(')
		open--;
	if (open == 0 || n - open < 6 || (open > 1 && text[open - 2] != ' ') || memcmp(text + open, kind, 3) != 0 ||
	    text[open + 3] != ' ' || !lines_number(text + open + 4, n - open - 5, UINT32_MAX, &number) || number == 0)
		return false;
	*ret = (uint32_t)number;
	*len_ret = open - 1 > 0 ? open - 2 : 0; /* without the blank */
	return true;
}

/* What stands between the word and the end of the number. */
static bool take_number(const char *text, size_t n, const char *word, char end, uint32_t *ret, size_t *used_ret)
{
	size_t len = strlen(word);
	const char *stop = lines_begins(text, n, word) ? memchr(text + len, end, n - len) : NULL;
	uint64_t number;

	if (!stop || !lines_number(text + len, (size_t)(stop - text) - len, INT32_MAX, &number) || number == 0)
		return false;
	*ret = (uint32_t)number;
	*used_ret = (size_t)(stop + 1 - text);
	return true;
}

bool shown_pyspy_process(const char *text, size_t n, uint32_t *ret, const char **name_ret, size_t *len_ret)
{
	size_t used;

	if (!take_number(text, n, "process ", ':', ret, &used) || n - used < 2 || text[used] != '"' ||
	    text[n - 1] != '"')
		return false;
	*name_ret = text + used + 1;
	*len_ret = n - used - 2;
	return true;
}

bool shown_pyspy_thread(const char *text, size_t n, uint32_t *ret, const char **name_ret, size_t *len_ret)
{
	size_t used;

	if (!take_number(text, n, "thread (", ')', ret, &used))
		return false;
	used += n - used >= 2 && memcmp(text + used, ": ", 2) == 0 ? 2 : 0;
	*name_ret = text + used;
	*len_ret = n - used;
	return true;
}
