/* SPDX-License-Identifier: MIT */
/* base64: three bytes are four characters. */
#include "base/base64.h"

#include "base/buf.h"

void base64_add(struct buf *out, const void *bytes, size_t n)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const unsigned char *at = bytes;

	if (!buf_reserve(out, n / 3 * 4 + 4))
		return;
	for (; n > 0; at += 3) {
		unsigned three = (unsigned)at[0] << 16 | (n > 1 ? (unsigned)at[1] << 8 : 0) | (n > 2 ? at[2] : 0);

		buf_chr(out, digits[three >> 18]);
		buf_chr(out, digits[three >> 12 & 63]);
		buf_chr(out, n > 1 ? digits[three >> 6 & 63] : '=');
		buf_chr(out, n > 2 ? digits[three & 63] : '=');
		n -= n > 3 ? 3 : n;
	}
}
