/* SPDX-License-Identifier: MIT */
/* base64: bytes as text (RFC 4648, with padding). */
#ifndef BASE_BASE64_H
#define BASE_BASE64_H

#include <stddef.h>

struct buf;

void base64_add(struct buf *out, const void *bytes, size_t n);

#endif
