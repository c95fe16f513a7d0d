/* SPDX-License-Identifier: MIT */
/*
 * text: names from targets are hostile data. text_clean is the one gate through which each goes before it is kept:
 * after it a name is valid UTF-8 without control characters, so every output only has its own syntax to escape.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;

/* Appends the bytes to out as clean UTF-8: invalid bytes as \xNN, C0/C1 controls and DEL as \xNN, bidirectional
 * controls, U+2028/9 and U+FFFE/F as \uNNNN. At most max bytes are appended: a longer name keeps its beginning and
 * ends in "..." and 8 hex digits of the hash of all n bytes, so that two long names stay two. Clean text that fits
 * comes through unchanged, so cleaning twice does no harm. max is at least 16. */
void text_clean(struct buf *out, const char *bytes, size_t n, size_t max);
/* Printable ASCII, as nearly all text is: then it is clean. */
bool text_is_plain(const char *bytes, size_t n);

/* Appends one code point as UTF-8; surrogates and numbers above 0x10ffff as \uNNNN text. */
void text_utf8(struct buf *out, uint32_t code_point);

/* Appends n bytes of UTF-8 as a JSON string with its quotes; < > & U+2028 U+2029 U+FFFE U+FFFF are escaped, so that
 * it may stand in a <script> and in XML. What is not UTF-8 (a name that snprintf cut) becomes U+FFFD, here and in
 * text_xml. */
void text_json(struct buf *out, const char *utf8, size_t n);

/* Appends with all but the letters, digits and -._~ of ASCII as %XX, for an address. */
void text_percent(struct buf *out, const char *text);

/* Appends with & < > " ' escaped, for text and for attributes. Control characters that XML has no way to write become
 * U+FFFD. */
void text_xml(struct buf *out, const char *utf8, size_t n);

#endif
