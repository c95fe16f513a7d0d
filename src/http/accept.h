/* SPDX-License-Identifier: MIT */
/* accept: what a client would like to get, from its Accept and Accept-Encoding. */
#ifndef HTTP_ACCEPT_H
#define HTTP_ACCEPT_H

#include <stdbool.h>

/* Which of the types (NULL-ended, without parameters) it likes best: by weight, then by our order; the first if accept
 * is NULL; NULL if it takes none. The most exact range that fits a type decides its weight, as RFC 9110 says. */
const char *accept_type(const char *accept, const char *const *types);

/* Does it take gzip? Not if encodings is NULL. */
bool accept_gzip(const char *encodings);

#endif
