/* SPDX-License-Identifier: MIT */
/* base64: as OpenSSL writes it. */
#include "base/base64.h"

#include <openssl/evp.h>

#include "base/buf.h"

#define PIECE 49152 /* bytes at once, of which every three are four characters; EVP_EncodeBlock counts in int */

void base64_add(struct buf *out, const void *bytes, size_t n)
{
	const unsigned char *at = bytes;
	unsigned char text[PIECE / 3 * 4 + 1];

	for (size_t left = n, piece; left > 0; at += piece, left -= piece) {
		piece = left < PIECE ? left : PIECE;
		buf_add(out, text, (size_t)EVP_EncodeBlock(text, at, (int)piece));
	}
}
