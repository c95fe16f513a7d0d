/* SPDX-License-Identifier: MIT */
/* ini: sections, keys and values. */
#include "base/ini.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/io.h"
#include "scrape.h"

struct reader {
	const struct ini_visitor *visitor;
	void *ctx;
	bool in_section;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static char *trim(char *text)
{
	size_t n;

	while (is_blank(*text))
		text++;
	n = strlen(text);
	while (n > 0 && is_blank(text[n - 1]))
		n--;
	text[n] = '\0';
	return text;
}

static bool is_key_char(char c)
{
	return isalnum((unsigned char)c) || c == '.' || c == '_' || c == '-';
}

static bool is_key(const char *text)
{
	while (is_key_char(*text))
		text++;
	return *text == '\0';
}

/* A control character could only mislead whoever reads the file. */
static bool is_text(const char *line, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (((unsigned char)line[i] < 0x20 && line[i] != '\t') || line[i] == 0x7f)
			return false;
	return true;
}

/* `"a name"`, or plain words without brackets or quotes. Returns the name or NULL. */
static char *section_name(char *text)
{
	size_t n = strlen(text);

	if (text[0] != '"')
		return strpbrk(text, "[]\"") ? NULL : text;
	if (n < 2 || text[n - 1] != '"')
		return NULL;
	text[n - 1] = '\0';
	return strchr(text + 1, '"') ? NULL : text + 1;
}

static int take_section(struct reader *reader, char *line, struct err *err)
{
	size_t n = strlen(line);
	char *kind, *name;

	if (line[n - 1] != ']')
		return err_set(err, SCRAPE_EFORMAT, "a section ends with \"]\", as in [daemon]");
	line[n - 1] = '\0';
	kind = trim(line + 1);
	name = kind;
	while (is_key_char(*name))
		name++;
	if (name == kind || (*name && !is_blank(*name)))
		return err_set(err, SCRAPE_EFORMAT, "not a section such as [daemon] or [rule NAME]");
	if (*name)
		*name++ = '\0';
	name = section_name(trim(name));
	if (!name)
		return err_set(err, SCRAPE_EFORMAT,
			       "the name of a section is plain words, or anything but quotes between two of them");
	reader->in_section = true;
	return reader->visitor->section(reader->ctx, kind, name, err);
}

static int take_key(struct reader *reader, char *line, struct err *err)
{
	char *equals = strchr(line, '=');
	const char *key;

	if (!equals)
		return err_set(err, SCRAPE_EFORMAT, "neither a section nor \"key = value\"");
	*equals = '\0';
	key = trim(line);
	if (!*key || !is_key(key))
		return err_set(err, SCRAPE_EFORMAT, "a key is letters, digits, \".\", \"_\" and \"-\"");
	if (!reader->in_section)
		return err_set(err, SCRAPE_EFORMAT, "a key before the first section");
	return reader->visitor->key(reader->ctx, key, trim(equals + 1), err);
}

static int take_line(struct reader *reader, const char *bytes, size_t n, char *room, struct err *err)
{
	char *line;

	if (n > 0 && bytes[n - 1] == '\r')
		n--;
	if (n > INI_LINE_MAX)
		return err_set(err, SCRAPE_ELIMIT, "a line is longer than %d bytes", INI_LINE_MAX);
	if (!is_text(bytes, n))
		return err_set(err, SCRAPE_EFORMAT, "a control character");
	memcpy(room, bytes, n);
	room[n] = '\0';
	line = trim(room);
	switch (*line) {
	case '\0':
	case '#':
	case ';':
		return 0;
	case '[':
		return take_section(reader, line, err);
	default:
		return take_key(reader, line, err);
	}
}

int ini_parse(const char *file, const char *text, size_t n, const struct ini_visitor *visitor, void *ctx,
	      struct err *err)
{
	struct reader reader = {.visitor = visitor, .ctx = ctx};
	struct buf room = BUF_INIT;
	struct err own = {0}; /* so that there is a sentence to wrap also for a caller who wants none */
	unsigned number = 0;
	int r = buf_reserve(&room, INI_LINE_MAX + 1) ? 0 : err_set(err, SCRAPE_ENOMEM, "out of memory");

	if (n >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) { /* a byte order mark, which some editors leave */
		text += 3;
		n -= 3;
	}
	while (r == 0 && n > 0) {
		const char *eol = memchr(text, '\n', n);
		size_t len = eol ? (size_t)(eol - text) : n;

		number++;
		r = take_line(&reader, text, len, room.data, &own);
		if (r < 0) {
			own.code = r;
			(void)err_wrap(&own, "%s:%u", file, number);
			if (err)
				*err = own;
		}
		len += eol != NULL;
		text += len;
		n -= len;
	}
	buf_deinit(&room);
	return r;
}

int ini_read(const char *path, const struct ini_visitor *visitor, void *ctx, struct err *err)
{
	struct buf text = BUF_INIT;
	int r = io_read_file(AT_FDCWD, path, INI_BYTES_MAX, &text);

	if (r == SCRAPE_ELIMIT)
		r = err_set(err, r, "%s: larger than %u bytes", path, INI_BYTES_MAX);
	else if (r < 0)
		r = err_sys(err, r, "%s", path);
	else
		r = ini_parse(path, text.data ? text.data : "", text.len, visitor, ctx, err);
	buf_deinit(&text);
	return r;
}
