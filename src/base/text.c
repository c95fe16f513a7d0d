/* SPDX-License-Identifier: MIT */
/*
 * text: makes names from targets harmless, and escapes clean names for JSON and XML.
 *
 * The two escapers expect clean text but do not rely on it: a caller's snprintf may have cut a name in the middle of
 * a character, and a document that no parser takes is worse than a replacement character.
 */
#include "base/text.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <xxhash.h>

#include "base/buf.h"

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */
#define CUT_BYTES 11               /* "..." and 8 hex digits */

/* Reads one well-formed character (Unicode 15, table 3-7: no overlong forms, no surrogates). Returns its length, or 0
 * if the first byte starts none. n is at least 1. */
static size_t decode(const unsigned char *p, size_t n, uint32_t *ret)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t len = p[0] < 0x80 ? 1 : p[0] < 0xc2 ? 0 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : p[0] < 0xf5 ? 4 : 0;
	uint32_t c = p[0];

	if (len == 0 || len > n)
		return 0;
	if (len > 1)
		c &= 0x7fu >> len;
	for (size_t i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3f);
	}
	if (c < least[len] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	*ret = c;
	return len;
}

static bool is_control(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c <= 0x9f);
}

/* Characters that would make a line read otherwise than it is (bidirectional controls, line ends that are not
 * newlines), and the two that XML does not allow. */
static bool is_deceptive(uint32_t c)
{
	return c == 0x061c || c == 0x200e || c == 0x200f || (c >= 0x2028 && c <= 0x202e) ||
	       (c >= 0x2066 && c <= 0x2069) || c == 0xfffe || c == 0xffff;
}

/* Writes the clean form of the character at p (at most 6 bytes, no NUL) to ret; returns how many bytes of p it took. */
static size_t clean_one(const unsigned char *p, size_t n, char ret[8], size_t *ret_len)
{
	uint32_t c;
	size_t len = decode(p, n, &c);

	if (len == 0 || is_control(c)) {
		*ret_len = (size_t)snprintf(ret, 8, "\\x%02x", len ? (unsigned)c : p[0]);
		return len ? len : 1;
	}
	if (is_deceptive(c)) {
		*ret_len = (size_t)snprintf(ret, 8, "\\u%04x", (unsigned)c);
		return len;
	}
	memcpy(ret, p, len);
	*ret_len = len;
	return len;
}

#define EACH(byte) (0x0101010101010101ull * (byte)) /* of eight */

/* Eight at once: the uppermost bit of a byte tells that it is not plain. Carries come only out of such bytes. */
static uint64_t odd_of(const unsigned char *p)
{
	uint64_t x;

	memcpy(&x, p, sizeof(x));
	return (x | (x - EACH(' ')) | (x + EACH(0x7f - '~'))) & EACH(0x80);
}

bool text_is_plain(const char *bytes, size_t n)
{
	const unsigned char *p = (const unsigned char *)bytes;
	uint64_t odd = 0;

	if (n < 8) {
		for (size_t i = 0; i < n; i++)
			odd |= p[i] < ' ' || p[i] > '~';
		return !odd;
	}
	for (size_t i = 0; i + 8 < n; i += 8)
		odd |= odd_of(p + i);
	return !(odd | odd_of(p + n - 8));
}

void text_clean(struct buf *out, const char *bytes, size_t n, size_t max)
{
	const unsigned char *p = (const unsigned char *)bytes;
	size_t start = out->len, cut = start, keep = max > CUT_BYTES ? max - CUT_BYTES : 0;

	if (n <= max && text_is_plain(bytes, n)) {
		buf_add(out, bytes, n);
		return;
	}
	for (size_t i = 0; i < n && !out->failed;) {
		char one[8];
		size_t len;

		i += clean_one(p + i, n - i, one, &len);
		if (out->len - start + len > max) {
			out->len = cut;
			buf_fmt(out, "...%08x", (unsigned)XXH64(bytes, n, 0));
			return;
		}
		buf_add(out, one, len);
		if (out->len - start <= keep)
			cut = out->len;
	}
}

void text_utf8(struct buf *out, uint32_t c)
{
	char b[4];
	size_t n = 0;

	if (c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff)) {
		buf_fmt(out, "\\u%04x", (unsigned)c);
		return;
	}
	if (c < 0x80) {
		b[n++] = (char)c;
	} else if (c < 0x800) {
		b[n++] = (char)(0xc0 | c >> 6);
	} else if (c < 0x10000) {
		b[n++] = (char)(0xe0 | c >> 12);
		b[n++] = (char)(0x80 | (c >> 6 & 0x3f));
	} else {
		b[n++] = (char)(0xf0 | c >> 18);
		b[n++] = (char)(0x80 | (c >> 12 & 0x3f));
		b[n++] = (char)(0x80 | (c >> 6 & 0x3f));
	}
	if (c >= 0x80)
		b[n++] = (char)(0x80 | (c & 0x3f));
	buf_add(out, b, n);
}

/* What stands for the character c, or NULL if it may stand for itself. room is storage for the answer. */
typedef const char *(*escape_fn)(uint32_t c, char room[16]);

static void add_escaped(struct buf *out, const char *utf8, size_t n, escape_fn escape)
{
	const unsigned char *p = (const unsigned char *)utf8;
	size_t done = 0;

	for (size_t i = 0; i < n;) {
		char room[16];
		uint32_t c = 0;
		size_t len = decode(p + i, n - i, &c);
		const char *instead = len ? escape(c, room) : REPLACEMENT;

		len += !len;
		if (instead) {
			buf_add(out, utf8 + done, i - done);
			buf_str(out, instead);
			done = i + len;
		}
		i += len;
	}
	buf_add(out, utf8 + done, n - done);
}

static const char *escape_json(uint32_t c, char room[16])
{
	if (c == '"')
		return "\\\"";
	if (c == '\\')
		return "\\\\";
	if (!is_control(c) && c != '<' && c != '>' && c != '&' && c != 0x2028 && c != 0x2029 &&
	    c != 0xfffe && c != 0xffff)
		return NULL;
	(void)snprintf(room, 16, "\\u%04x", (unsigned)c); /* 6 bytes */
	return room;
}

static const char *escape_xml(uint32_t c, char room[16])
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	case 0xfffe:
	case 0xffff:
		return REPLACEMENT;
	}
	if (!is_control(c))
		return NULL;
	if (c < 0x20 && c != '\t' && c != '\n' && c != '\r')
		return REPLACEMENT;               /* XML 1.0 has no way to write these */
	(void)snprintf(room, 16, "&#%u;", (unsigned)c); /* at most 6 bytes */
	return room;
}

void text_json(struct buf *out, const char *utf8, size_t n)
{
	buf_chr(out, '"');
	add_escaped(out, utf8, n, escape_json);
	buf_chr(out, '"');
}

void text_xml(struct buf *out, const char *utf8, size_t n)
{
	add_escaped(out, utf8, n, escape_xml);
}

void text_percent(struct buf *out, const char *text)
{
	for (; *text; text++)
		if (((unsigned char)*text < 0x80 && isalnum((unsigned char)*text)) || strchr("-._~", *text))
			buf_chr(out, *text);
		else
			buf_fmt(out, "%%%02X", (unsigned char)*text);
}
