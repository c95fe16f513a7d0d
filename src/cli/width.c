/* SPDX-License-Identifier: MIT */
/* width: text in columns of a terminal. */
#include "cli/width.h"

#include <langinfo.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <wchar.h>

#include "base/buf.h"

#define MARKS_MAX 2 /* of no width, on one character */

/* A text on its way to a terminal. */
struct walk {
	const char *at;
	bool unicode; /* the terminal takes UTF-8 */
	unsigned marks;
	/* of the character in hand: its bytes, or "?"; its columns */
	const char *bytes;
	size_t len, columns;
};

static struct walk begin_walk(const char *text)
{
	/* no mark may stand on what is left of the text */
	return (struct walk){.at = text, .unicode = strcmp(nl_langinfo(CODESET), "UTF-8") == 0, .marks = MARKS_MAX};
}

static size_t take_char(const struct walk *walk, int *columns)
{
	mbstate_t state = {0};
	wchar_t c = 0;
	size_t len = 1;

	*columns = -1;
	if ((unsigned char)walk->at[0] < 0x80) {
		*columns = walk->at[0] >= ' ' && walk->at[0] != 0x7f ? 1 : -1;
	} else if (walk->unicode) {
		len = mbrtowc(&c, walk->at, strnlen(walk->at, MB_LEN_MAX), &state);
		if (len == 0 || len > MB_LEN_MAX)
			return 1;
		*columns = wcwidth(c);
	} else {
		while (((unsigned char)walk->at[len] & 0xc0) == 0x80)
			len++;
	}
	return len;
}

/* The next character; false at the end. */
static bool step(struct walk *walk)
{
	int columns;

	while (*walk->at) {
		walk->bytes = walk->at;
		walk->len = take_char(walk, &columns);
		walk->at += walk->len;
		if (columns == 0 && ++walk->marks > MARKS_MAX)
			continue;
		if (columns < 0) {
			walk->bytes = "?";
			walk->len = 1;
			columns = 1;
		}
		if (columns > 0)
			walk->marks = 0;
		walk->columns = (size_t)columns;
		return true;
	}
	return false;
}

size_t width_of(const char *text, size_t max)
{
	struct walk walk = begin_walk(text);
	size_t columns = 0;

	while (columns < max && step(&walk))
		columns += walk.columns;
	return columns < max ? columns : max;
}

size_t width_cut(struct buf *out, const char *text, size_t columns)
{
	struct walk walk = begin_walk(text);
	size_t used = 0, room = columns;
	bool cut = width_of(text, columns + 1) > columns;

	if (columns == 0)
		return 0;
	room -= cut;
	while (step(&walk) && used + walk.columns <= room) {
		buf_add(out, walk.bytes, walk.len);
		used += walk.columns;
	}
	if (cut) {
		buf_str(out, walk.unicode ? "\xe2\x80\xa6" : "~"); /* U+2026 */
		used++;
	}
	return used;
}
